//! The inspection log: one row a test with its readings, limits and verdicts, for a customer or a site, however long.

use std::io::Write;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::code::Code;
use domain::evidence::{ReadingEvidence, TestEvidence};
use domain::judged::ReadingVerdict;
use domain::permission::DownloadPapers;
use domain::quantity::Decimal;
use domain::reading::ReadingTest;
use domain::reading_value::ValueForm;
use domain::visual::VisualResult;
use exchange::xlsx::Cell;
use store::Right;
use store::sites::Site;
use store::tests::RecordedTest;

use crate::actions::output::{Format, Table, Trouble, too_many};
use crate::actions::test_walk::{Asked, walk};
use crate::app::App;

/// Writes the log row by row, so that a million need no memory; `progress` hears how many are written. Gives how many
/// there are.
///
/// # Errors
/// Not found, also outside the scope; a field error for days the wrong way round; too large beyond `most`.
pub fn write_log<W: Write>(
    app: &App,
    right: &Right<DownloadPapers>,
    asked: &Asked,
    (format, most, out): (Format, usize, W),
    progress: &dyn Fn(usize),
) -> std::result::Result<usize, Trouble> {
    let mut table = Table::begin((format, "Inspection log", out), &header())?;
    let mut rows = 0;
    each_row(app, right, asked, |cells| {
        rows += 1;
        progress(rows);
        if rows > most {
            return Err(too_many(most).into());
        }
        Ok(table.row(&cells)?)
    })?;
    table.finish()?;
    Ok(rows)
}

fn each_row(
    app: &App,
    right: &Right<DownloadPapers>,
    asked: &Asked,
    mut each: impl FnMut(Vec<Cell>) -> std::result::Result<(), Trouble>,
) -> std::result::Result<(), Trouble> {
    walk(app, right, asked, |page| {
        let rows = page.tests.iter().map(|test| {
            let corrected = page.corrected.contains(&test.row.id);
            row(test, (page.customer, page.site, page.zone), (page.name_of(test), corrected))
        });
        rows.into_iter().try_for_each(&mut each)
    })
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
        format!("{}{conditions}: {value}, {}", reading.test.label(), reading.verdict.noun())
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
