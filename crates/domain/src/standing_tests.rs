use chrono::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::code::Code;

fn at(hour: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 0, 0, 0).unwrap() + chrono::TimeDelta::hours(hour)
}

/// Reads a history: a word a record in the order received, as `KIND VERDICT @HOUR` run together.
///
/// "cF@9" combined fail at 9; v formal visual, u user check, r after repair under the rule set set for that;
/// P pass, I incomplete; "~2" corrects the second; "x" withdrawn; "release" settles what came before.
fn history(text: &str) -> (Vec<TestRecord>, Vec<Release>) {
    let (mut tests, mut releases) = (vec![], vec![]);
    for (word, sequence) in text.split_whitespace().zip(1..) {
        if word == "release" {
            releases.push(Release { sequence, then: None });
            continue;
        }
        let (word, supersedes) = match word.split_once('~') {
            Some((word, target)) => (word, Some(target.parse().unwrap())),
            None => (word, None),
        };
        let (what, hour) = word.split_once('@').unwrap();
        let kind = match what.as_bytes()[0] {
            b'c' => TestKind::Combined,
            b'r' => TestKind::AfterRepair,
            b'v' => TestKind::FormalVisual,
            _ => TestKind::UserCheck,
        };
        let verdict = match what.as_bytes()[1] {
            b'P' => Verdict::Pass,
            b'F' => Verdict::Fail,
            _ => Verdict::Incomplete,
        };
        let (hour, withdrawn) = (hour.trim_end_matches('x'), hour.ends_with('x'));
        let performed_at = at(hour.parse().unwrap());
        let returns = kind == TestKind::AfterRepair;
        tests.push(TestRecord {
            sequence,
            kind,
            verdict,
            performed_at,
            supersedes,
            withdrawn,
            returns,
            away: vec![],
        });
    }
    (tests, releases)
}

fn outcome(text: &str) -> String {
    let (tests, releases) = history(text);
    match standing(&tests, &releases).locked {
        None => "free".to_owned(),
        Some(lock) => format!("{} {}", lock.why, lock.sequence),
    }
}

#[test]
fn every_history_has_one_standing() {
    for (text, expected, why) in [
        ("", "free", "never tested"),
        ("cP@1", "free", "passed"),
        ("cF@1", "failed 1", "a fail locks at once"),
        ("uF@1", "failed 1", "a user's fail too"),
        ("cI@1", "free", "incomplete locks nothing"),
        ("cF@1 rP@2", "free", "a pass after repair returns it"),
        ("cF@1 cP@2", "failed 1", "measuring again does not"),
        ("cF@1 vP@2 cP@3", "failed 1", "however often"),
        ("vF@1 vP@2", "failed 1", "nor looking again"),
        ("vF@1 rP@2", "free", "what was seen is repaired and tested too"),
        ("uF@1 rP@2", "free", "and what a user saw"),
        ("cF@2 rP@1", "failed 1", "an earlier pass received later does not"),
        ("cP@1 cF@2", "failed 2", "a pass before"),
        ("cF@1 rI@2", "failed 1", "incomplete never releases"),
        ("cF@1 uP@2", "failed 1", "nor a lighter kind"),
        ("cF@1 rP@1", "free", "same moment: the later received counts as later"),
        ("rP@1 cF@1", "failed 2", "same moment, the other way round"),
        ("cP@2 cF@1", "conflict 2", "the fail was done before, received after"),
        ("rP@2 cF@1", "conflict 2", "also where the pass was one after repair: it did not know"),
        ("cP@2 cF@1 rP@3", "conflict 2", "a conflict waits for a person"),
        ("cP@2 cF@1 release", "free", "reviewed"),
        ("cF@1 release", "free", "a manager's reasoned override"),
        ("cP@2 cF@1 release cF@3", "failed 4", "a review settles nothing that comes after"),
        ("cP@3 cF@1 release cF@2", "conflict 4", "nor a second late fail"),
        ("vP@2 cF@1", "failed 2", "a light pass proves nothing against it, so there is no conflict"),
        ("vP@2 cF@1 rP@3", "free", "and a test after repair releases it"),
        ("cF@1 cP@1~1", "corrected 1", "correcting a fail to a pass does not unlock"),
        ("cF@1 rP@5~1", "corrected 1", "not even to one after repair, with a later hour"),
        ("cF@1 rP@1~1 rP@2~2", "corrected 1", "nor by correcting the correction"),
        ("cF@1 cP@1~1 rP@2", "free", "a new test does"),
        ("cF@1 cP@1~1 release", "free", "or a release"),
        ("cF@1x", "corrected 1", "withdrawing a fail does not unlock"),
        ("cF@1x rP@2", "free", "a new test does"),
        ("cF@1 rP@2 cF@2~2", "failed 3", "the releasing pass was corrected to a fail"),
        ("cF@1 rP@2 rI@2~2", "failed 1", "or to incomplete"),
        ("cF@1 rP@2x", "failed 1", "or withdrawn"),
        ("cP@2 cF@1 cP@2~1", "conflict 2", "correcting the pass reviews no conflict"),
        ("cF@1 cF@2 rP@3", "free", "one pass releases both"),
        ("cF@1 rP@2 cF@3", "failed 3", "the last fail counts"),
        ("uF@3 cF@1 rP@2", "failed 1", "of two open locks the latest is named"),
        ("cP@9 cF@1 cF@10", "conflict 2", "a conflict is named before a newer fail"),
    ] {
        assert_eq!(outcome(text), expected, "{text}: {why}");
    }
}

