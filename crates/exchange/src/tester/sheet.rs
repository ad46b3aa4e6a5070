//! Tables of tests, one a row: the PATGuard sheet, PATGo, and any other through a mapping.

use super::cells::{Dates, put};
use super::fields::TestField;
use super::mapping::{TestColumn, TestMapping, TestTarget};
use super::names::{Named, circumstances, named};
use super::place::{FileError, Place, Refusal};
use super::record::{Measured, TestRecord, TesterReading, VisualSeen};
use super::value;
use crate::csv_table::unique_names;
use crate::csv_write::restore;
use crate::dates::DateOrder;

/// One row of a table, or why it is none; with its line.
pub(crate) type Row = (usize, Result<Vec<String>, String>);

/// Reads tests out of rows.
pub(crate) struct SheetReader<I> {
    rows: I,
    mapping: TestMapping,
    dates: Dates,
    /// Whether the order of dates is only the format's habit.
    habit: bool,
    records: usize,
    date_warned: bool,
    warnings: Vec<String>,
}

impl<I: Iterator<Item = Row>> SheetReader<I> {
    /// Takes the first row as the header; without a mapping the names decide.
    ///
    /// # Errors
    /// Says why this is no table of tests.
    pub(crate) fn new(mut rows: I, mapping: Option<&TestMapping>, dates: Dates) -> Result<Self, FileError> {
        let expected = "a first line that names the columns";
        let header = match rows.next() {
            Some((_, Ok(cells))) => cells,
            Some((line, Err(why))) => return Err(FileError::new(format!("line {line}: {why}"), expected)),
            None => return Err(FileError::new("the file is empty", expected)),
        };
        let mut warnings = vec![];
        let header = unique_names(header, &mut warnings);
        // Groups repeat their names by design.
        warnings.clear();
        let used = match mapping {
            Some(mapping) => mapped(mapping, &header, &mut warnings),
            None => TestMapping::guess(&header),
        };
        used.check().map_err(|wrong| {
            FileError::new(wrong.join("; "), "columns for the date of the test and its asset")
        })?;
        let order = dates.order.or(mapping.and_then(|m| m.date_order));
        let habit = order.is_none() && mapping.is_none();
        let order = if habit { Some(DateOrder::DayFirst) } else { order };
        let dates = Dates { order, ..dates };
        Ok(Self { rows, mapping: used, dates, habit, records: 0, date_warned: false, warnings })
    }

    /// What seemed odd about the file as a whole, so far.
    pub(crate) fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The rows that it reads.
    pub(crate) fn rows(&self) -> &I {
        &self.rows
    }

    fn record(&mut self, line: usize, cells: &[String]) -> Result<TestRecord, Refusal> {
        let place = Place::line(self.records, line);
        let mut row =
            RowReader { record: TestRecord { place, ..TestRecord::default() }, open: None, dated: false };
        for (at, column) in self.mapping.columns.iter().enumerate() {
            let cell = restore(cells.get(at).map_or("", String::as_str)).trim();
            let cell = self.mapping.in_our_words(column.target, cell);
            if cell.is_empty() {
                // An empty name still closes the group before it.
                row.close_if(column.target == TestTarget::GroupTest);
                continue;
            }
            row.take(column, cell, self.dates).map_err(|(reason, expected)| {
                Refusal::of(place, reason, expected).field(column.header.clone())
            })?;
            if self.habit && !self.date_warned && column.target == TestTarget::Field(TestField::TestDate) {
                let open = Dates { order: None, ..self.dates };
                if let Err(why) = open.read(cell) {
                    self.date_warned = true;
                    self.warnings.push(format!("Line {line}: {why}. Dates are read with the day first."));
                }
            }
        }
        row.close_if(true);
        for (at, cell) in
            cells.iter().enumerate().skip(self.mapping.columns.len()).filter(|(_, c)| !c.trim().is_empty())
        {
            row.record.unknown.push((format!("Column {}", at + 1), cell.clone()));
        }
        if !row.dated {
            let date =
                self.mapping.columns.iter().find(|c| c.target == TestTarget::Field(TestField::TestDate));
            let refusal = Refusal::of(place, "the date of the test is missing", "a date such as 2024-12-31");
            return Err(refusal.field(date.map_or("date", |c| c.header.as_str())));
        }
        Ok(row.record)
    }
}

fn mapped(mapping: &TestMapping, header: &[String], warnings: &mut Vec<String>) -> TestMapping {
    let used = header.iter().map(|name| match mapping.column(name) {
        Some(column) => TestColumn { header: name.clone(), ..column.clone() },
        None => TestColumn { header: name.clone(), target: TestTarget::Unknown, unit: None },
    });
    let used = TestMapping { columns: used.collect(), ..mapping.clone() };
    let missing =
        mapping.columns.iter().filter(|c| c.target != TestTarget::Ignore && used.column(&c.header).is_none());
    warnings.extend(missing.map(|c| format!("The mapping's column \"{}\" is not in the file.", c.header)));
    used
}

impl<I: Iterator<Item = Row>> Iterator for SheetReader<I> {
    type Item = Result<TestRecord, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (line, cells) = self.rows.next()?;
            self.records += 1;
            match cells {
                Ok(cells) if cells.iter().all(|c| c.trim().is_empty()) => self.records -= 1,
                Ok(cells) => return Some(self.record(line, &cells)),
                Err(why) => {
                    let place = Place::line(self.records, line);
                    return Some(Err(Refusal::of(place, why, "a row as its header lays it out")));
                }
            }
        }
    }
}

