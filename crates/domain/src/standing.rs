//! Whether an asset may be used: a pure fold over its tests and releases, however and whenever they arrived.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::equipment::TestKind;
use crate::verdict::Verdict;

/// What the standing and the due dates need of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestRecord {
    /// Place in the ledger: the order in which tests were received.
    pub sequence: i64,
    /// Kind of inspection.
    pub kind: TestKind,
    /// Outcome.
    pub verdict: Verdict,
    /// When it was done, by the engineer's account.
    pub performed_at: DateTime<Utc>,
    /// The sequence of the test that it corrects.
    pub supersedes: Option<i64>,
    /// Whether it was taken back without a correction, as by undoing an import.
    pub withdrawn: bool,
    /// Whether a pass of it returns a failed asset to service: a test after repair under the rule set set for that.
    pub returns: bool,
    /// When it counted for another asset than it does now: whoever tested this one then did not know of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub away: Vec<Away>,
}

/// A time during which a test counted for another asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    /// That asset.
    pub asset: i64,
    /// From this place in the ledger,
    pub since: i64,
    /// up to this one, without it.
    pub until: i64,
}

impl TestRecord {
    /// The asset that it counted for at a place in the ledger; none where that is the one it counts for now.
    fn home_at(&self, at: i64) -> Option<i64> {
        self.away.iter().find(|away| away.since <= at && at < away.until).map(|away| away.asset)
    }
}

/// A person's recorded decision that all known so far is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Place in the ledger; it settles what was received before it, nothing after.
    pub sequence: i64,
    /// The asset whose history the person had seen, where that is not the one it counts for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<i64>,
}

codes!(
    /// Why an asset is locked, gravest first.
    LockWhy, "cause of a lock", {
    Conflict = "conflict", "A fail arrived after a later pass was recorded; a person must review it";
    Failed = "failed", "It failed, and no test after repair passed since";
    Corrected = "corrected", "A failed record was corrected or withdrawn; a correction alone unlocks nothing";
});

/// A lock and the failed test behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockCause {
    /// Why.
    pub why: LockWhy,
    /// The failed test's place in the ledger.
    pub sequence: i64,
    /// Its kind.
    pub kind: TestKind,
    /// When it was done.
    pub performed_at: DateTime<Utc>,
}

/// The last test that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastTest {
    /// Its place in the ledger.
    pub sequence: i64,
    /// Its kind.
    pub kind: TestKind,
    /// Its outcome.
    pub verdict: Verdict,
    /// When it was done.
    pub performed_at: DateTime<Utc>,
}

/// Whether an asset may be used, and why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The gravest open lock; none where the asset may be used.
    pub locked: Option<LockCause>,
    /// Every open lock, gravest first, then latest first.
    pub open: Vec<LockCause>,
    /// The last test by time, not counting corrected and withdrawn ones.
    pub last: Option<LastTest>,
    /// What all tests together amount to: a fail until a test after repair passes, an incomplete one until one that
    /// covers as much passes, else what the last inspection came to. None where only its user ever checked it.
    pub verdict: Option<Verdict>,
    /// The test that keeps it from being a pass; none where it is one.
    pub against: Option<i64>,
    /// The latest fail that a manager's release settled although no test after repair passed since: used on a
    /// person's word, not proven.
    pub overridden: Option<LockCause>,
}

/// Folds tests and releases, given in any order.
pub fn standing(tests: &[TestRecord], releases: &[Release]) -> Standing {
    let history = History::of(tests);
    let fails = tests.iter().filter(|test| test.verdict == Verdict::Fail);
    let mut locks: Vec<LockCause> = fails.filter_map(|fail| history.lock_of(fail)).collect();
    locks.sort_by_key(|lock| (lock.why, std::cmp::Reverse((lock.performed_at, lock.sequence))));
    let (open, closed): (Vec<_>, Vec<_>) =
        locks.into_iter().partition(|lock| !releases.iter().any(|release| history.settles(release, lock)));
    let overridden = closed.into_iter().find(|lock| lock.why == LockWhy::Failed);
    let counting = counting(tests);
    let failed = open.first().or(overridden.as_ref()).map(|lock| (Verdict::Fail, lock.sequence));
    let short = || unproven(&counting).map(|test| (Verdict::Incomplete, test.sequence));
    let against = failed.or_else(short);
    let inspected = counting.iter().rfind(|test| weight(test.kind) > weight(TestKind::UserCheck));
    Standing {
        locked: open.first().copied(),
        open,
        last: counting.last().map(|t| last(t)),
        verdict: against.map(|(verdict, _)| verdict).or(inspected.map(|test| test.verdict)),
        against: against.map(|(_, sequence)| sequence),
        overridden,
    }
}

/// The incomplete test, the heaviest first, that nothing which covers as much has made good since.
fn unproven<'a>(counting: &[&'a TestRecord]) -> Option<&'a TestRecord> {
    let made_good = |at: usize, short: &TestRecord| {
        let mut later = counting[at + 1..].iter();
        later.any(|test| test.verdict != Verdict::Incomplete && weight(test.kind) >= weight(short.kind))
    };
    let open = counting.iter().enumerate().filter(|(_, test)| test.verdict == Verdict::Incomplete);
    let open = open.filter(|(at, test)| !made_good(*at, test)).map(|(_, test)| *test);
    open.max_by_key(|test| (weight(test.kind), when(test)))
}

