//! The inspection log: one row a test with its readings, limits and verdicts, for a customer or a site, however long.

use std::collections::BTreeMap;
use std::io::Write;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::code::Code;
use domain::evidence::{ReadingEvidence, TestEvidence};
use domain::judged::ReadingVerdict;
use domain::permission::DownloadPapers;
use domain::quantity::Decimal;
use domain::reading::ReadingTest;
use domain::reading_value::ValueForm;
use domain::schedule::day_begins;
use domain::visual::VisualResult;
use exchange::tester::csv_line;
use exchange::xlsx::{Cell, Workbook};
use store::customers::find_customer;
use store::sites::{Site, find_site, list_sites};
use store::tests::{self, Page, RecordedTest};
use store::types::Moment;
use store::{AnyConnection, Right};

use crate::actions::dues::time_zone;
use crate::actions::output::Trouble;
use crate::app::App;
use crate::error::{Error, Result};

/// Tests read at a time.
const PAGE: i64 = 500;

/// Whose tests of which days, both included and by each site's own calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The customer.
    pub customer_id: i64,
    /// One site of theirs, or all.
    pub site_id: Option<i64>,
    /// The first day, or from the beginning.
    pub from: Option<NaiveDate>,
    /// The last day, or up to now.
    pub until: Option<NaiveDate>,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table that a spreadsheet opens and no spreadsheet runs.
    Csv,
    /// A workbook with typed cells.
    Xlsx,
}

/// Writes the log row by row, so that a million need no memory; `progress` hears how many are written. Gives how many
/// there are.
///
/// # Errors
/// Not found, also outside the scope; a field error for days the wrong way round; too large beyond `most`.
pub fn write_log<W: Write>(
    app: &App,
    right: &Right<DownloadPapers>,
    asked: &Asked,
    (format, most, mut out): (Format, usize, W),
    progress: &dyn Fn(usize),
) -> std::result::Result<usize, Trouble> {
    let header = header();
    let mut rows = 0;
    let count = |rows: &mut usize| {
        *rows += 1;
        progress(*rows);
        let words = format!("These are more than {most} tests; choose fewer days, or use the command line.");
        if *rows > most { Err(Error::TooLarge(words)) } else { Ok(()) }
    };
    match format {
        Format::Csv => {
            let cells: Vec<Cell> = header.iter().map(Cell::text).collect();
            write!(out, "{}{}", exchange::csv_write::EXCEL_MARK, csv_line(&cells))?;
            each_row(app, right, asked, |cells| {
                count(&mut rows)?;
                Ok(out.write_all(csv_line(&cells).as_bytes())?)
            })?;
            out.flush()?;
        }
        Format::Xlsx => {
            let mut book = Workbook::to(out, "Inspection log", &header)?;
            each_row(app, right, asked, |cells| {
                count(&mut rows)?;
                Ok(book.row(&cells)?)
            })?;
            book.finish()?;
        }
    }
    Ok(rows)
}

fn each_row(
    app: &App,
    right: &Right<DownloadPapers>,
    asked: &Asked,
    mut each: impl FnMut(Vec<Cell>) -> std::result::Result<(), Trouble>,
) -> std::result::Result<(), Trouble> {
    if let (Some(from), Some(until)) = (asked.from, asked.until)
        && until < from
    {
        return Err(Error::field("until", "the last day is before the first").into());
    }
    let (customer, sites) = app.store.read(|conn| {
        let customer = find_customer(conn, right.scope(), asked.customer_id)?;
        let sites = match asked.site_id {
            Some(id) => vec![find_site(conn, right.scope(), id)?],
            None => list_sites(conn, right.scope(), Some(customer.id))?,
        };
        Ok::<_, Error>((customer.name, sites))
    })?;
    if sites.iter().any(|site| site.customer_id != asked.customer_id) {
        return Err(Error::NotFound("site of this customer".to_owned()).into());
    }
    for site in &sites {
        let zone = time_zone(&site.time_zone)?;
        let from = asked.from.map_or(DateTime::UNIX_EPOCH, |day| day_begins(day, zone));
        let until = asked.until.map_or(app.now() + Days::new(2), |day| day_begins(day + Days::new(1), zone));
        let between = (site.id, Moment::from(from), Moment::from(until));
        let mut last: Option<RecordedTest> = None;
        loop {
            // Read page by page, each on its own: a slow reader of the file holds no connection.
            let page = last.as_ref().map_or(Page::first(PAGE), |last| Page::after(&last.row, PAGE));
            let ground = (customer.as_str(), site, zone);
            let (tests, rows) = app.store.read(|conn| read_page(conn, right, ground, (between, page)))?;
            rows.into_iter().try_for_each(&mut each)?;
            match tests {
                Some(test) => last = Some(test),
                None => break,
            }
        }
    }
    Ok(())
}

