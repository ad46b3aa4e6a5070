//! What in the records of a day asks for a second look. A signal is a fact about records with the records behind it;
//! there may be a good reason for each, and none changes a verdict.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::reading::ReadingTest;

codes!(
    /// What was noticed.
    SignalKind, "kind of signal", {
    Pace = "pace", "Many tests in an hour";
    Cloned = "cloned", "The same readings many times";
    Twins = "twins", "One appliance under several tags";
    Night = "night", "Tests at night";
    Future = "future", "A test after it was received";
    BeforePurchase = "before_purchase", "A test before the purchase";
    TwoSites = "two_sites", "Two sites within minutes";
    Unqualified = "unqualified", "No qualification on file";
});

/// From where on something is worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thresholds {
    /// Measured tests within an hour; 30 to 50 are usual.
    pub per_hour: u32,
    /// Hour at which night begins, by the site's clock.
    pub night_from: u32,
    /// Hour at which it ends.
    pub night_until: u32,
    /// Minutes between tests at two addresses.
    pub site_minutes: u32,
    /// Minutes between tests of what looks like one appliance.
    pub twin_minutes: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { per_hour: 60, night_from: 23, night_until: 5, site_minutes: 10, twin_minutes: 15 }
    }
}

/// A reading that is a figure: what, at which socket, and the figure in millionths of its unit.
pub type Figure = (ReadingTest, Option<u32>, i64);

/// A test as signals look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The test.
    pub id: String,
    /// The asset.
    pub asset_id: i64,
    /// The site.
    pub site_id: i64,
    /// The site's address; two sites at one address are one place.
    pub address: String,
    /// When it was done.
    pub at: DateTime<Utc>,
    /// The same by the site's clock.
    pub local: NaiveDateTime,
    /// When it arrived.
    pub received: DateTime<Utc>,
    /// Whether something was measured.
    pub measured: bool,
    /// Its figures; "more than" and "over range" say too little to compare.
    pub figures: Vec<Figure>,
    /// Make, model and serial number; empty without a serial number.
    pub identity: String,
    /// When the asset was bought.
    pub purchased_on: Option<NaiveDate>,
}

impl Done {
    /// Whether the time of day is known: files with dates alone say midnight sharp.
    fn timed(&self) -> bool {
        self.local.time() != NaiveTime::MIN
    }
}

/// Something worth a look, with the tests behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Its name, the same each time it is worked out.
    pub name: String,
    /// What was noticed.
    pub kind: SignalKind,
    /// The facts in one or two sentences.
    pub words: String,
    /// The tests behind it, the earliest first.
    pub tests: Vec<String>,
}

/// How often the same figures may come together on a day before that is worth a look, at the least.
const LEAST_CLONES: usize = 5;
/// A figure is taken to have at least so many values that it might as well have had.
const LEAST_VALUES: f64 = 10.0;
/// Beyond this the repetition is called improbable: one in a million.
const IMPROBABLE: f64 = 1e-6;
/// An appliance is told by at least so many figures.
const LEAST_FIGURES: usize = 2;

/// The signals of one person's tests of one day, given in any order.
pub fn signals(
    (person, day, qualified): (i64, NaiveDate, bool),
    done: &[Done],
    thresholds: &Thresholds,
) -> Vec<Signal> {
    let mut sorted: Vec<&Done> = done.iter().collect();
    sorted.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    let name = |kind: SignalKind, what: &str| {
        use crate::code::Code;
        format!("{}:{person}:{day}:{what}", kind.code())
    };
    let mut found = vec![];
    let mut tell = |kind, what: &str, words: String, tests: Vec<&Done>| {
        let tests = tests.into_iter().map(|test| test.id.clone()).collect();
        found.push(Signal { name: name(kind, what), kind, words, tests });
    };
    if let Some(window) = pace(&sorted, thresholds.per_hour) {
        let words = format!(
            "{} measured tests within an hour, from {} to {}; 30 to 50 are usual.",
            window.len(),
            clock(window.first()),
            clock(window.last())
        );
        tell(SignalKind::Pace, "", words, window);
    }
    for (figures, tests) in clones(&sorted) {
        let words = format!(
            "{} of {} measured tests have just the same {} figures.",
            tests.len(),
            sorted.iter().filter(|test| test.measured).count(),
            figures.len()
        );
        tell(SignalKind::Cloned, &key(&figures), words, tests);
    }
    for (a, b, same) in twins(&sorted, thresholds.twin_minutes) {
        let words = format!("Two assets tested at {} and {} have {same}.", clock(Some(&a)), clock(Some(&b)));
        tell(SignalKind::Twins, &format!("{}:{}", a.asset_id, b.asset_id), words, vec![a, b]);
    }
    let dark = |test: &&&Done| test.timed() && is_night(test.local.hour(), thresholds);
    let night: Vec<&Done> = sorted.iter().filter(dark).copied().collect();
    if !night.is_empty() {
        let words = format!(
            "{} tests between {}:00 and {}:00 by the site's clock, the first at {}.",
            night.len(),
            thresholds.night_from,
            thresholds.night_until,
            clock(night.first())
        );
        tell(SignalKind::Night, "", words, night);
    }
    for test in sorted.iter().filter(|test| test.at > test.received + Duration::minutes(5)) {
        let words = "It is said to have been done after it was received.".to_owned();
        tell(SignalKind::Future, &test.id, words, vec![test]);
    }
    for test in sorted.iter().filter(|test| test.purchased_on.is_some_and(|on| test.local.date() < on)) {
        let on = test.purchased_on.map(|on| on.to_string()).unwrap_or_default();
        let words = format!("The asset is recorded as purchased on {on}, after this test.");
        tell(SignalKind::BeforePurchase, &test.id, words, vec![test]);
    }
    for (a, b) in sites(&sorted, thresholds.site_minutes) {
        let minutes = (b.at - a.at).num_minutes();
        let words = format!("Two sites with different addresses, {minutes} minutes apart.");
        tell(SignalKind::TwoSites, &b.id, words, vec![a, b]);
    }
    if !qualified && !sorted.is_empty() {
        let words = "Whoever tested has no qualification on file.".to_owned();
        tell(SignalKind::Unqualified, "", words, sorted);
    }
    found
}

