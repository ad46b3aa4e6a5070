//! What falls due, in people's words and in the columns that they plan by.

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::equipment::TestKind;

/// What falls due: an inspection or test, or planned work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum DueKind {
    /// An inspection or test of this kind.
    Test(TestKind),
    /// A recurring check that is no electrical test.
    Planned,
}

impl Code for DueKind {
    const NOUN: &'static str = "kind of what is due";
    const ALL: &'static [Self] = &[
        Self::Test(TestKind::UserCheck),
        Self::Test(TestKind::FormalVisual),
        Self::Test(TestKind::Combined),
        Self::Planned,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Test(kind) => kind.code(),
            Self::Planned => "planned",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Test(kind) => kind.label(),
            Self::Planned => "Planned work",
        }
    }
}

crate::code_traits!(DueKind);

impl From<TestKind> for DueKind {
    fn from(kind: TestKind) -> Self {
        Self::Test(kind)
    }
}

/// A due date as people say it: "12 days overdue", "due today", "due in 3 months".
pub fn due_words(due: NaiveDate, today: NaiveDate) -> String {
    let count = |n: i64, noun: &str| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
    match (due - today).num_days() {
        0 => "due today".to_owned(),
        1 => "due tomorrow".to_owned(),
        days @ 2..=60 => format!("due in {}", count(days, "day")),
        days if days > 60 => format!("due in {}", count(i64::from(whole_months(today, due)), "month")),
        days if days >= -60 => format!("{} overdue", count(-days, "day")),
        _ => format!("{} overdue", count(i64::from(whole_months(due, today)), "month")),
    }
}

/// Whole calendar months from one day to a later one.
fn whole_months(from: NaiveDate, to: NaiveDate) -> i32 {
    let months = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32;
    // From 31 October to 30 November is a month: the last day of a month counts as any later one.
    let last = to.month() != to.succ_opt().map_or(0, |next| next.month());
    if to.day() < from.day() && !last { months - 1 } else { months }
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { first: day - chrono::Days::new(u64::from(day.day0())) }
    }

    /// Reads a month such as `2026-11`.
    ///
    /// # Errors
    /// Says how a month is written; years from 1950 to 2200 are.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a month; write it as 2026-11");
        let (year, month) = text.split_once('-').ok_or_else(wrong)?;
        let digits = year.len() == 4 && month.len() == 2;
        let (year, month) = (year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?);
        let sound = digits && (1950..=2200).contains(&year);
        let first = NaiveDate::from_ymd_opt(year, month, 1).filter(|_| sound).ok_or_else(wrong)?;
        Ok(Self { first })
    }

    /// Its first day.
    pub fn first(self) -> NaiveDate {
        self.first
    }

    /// The month so many months later.
    pub fn plus(self, months: u32) -> Self {
        Self { first: self.first.checked_add_months(Months::new(months)).unwrap_or(self.first) }
    }

    /// The month in words, such as "November 2026".
    pub fn words(self) -> String {
        self.first.format("%B %Y").to_string()
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.first.format("%Y-%m"))
    }
}

/// How many inspections and tests are due, by when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DueCounts {
    /// Before today.
    pub overdue: i64,
    /// From today to the end of the month.
    pub this_month: i64,
    /// In the month after.
    pub next_month: i64,
    /// After that.
    pub later: i64,
}

impl DueCounts {
    /// Adds up the counts of single days.
    pub fn of(days: impl IntoIterator<Item = (NaiveDate, i64)>, today: NaiveDate) -> Self {
        let (next, after) = (Month::of(today).plus(1), Month::of(today).plus(2));
        let mut counts = Self::default();
        for (day, items) in days {
            let column = if day < today {
                &mut counts.overdue
            } else if day < next.first() {
                &mut counts.this_month
            } else if day < after.first() {
                &mut counts.next_month
            } else {
                &mut counts.later
            };
            *column += items;
        }
        counts
    }

    /// Everything that is due some day.
    pub fn total(self) -> i64 {
        self.overdue + self.this_month + self.next_month + self.later
    }
}

#[cfg(test)]
#[path = "due_tests.rs"]
mod tests;
