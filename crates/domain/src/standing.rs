//! Whether an asset may be used: a pure fold over its tests, holds and releases, however and whenever they arrived.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::code::Code;
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

/// The asset that something counted for at a place in the ledger; none where that is the one it counts for now.
fn home_at(away: &[Away], at: i64) -> Option<i64> {
    away.iter().find(|away| away.since <= at && at < away.until).map(|away| away.asset)
}

codes!(
    /// Why something was put on hold though no test failed.
    HoldWhy, "cause of a hold", {
    Reported = "reported", "Reported as dangerous";
    Opened = "opened", "Its enclosure was opened";
});

/// Something that keeps an asset from being used though no test failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Place in the ledger.
    pub sequence: i64,
    /// Why.
    pub why: HoldWhy,
    /// When it was so.
    pub at: DateTime<Utc>,
    /// When it counted for another asset than it does now.
    pub away: Vec<Away>,
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

/// What was written of an asset beside its tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// What put it on hold.
    pub holds: Vec<Hold>,
    /// What released it.
    pub releases: Vec<Release>,
}

codes!(
    /// Why an asset is locked, gravest first.
    LockWhy, "cause of a lock", {
    Conflict = "conflict", "A fail arrived after a later pass was recorded; a person must review it";
    Failed = "failed", "It failed, and no test after repair passed since";
    Reported = "reported", "Reported as dangerous; no test after repair passed since";
    Opened = "opened", "Its enclosure was opened; no test after repair passed since";
    Corrected = "corrected", "A failed record was corrected or withdrawn; a correction alone unlocks nothing";
});

/// What stands behind a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behind {
    /// A failed test.
    Test(TestKind),
    /// A hold.
    Hold(HoldWhy),
}

impl Behind {
    /// What it is, for the beginning of a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Test(kind) => kind.label(),
            Self::Hold(HoldWhy::Reported) => "Report",
            Self::Hold(HoldWhy::Opened) => "Opening",
        }
    }

    /// What it is, for the middle of a sentence.
    pub fn noun(self) -> String {
        match self {
            Self::Test(kind) => kind.noun(),
            Self::Hold(_) => self.label().to_lowercase(),
        }
    }
}

/// A lock and the failed test or the hold behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockCause {
    /// Why.
    pub why: LockWhy,
    /// The place in the ledger of what stands behind it.
    pub sequence: i64,
    /// What that is.
    pub behind: Behind,
    /// When it was done, reported or opened.
    pub at: DateTime<Utc>,
}

impl LockCause {
    /// Why, in a sentence without its full stop.
    pub fn reason(&self) -> &'static str {
        match (self.why, self.behind) {
            (LockWhy::Conflict, Behind::Hold(_)) => {
                "A report of danger arrived after a later test after repair had passed; a person must review it"
            }
            (why, _) => why.label(),
        }
    }

    fn is_hold(&self) -> bool {
        matches!(self.behind, Behind::Hold(_))
    }

    /// Whether only proof settles it: a release of it is used on a person's word. A report is a claim, which
    /// whoever reviews it may find to be wrong.
    fn wants_proof(&self) -> bool {
        matches!(self.why, LockWhy::Failed | LockWhy::Opened)
    }
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The gravest open lock; none where the asset may be used.
    pub locked: Option<LockCause>,
    /// Every open lock, gravest first, then latest first.
    pub open: Vec<LockCause>,
    /// The last test by time, not counting corrected and withdrawn ones.
    pub last: Option<LastTest>,
    /// What all tests together amount to: a fail until a test after repair passes, an incomplete one until one that
    /// covers as much passes, else what the last inspection came to; a pass is incomplete while a hold stands that
    /// nothing proved wrong. None where only its user ever checked it.
    pub verdict: Option<Verdict>,
    /// The test that keeps it from being a pass; none where it is one, and where a hold alone does.
    pub against: Option<i64>,
    /// The latest fail or opening that a manager's release settled although no test after repair passed since: used
    /// on a person's word, not proven.
    pub overridden: Option<LockCause>,
}

impl Standing {
    /// Whether a release now would be an override.
    pub fn would_override(&self) -> bool {
        self.open.iter().any(LockCause::wants_proof)
    }
}

