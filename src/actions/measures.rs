//! What is measured of jobs, over some months: for whoever runs the firm.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, Months, NaiveDate};
use domain::code::Code;
use domain::measure::{Age, Measure};
use domain::permission::SeeMeasures;
use store::customers::list_customers;
use store::jobs::queue::{Line, find_lines};
use store::measures::{
    By, Counts, OpenFacts, Selection, Sums, list_measured, list_open, list_tallies, model_key, sum_by,
};
use store::models::{Model, list_models};
use store::people::list_names;
use store::sites::list_sites;
use store::{AnyConnection, Right, Scope};

use super::dues::today;
use crate::app::App;
use crate::error::{Error, Result};

/// The most months of a period.
pub const MOST_MONTHS: u32 = 60;

/// A month of the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthRow {
    /// Its first day.
    pub month: NaiveDate,
    /// What was counted in it.
    pub counts: Counts,
    /// How many were open at its end, or are now.
    pub backlog: i64,
}

/// What was counted of one customer, site, engineer, line or model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is told by: an id or the model.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What was counted.
    pub counts: Counts,
    /// How many are open now.
    pub open: i64,
}

/// Everything that is measured of a selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measures {
    /// The whole.
    pub total: Counts,
    /// How many are open now.
    pub open: i64,
    /// Of those, how many of each age, the youngest first.
    pub ages: Vec<(Age, i64)>,
    /// Month by month.
    pub months: Vec<MonthRow>,
    /// By customer, the most closed first.
    pub customers: Vec<Row>,
    /// By site.
    pub sites: Vec<Row>,
    /// By engineer.
    pub engineers: Vec<Row>,
    /// By support line, the first line first.
    pub lines: Vec<Row>,
    /// By make and model.
    pub models: Vec<Row>,
}

/// The months that are looked at where nothing else is asked for: the present one and the eleven before.
pub fn usual_period(app: &App) -> (NaiveDate, NaiveDate) {
    let this = first_of(today(app));
    (this - Months::new(11), this + Months::new(1))
}

/// The first day of a day's month.
pub fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// A month from its text "2026-11", as its first day.
///
/// # Errors
/// Says what would be right.
pub fn parse_month(text: &str) -> std::result::Result<NaiveDate, String> {
    let day = format!("{text}-01").parse::<NaiveDate>().ok().filter(|_| text.len() == 7);
    day.filter(|day| (1990..=2200).contains(&day.year()))
        .ok_or_else(|| format!("\"{text}\" is not a month; write it as 2026-11"))
}

/// Refuses a selection of what somebody does not see, or of too many months.
///
/// # Errors
/// Not found for a foreign customer or site; field errors for the months.
pub fn check(conn: &mut AnyConnection, scope: &Scope, selection: &Selection) -> Result<()> {
    if selection.until <= selection.from {
        return Err(Error::field("until", "the last month is before the first"));
    }
    if selection.from + Months::new(MOST_MONTHS) < selection.until {
        return Err(Error::field("until", format!("choose at most {MOST_MONTHS} months")));
    }
    if let Some(id) = selection.customer_id {
        store::customers::find_customer(conn, scope, id)?;
    }
    if let Some(id) = selection.site_id {
        let site = store::sites::find_site(conn, scope, id)?;
        if selection.customer_id.is_some_and(|customer| customer != site.customer_id) {
            return Err(Error::field("site", "this site belongs to another customer"));
        }
    }
    Ok(())
}

/// Measures a selection.
///
/// # Errors
/// As [`check`].
pub fn measure(app: &App, right: &Right<SeeMeasures>, selection: &Selection) -> Result<Measures> {
    let (day, scope) = (today(app), right.scope());
    app.store.read(|conn| {
        check(conn, scope, selection)?;
        let open = list_open(conn, scope, selection)?;
        let Parts { months, customers, sites, engineers, lines } = parts(conn, scope, selection, day)?;
        let models = sum_by(conn, scope, selection, By::Model)?;
        let months = month_rows(&months, selection, (day, open.len()));
        let people = engineers.keys().filter_map(|key| key.parse().ok());
        let people: Vec<i64> = people.chain(open.iter().map(|facts| facts.engineer_id)).collect();
        let names = Names::load(conn, scope, &people)?;
        let spelled = spelled(conn)?;
        let model_name = |key: &str| spelled.get(key).cloned().unwrap_or_else(|| key.to_owned());
        let line_name = |key: &str| format!("Line {key}");
        Ok(Measures {
            total: months.iter().fold(Counts::default(), |sum, row| sum.plus(row.counts)),
            open: count(open.len()),
            ages: Age::ALL.iter().map(|age| (*age, of_age(&open, *age, day))).collect(),
            months,
            customers: rows(customers, &open, |facts| facts.customer_id.to_string(), &|key| {
                names.customer(key)
            }),
            sites: rows(sites, &open, |facts| facts.site_id.to_string(), &|key| names.site(key)),
            engineers: rows(engineers, &open, |facts| facts.engineer_id.to_string(), &|key| {
                names.person(key)
            }),
            lines: in_order(rows(lines, &open, |facts| facts.line.to_string(), &line_name)),
            models: rows(keyed(models), &open, |facts| facts.model.clone(), &model_name),
        })
    })
}

