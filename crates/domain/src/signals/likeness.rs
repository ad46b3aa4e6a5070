//! Readings that are more alike than those of different things are.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;

use super::{Done, Noticed, Thresholds};
use crate::reading::ReadingTest;

/// All that one kind of measurement showed in a test. The sockets of one lead read alike, so they are one fact.
type Mark = (ReadingTest, Vec<(Option<u32>, i64)>);
type Marks = Vec<Mark>;

/// A measurement is taken to have at least so many values that it might as well have shown.
const LEAST_VALUES: f64 = 10.0;
/// Below this the repetition is called improbable: one in a million.
const IMPROBABLE: f64 = 1e-6;
/// Where there is but one figure, so many tests with it, and nine of ten of their sort, are worth a look.
const ONE_FIGURE_TESTS: usize = 20;
/// Exact twins have at least so many kinds of measurement in common.
const EXACT_MARKS: usize = 3;

/// What tells one thing from another: at the bottom of an instrument's range all things are alike.
fn marks(test: &Done) -> Marks {
    let mut marks: BTreeMap<ReadingTest, Vec<(Option<u32>, i64)>> = BTreeMap::new();
    for (kind, socket, figure) in &test.figures {
        let floor = match kind {
            ReadingTest::EarthContinuity => 20_000,
            ReadingTest::TouchCurrent
            | ReadingTest::ProtectiveConductorCurrent
            | ReadingTest::SubstituteLeakage => 50_000,
            _ => 0,
        };
        if *figure > floor {
            marks.entry(*kind).or_default().push((*socket, *figure));
        }
    }
    marks.values_mut().for_each(|of| of.sort_unstable());
    marks.into_iter().collect()
}

/// Tests of a day whose figures came together more often than chance would bring them, were each drawn by itself as
/// often as it came in the other tests of their sort.
pub(super) fn clones<'a>(sorted: &[&'a Done], thresholds: &Thresholds) -> Vec<Noticed<'a>> {
    let least = usize::try_from(thresholds.same_readings).unwrap_or(usize::MAX);
    if least == 0 {
        return vec![];
    }
    let mut groups: BTreeMap<Marks, Vec<&Done>> = BTreeMap::new();
    for test in sorted {
        groups.entry(marks(test)).or_default().push(test);
    }
    // Of each sort of test, which is known by what was measured: how many there are, and how often each mark came.
    let mut sorts: BTreeMap<Vec<ReadingTest>, (usize, BTreeMap<&Mark, usize>)> = BTreeMap::new();
    for (marks, tests) in &groups {
        let (all, counts) = sorts.entry(sort(marks)).or_default();
        *all += tests.len();
        for mark in marks {
            *counts.entry(mark).or_default() += tests.len();
        }
    }
    let often = groups.iter().filter(|(marks, tests)| !marks.is_empty() && tests.len() >= least);
    let told = often.filter(|(marks, tests)| {
        sorts.get(&sort(marks)).is_some_and(|(all, counts)| improbable(marks, tests.len(), *all, counts))
    });
    told.map(|(marks, tests)| (words(marks, tests.len()), tests.clone())).collect()
}

fn sort(marks: &Marks) -> Vec<ReadingTest> {
    marks.iter().map(|(kind, _)| *kind).collect()
}

fn improbable(marks: &Marks, count: usize, all: usize, counts: &BTreeMap<&Mark, usize>) -> bool {
    if let [(kind, _)] = marks.as_slice() {
        // A single figure comes often; only earth readings vary enough from lead to lead to say something alone.
        return *kind == ReadingTest::EarthContinuity && count >= ONE_FIGURE_TESTS && count * 10 >= all * 9;
    }
    let others = all.saturating_sub(count) as f64;
    let chance = |mark: &Mark| {
        let same = counts.get(mark).copied().unwrap_or(0).saturating_sub(count) as f64;
        (same + 1.0) / (others + LEAST_VALUES)
    };
    let expected = all as f64 * marks.iter().map(chance).product::<f64>();
    tail(count, expected) < IMPROBABLE
}

/// An upper bound on the chance of `count` or more where `expected` is the average (Chernoff's, for rare events).
pub(super) fn tail(count: usize, expected: f64) -> f64 {
    let count = count as f64;
    if count <= expected { 1.0 } else { (count - expected - count * (count / expected).ln()).exp() }
}

fn words(marks: &Marks, count: usize) -> String {
    use crate::code::Code;
    let kinds: Vec<String> = marks.iter().map(|(kind, _)| kind.noun()).collect();
    format!("{count} tests read alike to the last digit: {}.", kinds.join(", "))
}

