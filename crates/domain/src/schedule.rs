//! When the next inspection is due: calendar months from the date it was on site.

use chrono::{DateTime, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::equipment::TestKind;
pub use crate::interval::{
    ByHand, Interval, IntervalChoice, IntervalQuery, IntervalSource, Preset, Says, choose_interval,
};
use crate::standing::{Behind, Standing, TestRecord, counting, weight};
use crate::verdict::Verdict;

/// The intervals of an item, one for each kind of inspection that falls due by date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intervals {
    /// For the user check.
    pub user_check: IntervalChoice,
    /// For the formal visual inspection.
    pub formal_visual: IntervalChoice,
    /// For the combined inspection and test.
    pub combined: IntervalChoice,
}

impl Intervals {
    /// Each kind that falls due by date with its interval, lightest first.
    pub fn each(&self) -> [(TestKind, &IntervalChoice); 3] {
        [
            (TestKind::UserCheck, &self.user_check),
            (TestKind::FormalVisual, &self.formal_visual),
            (TestKind::Combined, &self.combined),
        ]
    }
}

/// When each kind of inspection is due; none where it is not due by date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NextDue {
    /// The user check; left out where there is none, as records from before it fell due are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_check: Option<NaiveDate>,
    /// The formal visual inspection.
    pub formal_visual: Option<NaiveDate>,
    /// The combined inspection and test.
    pub combined: Option<NaiveDate>,
}

impl NextDue {
    /// The earliest of them.
    pub fn earliest(&self) -> Option<NaiveDate> {
        self.user_check.into_iter().chain(self.formal_visual).chain(self.combined).min()
    }

    /// The dates that are to be kept.
    pub fn filter(self, keep: impl Fn(&NaiveDate) -> bool) -> Self {
        Self {
            user_check: self.user_check.filter(&keep),
            formal_visual: self.formal_visual.filter(&keep),
            combined: self.combined.filter(&keep),
        }
    }
}

codes!(
    /// What makes something due on its day.
    DueWhy, "reason of a due date", {
    ByDate = "date", "Its interval has run";
    NeverTested = "never_tested", "Never tested";
    NotProven = "not_proven", "Not proven by its last test";
});

/// A day on which something is due, and what makes it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueDay {
    /// The day, at the site.
    pub on: NaiveDate,
    /// What makes it due.
    pub why: DueWhy,
}

/// What an item is due for, by kind of inspection, lightest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DueDays {
    /// The user check.
    pub user_check: Option<DueDay>,
    /// The formal visual inspection.
    pub formal_visual: Option<DueDay>,
    /// The combined inspection and test.
    pub combined: Option<DueDay>,
}

impl DueDays {
    /// The days alone.
    pub fn days(&self) -> NextDue {
        let on = |day: &Option<DueDay>| day.map(|day| day.on);
        NextDue {
            user_check: on(&self.user_check),
            formal_visual: on(&self.formal_visual),
            combined: on(&self.combined),
        }
    }

    /// What was opened and released without a test after repair owes one from the day it was opened on: its last
    /// test, though passed, says nothing of what was done inside.
    pub fn with_proof_owed(mut self, standing: &Standing, site: Tz) -> Self {
        let opened = standing.overridden.filter(|lock| matches!(lock.behind, Behind::Hold(_)));
        if let Some(opened) = opened.filter(|_| standing.locked.is_none()) {
            let owed = DueDay { on: local_date(opened.at, site), why: DueWhy::NotProven };
            self.combined = Some(self.combined.filter(|due| due.on < owed.on).unwrap_or(owed));
        }
        self
    }

    /// Each kind with its day, lightest first.
    pub fn each(&self) -> impl Iterator<Item = (TestKind, DueDay)> {
        let all = [
            (TestKind::UserCheck, self.user_check),
            (TestKind::FormalVisual, self.formal_visual),
            (TestKind::Combined, self.combined),
        ];
        all.into_iter().filter_map(|(kind, day)| Some((kind, day?)))
    }
}

/// The time zone by which the firm's weeks, months and mornings count; a site's own days count by the site's.
pub const FIRM_ZONE: Tz = chrono_tz::Europe::London;

/// The calendar date at the site's own clock.
pub fn local_date(at: DateTime<Utc>, site: Tz) -> NaiveDate {
    at.with_timezone(&site).date_naive()
}

/// The clock of this name, such as "Europe/London"; UTC for a name that is none.
pub fn zone_named(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// The first moment of a day by a site's clock; where clocks skip midnight, the first that there is.
pub fn day_begins(day: NaiveDate, site: Tz) -> DateTime<Utc> {
    let hours = (0..3).filter_map(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
    let mut moments = hours.filter_map(|time| site.from_local_datetime(&day.and_time(time)).earliest());
    moments.next().map_or_else(|| day.and_time(NaiveTime::MIN).and_utc(), |moment| moment.to_utc())
}

/// Adds calendar months to a local date; a day that the month does not have becomes its last.
///
/// Nothing beyond the calendar's end (the year 262142).
pub fn add_months(date: NaiveDate, months: u32) -> Option<NaiveDate> {
    date.checked_add_months(Months::new(months))
}

/// The due date that one test by itself brings for one kind of inspection.
///
/// A heavier kind renews the lighter ones too; a fail or an incomplete test brings none.
pub fn next_due(
    performed: NaiveDate,
    done: TestKind,
    verdict: Verdict,
    due: TestKind,
    interval: &IntervalChoice,
) -> Option<NaiveDate> {
    let renews = verdict == Verdict::Pass && weight(done) >= weight(due);
    interval.months().filter(|_| renews).and_then(|months| add_months(performed, months))
}

/// The due dates of an item from all of its tests, given in any order.
///
/// The last test that covers a kind decides; an item never so tested is due on the date it was put in service;
/// a locked item is due for release, not for a date. What the last covering test did not pass is owed from its day
/// on, whatever the interval: were it dropped, "visual only" or a passed visual inspection after it would hide it.
pub fn due_dates(
    tests: &[TestRecord],
    locked: bool,
    in_service: NaiveDate,
    site: Tz,
    intervals: &Intervals,
) -> DueDays {
    if locked {
        return DueDays::default();
    }
    let tests = counting(tests);
    let due = |kind: TestKind, interval: &IntervalChoice| {
        let day = |on, why| DueDay { on, why };
        let covering = tests.iter().rev().find(|t| weight(t.kind) >= weight(kind));
        match covering {
            None => interval.months().map(|_| day(in_service, DueWhy::NeverTested)),
            Some(t) if t.verdict != Verdict::Pass => {
                // A test owes what it was: an incomplete combined test owes no user check beside itself.
                let owes = weight(t.kind) == weight(kind) || interval.months().is_some();
                owes.then(|| day(local_date(t.performed_at, site), DueWhy::NotProven))
            }
            Some(t) => next_due(local_date(t.performed_at, site), t.kind, t.verdict, kind, interval)
                .map(|on| day(on, DueWhy::ByDate)),
        }
    };
    DueDays {
        user_check: due(TestKind::UserCheck, &intervals.user_check),
        formal_visual: due(TestKind::FormalVisual, &intervals.formal_visual),
        combined: due(TestKind::Combined, &intervals.combined),
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
