//! Recalls of instruments: from one instrument and two days to every test, thing, certificate and customer in doubt.

mod letters;
pub mod maker;

pub use letters::write_letters;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::calibration::AsFound;
use domain::event::Event;
use domain::permission::{EditInstrument, ViewRegister};
use domain::recall::{Doubt, Found, last_good};
use domain::schedule::day_begins;
use domain::verdict::Verdict;
use store::calibrations::{counting, list_calibrations};
use store::certificates::CertificateRow;
use store::instruments::find_instrument;
use store::proof_checks::list_proof_checks;
use store::recalls::{self, Affected, AffectedTest, Recall};
use store::types::Moment;
use store::{AnyConnection, Right};

use crate::actions::dues::{FIRM_ZONE, recompute, today};
use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// Tests read at a time.
const PAGE: i64 = 1000;
/// Assets made due in one transaction.
const BATCH: usize = 300;
/// Proof checks looked through for the last good one.
const CHECKS: i64 = 1000;

/// An affected test, and whether its asset was tested again since with an instrument that is not in doubt.
#[derive(Debug, Clone)]
pub struct Row {
    /// The test.
    pub test: AffectedTest,
    /// When the asset was tested again.
    pub retested: Option<Moment>,
}

/// A recall with what it affects, within the reader's scope.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The recall.
    pub recall: Recall,
    /// How much.
    pub affected: Affected,
    /// Certificates that rest on tests in doubt, the latest revision of each, with how many such tests.
    pub certificates: Vec<(CertificateRow, usize)>,
    /// Assets that were not tested again and not asked for yet.
    pub open: usize,
    /// A page of the tests.
    pub rows: Vec<Row>,
    /// Where the next page begins.
    pub next: Option<(Moment, String)>,
}

/// What a recall is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecall {
    /// The instrument.
    pub instrument_id: i64,
    /// The first day in doubt.
    pub from: NaiveDate,
    /// The last day in doubt.
    pub to: NaiveDate,
    /// Why.
    pub reason: String,
}

/// The day from which an instrument's readings may be in doubt, by its own history; none where nothing shows that it
/// was ever right.
///
/// # Errors
/// Not found.
pub fn suggest(app: &App, _: &Right<EditInstrument>, instrument_id: i64) -> Result<Option<NaiveDate>> {
    Ok(app.store.read(|conn| {
        find_instrument(conn, instrument_id)?;
        let calibrations = list_calibrations(conn, instrument_id)?;
        let checks = list_proof_checks(conn, instrument_id, CHECKS)?;
        let of_laboratory = counting(calibrations.iter().map(|(row, _)| row)).into_iter().filter_map(|one| {
            let right = matches!(one.as_found, AsFound::Within | AsFound::NotTold);
            Some(Found { on: one.on?, right, left_right: one.as_found != AsFound::Failed })
        });
        let of_checks = checks.iter().filter(|(row, ..)| row.verdict.0 != Verdict::Incomplete);
        let of_checks = of_checks.map(|(row, ..)| {
            let right = row.verdict.0 == Verdict::Pass;
            Found { on: row.checked_on, right, left_right: right }
        });
        Ok::<_, store::Error>(last_good(&of_laboratory.chain(of_checks).collect::<Vec<_>>()))
    })?)
}

/// How much a recall would affect, before it begins.
///
/// # Errors
/// Not found; field errors for days that cannot be.
pub fn preview(app: &App, right: &Right<EditInstrument>, new: &NewRecall) -> Result<Affected> {
    let doubt = doubt_of(app, new)?;
    Ok(app.store.read(|conn| recalls::count_affected(conn, right.scope(), &doubt))?)
}

/// Begins a recall.
///
/// # Errors
/// Forbidden for who sees only some customers, not found, field errors for days that cannot be and a missing reason.
pub fn begin_recall(app: &App, right: &Right<EditInstrument>, new: &NewRecall) -> Result<i64> {
    sees_all(right, "recall instruments")?;
    let doubt = doubt_of(app, new)?;
    if new.reason.is_empty() {
        return Err(Error::field("reason", "say why"));
    }
    app.store.write(right.actor(), |tx| {
        let instrument = find_instrument(tx, new.instrument_id)?;
        let days = (Moment::from(doubt.since), Moment::from(doubt.until));
        let id = recalls::insert_recall(tx, instrument.id, days, &new.reason)?;
        let affected = recalls::count_affected(tx, right.scope(), &Doubt { recall_id: id, ..doubt })?;
        let event = Event::new("instrument", instrument.id, "recalled")
            .change("recall", "", id)
            .change("first day in doubt", "", new.from)
            .change("last day in doubt", "", new.to)
            .change("reason", "", &new.reason)
            .change("tests affected", "", affected.tests);
        Ok((id, vec![event]))
    })
}

