//! The PATGuard sheet, out: as rows with typed cells, as CSV and as a workbook; [`super::Format::Patguard`] reads it.
//!
//! It serves as the site pack too: testers that take assets from a file take this sheet.

use super::fields::TestField;
use super::record::{Measured, TestRecord, TesterReading, TesterVerdict, VisualSeen};
use crate::csv_write::{EXCEL_MARK, record};
use crate::xlsx::{Cell, Workbook};
use domain::code::Code;
use domain::quantity::Decimal;
use domain::reading::ReadingValue;
use domain::visual::VisualResult;

/// The columns before the groups.
const BEFORE: [TestField; 23] = [
    TestField::Customer,
    TestField::Site,
    TestField::Location,
    TestField::AssetCode,
    TestField::Description,
    TestField::EquipmentClass,
    TestField::EquipmentType,
    TestField::Notes,
    TestField::TestDate,
    TestField::Verdict,
    TestField::TestName,
    TestField::Comments,
    TestField::RetestMonths,
    TestField::TestTag,
    TestField::Make,
    TestField::Model,
    TestField::Serial,
    TestField::Instrument,
    TestField::InstrumentSerial,
    TestField::Category,
    TestField::Standard,
    TestField::Procedure,
    TestField::Tester,
];
/// The columns after them.
const AFTER: [TestField; 3] = [TestField::EndOfLife, TestField::OldAssetCode, TestField::UpdateAsset];

/// A sheet with so many groups of test, result, unit and status in each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatguardSheet {
    groups: usize,
}

impl PatguardSheet {
    /// A sheet that has room for any of the records.
    pub fn for_records<'a>(records: impl IntoIterator<Item = &'a TestRecord>) -> Self {
        Self { groups: records.into_iter().map(groups_of).max().unwrap_or(0) }
    }

    /// A sheet with a number of groups that is known.
    pub fn with_groups(groups: usize) -> Self {
        Self { groups }
    }

    /// The sheet with room for this record too.
    pub fn widened(self, test: &TestRecord) -> Self {
        Self { groups: self.groups.max(groups_of(test)) }
    }

    /// The names of the columns.
    pub fn header(self) -> Vec<&'static str> {
        let groups = (0..self.groups).flat_map(|_| ["Test", "Result", "Unit", "Status"]);
        let labels = |fields: &'static [TestField]| fields.iter().map(|f| f.label());
        labels(&BEFORE).chain(groups).chain(labels(&AFTER)).collect()
    }

    /// One test as a row.
    ///
    /// # Errors
    /// Says so where it has more readings than the sheet has groups: none is ever left out.
    pub fn row(self, test: &TestRecord) -> Result<Vec<Cell>, String> {
        let used = groups_of(test);
        if used > self.groups {
            return Err(format!("the test has {used} results and the sheet room for {}", self.groups));
        }
        let mut cells: Vec<Cell> = BEFORE.iter().map(|field| cell(test, *field)).collect();
        for seen in &test.visual {
            cells.extend(visual(seen));
        }
        for reading in &test.readings {
            cells.extend(group(reading));
        }
        cells.resize(BEFORE.len() + 4 * self.groups, Cell::Empty);
        cells.extend(AFTER.iter().map(|field| cell(test, *field)));
        Ok(cells)
    }

    /// An asset as a row of a site pack: what is known of it and what it is due for, nothing of any test.
    pub fn asset_row(self, asset: &TestRecord) -> Vec<Cell> {
        let blank = |field: TestField| match field {
            TestField::TestDate
            | TestField::Verdict
            | TestField::Comments
            | TestField::Instrument
            | TestField::InstrumentSerial
            | TestField::Tester => Cell::Empty,
            field => cell(asset, field),
        };
        let mut cells: Vec<Cell> = BEFORE.iter().map(|field| blank(*field)).collect();
        cells.resize(BEFORE.len() + 4 * self.groups, Cell::Empty);
        cells.extend(AFTER.iter().map(|field| blank(*field)));
        cells
    }

    /// The header as a line of CSV, with the mark that spreadsheets need.
    pub fn csv_header(self) -> String {
        format!("{EXCEL_MARK}{}", record(self.header()))
    }

    /// One test as a record of CSV, safe against formulas.
    ///
    /// # Errors
    /// As [`Self::row`].
    pub fn csv_row(self, test: &TestRecord) -> Result<String, String> {
        Ok(csv_line(&self.row(test)?))
    }

    /// The whole sheet as a workbook.
    ///
    /// # Errors
    /// As [`Self::row`] and [`Workbook::finish`].
    pub fn workbook<'a>(self, tests: impl IntoIterator<Item = &'a TestRecord>) -> Result<Vec<u8>, String> {
        let told = |error: std::io::Error| error.to_string();
        let mut book = Workbook::new("Tests", &self.header()).map_err(told)?;
        for test in tests {
            book.row(&self.row(test)?).map_err(told)?;
        }
        book.finish().map_err(told)
    }
}

