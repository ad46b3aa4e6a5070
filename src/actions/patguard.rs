//! The PATGuard sheet, out: a customer's or site's tests, and the pack of a site that a tester loads before a visit.

use std::io::Write;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use domain::code::Code;
use domain::evidence::{ReadingEvidence, TestEvidence};
use domain::judged::ReadingVerdict;
use domain::permission::DownloadPapers;
use domain::quantity::Decimal;

use domain::ruleset::RuleSet;
use domain::verdict::Verdict;
use exchange::tester::{
    Instrument, Measured, PatguardSheet, TestRecord, TesterReading, TesterVerdict, VisualSeen,
};
use exchange::xlsx::Cell;
use store::Right;

use crate::actions::output::{Format, Table, Trouble, too_many};
use crate::actions::test_walk::{Asked, walk};
use crate::app::App;
use crate::error::Error;

/// What hears how far an export is: what is being done, and how many rows of it are.
pub type Progress<'a> = &'a dyn Fn(&'static str, usize);

/// A row of a sheet.
pub(super) struct Row {
    /// What it says.
    pub record: TestRecord,
    /// Whether it is a test; else it names an asset only.
    pub tested: bool,
    /// Cells behind the sheet's own.
    pub beside: Vec<Cell>,
}

/// What is done with each row.
pub(super) type Each<'a> = &'a mut dyn FnMut(Row) -> Result<(), Trouble>;

/// Writes the tests that count, one a row: what was corrected later or withdrawn is left out. Gives how many they are.
///
/// # Errors
/// Not found, also outside the scope; a field error for days the wrong way round; too large beyond `most`.
pub fn write_sheet<W: Write>(
    app: &App,
    right: &Right<DownloadPapers>,
    asked: &Asked,
    out: (Format, usize, W),
    progress: Progress,
) -> Result<usize, Trouble> {
    // What comes in while it is written is in the next one.
    let today = app.now().date_naive() + chrono::Days::new(1);
    let asked = Asked { until: asked.until.or(Some(today)), ..asked.clone() };
    let rows = |each: Each| {
        walk(app, right, &asked, |page| {
            let counts = page.tests.iter().filter(|test| !page.corrected.contains(&test.row.id));
            let rows = counts.map(|test| {
                let record = record_of(&test.evidence, (page.customer, page.zone), page.name_of(test));
                Row { record, tested: true, beside: vec![] }
            });
            rows.into_iter().try_for_each(&mut *each)
        })
    };
    write_rows(&rows, ("Tests", &[]), out, progress)
}

/// Writes rows in two goes, so that no more than one is held: the first finds how many readings the widest has.
pub(super) fn write_rows<W: Write>(
    rows: &dyn Fn(Each) -> Result<(), Trouble>,
    (title, beside): (&str, &[&'static str]),
    (format, most, out): (Format, usize, W),
    progress: Progress,
) -> Result<usize, Trouble> {
    let (mut sheet, mut count) = (PatguardSheet::with_groups(0), 0);
    rows(&mut |row| {
        if row.tested {
            sheet = sheet.widened(&row.record);
        }
        count += 1;
        progress("looked at", count);
        if count > most { Err(too_many(most).into()) } else { Ok(()) }
    })?;
    let header: Vec<&str> = sheet.header().into_iter().chain(beside.iter().copied()).collect();
    let mut table = Table::begin((format, title, out), &header)?;
    count = 0;
    rows(&mut |row| {
        let cells = match row.tested {
            true => sheet.row(&row.record),
            false => Ok(sheet.asset_row(&row.record)),
        };
        let meanwhile =
            |_| Error::Conflict("A test was recorded while this was written; ask again.".to_owned());
        let mut cells = cells.map_err(meanwhile)?;
        cells.extend(row.beside);
        count += 1;
        progress("written", count);
        Ok(table.row(&cells)?)
    })?;
    table.finish()?;
    Ok(count)
}

/// A recorded test as the sheet has it, by the site's clock.
pub(super) fn record_of(evidence: &TestEvidence, (customer, zone): (&str, Tz), tester: &str) -> TestRecord {
    let at = evidence.performed_at.with_timezone(&zone).naive_local();
    let asset = evidence.asset.clone();
    let incomplete = (evidence.verdict == Verdict::Incomplete)
        .then(|| format!("Incomplete, no pass: {}", evidence.reasons.join(" ")).trim().to_owned());
    let note = evidence.note.lines().map(str::to_owned);
    TestRecord {
        asset_code: asset.customer_number.unwrap_or(asset.tag),
        customer: customer.to_owned(),
        site: asset.site,
        location: asset.place.unwrap_or_default(),
        description: asset.description,
        make: asset.make,
        model: asset.model,
        serial: asset.serial,
        equipment_class: evidence.subject.equipment_class.label().to_owned(),
        equipment_type: evidence.subject.equipment_type.label().to_owned(),
        performed_on: at.date(),
        performed_time: Some(at.time()),
        tester: tester.to_owned(),
        instrument: instrument(evidence),
        test_name: evidence.kind.label().to_owned(),
        standard: standard(evidence),
        retest_months: evidence.next_due.combined.and_then(|due| months_between(at.date(), due)),
        visual: evidence.visual.iter().map(|(item, result)| seen(*item, *result)).collect(),
        readings: evidence.readings.iter().filter_map(reading).collect(),
        verdict: Some(match evidence.verdict {
            Verdict::Pass => TesterVerdict::Pass,
            Verdict::Fail => TesterVerdict::Fail,
            Verdict::Incomplete => TesterVerdict::Information,
        }),
        comments: incomplete.into_iter().chain(note).collect(),
        ..TestRecord::default()
    }
}

/// Whole months from one day to another; none where it is not after it.
fn months_between(from: NaiveDate, to: NaiveDate) -> Option<u32> {
    let months = |day: NaiveDate| day.year() * 12 + i32::try_from(day.month()).unwrap_or(0);
    u32::try_from(months(to) - months(from)).ok().filter(|months| *months > 0)
}

fn standard(evidence: &TestEvidence) -> String {
    let name = RuleSet::parse_code(&evidence.ruleset).map_or(evidence.ruleset.as_str(), |rules| &rules.name);
    format!("{name} {}", evidence.edition).trim().to_owned()
}

fn instrument(evidence: &TestEvidence) -> Instrument {
    let used = evidence.instrument.clone().map(|used| Instrument {
        make: used.make,
        model: used.model,
        serial: used.serial,
        ..Instrument::default()
    });
    let named = || evidence.source.as_ref().and_then(|source| source.instrument.clone());
    let in_file =
        || named().map(|used| Instrument { name: used.name, serial: used.serial, ..Instrument::default() });
    used.or_else(in_file).unwrap_or_default()
}

fn seen(item: domain::visual::VisualItem, result: domain::visual::VisualResult) -> VisualSeen {
    VisualSeen { name: item.label().to_owned(), item: Some(item), result: Some(result), note: String::new() }
}

/// A reading as it was judged; none for one that is missing.
fn reading(reading: &ReadingEvidence) -> Option<TesterReading> {
    let given = reading.given.clone()?;
    let measured = Measured::parse_code(reading.test.code()).unwrap_or(Measured::Other);
    let decimal = |millionths: Option<i64>| millionths.map(Decimal::from_millionths);
    // What would end the name within the sheet's column becomes a space.
    let plain = |phase: &String| phase.replace(['(', ')', ',', ';', '@'], " ").trim().to_owned();
    Some(TesterReading {
        value: given.parse().ok(),
        voltage_v: reading.voltage_v,
        test_current_a: decimal(reading.test_current_a_e6),
        rated_ma: decimal(reading.rated_ma_e6),
        multiplier: decimal(reading.multiplier_e6),
        socket: reading.socket,
        phase: reading.phase.as_ref().map(plain).filter(|phase| !phase.is_empty()),
        verdict: match reading.verdict {
            ReadingVerdict::Pass => Some(TesterVerdict::Pass),
            ReadingVerdict::Fail => Some(TesterVerdict::Fail),
            _ => None,
        },
        ..TesterReading::new(measured, reading.test.label(), given)
    })
}
