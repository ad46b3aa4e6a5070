//! Tests: rows to find them by, in front of the ledger that holds what was recorded. Appended, never altered.

mod list;
mod releases;

pub use list::{
    Page, list_failures, list_tests_of_asset, list_tests_of_assets, list_tests_of_site, list_tests_of_visit,
    superseded_ids,
};
pub(crate) use releases::releases_at_home;
pub use releases::{ReleaseRow, insert_release, list_releases, list_releases_of};

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use domain::code::Code;
use domain::equipment::TestKind;
use domain::evidence::TestEvidence;
use domain::history_link::NOW;
use domain::standing::{Away, TestRecord};
use domain::verdict::Verdict;

use crate::access::Scope;
use crate::error::{Error, Result, taken};
use crate::history_links::Belonging;
use crate::ledger::{self, Entry, Place, RowHash};
use crate::portable::AnyConnection;
use crate::schema::{ledger as ledger_table, tests};
use crate::types::{Coded, Moment};
use crate::withdrawals::withdrawn_of_assets;
use crate::{Tx, each_backend, in_scope};

/// A recorded test.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = tests, treat_none_as_default_value = false)]
pub struct TestRow {
    /// The id made by whoever recorded it.
    pub id: String,
    /// Whose asset it is.
    pub customer_id: i64,
    /// Its number in the customer's ledger; given when it is inserted.
    pub seq: i64,
    /// The site it was done at.
    pub site_id: i64,
    /// The place within the site.
    pub place_id: Option<i64>,
    /// The asset.
    pub asset_id: i64,
    /// Kind of inspection.
    pub kind: Coded<TestKind>,
    /// When it was done, by the engineer's account.
    pub performed_at: Moment,
    /// When it arrived.
    pub received_at: Moment,
    /// Who did it.
    pub person_id: i64,
    /// The instrument.
    pub instrument_id: Option<i64>,
    /// The visit.
    pub visit_id: Option<i64>,
    /// Code of the rule set.
    pub ruleset: String,
    /// The outcome.
    pub verdict: Coded<Verdict>,
    /// The test that it corrects.
    pub supersedes: Option<String>,
    /// Hash of the request, for telling a repetition from a reused id.
    pub request_hash: Option<String>,
    /// The answer given, for giving it again.
    pub response: Option<String>,
    /// Whether a pass of it returns a failed asset to service.
    pub returns: bool,
}

/// A test ready to be written: its row (the sequence number is given on the way) and its ledger entry.
#[derive(Debug, Clone)]
pub struct PreparedTest {
    /// The row.
    pub row: TestRow,
    /// The ledger entry.
    pub entry: Entry,
}

/// A test with what the ledger holds of it.
#[derive(Debug, Clone)]
pub struct RecordedTest {
    /// The row.
    pub row: TestRow,
    /// What was recorded.
    pub evidence: TestEvidence,
    /// The chain's hash with it.
    pub hash: String,
    /// When it counted for another asset than it does now; known only where that was looked up.
    pub away: Vec<Away>,
}

impl PreparedTest {
    /// The ledger entry of a test in its canonical form.
    pub fn new(row: TestRow, evidence: &TestEvidence) -> Self {
        let (record_id, row_hash) = (row.id.clone(), row.row_hash());
        Self { entry: Entry { kind: "test", record_id, row_hash, body: evidence.canonical() }, row }
    }
}

impl TestRow {
    /// Hash over its columns, but for the customer and number that the ledger has itself.
    pub fn row_hash(&self) -> String {
        let hash = RowHash::default().text(&self.id).number(self.site_id).optional_number(self.place_id);
        let hash = hash.number(self.asset_id).text(self.kind.0.code());
        let hash = hash.moment(self.performed_at).moment(self.received_at).number(self.person_id);
        let hash = hash.optional_number(self.instrument_id).optional_number(self.visit_id);
        let hash = hash.text(&self.ruleset).text(self.verdict.0.code()).optional(self.supersedes.as_deref());
        let hash = hash.optional(self.request_hash.as_deref()).optional(self.response.as_deref());
        // Only where it is so: records from before there was such a column keep their hash.
        if self.returns { hash.text("returns").finish() } else { hash.finish() }
    }
}

/// Writes a test to the ledger and its row behind it; the last thing a transaction does, since it locks
/// the customer's chain.
///
/// # Errors
/// [`Error::Taken`] when the id is in use.
pub fn insert_test(tx: &mut Tx, test: PreparedTest) -> Result<Place> {
    let PreparedTest { mut row, entry } = test;
    let place = ledger::append(tx, row.customer_id, row.received_at.utc(), &entry)?;
    row.seq = place.seq;
    let insert = diesel::insert_into(tests::table).values(&row).execute(&mut **tx);
    taken(insert, || "a test with this id is recorded already".to_owned())?;
    Ok(place)
}