type Rows = (Option<RecordedTest>, Vec<Vec<Cell>>);

fn read_page(
    conn: &mut AnyConnection,
    right: &Right<DownloadPapers>,
    ground: (&str, &Site, Tz),
    (between, page): ((i64, Moment, Moment), Page),
) -> Result<Rows> {
    let found = tests::list_tests_of_site(conn, right.scope(), between, page)?;
    let corrected = tests::superseded_ids(conn, &found)?;
    let recorded = tests::with_evidence(conn, found)?;
    let mut ids: Vec<i64> = recorded.iter().map(|test| test.row.person_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let people = store::certificates::list_people(conn, &ids)?;
    let names: BTreeMap<i64, String> = people.into_iter().map(|one| (one.id, one.name)).collect();
    let name = |id: i64| names.get(&id).cloned().unwrap_or_default();
    let rows = recorded
        .iter()
        .map(|test| row(test, ground, (&name(test.row.person_id), corrected.contains(&test.row.id))));
    let rows = rows.collect();
    let full = i64::try_from(recorded.len()).unwrap_or(0) == PAGE;
    Ok((recorded.into_iter().next_back().filter(|_| full), rows))
}

/// Columns before the readings, between them and after.
const BEFORE: [&str; 25] = [
    "Done at",
    "Customer",
    "Site",
    "Place",
    "Tag",
    "Customer number",
    "Description",
    "Make",
    "Model",
    "Serial",
    "Class",
    "Type",
    "Kind",
    "Rule set",
    "Edition",
    "Verdict",
    "Visual",
    "Tester",
    "Instrument",
    "Instrument serial",
    "Calibration certificate",
    "Calibration due",
    "Visit",
    "Next formal visual",
    "Next combined test",
];
const AFTER: [&str; 9] = [
    "All readings",
    "Visual items",
    "Reasons",
    "Warnings",
    "Note",
    "Corrects",
    "Corrected later",
    "Ledger number",
    "Record",
];

fn header() -> Vec<String> {
    let readings = ReadingTest::ALL.iter().flat_map(|test| {
        let unit = test.unit().map(|unit| format!(" ({})", unit.label())).unwrap_or_default();
        let label = test.label();
        let limit = test.unit().map(|_| format!("{label} limit{unit}"));
        [Some(format!("{label}{unit}")), limit, Some(format!("{label} verdict"))].into_iter().flatten()
    });
    let plain = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    plain(&BEFORE).into_iter().chain(readings).chain(plain(&AFTER)).collect()
}

fn row(
    test: &RecordedTest,
    (customer, site, zone): (&str, &Site, Tz),
    (tester, corrected): (&str, bool),
) -> Vec<Cell> {
    let evidence = &test.evidence;
    let asset = &evidence.asset;
    let local = |at: DateTime<Utc>| Cell::Moment(at.with_timezone(&zone).naive_local());
    let day = |day: Option<NaiveDate>| day.map_or(Cell::Empty, Cell::Date);
    let whole =
        |number: i64| u32::try_from(number).map_or(Cell::Empty, |n| Cell::Number(Decimal::from_whole(n)));
    let used = evidence.instrument.clone().unwrap_or_default();
    let mut cells = vec![
        local(evidence.performed_at),
        Cell::text(customer),
        Cell::text(&site.name),
        Cell::text(asset.place.clone().unwrap_or_default()),
        Cell::text(&asset.tag),
        Cell::text(asset.customer_number.clone().unwrap_or_default()),
        Cell::text(&asset.description),
        Cell::text(&asset.make),
        Cell::text(&asset.model),
        Cell::text(&asset.serial),
        Cell::text(evidence.subject.equipment_class.label()),
        Cell::text(evidence.subject.equipment_type.label()),
        Cell::text(evidence.kind.label()),
        Cell::text(&evidence.ruleset),
        Cell::text(&evidence.edition),
        Cell::text(evidence.verdict.label()),
        Cell::text(visual(evidence)),
        Cell::text(tester),
        Cell::text(format!("{} {}", used.make, used.model).trim()),
        Cell::text(used.serial),
        Cell::text(used.calibration_certificate),
        day(used.calibration_due),
        evidence.visit_id.map_or(Cell::Empty, whole),
        day(evidence.next_due.formal_visual),
        day(evidence.next_due.combined),
    ];
    ReadingTest::ALL.iter().for_each(|kind| cells.extend(reading(evidence, *kind)));
    let corrects = evidence.supersedes.as_ref().map(|old| format!("{}: {}", old.id, old.reason));
    cells.extend([
        Cell::text(all_readings(evidence)),
        Cell::text(visual_items(evidence)),
        Cell::text(evidence.reasons.join(" ")),
        Cell::text(evidence.warnings.join(" ")),
        Cell::text(&evidence.note),
        Cell::text(corrects.unwrap_or_default()),
        Cell::Bool(corrected),
        whole(test.row.seq),
        Cell::text(&test.row.id),
    ]);
    cells
}

/// The reading of a test that says the worst: a figure as a number, anything else as it was given; its limit and verdict.
fn reading(evidence: &TestEvidence, kind: ReadingTest) -> Vec<Cell> {
    let found = worst(evidence, kind);
    let value = match found {
        Some(reading) => match (reading.form, reading.value_e6) {
            (Some(ValueForm::Exact), Some(value)) => Cell::Number(Decimal::from_millionths(value)),
            _ => Cell::text(reading.given.clone().unwrap_or_default()),
        },
        None => Cell::Empty,
    };
    let limit =
        found.and_then(|reading| reading.limit()).map_or(Cell::Empty, |limit| Cell::Number(limit.value));
    let verdict = Cell::text(found.map_or("", |reading| reading.verdict.label()));
    match kind.unit() {
        Some(_) => vec![value, limit, verdict],
        None => vec![value, verdict],
    }
}

/// Of several readings of a test, such as one a socket, the one that says the worst; all of them stand in a column of
/// their own.
fn worst(evidence: &TestEvidence, kind: ReadingTest) -> Option<&ReadingEvidence> {
    let rank = |reading: &&ReadingEvidence| {
        let grave = match reading.verdict {
            ReadingVerdict::Fail => 0,
            ReadingVerdict::NotProven => 1,
            ReadingVerdict::Missing => 2,
            ReadingVerdict::Pass => 3,
            ReadingVerdict::NotJudged => 4,
        };
        (grave, reading.margin_e6.unwrap_or(i64::MAX))
    };
    evidence.readings.iter().filter(|reading| reading.test == kind).min_by_key(rank)
}

fn all_readings(evidence: &TestEvidence) -> String {
    let one = |reading: &ReadingEvidence| {
        let unit = reading.unit.map(|unit| format!(" {}", unit.label())).unwrap_or_default();
        let conditions = match reading.conditions() {
            text if text.is_empty() => text,
            text => format!(" ({text})"),
        };
        let value = reading.given.as_ref().map_or("-".to_owned(), |given| format!("{given}{unit}"));
        format!("{}{conditions}: {value}, {}", reading.test.label(), reading.verdict.label().to_lowercase())
    };
    evidence.readings.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn visual(evidence: &TestEvidence) -> &'static str {
    match evidence.visual.values().any(|result| *result == VisualResult::Fail) {
        true => "Fail",
        false if evidence.visual.is_empty() => "",
        false => "Pass",
    }
}

fn visual_items(evidence: &TestEvidence) -> String {
    let items = evidence.visual.iter().map(|(item, result)| format!("{}: {}", item.label(), result.label()));
    items.collect::<Vec<_>>().join("; ")
}
