//! Writing a made-up past in large batches. Only a database in which nobody can log in yet takes one:
//! everywhere else the past is what was recorded.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::equipment::TestKind;
use domain::event::{Event, Via};
use domain::tag::{TagKind, TagState};
use domain::verdict::Verdict;

use crate::assets::AssetFields;
use crate::dues::{self, DueRow};
use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::{
    assets, categories, custody, due_tallies, ledger_heads, people, tags, users, visit_not_found, visits,
};
use crate::types::{Coded, Json, Moment};
use crate::{EventLine, Store, Tx, each_backend, insert_event_lines, portable, search};

/// Rows per statement: SQLite binds at most 32,766 values in one.
const ROWS: usize = 1000;

/// An asset with the state that its history has brought it to.
#[derive(Debug, Clone)]
pub struct PastAsset {
    /// Id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The active tag, as printed.
    pub tag: String,
    /// What people filled in.
    pub fields: AssetFields,
    /// Why it is locked, if it is.
    pub lock_cause: Option<String>,
    /// Since when it is locked.
    pub locked_at: Option<Moment>,
    /// Verdict of the last test.
    pub last_verdict: Option<Coded<Verdict>>,
    /// When it was last tested.
    pub last_tested_at: Option<Moment>,
    /// The first day on which something falls due.
    pub due_on: Option<NaiveDate>,
    /// Who has it now.
    pub custodian: String,
    /// When it was registered.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// A visit.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = visits, treat_none_as_default_value = false)]
pub struct PastVisit {
    /// Id.
    pub id: i64,
    /// Whose site.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// The engineer.
    pub person_id: i64,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// The customer's order number.
    pub order_number: String,
    /// What was to be tested.
    pub extent: String,
    /// What could not be.
    pub limitations: String,
    /// When it was closed.
    pub closed_at: Option<Moment>,
}

/// Something that a visit looked for in vain.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = visit_not_found)]
pub struct PastNotFound {
    /// The visit.
    pub visit_id: i64,
    /// The asset.
    pub asset_id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// A remark.
    pub note: String,
}

/// An asset in somebody's hands.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = custody, treat_none_as_default_value = false)]
pub struct PastCustody {
    /// Whose it is.
    pub customer_id: i64,
    /// The asset.
    pub asset_id: i64,
    /// Who has it.
    pub holder: String,
    /// Since when.
    pub out_at: Moment,
    /// Who gave it out.
    pub out_by: i64,
    /// When it should be back.
    pub back_by: Option<NaiveDate>,
}

/// An event with its own time and writer.
#[derive(Debug, Clone)]
pub struct PastEvent {
    /// When.
    pub at: Moment,
    /// Who.
    pub person_id: Option<i64>,
    /// What.
    pub event: Event,
}

#[derive(Insertable)]
#[diesel(table_name = tags)]
struct TagLine {
    code: String,
    folded: String,
    kind: Coded<TagKind>,
    state: Coded<TagState>,
    customer_id: i64,
    asset_id: i64,
    created_at: Moment,
}

#[derive(Insertable)]
#[diesel(table_name = due_tallies)]
struct TallyLine {
    customer_id: i64,
    site_id: i64,
    kind: Coded<TestKind>,
    due_on: NaiveDate,
    months: i64,
    items: i64,
}

/// The right to write a past: that the database holds nobody's present.
pub struct Past<'a> {
    store: &'a Store,
}

impl<'a> Past<'a> {
    /// Takes an empty database.
    ///
    /// # Errors
    /// [`Error::Taken`] when somebody can log in already.
    pub fn of(store: &'a Store) -> Result<Self> {
        let empty: Option<i64> = store
            .read(|conn| Ok::<_, Error>(users::table.select(users::person_id).first(conn).optional()?))?;
        match empty {
            None => Ok(Self { store }),
            Some(_) => Err(Error::Taken("this database is in use: choose an empty one".to_owned())),
        }
    }

    /// One transaction. Its events come with it as rows of the past, each with its own time.
    ///
    /// # Errors
    /// What `work` says; nothing is stored then.
    pub fn write<T>(&self, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.store.keep_house(work)
    }

    /// Ends the writing: the index is put in order and new ids begin behind the given ones.
    ///
    /// # Errors
    /// The database's.
    pub fn finish(&self) -> Result<()> {
        self.store.keep_house(|tx| {
            search::tidy(tx, search::Index::Assets)?;
            search::tidy(tx, search::Index::Jobs)?;
            search::tidy(tx, search::Index::Findings)?;
            portable::settle_down(
                tx,
                &["assets", "visits"],
                "assets, tags, dues, due_tallies, tests, ledger, events, jobs, job_steps, job_facts, job_tallies, \
                 findings, fix_outcomes, fix_tallies, repair_outcomes, repair_tallies",
            )
        })
    }
}

/// An asset that something may go wrong with.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Sample {
    /// Id.
    pub id: i64,
    /// The site.
    pub site_id: i64,
    /// The category's name.
    pub category: String,
}

/// The first assets of a customer that are in use and free to be used.
///
/// # Errors
/// The database's.
pub fn sample_assets(conn: &mut AnyConnection, customer_id: i64, most: i64) -> Result<Vec<Sample>> {
    let rows = assets::table
        .inner_join(categories::table)
        .filter(assets::customer_id.eq(customer_id).and(assets::lock_cause.is_null()))
        .filter(assets::lifecycle.eq("in_service"))
        .order(assets::id)
        .limit(most)
        .select((assets::id, assets::site_id, categories::name));
    Ok(rows.load(conn)?)
}

