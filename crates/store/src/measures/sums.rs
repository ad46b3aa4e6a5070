//! The sums of facts: kept by month, and read for any selection.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text};

use super::Facts;
use crate::Tx;
use crate::access::Scope;
use crate::error::Result;
use crate::portable::AnyConnection;

/// Tallies per statement.
const ROWS: usize = 200;

/// How many there are of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub struct Counts {
    /// Opened.
    #[diesel(sql_type = BigInt)]
    pub opened: i64,
    /// Closed.
    #[diesel(sql_type = BigInt)]
    pub closed: i64,
    /// Closed ones answered in time.
    #[diesel(sql_type = BigInt)]
    pub response_met: i64,
    /// Closed ones answered late.
    #[diesel(sql_type = BigInt)]
    pub response_missed: i64,
    /// Closed ones put right in time.
    #[diesel(sql_type = BigInt)]
    pub fix_met: i64,
    /// Closed ones put right late.
    #[diesel(sql_type = BigInt)]
    pub fix_missed: i64,
    /// Closed ones fixed first time.
    #[diesel(sql_type = BigInt)]
    pub first_time: i64,
    /// Closed ones fixed later than the first time.
    #[diesel(sql_type = BigInt)]
    pub not_first_time: i64,
    /// Closed ones that were opened again.
    #[diesel(sql_type = BigInt)]
    pub reopened: i64,
    /// Minutes logged at the first line.
    #[diesel(sql_type = BigInt)]
    pub minutes_1: i64,
    /// Minutes logged at the second line.
    #[diesel(sql_type = BigInt)]
    pub minutes_2: i64,
    /// Minutes logged at the third line.
    #[diesel(sql_type = BigInt)]
    pub minutes_3: i64,
    /// Minutes for which the first line had them open.
    #[diesel(sql_type = BigInt)]
    pub held_1: i64,
    /// Minutes for which the second line had them open.
    #[diesel(sql_type = BigInt)]
    pub held_2: i64,
    /// Minutes for which the third line had them open.
    #[diesel(sql_type = BigInt)]
    pub held_3: i64,
}

/// How many counts there are, and the columns of each in the order of [`Counts`].
const COUNTS: usize = 15;
const COLUMNS: [&str; COUNTS] = [
    "opened",
    "closed",
    "response_met",
    "response_missed",
    "fix_met",
    "fix_missed",
    "first_time",
    "not_first_time",
    "reopened",
    "minutes_1",
    "minutes_2",
    "minutes_3",
    "held_1",
    "held_2",
    "held_3",
];

impl Counts {
    fn each(&self) -> [i64; COUNTS] {
        [
            self.opened,
            self.closed,
            self.response_met,
            self.response_missed,
            self.fix_met,
            self.fix_missed,
            self.first_time,
            self.not_first_time,
            self.reopened,
            self.minutes_1,
            self.minutes_2,
            self.minutes_3,
            self.held_1,
            self.held_2,
            self.held_3,
        ]
    }

    fn of(each: [i64; COUNTS]) -> Self {
        let [opened, closed, response_met, response_missed, fix_met, fix_missed, first_time, rest @ ..] =
            each;
        let [not_first_time, reopened, minutes_1, minutes_2, minutes_3, held_1, held_2, held_3] = rest;
        Self {
            opened,
            closed,
            response_met,
            response_missed,
            fix_met,
            fix_missed,
            first_time,
            not_first_time,
            reopened,
            minutes_1,
            minutes_2,
            minutes_3,
            held_1,
            held_2,
            held_3,
        }
    }

    /// What a closed job adds to the month in which it was closed.
    fn of_closed(facts: &Facts) -> Self {
        let count = |yes: bool| i64::from(yes);
        Self {
            opened: 0,
            closed: 1,
            response_met: count(facts.response_met == Some(true)),
            response_missed: count(facts.response_met == Some(false)),
            fix_met: count(facts.fix_met == Some(true)),
            fix_missed: count(facts.fix_met == Some(false)),
            first_time: count(facts.first_time_fix == Some(true)),
            not_first_time: count(facts.first_time_fix == Some(false)),
            reopened: count(facts.reopened),
            minutes_1: facts.minutes_1,
            minutes_2: facts.minutes_2,
            minutes_3: facts.minutes_3,
            held_1: facts.held_1,
            held_2: facts.held_2,
            held_3: facts.held_3,
        }
    }