/// A row as a record of CSV, safe against formulas.
pub fn csv_line(cells: &[Cell]) -> String {
    let cells: Vec<String> = cells.iter().map(Cell::plain).collect();
    record(cells.iter().map(String::as_str))
}

fn groups_of(test: &TestRecord) -> usize {
    test.visual.len() + test.readings.len()
}

fn cell(test: &TestRecord, field: TestField) -> Cell {
    let instrument = &test.instrument;
    let months = |months: Option<u32>| months.map_or(Cell::Empty, |m| Cell::Number(Decimal::from_whole(m)));
    Cell::text(match field {
        TestField::Customer => &test.customer,
        TestField::Site => &test.site,
        TestField::Location => &test.location,
        TestField::AssetCode => &test.asset_code,
        TestField::Description => &test.description,
        TestField::EquipmentClass => &test.equipment_class,
        TestField::EquipmentType => &test.equipment_type,
        TestField::Notes => &test.notes,
        TestField::TestName => &test.test_name,
        TestField::TestTag => &test.test_tag,
        TestField::Make => &test.make,
        TestField::Model => &test.model,
        TestField::Serial => &test.serial,
        TestField::InstrumentSerial => &instrument.serial,
        TestField::Category => &test.category,
        TestField::Standard => &test.standard,
        TestField::Procedure => &test.procedure,
        TestField::Tester => &test.tester,
        TestField::EndOfLife => &test.end_of_life,
        TestField::OldAssetCode => &test.old_asset_code,
        TestField::Instrument if instrument.name.is_empty() => {
            return Cell::text(format!("{} {}", instrument.make, instrument.model).trim());
        }
        TestField::Instrument => &instrument.name,
        TestField::Comments => return Cell::text(test.comments.join("\n")),
        TestField::RetestMonths => return months(test.retest_months),
        TestField::Verdict => return Cell::text(test.verdict.map_or("", |v| v.label())),
        TestField::UpdateAsset => return test.update_asset.map_or(Cell::Empty, Cell::Bool),
        TestField::TestDate => {
            let time = test.performed_time;
            return time
                .map_or(Cell::Date(test.performed_on), |t| Cell::Moment(test.performed_on.and_time(t)));
        }
        _ => "",
    })
}

fn visual(seen: &VisualSeen) -> [Cell; 4] {
    let name = seen.item.map_or("Visual".to_owned(), |item| format!("Visual: {}", item.label()));
    let (result, status) = match seen.result {
        Some(VisualResult::Pass) => ("Pass", "Pass"),
        Some(VisualResult::Fail) => ("Fail", "Fail"),
        Some(VisualResult::NotApplicable) => ("N/A", ""),
        None => (seen.note.as_str(), ""),
    };
    [Cell::Text(name), Cell::text(result), Cell::Empty, Cell::text(status)]
}

fn group(reading: &TesterReading) -> [Cell; 4] {
    let (result, unit) = match reading.value {
        // A bare figure is a number in a workbook; a bound stays text, sign and all.
        Some(ReadingValue::Number { operator: domain::reading::Operator::Exact, value }) => {
            (Cell::Number(value), reading.measured.unit_code())
        }
        Some(value @ ReadingValue::Number { .. }) => {
            (Cell::Text(value.to_string()), reading.measured.unit_code())
        }
        Some(ReadingValue::Pass) => (Cell::text("Pass"), ""),
        Some(ReadingValue::Fail) => (Cell::text("Fail"), ""),
        Some(ReadingValue::OverRange) => (Cell::text("OL"), ""),
        None => (Cell::text(&reading.given), reading.unit.as_str()),
    };
    // What we do not judge keeps its own unit.
    let unit = if reading.measured == Measured::Other { reading.unit.as_str() } else { unit };
    let status = reading.verdict.map_or("", TesterVerdict::label);
    [Cell::Text(name(reading)), result, Cell::text(unit), Cell::text(status)]
}

/// The name of a reading with its circumstances, as [`super::names::circumstances`] reads them.
fn name(reading: &TesterReading) -> String {
    let label = match reading.measured {
        Measured::Other => reading.name.as_str(),
        measured => measured.label(),
    };
    let told = [
        reading.voltage_v.map(|v| format!("{v} V")),
        reading.test_current_a.map(|a| format!("{a} A")),
        reading.rated_ma.map(|ma| format!("{ma} mA")),
        reading.multiplier.map(|x| format!("x{x}")),
        reading.socket.map(|s| format!("socket {s}")),
        reading.phase.as_ref().map(|p| format!("phase {p}")),
        reading.limit.map(|l| format!("limit {l}")),
    ];
    let told: Vec<String> = told.into_iter().flatten().collect();
    if told.is_empty() || reading.measured == Measured::Other {
        label.to_owned()
    } else {
        format!("{label} ({})", told.join(", "))
    }
}

#[cfg(test)]
#[path = "export_tests.rs"]
mod tests;
