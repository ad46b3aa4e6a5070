//! What stands inside a frame: the instrument, or a test with its fields of fixed length.

use super::{config, results, text};
use crate::tester::place::Place;
use crate::tester::record::{Instrument, TestRecord, TesterVerdict};
use chrono::{NaiveDate, NaiveTime};

/// The field at fault and what is wrong with it.
type Wrong = (&'static str, String);

/// Takes bytes off the front.
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.bytes(1)?.first().copied()
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        match self.bytes(2)? {
            [low, high] => Some(u16::from_le_bytes([*low, *high])),
            _ => None,
        }
    }
}

/// Model and serial number of the instrument.
pub(super) fn machine(payload: &[u8]) -> Instrument {
    let mut cursor = Cursor(payload);
    let mut field = || cursor.bytes(20).map(text).unwrap_or_default();
    Instrument { make: "Seaward".into(), model: field(), serial: field(), ..Instrument::default() }
}

/// Reads a test after its kind byte.
pub(super) fn test(payload: &[u8], place: Place, instrument: &Instrument) -> Result<TestRecord, Wrong> {
    let mut cursor = Cursor(payload);
    let mut record = TestRecord { place, instrument: instrument.clone(), ..TestRecord::default() };
    head(&mut cursor, &mut record)?;
    let (config, results) = blocks(&mut cursor)?;
    let limits = config::read(config);
    results::read(results, limits, &mut record);
    Ok(record)
}

fn head(cursor: &mut Cursor, record: &mut TestRecord) -> Result<(), Wrong> {
    record.verdict = Some(verdict(cursor.byte().ok_or_else(|| short("flags"))?));
    record.asset_code = field(cursor, 16, "asset id")?;
    cursor.bytes(64).ok_or_else(|| short("reserved bytes"))?;
    record.site = field(cursor, 16, "site")?;
    record.location = field(cursor, 16, "location")?;
    when(cursor, record)?;
    record.tester = field(cursor, 16, "user")?;
    let comments = field(cursor, 128, "comments")?;
    record.comments =
        comments.split('\n').map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    cursor.byte().ok_or_else(|| short("mark 02"))?;
    record.retest_months =
        Some(u32::from(cursor.byte().ok_or_else(|| short("full retest"))?)).filter(|m| *m > 0);
    record.test_name = field(cursor, 30, "program name")?;
    let months = cursor.byte().ok_or_else(|| short("visual retest"))?;
    record.visual_retest_months = Some(u32::from(months)).filter(|m| *m > 0);
    cursor.bytes(15).map(|_| ()).ok_or_else(|| short("reserved bytes"))
}

fn when(cursor: &mut Cursor, record: &mut TestRecord) -> Result<(), Wrong> {
    let Some([hour, minute, second, day, month]) = cursor.bytes(5) else {
        return Err(short("date and time"));
    };
    let year = cursor.u16().ok_or_else(|| short("year"))?;
    let date = NaiveDate::from_ymd_opt(i32::from(year), u32::from(*month), u32::from(*day));
    let sane = date.filter(|_| (1980..=2200).contains(&year));
    record.performed_on =
        sane.ok_or_else(|| ("date", format!("{year:04}-{month:02}-{day:02} is no date a tester can have")))?;
    record.performed_time = NaiveTime::from_hms_opt(u32::from(*hour), u32::from(*minute), u32::from(*second));
    if record.performed_time.is_none() {
        record
            .hints
            .push(format!("{hour:02}:{minute:02}:{second:02} is no time; the test is kept without one."));
    }
    Ok(())
}

/// The configuration and the results on both sides of the mark FE.
fn blocks<'a>(cursor: &mut Cursor<'a>) -> Result<(&'a [u8], &'a [u8]), Wrong> {
    let length = usize::from(cursor.u16().ok_or_else(|| short("config length"))?);
    let rest = cursor.0;
    // The length counts the mark; a file that does not count it is read as well.
    let mark =
        [length.checked_sub(1), Some(length)].into_iter().flatten().find(|at| rest.get(*at) == Some(&0xfe));
    let mark =
        mark.ok_or_else(|| ("config", format!("no mark FE closes the configuration of {length} bytes")))?;
    let (config, results) = rest.split_at_checked(mark).ok_or_else(|| short("config"))?;
    Ok((config, results.get(1..).unwrap_or_default()))
}

fn field(cursor: &mut Cursor, length: usize, name: &'static str) -> Result<String, Wrong> {
    cursor.bytes(length).map(text).ok_or_else(|| short(name))
}

fn short(field: &'static str) -> Wrong {
    (field, "the record ends before it".to_owned())
}

/// The result in a flag byte: a fail wins over a pass.
pub(super) fn verdict(flags: u8) -> TesterVerdict {
    match flags {
        f if f & 0x02 != 0 => TesterVerdict::Fail,
        f if f & 0x01 != 0 => TesterVerdict::Pass,
        _ => TesterVerdict::Information,
    }
}