/// Adds assets with their tags, which are all of ours.
///
/// # Errors
/// The database's.
pub fn insert_assets(tx: &mut Tx, rows: Vec<PastAsset>) -> Result<()> {
    let lines = rows.iter().map(|row| TagLine {
        code: row.tag.clone(),
        folded: row.tag.clone(),
        kind: Coded(TagKind::Ours),
        state: Coded(TagState::Active),
        customer_id: row.customer_id,
        asset_id: row.id,
        created_at: row.created_at,
    });
    let lines: Vec<TagLine> = lines.collect();
    // PostgreSQL binds at most 65,535 values in one statement, and an asset has nearly fifty.
    let rows = rows.into_iter().map(|row| {
        (
            row.fields,
            assets::id.eq(row.id),
            assets::customer_id.eq(row.customer_id),
            assets::tag.eq(row.tag),
            assets::lock_cause.eq(row.lock_cause),
            assets::locked_at.eq(row.locked_at),
            assets::last_verdict.eq(row.last_verdict),
            assets::last_tested_at.eq(row.last_tested_at),
            assets::due_on.eq(row.due_on),
            assets::custodian.eq(row.custodian),
            assets::created_at.eq(row.created_at),
            assets::updated_at.eq(row.updated_at),
        )
    });
    for batch in batches(rows.collect(), ROWS) {
        each_backend!(&mut **tx, c => diesel::insert_into(assets::table).values(batch).execute(c))?;
    }
    for batch in batches(lines, ROWS) {
        each_backend!(&mut **tx, c => diesel::insert_into(tags::table).values(batch).execute(c))?;
    }
    Ok(())
}

/// Adds due dates; the tallies are [`insert_tallies`]'s.
///
/// # Errors
/// The database's.
pub fn insert_dues(tx: &mut Tx, rows: &[DueRow]) -> Result<()> {
    dues::insert_dues(tx, rows)
}

/// Adds how many fall due on a day: customer, site, kind, day, interval and number.
///
/// # Errors
/// The database's.
pub fn insert_tallies(
    tx: &mut Tx,
    tallies: impl IntoIterator<Item = ((i64, i64, TestKind, NaiveDate, i64), i64)>,
) -> Result<()> {
    let lines = tallies.into_iter().map(|((customer_id, site_id, kind, due_on, months), items)| TallyLine {
        customer_id,
        site_id,
        kind: Coded(kind),
        due_on,
        months,
        items,
    });
    for batch in batches(lines.collect(), ROWS) {
        each_backend!(&mut **tx, c => diesel::insert_into(due_tallies::table).values(batch).execute(c))?;
    }
    Ok(())
}

/// Adds visits.
///
/// # Errors
/// The database's.
pub fn insert_visits(tx: &mut Tx, rows: Vec<PastVisit>) -> Result<()> {
    for batch in batches(rows, ROWS) {
        each_backend!(&mut **tx, c => diesel::insert_into(visits::table).values(batch).execute(c))?;
    }
    Ok(())
}

/// Adds what visits looked for in vain.
///
/// # Errors
/// The database's.
pub fn insert_not_found(tx: &mut Tx, rows: Vec<PastNotFound>) -> Result<()> {
    for batch in batches(rows, ROWS) {
        each_backend!(&mut **tx, c => diesel::insert_into(visit_not_found::table).values(batch).execute(c))?;
    }
    Ok(())
}

/// Adds what is in somebody's hands; the assets name the holder themselves.
///
/// # Errors
/// The database's.
pub fn insert_custody(tx: &mut Tx, rows: Vec<PastCustody>) -> Result<()> {
    for batch in batches(rows, ROWS) {
        each_backend!(&mut **tx, c => diesel::insert_into(custody::table).values(batch).execute(c))?;
    }
    Ok(())
}

/// Adds events.
///
/// # Errors
/// The database's.
pub fn insert_events(tx: &mut Tx, rows: Vec<PastEvent>) -> Result<()> {
    let lines = rows.into_iter().map(|row| EventLine {
        at: row.at,
        person_id: row.person_id,
        via: Coded(Via::Page),
        customer_id: row.event.customer_id,
        asset_id: row.event.asset_id,
        noun: row.event.noun,
        noun_id: row.event.noun_id,
        action: row.event.action,
        changes: String::from(Json(row.event.changes)),
    });
    insert_event_lines(tx, &lines.collect::<Vec<_>>())
}

/// Sets a person's signature.
///
/// # Errors
/// The database's.
pub fn sign(conn: &mut AnyConnection, person_id: i64, png: &[u8]) -> Result<()> {
    diesel::update(people::table.find(person_id)).set(people::signature.eq(png)).execute(conn)?;
    Ok(())
}

/// Every customer's head of the ledger: customer, number of records, hash.
///
/// # Errors
/// The database's.
pub fn list_heads(conn: &mut AnyConnection) -> Result<Vec<(i64, i64, String)>> {
    Ok(ledger_heads::table.order(ledger_heads::customer_id).load(conn)?)
}

fn batches<T>(mut rows: Vec<T>, size: usize) -> impl Iterator<Item = Vec<T>> {
    rows.reverse();
    std::iter::from_fn(move || {
        let batch: Vec<T> = rows.drain(rows.len().saturating_sub(size)..).rev().collect();
        (!batch.is_empty()).then_some(batch)
    })
}
