//! Which format a file is in, and one reader for all.

use super::benning::BenningReader;
use super::cells::Dates;
use super::fields::TestField;
use super::gar::{GarLimits, GarReader, MAGIC};
use super::mapping::{TestMapping, TestTarget};
use super::place::{FileError, Refusal};
use super::record::{Photo, TestRecord};
use super::rigel::RigelReader;
use super::seaward_ascii::{AsciiReader, Texts};
use super::sheet::{Row, SheetReader};
use super::sss::SssReader;
use crate::csv_stream::CsvStream;
use crate::csv_table::unique_names;
use crate::dates::DateOrder;
use crate::words::fold;
use crate::xlsx::XlsxRows;
use domain::code::Code;
use std::io::{Cursor, Read};

domain::codes!(
    /// The formats of tester files.
    Format, "tester file format", {
    Sss = "sss", "Seaward super string (.SSS)";
    Gar = "gar", "Seaward container with photos (.GAR)";
    SeawardAscii = "seaward-ascii", "Seaward text download";
    Patguard = "patguard", "PATGuard sheet (CSV or XLSX)";
    Benning = "benning", "Benning ST 725 (CSV)";
    Rigel = "rigel", "Rigel 288 (CSV)";
    Patgo = "patgo", "PATGo (CSV)";
    Mapped = "mapped", "Any table through a column mapping (CSV or XLSX)";
});

/// How much of a file is looked at.
const LOOK: usize = 64 * 1024;
/// The largest file of the formats that are read whole (GAR, XLSX), in bytes.
const LARGEST: usize = 200_000_000;

/// What the caller knows about a file.
#[derive(Debug, Clone, Default)]
pub struct TesterOptions {
    /// The order of its dates; none lets the mapping or the format's habit decide.
    pub date_order: Option<DateOrder>,
    /// The present year, around which two-digit years lie.
    pub year_now: i32,
    /// What the free texts of a Seaward text download mean.
    pub texts: Texts,
    /// The mapping; needed for [`Format::Mapped`], used for no other.
    pub mapping: Option<TestMapping>,
    /// How much a container may hold.
    pub gar: GarLimits,
}

enum Inner<'a> {
    Sss(SssReader<Box<dyn Read + 'a>>),
    Gar(Box<GarReader>),
    Ascii(Box<AsciiReader<Box<dyn Read + 'a>>>),
    Rigel(Box<RigelReader<Box<dyn Read + 'a>>>),
    Benning(BenningReader<Rows<'a>>),
    Sheet(SheetReader<Rows<'a>>),
}

/// The tests of a file, one by one; a bad one is an `Err` and the next is read all the same.
pub struct TesterFile<'a>(Inner<'a>);

/// Rows of either kind of table.
enum Rows<'a> {
    Csv(Box<CsvStream<Box<dyn Read + 'a>>>),
    Xlsx(Box<XlsxRows>),
}

impl Rows<'_> {
    fn warning(&self) -> Option<String> {
        match self {
            Self::Csv(rows) => rows.warnings(),
            Self::Xlsx(rows) => rows.warning().map(str::to_owned),
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        match self {
            Self::Csv(rows) => rows.next(),
            Self::Xlsx(rows) => rows.next(),
        }
    }
}

impl<'a> TesterFile<'a> {
    /// Opens a file of a known format; tables and text are streamed, containers and workbooks read whole.
    ///
    /// # Errors
    /// Says why the file as a whole is not of this format.
    pub fn open(format: Format, reader: impl Read + 'a, options: &TesterOptions) -> Result<Self, FileError> {
        let reader: Box<dyn Read + 'a> = Box::new(reader);
        let dates = Dates { order: options.date_order, year_now: options.year_now };
        let day_first = Dates { order: options.date_order.or(Some(DateOrder::DayFirst)), ..dates };
        Ok(Self(match format {
            Format::Sss => Inner::Sss(SssReader::new(reader)),
            Format::Gar => Inner::Gar(Box::new(GarReader::new(&whole(reader)?, &options.gar)?)),
            Format::SeawardAscii => {
                Inner::Ascii(Box::new(AsciiReader::new(reader, options.texts, day_first)))
            }
            Format::Rigel => Inner::Rigel(Box::new(RigelReader::new(reader, day_first))),
            Format::Benning => Inner::Benning(BenningReader::new(rows(reader, Some(';'))?, day_first)),
            Format::Patguard | Format::Patgo => {
                Inner::Sheet(SheetReader::new(rows(reader, None)?, None, dates)?)
            }
            Format::Mapped => {
                let missing =
                    || FileError::new("no column mapping is given", "mapped:NAME with a saved mapping");
                let mapping = options.mapping.as_ref().ok_or_else(missing)?;
                Inner::Sheet(SheetReader::new(rows(reader, mapping.delimiter)?, Some(mapping), dates)?)
            }
        }))
    }

    /// What seemed odd about the file as a whole; complete once the records are at their end.
    pub fn warnings(&self) -> Vec<String> {
        match &self.0 {
            Inner::Sss(reader) => reader.warnings().to_vec(),
            Inner::Gar(reader) => reader.warnings(),
            Inner::Ascii(reader) => reader.warnings().to_vec(),
            Inner::Rigel(reader) => reader.warnings().to_vec(),
            Inner::Benning(reader) => reader.rows().warning().into_iter().collect(),
            Inner::Sheet(reader) => {
                reader.rows().warning().into_iter().chain(reader.warnings().iter().cloned()).collect()
            }
        }
    }

    /// Photos that belong to no record; call it once the records are at their end.
    pub fn photos_left(&mut self) -> Vec<Photo> {
        match &mut self.0 {
            Inner::Gar(reader) => reader.photos_left(),
            _ => vec![],
        }
    }
}

impl Iterator for TesterFile<'_> {
    type Item = Result<TestRecord, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Inner::Sss(reader) => reader.next(),
            Inner::Gar(reader) => reader.next(),
            Inner::Ascii(reader) => reader.next(),
            Inner::Rigel(reader) => reader.next(),
            Inner::Benning(reader) => reader.next(),
            Inner::Sheet(reader) => reader.next(),
        }
    }
}

