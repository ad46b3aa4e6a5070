//! The results of a test, each with a kind byte, its numbers and a flag byte.

use super::config::{Settings, next_limit};
use super::payload::{Cursor, verdict};
use super::text;
use crate::tester::names::visual_item;
use crate::tester::record::{Measured, TestRecord, TesterReading, TesterVerdict, VisualSeen};
use domain::quantity::Decimal;
use domain::reading::{Operator, ReadingValue};
use domain::visual::VisualResult;

/// A number: the top two bits are its decimal places, the others its digits.
pub(super) fn number(raw: u16) -> Decimal {
    let digits = i64::from(raw & 0x3fff);
    Decimal::from_millionths(digits * [1_000_000, 100_000, 10_000, 1_000][usize::from(raw >> 14)])
}

/// The number with as many decimal places as the tester showed.
fn shown(raw: u16) -> String {
    let (digits, places) = (raw & 0x3fff, usize::from(raw >> 14));
    let padded = format!("{digits:0>width$}", width = places + 1);
    match padded.split_at_checked(padded.len() - places) {
        Some((whole, fraction)) if places > 0 => format!("{whole}.{fraction}"),
        _ => padded,
    }
}

/// Reads results up to the closing FF.
pub(super) fn read(results: &[u8], mut settings: Settings, record: &mut TestRecord) {
    let mut cursor = Cursor(results);
    loop {
        let rest = cursor.0;
        let code = match cursor.byte() {
            Some(0xff) => break,
            Some(code) => code,
            None => {
                record.hints.push("The results are not closed: some may be missing.".to_owned());
                return;
            }
        };
        if one(code, &mut cursor, &mut settings, record).is_none() {
            let what = format!(
                "The result of kind {code:02X} and all after it could not be read; they are kept as bytes."
            );
            record.hints.push(what);
            record.unknown.push(("Unread results".into(), hex(rest)));
            return;
        }
    }
    if !cursor.0.is_empty() {
        record.hints.push("Bytes follow the close of the results; they are kept.".to_owned());
        record.unknown.push(("After the results".into(), hex(cursor.0)));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(256).map(|b| format!("{b:02X}")).collect()
}

fn one(code: u8, cursor: &mut Cursor, settings: &mut Settings, record: &mut TestRecord) -> Option<()> {
    let reading = match code {
        0x11 => resistance("Earth continuity", None, cursor)?,
        0x16 => resistance("IEC lead continuity", Some("IEC lead"), cursor)?,
        0x18 => resistance("Point-to-point resistance", Some("point-to-point"), cursor)?,
        0x20 => insulation(cursor)?,
        0x83 => figure(Measured::SubstituteLeakage, "Substitute leakage", "mA", cursor)?,
        0x91 => polarity(cursor)?,
        0x92 => figure(Measured::Other, "Mains voltage", "V", cursor)?,
        0x96 => leakage(cursor)?,
        0x9a => rcd(cursor)?,
        0xfc => return comment(cursor, record),
        0xfd => return visual(cursor, record),
        _ => return None,
    };
    let (mut reading, flags) = reading;
    reading.verdict = Some(verdict(flags));
    reading.limit = next_limit(settings, code);
    if flags & 0x30 == 0x30 {
        reading.value = None;
        record.hints.push(format!("{}: marked as both less and more than {}.", reading.name, reading.given));
    }
    record.readings.push(reading);
    Some(())
}

type Read = (TesterReading, u8);

/// A figure with its flag; 10 is "<" and 20 is ">".
fn figure(measured: Measured, name: &str, unit: &str, cursor: &mut Cursor) -> Option<Read> {
    let raw = cursor.u16()?;
    let flags = cursor.byte()?;
    let operator = match flags & 0x30 {
        0x10 => Operator::Less,
        0x20 => Operator::Greater,
        _ => Operator::Exact,
    };
    let mark = if operator == Operator::Exact { "" } else { domain::code::Code::code(operator) };
    let mut reading = TesterReading::new(measured, name, format!("{mark}{}", shown(raw)));
    reading.value = Some(ReadingValue::Number { operator, value: number(raw) });
    reading.unit = unit.to_owned();
    Some((reading, flags))
}

fn resistance(name: &str, phase: Option<&str>, cursor: &mut Cursor) -> Option<Read> {
    let (reading, flags) = figure(Measured::EarthContinuity, name, "ohm", cursor)?;
    Some((TesterReading { phase: phase.map(str::to_owned), ..reading }, flags))
}

fn insulation(cursor: &mut Cursor) -> Option<Read> {
    let volts = number(cursor.u16()?);
    let (reading, flags) = figure(Measured::InsulationResistance, "Insulation resistance", "Mohm", cursor)?;
    let whole =
        volts.thousandths().filter(|v| v % 1000 == 0 && *v > 0).and_then(|v| u32::try_from(v / 1000).ok());
    Some((TesterReading { voltage_v: whole, ..reading }, flags))
}

fn polarity(cursor: &mut Cursor) -> Option<Read> {
    let flags = cursor.byte()?;
    let mut reading = TesterReading::new(Measured::Polarity, "Polarity", "");
    (reading.given, reading.value) = match verdict(flags) {
        TesterVerdict::Pass => ("pass".to_owned(), Some(ReadingValue::Pass)),
        TesterVerdict::Fail => ("fail".to_owned(), Some(ReadingValue::Fail)),
        TesterVerdict::Information => (String::new(), None),
    };
    Some((reading, flags))
}

fn leakage(cursor: &mut Cursor) -> Option<Read> {
    let (load, second) = (cursor.u16()?, cursor.u16()?);
    let (mut reading, flags) = figure(Measured::Leakage, "Touch or leakage current", "mA", cursor)?;
    // What the second number means is not known; both are kept.
    reading.beside = vec![("Load".into(), shown(load)), ("Second figure".into(), shown(second))];
    Some((reading, flags))
}

fn rcd(cursor: &mut Cursor) -> Option<Read> {
    let (rated, angle) = (cursor.u16()?, cursor.u16()?);
    let (reading, flags) = figure(Measured::RcdTripTime, "RCD trip time", "ms", cursor)?;
    let rated_ma = Some(number(rated)).filter(|ma| *ma > Decimal::ZERO);
    Some((TesterReading { rated_ma, phase: Some(shown(angle)), ..reading }, flags))
}

fn comment(cursor: &mut Cursor, record: &mut TestRecord) -> Option<()> {
    let said = text(cursor.bytes(86)?);
    let failed = verdict(cursor.byte()?) == TesterVerdict::Fail;
    if failed {
        record.visual.push(VisualSeen {
            name: said.clone(),
            item: None,
            result: Some(VisualResult::Fail),
            note: String::new(),
        });
    }
    if !said.is_empty() {
        record.comments.push(said);
    }
    Some(())
}

fn visual(cursor: &mut Cursor, record: &mut TestRecord) -> Option<()> {
    let (name, unit, raw) = (text(cursor.bytes(16)?), text(cursor.bytes(16)?), cursor.u16()?);
    let result = match verdict(cursor.byte()?) {
        TesterVerdict::Pass => Some(VisualResult::Pass),
        TesterVerdict::Fail => Some(VisualResult::Fail),
        TesterVerdict::Information => None,
    };
    let note = if raw == 0 && unit.is_empty() {
        String::new()
    } else {
        format!("{} {unit}", shown(raw)).trim().into()
    };
    record.visual.push(VisualSeen { item: visual_item(&name), name, result, note });
    Some(())
}
