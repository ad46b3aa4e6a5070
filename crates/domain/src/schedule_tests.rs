use chrono::TimeZone;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn every(months: u32) -> IntervalChoice {
    IntervalChoice::Every(Interval { months, reason: String::new(), source: IntervalSource::ByHand })
}

fn never() -> IntervalChoice {
    IntervalChoice::Never { reason: "visual only".to_owned(), source: IntervalSource::Environment }
}

#[test]
fn the_date_is_the_one_on_the_sites_wall() {
    let late = Utc.with_ymd_and_hms(2026, 6, 30, 23, 30, 0).unwrap();
    assert_eq!(local_date(late, chrono_tz::Europe::London), day("2026-07-01"));
    assert_eq!(local_date(late, chrono_tz::UTC), day("2026-06-30"));
    assert_eq!(local_date(late, chrono_tz::America::New_York), day("2026-06-30"));
    assert_eq!(local_date(late, chrono_tz::Pacific::Auckland), day("2026-07-01"));
    let winter = Utc.with_ymd_and_hms(2026, 1, 31, 23, 30, 0).unwrap();
    assert_eq!(local_date(winter, chrono_tz::Europe::London), day("2026-01-31"));
}

#[test]
fn months_are_calendar_months_and_end_with_the_month() {
    for (from, months, to) in [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-03-15", 24, "2028-03-15"),
        ("2026-11-30", 3, "2027-02-28"),
    ] {
        assert_eq!(add_months(day(from), months), Some(day(to)), "{from} + {months}");
    }
    assert_eq!(add_months(NaiveDate::MAX, 1), None);
}

#[test]
fn a_pass_renews_its_own_kind_and_the_lighter_ones() {
    use TestKind::{Combined, FormalVisual, UserCheck};
    let done = day("2026-03-01");
    for (kind, verdict, due, months) in [
        (Combined, Verdict::Pass, Combined, Some("2027-03-01")),
        (Combined, Verdict::Pass, FormalVisual, Some("2027-03-01")),
        (FormalVisual, Verdict::Pass, FormalVisual, Some("2027-03-01")),
        (FormalVisual, Verdict::Pass, Combined, None),
        (UserCheck, Verdict::Pass, FormalVisual, None),
        (Combined, Verdict::Fail, Combined, None),
        (Combined, Verdict::Incomplete, Combined, None),
        (Combined, Verdict::Incomplete, FormalVisual, None),
    ] {
        assert_eq!(next_due(done, kind, verdict, due, &every(12)), months.map(day), "{kind} {verdict} {due}");
    }
    assert_eq!(next_due(done, Combined, Verdict::Pass, Combined, &never()), None);
}

fn test(sequence: i64, kind: TestKind, verdict: Verdict, month: u32) -> TestRecord {
    let performed_at = Utc.with_ymd_and_hms(2026, month, 10, 9, 0, 0).unwrap();
    TestRecord {
        sequence,
        kind,
        verdict,
        performed_at,
        supersedes: None,
        withdrawn: false,
        returns: kind == TestKind::AfterRepair,
        away: vec![],
    }
}

fn due(tests: &[TestRecord], locked: bool, intervals: &Intervals) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let due = due_dates(tests, locked, day("2025-12-01"), chrono_tz::Europe::London, intervals).days();
    (due.formal_visual, due.combined)
}

#[test]
fn due_dates_follow_the_last_test_of_each_kind() {
    use TestKind::{Combined, FormalVisual, UserCheck};
    use Verdict::{Incomplete, Pass};
    let both = Intervals { user_check: never(), formal_visual: every(6), combined: every(24) };
    assert_eq!(due(&[], false, &both), (Some(day("2025-12-01")), Some(day("2025-12-01"))), "due at once");
    let combined = test(1, Combined, Pass, 1);
    assert_eq!(
        due(std::slice::from_ref(&combined), false, &both),
        (Some(day("2026-07-10")), Some(day("2028-01-10")))
    );
    let visual = test(2, FormalVisual, Pass, 5);
    let two = [visual.clone(), combined.clone()];
    assert_eq!(due(&two, false, &both), (Some(day("2026-11-10")), Some(day("2028-01-10"))));
    assert_eq!(due(&two, true, &both), (None, None), "locked");
    assert_eq!(due(&[visual], false, &both), (Some(day("2026-11-10")), Some(day("2025-12-01"))));
    assert_eq!(due(&[test(1, UserCheck, Pass, 5)], false, &both).1, Some(day("2025-12-01")));
    let unfinished = test(3, Combined, Incomplete, 6);
    let owed = Some(day("2026-06-10"));
    assert_eq!(
        due(&[combined.clone(), unfinished.clone()], false, &both),
        (owed, owed),
        "owed from its day on"
    );
    let looked = [combined.clone(), unfinished, test(5, FormalVisual, Pass, 7)];
    assert_eq!(due(&looked, false, &both), (Some(day("2027-01-10")), owed), "a look proves no reading");
    let corrected = TestRecord { supersedes: Some(1), ..test(4, Combined, Incomplete, 1) };
    assert_eq!(due(&[combined, corrected], false, &both).1, Some(day("2026-01-10")));
}

