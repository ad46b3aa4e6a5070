//! Rigel 288: lines of key and value, a blank line between assets, "End of Data" at the end.

use super::cells::Dates;
use super::labelled::{Block, Pair};
use super::place::{Place, Refusal};
use super::record::TestRecord;
use crate::csv_records::Records;
use crate::csv_table::Limits;
use crate::source::Lines;
use crate::words::fold;
use std::io::Read;

/// Reads assets one by one.
pub struct RigelReader<R> {
    lines: Lines<R>,
    dates: Dates,
    open: Option<(Block, usize)>,
    records: usize,
    ended: bool,
    done: bool,
    warnings: Vec<String>,
}

impl<R: Read> RigelReader<R> {
    pub(crate) fn new(reader: R, dates: Dates) -> Self {
        let lines = Lines::new(reader);
        Self { lines, dates, open: None, records: 0, ended: false, done: false, warnings: vec![] }
    }

    /// What seemed odd about the file as a whole, so far.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    fn close(&mut self) -> Option<Result<TestRecord, Refusal>> {
        let (block, line) = self.open.take()?;
        let closed = block.close();
        if closed.is_none() && self.warnings.len() < 20 {
            self.warnings.push(format!("The lines from {line} on hold no test; they are left out."));
            self.records -= 1;
        }
        closed
    }

    fn line(&mut self, line: usize, text: &str) {
        if self.ended {
            if self.warnings.len() < 20 {
                self.warnings.push(format!("Line {line} stands behind \"End of Data\"; it is left out."));
            }
            return;
        }
        if self.open.is_none() {
            self.records += 1;
            self.open = Some((Block::new(Place::line(self.records, line), self.dates), line));
        }
        let Some((block, _)) = &mut self.open else { return };
        match Records::new(text, 0, ',', &Limits::default()).next() {
            Some(Ok((_, cells))) => {
                let mut cells = cells.into_iter();
                let label = cells.next().unwrap_or_default();
                let value: Vec<String> =
                    cells.map(|c| c.trim().to_owned()).filter(|c| !c.is_empty()).collect();
                block.take(&Pair { label, value: value.join(" ") });
            }
            Some(Err(why)) => {
                let place = Place::line(self.records, line);
                block.refuse(Refusal::of(place, why.to_string(), "a key, a comma and a value"));
            }
            None => {}
        }
    }
}

impl<R: Read> Iterator for RigelReader<R> {
    type Item = Result<TestRecord, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let Some((line, text)) = self.lines.next() else {
                self.done = true;
                if !self.ended {
                    self.warnings
                        .push("The file does not close with \"End of Data\": it may be cut short.".into());
                }
                return self.close();
            };
            let closed = match text {
                Err(why) => {
                    self.records += usize::from(self.open.is_none());
                    self.open = None;
                    Some(Err(Refusal::of(Place::line(self.records, line), why, "a line of text")))
                }
                // A spreadsheet fills blank lines up with commas.
                Ok(text) if text.trim_matches([',', ' ', '\t', '\0']).is_empty() => self.close(),
                Ok(text) if fold(&text) == "endofdata" => {
                    self.ended = true;
                    self.close()
                }
                Ok(text) => {
                    self.line(line, &text.replace('\0', ""));
                    None
                }
            };
            if closed.is_some() {
                return closed;
            }
        }
        None
    }
}

#[cfg(test)]
#[path = "rigel_tests.rs"]
mod tests;
