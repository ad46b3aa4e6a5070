//! A workbook of one sheet with typed cells; texts never start a formula.

use crate::csv_write::neutralise;
use crate::zip::{Packing, Stream};
use chrono::{NaiveDate, NaiveDateTime};
use domain::quantity::Decimal;
use std::fmt::Write as _;
use std::io::Write;

/// A cell with its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text; one that would start a formula gets an apostrophe, as in our CSV.
    Text(String),
    /// An exact number.
    Number(Decimal),
    /// A date.
    Date(NaiveDate),
    /// A date with its time, to the second.
    Moment(NaiveDateTime),
    /// Yes or no.
    Bool(bool),
}

impl Cell {
    /// Text, or nothing where it is empty.
    pub fn text(text: impl Into<String>) -> Self {
        match text.into() {
            text if text.is_empty() => Self::Empty,
            text => Self::Text(text),
        }
    }

    /// What stands in a CSV for it, not yet neutralised.
    pub fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Date(date) => date.format("%Y-%m-%d").to_string(),
            Self::Moment(moment) => moment.format("%Y-%m-%d %H:%M:%S").to_string(),
            Self::Bool(yes) => if *yes { "Yes" } else { "No" }.to_owned(),
        }
    }
}

/// A workbook being written; rows are compressed as they come and go out at once.
pub struct Workbook<W: Write> {
    sheet: Packing<W>,
    rows: usize,
}

/// The longest text that programs accept in a cell, in UTF-16 units.
const LONGEST: usize = 32_767;
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const SPREADSHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const TYPES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

impl Workbook<Vec<u8>> {
    /// Starts a workbook in memory.
    ///
    /// # Errors
    /// As the packing gives them.
    pub fn new<S: AsRef<str>>(sheet_name: &str, header: &[S]) -> std::io::Result<Self> {
        Self::to(vec![], sheet_name, header)
    }
}

