//! Recurring checks that are not electrical tests: how often, from which day, and which day comes next.

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::codes;

codes!(
    /// What the interval of a plan counts.
    EveryUnit, "unit of an interval", {
    Days = "days", "Days";
    Weeks = "weeks", "Weeks";
    Months = "months", "Months";
});

codes!(
    /// From which day the next one counts.
    Anchor, "way to count", {
    Fixed = "fixed", "By the calendar: on the same days, however late one was done";
    Done = "done", "From the day it was last done";
});

codes!(
    /// How one occurrence of a plan went.
    RunResult, "result", {
    Done = "done", "Done";
    Skipped = "skipped", "Left out";
});

/// The most that an interval may count: a hundred years of any unit would be no plan.
pub const MOST_COUNT: i64 = 999;
/// The most days that a plan may be begun ahead of its day.
pub const MOST_LEAD_DAYS: i64 = 180;

/// How often something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Every {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: EveryUnit,
}

impl Every {
    /// The day so many intervals after another; nothing beyond the calendar's end. Months count from the first day,
    /// so that the 31st comes back after a short month.
    pub fn times(self, first: NaiveDate, times: u32) -> Option<NaiveDate> {
        let count = self.count.checked_mul(times)?;
        match self.unit {
            EveryUnit::Days => first.checked_add_days(Days::new(u64::from(count))),
            EveryUnit::Weeks => first.checked_add_days(Days::new(7 * u64::from(count))),
            EveryUnit::Months => first.checked_add_months(Months::new(count)),
        }
    }

    /// In words, such as "every 3 months".
    pub fn words(self) -> String {
        let unit = match self.unit {
            EveryUnit::Days => "day",
            EveryUnit::Weeks => "week",
            EveryUnit::Months => "month",
        };
        match (self.count, self.unit) {
            (1, _) => format!("every {unit}"),
            (12, EveryUnit::Months) => "every year".to_owned(),
            (n, EveryUnit::Months) if n % 12 == 0 => format!("every {} years", n / 12),
            (n, _) => format!("every {n} {unit}s"),
        }
    }
}

/// When something is due again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// How often.
    pub every: Every,
    /// From which day the next one counts.
    pub anchor: Anchor,
    /// The day of the first one, from which the calendar's days are counted.
    pub first_on: NaiveDate,
}

impl Rhythm {
    /// The day after the occurrence that was due on `due_on` and is settled on `on`. Occurrences that passed meanwhile
    /// are left out instead of piling up: the next one lies after both days. Nothing beyond the calendar's end.
    pub fn next(self, due_on: NaiveDate, on: NaiveDate, result: RunResult) -> Option<NaiveDate> {
        match (self.anchor, result) {
            (Anchor::Done, RunResult::Done) => self.every.times(on, 1),
            // What was left out was not done: it counts from its own day, as far as that is past.
            (Anchor::Done, RunResult::Skipped) => self.after(due_on, due_on.max(on)),
            (Anchor::Fixed, _) => self.after(self.first_on, due_on.max(on)),
        }
    }

    /// The first day of those counted from `first` that lies after a day.
    fn after(self, first: NaiveDate, day: NaiveDate) -> Option<NaiveDate> {
        if first > day {
            return Some(first);
        }
        // An interval is at least a day and a month at least 28, so this many intervals are never too many.
        let days = u32::try_from((day - first).num_days()).ok()?;
        let length = match self.every.unit {
            EveryUnit::Days => 1,
            EveryUnit::Weeks => 7,
            EveryUnit::Months => 31,
        };
        let begin = days / length.max(1) / self.every.count.max(1);
        (begin..=begin.saturating_add(days).saturating_add(1))
            .map(|times| self.every.times(first, times))
            .find(|found| found.is_none_or(|found| found > day))
            .flatten()
    }
}

/// How a plan stands on a day of its site: the class that shows it. What may be begun already reads as due.
pub fn standing(due_on: NaiveDate, lead_days: i64, today: NaiveDate) -> &'static str {
    match (due_on - today).num_days() {
        days if days < 0 => "overdue",
        days if days <= lead_days.max(0) => "due",
        _ => "ok",
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
