//! CSV of any length, record by record: as [`crate::csv_table`] reads it, but never more than a window in memory.

use crate::csv_records::Records;
use crate::csv_table::{Limits, Start, TableError};
use crate::decode::{line_of, piece};
use crate::source::{LONGEST_LINE, Source, line_end, skip_line};
use std::io::Read;

/// One record, or why it is none; the next is read all the same.
pub(crate) type Streamed = (usize, Result<Vec<String>, String>);

/// Walks over the records that hold any text, the header among them.
pub(crate) struct CsvStream<R> {
    source: Source<R>,
    line: usize,
    delimiter: u8,
    limits: Limits,
    /// Whether a quoted cell may hold line ends. Once one was never closed, no later one may: else each would be
    /// searched to the end again.
    across_lines: bool,
    latin_from: Option<usize>,
}

impl<R: Read> CsvStream<R> {
    /// Starts; the delimiter is found in the first lines unless it is known.
    pub(crate) fn new(reader: R, delimiter: Option<char>) -> Self {
        let mut source = Source::new(reader);
        source.fill(2 * LONGEST_LINE);
        let limits = Limits { columns: 1000, ..Limits::default() };
        let sample = source.rest();
        let sample = sample.get(..sample.len().min(LONGEST_LINE)).unwrap_or_default();
        let start = Start::of(&piece(sample).0, &limits);
        source.consume(start.offset);
        let delimiter = delimiter.unwrap_or(start.delimiter) as u8;
        Self { source, line: 1, delimiter, limits, across_lines: true, latin_from: None }
    }

    /// How it was read, where that is worth a word.
    pub(crate) fn warnings(&self) -> Option<String> {
        let line = self.latin_from?;
        Some(format!("From line {line} on, what is not UTF-8 is read as Windows-1252: check the accents."))
    }

    /// Where the record at the start of `bytes` ends, its line end apart; none where a quotation mark stays open.
    fn end(&self, bytes: &[u8]) -> Option<usize> {
        let mut state = State::CellStart;
        for (at, byte) in bytes.iter().enumerate() {
            state = match (state, *byte) {
                (State::Quoted, b'"') => State::Closed,
                (State::Quoted, b'\r' | b'\n') if !self.across_lines => return Some(at),
                (State::Quoted, _) | (State::CellStart | State::Closed, b'"') => State::Quoted,
                (_, b'\r' | b'\n') => return Some(at),
                (_, b) if b == self.delimiter => State::CellStart,
                _ => State::Bare,
            };
        }
        (state != State::Quoted || !self.across_lines).then_some(bytes.len())
    }

    /// Takes one record, which may be blank.
    fn record(&mut self) -> (usize, Result<Option<Vec<String>>, String>) {
        let line = self.line;
        let rest = self.source.rest();
        let window = rest.get(..rest.len().min(LONGEST_LINE)).unwrap_or_default();
        let whole = rest.len() <= LONGEST_LINE;
        let end = self.end(window).filter(|end| *end < window.len() || whole);
        let Some(end) = end else {
            if self.across_lines && window.contains(&b'"') {
                self.across_lines = false;
                return self.record();
            }
            self.line += 1;
            skip_line(&mut self.source);
            return (line, Err(TableError::CellTooLong(line, LONGEST_LINE).to_string()));
        };
        let bytes = window.get(..end).unwrap_or_default();
        let (text, utf8) = piece(bytes);
        let cells = self.cells(&text, line);
        let used = end + line_end(rest.get(end..).unwrap_or_default());
        self.latin_from = self.latin_from.or((!utf8).then_some(line));
        // What was used holds the record's inner line ends and its own.
        self.line += line_of(rest, used) - 1;
        self.source.consume(used);
        (line, cells)
    }

