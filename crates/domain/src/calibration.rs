//! Whether an instrument's figures can be trusted on a day: its history of calibrations, and which of them governs.

use chrono::{Days, NaiveDate};

use crate::codes;

/// How many days ahead the end of a calibration is told.
pub const SOON_DAYS: u64 = 30;

codes!(
    /// How the laboratory found an instrument before it did anything to it.
    AsFound, "condition as found", {
    Within = "within", "Within its tolerances";
    Adjusted = "adjusted", "Out of tolerance, then adjusted";
    Failed = "failed", "Out of tolerance, not put right";
    NotTold = "not_told", "Not told";
});

/// One calibration that counts: a later row may have put it right, and then that one counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calibration {
    /// Its number; rises with each one written down.
    pub number: i64,
    /// Number of the laboratory's certificate.
    pub certificate: String,
    /// The day; unknown only for what was recorded before there was a history.
    pub on: Option<NaiveDate>,
    /// Its last day.
    pub due: NaiveDate,
    /// What the laboratory found.
    pub as_found: AsFound,
}

/// What covers an instrument on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover<'a> {
    /// No calibration is known to have begun by then.
    Never,
    /// The last one found it wrong and left it so.
    Failed(&'a Calibration),
    /// The last one had ended.
    Lapsed(&'a Calibration),
    /// This one holds; its last day still counts.
    Holds(&'a Calibration),
}

/// The calibration that governs an instrument on a day: the last one begun by then, in whatever order they are given.
pub fn cover(day: NaiveDate, history: &[Calibration]) -> Cover<'_> {
    let begun = history.iter().filter(|one| one.on.is_none_or(|on| on <= day));
    match begun.max_by_key(|one| (one.on, one.number)) {
        None => Cover::Never,
        Some(last) if last.as_found == AsFound::Failed => Cover::Failed(last),
        Some(last) if last.due < day => Cover::Lapsed(last),
        Some(last) => Cover::Holds(last),
    }
}

impl<'a> Cover<'a> {
    /// The calibration it speaks of.
    pub fn calibration(self) -> Option<&'a Calibration> {
        match self {
            Self::Never => None,
            Self::Failed(one) | Self::Lapsed(one) | Self::Holds(one) => Some(one),
        }
    }

    /// What a reader of a test done on `day` should know; nothing where the calibration holds.
    pub fn warning(self, serial: &str, day: NaiveDate) -> Option<String> {
        match self {
            Self::Holds(_) => None,
            Self::Never => Some(format!("No calibration of instrument {serial} is recorded for {day}.")),
            Self::Failed(one) => Some(format!(
                "Instrument {serial} was found out of tolerance when last calibrated (certificate {}).",
                one.certificate
            )),
            Self::Lapsed(one) => {
                Some(format!("The calibration of instrument {serial} had lapsed: it was due on {}.", one.due))
            }
        }
    }
}

/// How an instrument's calibration stands, told ahead of its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody said when it ends.
    Unknown,
    /// It has ended, or found the instrument wrong.
    Overdue,
    /// It ends within [`SOON_DAYS`].
    Soon,
    /// It holds.
    Good,
}

impl Standing {
    /// How a calibration that ends with `due` stands on a day; its last day still counts.
    pub fn on(today: NaiveDate, due: Option<NaiveDate>) -> Self {
        let soon = today.checked_add_days(Days::new(SOON_DAYS)).unwrap_or(NaiveDate::MAX);
        match due {
            None => Self::Unknown,
            Some(due) if due < today => Self::Overdue,
            Some(due) if due <= soon => Self::Soon,
            Some(_) => Self::Good,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn one(number: i64, on: &str, due: &str, as_found: AsFound) -> Calibration {
        let on = on.parse().ok();
        Calibration { number, certificate: format!("C-{number}"), on, due: day(due), as_found }
    }

    #[test]
    fn the_last_calibration_begun_by_the_day_governs() {
        let history = [
            one(1, "2024-01-10", "2025-01-09", AsFound::Within),
            one(2, "2025-03-01", "2026-02-28", AsFound::Adjusted),
            one(3, "2026-02-01", "2026-02-01", AsFound::Failed),
        ];
        for (on, says) in [
            ("2023-12-31", Some("No calibration")),
            ("2024-01-10", None),
            ("2025-01-09", None),
            ("2025-01-10", Some("due on 2025-01-09")),
            ("2025-03-01", None),
            ("2026-01-31", None),
            ("2026-02-01", Some("out of tolerance when last calibrated (certificate C-3)")),
            ("2026-03-01", Some("out of tolerance")),
        ] {
            let said = cover(day(on), &history).warning("SN-1", day(on));
            match says {
                None => assert_eq!(said, None, "{on}"),
                Some(words) => assert!(said.clone().unwrap_or_default().contains(words), "{on}: {said:?}"),
            }
        }
    }

    #[test]
    fn what_was_known_before_the_history_holds_up_to_its_end() {
        let history = [one(1, "", "2026-11-01", AsFound::NotTold)];
        assert!(matches!(cover(day("2020-01-01"), &history), Cover::Holds(_)));
        assert!(matches!(cover(day("2026-11-02"), &history), Cover::Lapsed(_)));
    }

    #[test]
    fn the_end_is_told_thirty_days_ahead() {
        let today = day("2026-11-23");
        for (due, standing) in [
            (None, Standing::Unknown),
            (Some("2026-11-22"), Standing::Overdue),
            (Some("2026-11-23"), Standing::Soon),
            (Some("2026-12-23"), Standing::Soon),
            (Some("2026-12-24"), Standing::Good),
        ] {
            assert_eq!(Standing::on(today, due.map(day)), standing, "{due:?}");
        }
    }

    proptest! {
        #[test]
        fn order_never_matters_and_nothing_holds_outside_its_days(
            days in prop::collection::vec((0u64..2000, 1u64..800), 0..8), at in 0u64..3000, turn in 0usize..8,
        ) {
            let first = day("2020-01-01");
            let made = |(number, (on, length)): (usize, &(u64, u64))| Calibration {
                number: number as i64,
                certificate: String::new(),
                on: Some(first + Days::new(*on)),
                due: first + Days::new(on + length),
                as_found: AsFound::Within,
            };
            let mut history: Vec<_> = days.iter().enumerate().map(made).collect();
            let at = first + Days::new(at);
            let before = cover(at, &history).calibration().cloned();
            if let Cover::Holds(one) = cover(at, &history) {
                prop_assert!(one.on.is_some_and(|on| on <= at) && at <= one.due);
            }
            let middle = turn.min(history.len());
            history.rotate_left(middle);
            prop_assert_eq!(cover(at, &history).calibration().cloned(), before);
        }
    }
}
