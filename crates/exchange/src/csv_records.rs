//! Cuts CSV text into records, keeping the physical line on which each starts.

use crate::csv_table::{Limits, TableError};
use crate::decode::line_of;

/// Walks over the records that hold any text.
pub(crate) struct Records<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    delimiter: u8,
    limits: &'a Limits,
}

impl Iterator for Records<'_> {
    type Item = Result<(usize, Vec<String>), TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.text.len() {
            let line = self.line;
            match self.record(line) {
                Ok(cells) if cells.iter().all(|c| c.trim().is_empty()) => {}
                Ok(cells) => return Some(Ok((line, cells))),
                Err(error) => {
                    self.at = self.text.len();
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl<'a> Records<'a> {
    /// Starts at a byte offset of the first line; the delimiter is ASCII.
    pub(crate) fn new(text: &'a str, at: usize, delimiter: char, limits: &'a Limits) -> Self {
        Self { text, at, line: 1, delimiter: delimiter as u8, limits }
    }

    fn record(&mut self, line: usize) -> Result<Vec<String>, TableError> {
        let mut cells = Vec::new();
        loop {
            let cell = self.cell()?;
            if cell.len() > self.limits.cell {
                return Err(TableError::CellTooLong(line, self.limits.cell));
            }
            cells.push(cell);
            if cells.len() > self.limits.columns {
                return Err(TableError::TooManyColumns(line, self.limits.columns));
            }
            if self.peek() == Some(self.delimiter) {
                self.at += 1;
            } else {
                self.newline();
                return Ok(cells);
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// A quotation mark counts only at a cell's start: `15" monitor` is what it looks like.
    fn cell(&mut self) -> Result<String, TableError> {
        let mut cell = String::new();
        if self.peek() == Some(b'"') {
            self.quoted(&mut cell)?;
        }
        let from = self.at;
        while self.peek().is_some_and(|b| b != self.delimiter && b != b'\r' && b != b'\n') {
            self.at += 1;
        }
        cell.push_str(&self.text[from..self.at]);
        Ok(cell)
    }

    fn quoted(&mut self, cell: &mut String) -> Result<(), TableError> {
        let opened = self.line;
        self.at += 1;
        loop {
            let from = self.at;
            let rest = &self.text[from..];
            let length = rest.find('"').ok_or(TableError::OpenQuote(opened))?;
            cell.push_str(&rest[..length]);
            self.line += line_of(rest.as_bytes(), length) - 1;
            self.at = from + length + 1;
            if self.peek() != Some(b'"') {
                return Ok(());
            }
            cell.push('"');
            self.at += 1;
        }
    }

    fn newline(&mut self) {
        match (self.peek(), self.text.as_bytes().get(self.at + 1)) {
            (Some(b'\r'), Some(b'\n')) => self.at += 2,
            (Some(_), _) => self.at += 1,
            (None, _) => return,
        }
        self.line += 1;
    }
}