/// Rows per statement: SQLite binds at most 32,766 values in one.
const BATCH: usize = 1000;

/// Writes many tests of one customer, chained in the order given, in few statements.
///
/// # Errors
/// [`Error::Taken`] when an id is in use.
pub fn insert_tests(tx: &mut Tx, customer_id: i64, batch: Vec<PreparedTest>) -> Result<Vec<Place>> {
    let entries: Vec<_> = batch.iter().map(|test| (test.row.received_at.utc(), &test.entry)).collect();
    let places = ledger::append_batch(tx, customer_id, &entries)?;
    let mut rows: Vec<TestRow> = batch.into_iter().map(|test| test.row).collect();
    for (row, place) in rows.iter_mut().zip(&places) {
        (row.customer_id, row.seq) = (customer_id, place.seq);
    }
    for rows in rows.chunks(BATCH) {
        let insert = each_backend!(&mut **tx, c => diesel::insert_into(tests::table).values(rows).execute(c));
        taken(insert, || "a test with one of these ids is recorded already".to_owned())?;
    }
    Ok(places)
}

/// Finds a test.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_test(conn: &mut AnyConnection, scope: &Scope, id: &str) -> Result<TestRow> {
    let query = in_scope!(TestRow::query().into_boxed(), scope, tests::customer_id);
    query.filter(tests::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("test"))
}

/// The test that has this id already, whoever's it is: only for telling a repetition from a reused id.
///
/// # Errors
/// The database's.
pub fn find_repeated(tx: &mut Tx, id: &str) -> Result<Option<TestRow>> {
    Ok(TestRow::query().filter(tests::id.eq(id)).first(&mut **tx).optional()?)
}

/// Finds a test with what the ledger holds of it.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_recorded_test(conn: &mut AnyConnection, scope: &Scope, id: &str) -> Result<RecordedTest> {
    let row = find_test(conn, scope, id)?;
    with_evidence(conn, vec![row])?.pop().ok_or(Error::NotFound("test"))
}

/// Adds to rows what the ledger holds of each; the rows stay in their order.
///
/// # Errors
/// The database's, or that a body cannot be read, naming its record.
pub fn with_evidence(conn: &mut AnyConnection, rows: Vec<TestRow>) -> Result<Vec<RecordedTest>> {
    let mut found = Vec::with_capacity(rows.len());
    let mut rest = rows.into_iter().peekable();
    while rest.peek().is_some() {
        let rows: Vec<TestRow> = rest.by_ref().take(BODIES).collect();
        let mut bodies = bodies(conn, &rows)?;
        for row in rows {
            let body = bodies.remove(&(row.customer_id, row.seq));
            let (body, hash) = body.ok_or(Error::NotFound("record of a test"))?;
            let evidence = TestEvidence::parse(&body).map_err(|why| {
                let words = format!("record {} of customer {}: {why}", row.seq, row.customer_id);
                Error::Database(diesel::result::Error::DeserializationError(words.into()))
            })?;
            found.push(RecordedTest { row, evidence, hash, away: vec![] });
        }
    }
    Ok(found)
}

/// Bodies read at once.
const BODIES: usize = 400;

/// What the ledger holds of these rows, by customer and number: body and hash.
fn bodies(conn: &mut AnyConnection, rows: &[TestRow]) -> Result<BTreeMap<(i64, i64), (String, String)>> {
    let customers: BTreeSet<i64> = rows.iter().map(|row| row.customer_id).collect();
    let mut found = BTreeMap::new();
    for customer_id in customers {
        let numbers: Vec<i64> =
            rows.iter().filter(|row| row.customer_id == customer_id).map(|row| row.seq).collect();
        let of: Vec<(i64, String, String)> = ledger_table::table
            .filter(ledger_table::customer_id.eq(customer_id).and(ledger_table::seq.eq_any(numbers)))
            .select((ledger_table::seq, ledger_table::body, ledger_table::hash))
            .load(conn)?;
        found.extend(of.into_iter().map(|(seq, body, hash)| ((customer_id, seq), (body, hash))));
    }
    Ok(found)
}

/// What the ledger holds of a test by its number there.
///
/// # Errors
/// The database's, or that the body cannot be read, naming its record.
pub fn find_evidence(conn: &mut AnyConnection, customer_id: i64, seq: i64) -> Result<TestEvidence> {
    let at = tests::customer_id.eq(customer_id).and(tests::seq.eq(seq));
    let row = TestRow::query().filter(at).first(conn).optional()?.ok_or(Error::NotFound("test"))?;
    let found = with_evidence(conn, vec![row])?.pop();
    Ok(found.ok_or(Error::NotFound("test"))?.evidence)
}

