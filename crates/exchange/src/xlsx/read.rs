//! Rows out of the first visible sheet of a workbook, one by one.

use super::styles::{date_styles, date_text};
use super::unhide;
use crate::xml::{Event, Tag, Xml};
use crate::zip::Zip;
use std::io::Read;

/// Bytes of a small part (workbook, relations, styles), unpacked.
const SMALL: u64 = 16_000_000;
/// Bytes of the shared strings, unpacked and in memory.
const STRINGS: usize = 96_000_000;
/// Bytes of the sheet, unpacked; it is streamed.
const SHEET: u64 = 1_000_000_000;
/// Columns of a row.
const COLUMNS: usize = 1000;
/// Bytes of one row's texts.
const ROW: usize = 256 * 1024;

/// The rows of a sheet that hold anything.
pub(crate) struct XlsxRows {
    xml: Xml<std::io::Take<Box<dyn Read>>>,
    strings: Vec<String>,
    dates: Vec<bool>,
    from_1904: bool,
    row: usize,
    done: bool,
    warning: Option<String>,
}

/// What the workbook says of its sheets.
struct Outline {
    sheets: Vec<(String, String)>,
    from_1904: bool,
}

impl XlsxRows {
    /// Opens a workbook.
    ///
    /// # Errors
    /// Says why it is none, or is larger than it may be.
    pub(crate) fn open(bytes: Vec<u8>) -> Result<Self, String> {
        let zip = Zip::open(bytes)?;
        let outline = outline(&mut small(&zip, "xl/workbook.xml")?)?;
        let (name, id) = outline.sheets.first().ok_or("the workbook has no visible sheet")?;
        let path = target(&mut small(&zip, "xl/_rels/workbook.xml.rels")?, id)?;
        let dates = match zip.part("xl/styles.xml") {
            Some(part) => date_styles(part?.take(SMALL))?,
            None => vec![],
        };
        let strings = match zip.part("xl/sharedStrings.xml") {
            Some(part) => shared_strings(part?)?,
            None => vec![],
        };
        let sheet = zip.part(&path).ok_or_else(|| format!("the sheet {name} is missing in the file"))??;
        let others = outline.sheets.len() - 1;
        let warning = (others > 0)
            .then(|| format!("Only the sheet \"{name}\" is read; the workbook has {others} more."));
        let xml = Xml::new(sheet.take(SHEET));
        Ok(Self { xml, strings, dates, from_1904: outline.from_1904, row: 0, done: false, warning })
    }

    /// What seemed odd about the workbook.
    pub(crate) fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// The next row with anything in it.
    fn next_row(&mut self) -> Result<Option<(usize, Vec<String>)>, String> {
        while let Some(event) = self.xml.next()? {
            let Event::Open(tag) = event else { continue };
            if tag.name != "row" {
                continue;
            }
            self.row = tag.get("r").and_then(|r| r.parse().ok()).unwrap_or(self.row + 1);
            let cells = self.cells()?;
            if cells.iter().any(|c| !c.trim().is_empty()) {
                return Ok(Some((self.row, cells)));
            }
        }
        Ok(None)
    }

    fn cells(&mut self) -> Result<Vec<String>, String> {
        let (mut cells, mut size) = (vec![], 0);
        while let Some(event) = self.xml.next()? {
            match event {
                Event::Close(name) if name == "row" => return Ok(cells),
                Event::Open(tag) if tag.name == "c" => {
                    let at = tag.get("r").map_or(Some(cells.len()), column).filter(|at| *at < COLUMNS);
                    let at = at.ok_or_else(|| format!("row {} has more than {COLUMNS} columns", self.row))?;
                    let text = self.cell(&tag)?;
                    size += text.len();
                    if size > ROW {
                        return Err(format!("row {} holds more than {ROW} bytes", self.row));
                    }
                    if cells.len() <= at {
                        cells.resize(at + 1, String::new());
                    }
                    if let Some(cell) = cells.get_mut(at) {
                        *cell = text;
                    }
                }
                _ => {}
            }
        }
        Err("the sheet ends within a row".to_owned())
    }

    fn cell(&mut self, tag: &Tag) -> Result<String, String> {
        let (mut raw, mut inside, mut phonetic) = (String::new(), false, false);
        loop {
            match self.xml.next()? {
                None => return Err("the sheet ends within a cell".to_owned()),
                Some(Event::Close(name)) => match name.as_str() {
                    "c" => break,
                    "rPh" => phonetic = false,
                    _ => inside = false,
                },
                Some(Event::Open(inner)) => match inner.name.as_str() {
                    "v" | "t" => inside = !phonetic,
                    "rPh" => phonetic = true,
                    _ => {}
                },
                Some(Event::Text(text)) if inside => {
                    raw.push_str(&text);
                    if raw.len() > ROW {
                        return Err(format!("row {} holds more than {ROW} bytes", self.row));
                    }
                }
                Some(Event::Text(_)) => {}
            }
        }
        Ok(self.value(tag, raw))
    }

