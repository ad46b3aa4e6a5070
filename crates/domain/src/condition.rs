//! What a person standing before a thing needs to know first: may it be used?

use chrono::{Days, NaiveDate};

use crate::asset::Lifecycle;
use crate::codes;
use crate::verdict::Verdict;

/// How many days ahead a date counts as "due".
const SOON: u64 = 30;

codes!(
    /// The answer to "may this be used?", gravest first. "Safe" is said only of what was proven and is in date.
    Condition, "condition", {
    Quarantined = "quarantined", "Quarantined";
    Gone = "gone", "Not in use";
    Overridden = "overridden", "Released without a test";
    Incomplete = "incomplete", "Not proven";
    Overdue = "overdue", "Overdue";
    Untested = "untested", "Not tested yet";
    Due = "due", "Due";
    Safe = "ok", "Safe";
});

/// What is known of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Where it is in its life.
    pub lifecycle: Lifecycle,
    /// Whether it is locked.
    pub locked: bool,
    /// Whether a manager released it although it failed and no test after repair passed since.
    pub overridden: bool,
    /// The verdict of its last test.
    pub last_verdict: Option<Verdict>,
    /// The first day on which something falls due.
    pub due_on: Option<NaiveDate>,
}

/// Answers for a day of the site.
pub fn condition(known: Known, today: NaiveDate) -> Condition {
    let passed = known.last_verdict == Some(Verdict::Pass);
    let soon = today.checked_add_days(Days::new(SOON)).unwrap_or(NaiveDate::MAX);
    match (known.due_on, known.last_verdict) {
        _ if known.locked => Condition::Quarantined,
        _ if !known.lifecycle.falls_due() => Condition::Gone,
        _ if known.overridden => Condition::Overridden,
        // A fail without a lock should not be; were it so, it must not read as safe.
        (_, Some(Verdict::Fail)) => Condition::Quarantined,
        (_, Some(Verdict::Incomplete)) => Condition::Incomplete,
        (_, None) => Condition::Untested,
        (Some(due), _) if due < today => Condition::Overdue,
        (Some(due), _) if due <= soon => Condition::Due,
        _ if passed => Condition::Safe,
        _ => Condition::Untested,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn safe_is_said_only_of_what_was_proven() {
        let today = day("2026-11-23");
        let base = Known {
            lifecycle: Lifecycle::InService,
            locked: false,
            overridden: false,
            last_verdict: Some(Verdict::Pass),
            due_on: Some(day("2027-06-01")),
        };
        let of = |known| condition(known, today);
        assert_eq!(of(base), Condition::Safe);
        assert_eq!(of(Known { locked: true, ..base }), Condition::Quarantined);
        assert_eq!(of(Known { last_verdict: Some(Verdict::Fail), ..base }), Condition::Quarantined);
        assert_eq!(of(Known { last_verdict: Some(Verdict::Incomplete), ..base }), Condition::Incomplete);
        assert_eq!(of(Known { overridden: true, ..base }), Condition::Overridden);
        assert_eq!(of(Known { overridden: true, locked: true, ..base }), Condition::Quarantined);
        assert_eq!(of(Known { last_verdict: None, ..base }), Condition::Untested);
        assert_eq!(of(Known { due_on: Some(day("2026-11-22")), ..base }), Condition::Overdue);
        assert_eq!(of(Known { due_on: Some(today), ..base }), Condition::Due);
        assert_eq!(of(Known { due_on: Some(day("2026-12-23")), ..base }), Condition::Due);
        assert_eq!(of(Known { due_on: Some(day("2026-12-24")), ..base }), Condition::Safe);
        assert_eq!(of(Known { lifecycle: Lifecycle::InRepair, ..base }), Condition::Gone);
        assert_eq!(of(Known { lifecycle: Lifecycle::Lost, locked: true, ..base }), Condition::Quarantined);
    }
}
