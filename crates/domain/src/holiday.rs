//! Holidays of a calendar: days closed, or open for shorter hours, as lines such as `2026-12-25 Christmas Day`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::opening_hours::DayHours;
use crate::text::check_text;

/// So many holidays a calendar has at most.
pub const MOST_HOLIDAYS: usize = 500;
const LONGEST_NAME: usize = 80;

/// A day on which the hours of the week do not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The day, at the calendar's own clock.
    pub on: NaiveDate,
    /// What it is called.
    pub name: String,
    /// The hours of that day; left out where it is closed.
    #[serde(default, skip_serializing_if = "DayHours::is_closed")]
    pub hours: DayHours,
}

/// Reads holidays, one a line: the day, shorter hours where it has any, its name. Sorted by day.
///
/// # Errors
/// The number of the line at fault and what would be right.
pub fn read_holidays(text: &str) -> Result<Vec<Holiday>, String> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let (mut holidays, mut days) = (vec![], BTreeSet::new());
    for (line, number) in lines {
        let holiday = read_holiday(line).map_err(|why| format!("line {number}: {why}"))?;
        if !days.insert(holiday.on) {
            return Err(format!("line {number}: {} stands here twice", holiday.on));
        }
        holidays.push(holiday);
        if holidays.len() > MOST_HOLIDAYS {
            return Err(format!("line {number}: a calendar has at most {MOST_HOLIDAYS} holidays"));
        }
    }
    holidays.sort_by_key(|holiday| holiday.on);
    Ok(holidays)
}

/// Writes holidays as [`read_holidays`] reads them.
pub fn write_holidays(holidays: &[Holiday]) -> String {
    let line = |holiday: &Holiday| match holiday.hours.is_closed() {
        true => format!("{} {}\n", holiday.on, holiday.name),
        false => format!("{} {} {}\n", holiday.on, holiday.hours, holiday.name),
    };
    holidays.iter().map(line).collect()
}

fn read_holiday(line: &str) -> Result<Holiday, String> {
    let line = line.trim();
    let (day, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let on = day.parse().ok().filter(|day: &NaiveDate| (1950..=2200).contains(&day.year()));
    let on = on.ok_or_else(|| format!("\"{day}\" is not a date; write 2026-12-25 Christmas Day"))?;
    let (hours, name) = cut_hours(rest.trim())?;
    let name = check_text(name, LONGEST_NAME)?.to_owned();
    if name.is_empty() {
        return Err(format!("give {on} a name; write 2026-12-25 Christmas Day"));
    }
    Ok(Holiday { on, name, hours })
}

/// The hours at the beginning of a text, if it begins with any, and the rest.
fn cut_hours(text: &str) -> Result<(DayHours, &str), String> {
    let mut end = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let span = word.trim().trim_end_matches([',', ';']);
        if !span.starts_with(|c: char| c.is_ascii_digit()) || !span.contains(':') {
            break;
        }
        end += word.len();
    }
    Ok((text[..end].trim_end().trim_end_matches([',', ';']).parse()?, text[end..].trim()))
}

/// Bank holidays that can be taken over into a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayPreset {
    /// What names it in an address.
    pub code: String,
    /// Where they hold.
    pub name: String,
    /// The years that it holds.
    pub years: String,
    /// Where the days are published.
    pub source: String,
    /// The days, as lines.
    pub lines: String,
}

#[derive(Deserialize)]
struct Presets {
    presets: Vec<HolidayPreset>,
}

static PRESETS: LazyLock<Vec<HolidayPreset>> = LazyLock::new(|| {
    toml::from_str::<Presets>(include_str!("../presets/holidays.toml"))
        .expect("shipped presets are checked by a test")
        .presets
});

impl HolidayPreset {
    /// Every preset that is shipped.
    pub fn all() -> &'static [Self] {
        &PRESETS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_are_read_and_written_as_lines() {
        let text = "\n2026-12-28 Boxing Day (substitute day)\n 2026-12-24 09:00-11:00, 12:00-13:00 Christmas Eve\n2026-12-25  Christmas Day\n2026-12-31 9:00-12:30 31st, the last\n2027-01-02 2nd January";
        let holidays = read_holidays(text).unwrap();
        let lines = "2026-12-24 09:00-11:00, 12:00-13:00 Christmas Eve\n2026-12-25 Christmas Day\n2026-12-28 Boxing Day (substitute day)\n2026-12-31 09:00-12:30 31st, the last\n2027-01-02 2nd January\n";
        assert_eq!(write_holidays(&holidays), lines);
        assert_eq!(read_holidays(lines).unwrap(), holidays);
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (text, says) in [
            ("Christmas", "line 1: \"Christmas\" is not a date"),
            ("\n2026-02-30 X", "line 2: \"2026-02-30\" is not a date"),
            ("1066-10-14 Hastings", "not a date"),
            ("2026-12-25", "give 2026-12-25 a name"),
            ("2026-12-25 09:00-12:00", "give 2026-12-25 a name"),
            ("2026-12-25 A\n2026-12-25 B", "line 2: 2026-12-25 stands here twice"),
            ("2026-12-24 12:00-09:00 Eve", "ends before it begins"),
            ("2026-12-24 Eve\u{0}", "cannot be shown"),
        ] {
            assert!(read_holidays(text).unwrap_err().contains(says), "{text:?}: {:?}", read_holidays(text));
        }
        let many: String =
            (0..501).map(|n| format!("{} X\n", NaiveDate::default() + chrono::Days::new(n))).collect();
        assert!(read_holidays(&many).unwrap_err().contains("at most 500"));
    }

    #[test]
    fn the_shipped_holidays_can_be_read_and_fall_on_working_days() {
        for preset in HolidayPreset::all() {
            let days = read_holidays(&preset.lines).unwrap();
            assert!(days.iter().all(|day| day.on.weekday().number_from_monday() <= 5), "{}", preset.code);
            assert_eq!(write_holidays(&days), preset.lines);
        }
    }
}
