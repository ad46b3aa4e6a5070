//! The Seaward ".SSS" super string: framed binary records of what an Apollo or its elders measured.
//!
//! A record that cannot be read is refused with its byte, and reading goes on at the next record that can.

mod config;
mod frames;
mod payload;
mod results;

use super::place::{Place, Refusal};
use super::record::{Instrument, TestRecord};
use frames::{Frame, Frames};
use std::io::Read;

/// Reads a super string record by record; memory holds no more than a few frames.
pub struct SssReader<R> {
    frames: Frames<R>,
    instrument: Instrument,
    records: usize,
    ended: bool,
    done: bool,
    warnings: Vec<String>,
}

impl<R: Read> SssReader<R> {
    /// Starts reading.
    pub fn new(reader: R) -> Self {
        Self {
            frames: Frames::new(reader),
            instrument: Instrument::default(),
            records: 0,
            ended: false,
            done: false,
            warnings: vec![],
        }
    }

    /// What seemed odd about the file as a whole, so far; complete once the records are at their end.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    fn finish(&mut self) {
        self.done = true;
        if !self.ended {
            let missing = "The file does not close with its end record: it may have been cut short.";
            self.warnings.push(missing.to_owned());
        }
    }

    fn refuse(&mut self, offset: u64, reason: String, expected: &str) -> Refusal {
        self.records += 1;
        Refusal::of(Place::offset(self.records, offset), reason, expected)
    }

    fn take(&mut self, frame: &Frame) -> Option<Result<TestRecord, Refusal>> {
        match frame.payload.split_first() {
            Some((0x55, rest)) => {
                self.instrument = payload::machine(rest);
                None
            }
            Some((0xaa, [0xff])) => {
                self.ended = true;
                None
            }
            Some((0x01, rest)) => {
                let place = Place::offset(self.records + 1, frame.offset);
                let read = payload::test(rest, place, &self.instrument);
                self.records += 1;
                Some(read.map_err(|(field, reason)| {
                    Refusal::of(place, reason, "a whole test record").field(field)
                }))
            }
            other => {
                let code = other.map_or(0, |(code, _)| *code);
                let reason = format!("the record's kind {code:02X} is unknown");
                Some(Err(self.refuse(frame.offset, reason, "kind 01 (test), 55 (instrument) or AA (end)")))
            }
        }
    }
}

impl<R: Read> Iterator for SssReader<R> {
    type Item = Result<TestRecord, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            match self.frames.next() {
                None => self.finish(),
                Some(Ok(frame)) => {
                    if let Some(item) = self.take(&frame) {
                        return Some(item);
                    }
                }
                Some(Err(bad)) => return Some(Err(self.refuse(bad.offset, bad.reason, bad.expected))),
            }
        }
        None
    }
}

/// Text in a field of fixed length: up to its first NUL, UTF-8 if it is, else Windows-1252.
pub(super) fn text(field: &[u8]) -> String {
    let end = field.iter().position(|b| *b == 0).unwrap_or(field.len());
    let bytes = field.get(..end).unwrap_or_default();
    crate::decode::piece(bytes).0.trim().to_owned()
}

#[cfg(test)]
#[path = "../sss_tests.rs"]
mod tests;
