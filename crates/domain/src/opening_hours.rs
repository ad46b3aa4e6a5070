//! Opening hours by the clock on the wall: the spans of a day, and the days of a week.

use std::fmt::Display;
use std::str::FromStr;

use chrono::Weekday;
use serde::{Deserialize, Serialize};

/// A day's minutes.
const DAY: u16 = 24 * 60;
/// So many spans a day has at most.
const MOST_SPANS: usize = 8;

/// A span of a day, in minutes from its midnight: from the first up to, but not at, the second.
type Span = (u16, u16);

/// The spans of one day in which time counts, in order and apart from each other; none when closed.
///
/// Written as `09:00-12:30, 13:00-17:30`, as `24h` or as `closed`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayHours(Vec<Span>);

impl DayHours {
    /// The whole day.
    pub fn all_day() -> Self {
        Self(vec![(0, DAY)])
    }

    /// Whether it is closed all day.
    pub fn is_closed(&self) -> bool {
        self.0.is_empty()
    }

    /// The spans in minutes from midnight, in order.
    pub fn spans(&self) -> &[(u16, u16)] {
        &self.0
    }

    /// Whether it is open at so many seconds after midnight, and up to when that stays so within the day.
    pub(crate) fn at(&self, second: u32) -> (bool, u32) {
        for (from, until) in
            self.0.iter().map(|(from, until)| (u32::from(*from) * 60, u32::from(*until) * 60))
        {
            if second < from {
                return (false, from);
            }
            if second < until {
                return (true, until);
            }
        }
        (false, u32::from(DAY) * 60)
    }
}

impl FromStr for DayHours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" | "closed" | "-" => return Ok(Self::default()),
            "24h" | "24 h" | "all day" => return Ok(Self::all_day()),
            _ => {}
        }
        let mut spans = text.split([',', ';']).map(read_span).collect::<Result<Vec<_>, _>>()?;
        spans.sort_unstable();
        if let Some(pair) = spans.windows(2).find(|pair| pair[1].0 < pair[0].1) {
            return Err(format!("{} and {} overlap", write_span(pair[0]), write_span(pair[1])));
        }
        if spans.len() > MOST_SPANS {
            return Err(format!("a day has at most {MOST_SPANS} spans"));
        }
        // Two that touch are one.
        spans.dedup_by(|later, earlier| {
            let touch = earlier.1 == later.0;
            if touch {
                earlier.1 = later.1;
            }
            touch
        });
        Ok(Self(spans))
    }
}

fn read_span(text: &str) -> Result<Span, String> {
    let text = text.trim();
    let wrong = || format!("\"{text}\" is no span of a day; write it as 09:00-17:30");
    let (from, until) = text.split_once(['-', '–']).ok_or_else(wrong)?;
    let (from, until) = (read_time(from).ok_or_else(wrong)?, read_time(until).ok_or_else(wrong)?);
    if from < until {
        return Ok((from, until));
    }
    let (from, until) = (write_time(from), write_time(until));
    Err(format!(
        "\"{text}\" ends before it begins; over midnight write {from}-24:00 here and 00:00-{until} the day after"
    ))
}

/// Minutes from midnight of `9`, `09:00` or `24:00`.
fn read_time(text: &str) -> Option<u16> {
    let text = text.trim();
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "00"));
    let sound = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !sound(hours) || !sound(minutes) || hours.len() > 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    Some(hours * 60 + minutes).filter(|time| minutes < 60 && *time <= DAY)
}

fn write_time(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn write_span((from, until): Span) -> String {
    format!("{}-{}", write_time(from), write_time(until))
}

impl Display for DayHours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.as_slice() {
            [] => f.write_str("closed"),
            [(0, DAY)] => f.write_str("24h"),
            spans => f.write_str(&spans.iter().copied().map(write_span).collect::<Vec<_>>().join(", ")),
        }
    }
}

impl TryFrom<String> for DayHours {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<DayHours> for String {
    fn from(hours: DayHours) -> Self {
        hours.to_string()
    }
}

/// The hours of each day of a week, Monday first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WeekHours(pub [DayHours; 7]);

impl WeekHours {
    /// The same hours from Monday to Friday, closed at the weekend.
    pub fn working_days(day: &DayHours) -> Self {
        let mut week = Self::default();
        week.0[..5].fill(day.clone());
        week
    }

    /// Round the clock.
    pub fn always() -> Self {
        Self(std::array::from_fn(|_| DayHours::all_day()))
    }

    /// The hours of a weekday.
    pub fn on(&self, day: Weekday) -> &DayHours {
        // Seven days, so never out of bounds.
        &self.0[day.num_days_from_monday() as usize]
    }

    /// Whether it is never open.
    pub fn is_closed(&self) -> bool {
        self.0.iter().all(DayHours::is_closed)
    }

    /// The week in words, days with the same hours together: "Mon-Fri 09:00-17:30, Sat 24h".
    pub fn words(&self) -> String {
        const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        if *self == Self::always() {
            return "Round the clock".to_owned();
        }
        let (mut parts, mut first) = (vec![], 0);
        while first < 7 {
            let same = self.0[first..].iter().take_while(|day| **day == self.0[first]).count();
            let last = first + same - 1;
            if !self.0[first].is_closed() {
                let days =
                    if same == 1 { NAMES[first].into() } else { format!("{}-{}", NAMES[first], NAMES[last]) };
                parts.push(format!("{days} {}", self.0[first]));
            }
            first = last + 1;
        }
        if parts.is_empty() { "Closed".to_owned() } else { parts.join("; ") }
    }
}

#[cfg(test)]
#[path = "opening_hours_tests.rs"]
mod tests;