    fn add(&mut self, other: Self, times: i64) {
        let (mut each, more) = (self.each(), other.each());
        each.iter_mut().zip(more).for_each(|(sum, count)| *sum += times * count);
        *self = Self::of(each);
    }

    /// Both together.
    pub fn plus(mut self, other: Self) -> Self {
        self.add(other, 1);
        self
    }

    /// Minutes logged at all lines.
    pub fn minutes(&self) -> i64 {
        self.minutes_1 + self.minutes_2 + self.minutes_3
    }

    /// Minutes from opening to closing at all lines.
    pub fn held(&self) -> i64 {
        self.held_1 + self.held_2 + self.held_3
    }
}

/// The first day of a day's month.
fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// What a tally is kept by, as its columns' values.
type Key = (NaiveDate, i64, i64, i64, i64);
type ModelKey = (NaiveDate, i64, String);

/// What each job adds: to the month of its opening, and to that of its closing.
fn shares(facts: &Facts) -> impl Iterator<Item = (NaiveDate, Counts)> {
    let opened = (month_of(facts.opened_on), Counts { opened: 1, ..Counts::default() });
    let closed = facts.closed_on.map(|day| (month_of(day), Counts::of_closed(facts)));
    std::iter::once(opened).chain(closed)
}

/// Takes old facts off the tallies and adds new ones, in the order of the keys, so that two transactions never wait
/// for each other in a ring.
pub(super) fn tally(tx: &mut Tx, old: &[Facts], new: &[Facts]) -> Result<()> {
    let mut jobs: BTreeMap<Key, Counts> = BTreeMap::new();
    let mut models: BTreeMap<ModelKey, Counts> = BTreeMap::new();
    for (facts, times) in old.iter().map(|facts| (facts, -1)).chain(new.iter().map(|facts| (facts, 1))) {
        for (month, counts) in shares(facts) {
            let key = (month, facts.customer_id, facts.site_id, facts.engineer_id, facts.line);
            jobs.entry(key).or_default().add(counts, times);
            let key = (month, facts.customer_id, facts.model.clone());
            models.entry(key).or_default().add(counts, times);
        }
    }
    let changed = |counts: &Counts| *counts != Counts::default();
    let rows: Vec<_> = jobs.into_iter().filter(|(_, counts)| changed(counts)).collect();
    for rows in rows.chunks(ROWS) {
        let row = |((month, customer, site, engineer, line), counts): &(Key, Counts)| {
            (format!("'{month}', {customer}, {site}, {engineer}, {line}"), *counts)
        };
        let rows: Vec<_> = rows.iter().map(row).collect();
        let sql = upsert("job_tallies", "month, customer_id, site_id, engineer_id, line", &rows);
        diesel::sql_query(sql).execute(&mut **tx)?;
    }
    let rows: Vec<_> = models.into_iter().filter(|(_, counts)| changed(counts)).collect();
    for rows in rows.chunks(ROWS) {
        let row = |(((month, customer, _), counts), at): (&(ModelKey, Counts), usize)| {
            (format!("'{month}', {customer}, ${at}"), *counts)
        };
        let lines: Vec<_> = rows.iter().zip(1..).map(row).collect();
        let sql = upsert("model_tallies", "month, customer_id, model", &lines);
        let bound = rows.iter().fold(diesel::sql_query(sql).into_boxed(), |query, (key, _)| {
            query.bind::<Text, _>(key.2.clone())
        });
        bound.execute(&mut **tx)?;
    }
    Ok(())
}

/// One statement that adds these counts to whatever stands under their keys; all values but texts are numbers of ours.
fn upsert(table: &str, key: &str, rows: &[(String, Counts)]) -> String {
    let values: Vec<String> = rows
        .iter()
        .map(|(key, counts)| {
            let numbers: Vec<String> = counts.each().iter().map(i64::to_string).collect();
            format!("({key}, {})", numbers.join(", "))
        })
        .collect();
    let sums: Vec<String> =
        COLUMNS.iter().map(|column| format!("{column} = {table}.{column} + excluded.{column}")).collect();
    format!(
        "INSERT INTO {table} ({key}, {}) VALUES {} ON CONFLICT ({key}) DO UPDATE SET {}",
        COLUMNS.join(", "),
        values.join(", "),
        sums.join(", ")
    )
}

/// Which jobs are counted: those opened, or closed, in some months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The first day of the first month.
    pub from: NaiveDate,
    /// The first day of the month after the last.
    pub until: NaiveDate,
    /// Of one customer.
    pub customer_id: Option<i64>,
    /// At one site.
    pub site_id: Option<i64>,
    /// Of one engineer; 0 for nobody's.
    pub engineer_id: Option<i64>,
    /// With one support line.
    pub line: Option<i64>,
    /// Of one model, as it is counted.
    pub model: Option<String>,
}

