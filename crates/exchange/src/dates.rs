//! Dates in columns: day-first or month-first is proved by the column or asked for, never guessed.

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveTime};

domain::codes!(
    /// Which part of 03/04/2024 is the day.
    DateOrder, "date order", {
    DayFirst = "day_first", "Day first (31/12/2024)";
    MonthFirst = "month_first", "Month first (12/31/2024)";
});

/// A value with the physical line it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The line, from 1.
    pub line: usize,
    /// The text as given.
    pub text: String,
}

/// What a column says about its own order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// Every date reads the same in both orders, or there is none.
    NotNeeded,
    /// This value is a date in one order only, and none contradicts it.
    Proven(DateOrder, Seen),
    /// Some values would be two different dates; nothing decides. Up to three of them.
    Ambiguous(Vec<Seen>),
    /// One value proves day first and another month first: the column mixes both.
    Conflict {
        /// The first value that is a date only with its day first.
        day_first: Seen,
        /// The first value that is a date only with its month first.
        month_first: Seen,
    },
}

/// Looks for proof in a whole column; texts that are no dates prove nothing.
pub fn prove<'a>(column: impl IntoIterator<Item = (usize, &'a str)>, year_now: i32) -> Proof {
    let (mut day, mut month, mut open) = (None, None, Vec::new());
    for (line, text) in column {
        let as_day = parse(text, Some(DateOrder::DayFirst), year_now).ok();
        let as_month = parse(text, Some(DateOrder::MonthFirst), year_now).ok();
        let seen = || Seen { line, text: text.trim().to_string() };
        match (as_day, as_month) {
            (Some(_), None) => day = day.or_else(|| Some(seen())),
            (None, Some(_)) => month = month.or_else(|| Some(seen())),
            (Some(a), Some(b)) if a != b && open.len() < 3 => open.push(seen()),
            _ => {}
        }
    }
    match (day, month) {
        (Some(day_first), Some(month_first)) => Proof::Conflict { day_first, month_first },
        (Some(seen), None) => Proof::Proven(DateOrder::DayFirst, seen),
        (None, Some(seen)) => Proof::Proven(DateOrder::MonthFirst, seen),
        (None, None) if open.is_empty() => Proof::NotNeeded,
        (None, None) => Proof::Ambiguous(open),
    }
}

/// Reads one date: 2024-12-31, 20241231, 31/12/2024, 31.12.24, 31 Dec 2024, Dec 31 2024, each with or without a time.
///
/// A two-digit year is the one from 69 years before `year_now` to 30 after it. Without an order a date that reads
/// differently in each is refused.
///
/// # Errors
/// Says what is wrong and what would be right.
pub fn parse(text: &str, order: Option<DateOrder>, year_now: i32) -> Result<NaiveDate, String> {
    let text = without_time(text.trim());
    let parts: Vec<&str> = text
        .split(|c: char| matches!(c, '/' | '-' | '.' | ',') || c.is_whitespace())
        .filter(|p| !p.is_empty())
        .collect();
    match parts[..] {
        [one] if one.len() == 8 && number(one).is_some() => ymd(&one[..4], &one[4..6], &one[6..], text),
        [one] if one.len() == 5 && number(one).is_some() => {
            Err(format!("{text} is a spreadsheet's day count; format the column as a date and save it again"))
        }
        [year, month, day] if year.len() == 4 && number(year).is_some() => match month_named(month) {
            Some(month) => date(number(year), Some(month), number(day), text),
            None => ymd(year, month, day, text),
        },
        [a, b, year] => {
            let year = full_year(year, year_now);
            match (month_named(a), month_named(b)) {
                (Some(month), None) => date(year, Some(month), number(b), text),
                (None, Some(month)) => date(year, Some(month), number(a), text),
                _ => either(year, number(a), number(b), order, text),
            }
        }
        _ => Err(no_date(text)),
    }
}

