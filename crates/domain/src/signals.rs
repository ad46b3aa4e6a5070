//! What in the records of a day asks for a second look. A signal is a fact about records with the records behind it;
//! there may be a good reason for each, and none changes a verdict.

mod kind;
mod likeness;

pub use kind::{SignalKind, Thresholds};

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use crate::reading::ReadingTest;

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
    /// What was noticed.
    pub kind: SignalKind,
    /// The facts in one or two sentences.
    pub words: String,
    /// The tests behind it, the earliest first.
    pub tests: Vec<String>,
}

/// Clocks of two machines may differ by so many minutes.
const CLOCKS_DIFFER: i64 = 5;

/// The signals of one person's tests of one day, given in any order.
pub fn signals(done: &[Done], thresholds: &Thresholds) -> Vec<Signal> {
    let mut sorted: Vec<&Done> = done.iter().collect();
    sorted.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    let mut found = vec![];
    let mut tell = |kind, (words, tests): (String, Vec<&Done>)| {
        let tests = tests.into_iter().map(|test| test.id.clone()).collect();
        found.push(Signal { kind, words, tests });
    };
    pace(&sorted, thresholds).into_iter().for_each(|one| tell(SignalKind::Pace, one));
    let clones = likeness::clones(&sorted, thresholds);
    let twins = likeness::twins(&sorted, thresholds, &clones);
    clones.into_iter().for_each(|one| tell(SignalKind::Cloned, one));
    twins.into_iter().for_each(|one| tell(SignalKind::Twins, one));
    night(&sorted, thresholds).into_iter().for_each(|one| tell(SignalKind::Night, one));
    future(&sorted).into_iter().for_each(|one| tell(SignalKind::Future, one));
    before_purchase(&sorted).into_iter().for_each(|one| tell(SignalKind::BeforePurchase, one));
    two_sites(&sorted, thresholds).into_iter().for_each(|one| tell(SignalKind::TwoSites, one));
    found
}

type Noticed<'a> = (String, Vec<&'a Done>);

fn clock(test: Option<&&Done>) -> String {
    test.map(|test| test.local.format("%H:%M").to_string()).unwrap_or_default()
}

fn plural(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// The hour with the most measured tests, where they are more than is usual.
fn pace<'a>(sorted: &[&'a Done], thresholds: &Thresholds) -> Option<Noticed<'a>> {
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
    let most = usize::try_from(thresholds.per_hour).unwrap_or(usize::MAX);
    let window = timed.get(best).filter(|window| most > 0 && window.len() > most)?;
    let (from, to) = (clock(window.first()), clock(window.last()));
    let words =
        format!("{} measured tests within an hour, {from} to {to}; 30 to 50 are usual.", window.len());
    Some((words, window.to_vec()))
}

fn night<'a>(sorted: &[&'a Done], thresholds: &Thresholds) -> Option<Noticed<'a>> {
    let (from, until) = (thresholds.night_from, thresholds.night_until);
    let dark = |hour: u32| match from <= until {
        true => (from..until).contains(&hour),
        false => hour >= from || hour < until,
    };
    let tests: Vec<&Done> =
        sorted.iter().filter(|test| test.timed() && dark(test.local.hour())).copied().collect();
    let first = tests.first()?;
    let count = plural(tests.len(), "test");
    let words = format!(
        "{count} between {from}:00 and {until}:00 by the site's clock, the first at {}.",
        clock(Some(first))
    );
    Some((words, tests))
}

fn future<'a>(sorted: &[&'a Done]) -> Option<Noticed<'a>> {
    let ahead = |test: &&Done| test.at > test.received + Duration::minutes(CLOCKS_DIFFER);
    let tests: Vec<&Done> = sorted.iter().copied().filter(|test| ahead(test)).collect();
    let most = tests.iter().map(|test| (test.at - test.received).num_minutes()).max()?;
    let ahead = if most < 120 { plural(usize::try_from(most).unwrap_or(0), "minute") } else { days(most) };
    let words = format!("{} dated up to {ahead} after it was received.", plural(tests.len(), "test"));
    Some((words, tests))
}

fn days(minutes: i64) -> String {
    let hours = usize::try_from(minutes / 60).unwrap_or(0);
    if hours < 48 { plural(hours, "hour") } else { plural(hours / 24, "day") }
}

fn before_purchase<'a>(sorted: &[&'a Done]) -> Option<Noticed<'a>> {
    let early = |test: &&Done| test.purchased_on.is_some_and(|on| test.local.date() < on);
    let tests: Vec<&Done> = sorted.iter().copied().filter(|test| early(test)).collect();
    let on = tests.first()?.purchased_on?;
    let words = match tests.len() {
        1 => format!("The asset is recorded as bought on {on}, after this test."),
        count => format!("{count} assets are recorded as bought after these tests, one of them on {on}."),
    };
    Some((words, tests))
}

/// Tests one after the other at two addresses, closer in time than the way between can be.
fn two_sites<'a>(sorted: &[&'a Done], thresholds: &Thresholds) -> Option<Noticed<'a>> {
    let timed: Vec<&Done> = sorted.iter().filter(|test| test.timed()).copied().collect();
    let within = Duration::minutes(i64::from(thresholds.site_minutes));
    let apart = |a: &Done, b: &Done| {
        let known = !a.address.is_empty() && !b.address.is_empty();
        a.site_id != b.site_id && known && a.address != b.address && b.at - a.at < within
    };
    let pairs: Vec<(&Done, &Done)> = timed
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] if apart(a, b) => Some((*a, *b)),
            _ => None,
        })
        .collect();
    let shortest = pairs.iter().map(|(a, b)| (b.at - a.at).num_minutes()).min()?;
    let words = match pairs.len() {
        1 => format!(
            "Tests at two addresses, {} apart.",
            plural(usize::try_from(shortest).unwrap_or(0), "minute")
        ),
        count => format!(
            "{count} times from one address to another between two tests, the quickest in {}.",
            plural(usize::try_from(shortest).unwrap_or(0), "minute")
        ),
    };
    let mut tests: Vec<&Done> = pairs.into_iter().flat_map(|(a, b)| [a, b]).collect();
    tests.dedup_by(|a, b| a.id == b.id);
    Some((words, tests))
}

#[cfg(test)]
#[path = "signals_tests.rs"]
mod tests;