/// What counts are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The month.
    Month,
    /// The customer.
    Customer,
    /// The site.
    Site,
    /// The engineer.
    Engineer,
    /// The support line.
    Line,
    /// Make and model.
    Model,
}

/// Counts under what they are told apart by: a month as its first day, an id or the model, as text.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Sums {
    /// What they are told apart by.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// How many.
    #[diesel(embed)]
    pub counts: Counts,
}

/// The counts of a selection within a scope, in the order of their keys: for one model, or by models. What knows no
/// model is told apart from [`list_tallies`], which are far fewer.
///
/// # Errors
/// The database's.
pub fn sum_by(conn: &mut AnyConnection, scope: &Scope, selection: &Selection, by: By) -> Result<Vec<Sums>> {
    let finer = selection.site_id.is_some() || selection.engineer_id.is_some() || selection.line.is_some();
    if finer || matches!(by, By::Site | By::Engineer | By::Line) {
        return from_facts(conn, scope, selection, by);
    }
    let sums: Vec<String> =
        COLUMNS.iter().map(|column| format!("CAST(SUM({column}) AS BIGINT) AS {column}")).collect();
    let key = key_of(by, "month");
    let sql = format!(
        "SELECT {key} AS key, {} FROM model_tallies WHERE month >= '{}' AND month < '{}'{} GROUP BY 1 ORDER BY 1",
        sums.join(", "),
        selection.from,
        selection.until,
        conditions(scope, selection)
    );
    load(conn, sql, selection)
}

fn load(conn: &mut AnyConnection, sql: String, selection: &Selection) -> Result<Vec<Sums>> {
    let query = diesel::sql_query(sql);
    Ok(match &selection.model {
        Some(model) => query.bind::<Text, _>(model.clone()).load(conn)?,
        None => query.load(conn)?,
    })
}

/// The key as text; `day` is the column that says when.
fn key_of(by: By, day: &str) -> String {
    match by {
        By::Month => format!("substr(CAST({day} AS TEXT), 1, 7) || '-01'"),
        By::Customer => "CAST(customer_id AS TEXT)".to_owned(),
        By::Site => "CAST(site_id AS TEXT)".to_owned(),
        By::Engineer => "CAST(engineer_id AS TEXT)".to_owned(),
        By::Line => "CAST(line AS TEXT)".to_owned(),
        By::Model => "model".to_owned(),
    }
}

/// Everything but the months; the model is the one value that is bound, since it is text.
fn conditions(scope: &Scope, selection: &Selection) -> String {
    let mut sql = String::new();
    let mut is = |column: &str, value: Option<i64>| {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = write!(sql, " AND {column} = {value}");
        }
    };
    is("customer_id", selection.customer_id);
    is("site_id", selection.site_id);
    is("engineer_id", selection.engineer_id);
    is("line", selection.line);
    if let Some(customers) = scope.customers() {
        let ids: Vec<String> = customers.iter().map(i64::to_string).collect();
        // A list of none holds nothing, which neither database lets one write as ().
        let list = if ids.is_empty() { "NULL".to_owned() } else { ids.join(", ") };
        sql += &format!(" AND customer_id IN ({list})");
    }
    if selection.model.is_some() {
        sql += " AND model = $1";
    }
    sql
}

/// A tally under all that it is kept by.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Tally {
    /// The first day of the month.
    #[diesel(sql_type = Date)]
    pub month: NaiveDate,
    /// The customer.
    #[diesel(sql_type = BigInt)]
    pub customer_id: i64,
    /// The site.
    #[diesel(sql_type = BigInt)]
    pub site_id: i64,
    /// The engineer; 0 for nobody.
    #[diesel(sql_type = BigInt)]
    pub engineer_id: i64,
    /// The support line.
    #[diesel(sql_type = BigInt)]
    pub line: i64,
    /// How many.
    #[diesel(embed)]
    pub counts: Counts,
}

/// The tallies of a selection that names no model: thousands where there are a million jobs, so that whoever tells
/// them apart in several ways reads them once.
///
/// # Errors
/// The database's.
pub fn list_tallies(conn: &mut AnyConnection, scope: &Scope, selection: &Selection) -> Result<Vec<Tally>> {
    let sql = format!(
        "SELECT * FROM job_tallies WHERE month >= '{}' AND month < '{}'{}",
        selection.from,
        selection.until,
        conditions(scope, &Selection { model: None, ..selection.clone() })
    );
    Ok(diesel::sql_query(sql).load(conn)?)
}

