//! Recalls of instruments, and every test, asset and certificate that one affects. What is affected is worked out
//! anew each time: a test that arrives late is found too.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::asset::Lifecycle;
use domain::equipment::TestKind;
use domain::history_link::NOW;
use domain::recall::Doubt;
use domain::verdict::Verdict;

use crate::access::Scope;
use crate::certificates::{CertificateRow, find_evidence};
use crate::each_backend;
use crate::error::{Error, Result, taken};
use crate::history_links::{Belonging, Parts};
use crate::portable::AnyConnection;
use crate::schema::{
    assets, certificates, customers, instruments, people, places, recall_ends, recalls, retests, sites, tests,
};
use crate::types::{Coded, Moment};
use crate::{Tx, in_history, in_scope};

/// Ids in one statement.
const BATCH: usize = 500;

/// A recall.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = recalls)]
pub struct RecallRow {
    /// Its number.
    pub id: i64,
    /// The instrument.
    pub instrument_id: i64,
    /// The first moment in doubt.
    pub since: Moment,
    /// The first moment that is not.
    pub until: Moment,
    /// Why.
    pub reason: String,
    /// Who began it.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
}

impl RecallRow {
    /// What it says of readings.
    pub fn doubt(&self) -> Doubt {
        let (since, until) = (self.since.utc(), self.until.utc());
        Doubt { recall_id: self.id, instrument_id: self.instrument_id, since, until }
    }
}

/// A recall with who began it and, where it has ended, when, why and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    /// The recall.
    pub row: RecallRow,
    /// Make, model and serial number of the instrument.
    pub instrument: String,
    /// Who began it.
    pub by: String,
    /// Its end.
    pub end: Option<(Moment, String)>,
}

/// How much a recall affects, within a scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Affected {
    /// Records of tests.
    pub tests: i64,
    /// Assets.
    pub assets: i64,
    /// Customers.
    pub customers: i64,
}

/// An affected test.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct AffectedTest {
    /// The test.
    pub id: String,
    /// Its number in the customer's ledger.
    pub seq: i64,
    /// When it was done.
    pub performed_at: Moment,
    /// What it came to.
    pub verdict: Coded<Verdict>,
    /// Whose it is.
    pub customer_id: i64,
    /// Name of the customer.
    pub customer: String,
    /// The site it was done at.
    pub site_id: i64,
    /// Where the asset is now: the site.
    pub site: String,
    /// The place.
    pub place: Option<String>,
    /// The asset.
    pub asset_id: i64,
    /// Its tag.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// Where it is in its life.
    pub lifecycle: Coded<Lifecycle>,
    /// Why it is locked, if it is.
    pub lock_cause: Option<String>,
}

/// Begins a recall.
///
/// # Errors
/// The database's.
pub fn insert_recall(
    tx: &mut Tx,
    instrument_id: i64,
    (since, until): (Moment, Moment),
    reason: &str,
) -> Result<i64> {
    let (by, at) = (tx.actor.person_id(), Moment::from(tx.now));
    Ok(diesel::insert_into(recalls::table)
        .values((
            recalls::instrument_id.eq(instrument_id),
            recalls::since.eq(since),
            recalls::until.eq(until),
            recalls::reason.eq(reason),
            recalls::person_id.eq(by),
            recalls::at.eq(at),
        ))
        .returning(recalls::id)
        .get_result(&mut **tx)?)
}

/// Ends a recall: its notices go, the record stays.
///
/// # Errors
/// [`Error::Taken`] when it has ended already.
pub fn insert_end(tx: &mut Tx, recall_id: i64, reason: &str) -> Result<()> {
    let (by, at) = (tx.actor.person_id(), Moment::from(tx.now));
    let insert = diesel::insert_into(recall_ends::table)
        .values((
            recall_ends::recall_id.eq(recall_id),
            recall_ends::reason.eq(reason),
            recall_ends::person_id.eq(by),
            recall_ends::at.eq(at),
        ))
        .execute(&mut **tx);
    taken(insert, || "this recall has ended already".to_owned())?;
    Ok(())
}