    fn cells(&self, text: &str, line: usize) -> Result<Option<Vec<String>>, String> {
        if text.contains('\0') {
            return Err(TableError::Nul(line).to_string());
        }
        match Records::new(text, 0, char::from(self.delimiter), &self.limits).next() {
            None => Ok(None),
            Some(Ok((_, cells))) => Ok(Some(cells)),
            // The cutter counts lines from the record's own first.
            Some(Err(error)) => Err(moved(error, line - 1).to_string()),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    CellStart,
    Bare,
    Quoted,
    /// Behind a mark that closes the cell, unless another follows at once.
    Closed,
}

fn moved(error: TableError, by: usize) -> TableError {
    match error {
        TableError::TooManyColumns(line, max) => TableError::TooManyColumns(line + by, max),
        TableError::CellTooLong(line, max) => TableError::CellTooLong(line + by, max),
        TableError::OpenQuote(line) => TableError::OpenQuote(line + by),
        other => other,
    }
}

impl<R: Read> Iterator for CsvStream<R> {
    type Item = Streamed;

    fn next(&mut self) -> Option<Streamed> {
        loop {
            self.source.fill(LONGEST_LINE + 2);
            if self.source.rest().is_empty() {
                return self.source.take_error().map(|error| (self.line, Err(error)));
            }
            match self.record() {
                (_, Ok(None)) => {}
                (line, Ok(Some(cells))) => return Some((line, Ok(cells))),
                (line, Err(error)) => return Some((line, Err(error))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv_table::Table;
    use proptest::prelude::*;

    fn stream(bytes: &[u8]) -> Vec<Streamed> {
        CsvStream::new(bytes, None).collect()
    }

    #[test]
    fn an_open_quote_costs_one_line() {
        let rows = stream(b"A,B\n1,\"open\n2,x\n3,\"y\nz\"\n");
        assert_eq!(rows[1], (2, Ok(vec!["1".into(), "open\n2,x\n3,y".into()])), "the next mark closes it");
        let rows = stream(b"A,B\n1,\"open\n2,x\n3,y\n");
        assert!(rows[1].1.as_ref().unwrap_err().contains("line 2 is never closed"));
        assert_eq!(rows[2], (3, Ok(vec!["2".into(), "x".into()])));
        assert_eq!(rows.len(), 4);
    }

    #[test]
    fn every_encoding_streams() {
        let text = "Name;Würde\r\n\"a\r\nb\";ß\r\n";
        let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
        let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes().to_vec(), format!("\u{feff}{text}").into_bytes(), latin, wide] {
            let rows = stream(&bytes);
            assert_eq!(
                rows,
                [(1, Ok(vec!["Name".into(), "Würde".into()])), (2, Ok(vec!["a\r\nb".into(), "ß".into()]))]
            );
        }
    }

    #[test]
    fn endless_lines_are_refused_in_linear_time() {
        let started = std::time::Instant::now();
        let mut bytes = b"A,B\n1,2\n".to_vec();
        bytes.extend(b"x".repeat(3_000_000));
        bytes.extend(b"\n3,4\n");
        let rows = stream(&bytes);
        assert_eq!((rows.len(), rows[2].1.is_err(), rows[3].0), (4, true, 4));
        // Opens, and opens again in every line whether or not one is inside quotes.
        let bytes = [&b"A,B\n\"\n"[..], &b"a\"b,\"\n".repeat(300_000)].concat();
        stream(&bytes);
        assert!(started.elapsed().as_secs() < 20);
    }

    proptest! {
        #[test]
        fn it_reads_what_the_table_reads(text in "(a|b|,|\"|\n|\r| ){0,40}") {
            if let Ok(table) = Table::read(text.as_bytes()) {
                let rows = stream(text.as_bytes());
                let lines: Vec<usize> = rows.iter().skip(1).map(|r| r.0).collect();
                prop_assert_eq!(lines, table.rows.iter().map(|r| r.line).collect::<Vec<_>>());
                for (streamed, row) in rows.iter().skip(1).zip(&table.rows) {
                    let mut cells = streamed.1.clone().unwrap();
                    cells.resize(table.header.len(), String::new());
                    prop_assert_eq!(&cells, &row.cells);
                }
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            stream(&bytes);
        }
    }
}
