//! Where a thing stands in a file, and why it was refused.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a record stands in its file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The record's number, from 1; refused records count too.
    pub record: usize,
    /// The physical line on which it starts, from 1, in text; a sheet's row in XLSX.
    pub line: Option<usize>,
    /// The byte at which it starts, in binary files.
    pub offset: Option<u64>,
}

impl Place {
    /// A record that starts on a line.
    pub fn line(record: usize, line: usize) -> Self {
        Self { record, line: Some(line), offset: None }
    }

    /// A record that starts at a byte.
    pub fn offset(record: usize, offset: u64) -> Self {
        Self { record, line: None, offset: Some(offset) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {}", self.record)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        self.offset.map_or(Ok(()), |at| write!(f, ", byte {at}"))
    }
}

/// Why one record was not taken; the others are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Which record.
    pub place: Place,
    /// The column or field at fault, where it is one.
    pub field: Option<String>,
    /// What is wrong.
    pub reason: String,
    /// What would be right.
    pub expected: String,
}

impl Refusal {
    /// Refuses a whole record.
    pub fn of(place: Place, reason: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { place, field: None, reason: reason.into(), expected: expected.into() }
    }

    /// Names the column or field at fault.
    pub fn field(self, name: impl Into<String>) -> Self {
        Self { field: Some(name.into()), ..self }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place)?;
        if let Some(field) = &self.field {
            write!(f, ", {field}")?;
        }
        write!(f, ": {}; expected {}", self.reason, self.expected)
    }
}

impl std::error::Error for Refusal {}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// What is wrong.
    pub reason: String,
    /// What would be right.
    pub expected: String,
}

impl FileError {
    pub(crate) fn new(reason: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { reason: reason.into(), expected: expected.into() }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; expected {}", self.reason, self.expected)
    }
}

impl std::error::Error for FileError {}