/// The recalls, of one instrument where one is given, the latest first.
///
/// # Errors
/// The database's.
pub fn list_recalls(conn: &mut AnyConnection, instrument_id: Option<i64>) -> Result<Vec<Recall>> {
    type Row = (RecallRow, String, String, String, Option<String>, Option<Moment>, Option<String>);
    let mut query = recalls::table
        .inner_join(instruments::table)
        .left_join(people::table)
        .left_join(recall_ends::table)
        .into_boxed();
    if let Some(id) = instrument_id {
        query = query.filter(recalls::instrument_id.eq(id));
    }
    let rows: Vec<Row> = query
        .order(recalls::id.desc())
        .limit(200)
        .select((
            RecallRow::as_select(),
            instruments::make,
            instruments::model,
            instruments::serial,
            people::name.nullable(),
            recall_ends::at.nullable(),
            recall_ends::reason.nullable(),
        ))
        .load(conn)?;
    let of = |(row, make, model, serial, by, at, reason): Row| Recall {
        row,
        instrument: format!("{make} {model} {serial}"),
        by: by.unwrap_or_default(),
        end: at.map(|at| (at, reason.unwrap_or_default())),
    };
    Ok(rows.into_iter().map(of).collect())
}

/// Finds a recall.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_recall(conn: &mut AnyConnection, id: i64) -> Result<Recall> {
    let row: Option<RecallRow> = RecallRow::query().filter(recalls::id.eq(id)).first(conn).optional()?;
    let instrument_id = row.map(|row| row.instrument_id).ok_or(Error::NotFound("recall"))?;
    let all = list_recalls(conn, Some(instrument_id))?;
    all.into_iter().find(|one| one.row.id == id).ok_or(Error::NotFound("recall"))
}

/// What the recalls that have not ended say of readings.
///
/// # Errors
/// The database's.
pub fn list_doubts(conn: &mut AnyConnection) -> Result<Vec<Doubt>> {
    let rows: Vec<RecallRow> = each_backend!(conn, c => recalls::table
        .left_join(recall_ends::table)
        .filter(recall_ends::recall_id.is_null())
        .select(RecallRow::as_select())
        .load(c))?;
    Ok(rows.iter().map(RecallRow::doubt).collect())
}

/// Counts what is in doubt.
///
/// # Errors
/// The database's.
pub fn count_affected(conn: &mut AnyConnection, scope: &Scope, doubt: &Doubt) -> Result<Affected> {
    let (since, until) = (Moment::from(doubt.since), Moment::from(doubt.until));
    let made = tests::table
        .filter(tests::instrument_id.eq(doubt.instrument_id))
        .filter(tests::performed_at.ge(since).and(tests::performed_at.lt(until)))
        .into_boxed();
    let made: Vec<(i64, i64)> = in_scope!(made, scope, tests::customer_id)
        .select((tests::asset_id, tests::customer_id))
        .load(conn)?;
    // Counted here: the two databases' ways of counting what differs do not meet in one query.
    let assets: BTreeSet<i64> = made.iter().map(|(asset, _)| *asset).collect();
    let customers: BTreeSet<i64> = made.iter().map(|(_, customer)| *customer).collect();
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let (tests, assets, customers) = (count(made.len()), count(assets.len()), count(customers.len()));
    Ok(Affected { tests, assets, customers })
}

/// A page of the tests in doubt, the earliest first, after one already seen.
///
/// # Errors
/// The database's.
pub fn list_affected(
    conn: &mut AnyConnection,
    scope: &Scope,
    doubt: &Doubt,
    (after, limit): (Option<(Moment, &str)>, i64),
) -> Result<Vec<AffectedTest>> {
    let (since, until) = (Moment::from(doubt.since), Moment::from(doubt.until));
    let made = tests::table
        .inner_join(assets::table)
        .inner_join(customers::table.on(customers::id.eq(tests::customer_id)))
        .inner_join(sites::table.on(sites::id.eq(assets::site_id)))
        .left_join(places::table.on(assets::place_id.eq(places::id.nullable())))
        .filter(tests::instrument_id.eq(doubt.instrument_id))
        .filter(tests::performed_at.ge(since).and(tests::performed_at.lt(until)))
        .into_boxed();
    let mut made = in_scope!(made, scope, tests::customer_id);
    if let Some((at, id)) = after {
        made = made.filter(
            tests::performed_at.gt(at).or(tests::performed_at.eq(at).and(tests::id.gt(id.to_owned()))),
        );
    }
    Ok(made
        .order((tests::performed_at, tests::id))
        .limit(limit)
        .select((
            tests::id,
            tests::seq,
            tests::performed_at,
            tests::verdict,
            tests::customer_id,
            customers::name,
            tests::site_id,
            sites::name,
            places::path.nullable(),
            assets::id,
            assets::tag,
            assets::description,
            assets::lifecycle,
            assets::lock_cause,
        ))
        .load(conn)?)
}