/// The same from the jobs' own facts, where no tally is as fine: one model at one site, or the models of one engineer.
fn from_facts(conn: &mut AnyConnection, scope: &Scope, selection: &Selection, by: By) -> Result<Vec<Sums>> {
    let yes = |condition: &str| format!("CAST(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS BIGINT)");
    let sum = |column: &str| format!("CAST(SUM({column}) AS BIGINT)");
    let closed: [String; COUNTS] = [
        "CAST(0 AS BIGINT)".to_owned(),
        "CAST(COUNT(*) AS BIGINT)".to_owned(),
        yes("response_met"),
        yes("NOT response_met"),
        yes("fix_met"),
        yes("NOT fix_met"),
        yes("first_time_fix"),
        yes("NOT first_time_fix"),
        yes("reopened"),
        sum("minutes_1"),
        sum("minutes_2"),
        sum("minutes_3"),
        sum("held_1"),
        sum("held_2"),
        sum("held_3"),
    ];
    let mut opened: [String; COUNTS] = std::array::from_fn(|_| "CAST(0 AS BIGINT)".to_owned());
    opened[0] = "CAST(COUNT(*) AS BIGINT)".to_owned();
    let mut all: BTreeMap<String, Counts> = BTreeMap::new();
    let passes = [("closed_on", closed), ("opened_on", opened)];
    // Which models were opened is asked of no page, and would take a walk along all that somebody ever had.
    let passes = passes.into_iter().filter(|(day, _)| by != By::Model || *day == "closed_on");
    for (day, counts) in passes {
        let named: Vec<String> =
            counts.iter().zip(COLUMNS).map(|(count, name)| format!("{count} AS {name}")).collect();
        let sql = format!(
            "SELECT {} AS key, {} FROM job_facts WHERE {day} >= '{}' AND {day} < '{}'{} GROUP BY 1",
            key_of(by, day),
            named.join(", "),
            selection.from,
            selection.until,
            conditions(scope, selection)
        );
        for row in load(conn, sql, selection)? {
            all.entry(row.key).or_default().add(row.counts, 1);
        }
    }
    Ok(all.into_iter().map(|(key, counts)| Sums { key, counts }).collect())
}

/// Sums that differ from the facts, in words; empty when the tallies are in step.
///
/// # Errors
/// The database's.
pub fn check_tallies(conn: &mut AnyConnection) -> Result<Vec<String>> {
    let mut wrong = vec![];
    let facts: Vec<Facts> = Facts::query().load(conn)?;
    let mut counted: BTreeMap<String, Counts> = BTreeMap::new();
    for facts in &facts {
        for (month, counts) in shares(facts) {
            let jobs = (month, facts.customer_id, facts.site_id, facts.engineer_id, facts.line);
            counted.entry(format!("job {jobs:?}")).or_default().add(counts, 1);
            let model = (month, facts.customer_id, &facts.model);
            counted.entry(format!("model {model:?}")).or_default().add(counts, 1);
        }
    }
    for (words, counts) in stored(conn)? {
        counted.entry(words).or_default().add(counts, -1);
    }
    for (words, counts) in counted {
        if counts != Counts::default() {
            wrong.push(format!("{words}: {counts:?} is missing in the tallies"));
        }
    }
    Ok(wrong)
}

fn stored(conn: &mut AnyConnection) -> Result<Vec<(String, Counts)>> {
    #[derive(QueryableByName)]
    struct ModelRow {
        #[diesel(sql_type = Date)]
        month: NaiveDate,
        #[diesel(sql_type = BigInt)]
        customer_id: i64,
        #[diesel(sql_type = Text)]
        model: String,
        #[diesel(embed)]
        counts: Counts,
    }
    let rows: Vec<Tally> = diesel::sql_query("SELECT * FROM job_tallies").load(conn)?;
    let models: Vec<ModelRow> = diesel::sql_query("SELECT * FROM model_tallies").load(conn)?;
    let jobs = rows.into_iter().map(|row| {
        let key = (row.month, row.customer_id, row.site_id, row.engineer_id, row.line);
        (format!("job {key:?}"), row.counts)
    });
    let models = models
        .into_iter()
        .map(|row| (format!("model {:?}", (row.month, row.customer_id, &row.model)), row.counts));
    Ok(jobs.chain(models).collect())
}
