//! Records on their way out, row by row, and what may stop them.

use std::io::Write;

use exchange::csv_write::EXCEL_MARK;
use exchange::tester::csv_line;
use exchange::xlsx::{Cell, Workbook};

use crate::error::Error;

/// What stops records on their way into a file.
#[derive(Debug)]
pub enum Trouble {
    /// They could not be read.
    App(Error),
    /// The file could not be written.
    Output(std::io::Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::App(error)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::App(error) => error.fmt(f),
            Self::Output(error) => write!(f, "cannot write the file: {error}"),
        }
    }
}

/// What is said where more records are asked for than are given at once.
pub fn too_many(most: usize) -> Error {
    Error::TooLarge(format!(
        "These are more than {most} records; choose fewer days or one site, or use the command line."
    ))
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table that a spreadsheet opens and no spreadsheet runs.
    Csv,
    /// A workbook with typed cells.
    Xlsx,
}

impl Format {
    /// What a browser is told that it is.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The end of its file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A table on its way out, written row by row.
pub enum Table<W: Write> {
    /// As CSV.
    Csv(W),
    /// As a workbook.
    Xlsx(Workbook<W>),
}

impl<W: Write> Table<W> {
    /// Begins a table with the names of its columns.
    ///
    /// # Errors
    /// The file's.
    pub fn begin<S: AsRef<str>>(
        (format, title, mut out): (Format, &str, W),
        header: &[S],
    ) -> std::io::Result<Self> {
        match format {
            Format::Csv => {
                let cells: Vec<Cell> = header.iter().map(|name| Cell::text(name.as_ref())).collect();
                write!(out, "{EXCEL_MARK}{}", csv_line(&cells))?;
                Ok(Self::Csv(out))
            }
            Format::Xlsx => Ok(Self::Xlsx(Workbook::to(out, title, header)?)),
        }
    }

    /// Adds a row, safe against formulas.
    ///
    /// # Errors
    /// The file's.
    pub fn row(&mut self, cells: &[Cell]) -> std::io::Result<()> {
        match self {
            Self::Csv(out) => out.write_all(csv_line(cells).as_bytes()),
            Self::Xlsx(book) => book.row(cells),
        }
    }

    /// Ends the table.
    ///
    /// # Errors
    /// The file's.
    pub fn finish(self) -> std::io::Result<()> {
        match self {
            Self::Csv(mut out) => out.flush(),
            Self::Xlsx(book) => book.finish()?.flush(),
        }
    }
}