/// Tests by their numbers in a customer's ledger, with what it holds of them.
///
/// # Errors
/// The database's, or that a body cannot be read, naming its record.
pub fn find_numbered(
    conn: &mut AnyConnection,
    customer_id: i64,
    numbers: &[i64],
) -> Result<Vec<RecordedTest>> {
    let mut rows = vec![];
    for numbers in numbers.chunks(BATCH) {
        let at = tests::customer_id.eq(customer_id).and(tests::seq.eq_any(numbers.to_vec()));
        rows.extend(TestRow::query().filter(at).load(conn)?);
    }
    with_evidence(conn, rows)
}

/// The tests of an asset as the standing and the due dates need them.
///
/// # Errors
/// The database's.
pub fn tests_for_standing(conn: &mut AnyConnection, asset_id: i64) -> Result<Vec<TestRecord>> {
    Ok(histories(conn, &[asset_id])?.remove(&asset_id).unwrap_or_default())
}

/// The tests of many assets as the standing and the due dates need them, those withdrawn marked.
///
/// # Errors
/// The database's.
pub fn histories(conn: &mut AnyConnection, asset_ids: &[i64]) -> Result<HashMap<i64, Vec<TestRecord>>> {
    let belonging = Belonging::load(conn, asset_ids)?;
    histories_at_home(conn, &belonging)
}

/// As [`histories`], where it is known what belongs to what; with those of all assets ever linked to them.
///
/// # Errors
/// The database's.
pub fn histories_at_home(
    conn: &mut AnyConnection,
    belonging: &Belonging,
) -> Result<HashMap<i64, Vec<TestRecord>>> {
    type Row = (i64, String, i64, Coded<TestKind>, Coded<Verdict>, Moment, Option<String>, bool);
    let columns = (
        tests::asset_id,
        tests::id,
        tests::seq,
        tests::kind,
        tests::verdict,
        tests::performed_at,
        tests::supersedes,
        tests::returns,
    );
    let withdrawn = withdrawn_of_assets(conn, &belonging.assets)?;
    let mut rows: Vec<Row> = vec![];
    for ids in belonging.assets.chunks(BATCH) {
        let mine = tests::table.filter(tests::asset_id.eq_any(ids.to_vec()));
        rows.extend(mine.order((tests::asset_id, tests::seq)).select(columns).load::<Row>(conn)?);
    }
    // A correction stands with what it corrects, whichever asset either was recorded of.
    let sequences: HashMap<&str, i64> = rows.iter().map(|row| (row.1.as_str(), row.2)).collect();
    let mut found: HashMap<i64, Vec<TestRecord>> = HashMap::new();
    for (asset_id, id, sequence, kind, verdict, performed_at, supersedes, returns) in &rows {
        let at = (*asset_id, id.as_str());
        found.entry(belonging.test_at(at, NOW)).or_default().push(TestRecord {
            sequence: *sequence,
            kind: kind.0,
            verdict: verdict.0,
            performed_at: performed_at.utc(),
            supersedes: supersedes.as_deref().and_then(|id| sequences.get(id).copied()),
            withdrawn: withdrawn.contains(id),
            returns: *returns,
            away: belonging.away(at),
        });
    }
    Ok(found)
}

/// The numbers of tests in their customer's ledger, by id.
///
/// # Errors
/// The database's.
pub fn sequences(conn: &mut AnyConnection, ids: &[&str]) -> Result<HashMap<String, i64>> {
    let mut found = HashMap::new();
    for ids in ids.chunks(BATCH) {
        let rows: Vec<(String, i64)> =
            tests::table.filter(tests::id.eq_any(ids.to_vec())).select((tests::id, tests::seq)).load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// The instrument that a person used last, for offering it again.
///
/// # Errors
/// The database's.
pub fn last_instrument(conn: &mut AnyConnection, person_id: i64) -> Result<Option<i64>> {
    let mine = tests::table.filter(tests::person_id.eq(person_id).and(tests::instrument_id.is_not_null()));
    let last = mine.order(tests::performed_at.desc()).select(tests::instrument_id).first(conn).optional()?;
    Ok(last.flatten())
}

/// The test that corrects this one.
///
/// # Errors
/// The database's.
pub fn find_correction(conn: &mut AnyConnection, id: &str) -> Result<Option<String>> {
    Ok(tests::table
        .filter(tests::supersedes.eq(id))
        .order(tests::seq.desc())
        .select(tests::id)
        .first(conn)
        .optional()?)
}
