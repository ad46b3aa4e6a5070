//! When the next inspection is due: calendar months from the date it was on site.

use chrono::{DateTime, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::equipment::TestKind;
pub use crate::interval::{
    ByHand, CategoryInterval, Interval, IntervalChoice, IntervalQuery, IntervalSource, Preset,
    choose_interval,
};
use crate::standing::{TestRecord, counting, weight};
use crate::verdict::Verdict;

/// The intervals of an item, one for each kind of inspection that falls due by date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intervals {
    /// For the formal visual inspection.
    pub formal_visual: IntervalChoice,
    /// For the combined inspection and test.
    pub combined: IntervalChoice,
}

/// When each kind of inspection is due; none where it is not due by date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NextDue {
    /// The formal visual inspection.
    pub formal_visual: Option<NaiveDate>,
    /// The combined inspection and test.
    pub combined: Option<NaiveDate>,
}

impl NextDue {
    /// The earlier of the two.
    pub fn earliest(&self) -> Option<NaiveDate> {
        self.formal_visual.into_iter().chain(self.combined).min()
    }
}

/// The calendar date at the site's own clock.
pub fn local_date(at: DateTime<Utc>, site: Tz) -> NaiveDate {
    at.with_timezone(&site).date_naive()
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
/// a locked item is due for release, not for a date. An incomplete test gives no next date, but what it left
/// unproven is owed from its day on: were it dropped, a passed visual inspection after it would hide it.
pub fn due_dates(
    tests: &[TestRecord],
    locked: bool,
    in_service: NaiveDate,
    site: Tz,
    intervals: &Intervals,
) -> NextDue {
    if locked {
        return NextDue::default();
    }
    let tests = counting(tests);
    let due = |kind: TestKind, interval: &IntervalChoice| {
        let covering = tests.iter().rev().find(|t| weight(t.kind) >= weight(kind));
        match covering {
            None => interval.months().map(|_| in_service),
            Some(t) if t.verdict == Verdict::Incomplete => {
                interval.months().map(|_| local_date(t.performed_at, site))
            }
            Some(t) => next_due(local_date(t.performed_at, site), t.kind, t.verdict, kind, interval),
        }
    };
    NextDue {
        formal_visual: due(TestKind::FormalVisual, &intervals.formal_visual),
        combined: due(TestKind::Combined, &intervals.combined),
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
