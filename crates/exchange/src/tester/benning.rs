//! Benning ST 725: semicolons, decimals split over two columns, results as words.

use super::cells::{Dates, time_of};
use super::place::{Place, Refusal};
use super::record::{Measured, TestRecord, TesterReading, VisualSeen};
use super::sheet::Row;
use super::value;
use domain::quantity::Decimal;

/// Where each reading starts: whole part, fraction, unit, result.
const READINGS: [(usize, Measured, &str); 3] = [
    (4, Measured::EarthContinuity, "RPE"),
    (14, Measured::SubstituteLeakage, "IEA"),
    (18, Measured::InsulationResistance, "RISO"),
];
/// Columns whose meaning is known.
const KNOWN: [std::ops::RangeInclusive<usize>; 3] = [0..=7, 14..=22, 23..=23];

/// Reads rows one by one.
pub(crate) struct BenningReader<I> {
    rows: I,
    dates: Dates,
    records: usize,
    names: Vec<String>,
}

impl<I: Iterator<Item = Row>> BenningReader<I> {
    pub(crate) fn new(rows: I, dates: Dates) -> Self {
        Self { rows, dates, records: 0, names: vec![] }
    }

    /// The rows that it reads.
    pub(crate) fn rows(&self) -> &I {
        &self.rows
    }

    fn record(&self, line: usize, cells: &[String]) -> Result<TestRecord, Refusal> {
        let cell = |at: usize| cells.get(at).map_or("", |c| c.trim());
        let place = Place::line(self.records, line);
        if cells.len() < 4 {
            let why = format!("the row has {} columns", cells.len());
            return Err(Refusal::of(place, why, "at least store number, description, date and result"));
        }
        let mut record = TestRecord { place, description: cell(1).to_owned(), ..TestRecord::default() };
        record.instrument.make = "Benning".into();
        record.instrument.model = "ST 725".into();
        let date = self.dates.read(cell(2));
        record.performed_on =
            date.map_err(|why| Refusal::of(place, why, "a date such as 31/12/2024").field("date"))?;
        record.performed_time = time_of(cell(2));
        record.verdict = word(cell(3), "result", &mut record);
        for (at, measured, name) in READINGS {
            reading(cells, at, measured, name, &mut record);
        }
        if !cell(23).is_empty() {
            let result = value::visual_result(cell(23));
            let note = if result.is_some() { String::new() } else { cell(23).to_owned() };
            record.visual.push(VisualSeen { name: "Visual".into(), item: None, result, note });
        }
        // The store is a slot in the instrument's memory and says nothing of the asset.
        record.unknown.push(("Store no.".into(), cell(0).to_owned()));
        let others = cells
            .iter()
            .enumerate()
            .filter(|(at, c)| !KNOWN.iter().any(|k| k.contains(at)) && !c.trim().is_empty());
        record.unknown.extend(others.map(|(at, c)| (self.name(at), c.clone())));
        Ok(record)
    }

    fn name(&self, at: usize) -> String {
        let named = self.names.get(at).filter(|n| !n.trim().is_empty());
        named.map_or_else(|| format!("Column {}", at + 1), |n| n.trim().to_owned())
    }
}

fn word(text: &str, name: &str, record: &mut TestRecord) -> Option<super::record::TesterVerdict> {
    match value::verdict(text) {
        Ok(verdict) => verdict,
        Err(why) => {
            record.hints.push(format!("The {name}: {why}; it is kept beside."));
            record.unknown.push((name.to_owned(), text.to_owned()));
            None
        }
    }
}

fn reading(cells: &[String], at: usize, measured: Measured, name: &str, record: &mut TestRecord) {
    let cell = |by: usize| cells.get(at + by).map_or("", |c| c.trim());
    let (whole, fraction) = (cell(0), cell(1));
    if whole.is_empty() && fraction.is_empty() && cell(3).is_empty() {
        return;
    }
    let figure = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    let mut reading = TesterReading::new(measured, name, "");
    value::set(&mut reading, &figure, cell(2), &mut record.hints);
    reading.verdict = word(cell(3), &format!("result of {name}"), record);
    if measured == Measured::InsulationResistance {
        let volts = cell(4).trim_end_matches(['V', 'v', ' ']).parse::<Decimal>().ok();
        let whole = volts.and_then(Decimal::thousandths).filter(|n| n % 1000 == 0 && *n > 0);
        reading.voltage_v = whole.and_then(|n| u32::try_from(n / 1000).ok());
    }
    record.readings.push(reading);
}

impl<I: Iterator<Item = Row>> Iterator for BenningReader<I> {
    type Item = Result<TestRecord, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (line, cells) = self.rows.next()?;
            match cells {
                Ok(cells) if cells.iter().all(|c| c.trim().is_empty()) => {}
                // A line of names may stand first.
                Ok(cells) if self.records == 0 && self.names.is_empty() && is_header(&cells) => {
                    self.names = cells
                }
                Ok(cells) => {
                    self.records += 1;
                    return Some(self.record(line, &cells));
                }
                Err(why) => {
                    self.records += 1;
                    return Some(Err(Refusal::of(Place::line(self.records, line), why, "a row of cells")));
                }
            }
        }
    }
}

fn is_header(cells: &[String]) -> bool {
    cells.get(2).is_some_and(|c| !c.contains(|c: char| c.is_ascii_digit()))
        && cells.first().is_some_and(|c| c.trim().parse::<u64>().is_err())
}

#[cfg(test)]
#[path = "benning_tests.rs"]
mod tests;
