//! Monthly reports to customers: targets met, jobs, failures, tests due.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime};

use crate::certificate::Firm;
use crate::code::Code;
use crate::job::Priority;

/// How many targets were met and missed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Met {
    /// In time.
    pub met: i64,
    /// Too late.
    pub missed: i64,
}

impl Met {
    /// All of them.
    pub fn all(self) -> i64 {
        self.met + self.missed
    }

    /// The share met in whole percent, rounded down: 99.6 must not read 100. Nothing where there was no target.
    pub fn percent(self) -> Option<i64> {
        (self.all() > 0).then(|| self.met * 100 / self.all())
    }
}

impl std::ops::AddAssign for Met {
    fn add_assign(&mut self, other: Self) {
        self.met += other.met;
        self.missed += other.missed;
    }
}

/// The targets of jobs of one priority that closed in the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriorityTargets {
    /// The priority.
    pub priority: Priority,
    /// Jobs closed.
    pub jobs: i64,
    /// Response times.
    pub response: Met,
    /// Fix times.
    pub fix: Met,
}

/// Ages of open jobs, the youngest first: the most days of each and its words.
pub const AGES: [(i64, &str); 4] =
    [(7, "up to a week"), (28, "up to four weeks"), (91, "up to three months"), (i64::MAX, "older")];

/// One month among several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrendMonth {
    /// Its first day.
    pub month: NaiveDate,
    /// Jobs opened in it.
    pub opened: i64,
    /// Jobs closed in it.
    pub closed: i64,
    /// Fix times of those closed.
    pub fix: Met,
}

/// The numbers of a month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MonthNumbers {
    /// By priority, the highest first; none where no job closed.
    pub targets: Vec<PriorityTargets>,
    /// Jobs opened.
    pub opened: i64,
    /// Open when the month ended, by [`AGES`].
    pub open: [i64; 4],
    /// This month and those before it, the oldest first.
    pub trend: Vec<TrendMonth>,
    /// Tests done.
    pub tests: i64,
    /// Tests that failed.
    pub failed: i64,
    /// Tests due in the next month.
    pub due: i64,
}

impl MonthNumbers {
    /// Jobs closed.
    pub fn closed(&self) -> i64 {
        self.targets.iter().map(|row| row.jobs).sum()
    }

    /// Jobs open when the month ended.
    pub fn open_now(&self) -> i64 {
        self.open.iter().sum()
    }

    /// Response times of all priorities.
    pub fn response(&self) -> Met {
        self.sum(|row| row.response)
    }

    /// Fix times of all priorities.
    pub fn fix(&self) -> Met {
        self.sum(|row| row.fix)
    }

    fn sum(&self, of: impl Fn(&PriorityTargets) -> Met) -> Met {
        let mut sum = Met::default();
        self.targets.iter().for_each(|row| sum += of(row));
        sum
    }
}

/// A job that closed in the month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportJob {
    /// Its number.
    pub number: String,
    /// What it was about.
    pub title: String,
    /// The site.
    pub site: String,
    /// The day on which it was reported.
    pub opened: NaiveDate,
    /// The day on which it was closed.
    pub closed: NaiveDate,
    /// How it ended, as a word.
    pub outcome: String,
    /// Whether the response was in time; none where nothing was agreed.
    pub response: Option<bool>,
    /// Whether the repair was in time.
    pub fix: Option<bool>,
}

/// A test that failed in the month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportFailure {
    /// The tag.
    pub tag: String,
    /// What failed.
    pub description: String,
    /// The site.
    pub site: String,
    /// When.
    pub on: NaiveDate,
    /// How it stands now, as a word.
    pub now: String,
}

/// Tests due at a site in the next month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportDue {
    /// The site.
    pub site: String,
    /// The kind, as a word.
    pub kind: String,
    /// How many.
    pub items: i64,
    /// How many of them are overdue when the month begins.
    pub overdue: i64,
}

/// An asset with several jobs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportRepeat {
    /// The tag.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// The site.
    pub site: String,
    /// Jobs of the month.
    pub month: i64,
    /// Jobs of the twelve months to its end.
    pub year: i64,
}

