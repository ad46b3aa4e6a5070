//! Importing what testers recorded: what becomes of each record, and why a tester's pass may not stand.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::codes;
use crate::equipment::{EquipmentClass, EquipmentType};
use crate::judged::ReadingVerdict;
use crate::reading::ReadingTest;
use crate::ruleset::RuleSet;
use crate::sequence::Sequence;
use crate::subject::Subject;
use crate::verdict::{Judgement, TestInput, Verdict, judge, judge_in_sequence};

codes!(
    /// How the records of a file find their assets.
    Matching, "way of matching", {
    Tag = "tag", "By tag or the customer's own number; what is unknown becomes a new asset";
    Place = "place", "By site, place and number; what is unknown becomes a new asset";
    Inbox = "inbox", "By tag or number; what is unknown waits to be claimed";
});

codes!(
    /// What becomes of a record.
    Outcome, "outcome", {
    Matched = "matched", "On a known asset";
    New = "new", "On a new asset";
    Moves = "moves", "On a known asset that the file places elsewhere";
    Duplicate = "duplicate", "There already";
    Inbox = "inbox", "Waits to be claimed";
    Refused = "refused", "Refused";
});

impl Outcome {
    /// Whether such a record is published with the rest.
    pub fn is_published(self) -> bool {
        matches!(self, Self::Matched | Self::New | Self::Moves)
    }
}

codes!(
    /// How far an import is.
    ImportState, "state of an import", {
    Reading = "reading", "Being read";
    Judging = "judging", "Being judged again";
    Staged = "staged", "Ready to be published";
    Publishing = "publishing", "Being published";
    Published = "published", "Published";
    Undoing = "undoing", "Being undone";
    Undone = "undone", "Undone";
    Dropped = "dropped", "Dropped before it was published";
});

codes!(
    /// Why a test that its tester passed is no pass here, the gravest first.
    Cause, "cause", {
    OverLimit = "over_limit", "Beyond the limit";
    ClassUnknown = "class_unknown", "Equipment class or type not known";
    LeadUnknown = "lead_unknown", "Length of the lead not known";
    NotSeen = "not_seen", "No visual inspection recorded";
    ReadingMissing = "reading_missing", "A required reading is missing";
    NotProven = "not_proven", "A reading proves nothing";
});

/// How many records came to what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Records by outcome.
    pub outcomes: BTreeMap<Outcome, i64>,
    /// Suspicious passes by cause.
    pub causes: BTreeMap<Cause, i64>,
    /// Assets that were made, once published.
    pub made: i64,
    /// Tests that were recorded, once published.
    pub recorded: i64,
}

impl Counts {
    /// Counts one record.
    pub fn add(&mut self, outcome: Outcome, cause: Option<Cause>) {
        *self.outcomes.entry(outcome).or_default() += 1;
        if let Some(cause) = cause {
            *self.causes.entry(cause).or_default() += 1;
        }
    }

    /// How many records came to this.
    pub fn of(&self, outcome: Outcome) -> i64 {
        self.outcomes.get(&outcome).copied().unwrap_or(0)
    }

    /// Every record read.
    pub fn read(&self) -> i64 {
        self.outcomes.values().sum()
    }

    /// Every suspicious pass.
    pub fn suspicious(&self) -> i64 {
        self.causes.values().sum()
    }

    /// How many records are, or are to be, published.
    pub fn to_publish(&self) -> i64 {
        self.outcomes.iter().filter(|(outcome, _)| outcome.is_published()).map(|(_, count)| count).sum()
    }
}

/// Judges a test of an item of which class or type may not be known.
///
/// It passes where it would pass, and fails where it would fail, whatever the item is; else it is incomplete, judged as
/// the item for which it is. `not_lead` says that whatever it is, it is no lead, which is tested otherwise. What the
/// sequence of its category asks for is needed too, where that is for such an item.
pub fn judge_unknown(
    rules: &RuleSet,
    (class, kind, not_lead): (Option<EquipmentClass>, Option<EquipmentType>, bool),
    subject: impl Fn(EquipmentClass, EquipmentType) -> Subject,
    (input, sequence): (&TestInput, Option<&Sequence>),
) -> Judgement {
    let judged = |subject: Subject| match sequence.filter(|one| one.fits(&subject, input.kind, rules)) {
        Some(sequence) => judge_in_sequence(rules, &subject, input, sequence),
        None => judge(rules, &subject, input),
    };
    // What the limits of the other classes ask for, one of these two asks for as well.
    let classes = class.map_or(vec![EquipmentClass::I, EquipmentClass::II], |class| vec![class]);
    let types = match kind {
        Some(kind) => vec![kind],
        None if not_lead => vec![EquipmentType::Portable],
        None => vec![EquipmentType::Portable, EquipmentType::Lead],
    };
    let mut all = classes
        .iter()
        .flat_map(|class| types.iter().map(|kind| judged(subject(*class, *kind))))
        .collect::<Vec<_>>();
    let agreed = all.windows(2).all(|pair| match pair {
        [one, other] => one.verdict == other.verdict,
        _ => true,
    });
    // Without agreement and without one that is incomplete, the fail stands.
    let rank = |judgement: &Judgement| match judgement.verdict {
        Verdict::Incomplete => 0,
        Verdict::Fail => 1,
        Verdict::Pass => 2,
    };
    let chosen = match agreed {
        true => 0,
        false => (0..all.len()).min_by_key(|at| all.get(*at).map_or(3, rank)).unwrap_or(0),
    };
    all.swap_remove(chosen)
}

/// Why a test that its tester passed is no pass by our rules; none where it is one.
pub fn suspicion(judgement: &Judgement, known: bool, seen: bool) -> Option<Cause> {
    if judgement.verdict == Verdict::Pass {
        return None;
    }
    let readings = || judgement.readings.iter();
    let has = |verdict: ReadingVerdict| readings().any(|reading| reading.verdict == verdict);
    let lead = |reading: &crate::judged::JudgedReading| {
        reading.test == ReadingTest::EarthContinuity
            && reading.verdict == ReadingVerdict::NotProven
            && reading.limit.as_ref().is_some_and(|limit| limit.fails_beyond.is_some())
    };
    Some(match () {
        () if judgement.verdict == Verdict::Fail => Cause::OverLimit,
        () if !known => Cause::ClassUnknown,
        () if readings().any(lead) => Cause::LeadUnknown,
        () if !seen => Cause::NotSeen,
        () if has(ReadingVerdict::Missing) => Cause::ReadingMissing,
        () => Cause::NotProven,
    })
}

#[cfg(test)]
#[path = "test_import_tests.rs"]
mod tests;