fn doubt_of(app: &App, new: &NewRecall) -> Result<Doubt> {
    if new.to < new.from {
        return Err(Error::field("to", "the last day is before the first"));
    }
    if new.to > today(app) {
        return Err(Error::field("to", "this lies in the future"));
    }
    let (since, until) = (day_begins(new.from, FIRM_ZONE), day_begins(new.to + Days::new(1), FIRM_ZONE));
    Ok(Doubt { recall_id: 0, instrument_id: new.instrument_id, since, until })
}

/// The first and the last day in doubt, by the firm's clock.
pub fn days_of(recall: &Recall) -> (NaiveDate, NaiveDate) {
    let day = |at: DateTime<Utc>| at.with_timezone(&FIRM_ZONE).date_naive();
    (day(recall.row.since.utc()), day(recall.row.until.utc() - chrono::TimeDelta::microseconds(1)))
}

/// Every recall, of one instrument where one is given, the latest first.
///
/// # Errors
/// The store's.
pub fn list_recalls(app: &App, _: &Right<ViewRegister>, instrument_id: Option<i64>) -> Result<Vec<Recall>> {
    Ok(app.store.read(|conn| recalls::list_recalls(conn, instrument_id))?)
}

/// A recall with a page of what it affects.
///
/// # Errors
/// Not found.
pub fn find_recall(
    app: &App,
    right: &Right<ViewRegister>,
    id: i64,
    (after, limit): (Option<(Moment, String)>, usize),
) -> Result<Whole> {
    app.store.read(|conn| {
        let recall = recalls::find_recall(conn, id)?;
        let doubt = recall.row.doubt();
        let first = after.is_none();
        let fetch = i64::try_from(limit).unwrap_or(PAGE) + 1;
        let after = after.as_ref().map(|(at, id)| (*at, id.as_str()));
        let mut tests = recalls::list_affected(conn, right.scope(), &doubt, (after, fetch))?;
        let more = tests.len() > limit;
        tests.truncate(limit);
        let next = tests.last().filter(|_| more).map(|last| (last.performed_at, last.id.clone()));
        let rows = with_retests(conn, &doubt, tests)?;
        let mut open = BTreeSet::new();
        // Counted on the first page alone: it looks at everything.
        if first {
            each_in(conn, right, &doubt, |conn, rows| {
                open.extend(still_open(conn, id, rows)?.into_keys());
                Ok::<_, Error>(())
            })?;
        }
        Ok::<_, Error>(Whole {
            affected: recalls::count_affected(conn, right.scope(), &doubt)?,
            certificates: recalls::list_affected_certificates(conn, right.scope(), &doubt)?,
            recall,
            open: open.len(),
            rows,
            next,
        })
    })
}

fn with_retests(conn: &mut AnyConnection, doubt: &Doubt, tests: Vec<AffectedTest>) -> Result<Vec<Row>> {
    let ids: BTreeSet<i64> = tests.iter().map(|test| test.asset_id).collect();
    let retested = recalls::list_retested(conn, doubt, &ids)?;
    let row = |test: AffectedTest| {
        let again = retested.get(&test.asset_id).copied().filter(|at| *at > test.performed_at);
        Row { test, retested: again }
    };
    Ok(tests.into_iter().map(row).collect())
}

/// Walks through everything affected, page by page, so that a hundred thousand need no memory.
fn each_in<E: From<Error>>(
    conn: &mut AnyConnection,
    right: &Right<ViewRegister>,
    doubt: &Doubt,
    mut each: impl FnMut(&mut AnyConnection, Vec<Row>) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut after: Option<(Moment, String)> = None;
    loop {
        let from = after.as_ref().map(|(at, id)| (*at, id.as_str()));
        let tests = recalls::list_affected(conn, right.scope(), doubt, (from, PAGE)).map_err(Error::from)?;
        let Some(last) = tests.last() else { return Ok(()) };
        after = Some((last.performed_at, last.id.clone()));
        let rows = with_retests(conn, doubt, tests)?;
        each(conn, rows)?;
    }
}