/// Folds tests, holds and releases, given in any order.
pub fn standing(tests: &[TestRecord], marks: &Marks) -> Standing {
    let history = History::of(tests);
    let fails = tests.iter().filter(|test| test.verdict == Verdict::Fail);
    let fails = fails.filter_map(|fail| Some((history.lock_of(fail)?, &fail.away[..])));
    let holds = marks.holds.iter().filter_map(|hold| Some((history.lock_of_hold(hold)?, &hold.away[..])));
    let mut locks: Vec<(LockCause, &[Away])> = fails.chain(holds).collect();
    locks.sort_by_key(|(lock, _)| (lock.why, std::cmp::Reverse((lock.at, lock.sequence))));
    let released = |(lock, away): &(LockCause, &[Away])| {
        marks.releases.iter().any(|release| settles(release, lock, away))
    };
    let (closed, open): (Vec<_>, Vec<_>) = locks.into_iter().partition(released);
    let open: Vec<LockCause> = open.into_iter().map(|(lock, _)| lock).collect();
    let overridden = closed.into_iter().map(|(lock, _)| lock).find(LockCause::wants_proof);
    let counting = counting(tests);
    let mut standing = Standing {
        locked: open.first().copied(),
        open,
        last: counting.last().map(|t| last(t)),
        verdict: None,
        against: None,
        overridden,
    };
    (standing.verdict, standing.against) = amount(&standing, &counting);
    standing
}

/// What tests amount to beside these locks, and the test that keeps them from being a pass.
fn amount(standing: &Standing, counting: &[&TestRecord]) -> (Option<Verdict>, Option<i64>) {
    let barring = || standing.open.iter().chain(&standing.overridden);
    let failed = barring().find(|lock| !lock.is_hold()).map(|lock| (Verdict::Fail, lock.sequence));
    let short = || unproven(counting).map(|test| (Verdict::Incomplete, test.sequence));
    if let Some((verdict, sequence)) = failed.or_else(short) {
        return (Some(verdict), Some(sequence));
    }
    let inspected = counting.iter().rfind(|test| weight(test.kind) > weight(TestKind::UserCheck));
    let held = |verdict| match verdict {
        Verdict::Pass if barring().any(LockCause::is_hold) => Verdict::Incomplete,
        verdict => verdict,
    };
    (inspected.map(|test| held(test.verdict)), None)
}

/// Whether a person who released had before them what stands behind a lock.
fn settles(release: &Release, lock: &LockCause, away: &[Away]) -> bool {
    release.sequence >= lock.sequence && home_at(away, release.sequence) == release.then
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
        let behind = Behind::Test(fail.kind);
        Some(LockCause { why, sequence: fail.sequence, behind, at: fail.performed_at })
    }

    /// Only a test after repair says anything of a hold: what nobody failed, nobody measured either.
    fn lock_of_hold(&self, hold: &Hold) -> Option<LockCause> {
        let later = |pass: &&TestRecord| {
            pass.verdict == Verdict::Pass
                && pass.returns
                && self.stands(pass)
                && when(pass) > (hold.at, hold.sequence)
        };
        let passes = self.by_sequence.values().copied().filter(later);
        let (knew, apart): (Vec<_>, Vec<_>) =
            passes.partition(|pass| self.met(pass, (hold.sequence, &hold.away)));
        let unaware = knew.iter().any(|pass| self.first_version(pass) < hold.sequence);
        let aware = knew.iter().any(|pass| self.first_version(pass) > hold.sequence);
        let why = match hold.why {
            HoldWhy::Reported if unaware || (!aware && !apart.is_empty()) => LockWhy::Conflict,
            _ if aware => return None,
            HoldWhy::Reported => LockWhy::Reported,
            HoldWhy::Opened => LockWhy::Opened,
        };
        Some(LockCause { why, sequence: hold.sequence, behind: Behind::Hold(hold.why), at: hold.at })
    }

    fn outdone(&self, fail: &TestRecord) -> Outdone {
        let passes = self.by_sequence.values().filter(|pass| self.contradicts(pass, fail));
        let (knew, apart): (Vec<&TestRecord>, Vec<&TestRecord>) =
            passes.copied().partition(|pass| self.met(pass, (fail.sequence, &fail.away)));
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

    /// Whether a pass and what locks stood in one history when the later one of them arrived. Where histories were
    /// merged since, whoever passed the one thing knew nothing of the other's fail.
    fn met(&self, pass: &TestRecord, (sequence, away): (i64, &[Away])) -> bool {
        let first = self.first_version(pass);
        let told = self.by_sequence.get(&first).copied().unwrap_or(pass);
        let at = first.max(sequence);
        home_at(&told.away, at) == home_at(away, at)
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
