use chrono::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::code::Code;
use crate::equipment::TestKind;
use crate::standing::{Hold, HoldWhy, Marks, Release, Standing, TestRecord, standing};
use crate::verdict::Verdict;

fn link(sequence: i64, act: &str, kind: LinkKind, (from, to): (i64, i64), test: Option<&str>) -> Link {
    Link { sequence, act: act.to_owned(), kind, from, to, test: test.map(str::to_owned) }
}

fn merge(sequence: i64, from: i64, to: i64) -> Link {
    link(sequence, &format!("{from}-{to}"), LinkKind::Merge, (from, to), None)
}

#[test]
fn a_merged_history_counts_elsewhere_from_then_on_and_until_it_is_undone() {
    let undo = link(30, "2-1", LinkKind::Undo, (2, 1), None);
    let homes = Homes::of(&[merge(10, 2, 1), merge(20, 1, 3), undo, merge(40, 2, 4)]);
    let at = |asset, at| homes.asset_at(asset, at);
    assert_eq!([9, 10, 19, 20, 29, 30, 39, 40, NOW].map(|when| at(2, when)), [2, 1, 1, 3, 3, 2, 2, 4, 4]);
    assert_eq!([at(1, 19), at(1, 20), at(1, NOW), at(3, NOW)], [1, 3, 3, 3]);
    assert_eq!((homes.then(2, 5), homes.then(2, 25), homes.then(2, 45)), (Some(2), Some(3), None));
}

#[test]
fn a_test_goes_where_it_was_moved_last() {
    let moved = |sequence, act, from_to| link(sequence, act, LinkKind::Move, from_to, Some("t"));
    let links = [moved(10, "a", (1, 2)), moved(20, "b", (2, 3)), merge(30, 3, 4)];
    let homes = Homes::of(&links);
    let at = |when| homes.test_at((1, "t"), when);
    assert_eq!([9, 10, 20, 30].map(at), [1, 2, 3, 4]);
    assert_eq!((homes.moved_by("t"), homes.test_at((1, "another"), NOW)), (Some(20), 1));
    let undone = link(40, "b", LinkKind::Undo, (2, 3), None);
    let homes = Homes::of(&[&links[..], &[undone]].concat());
    assert_eq!((homes.test_at((1, "t"), NOW), homes.moved_by("t")), (2, Some(10)));
    let away = homes.away((1, "t")).into_iter().map(|away| (away.asset, away.until)).collect::<Vec<_>>();
    assert_eq!(away, [(1, 10), (3, 30), (4, 40)]);
}

#[test]
fn a_ring_ends() {
    let homes = Homes::of(&[merge(1, 1, 2), merge(2, 2, 1)]);
    assert!([1, 2].contains(&homes.asset_at(1, NOW)));
}

/// A test of an asset: number in the ledger, kind and outcome, hour.
fn test(
    homes: &Homes,
    asset: i64,
    (sequence, kind, verdict, hour): (i64, TestKind, Verdict, i64),
) -> TestRecord {
    let day = Utc.with_ymd_and_hms(2026, 3, 2, 0, 0, 0).unwrap();
    TestRecord {
        sequence,
        kind,
        verdict,
        performed_at: day + chrono::TimeDelta::hours(hour),
        supersedes: None,
        withdrawn: false,
        returns: kind == TestKind::AfterRepair,
        away: homes.away((asset, &sequence.to_string())),
    }
}

/// A hold of an asset: number in the ledger, why, hour.
fn hold(homes: &Homes, asset: i64, (sequence, why, hour): (i64, HoldWhy, i64)) -> Hold {
    let day = Utc.with_ymd_and_hms(2026, 3, 2, 0, 0, 0).unwrap();
    let at = day + chrono::TimeDelta::hours(hour);
    Hold { sequence, why, at, away: homes.away((asset, &sequence.to_string())) }
}

const FAIL: (TestKind, Verdict) = (TestKind::Combined, Verdict::Fail);
const REPAIRED: (TestKind, Verdict) = (TestKind::AfterRepair, Verdict::Pass);
const PASS: (TestKind, Verdict) = (TestKind::Combined, Verdict::Pass);

/// What asset 1 comes to once 2 was merged into it at 100: tests as asset, number, what, hour; releases as asset, number.
fn merged(tests: &[(i64, i64, (TestKind, Verdict), i64)], releases: &[(i64, i64)]) -> Standing {
    let homes = Homes::of(&[merge(100, 2, 1)]);
    let tests: Vec<_> = tests
        .iter()
        .map(|(asset, sequence, (kind, verdict), hour)| {
            test(&homes, *asset, (*sequence, *kind, *verdict, *hour))
        })
        .collect();
    let releases: Vec<_> = releases
        .iter()
        .map(|(asset, sequence)| Release { sequence: *sequence, then: homes.then(*asset, *sequence) })
        .collect();
    standing(&tests, &Marks { releases, holds: vec![] })
}