/// The last test of each of these assets that is not in doubt and measured: where it is later than the one in doubt,
/// the thing was tested again since.
///
/// # Errors
/// The database's.
pub fn list_retested(
    conn: &mut AnyConnection,
    doubt: &Doubt,
    asset_ids: &BTreeSet<i64>,
) -> Result<BTreeMap<i64, Moment>> {
    let ids: Vec<i64> = asset_ids.iter().copied().collect();
    let belonging = Belonging::load(conn, &ids)?;
    let measuring: Vec<Coded<TestKind>> = measuring_kinds().into_iter().map(Coded).collect();
    let mut last: BTreeMap<i64, Moment> = BTreeMap::new();
    for ids in belonging.assets.chunks(BATCH) {
        let rows: Vec<(i64, String, Moment, Option<i64>)> = tests::table
            .filter(tests::asset_id.eq_any(ids.to_vec()))
            .filter(tests::performed_at.ge(Moment::from(doubt.since)))
            .filter(tests::kind.eq_any(measuring.clone()).and(tests::instrument_id.is_not_null()))
            .select((tests::asset_id, tests::id, tests::performed_at, tests::instrument_id))
            .load(conn)?;
        for (asset, id, at, instrument) in rows {
            if !doubt.affects(instrument, at.utc()) {
                let last = last.entry(belonging.test_at((asset, &id), NOW)).or_insert(at);
                *last = at.max(*last);
            }
        }
    }
    // A thing that was merged into another is tested again when that one is.
    let of = |asset: &i64| Some((*asset, *last.get(&belonging.home(*asset))?));
    Ok(asset_ids.iter().filter_map(of).collect())
}

fn measuring_kinds() -> Vec<TestKind> {
    use domain::code::Code;
    TestKind::ALL.iter().copied().filter(|kind| kind.measures()).collect()
}

/// The latest revision of each certificate that rests on a test in doubt, with how many such tests it rests on.
///
/// # Errors
/// The database's, or that a certificate's record cannot be read.
pub fn list_affected_certificates(
    conn: &mut AnyConnection,
    scope: &Scope,
    doubt: &Doubt,
) -> Result<Vec<(CertificateRow, usize)>> {
    let (since, until) = (Moment::from(doubt.since), Moment::from(doubt.until));
    let made = tests::table
        .filter(tests::instrument_id.eq(doubt.instrument_id))
        .filter(tests::performed_at.ge(since).and(tests::performed_at.lt(until)))
        .into_boxed();
    let keys: Vec<(i64, i64, i64)> = in_scope!(made, scope, tests::customer_id)
        .select((tests::customer_id, tests::seq, tests::site_id))
        .load(conn)?;
    let numbers: BTreeSet<(i64, i64)> = keys.iter().map(|(customer, seq, _)| (*customer, *seq)).collect();
    let sites: Vec<i64> =
        keys.iter().map(|(_, _, site)| *site).collect::<BTreeSet<_>>().into_iter().collect();
    let mut found: BTreeMap<String, (CertificateRow, usize)> = BTreeMap::new();
    for sites in sites.chunks(BATCH) {
        let rows: Vec<CertificateRow> = CertificateRow::query()
            .filter(certificates::site_id.eq_any(sites.to_vec()).and(certificates::issued_at.ge(since)))
            .order(certificates::id)
            .load(conn)?;
        for row in rows {
            let evidence = find_evidence(conn, &row)?;
            let hits =
                evidence.tests.iter().filter(|seq| numbers.contains(&(row.customer_id, **seq))).count();
            // A later revision may rest on other tests: only the latest counts.
            match hits {
                0 => found.remove(&row.number),
                hits => found.insert(row.number.clone(), (row, hits)),
            };
        }
    }
    Ok(found.into_values().collect())
}