fn clock(test: Option<&&Done>) -> String {
    test.map(|test| test.local.format("%H:%M").to_string()).unwrap_or_default()
}

fn is_night(hour: u32, thresholds: &Thresholds) -> bool {
    let (from, until) = (thresholds.night_from, thresholds.night_until);
    if from <= until { (from..until).contains(&hour) } else { hour >= from || hour < until }
}

/// The hour with the most measured tests, where they are more than usual can be.
fn pace<'a>(sorted: &[&'a Done], most: u32) -> Option<Vec<&'a Done>> {
    let timed: Vec<&Done> = sorted.iter().filter(|test| test.measured && test.timed()).copied().collect();
    let (mut first, mut best) = (0, 0..0);
    for (at, test) in timed.iter().enumerate() {
        while timed.get(first).is_some_and(|early| test.at - early.at >= Duration::hours(1)) {
            first += 1;
        }
        if at + 1 - first > best.len() {
            best = first..at + 1;
        }
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    timed.get(best).filter(|window| window.len() > most).map(<[&Done]>::to_vec)
}

/// Figures that came together more often than chance would bring them, were each drawn by itself as often as it came
/// in the other tests of the day.
fn clones<'a>(sorted: &[&'a Done]) -> Vec<(Vec<Figure>, Vec<&'a Done>)> {
    let mut groups: BTreeMap<&[Figure], Vec<&Done>> = BTreeMap::new();
    for test in sorted.iter().filter(|test| test.figures.len() >= LEAST_FIGURES) {
        groups.entry(&test.figures).or_default().push(test);
    }
    let compared = |like: &[Figure]| -> Vec<&Done> {
        let same_sort = |test: &&&Done| {
            let sort = |figures: &[Figure]| figures.iter().map(|(t, s, _)| (*t, *s)).collect::<Vec<_>>();
            sort(&test.figures) == sort(like)
        };
        sorted.iter().filter(same_sort).copied().collect()
    };
    let often = groups.into_iter().filter(|(_, tests)| tests.len() >= LEAST_CLONES);
    often
        .filter(|(figures, tests)| {
            let all = compared(figures);
            let others: Vec<&&Done> = all.iter().filter(|test| test.figures != *figures).collect();
            let chance = |figure: &Figure| {
                let same = others.iter().filter(|test| test.figures.contains(figure)).count();
                (same as f64 + 1.0) / (others.len() as f64 + LEAST_VALUES)
            };
            let expected = all.len() as f64 * figures.iter().map(chance).product::<f64>();
            tail(tests.len(), expected) < IMPROBABLE
        })
        .map(|(figures, tests)| (figures.to_vec(), tests))
        .collect()
}

/// An upper bound on the chance of `count` or more where `expected` is the average (Chernoff's, for rare events).
fn tail(count: usize, expected: f64) -> f64 {
    let count = count as f64;
    if count <= expected { 1.0 } else { (count - expected - count * (count / expected).ln()).exp() }
}

fn key(figures: &[Figure]) -> String {
    use crate::code::Code;
    figures.iter().map(|(test, _, figure)| format!("{}={figure}", test.code())).collect::<Vec<_>>().join(",")
}

/// Pairs of tests, close in time, of what looks like one appliance under two tags.
fn twins<'a>(sorted: &[&'a Done], minutes: u32) -> Vec<(&'a Done, &'a Done, &'static str)> {
    let mut seen = BTreeSet::new();
    let mut found = vec![];
    let within = Duration::minutes(i64::from(minutes));
    let timed: Vec<&Done> = sorted.iter().filter(|test| test.timed()).copied().collect();
    let mut by_identity: BTreeMap<&str, &Done> = BTreeMap::new();
    for test in timed.iter().filter(|test| !test.identity.is_empty()) {
        let before = by_identity.insert(&test.identity, test);
        if let Some(before) = before.filter(|one| one.asset_id != test.asset_id && test.at - one.at <= within) {
            seen.insert((before.asset_id, test.asset_id));
            found.push((before, *test, "the same make, model and serial number"));
        }
    }
    // Three figures and more, alike to the last digit, one test after the other.
    for pair in timed.windows(2) {
        if let [a, b] = pair
            && a.asset_id != b.asset_id
            && a.figures.len() > LEAST_FIGURES
            && a.figures == b.figures
            && b.at - a.at <= within
            && !seen.contains(&(a.asset_id, b.asset_id))
        {
            found.push((*a, *b, "the same readings, one directly after the other"));
        }
    }
    found
}

/// Tests one after the other at two addresses, closer in time than the way between can be.
fn sites<'a>(sorted: &[&'a Done], minutes: u32) -> Vec<(&'a Done, &'a Done)> {
    let timed: Vec<&Done> = sorted.iter().filter(|test| test.timed()).copied().collect();
    let apart = |a: &Done, b: &Done| {
        let other = a.site_id != b.site_id && !a.address.is_empty() && !b.address.is_empty();
        other && a.address != b.address && b.at - a.at < Duration::minutes(i64::from(minutes))
    };
    let pairs = timed.windows(2).filter_map(|pair| match pair {
        [a, b] if apart(a, b) => Some((*a, *b)),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
#[path = "signals_tests.rs"]
mod tests;
