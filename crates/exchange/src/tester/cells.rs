//! From one cell to one field of a test.

use super::fields::TestField;
use super::record::TestRecord;
use super::value;
use crate::dates::{self, DateOrder};
use crate::measures::{Wrong, means_nothing};
use crate::words::{cut, fold, yes_no};
use chrono::{NaiveDate, NaiveTime};
use domain::code::Code;
use domain::equipment::TestKind;

/// What a reader was told about a file's dates.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dates {
    /// The order, where it is known.
    pub(crate) order: Option<DateOrder>,
    /// The present year, around which two-digit years lie.
    pub(crate) year_now: i32,
}

impl Dates {
    pub(crate) fn read(self, text: &str) -> Result<NaiveDate, String> {
        dates::parse(text, self.order, self.year_now)
    }
}

/// Puts a filled cell into its field.
///
/// # Errors
/// Says what is wrong and what would be right.
pub(crate) fn put(record: &mut TestRecord, field: TestField, cell: &str, dates: Dates) -> Result<(), Wrong> {
    if let Some(place) = plain(record, field) {
        cell.clone_into(place);
        if field == TestField::TestName {
            // As our own export names a test; any other name says nothing of its kind.
            record.kind = record.kind.or(kind(cell).ok().flatten());
        }
        return Ok(());
    }
    let date = |text: &str| dates.read(text).map_err(|why| Wrong::new(why, "a date such as 2024-12-31"));
    match field {
        TestField::TestDate => {
            record.performed_on = date(cell)?;
            record.performed_time =
                record.performed_time.or(cell.contains(':').then(|| time_of(cell)).flatten());
        }
        TestField::TestTime => {
            let time =
                time_of(cell).ok_or_else(|| Wrong::new(not("a time", cell), "a time such as 14:30"))?;
            record.performed_time = Some(time);
        }
        TestField::CalibratedOn => record.instrument.calibrated_on = Some(date(cell)?),
        TestField::CalibrationDue => record.instrument.calibration_due = Some(date(cell)?),
        TestField::Verdict => {
            let read = value::verdict(cell);
            record.verdict = read.map_err(|why| Wrong::new(why, "P, Pass, F, Fail, I or Information"))?;
        }
        TestField::RetestMonths => record.retest_months = months(cell)?,
        TestField::VisualRetestMonths => record.visual_retest_months = months(cell)?,
        TestField::Kind => record.kind = kind(cell)?,
        TestField::UpdateAsset => record.update_asset = yes_no(cell)?,
        TestField::Comments => {
            record.comments.extend(cell.lines().map(str::trim).filter(|l| !l.is_empty()).map(String::from))
        }
        TestField::Photo => record.photo_names.extend(cell.split([';', ',']).map(|n| n.trim().to_owned())),
        _ => {}
    }
    Ok(())
}

fn plain(record: &mut TestRecord, field: TestField) -> Option<&mut String> {
    Some(match field {
        TestField::AssetCode => &mut record.asset_code,
        TestField::Customer => &mut record.customer,
        TestField::Site => &mut record.site,
        TestField::Location => &mut record.location,
        TestField::Description => &mut record.description,
        TestField::Make => &mut record.make,
        TestField::Model => &mut record.model,
        TestField::Serial => &mut record.serial,
        TestField::EquipmentClass => &mut record.equipment_class,
        TestField::EquipmentType => &mut record.equipment_type,
        TestField::Category => &mut record.category,
        TestField::Notes => &mut record.notes,
        TestField::TestName => &mut record.test_name,
        TestField::TestTag => &mut record.test_tag,
        TestField::Tester => &mut record.tester,
        TestField::Instrument => &mut record.instrument.name,
        TestField::InstrumentMake => &mut record.instrument.make,
        TestField::InstrumentModel => &mut record.instrument.model,
        TestField::InstrumentSerial => &mut record.instrument.serial,
        TestField::CalibrationCertificate => &mut record.instrument.calibration_certificate,
        TestField::Standard => &mut record.standard,
        TestField::Procedure => &mut record.procedure,
        TestField::EndOfLife => &mut record.end_of_life,
        TestField::OldAssetCode => &mut record.old_asset_code,
        _ => return None,
    })
}

fn not(noun: &str, cell: &str) -> String {
    format!("\"{}\" is not {noun}", cut(cell, 40))
}

fn months(cell: &str) -> Result<Option<u32>, Wrong> {
    if means_nothing(cell) {
        return Ok(None);
    }
    let digits = cell.trim().split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    let rest = fold(cell.trim().get(digits.len()..).unwrap_or_default());
    let wrong = || Wrong::new(not("a number of months", cell), "whole months from 0 to 600");
    let times = match rest.as_str() {
        "" | "m" | "month" | "months" => 1,
        "y" | "year" | "years" => 12,
        _ => return Err(wrong()),
    };
    let count: u32 = digits.parse().ok().filter(|n| *n <= 600 / times).ok_or_else(wrong)?;
    Ok(Some(count * times).filter(|n| *n > 0))
}

fn kind(cell: &str) -> Result<Option<TestKind>, Wrong> {
    if means_nothing(cell) {
        return Ok(None);
    }
    let folded = fold(cell);
    let found = TestKind::ALL.iter().copied().find(|k| fold(k.label()) == folded || fold(k.code()) == folded);
    found
        .map(Some)
        .ok_or_else(|| Wrong::new(not("a kind of test", cell), "a kind such as combined or formal visual"))
}

/// The time in a text such as "12/03/2024 14:30:00", "2:30 PM" or "T14:30Z".
pub(crate) fn time_of(text: &str) -> Option<NaiveTime> {
    let colon = text.find(':')?;
    let (before, after) = text.split_at(colon);
    let from = before
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let hour: u32 = before.get(from..)?.parse().ok()?;
    let mut parts = after.split(':').skip(1);
    let lead = |t: &str| t.chars().take_while(char::is_ascii_digit).collect::<String>();
    let minute: u32 = lead(parts.next()?).parse().ok()?;
    let second: u32 = parts.next().map(lead).filter(|s| !s.is_empty()).map_or(Some(0), |s| s.parse().ok())?;
    let half = after.trim_end().to_lowercase();
    let hour = match (half.ends_with("pm"), half.ends_with("am")) {
        (true, _) if hour < 12 => hour + 12,
        (_, true) if hour == 12 => 0,
        _ => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found() {
        for (text, time) in [
            ("12/03/2024 14:30:05", "14:30:05"),
            ("2024-03-12T09:05Z", "09:05:00"),
            ("2:30 PM", "14:30:00"),
            ("12:10 am", "00:10:00"),
            ("noon: 5", ""),
            ("25:00", ""),
            ("ß9:00", "09:00:00"),
        ] {
            assert_eq!(time_of(text).map(|t| t.to_string()).unwrap_or_default(), time, "{text}");
        }
    }

    #[test]
    fn months_may_be_years() {
        assert_eq!(months("12"), Ok(Some(12)));
        assert_eq!(months("24 months"), Ok(Some(24)));
        assert_eq!(months("2 years"), Ok(Some(24)));
        assert_eq!(months("0"), Ok(None));
        assert!(months("soon").is_err() && months("12.5").is_err() && months("9999").is_err());
    }
}