#[test]
fn a_lighter_pass_proves_nothing_of_a_heavier_test() {
    for (text, expected) in [
        ("", None),
        ("uP@1", None),
        ("uI@1", Some((Verdict::Incomplete, Some(1)))),
        ("vP@1", Some((Verdict::Pass, None))),
        ("cP@1 uP@2", Some((Verdict::Pass, None))),
        ("cI@1", Some((Verdict::Incomplete, Some(1)))),
        ("cI@1 uP@2", Some((Verdict::Incomplete, Some(1)))),
        ("cI@1 vP@2", Some((Verdict::Incomplete, Some(1)))),
        ("cI@1 vP@2 vI@3", Some((Verdict::Incomplete, Some(1)))),
        ("cI@1 cP@2", Some((Verdict::Pass, None))),
        ("vI@1 cP@2", Some((Verdict::Pass, None))),
        ("cP@1 cI@2 vP@3", Some((Verdict::Incomplete, Some(2)))),
        ("cI@3 cP@2", Some((Verdict::Incomplete, Some(1)))),
        ("cI@1 cP@1~1", Some((Verdict::Pass, None))),
        ("cF@1 vP@2 release", Some((Verdict::Fail, Some(1)))),
        ("cI@1 cF@2 rP@3", Some((Verdict::Pass, None))),
        ("cP@2 cF@1 release", Some((Verdict::Pass, None))),
    ] {
        let (tests, releases) = history(text);
        let standing = standing(&tests, &releases);
        assert_eq!(standing.verdict.map(|verdict| (verdict, standing.against)), expected, "{text}");
    }
}

#[test]
fn a_release_of_a_fail_is_no_proof() {
    for (text, expected) in [
        ("cF@1", None),
        ("cF@1 release", Some(1)),
        ("cF@1 vP@2 release", Some(1)),
        ("cF@1 release rP@3", None),
        ("cP@2 cF@1 release", None),
        ("cF@1 cP@1~1 release", None),
    ] {
        let (tests, releases) = history(text);
        assert_eq!(standing(&tests, &releases).overridden.map(|lock| lock.sequence), expected, "{text}");
    }
}

#[test]
fn the_last_test_is_the_last_done_that_stands() {
    let last = |text: &str| {
        let (tests, _) = history(text);
        standing(&tests, &[]).last.map(|l| l.sequence)
    };
    assert_eq!(last(""), None);
    assert_eq!(last("cP@5 vP@3"), Some(1));
    assert_eq!(last("cP@5 cF@5~1"), Some(2));
    assert_eq!(last("cP@3 cP@5x"), Some(1));
}

