use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn rhythm(count: u32, unit: EveryUnit, anchor: Anchor, first_on: &str) -> Rhythm {
    Rhythm { every: Every { count, unit }, anchor, first_on: day(first_on) }
}

#[test]
fn the_next_day_follows_from_interval_and_anchor() {
    use Anchor::{Done, Fixed};
    use EveryUnit::{Days, Months, Weeks};
    for (count, unit, anchor, first, due, on, next) in [
        // By the calendar: early, on the day, late.
        (3, Months, Fixed, "2026-01-15", "2026-01-15", "2026-01-10", "2026-04-15"),
        (3, Months, Fixed, "2026-01-15", "2026-01-15", "2026-01-15", "2026-04-15"),
        (3, Months, Fixed, "2026-01-15", "2026-01-15", "2026-02-20", "2026-04-15"),
        // Missed ones are left out, also when one is done on the very day of a later one.
        (1, Months, Fixed, "2026-01-01", "2026-02-01", "2026-05-20", "2026-06-01"),
        (1, Months, Fixed, "2026-01-01", "2026-02-01", "2026-05-01", "2026-06-01"),
        (1, Weeks, Fixed, "2026-11-02", "2026-11-02", "2026-11-23", "2026-11-30"),
        (1, Days, Fixed, "2026-11-02", "2026-11-02", "2026-11-23", "2026-11-24"),
        // Month ends: the 31st comes back after February.
        (1, Months, Fixed, "2026-01-31", "2026-01-31", "2026-01-31", "2026-02-28"),
        (1, Months, Fixed, "2026-01-31", "2026-02-28", "2026-02-28", "2026-03-31"),
        (1, Months, Fixed, "2026-01-31", "2026-03-31", "2026-03-31", "2026-04-30"),
        (12, Months, Fixed, "2024-02-29", "2024-02-29", "2024-02-29", "2025-02-28"),
        (12, Months, Fixed, "2024-02-29", "2027-02-28", "2027-02-28", "2028-02-29"),
        // From the day it was done, early or late.
        (3, Months, Done, "2026-01-15", "2026-04-15", "2026-04-01", "2026-07-01"),
        (3, Months, Done, "2026-01-15", "2026-04-15", "2026-06-30", "2026-09-30"),
        (1, Months, Done, "2026-01-15", "2026-01-15", "2026-01-31", "2026-02-28"),
        (2, Weeks, Done, "2026-01-15", "2026-01-15", "2026-01-20", "2026-02-03"),
        (90, Days, Done, "2026-01-01", "2026-01-01", "2026-01-01", "2026-04-01"),
    ] {
        let found = rhythm(count, unit, anchor, first).next(day(due), day(on), RunResult::Done);
        assert_eq!(found, Some(day(next)), "{count} {unit} {anchor} from {first}: {due} on {on}");
    }
}

#[test]
fn what_is_left_out_waits_for_its_next_day() {
    let fixed = rhythm(3, EveryUnit::Months, Anchor::Fixed, "2026-01-15");
    assert_eq!(fixed.next(day("2026-04-15"), day("2026-04-02"), RunResult::Skipped), Some(day("2026-07-15")));
    let done = rhythm(3, EveryUnit::Months, Anchor::Done, "2026-01-15");
    assert_eq!(done.next(day("2026-04-15"), day("2026-04-02"), RunResult::Skipped), Some(day("2026-07-15")));
    assert_eq!(done.next(day("2026-04-15"), day("2027-01-01"), RunResult::Skipped), Some(day("2027-01-15")));
}

#[test]
fn the_calendars_end_is_no_panic() {
    for unit in [EveryUnit::Days, EveryUnit::Weeks, EveryUnit::Months] {
        let far = rhythm(999, unit, Anchor::Done, "2026-01-01");
        assert_eq!(far.next(NaiveDate::MAX, NaiveDate::MAX, RunResult::Done), None);
        let old = Rhythm { anchor: Anchor::Fixed, ..far };
        let _ = old.next(NaiveDate::MAX, NaiveDate::MAX, RunResult::Done);
    }
}

#[test]
fn intervals_are_said_as_people_say_them() {
    let words = |count, unit| Every { count, unit }.words();
    assert_eq!(words(1, EveryUnit::Weeks), "every week");
    assert_eq!(words(6, EveryUnit::Months), "every 6 months");
    assert_eq!(words(12, EveryUnit::Months), "every year");
    assert_eq!(words(24, EveryUnit::Months), "every 2 years");
    assert_eq!(words(90, EveryUnit::Days), "every 90 days");
}

#[test]
fn a_plan_reads_as_due_when_it_may_be_begun() {
    let today = day("2026-11-23");
    for (due, lead, state) in [
        ("2026-11-22", 0, "overdue"),
        ("2026-11-23", 0, "due"),
        ("2026-11-24", 0, "ok"),
        ("2026-12-07", 14, "due"),
        ("2026-12-08", 14, "ok"),
    ] {
        assert_eq!(standing(day(due), lead, today), state, "{due} with {lead}");
    }
}

fn any_unit() -> impl Strategy<Value = EveryUnit> {
    prop_oneof![Just(EveryUnit::Days), Just(EveryUnit::Weeks), Just(EveryUnit::Months)]
}

proptest! {
    /// By the calendar, the next day is one of the plan's own and the very first after both days.
    #[test]
    fn no_occurrence_is_passed_over(
        count in 1u32..400,
        unit in any_unit(),
        due in 0u64..4000,
        late in 0u64..4000,
    ) {
        let every = Every { count, unit };
        let first_on = day("2020-01-31");
        let (due, on) = (first_on + Days::new(due), first_on + Days::new(late));
        let plan = Rhythm { every, anchor: Anchor::Fixed, first_on };
        let next = plan.next(due, on, RunResult::Done).unwrap();
        let all: Vec<_> = (0..9000).map_while(|n| every.times(first_on, n)).take_while(|d| *d <= next).collect();
        prop_assert_eq!(all.last(), Some(&next));
        prop_assert!(next > due.max(on));
        prop_assert!(all.iter().rev().nth(1).is_none_or(|before| *before <= due.max(on)));
    }
}