/// Tests, close in time, of what looks like one appliance under several tags: of one make, model and serial number,
/// or one after the other with readings that hardly differ. Runs that are cloned readings already are left out.
pub(super) fn twins<'a>(
    sorted: &[&'a Done],
    thresholds: &Thresholds,
    clones: &[Noticed],
) -> Vec<Noticed<'a>> {
    let within = Duration::minutes(i64::from(thresholds.twin_minutes));
    if thresholds.twin_minutes == 0 {
        return vec![];
    }
    let mut found: Vec<Noticed> = same_identity(sorted, within);
    let read = sorted.iter().filter(|test| test.timed()).map(|test| (*test, marks(test)));
    let read: Vec<(&Done, Marks)> = read.filter(|(_, marks)| !marks.is_empty()).collect();
    let exact = runs(&read, within, |a, b| a.len() >= EXACT_MARKS && a == b);
    let near = runs(&read, within, |a, b| a.len() >= 2 && alike(a, b));
    let least = usize::try_from(thresholds.alike_tests).unwrap_or(usize::MAX);
    let near: Vec<Vec<&Done>> =
        near.into_iter().filter(|run| least > 0 && assets(run) >= least.max(2)).collect();
    let exact: Vec<Vec<&Done>> = exact.into_iter().filter(|run| assets(run) >= 2).collect();
    let known: Vec<BTreeSet<&str>> =
        clones.iter().map(|(_, tests)| ids(tests)).chain(found.iter().map(|(_, tests)| ids(tests))).collect();
    let new = |run: &&Vec<&Done>| !known.iter().any(|set| ids(run).is_subset(set));
    let told_near: Vec<BTreeSet<&str>> = near.iter().map(|run| ids(run)).collect();
    let exact = exact.iter().filter(new).filter(|run| !told_near.iter().any(|set| ids(run).is_subset(set)));
    let exact: Vec<Noticed> =
        exact.map(|run| told(run, "with the same readings to the last digit")).collect();
    let near: Vec<Noticed> =
        near.iter().filter(new).map(|run| told(run, "with readings that hardly differ")).collect();
    found.extend(exact);
    found.extend(near);
    found
}

fn told<'a>(run: &[&'a Done], how: &str) -> Noticed<'a> {
    (format!("{} assets tested one directly after the other, {how}.", assets(run)), run.to_vec())
}

fn ids<'b>(tests: &[&'b Done]) -> BTreeSet<&'b str> {
    tests.iter().map(|test| test.id.as_str()).collect()
}

fn assets(tests: &[&Done]) -> usize {
    tests.iter().map(|test| test.asset_id).collect::<BTreeSet<_>>().len()
}

fn same_identity<'a>(sorted: &[&'a Done], within: Duration) -> Vec<Noticed<'a>> {
    let mut by_identity: BTreeMap<&str, Vec<Vec<&Done>>> = BTreeMap::new();
    for test in sorted.iter().filter(|test| !test.identity.is_empty()) {
        let groups = by_identity.entry(&test.identity).or_default();
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|last| test.at - last.at <= within) => group.push(test),
            _ => groups.push(vec![test]),
        }
    }
    let several = by_identity.into_values().flatten().filter(|group| assets(group) >= 2);
    several
        .map(|group| {
            let words = format!("{} assets of one make, model and serial number.", assets(&group));
            (words, group)
        })
        .collect()
}

/// Stretches of tests directly after one another, each like the first of its stretch and close to the one before.
fn runs<'a>(
    read: &[(&'a Done, Marks)],
    within: Duration,
    like: impl Fn(&Marks, &Marks) -> bool,
) -> Vec<Vec<&'a Done>> {
    let mut found: Vec<Vec<&Done>> = vec![];
    let mut first: Option<&Marks> = None;
    for (test, marks) in read {
        let close = |run: &Vec<&Done>| run.last().is_some_and(|last| test.at - last.at <= within);
        match found.last_mut() {
            Some(run) if first.is_some_and(|first| like(first, marks)) && close(run) => run.push(test),
            _ => {
                first = Some(marks);
                found.push(vec![test]);
            }
        }
    }
    found
}

/// Whether two tests might have been of one appliance: the same measurements, each within three per cent or the last
/// digit that instruments usually show.
fn alike(a: &Marks, b: &Marks) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|((kind, one), (other_kind, other))| {
            let digit = match kind {
                ReadingTest::EarthContinuity => 10_000,
                ReadingTest::TouchCurrent
                | ReadingTest::ProtectiveConductorCurrent
                | ReadingTest::SubstituteLeakage => 10_000,
                _ => 0,
            };
            let near = |x: i64, y: i64| {
                let differ = x.abs_diff(y);
                differ <= digit || u128::from(differ) * 100 <= u128::from(x.max(y).unsigned_abs()) * 3
            };
            kind == other_kind
                && one.len() == other.len()
                && one.iter().zip(other).all(|((socket, x), (at, y))| socket == at && near(*x, *y))
        })
}
