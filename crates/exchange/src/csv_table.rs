//! CSV as people really send it: any encoding, line ending and delimiter, with each row's line kept for errors.

use crate::csv_records::Records;
use crate::decode::{Encoding, decode, line_of};
use std::collections::HashSet;

/// The delimiters tried, the likelier first.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];
/// How many records, the header among them, decide which delimiter it is.
const SAMPLE: usize = 30;

/// How large a table may be; a file beyond it is refused whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole file.
    pub bytes: usize,
    /// Columns of any row.
    pub columns: usize,
    /// Rows below the header.
    pub rows: usize,
    /// Bytes of one cell, in UTF-8.
    pub cell: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 50_000_000, columns: 200, rows: 200_000, cell: 20_000 }
    }
}

/// Why a file is no table at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableError {
    /// Not one line with text.
    Empty,
    /// More bytes than allowed.
    TooLarge(usize),
    /// More rows than allowed.
    TooManyRows(usize),
    /// A row with more columns than allowed: line and limit.
    TooManyColumns(usize, usize),
    /// A cell longer than allowed: the line its row starts on, and the limit.
    CellTooLong(usize, usize),
    /// A NUL character on this line.
    Nul(usize),
    /// A quotation mark opened on this line is never closed.
    OpenQuote(usize),
    /// Bytes that contradict the file's own byte order mark: line and reason.
    Encoding(usize, String),
}

impl std::fmt::Display for TableError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => write!(f, "the file is empty; its first line must name the columns"),
            Self::TooLarge(max) => write!(f, "the file is larger than {max} bytes; split it"),
            Self::TooManyRows(max) => write!(f, "the file has more than {max} rows; split it"),
            Self::TooManyColumns(line, max) => write!(f, "line {line} has more than {max} columns"),
            Self::CellTooLong(line, max) => write!(
                f,
                "the row starting on line {line} holds a cell longer than {max} bytes; a quotation mark may be missing"
            ),
            Self::Nul(line) => write!(
                f,
                "line {line} holds a NUL character: this is a binary file, or UTF-16 without its mark; save it as \"CSV UTF-8\""
            ),
            Self::OpenQuote(line) => write!(f, "the quotation mark opened on line {line} is never closed"),
            Self::Encoding(line, reason) => write!(f, "line {line}: {reason}"),
        }
    }
}

impl std::error::Error for TableError {}

/// A row below the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The physical line of the file on which it starts, from 1.
    pub line: usize,
    /// One cell a column of the header, padded with empty ones.
    pub cells: Vec<String>,
    /// How many cells the file has here, without empty ones beyond the header.
    pub found: usize,
}

/// A file read as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The columns' names: trimmed, never empty, each only once ("Notes (2)").
    pub header: Vec<String>,
    /// The physical line of the header.
    pub header_line: usize,
    /// The rows with text in them.
    pub rows: Vec<Row>,
    /// What the file was read as.
    pub encoding: Encoding,
    /// What separates the cells.
    pub delimiter: char,
    /// How it was read, and what seemed odd, for people: encoding, delimiter, renamed columns.
    pub notes: Vec<String>,
}

impl Table {
    /// Reads a file within the default [`Limits`].
    ///
    /// # Errors
    /// Says why the file as a whole cannot be read; a ragged row is no error here.
    pub fn read(bytes: &[u8]) -> Result<Self, TableError> {
        Self::read_within(bytes, &Limits::default())
    }

    /// Reads a file within the limits given.
    ///
    /// # Errors
    /// As [`Table::read`].
    pub fn read_within(bytes: &[u8], limits: &Limits) -> Result<Self, TableError> {
        if bytes.len() > limits.bytes {
            return Err(TableError::TooLarge(limits.bytes));
        }
        let decoded = decode(bytes).map_err(|(line, reason)| TableError::Encoding(line, reason))?;
        if let Some(at) = decoded.text.find('\0') {
            return Err(TableError::Nul(line_of(decoded.text.as_bytes(), at)));
        }
        let mut notes =
            vec![format!("Read as {}: {}.", domain::code::Code::label(decoded.encoding), decoded.why)];
        notes.extend(decoded.doubt);
        let start = Start::of(&decoded.text, limits);
        let mut records = start.records(&decoded.text, limits);
        let (header_line, first) = records.next().ok_or(TableError::Empty)??;
        let header = unique_names(first, &mut notes);
        notes.push(format!("Columns are separated by {}{}.", name_of(start.delimiter), start.why()));
        let mut rows = Vec::new();
        for record in records {
            if rows.len() == limits.rows {
                return Err(TableError::TooManyRows(limits.rows));
            }
            rows.push(row_of(record?, header.len()));
        }
        let (encoding, delimiter) = (decoded.encoding, start.delimiter);
        Ok(Self { header, header_line, rows, encoding, delimiter, notes })
    }