    fn value(&self, tag: &Tag, raw: String) -> String {
        match tag.get("t").unwrap_or("n") {
            "s" => raw
                .trim()
                .parse()
                .ok()
                .and_then(|at: usize| self.strings.get(at))
                .cloned()
                .unwrap_or_default(),
            "inlineStr" | "str" => unhide(&raw),
            "b" => if raw.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "n" => {
                let style = tag.get("s").and_then(|s| s.parse::<usize>().ok()).unwrap_or(0);
                let date = self.dates.get(style).copied().unwrap_or(false);
                number(raw.trim(), date, self.from_1904)
            }
            _ => raw,
        }
    }
}

/// A number as a person sees it: workbooks hold 0.08 as 8.0000000000000002E-2, so 15 digits count, as in the programs
/// that write them.
fn number(raw: &str, date: bool, from_1904: bool) -> String {
    let Ok(value) = raw.parse::<f64>() else { return raw.to_owned() };
    if date && let Some(text) = date_text(value, from_1904) {
        return text;
    }
    let plain = raw.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-') && raw.len() <= 15;
    match format!("{value:.14e}").parse::<f64>() {
        Ok(rounded) if !plain && rounded.is_finite() && rounded.abs() < 1e15 => rounded.to_string(),
        _ => raw.to_owned(),
    }
}

/// "C7" is column 2.
fn column(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let mut at = 0usize;
    for letter in letters {
        at = at.checked_mul(26)?.checked_add(usize::from(letter.to_ascii_uppercase() - b'A') + 1)?;
    }
    at.checked_sub(1)
}

fn small(zip: &Zip, name: &str) -> Result<Xml<std::io::Take<Box<dyn Read>>>, String> {
    let part =
        zip.part(name).ok_or_else(|| format!("the file has no part {name}: it is no XLSX workbook"))??;
    Ok(Xml::new(part.take(SMALL)))
}

fn outline(xml: &mut Xml<impl Read>) -> Result<Outline, String> {
    let mut outline = Outline { sheets: vec![], from_1904: false };
    while let Some(event) = xml.next()? {
        let Event::Open(tag) = event else { continue };
        match tag.name.as_str() {
            "workbookPr" => outline.from_1904 = matches!(tag.get("date1904"), Some("1" | "true")),
            "sheet" if matches!(tag.get("state"), None | Some("visible")) && outline.sheets.len() < 1000 => {
                let get = |name| tag.get(name).unwrap_or_default().to_owned();
                outline.sheets.push((get("name"), get("id")));
            }
            _ => {}
        }
    }
    Ok(outline)
}

fn target(xml: &mut Xml<impl Read>, id: &str) -> Result<String, String> {
    while let Some(event) = xml.next()? {
        let Event::Open(tag) = event else { continue };
        if tag.name == "Relationship" && tag.get("Id") == Some(id) {
            let target = tag.get("Target").unwrap_or_default();
            return Ok(match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => format!("xl/{target}"),
            });
        }
    }
    Err("the workbook does not say where its sheet is".to_owned())
}

fn shared_strings(part: impl Read) -> Result<Vec<String>, String> {
    let limit = u64::try_from(STRINGS).unwrap_or(u64::MAX);
    let mut xml = Xml::new(part.take(4 * limit));
    let (mut strings, mut open, mut inside, mut phonetic, mut size) =
        (vec![], String::new(), false, false, 0);
    while let Some(event) = xml.next()? {
        match event {
            Event::Open(tag) => match tag.name.as_str() {
                "t" => inside = !phonetic,
                "rPh" => phonetic = true,
                _ => {}
            },
            Event::Close(name) => match name.as_str() {
                "si" => {
                    // What one string costs beside its text is counted too.
                    size += open.len() + size_of::<String>();
                    strings.push(unhide(&std::mem::take(&mut open)));
                }
                "t" => inside = false,
                "rPh" => phonetic = false,
                _ => {}
            },
            Event::Text(text) if inside => open.push_str(&text),
            Event::Text(_) => {}
        }
        if size + open.len() > STRINGS {
            return Err(format!("the workbook's texts are larger than {STRINGS} bytes"));
        }
    }
    Ok(strings)
}

impl Iterator for XlsxRows {
    type Item = (usize, Result<Vec<String>, String>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        match self.next_row() {
            Ok(None) => {
                self.done = true;
                None
            }
            Ok(Some((row, cells))) => Some((row, Ok(cells))),
            Err(why) => {
                // What follows a break in the sheet's own text cannot be told apart.
                self.done = true;
                Some((self.row, Err(format!("{why}; the rows after it cannot be read"))))
            }
        }
    }
}