impl<W: Write> Workbook<W> {
    /// Starts a workbook whose first row, bold and kept in view, names the columns; it goes out as it is written.
    ///
    /// # Errors
    /// As the output gives them.
    pub fn to<S: AsRef<str>>(out: W, sheet_name: &str, header: &[S]) -> std::io::Result<Self> {
        let workbook = format!(
            "{HEAD}<workbook xmlns=\"{SPREADSHEET}\" xmlns:r=\"{OFFICE}\"><sheets>\
             <sheet name=\"{}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
            escape(&sheet_title(sheet_name))
        );
        let parts = relations(&[("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")]);
        // The sheet comes last: its size is known only when it is done.
        let mut sheet = Stream::new(out)
            .whole("[Content_Types].xml", &content_types())?
            .whole("_rels/.rels", &relations(&[("officeDocument", "xl/workbook.xml")]))?
            .whole("xl/workbook.xml", &workbook)?
            .whole("xl/_rels/workbook.xml.rels", &parts)?
            .whole("xl/styles.xml", &styles())?
            .begin("xl/worksheets/sheet1.xml")?;
        sheet.add(&format!(
            "{HEAD}<worksheet xmlns=\"{SPREADSHEET}\"><sheetViews><sheetView workbookViewId=\"0\">\
             <pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>\
             <sheetData>"
        ))?;
        let mut book = Self { sheet, rows: 0 };
        let cells: Vec<Cell> = header.iter().map(|name| Cell::text(name.as_ref())).collect();
        book.write(&cells, " s=\"1\"")?;
        Ok(book)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// As the packing gives them.
    pub fn row(&mut self, cells: &[Cell]) -> std::io::Result<()> {
        self.write(cells, "")
    }

    fn write(&mut self, cells: &[Cell], style: &str) -> std::io::Result<()> {
        self.rows += 1;
        let mut row = format!("<row r=\"{}\">", self.rows);
        for (at, cell) in cells.iter().enumerate() {
            write_cell(&mut row, &format!("{}{}", letters(at), self.rows), cell, style);
        }
        row.push_str("</row>");
        self.sheet.add(&row)
    }

    /// Closes the workbook and gives back what it was written to.
    ///
    /// # Errors
    /// Says so where it is larger than 4 GB.
    pub fn finish(mut self) -> std::io::Result<W> {
        self.sheet.add("</sheetData></worksheet>")?;
        self.sheet.end()?.finish()
    }
}

fn write_cell(row: &mut String, at: &str, cell: &Cell, style: &str) {
    let days = |date: NaiveDate| {
        date.signed_duration_since(NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default()).num_days()
    };
    let written = match cell {
        Cell::Empty => Ok(()),
        Cell::Text(text) => {
            write!(
                row,
                "<c r=\"{at}\"{style} t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                text_of(text)
            )
        }
        Cell::Number(number) => write!(row, "<c r=\"{at}\"{style}><v>{number}</v></c>"),
        Cell::Bool(yes) => write!(row, "<c r=\"{at}\"{style} t=\"b\"><v>{}</v></c>", u8::from(*yes)),
        Cell::Date(date) => write!(row, "<c r=\"{at}\" s=\"2\"><v>{}</v></c>", days(*date)),
        Cell::Moment(moment) => {
            use chrono::Timelike;
            let seconds = i64::from(moment.num_seconds_from_midnight());
            // Eleven places of a day are finer than a microsecond.
            let fraction = seconds * 100_000_000_000 / 86_400;
            write!(row, "<c r=\"{at}\" s=\"3\"><v>{}.{fraction:011}</v></c>", days(moment.date()))
        }
    };
    debug_assert!(written.is_ok(), "writing to a string does not fail");
}

/// A cell's text: no formula, cut to what a cell holds, and nothing in it that XML cannot hold.
fn text_of(text: &str) -> String {
    let safe = neutralise(text);
    let mut units = 0;
    let kept: String = safe
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= LONGEST
        })
        .collect();
    escape(&kept)
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A text that looks like a hidden character must not become one.
            '_' if text.get(at + 1..at + 2) == Some("x") => out.push_str("_x005F_"),
            '\n' | '\t' => out.push(c),
            c if c < ' ' || c == '\u{fffe}' || c == '\u{ffff}' => {
                out.push_str(&format!("_x{:04X}_", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

fn letters(mut column: usize) -> String {
    let mut name = vec![];
    loop {
        name.push(char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
        match column / 26 {
            0 => break name.iter().rev().collect(),
            rest => column = rest - 1,
        }
    }
}

/// A sheet's name: at most 31 characters, none of those that programs refuse.
fn sheet_title(name: &str) -> String {
    let cut: String =
        name.chars().filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control()).take(31).collect();
    if cut.trim().is_empty() { "Sheet1".to_owned() } else { cut }
}

fn relations(targets: &[(&str, &str)]) -> String {
    let mut out = format!("{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for (number, (kind, target)) in (1..).zip(targets) {
        out.push_str(&format!(
            "<Relationship Id=\"rId{number}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>"
        ));
    }
    out + "</Relationships>"
}

fn content_types() -> String {
    let mut out = format!(
        "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    );
    for (part, kind) in [("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("styles", "styles")]
    {
        out.push_str(&format!("<Override PartName=\"/xl/{part}.xml\" ContentType=\"{TYPES}.{kind}+xml\"/>"));
    }
    out + "</Types>"
}

/// Plain, bold, date, date with time.
fn styles() -> String {
    let xf = |font: u8, format: u8| {
        format!(
            "<xf numFmtId=\"{format}\" fontId=\"{font}\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/>"
        )
    };
    format!(
        "{HEAD}<styleSheet xmlns=\"{SPREADSHEET}\">\
         <numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>\
         <numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd hh:mm:ss\"/></numFmts>\
         <fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>\
         <font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"4\">{}{}{}{}</cellXfs></styleSheet>",
        xf(0, 0),
        xf(1, 0),
        xf(0, 164),
        xf(0, 165)
    )
}