#[test]
fn what_has_no_interval_is_never_due() {
    let visual_only = Intervals { user_check: never(), formal_visual: every(24), combined: never() };
    assert_eq!(due(&[], false, &visual_only), (Some(day("2025-12-01")), None));
    let next = NextDue {
        user_check: None,
        formal_visual: Some(day("2027-01-01")),
        combined: Some(day("2026-01-01")),
    };
    assert_eq!(next.earliest(), Some(day("2026-01-01")));
    assert_eq!(NextDue::default().earliest(), None);
}

#[test]
fn what_is_due_says_what_makes_it_so() {
    use TestKind::{Combined, FormalVisual, UserCheck};
    use Verdict::{Fail, Incomplete, Pass};
    let all = Intervals { user_check: every(1), formal_visual: every(6), combined: every(24) };
    let of = |tests: &[TestRecord], intervals: &Intervals| {
        let due = due_dates(tests, false, day("2025-12-01"), chrono_tz::Europe::London, intervals);
        due.each().map(|(kind, day)| format!("{kind} {} {}", day.on, day.why)).collect::<Vec<_>>().join(", ")
    };
    insta::assert_snapshot!(of(&[], &all), @"user_check 2025-12-01 never_tested, formal_visual 2025-12-01 never_tested, combined 2025-12-01 never_tested");
    insta::assert_snapshot!(of(&[test(1, UserCheck, Pass, 3)], &all), @"user_check 2026-04-10 date, formal_visual 2025-12-01 never_tested, combined 2025-12-01 never_tested");
    let tried =
        [test(1, Combined, Pass, 3), test(2, Combined, Incomplete, 4), test(3, FormalVisual, Pass, 5)];
    insta::assert_snapshot!(of(&tried, &all), @"user_check 2026-06-10 date, formal_visual 2026-11-10 date, combined 2026-04-10 not_proven");
    let none = Intervals { user_check: never(), formal_visual: never(), combined: never() };
    assert_eq!(of(&[], &none), "", "nothing asked for, on purpose");
    assert_eq!(
        of(&tried, &none),
        "combined 2026-04-10 not_proven",
        "asking for none hides no incomplete test"
    );
    // A manager's override may unlock a failed thing; the test that it failed is owed all the same.
    assert_eq!(of(&[test(1, Combined, Fail, 3)], &none), "combined 2026-03-10 not_proven");
    let looked = [test(1, FormalVisual, Incomplete, 3), test(2, Combined, Pass, 4)];
    assert_eq!(of(&looked, &none), "", "a heavier pass after it covers it");
}

proptest::proptest! {
    /// Whatever is asked for or not: what the last test of a kind did not pass stands on the list or is locked.
    #[test]
    fn no_interval_hides_what_was_not_proven(
        history in proptest::collection::vec((0usize..3, 0usize..3, 1u32..12), 1..8),
        asked in proptest::collection::vec(proptest::bool::ANY, 3),
    ) {
        let kinds = [TestKind::UserCheck, TestKind::FormalVisual, TestKind::Combined];
        let verdicts = [Verdict::Pass, Verdict::Incomplete, Verdict::Fail];
        let tests: Vec<_> = history.iter().zip(1..)
            .map(|((kind, verdict, month), at)| test(at, kinds[*kind], verdicts[*verdict], *month))
            .collect();
        let choice = |asked: bool| if asked { every(12) } else { never() };
        let intervals = Intervals {
            user_check: choice(asked[0]), formal_visual: choice(asked[1]), combined: choice(asked[2]),
        };
        let due = due_dates(&tests, false, day("2025-12-01"), chrono_tz::UTC, &intervals);
        if let Some(last) = counting(&tests).last().filter(|last| last.verdict != Verdict::Pass) {
            let owed = due.each().any(|(kind, day)| kind == last.kind && day.why == DueWhy::NotProven);
            proptest::prop_assert!(owed, "{due:?}");
        }
    }
}