fn either(
    year: Option<u32>,
    first: Option<u32>,
    second: Option<u32>,
    order: Option<DateOrder>,
    text: &str,
) -> Result<NaiveDate, String> {
    let (day_first, month_first) = (date(year, second, first, text), date(year, first, second, text));
    match order {
        Some(DateOrder::DayFirst) => day_first,
        Some(DateOrder::MonthFirst) => month_first,
        None => match (day_first, month_first) {
            (Ok(a), Ok(b)) if a != b => {
                Err(format!("{text} could be {a} or {b}; say whether the day comes first"))
            }
            (Ok(a), _) | (_, Ok(a)) => Ok(a),
            (wrong, _) => wrong,
        },
    }
}

fn ymd(year: &str, month: &str, day: &str, text: &str) -> Result<NaiveDate, String> {
    date(number(year), number(month), number(day), text)
}

fn date(year: Option<u32>, month: Option<u32>, day: Option<u32>, text: &str) -> Result<NaiveDate, String> {
    let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err(no_date(text)) };
    let found = i32::try_from(year).ok().and_then(|y| NaiveDate::from_ymd_opt(y, month, day));
    // 31/12/0224 is a slip of the finger, not a date in the third century.
    found.filter(|d| (1900..=2200).contains(&d.year())).ok_or_else(|| no_date(text))
}

fn no_date(text: &str) -> String {
    format!("\"{text}\" is not a date; write it as 2024-12-31")
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= 8 && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn full_year(text: &str, year_now: i32) -> Option<u32> {
    let year = number(text)?;
    match text.len() {
        4 => Some(year),
        2 => {
            let last = year_now + 30;
            u32::try_from(last - (last - i32::try_from(year).ok()?).rem_euclid(100)).ok()
        }
        _ => None,
    }
}

fn month_named(text: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let lower = text.to_ascii_lowercase();
    if lower == "sept" {
        return Some(9);
    }
    let at = NAMES.iter().position(|n| lower == *n || (lower.len() == 3 && n.starts_with(&lower)))?;
    u32::try_from(at + 1).ok()
}

/// Drops a time such as "T09:30:00Z" or " 09:30 AM"; what is dropped must begin with hours and minutes.
fn without_time(text: &str) -> &str {
    split_time(text).0
}

/// A date and the time behind it, which may be empty.
fn split_time(text: &str) -> (&str, &str) {
    let Some((hours, _)) = text.find(':').map(|colon| text.split_at(colon)) else { return (text, "") };
    let date = hours.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = hours.len() - date.len();
    if (1..=2).contains(&digits) && date.ends_with(['T', ' ']) {
        (date[..date.len() - 1].trim_end(), &text[date.len()..])
    } else {
        (text, "")
    }
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Hours, minutes and seconds as written.
    pub time: NaiveTime,
    /// How far it is from UTC, where it says so; else it is the clock of wherever it was written.
    pub offset: Option<FixedOffset>,
}

/// Reads the time of day behind a date: "09:30", "9:30:05 AM", "09:30:05.25Z", "09:30+02:00"; none where there is only
/// a date.
///
/// # Errors
/// Says that the time is none.
pub fn clock_of(text: &str) -> Result<Option<Clock>, String> {
    let (_, time) = split_time(text.trim());
    if time.is_empty() {
        return Ok(None);
    }
    let wrong = || format!("\"{time}\" is not a time of day; write it as 09:30");
    let (clock, offset) = match time.find(['Z', '+', '-']) {
        Some(at) if time[at..] == *"Z" => (&time[..at], FixedOffset::east_opt(0)),
        Some(at) => (&time[..at], Some(time[at..].parse().map_err(|_| wrong())?)),
        None => (time, None),
    };
    let clock = clock.trim();
    let formats = ["%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p"];
    let read = formats.iter().find_map(|format| NaiveTime::parse_from_str(clock, format).ok());
    read.map(|time| Some(Clock { time, offset })).ok_or_else(wrong)
}

#[cfg(test)]
#[path = "dates_tests.rs"]
mod tests;
