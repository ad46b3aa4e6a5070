use chrono::TimeZone;
use proptest::prelude::*;

use super::*;

fn at(hour: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 0, 0, 0).unwrap() + chrono::TimeDelta::hours(hour)
}

/// Reads a history: a word a record in the order received, as `KIND VERDICT @HOUR` run together.
///
/// "cF@9" combined fail at 9; v formal visual, u user check, r after repair under the rule set set for that;
/// P pass, I incomplete; "~2" corrects the second; "x" withdrawn; "release" settles what came before; "report@9" and
/// "open@9" are holds.
fn history(text: &str) -> (Vec<TestRecord>, Marks) {
    let (mut tests, mut marks) = (vec![], Marks::default());
    for (word, sequence) in text.split_whitespace().zip(1..) {
        if word == "release" {
            marks.releases.push(Release { sequence, then: None });
            continue;
        }
        let hold = match word.split_once('@') {
            Some(("report", hour)) => Some((HoldWhy::Reported, hour)),
            Some(("open", hour)) => Some((HoldWhy::Opened, hour)),
            _ => None,
        };
        if let Some((why, hour)) = hold {
            marks.holds.push(Hold { sequence, why, at: at(hour.parse().unwrap()), away: vec![] });
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
    (tests, marks)
}

fn outcome(text: &str) -> String {
    let (tests, marks) = history(text);
    match standing(&tests, &marks).locked {
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
        ("report@1", "reported 1", "a report of danger locks what was never tested"),
        ("cP@1 report@2", "reported 2", "and what passed"),
        ("cP@1 report@2 cP@3 vP@4", "reported 2", "measuring again does not prove it wrong"),
        ("cP@1 report@2 rF@3", "failed 3", "a fail is named first"),
        ("cP@1 report@2 rI@3", "reported 2", "incomplete never releases"),
        ("cP@1 report@2 rP@3", "free", "a pass after repair returns it"),
        ("report@2 rP@1", "reported 1", "not one that was done before"),
        ("rP@3 report@2", "conflict 2", "reported before, received after: it did not know"),
        ("cP@3 report@2", "reported 2", "a plain pass is no contradiction: it proves nothing against it"),
        ("rP@3 report@2 rP@4", "conflict 2", "a conflict waits for a person"),
        ("rP@3 report@2 release", "free", "reviewed"),
        ("rP@3x report@2", "reported 2", "what was withdrawn contradicts nothing"),
        ("rP@3 report@2 rP@3~1", "conflict 2", "correcting the pass reviews no conflict"),
        ("report@1 report@2 rP@3", "free", "one pass settles both"),
        ("report@1 rP@2 report@3", "reported 3", "the next report locks anew"),
        ("report@1 rP@2 rF@2~2", "failed 3", "the releasing pass was corrected to a fail"),
        ("report@1 rP@2x", "reported 1", "or withdrawn"),
        ("report@1 release", "free", "a manager found it to be wrong"),
        ("release report@1", "reported 2", "not before it came"),
        ("cP@1 open@2", "opened 2", "opened and not tested since"),
        ("cP@1 open@2 cP@3", "opened 2", "a plain pass is no test after repair"),
        ("cP@1 open@2 rP@3", "free", "tested after repair"),
        ("rP@3 open@2", "opened 2", "told of late: it wants one more test, and no person's review"),
        ("rP@3 open@2 rP@4", "free", "which that test is"),
        ("open@2 release", "free", "a manager's reasoned override"),
        ("open@1 report@2", "reported 2", "a report is named before an opening"),
        ("cF@1 open@2 rP@3", "free", "the usual repair"),
        ("cF@1 open@2 release", "free", "all of it on a person's word"),
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
        ("report@1", None),
        ("cP@1 report@2", Some((Verdict::Incomplete, None))),
        ("cF@1 report@2", Some((Verdict::Fail, Some(1)))),
        ("cI@1 report@2", Some((Verdict::Incomplete, Some(1)))),
        ("cP@1 report@2 rP@3", Some((Verdict::Pass, None))),
        ("cP@1 report@2 release", Some((Verdict::Pass, None))),
        ("cP@1 open@2 cP@3", Some((Verdict::Incomplete, None))),
        ("cP@1 open@2 release", Some((Verdict::Incomplete, None))),
        ("cP@1 open@2 release cP@3", Some((Verdict::Incomplete, None))),
        ("cP@1 open@2 release rP@3", Some((Verdict::Pass, None))),
    ] {
        let (tests, marks) = history(text);
        let standing = standing(&tests, &marks);
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
        ("cP@1 open@2 release", Some(2)),
        ("cP@1 open@2 release rP@3", None),
        ("cP@1 report@2 release", None),
        ("cF@1 open@2 release", Some(1)),
    ] {
        let (tests, marks) = history(text);
        assert_eq!(standing(&tests, &marks).overridden.map(|lock| lock.sequence), expected, "{text}");
    }
}

#[test]
fn the_last_test_is_the_last_done_that_stands() {
    let last = |text: &str| {
        let (tests, _) = history(text);
        standing(&tests, &Marks::default()).last.map(|l| l.sequence)
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
    assert_eq!(standing(&tests, &Marks::default()).locked, None);
    tests[0].supersedes = Some(1);
    assert_eq!(standing(&tests, &Marks::default()).locked, None);
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

fn any_marks() -> impl Strategy<Value = Marks> {
    let hold = (proptest::sample::select(HoldWhy::ALL), 0i64..8, 0i64..12);
    let holds = prop::collection::vec(hold, 0..4);
    (holds, prop::option::of(0i64..12)).prop_map(|(holds, release)| Marks {
        holds: holds
            .into_iter()
            .map(|(why, hour, sequence)| Hold { sequence, why, at: at(hour), away: vec![] })
            .collect(),
        releases: release.into_iter().map(|sequence| Release { sequence, then: None }).collect(),
    })
}

proptest! {
    #[test]
    fn the_order_of_input_never_matters(tests in any_history(), mut marks in any_marks(), by in 0usize..9) {
        let before = standing(&tests, &marks);
        let mut turned = tests.clone();
        if !turned.is_empty() {
            let by = by % turned.len();
            turned.rotate_left(by);
            turned.reverse();
        }
        marks.holds.reverse();
        marks.releases.reverse();
        prop_assert_eq!(before, standing(&turned, &marks));
    }

    #[test]
    fn a_hold_just_written_locks_and_no_lighter_proof_unlocks(tests in any_history(), mut marks in any_marks(),
        why in proptest::sample::select(HoldWhy::ALL), kind in proptest::sample::select(TestKind::ALL), hour in 0i64..20) {
        marks.holds.push(Hold { sequence: 100, why, at: at(hour), away: vec![] });
        let before = standing(&tests, &marks);
        prop_assert!(before.open.iter().any(|lock| lock.sequence == 100));
        prop_assert!(before.verdict != Some(Verdict::Pass));
        let mut after = tests;
        after.push(TestRecord { sequence: 101, kind, verdict: Verdict::Pass, performed_at: at(30),
            supersedes: None, withdrawn: false, returns: false, away: vec![] });
        prop_assert_eq!(&before.open, &standing(&after, &marks).open);
        after.push(TestRecord { sequence: 102, kind: TestKind::AfterRepair, verdict: Verdict::Pass, performed_at: at(31),
            supersedes: None, withdrawn: false, returns: true, away: vec![] });
        let open = standing(&after, &marks).open;
        prop_assert!(open.iter().all(|lock| lock.sequence != 100 || lock.why == LockWhy::Conflict), "{:?}", open);
    }

    #[test]
    fn a_hold_never_changes_what_tests_lock(tests in any_history(), marks in any_marks()) {
        let without = Marks { holds: vec![], ..marks.clone() };
        let (with, without) = (standing(&tests, &marks), standing(&tests, &without));
        let fails: Vec<_> = with.open.into_iter().filter(|lock| !lock.is_hold()).collect();
        prop_assert_eq!(fails, without.open);
        prop_assert_eq!(with.last, without.last);
        prop_assert_eq!(with.against, without.against);
    }

    #[test]
    fn a_fail_just_done_always_locks(mut tests in any_history()) {
        let sequence = 100;
        tests.push(TestRecord { sequence, kind: TestKind::UserCheck, verdict: Verdict::Fail, performed_at: at(9),
            supersedes: None, withdrawn: false, returns: false, away: vec![] });
        prop_assert!(standing(&tests, &Marks::default()).locked.is_some());
    }

    #[test]
    fn only_a_test_after_repair_unlocks(tests in any_history(), kind in proptest::sample::select(TestKind::ALL),
        hour in 0i64..20) {
        let before = standing(&tests, &Marks::default());
        let mut after = tests;
        after.push(TestRecord { sequence: 100, kind, verdict: Verdict::Pass, performed_at: at(hour),
            supersedes: None, withdrawn: false, returns: false, away: vec![] });
        let open = standing(&after, &Marks::default()).open;
        prop_assert!(before.open.iter().all(|lock| open.contains(lock)));
    }

    #[test]
    fn an_incomplete_or_lighter_test_changes_no_lock(tests in any_history(), hour in 0i64..20) {
        let before = standing(&tests, &Marks::default());
        let mut after = tests;
        after.push(TestRecord { sequence: 100, kind: TestKind::Combined, verdict: Verdict::Incomplete,
            performed_at: at(hour), supersedes: None, withdrawn: false, returns: false, away: vec![] });
        prop_assert_eq!(before.open, standing(&after, &Marks::default()).open);
    }

    #[test]
    fn correcting_a_fail_never_unlocks(tests in any_history(), hour in 0i64..20) {
        for failed in tests.iter().filter(|t| t.verdict == Verdict::Fail) {
            let was = standing(&tests, &Marks::default()).open.iter().any(|l| l.sequence == failed.sequence);
            let mut after = tests.clone();
            after.push(TestRecord { sequence: 100, verdict: Verdict::Pass, performed_at: at(hour),
                supersedes: Some(failed.sequence), ..failed.clone() });
            let is = standing(&after, &Marks::default()).open.iter().any(|l| l.sequence == failed.sequence);
            prop_assert!(!was || is);
        }
    }
}