fn whole(reader: impl Read) -> Result<Vec<u8>, FileError> {
    crate::inflate::bounded(reader, LARGEST)
        .map_err(|why| FileError::new(why, format!("at most {LARGEST} bytes")))
}

/// A workbook by its first bytes, else CSV.
fn rows<'a>(mut reader: Box<dyn Read + 'a>, delimiter: Option<char>) -> Result<Rows<'a>, FileError> {
    let mut head = vec![];
    let read = reader.by_ref().take(4).read_to_end(&mut head);
    read.map_err(|error| FileError::new(error.to_string(), "a file that can be read"))?;
    let zip = head == ZIP;
    let reader: Box<dyn Read + 'a> = Box::new(Cursor::new(head).chain(reader));
    if zip {
        let rows = XlsxRows::open(whole(reader)?).map_err(|why| FileError::new(why, "a workbook of XLSX"))?;
        return Ok(Rows::Xlsx(Box::new(rows)));
    }
    Ok(Rows::Csv(Box::new(CsvStream::new(reader, delimiter))))
}

const ZIP: &[u8] = b"PK\x03\x04";

/// Which format a file is in, by its first bytes and, where they do not tell, its name; none where nothing fits.
pub fn detect(bytes: &[u8], file_name: &str) -> Option<Format> {
    if bytes.starts_with(&MAGIC) {
        return Some(Format::Gar);
    }
    if matches!(bytes, [0x54 | 0x55, _, _, _, _, 0, 0, 0x01 | 0x55 | 0xaa, ..]) {
        return Some(Format::Sss);
    }
    if bytes.starts_with(ZIP) {
        return Some(Format::Patguard);
    }
    let head = bytes.get(..bytes.len().min(LOOK)).unwrap_or_default();
    detect_text(head).or_else(|| by_name(file_name).filter(|_| !bytes.is_empty()))
}

fn by_name(file_name: &str) -> Option<Format> {
    match file_name.rsplit_once('.')?.1.to_lowercase().as_str() {
        "sss" => Some(Format::Sss),
        "gar" => Some(Format::Gar),
        _ => None,
    }
}

fn detect_text(head: &[u8]) -> Option<Format> {
    let lines: Vec<String> = crate::source::Lines::new(head).take(200).filter_map(|(_, l)| l.ok()).collect();
    if lines.iter().any(|l| l.trim_start().to_uppercase().starts_with("TEST NUMBER")) {
        return Some(Format::SeawardAscii);
    }
    // As a column's name, "Tested on" is followed by another name and not by a date.
    let tested = |line: &String| {
        let pair = line.split_once(',');
        pair.is_some_and(|(key, value)| {
            fold(key) == "testedon" && value.contains(|c: char| c.is_ascii_digit())
        })
    };
    if lines.iter().any(|l| fold(l) == "endofdata" || tested(l)) {
        return Some(Format::Rigel);
    }
    let mut rows = CsvStream::new(head, None).filter_map(|(_, row)| row.ok());
    let first = rows.next()?;
    let second = rows.next();
    if [Some(&first), second.as_ref()].into_iter().flatten().any(|row| is_benning(row)) {
        return Some(Format::Benning);
    }
    table(first)
}

fn is_benning(row: &[String]) -> bool {
    let date = row.get(2).is_some_and(|d| crate::dates::parse(d, Some(DateOrder::DayFirst), 2025).is_ok());
    let volts = row.get(22).is_none_or(|v| v.trim().is_empty() || v.trim().to_lowercase().ends_with('v'));
    let result = row.get(3).is_some_and(|word| super::value::verdict(word).is_ok());
    date && volts && result && row.len() >= 8 && row.first().is_some_and(|n| n.trim().parse::<u64>().is_ok())
}

fn table(header: Vec<String>) -> Option<Format> {
    let header = unique_names(header, &mut vec![]);
    let mapping = TestMapping::guess(&header);
    let has = |target| mapping.columns.iter().any(|c| c.target == target);
    let field = |field| has(TestTarget::Field(field));
    if !field(TestField::TestDate) || !field(TestField::AssetCode) {
        return None;
    }
    if has(TestTarget::GroupTest)
        || (field(TestField::Verdict) && header.iter().any(|h| fold(h) == "passfail"))
    {
        return Some(Format::Patguard);
    }
    let names: Vec<String> = header.iter().map(|h| fold(h)).collect();
    let patgo =
        ["engineername", "testinstrument", "calcertno"].iter().filter(|n| names.iter().any(|h| h == *n));
    (patgo.count() >= 2).then_some(Format::Patgo)
}

impl Format {
    /// Reads `sss`, `patguard` ..., and `mapped:NAME` with the name of the mapping.
    ///
    /// # Errors
    /// Names the formats there are.
    pub fn parse_with_mapping(text: &str) -> Result<(Self, Option<&str>), String> {
        match text.split_once(':') {
            Some(("mapped", name)) if !name.trim().is_empty() => Ok((Self::Mapped, Some(name.trim()))),
            _ if text == "mapped" => Err("mapped needs the name of a saved mapping: mapped:NAME".to_owned()),
            _ => Self::parse_code(text).map(|format| (format, None)),
        }
    }
}

#[cfg(test)]
#[path = "detect_tests.rs"]
mod tests;
