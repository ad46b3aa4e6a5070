//! Tests as blocks of labelled lines: what a label means, whichever maker wrote it.

use super::cells::{Dates, put};
use super::fields::TestField;
use super::names::{Named, circumstances, named};
use super::place::{Place, Refusal};
use super::record::{Measured, TestRecord, TesterReading, VisualSeen};
use super::value;
use domain::quantity::Decimal;

/// The most lines of one block; more is no test.
pub(crate) const LONGEST_BLOCK: usize = 1000;

/// A label with its value.
pub(crate) struct Pair {
    pub(crate) label: String,
    pub(crate) value: String,
}

/// A block under construction.
pub(crate) struct Block {
    place: Place,
    record: TestRecord,
    dates: Dates,
    earth_current: Option<Decimal>,
    dated: bool,
    wrong: Option<Refusal>,
    lines: usize,
}

impl Block {
    /// Starts a block.
    pub(crate) fn new(place: Place, dates: Dates) -> Self {
        let record = TestRecord { place, ..TestRecord::default() };
        Self { place, record, dates, earth_current: None, dated: false, wrong: None, lines: 0 }
    }

    /// Where it starts.
    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// The record, for what a maker's labels mean specially.
    pub(crate) fn record(&mut self) -> &mut TestRecord {
        &mut self.record
    }

    /// Notes a reason to refuse the block; the first one counts.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.wrong.get_or_insert(refusal);
    }

    /// Takes one labelled line by what its label means.
    pub(crate) fn take(&mut self, pair: &Pair) {
        self.lines += 1;
        if self.lines > LONGEST_BLOCK {
            let why = format!("the block has more than {LONGEST_BLOCK} lines");
            return self.refuse(Refusal::of(self.place, why, "one test a block"));
        }
        let (label, text) = (pair.label.trim(), pair.value.trim());
        if text.is_empty() {
            return;
        }
        if crate::words::fold(label) == "earthcurrent" {
            self.current(label, text);
        } else if let Some(field) = TestField::named(label) {
            self.field(field, label, text);
        } else {
            match named(label) {
                Some(Named::Reading(measured)) => self.reading(measured, label, text),
                Some(Named::Visual(item)) => {
                    let result = value::visual_result(text);
                    let note = if result.is_some() { String::new() } else { text.to_owned() };
                    self.record.visual.push(VisualSeen { name: label.to_owned(), item, result, note });
                }
                None => self.keep(label, text),
            }
        }
    }

    /// Puts a value into a field; what cannot be read is kept beside, but a test without its date is refused.
    pub(crate) fn field(&mut self, field: TestField, label: &str, text: &str) {
        match put(&mut self.record, field, text, self.dates) {
            Ok(()) => self.dated |= field == TestField::TestDate,
            Err(wrong) if field == TestField::TestDate => {
                self.refuse(Refusal::of(self.place, wrong.reason, wrong.expected).field(label));
            }
            Err(wrong) => {
                let hint =
                    format!("{label}: {}; expected {}. It is kept beside.", wrong.reason, wrong.expected);
                self.record.hints.push(hint);
                self.keep(label, text);
            }
        }
    }

    /// Keeps a line by its label.
    pub(crate) fn keep(&mut self, label: &str, text: &str) {
        self.record.unknown.push((label.to_owned(), text.to_owned()));
    }

    fn current(&mut self, label: &str, text: &str) {
        let mut reading = TesterReading::new(Measured::EarthContinuity, "", "");
        circumstances(text, &mut reading);
        self.earth_current = reading.test_current_a;
        if self.earth_current.is_none() {
            self.keep(label, text);
        }
    }

    fn reading(&mut self, measured: Measured, label: &str, text: &str) {
        let mut reading = TesterReading::new(measured, label, "");
        circumstances(label, &mut reading);
        if measured == Measured::EarthContinuity {
            reading.test_current_a = reading.test_current_a.or(self.earth_current);
        }
        let parts = value::parts(text);
        value::set(&mut reading, &parts.figure, &parts.unit, &mut self.record.hints);
        reading.verdict = parts.verdict;
        self.record.readings.push(reading);
    }

    /// Closes the block; nothing where it holds no part of a test.
    pub(crate) fn close(self) -> Option<Result<TestRecord, Refusal>> {
        let record = self.record;
        if let Some(wrong) = self.wrong {
            return Some(Err(wrong));
        }
        if !self.dated {
            let empty =
                record.asset_code.is_empty() && record.readings.is_empty() && record.visual.is_empty();
            let refusal = Refusal::of(self.place, "the block has no date", "a date such as 31/12/2024");
            return (!empty).then(|| Err(refusal.field("date")));
        }
        Some(Ok(record))
    }
}