#[test]
fn nothing_said_of_the_one_thing_settles_a_fail_of_the_other() {
    let locked = |tests: &[_], releases: &[_]| {
        merged(tests, releases).locked.map(|lock| (lock.sequence, lock.why.code())).unwrap_or((0, "free"))
    };
    for (tests, releases, expected, why) in [
        (vec![(2, 1, FAIL, 1)], vec![], (1, "failed"), "the fail of the one that went comes along"),
        (vec![(2, 1, FAIL, 1), (1, 2, PASS, 2)], vec![], (1, "failed"), "a plain pass settles nothing"),
        (
            vec![(2, 1, FAIL, 1), (1, 2, REPAIRED, 2)],
            vec![],
            (1, "conflict"),
            "its tester knew nothing of the fail",
        ),
        (vec![(2, 1, FAIL, 1), (2, 2, REPAIRED, 2)], vec![], (0, "free"), "repaired under its own name"),
        (vec![(2, 1, FAIL, 1), (1, 101, REPAIRED, 2)], vec![], (0, "free"), "repaired since they are one"),
        (
            vec![(2, 1, FAIL, 1), (1, 2, REPAIRED, 2), (1, 101, REPAIRED, 3)],
            vec![],
            (0, "free"),
            "a pass of the one thing is no conflict that only a person can settle",
        ),
        (vec![(2, 1, FAIL, 3), (1, 101, REPAIRED, 2)], vec![], (1, "failed"), "by when it was done"),
        (vec![(2, 1, FAIL, 1)], vec![(1, 2)], (1, "failed"), "a release of the other one"),
        (vec![(2, 1, FAIL, 1)], vec![(2, 2)], (0, "free"), "its own release"),
        (vec![(2, 1, FAIL, 1)], vec![(1, 101)], (0, "free"), "a release of the one thing"),
        (vec![(1, 1, FAIL, 1)], vec![(2, 2)], (1, "failed"), "a release of the one that went"),
    ] {
        assert_eq!(locked(&tests, &releases), expected, "{why}");
    }
}

#[test]
fn a_hold_comes_along_and_what_was_proven_of_the_other_thing_does_not_settle_it() {
    let homes = Homes::of(&[merge(100, 2, 1)]);
    let locked = |why, tested: (i64, i64), released: Option<(i64, i64)>| {
        let tests = [test(&homes, tested.0, (tested.1, REPAIRED.0, REPAIRED.1, 2))];
        let releases =
            released.map(|(asset, sequence)| Release { sequence, then: homes.then(asset, sequence) });
        let holds = vec![hold(&homes, 2, (1, why, 1))];
        let marks = Marks { holds, releases: releases.into_iter().collect() };
        standing(&tests, &marks).locked.map_or("free", |lock| lock.why.code())
    };
    for (why, tested, released, expected) in [
        (HoldWhy::Reported, (2, 2), None, "free"),
        (HoldWhy::Reported, (1, 2), None, "conflict"),
        (HoldWhy::Reported, (1, 101), None, "free"),
        (HoldWhy::Opened, (2, 2), None, "free"),
        (HoldWhy::Opened, (1, 2), None, "opened"),
        (HoldWhy::Opened, (1, 101), None, "free"),
        (HoldWhy::Reported, (1, 2), Some((1, 3)), "conflict"),
        (HoldWhy::Reported, (1, 2), Some((2, 3)), "free"),
        (HoldWhy::Opened, (1, 2), Some((1, 102)), "free"),
    ] {
        assert_eq!(locked(why, tested, released), expected, "{why} {tested:?} {released:?}");
    }
}

prop_compose! {
    fn entries()(entries in prop::collection::vec((1i64..=2, 0usize..7, 0i64..9), 0..9)) -> Vec<(i64, i64, usize, i64)> {
        entries.into_iter().zip(1..).map(|((asset, what, hour), sequence)| (asset, sequence, what, hour)).collect()
    }
}

/// What the assets come to with these links: what 0 to 3 is a test, 4 a release, 5 and 6 are holds.
fn outcomes(entries: &[(i64, i64, usize, i64)], links: &[Link]) -> [Standing; 2] {
    let homes = Homes::of(links);
    let kinds = [FAIL, REPAIRED, PASS, (TestKind::FormalVisual, Verdict::Fail)];
    [1, 2].map(|asset| {
        let mine = || entries.iter().filter(|(of, ..)| homes.asset_at(*of, NOW) == asset);
        let tests: Vec<_> = mine()
            .filter_map(|(of, sequence, what, hour)| {
                let (kind, verdict) = *kinds.get(*what)?;
                Some(test(&homes, *of, (*sequence, kind, verdict, *hour)))
            })
            .collect();
        let releases: Vec<_> = mine()
            .filter(|(_, _, what, _)| *what == kinds.len())
            .map(|(of, sequence, ..)| Release { sequence: *sequence, then: homes.then(*of, *sequence) })
            .collect();
        let held = mine().filter(|(_, _, what, _)| *what > kinds.len());
        let holds = held.map(|(of, sequence, what, hour)| {
            hold(&homes, *of, (*sequence, HoldWhy::ALL[what - kinds.len() - 1], *hour))
        });
        standing(&tests, &Marks { holds: holds.collect(), releases })
    })
}

proptest! {
    /// Whatever was locked under either name is locked under the one; and undone, each is as it was.
    #[test]
    fn a_merge_releases_nothing_and_is_undone_without_a_trace(entries in entries()) {
        let (apart, one) = (outcomes(&entries, &[]), outcomes(&entries, &[merge(100, 2, 1)]));
        let open: Vec<i64> = apart.iter().flat_map(|one| one.open.iter().map(|lock| lock.sequence)).collect();
        for sequence in &open {
            prop_assert!(one[0].open.iter().any(|lock| lock.sequence == *sequence), "{:?}", one[0]);
        }
        // Nor does it lock what nobody would doubt.
        prop_assert_eq!(one[0].open.len(), open.len());
        let undo = link(110, "2-1", LinkKind::Undo, (2, 1), None);
        prop_assert_eq!(outcomes(&entries, &[merge(100, 2, 1), undo]), apart);
    }
}
