//! Appointments of engineers: when they are, what they run into, and where there is room.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use crate::codes;

codes!(
    /// How firm an appointment is.
    AppointmentState, "state of an appointment", {
    Planned = "planned", "Planned";
    Confirmed = "confirmed", "Confirmed with the customer";
    Cancelled = "cancelled", "Cancelled";
});

/// The shortest and the longest appointment, in minutes: a longer stay is a further appointment on the next day.
pub const MINUTES: std::ops::RangeInclusive<i64> = 5..=1440;

/// A stretch of time, its end not within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its beginning.
    pub from: DateTime<Utc>,
    /// Its end.
    pub to: DateTime<Utc>,
}

impl Span {
    /// Whether two have time in common; one that ends as the other begins has not.
    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// How long it is, in minutes.
    pub fn minutes(self) -> i64 {
        (self.to - self.from).num_minutes()
    }
}

/// The hours in which appointments are usual, Monday to Friday. Others are possible; the page says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingHours {
    /// Their beginning, by the site's clock.
    pub from: NaiveTime,
    /// Their end, by the site's clock.
    pub to: NaiveTime,
}

impl WorkingHours {
    /// Eight to six.
    pub const USUAL: Self = Self {
        from: NaiveTime::from_hms_opt(8, 0, 0).expect("a time"),
        to: NaiveTime::from_hms_opt(18, 0, 0).expect("a time"),
    };

    /// Whether a span lies within them, by the site's clock.
    pub fn hold(self, span: Span, site: Tz) -> bool {
        let (from, to) = (span.from.with_timezone(&site), span.to.with_timezone(&site));
        let weekday = !matches!(from.weekday(), Weekday::Sat | Weekday::Sun);
        weekday && from.date_naive() == to.date_naive() && from.time() >= self.from && to.time() <= self.to
    }

    /// The first stretches of so many minutes that are free, in steps of half an hour, at most one in each half day.
    pub fn free(self, busy: &[Span], minutes: i64, after: DateTime<Utc>, site: Tz, most: usize) -> Vec<Span> {
        let length = Duration::minutes(minutes);
        let mut found: Vec<Span> = vec![];
        let mut day = after.with_timezone(&site).date_naive();
        let mut half = None;
        for _ in 0..60 {
            let steps = (0..48).filter_map(|step| NaiveTime::from_hms_opt(step / 2, step % 2 * 30, 0));
            for time in steps.filter(|time| (self.from..self.to).contains(time)) {
                let Ok(from) = moment(day, time, site) else { continue };
                let span = Span { from, to: from + length };
                let this_half = (day, time.format("%p").to_string());
                let free = from >= after && self.hold(span, site) && !busy.iter().any(|b| b.overlaps(span));
                if free && half.as_ref() != Some(&this_half) {
                    found.push(span);
                    half = Some(this_half);
                }
                if found.len() >= most {
                    return found;
                }
            }
            day = match day.checked_add_days(Days::new(1)) {
                Some(next) => next,
                None => return found,
            };
        }
        found
    }
}

/// The moment of a date and time by a site's clock; of two (when clocks go back) the earlier one.
///
/// # Errors
/// Says so where clocks go forward and the time does not exist.
pub fn moment(day: NaiveDate, time: NaiveTime, site: Tz) -> Result<DateTime<Utc>, String> {
    let local = site.from_local_datetime(&day.and_time(time)).earliest();
    let gap = || format!("there is no {} on {day}: the clocks go forward", time.format("%H:%M"));
    local.map(|local| local.to_utc()).ok_or_else(gap)
}

/// The Monday of a day's week.
pub fn monday(day: NaiveDate) -> NaiveDate {
    let back = Days::new(u64::from(day.weekday().num_days_from_monday()));
    day.checked_sub_days(back).unwrap_or(day)
}

/// Puts what overlaps side by side: for each span, in order of their beginnings, its column and how many columns
/// its group has.
pub fn columns(spans: &[Span]) -> Vec<(usize, usize)> {
    let mut placed: Vec<(usize, usize)> = vec![];
    let mut group = 0;
    let mut ends: Vec<DateTime<Utc>> = vec![];
    for (at, span) in spans.iter().enumerate() {
        if ends.iter().all(|end| *end <= span.from) {
            settle(&mut placed, group, ends.len());
            (group, ends) = (at, vec![]);
        }
        let free = ends.iter().position(|end| *end <= span.from);
        match free {
            Some(column) => ends[column] = span.to,
            None => ends.push(span.to),
        }
        placed.push((free.unwrap_or(ends.len() - 1), 0));
    }
    settle(&mut placed, group, ends.len());
    placed
}

fn settle(placed: &mut [(usize, usize)], group: usize, count: usize) {
    placed.iter_mut().skip(group).for_each(|(_, columns)| *columns = count);
}

#[cfg(test)]
#[path = "appointment_tests.rs"]
mod tests;