#[test]
fn a_link_that_leads_nowhere_or_in_a_circle_does_no_harm() {
    let (mut tests, _) = history("cF@1 rP@2");
    tests[0].supersedes = Some(2);
    tests[1].supersedes = Some(99);
    assert_eq!(standing(&tests, &[]).locked, None);
    tests[0].supersedes = Some(1);
    assert_eq!(standing(&tests, &[]).locked, None);
}

fn any_history() -> impl Strategy<Value = Vec<TestRecord>> {
    let one = (
        proptest::sample::select(TestKind::ALL),
        proptest::sample::select(Verdict::ALL),
        0i64..8,
        prop::option::weighted(0.2, 1i64..8),
        prop::bool::weighted(0.1),
    );
    prop::collection::vec(one, 0..9).prop_map(|rows| {
        let record =
            |((kind, verdict, hour, back, withdrawn), sequence): ((_, _, _, Option<i64>, _), i64)| {
                TestRecord {
                    sequence,
                    kind,
                    verdict,
                    performed_at: at(hour),
                    supersedes: back.map(|b| sequence - b).filter(|s| *s > 0),
                    withdrawn,
                    returns: kind == TestKind::AfterRepair,
                    away: vec![],
                }
            };
        rows.into_iter().zip(1..).map(record).collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_input_never_matters(tests in any_history(), by in 0usize..9, release in prop::option::of(0i64..9)) {
        let releases: Vec<_> = release.into_iter().map(|sequence| Release { sequence, then: None }).collect();
        let mut turned = tests.clone();
        if !turned.is_empty() {
            let by = by % turned.len();
            turned.rotate_left(by);
            turned.reverse();
        }
        prop_assert_eq!(standing(&tests, &releases), standing(&turned, &releases));
    }

    #[test]
    fn a_fail_just_done_always_locks(mut tests in any_history()) {
        let sequence = 100;
        tests.push(TestRecord { sequence, kind: TestKind::UserCheck, verdict: Verdict::Fail, performed_at: at(9),
            supersedes: None, withdrawn: false, returns: false, away: vec![] });
        prop_assert!(standing(&tests, &[]).locked.is_some());
    }

    #[test]
    fn only_a_test_after_repair_unlocks(tests in any_history(), kind in proptest::sample::select(TestKind::ALL),
        hour in 0i64..20) {
        let before = standing(&tests, &[]);
        let mut after = tests;
        after.push(TestRecord { sequence: 100, kind, verdict: Verdict::Pass, performed_at: at(hour),
            supersedes: None, withdrawn: false, returns: false, away: vec![] });
        let open = standing(&after, &[]).open;
        prop_assert!(before.open.iter().all(|lock| open.contains(lock)));
    }

    #[test]
    fn an_incomplete_or_lighter_test_changes_no_lock(tests in any_history(), hour in 0i64..20) {
        let before = standing(&tests, &[]);
        let mut after = tests;
        after.push(TestRecord { sequence: 100, kind: TestKind::Combined, verdict: Verdict::Incomplete,
            performed_at: at(hour), supersedes: None, withdrawn: false, returns: false, away: vec![] });
        prop_assert_eq!(before.open, standing(&after, &[]).open);
    }

    #[test]
    fn correcting_a_fail_never_unlocks(tests in any_history(), hour in 0i64..20) {
        for failed in tests.iter().filter(|t| t.verdict == Verdict::Fail) {
            let was = standing(&tests, &[]).open.iter().any(|l| l.sequence == failed.sequence);
            let mut after = tests.clone();
            after.push(TestRecord { sequence: 100, verdict: Verdict::Pass, performed_at: at(hour),
                supersedes: Some(failed.sequence), ..failed.clone() });
            let is = standing(&after, &[]).open.iter().any(|l| l.sequence == failed.sequence);
            prop_assert!(!was || is);
        }
    }
}
