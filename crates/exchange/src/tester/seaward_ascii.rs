//! Seaward's text download: blocks that start at TEST NUMBER, each line a label, spaces and a value.

use super::cells::Dates;
use super::fields::TestField;
use super::labelled::{Block, Pair};
use super::place::{Place, Refusal};
use super::record::TestRecord;
use crate::source::Lines;
use std::io::Read;

/// The labels of two words and those that begin like others, the longer first.
const LABELS: [&str; 15] = [
    "TEST NUMBER",
    "TEST MODE",
    "EARTH CURRENT",
    "LEAD CONTINUITY",
    "APP NO",
    "TESTER",
    "EARTH",
    "DATE",
    "TIME",
    "USER",
    "SITE",
    "TEXT",
    "INS",
    "IEC",
    "POLARITY",
];

/// What the four free texts of a Seaward tester mean; each may go nowhere, and is then kept by its label.
pub type Texts = [Option<TestField>; 4];

/// Reads blocks one by one.
pub struct AsciiReader<R> {
    lines: Lines<R>,
    texts: Texts,
    dates: Dates,
    open: Option<(Block, usize)>,
    records: usize,
    warnings: Vec<String>,
    done: bool,
}

impl<R: Read> AsciiReader<R> {
    pub(crate) fn new(reader: R, texts: Texts, dates: Dates) -> Self {
        let lines = Lines::new(reader);
        Self { lines, texts, dates, open: None, records: 0, warnings: vec![], done: false }
    }

    /// What seemed odd about the file as a whole, so far.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    fn start(&mut self, line: usize, number: &str) -> Option<Result<TestRecord, Refusal>> {
        let closed = self.close();
        self.records += 1;
        let mut block = Block::new(Place::line(self.records, line), self.dates);
        block.keep("TEST NUMBER", number);
        self.open = Some((block, 0));
        closed
    }

    fn close(&mut self) -> Option<Result<TestRecord, Refusal>> {
        let (block, _) = self.open.take()?;
        let place = block.place();
        let nothing =
            || Refusal::of(place, "the block holds no test", "a date, an appliance number and results");
        Some(block.close().unwrap_or_else(|| Err(nothing())))
    }

    fn line(&mut self, line: usize, text: &str) {
        let Some((block, seen)) = &mut self.open else {
            if self.warnings.is_empty() {
                self.warnings
                    .push(format!("Line {line} stands before the first TEST NUMBER; it is left out."));
            }
            return;
        };
        let pair = pair(text);
        match pair.label.as_str() {
            // Here it is the instrument; the person is the USER.
            "TESTER" => block.record().instrument.name = pair.value.trim().to_owned(),
            label if label.starts_with("TEXT") => {
                *seen += 1;
                let number = label.trim_start_matches("TEXT").trim().parse().unwrap_or(*seen);
                let target =
                    number.checked_sub(1).and_then(|at: usize| self.texts.get(at)).copied().flatten();
                match target {
                    _ if pair.value.trim().is_empty() => {}
                    Some(field) => block.field(field, label, pair.value.trim()),
                    None => block.keep(&format!("TEXT {number}"), pair.value.trim()),
                }
            }
            _ => block.take(&pair),
        }
    }
}

/// Cuts a line into label and value.
fn pair(text: &str) -> Pair {
    let text = text.trim();
    let upper = text.to_ascii_uppercase();
    for label in LABELS {
        let Some(rest) = upper.strip_prefix(label) else { continue };
        let digit = usize::from(
            label == "TEXT" && rest.trim_start().starts_with(|c: char| c.is_ascii_digit() && c < '5'),
        );
        let skipped = if digit == 1 { rest.len() - rest.trim_start().len() + 1 } else { 0 };
        let numbered = rest.get(skipped..).unwrap_or_default();
        let apart = numbered.is_empty() || numbered.starts_with([' ', '\t', ':', '=']);
        if apart {
            let at = label.len() + if label == "TEXT" && apart { skipped } else { 0 };
            let (name, value) = text.split_at_checked(at).unwrap_or((text, ""));
            return Pair {
                label: name.to_ascii_uppercase(),
                value: value.trim_start_matches([' ', '\t', ':', '=']).into(),
            };
        }
    }
    let gap = text.find("  ").or_else(|| text.find(['\t', ':'])).or_else(|| text.find([' ']));
    let (label, value) = text.split_at_checked(gap.unwrap_or(text.len())).unwrap_or((text, ""));
    Pair { label: label.trim().to_owned(), value: value.trim_start_matches([' ', '\t', ':']).to_owned() }
}

impl<R: Read> Iterator for AsciiReader<R> {
    type Item = Result<TestRecord, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let Some((line, text)) = self.lines.next() else {
                self.done = true;
                return self.close();
            };
            let text = match text {
                Ok(text) => text.replace('\0', ""),
                Err(why) => {
                    let place = Place::line(self.records.max(1), line);
                    let refusal = Refusal::of(place, why, "a line of text");
                    match &mut self.open {
                        Some((block, _)) => block.refuse(refusal),
                        None => return Some(Err(refusal)),
                    }
                    continue;
                }
            };
            if text.trim().is_empty() {
                continue;
            }
            let pair = pair(&text);
            if pair.label == "TEST NUMBER" {
                if let Some(closed) = self.start(line, pair.value.trim()) {
                    return Some(closed);
                }
            } else {
                self.line(line, &text);
            }
        }
        None
    }
}

#[cfg(test)]
#[path = "seaward_ascii_tests.rs"]
mod tests;