/// A monthly report as it goes to paper.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MonthlyReport {
    /// The firm.
    pub firm: Firm,
    /// The customer.
    pub customer: String,
    /// The first day of the month.
    pub month: NaiveDate,
    /// The numbers.
    pub numbers: MonthNumbers,
    /// Jobs closed, the last first.
    pub jobs: Vec<ReportJob>,
    /// Failures, the last first.
    pub failures: Vec<ReportFailure>,
    /// Tests due.
    pub due: Vec<ReportDue>,
    /// Assets that came back.
    pub repeats: Vec<ReportRepeat>,
    /// When it was drawn.
    pub drawn: NaiveDateTime,
    /// Whether the month was not over then.
    pub unfinished: bool,
}

/// The first day of the month that a day lies in.
pub fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The first day of the month so many months later, or earlier below nothing.
pub fn month_after(month: NaiveDate, months: i32) -> NaiveDate {
    let by = Months::new(months.unsigned_abs());
    let moved = if months < 0 { month.checked_sub_months(by) } else { month.checked_add_months(by) };
    first_of(moved.unwrap_or(month))
}

/// The first days of some months up to one, the oldest first.
pub fn months_to(month: NaiveDate, count: i32) -> Vec<NaiveDate> {
    (0..count).rev().map(|back| month_after(month, -back)).collect()
}

/// Reads a month such as "2026-11".
///
/// # Errors
/// Says what would be right.
pub fn parse_month(text: &str) -> Result<NaiveDate, String> {
    let wrong = || format!("\"{text}\" is not a month; write it as 2026-11");
    let shaped = text.len() == 7
        && text.bytes().enumerate().all(|(at, b)| if at == 4 { b == b'-' } else { b.is_ascii_digit() });
    let day: NaiveDate = format!("{text}-01").parse().map_err(|_| wrong())?;
    if shaped && (1950..=2200).contains(&day.year()) { Ok(day) } else { Err(wrong()) }
}

/// For each age the days between which such jobs were opened, counted back from the day after the month: from, until.
pub fn age_bounds(end: NaiveDate) -> [(Option<NaiveDate>, NaiveDate); 4] {
    let back = |days: i64| u64::try_from(days).ok().and_then(|days| end.checked_sub_days(Days::new(days)));
    let mut until = end;
    AGES.map(|(most, _)| {
        let from = if most == i64::MAX { None } else { back(most) };
        let bounds = (from, until);
        until = from.unwrap_or(until);
        bounds
    })
}

/// Priorities in their order with nothing counted yet.
pub fn no_targets() -> Vec<PriorityTargets> {
    let none = |priority: &Priority| PriorityTargets {
        priority: *priority,
        jobs: 0,
        response: Met::default(),
        fix: Met::default(),
    };
    Priority::ALL.iter().map(none).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_share_is_never_rounded_up_to_all() {
        let met = |met, missed| Met { met, missed }.percent();
        assert_eq!(
            [met(0, 0), met(5, 0), met(0, 3), met(996, 4), met(2, 1)],
            [None, Some(100), Some(0), Some(99), Some(66)]
        );
    }

    #[test]
    fn months_are_read_and_counted() {
        assert_eq!(parse_month("2026-11"), Ok(day("2026-11-01")));
        for text in ["", "2026", "2026-13", "2026-1", "26-11", "2026-11-01", "1800-01", "+026-11"] {
            assert!(parse_month(text).unwrap_err().contains("2026-11"), "{text}");
        }
        assert_eq!(month_after(day("2026-12-31"), 1), day("2027-01-01"));
        assert_eq!(
            months_to(day("2026-02-01"), 3),
            [day("2025-12-01"), day("2026-01-01"), day("2026-02-01")]
        );
    }

    #[test]
    fn ages_leave_no_gap() {
        let bounds = age_bounds(day("2026-12-01"));
        assert_eq!(bounds[0], (Some(day("2026-11-24")), day("2026-12-01")));
        assert_eq!(bounds[3], (None, day("2026-09-01")));
        assert!(bounds.windows(2).all(|pair| pair[0].0 == Some(pair[1].1)));
    }
}
