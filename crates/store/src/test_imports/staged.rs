//! Records of a file between reading and publishing. No evidence yet: rows come, change and go.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::code::Code;
use domain::test_import::{Cause, Counts, ImportState, Outcome};
use domain::verdict::Verdict;

use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::{staged_tests, test_imports};
use crate::types::{Coded, Moment};
use crate::{Tx, each_backend};

/// A record of a file and what is to become of it.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = staged_tests, treat_none_as_default_value = false)]
pub struct StagedTest {
    /// The import.
    pub import_id: i64,
    /// The record's number in the file, from 1.
    pub record: i64,
    /// For whom.
    pub customer_id: i64,
    /// What is to become of it.
    pub outcome: Coded<Outcome>,
    /// Why its tester's pass is none here.
    pub cause: Option<Coded<Cause>>,
    /// The asset it is of.
    pub asset_id: Option<i64>,
    /// What it is of, in words: the key by which missing facts are added for many at once.
    pub what: String,
    /// What its tester called it.
    pub tester_verdict: Option<String>,
    /// What it amounts to.
    pub verdict: Option<Coded<Verdict>>,
    /// Why it differs, is refused or waits, in words.
    pub why: String,
    /// The record as JSON; the refusal for a refused one.
    pub body: String,
}

/// Which records are looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StagedFilter {
    /// Of this outcome.
    pub outcome: Option<Outcome>,
    /// Suspicious passes only.
    pub suspicious: bool,
    /// Of this cause.
    pub cause: Option<Cause>,
}

/// Rows per statement: SQLite binds at most 32,766 values in one.
const BATCH: usize = 1000;

/// Adds records.
///
/// # Errors
/// The database's.
pub fn insert_staged(tx: &mut Tx, rows: &[StagedTest]) -> Result<()> {
    for rows in rows.chunks(BATCH) {
        each_backend!(&mut **tx, c => diesel::insert_into(staged_tests::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// Takes away the records of an import from one number to another, both included.
///
/// # Errors
/// The database's.
pub fn delete_staged(tx: &mut Tx, import_id: i64, (from, to): (i64, i64)) -> Result<()> {
    let target = staged_tests::table
        .filter(staged_tests::import_id.eq(import_id))
        .filter(staged_tests::record.ge(from).and(staged_tests::record.le(to)));
    diesel::delete(target).execute(&mut **tx)?;
    Ok(())
}

/// Takes away the records of imports published long ago, begun before a moment; what waits to be claimed stays, and
/// so does what tells which test came from which record. Dropped and undone imports keep none.
///
/// # Errors
/// The database's.
pub fn clear_staged(tx: &mut Tx, before: DateTime<Utc>) -> Result<usize> {
    let old = test_imports::table
        .filter(test_imports::state.eq(Coded(ImportState::Published)))
        .filter(test_imports::at.lt(Moment::from(before)));
    let ids: Vec<i64> = old.select(test_imports::id).load(&mut **tx)?;
    let mut count = 0;
    for ids in ids.chunks(BATCH) {
        let target = staged_tests::table.filter(staged_tests::import_id.eq_any(ids.to_vec()));
        let target = target.filter(staged_tests::outcome.ne(Coded(Outcome::Inbox)));
        count += diesel::delete(target).execute(&mut **tx)?;
    }
    Ok(count)
}

/// The next records behind one, whatever they are.
///
/// # Errors
/// The database's.
pub fn next_staged(
    conn: &mut AnyConnection,
    import_id: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<StagedTest>> {
    let query =
        StagedTest::query().filter(staged_tests::import_id.eq(import_id).and(staged_tests::record.gt(after)));
    Ok(query.order(staged_tests::record).limit(limit).load(conn)?)
}

/// A page of an import's records: those behind one, or those before one.
///
/// # Errors
/// The database's.
pub fn list_staged(
    conn: &mut AnyConnection,
    import_id: i64,
    filter: StagedFilter,
    after: i64,
    limit: i64,
) -> Result<Vec<StagedTest>> {
    let mut query = StagedTest::query().into_boxed();
    query = query.filter(staged_tests::import_id.eq(import_id).and(staged_tests::record.gt(after)));
    if let Some(outcome) = filter.outcome {
        query = query.filter(staged_tests::outcome.eq(Coded(outcome)));
    }
    if filter.suspicious {
        query = query.filter(staged_tests::cause.is_not_null());
    }
    if let Some(cause) = filter.cause {
        query = query.filter(staged_tests::cause.eq(Coded(cause)));
    }
    Ok(query.order(staged_tests::record).limit(limit).load(conn)?)
}

/// Finds a record of an import that the caller has found within the scope.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_staged(conn: &mut AnyConnection, import_id: i64, record: i64) -> Result<StagedTest> {
    let query = StagedTest::query()
        .filter(staged_tests::import_id.eq(import_id).and(staged_tests::record.eq(record)));
    query.first(conn).optional()?.ok_or(Error::NotFound("record of this import"))
}

/// Counts an import's records anew.
///
/// # Errors
/// The database's.
pub fn count_staged(conn: &mut AnyConnection, import_id: i64) -> Result<Counts> {
    let mine = staged_tests::table.filter(staged_tests::import_id.eq(import_id));
    let outcomes: Vec<(Coded<Outcome>, i64)> =
        mine.group_by(staged_tests::outcome).select((staged_tests::outcome, count_star())).load(conn)?;
    let suspicious = mine.filter(staged_tests::cause.is_not_null());
    let causes: Vec<(Option<Coded<Cause>>, i64)> =
        suspicious.group_by(staged_tests::cause).select((staged_tests::cause, count_star())).load(conn)?;
    Ok(Counts {
        outcomes: outcomes.into_iter().map(|(outcome, count)| (outcome.0, count)).collect(),
        causes: causes.into_iter().filter_map(|(cause, count)| Some((cause?.0, count))).collect(),
        ..Counts::default()
    })
}

/// The suspicious passes of an import by what they are of, the most frequent first.
///
/// # Errors
/// The database's.
pub fn count_by_what(conn: &mut AnyConnection, import_id: i64, limit: usize) -> Result<Vec<(String, i64)>> {
    let mut found: Vec<(String, i64)> = staged_tests::table
        .filter(staged_tests::import_id.eq(import_id).and(staged_tests::cause.is_not_null()))
        .group_by(staged_tests::what)
        .select((staged_tests::what, count_star()))
        .load(conn)?;
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found.truncate(limit);
    Ok(found)
}

impl StagedTest {
    /// What its tester called it, as shown.
    pub fn tester_label(&self) -> &str {
        match self.tester_verdict.as_deref() {
            Some("pass") => Verdict::Pass.label(),
            Some("fail") => Verdict::Fail.label(),
            Some("information") => "Information",
            _ => "",
        }
    }
}