/// The recalls, by their numbers, that put the tests on which the history of an asset now rests in doubt; empty where it was tested
/// again since.
///
/// # Errors
/// The database's.
pub fn doubts_of_asset(conn: &mut AnyConnection, parts: &Parts) -> Result<Vec<i64>> {
    let doubts = list_doubts(conn)?;
    if doubts.is_empty() {
        return Ok(vec![]);
    }
    type Row = (Moment, Option<i64>, Coded<TestKind>);
    let rows: Vec<Row> = in_history!(tests::table.into_boxed(), parts)
        .order((tests::performed_at.desc(), tests::seq.desc()))
        .select((tests::performed_at, tests::instrument_id, tests::kind))
        .load(conn)?;
    // The last measured test is what the asset rests on.
    let last = rows.iter().find(|(_, instrument, kind)| kind.measures() && instrument.is_some());
    let Some((at, instrument, _)) = last else { return Ok(vec![]) };
    Ok(doubts.iter().filter(|d| d.affects(*instrument, at.utc())).map(|d| d.recall_id).collect())
}

/// How many of a certificate's tests are in doubt now: for its public page.
///
/// # Errors
/// The database's.
pub fn count_doubtful(conn: &mut AnyConnection, customer_id: i64, test_numbers: &[i64]) -> Result<usize> {
    let doubts = list_doubts(conn)?;
    if doubts.is_empty() {
        return Ok(0);
    }
    let instruments: Vec<i64> = doubts.iter().map(|doubt| doubt.instrument_id).collect();
    let mut count = 0;
    for numbers in test_numbers.chunks(BATCH) {
        let rows: Vec<(Option<i64>, Moment)> = tests::table
            .filter(tests::customer_id.eq(customer_id).and(tests::seq.eq_any(numbers.to_vec())))
            .filter(tests::instrument_id.eq_any(instruments.clone()))
            .select((tests::instrument_id, tests::performed_at))
            .load(conn)?;
        let in_doubt = |(instrument, at): &&(Option<i64>, Moment)| {
            doubts.iter().any(|doubt| doubt.affects(*instrument, at.utc()))
        };
        count += rows.iter().filter(in_doubt).count();
    }
    Ok(count)
}

/// Writes down that an asset is to be tested again because of a recall.
///
/// # Errors
/// [`Error::Taken`] when it was asked already.
pub fn insert_retest(
    tx: &mut Tx,
    (asset_id, customer_id): (i64, i64),
    recall_id: i64,
    asked_on: NaiveDate,
) -> Result<()> {
    let (by, at) = (tx.actor.person_id(), Moment::from(tx.now));
    let insert = diesel::insert_into(retests::table)
        .values((
            retests::asset_id.eq(asset_id),
            retests::customer_id.eq(customer_id),
            retests::recall_id.eq(recall_id),
            retests::asked_on.eq(asked_on),
            retests::person_id.eq(by),
            retests::at.eq(at),
        ))
        .execute(&mut **tx);
    taken(insert, || "this asset was asked for already".to_owned())?;
    Ok(())
}

/// When an asset was asked to be tested again: the moment, the day, and the recall.
pub type Retest = (Moment, NaiveDate, i64);

/// The last time that each of these assets was asked to be tested again.
///
/// # Errors
/// The database's.
pub fn find_retests(conn: &mut AnyConnection, asset_ids: &[i64]) -> Result<HashMap<i64, Retest>> {
    let mut found = HashMap::new();
    for ids in asset_ids.chunks(BATCH) {
        let asked: Vec<(i64, Retest)> = retests::table
            .filter(retests::asset_id.eq_any(ids.to_vec()))
            .order((retests::at, retests::recall_id))
            .select((retests::asset_id, (retests::at, retests::asked_on, retests::recall_id)))
            .load(conn)?;
        // The last one stays.
        found.extend(asked);
    }
    Ok(found)
}

/// The assets that were asked for because of a recall.
///
/// # Errors
/// The database's.
pub fn list_asked(conn: &mut AnyConnection, recall_id: i64, asset_ids: &[i64]) -> Result<BTreeSet<i64>> {
    let mut found = BTreeSet::new();
    for ids in asset_ids.chunks(BATCH) {
        let asked: Vec<i64> = retests::table
            .filter(retests::recall_id.eq(recall_id).and(retests::asset_id.eq_any(ids.to_vec())))
            .select(retests::asset_id)
            .load(conn)?;
        found.extend(asked);
    }
    Ok(found)
}
