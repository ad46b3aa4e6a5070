//! Calendars: when response times count, by the clock on the wall at some place.
//!
//! Time counts while that clock shows a time within the hours of its day. So a day round the clock is 23 or 25 hours
//! long when the clocks change, an hour that they skip never counts, and one that they repeat counts twice.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Offset, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::holiday::Holiday;
use crate::opening_hours::{DayHours, WeekHours};

/// Hours of a week with holidays, in a time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The time zone by whose clock it goes.
    #[serde(with = "zone_name")]
    pub zone: Tz,
    /// The hours of each weekday.
    pub hours: WeekHours,
    /// Days on which other hours hold, by day.
    #[serde(with = "holiday_list")]
    holidays: BTreeMap<NaiveDate, Holiday>,
}

/// What a calendar says of a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening<'a> {
    /// Within the hours.
    Open,
    /// Outside the hours of the day.
    OutOfHours,
    /// Closed for a holiday of this name, or outside its shorter hours.
    Holiday(&'a str),
}

/// A stretch of time of which a calendar says one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch<'a> {
    /// Its first moment.
    pub from: DateTime<Utc>,
    /// The moment after its last.
    pub until: DateTime<Utc>,
    /// What it is.
    pub opening: Opening<'a>,
}

impl Calendar {
    /// A calendar of these hours and holidays.
    pub fn new(zone: Tz, hours: WeekHours, holidays: impl IntoIterator<Item = Holiday>) -> Self {
        let holidays = holidays.into_iter().map(|holiday| (holiday.on, holiday)).collect();
        Self { zone, hours, holidays }
    }

    /// A calendar in the time zone of this name, such as "Europe/London".
    ///
    /// # Errors
    /// Says that the name is not known.
    pub fn named(
        zone: &str,
        hours: WeekHours,
        holidays: impl IntoIterator<Item = Holiday>,
    ) -> Result<Self, String> {
        let zone = zone.parse().map_err(|_| format!("time zone \"{zone}\" is not known"))?;
        Ok(Self::new(zone, hours, holidays))
    }

    /// The holidays, by day.
    pub fn holidays(&self) -> impl Iterator<Item = &Holiday> {
        self.holidays.values()
    }

    /// The same calendar with no more holidays than those around some days: what a record keeps of it.
    pub fn between(&self, first: NaiveDate, last: NaiveDate) -> Self {
        let holidays = self.holidays.range(first..=last.max(first));
        Self::new(self.zone, self.hours.clone(), holidays.map(|(_, holiday)| holiday.clone()))
    }

    /// What it says from a moment on, stretch by stretch without a gap, up to another moment.
    pub fn stretches(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> impl Iterator<Item = Stretch<'_>> + use<'_> {
        let mut at = from;
        std::iter::from_fn(move || {
            let stretch = (at < until).then(|| self.stretch_at(at, until))?;
            at = stretch.until;
            Some(stretch)
        })
    }

    /// How many seconds between two moments are within the hours.
    pub fn open_seconds(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> i64 {
        let open = self.stretches(from, until).filter(|stretch| stretch.opening == Opening::Open);
        open.map(|stretch| (stretch.until - stretch.from).num_seconds()).sum()
    }

    /// The stretch that begins at a moment: up to the next change within the day, its midnight, a change of the
    /// clocks or `most`.
    fn stretch_at(&self, from: DateTime<Utc>, most: DateTime<Utc>) -> Stretch<'_> {
        let offset = self.offset_at(from);
        let local = from.naive_utc() + offset;
        let (opening, second) = self.opening_at(local);
        let rest = i64::from(second) - i64::from(local.num_seconds_from_midnight());
        let until = (from + Duration::seconds(rest)).min(most);
        Stretch { from, until: self.change_between(from, until, offset), opening }
    }

    /// What it says of a local time, and up to which second of the day.
    fn opening_at(&self, local: NaiveDateTime) -> (Opening<'_>, u32) {
        let holiday = self.holidays.get(&local.date());
        let hours = holiday.map_or_else(|| self.hours.on(local.weekday()), |holiday| &holiday.hours);
        let (open, until) = hours.at(local.num_seconds_from_midnight());
        let opening = match (open, holiday) {
            (true, _) => Opening::Open,
            (false, Some(holiday)) => Opening::Holiday(&holiday.name),
            (false, None) => Opening::OutOfHours,
        };
        (opening, until)
    }

    fn offset_at(&self, at: DateTime<Utc>) -> Duration {
        let offset = self.zone.offset_from_utc_datetime(&at.naive_utc()).fix();
        Duration::seconds(i64::from(offset.local_minus_utc()))
    }

    /// The first moment after `from` at which the clocks differ from `offset`; `until` where they do not before.
    /// Within one day they change once at most.
    fn change_between(&self, from: DateTime<Utc>, until: DateTime<Utc>, offset: Duration) -> DateTime<Utc> {
        if self.offset_at(until - Duration::seconds(1)) == offset {
            return until;
        }
        let (mut before, mut after) = (0, (until - from).num_seconds() - 1);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            match self.offset_at(from + Duration::seconds(middle)) == offset {
                true => before = middle,
                false => after = middle,
            }
        }
        from + Duration::seconds(after)
    }

    /// The hours that hold on a day.
    pub fn hours_on(&self, day: NaiveDate) -> &DayHours {
        self.holidays.get(&day).map_or_else(|| self.hours.on(day.weekday()), |holiday| &holiday.hours)
    }
}

mod zone_name {
    use chrono_tz::Tz;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(zone: &Tz, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(zone.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Tz, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

mod holiday_list {
    use std::collections::BTreeMap;

    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::holiday::Holiday;

    pub fn serialize<S: Serializer>(all: &BTreeMap<NaiveDate, Holiday>, out: S) -> Result<S::Ok, S::Error> {
        out.collect_seq(all.values())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<NaiveDate, Holiday>, D::Error> {
        let all = Vec::<Holiday>::deserialize(from)?;
        Ok(all.into_iter().map(|holiday| (holiday.on, holiday)).collect())
    }
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
