use chrono::TimeZone;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn every(months: u32) -> IntervalChoice {
    IntervalChoice::Every(Interval { months, reason: String::new(), source: IntervalSource::ByHand })
}

fn never() -> IntervalChoice {
    IntervalChoice::Never("visual only".to_owned())
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
    TestRecord { sequence, kind, verdict, performed_at, supersedes: None, withdrawn: false }
}

fn due(tests: &[TestRecord], locked: bool, intervals: &Intervals) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let due = due_dates(tests, locked, day("2025-12-01"), chrono_tz::Europe::London, intervals);
    (due.formal_visual, due.combined)
}

#[test]
fn due_dates_follow_the_last_test_of_each_kind() {
    use TestKind::{Combined, FormalVisual, UserCheck};
    use Verdict::{Incomplete, Pass};
    let both = Intervals { formal_visual: every(6), combined: every(24) };
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
    let visual_only = Intervals { formal_visual: every(24), combined: never() };
    assert_eq!(due(&[], false, &visual_only), (Some(day("2025-12-01")), None));
    let next = NextDue { formal_visual: Some(day("2027-01-01")), combined: Some(day("2026-01-01")) };
    assert_eq!(next.earliest(), Some(day("2026-01-01")));
    assert_eq!(NextDue::default().earliest(), None);
}
