use super::*;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_due_date_is_said_in_words() {
    for (due, words) in [
        ("2026-11-10", "13 days overdue"),
        ("2026-11-22", "1 day overdue"),
        ("2026-11-23", "due today"),
        ("2026-11-24", "due tomorrow"),
        ("2026-11-25", "due in 2 days"),
        ("2027-01-22", "due in 60 days"),
        ("2027-01-23", "due in 2 months"),
        ("2027-11-22", "due in 11 months"),
        ("2026-09-23", "2 months overdue"),
        ("2024-11-23", "24 months overdue"),
    ] {
        assert_eq!(due_words(day(due), day("2026-11-23")), words, "{due}");
    }
    assert_eq!(due_words(day("2026-12-31"), day("2027-03-31")), "3 months overdue");
}

#[test]
fn months_are_read_strictly() {
    assert_eq!(Month::parse("2026-11").unwrap().first(), day("2026-11-01"));
    assert_eq!(Month::parse("2026-12").unwrap().plus(1).to_string(), "2027-01");
    assert_eq!(Month::of(day("2026-11-30")).words(), "November 2026");
    for wrong in ["", "2026", "2026-13", "2026-1", "26-11", "2026-11-01", "x-y", "99999-11", "1949-12"] {
        assert!(Month::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn days_are_added_up_by_month() {
    let days = [
        (day("2026-11-22"), 1),
        (day("2026-11-23"), 2),
        (day("2026-11-30"), 4),
        (day("2026-12-31"), 8),
        (day("2027-01-01"), 16),
    ];
    let counts = DueCounts::of(days, day("2026-11-23"));
    assert_eq!(counts, DueCounts { overdue: 1, this_month: 6, next_month: 8, later: 16 });
    assert_eq!(counts.total(), 31);
}

proptest! {
    #[test]
    fn overdue_is_said_only_of_days_before_today(offset in -4000i64..4000) {
        let today = day("2026-11-23");
        let due = today + chrono::Duration::days(offset);
        let words = due_words(due, today);
        prop_assert_eq!(words.ends_with("overdue"), due < today);
        prop_assert!(!words.contains(" 0 ") && !words.starts_with("0 "), "{}", words);
    }
}