/// A group that is being read.
#[derive(Default)]
struct Group {
    name: String,
    result: String,
    unit: String,
    status: String,
}

struct RowReader {
    record: TestRecord,
    open: Option<Group>,
    dated: bool,
}

impl RowReader {
    fn take(&mut self, column: &TestColumn, cell: &str, dates: Dates) -> Result<(), (String, String)> {
        match column.target {
            TestTarget::Field(field) => return self.field(column, field, cell, dates),
            TestTarget::Reading(measured) => self.reading(column, measured, cell),
            TestTarget::ReadingVerdict(measured) => self.reading_verdict(column, measured, cell),
            TestTarget::Visual(item) => self.visual(item, &column.header, cell),
            TestTarget::GroupTest => {
                self.close_if(true);
                self.open = Some(Group { name: cell.to_owned(), ..Group::default() });
            }
            TestTarget::GroupResult => cell.clone_into(&mut self.open.get_or_insert_default().result),
            TestTarget::GroupUnit => cell.clone_into(&mut self.open.get_or_insert_default().unit),
            TestTarget::GroupStatus => cell.clone_into(&mut self.open.get_or_insert_default().status),
            TestTarget::Unknown => self.keep(&column.header, cell),
            TestTarget::Ignore => {}
        }
        Ok(())
    }

    fn keep(&mut self, header: &str, cell: &str) {
        self.record.unknown.push((header.to_owned(), cell.to_owned()));
    }

    fn field(
        &mut self,
        column: &TestColumn,
        field: TestField,
        cell: &str,
        dates: Dates,
    ) -> Result<(), (String, String)> {
        let put = put(&mut self.record, field, cell, dates);
        self.dated |= field == TestField::TestDate && put.is_ok();
        match put {
            Ok(()) => Ok(()),
            Err(wrong) if field == TestField::TestDate => Err((wrong.reason, wrong.expected.to_owned())),
            Err(wrong) => {
                let hint = format!(
                    "{}: {}; expected {}. It is kept beside.",
                    column.header, wrong.reason, wrong.expected
                );
                self.record.hints.push(hint);
                self.keep(&column.header, cell);
                Ok(())
            }
        }
    }

    fn reading(&mut self, column: &TestColumn, measured: Measured, cell: &str) {
        let mut reading = TesterReading::new(measured, column.header.clone(), "");
        circumstances(&column.header, &mut reading);
        let parts = value::parts(cell);
        let unit =
            if parts.unit.is_empty() { column.unit.as_deref().unwrap_or_default() } else { &parts.unit };
        let unit = if measured.unit_code().is_empty() { "" } else { unit };
        value::set(&mut reading, &parts.figure, unit, &mut self.record.hints);
        reading.verdict = parts.verdict;
        if reading.value.is_some() || !crate::measures::means_nothing(cell) {
            self.record.readings.push(reading);
        }
    }

    fn reading_verdict(&mut self, column: &TestColumn, measured: Measured, cell: &str) {
        match (self.record.readings.iter_mut().rev().find(|r| r.measured == measured), value::verdict(cell)) {
            (Some(reading), Ok(verdict)) => reading.verdict = verdict,
            _ => self.keep(&column.header, cell),
        }
    }

    fn visual(&mut self, item: Option<domain::visual::VisualItem>, name: &str, cell: &str) {
        let result = value::visual_result(cell);
        let note = if result.is_some() { String::new() } else { cell.to_owned() };
        self.record.visual.push(VisualSeen { name: name.to_owned(), item, result, note });
    }

    fn close_if(&mut self, close: bool) {
        if close && let Some(group) = self.open.take() {
            group.into_record(&mut self.record);
        }
    }
}

impl Group {
    fn into_record(self, record: &mut TestRecord) {
        let verdict = value::verdict(&self.status);
        if let Err(why) = &verdict {
            record.hints.push(format!("{}: {why}; the status is kept beside.", self.name));
            record.unknown.push((format!("Status of {}", self.name), self.status.clone()));
        }
        let verdict = verdict.unwrap_or_default();
        let measured = match named(&self.name) {
            Some(Named::Reading(measured)) => measured,
            Some(Named::Visual(item)) => {
                let found = value::visual_result(&self.status).or_else(|| value::visual_result(&self.result));
                let fail = [&self.status, &self.result]
                    .iter()
                    .any(|t| value::visual_result(t) == Some(domain::visual::VisualResult::Fail));
                let result = if fail { Some(domain::visual::VisualResult::Fail) } else { found };
                let note =
                    if value::visual_result(&self.result).is_some() { String::new() } else { self.result };
                record.visual.push(VisualSeen { name: self.name, item, result, note });
                return;
            }
            None => Measured::Other,
        };
        let mut reading = TesterReading::new(measured, self.name.clone(), "");
        circumstances(&self.name, &mut reading);
        let parts = value::parts(&self.result);
        let unit = if parts.unit.is_empty() { &self.unit } else { &parts.unit };
        value::set(&mut reading, &parts.figure, unit, &mut record.hints);
        reading.verdict = verdict.or(parts.verdict);
        if parts.verdict == Some(super::record::TesterVerdict::Fail) {
            reading.verdict = parts.verdict;
        }
        record.readings.push(reading);
    }
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