/// Walks through everything a recall affects within the reader's scope.
///
/// # Errors
/// Not found, or what `each` says.
pub fn each_affected<E: From<Error>>(
    app: &App,
    right: &Right<ViewRegister>,
    id: i64,
    mut each: impl FnMut(Row) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let doubt = app.store.read(|conn| recalls::find_recall(conn, id)).map_err(Error::from)?.row.doubt();
    let mut conn_each = |_: &mut AnyConnection, rows: Vec<Row>| rows.into_iter().try_for_each(&mut each);
    let mut result = Ok(());
    app.store
        .read(|conn| {
            result = each_in(conn, right, &doubt, &mut conn_each);
            Ok::<_, store::Error>(())
        })
        .map_err(Error::from)?;
    result
}

/// Assets of these rows that were not tested again and not asked for, each with its customer.
fn still_open(conn: &mut AnyConnection, recall_id: i64, rows: Vec<Row>) -> Result<BTreeMap<i64, i64>> {
    let open = rows.iter().filter(|row| row.retested.is_none() && row.test.lifecycle.0.falls_due());
    let open: BTreeMap<i64, i64> = open.map(|row| (row.test.asset_id, row.test.customer_id)).collect();
    let ids: Vec<i64> = open.keys().copied().collect();
    let asked = recalls::list_asked(conn, recall_id, &ids)?;
    Ok(open.into_iter().filter(|(id, _)| !asked.contains(id)).collect())
}

/// Makes every affected asset that was not tested again due now, each with an event of its own; gives how many.
///
/// # Errors
/// Forbidden for who sees only some customers, not found, a conflict when the recall has ended.
pub fn ask_retests(app: &App, right: &Right<EditInstrument>, id: i64) -> Result<usize> {
    sees_all(right, "ask for tests after a recall")?;
    let recall = app.store.read(|conn| recalls::find_recall(conn, id))?;
    if recall.end.is_some() {
        return Err(Error::Conflict("This recall has ended; nothing is asked for any more.".to_owned()));
    }
    let view = right.actor().right::<ViewRegister>()?;
    let mut open = BTreeMap::new();
    app.store.read(|conn| {
        each_in(conn, &view, &recall.row.doubt(), |conn, rows| {
            open.extend(still_open(conn, id, rows)?);
            Ok::<_, Error>(())
        })
    })?;
    let open: Vec<(i64, i64)> = open.into_iter().collect();
    let today = today(app);
    // In several transactions, so that others can write between them; asked twice, each asset is asked once.
    for some in open.chunks(BATCH) {
        app.store.write(right.actor(), |tx| {
            let ids: Vec<i64> = some.iter().map(|(asset, _)| *asset).collect();
            let known = recalls::list_asked(tx, id, &ids)?;
            let mut events = vec![Event::new("instrument", recall.row.instrument_id, "tests asked for")];
            for (asset, customer) in some.iter().filter(|(asset, _)| !known.contains(asset)) {
                recalls::insert_retest(tx, (*asset, *customer), id, today)?;
                recompute(tx, *asset)?;
                let event = Event::new("asset", asset, "made due").of_asset(*customer, *asset);
                events.push(event.change("because of recall", "", id));
            }
            Ok::<_, Error>(((), events))
        })?;
    }
    Ok(open.len())
}

/// Ends a recall: its notices go, what was asked for stays due, the record stays.
///
/// # Errors
/// Forbidden for who sees only some customers, not found, a field error without a reason, a conflict when it has
/// ended already.
pub fn end_recall(app: &App, right: &Right<EditInstrument>, id: i64, reason: &str) -> Result<()> {
    sees_all(right, "end recalls")?;
    if reason.is_empty() {
        return Err(Error::field("reason", "say why"));
    }
    app.store.write(right.actor(), |tx| {
        let recall = recalls::find_recall(tx, id)?;
        recalls::insert_end(tx, id, reason)?;
        let event = Event::new("instrument", recall.row.instrument_id, "recall ended");
        Ok(((), vec![event.change("recall", id, "").change("reason", "", reason)]))
    })
}

/// The header of the list as CSV.
pub const CSV_HEADER: [&str; 9] = [
    "Test",
    "Tested at (UTC)",
    "Result then",
    "Tag",
    "Description",
    "Customer",
    "Site",
    "Place",
    "Tested again at (UTC)",
];

/// A row as CSV that no spreadsheet runs.
pub fn csv_record(row: &Row) -> String {
    use domain::code::Code;
    let time = |at: Moment| at.utc().format("%Y-%m-%d %H:%M:%S").to_string();
    let test = &row.test;
    exchange::csv_write::record([
        test.id.as_str(),
        &time(test.performed_at),
        test.verdict.0.label(),
        &test.tag,
        &test.description,
        &test.customer,
        &test.site,
        test.place.as_deref().unwrap_or_default(),
        &row.retested.map(time).unwrap_or_default(),
    ])
}