fn count(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

fn of_age(open: &[OpenFacts], age: Age, day: NaiveDate) -> i64 {
    count(open.iter().filter(|facts| Age::of(facts.opened_on, day) == age).count())
}

fn in_order(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    rows
}

/// Registered models as they are written, by what they are counted under.
fn spelled(conn: &mut AnyConnection) -> Result<BTreeMap<String, String>> {
    let known = list_models(conn)?.into_iter();
    let name = |model: Model| (model_key(&model.make, &model.name), format!("{} {}", model.make, model.name));
    let none = (String::new(), "No make or model known".to_owned());
    Ok(known.map(name).chain([none]).collect())
}

/// Counts by what they are told apart by.
type Keyed = BTreeMap<String, Counts>;

fn keyed(sums: Vec<Sums>) -> Keyed {
    sums.into_iter().map(|sums| (sums.key, sums.counts)).collect()
}

/// The counts of a selection, told apart in each way; by month up to the present, since the backlog is counted back
/// from it.
#[derive(Default)]
struct Parts {
    months: Keyed,
    customers: Keyed,
    sites: Keyed,
    engineers: Keyed,
    lines: Keyed,
}

fn parts(conn: &mut AnyConnection, scope: &Scope, selection: &Selection, day: NaiveDate) -> Result<Parts> {
    let next = first_of(day) + Months::new(1);
    let to_now = Selection { until: selection.until.max(next), ..selection.clone() };
    if selection.model.is_some() {
        let mut by = |selection: &Selection, by: By| sum_by(conn, scope, selection, by).map(keyed);
        return Ok(Parts {
            months: by(&to_now, By::Month)?,
            customers: by(selection, By::Customer)?,
            sites: by(selection, By::Site)?,
            engineers: by(selection, By::Engineer)?,
            lines: by(selection, By::Line)?,
        });
    }
    let mut parts = Parts::default();
    let add = |part: &mut Keyed, key: String, counts: Counts| {
        let sum = part.entry(key).or_default();
        *sum = sum.plus(counts);
    };
    for tally in list_tallies(conn, scope, &to_now)? {
        add(&mut parts.months, tally.month.to_string(), tally.counts);
        if tally.month < selection.until {
            add(&mut parts.customers, tally.customer_id.to_string(), tally.counts);
            add(&mut parts.sites, tally.site_id.to_string(), tally.counts);
            add(&mut parts.engineers, tally.engineer_id.to_string(), tally.counts);
            add(&mut parts.lines, tally.line.to_string(), tally.counts);
        }
    }
    Ok(parts)
}

/// Month by month; how many were open at the end of each is counted back from what is open now.
fn month_rows(counted: &Keyed, selection: &Selection, (day, open): (NaiveDate, usize)) -> Vec<MonthRow> {
    let next = first_of(day) + Months::new(1);
    let mut rows = vec![];
    let (mut month, mut backlog) = (selection.until.max(next) - Months::new(1), count(open));
    while month >= selection.from {
        let counts = counted.get(&month.to_string()).copied().unwrap_or_default();
        if month < selection.until {
            rows.push(MonthRow { month, counts, backlog });
        }
        backlog += counts.closed - counts.opened;
        month = month - Months::new(1);
    }
    rows.reverse();
    rows
}

/// The sums with their names and what is open now, the most closed first.
fn rows(
    sums: Keyed,
    open: &[OpenFacts],
    key: impl Fn(&OpenFacts) -> String,
    name: &dyn Fn(&str) -> String,
) -> Vec<Row> {
    let mut now: HashMap<String, i64> = HashMap::new();
    for facts in open {
        *now.entry(key(facts)).or_default() += 1;
    }
    let mut rows: Vec<Row> = vec![];
    for (key, counts) in sums {
        rows.push(Row { name: name(&key), open: now.remove(&key).unwrap_or(0), key, counts });
    }
    // What has only open jobs that were opened before the period.
    let rest =
        now.into_iter().map(|(key, open)| Row { name: name(&key), key, open, counts: Counts::default() });
    rows.extend(rest);
    rows.sort_by(|a, b| (b.counts.closed, b.open, &a.name).cmp(&(a.counts.closed, a.open, &b.name)));
    rows
}

/// Names by id as text.
struct Names {
    customers: HashMap<String, String>,
    sites: HashMap<String, String>,
    people: HashMap<String, String>,
}

impl Names {
    fn load(conn: &mut AnyConnection, scope: &Scope, people: &[i64]) -> Result<Self> {
        let customers: HashMap<i64, String> =
            list_customers(conn, scope)?.into_iter().map(|customer| (customer.id, customer.name)).collect();
        let site = |site: store::sites::Site| {
            let customer = customers.get(&site.customer_id).cloned().unwrap_or_default();
            (site.id.to_string(), format!("{customer}, {}", site.name))
        };
        let sites = list_sites(conn, scope, None)?.into_iter().map(site).collect();
        let people = list_names(conn, people)?.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        let customers = customers.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        Ok(Self { customers, sites, people })
    }

    fn customer(&self, key: &str) -> String {
        self.customers.get(key).cloned().unwrap_or_default()
    }

    fn site(&self, key: &str) -> String {
        self.sites.get(key).cloned().unwrap_or_default()
    }

    fn person(&self, key: &str) -> String {
        self.people.get(key).cloned().unwrap_or_else(|| "Nobody".to_owned())
    }
}

/// The jobs that a number counts, from the given place on.
///
/// # Errors
/// As [`check`].
pub fn list_jobs(
    app: &App,
    right: &Right<SeeMeasures>,
    selection: &Selection,
    (measure, age): (Measure, Option<Age>),
    page: (i64, i64),
) -> Result<Vec<Line>> {
    let (day, scope) = (today(app), right.scope());
    app.store.read(|conn| {
        check(conn, scope, selection)?;
        let what = (measure, age.map(|age| (age, day)));
        let ids = list_measured(conn, scope, selection, what, page)?;
        Ok(find_lines(conn, scope, &ids)?)
    })
}