fn last(test: &TestRecord) -> LastTest {
    let TestRecord { sequence, kind, verdict, performed_at, .. } = *test;
    LastTest { sequence, kind, verdict, performed_at }
}

/// The tests that count, by time performed, then by sequence.
pub fn counting(tests: &[TestRecord]) -> Vec<&TestRecord> {
    let history = History::of(tests);
    let mut list: Vec<_> = tests.iter().filter(|t| history.stands(t)).collect();
    list.sort_by_key(|t| when(t));
    list
}

fn when(test: &TestRecord) -> (DateTime<Utc>, i64) {
    (test.performed_at, test.sequence)
}

/// How much a kind of inspection covers; a heavier one includes the lighter.
pub fn weight(kind: TestKind) -> u8 {
    match kind {
        TestKind::UserCheck => 0,
        TestKind::FormalVisual => 1,
        TestKind::Combined | TestKind::NewToService | TestKind::AfterRepair => 2,
    }
}

/// The tests of one asset with the links between them.
struct History<'a> {
    by_sequence: BTreeMap<i64, &'a TestRecord>,
    superseded: BTreeSet<i64>,
}

enum Outdone {
    No,
    /// By a pass that was already recorded when the fail arrived: whoever passed it did not know of the fail.
    BeforeArrival,
    AfterArrival,
}

impl<'a> History<'a> {
    fn of(tests: &'a [TestRecord]) -> Self {
        let corrections = tests.iter().filter_map(|t| t.supersedes.filter(|s| *s < t.sequence));
        Self {
            superseded: corrections.collect(),
            by_sequence: tests.iter().map(|t| (t.sequence, t)).collect(),
        }
    }

    fn stands(&self, test: &TestRecord) -> bool {
        !test.withdrawn && !self.superseded.contains(&test.sequence)
    }

    fn lock_of(&self, fail: &TestRecord) -> Option<LockCause> {
        let why = match (self.outdone(fail), self.stands(fail)) {
            (Outdone::AfterArrival, _) => return None,
            (Outdone::BeforeArrival, _) => LockWhy::Conflict,
            (Outdone::No, true) => LockWhy::Failed,
            (Outdone::No, false) => LockWhy::Corrected,
        };
        Some(LockCause { why, sequence: fail.sequence, kind: fail.kind, performed_at: fail.performed_at })
    }

    fn outdone(&self, fail: &TestRecord) -> Outdone {
        let passes = self.by_sequence.values().filter(|pass| self.contradicts(pass, fail));
        let (knew, apart): (Vec<&TestRecord>, Vec<&TestRecord>) =
            passes.copied().partition(|pass| self.met(pass, fail));
        // A corrected pass arrived when its first version did: correcting it reviews no conflict.
        if knew.iter().any(|pass| self.first_version(pass) < fail.sequence) {
            return Outdone::BeforeArrival;
        }
        // A plain pass after a fail says that somebody measured again, not that what failed was put right.
        if knew.iter().any(|pass| pass.returns) {
            return Outdone::AfterArrival;
        }
        if apart.iter().any(|pass| pass.returns) { Outdone::BeforeArrival } else { Outdone::No }
    }

    /// Whether two tests stood in one history when the later one of them arrived. Where histories were merged since,
    /// whoever passed the one thing knew nothing of the other's fail.
    fn met(&self, pass: &TestRecord, fail: &TestRecord) -> bool {
        let first = self.first_version(pass);
        let told = self.by_sequence.get(&first).copied().unwrap_or(pass);
        let at = first.max(fail.sequence);
        told.home_at(at) == fail.home_at(at)
    }

    /// Whether a person who released had the fail behind a lock before them.
    fn settles(&self, release: &Release, lock: &LockCause) -> bool {
        let home = self.by_sequence.get(&lock.sequence).and_then(|fail| fail.home_at(release.sequence));
        release.sequence >= lock.sequence && home == release.then
    }

    fn contradicts(&self, pass: &TestRecord, fail: &TestRecord) -> bool {
        pass.verdict == Verdict::Pass
            && weight(pass.kind) >= weight(fail.kind)
            && when(pass) > when(fail)
            && self.stands(pass)
            && self.first_version(pass) != self.first_version(fail)
    }

    /// The sequence of the record that a chain of corrections began with.
    ///
    /// A pass that corrects a fail is the same test told anew: it cannot release that fail.
    fn first_version(&self, test: &TestRecord) -> i64 {
        let mut at = test.sequence;
        let before = |at: i64| self.by_sequence.get(&at).and_then(|t| t.supersedes).filter(|s| *s < at);
        while let Some(earlier) = before(at) {
            at = earlier;
        }
        at
    }
}

#[cfg(test)]
#[path = "standing_tests.rs"]
mod tests;