    /// The rows whose number of cells differs from the header's, as (line, cells found).
    pub fn ragged(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.rows.iter().filter(|r| r.found != self.header.len()).map(|r| (r.line, r.found))
    }
}

/// What separates the cells, and where the table starts.
pub(crate) struct Start {
    pub(crate) delimiter: char,
    declared: bool,
    pub(crate) offset: usize,
}

impl Start {
    /// Obeys the line "sep=;" that some programs write for Excel, else tries each delimiter.
    pub(crate) fn of(text: &str, limits: &Limits) -> Self {
        let first = text.split(['\r', '\n']).next().unwrap_or_default();
        let declared = first.trim_matches('"').strip_prefix("sep=").map(|d| d.chars().collect::<Vec<_>>());
        match declared.as_deref() {
            Some(&[delimiter]) if DELIMITERS.contains(&delimiter) => {
                Self { delimiter, declared: true, offset: first.len() }
            }
            _ => Self { delimiter: detect(text, limits), declared: false, offset: 0 },
        }
    }

    fn records<'a>(&self, text: &'a str, limits: &'a Limits) -> Records<'a> {
        Records::new(text, self.offset, self.delimiter, limits)
    }

    fn why(&self) -> &'static str {
        if self.declared { ", as its first line says" } else { "" }
    }
}

/// Chooses the delimiter that cuts the most columns out of the header, weighed by how many of the first rows have
/// just as many; a decimal comma ("id;cost" over "1;2,50") cuts rows but not the header.
fn detect(text: &str, limits: &Limits) -> char {
    let score = |delimiter: char| {
        let records = Records::new(text, 0, delimiter, limits);
        let widths: Vec<usize> = records.take(SAMPLE).map_while(Result::ok).map(|(_, r)| r.len()).collect();
        let header = widths.first().copied().unwrap_or(1);
        let alike = widths.iter().filter(|w| **w == header).count();
        (header - 1) * alike * 1000 / widths.len().max(1)
    };
    // The first of equals wins, which max_by_key would not give.
    DELIMITERS.into_iter().rev().max_by_key(|d| score(*d)).unwrap_or(',')
}

fn row_of((line, mut cells): (usize, Vec<String>), columns: usize) -> Row {
    let filled = cells.iter().rposition(|c| !c.trim().is_empty()).map_or(0, |last| last + 1);
    let found = if cells.len() > columns { filled.max(columns) } else { cells.len() };
    cells.resize(columns, String::new());
    Row { line, cells, found }
}

pub(crate) fn unique_names(cells: Vec<String>, notes: &mut Vec<String>) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut names = Vec::new();
    for (index, cell) in cells.iter().enumerate() {
        let words: Vec<&str> = cell.split(|c: char| c.is_whitespace() || c == '\u{feff}').collect();
        let plain = words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
        let base = if plain.is_empty() { format!("Column {}", index + 1) } else { plain };
        let mut name = base.clone();
        let mut count = 1;
        while !taken.insert(name.to_lowercase()) {
            count += 1;
            name = format!("{base} ({count})");
        }
        if count > 1 {
            notes
                .push(format!("Column {} is called \"{base}\" again: it is shown as \"{name}\".", index + 1));
        }
        names.push(name);
    }
    names
}

fn name_of(delimiter: char) -> &'static str {
    match delimiter {
        ';' => "semicolons",
        '\t' => "tabs",
        '|' => "vertical bars",
        _ => "commas",
    }
}

#[cfg(test)]
#[path = "csv_table_tests.rs"]
mod tests;
