//! The verdict of a test: every reading judged with a reason, and whether all that is required is proven.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::codes;
use crate::demand::{Demand, Found, rule_demands};
use crate::equipment::TestKind;
use crate::judged::judge_readings;
pub use crate::judged::{JudgedReading, ReadingVerdict};
use crate::limits::Subject;
use crate::reading::Reading;
pub use crate::requirements::{Need, Requirement, requirements};
use crate::ruleset::RuleSet;
use crate::sequence::Sequence;
use crate::visual::{VisualItem, VisualResult};

codes!(
    /// The outcome of a whole test.
    Verdict, "verdict", {
    Pass = "pass", "Pass";
    Fail = "fail", "Fail";
    Incomplete = "incomplete", "Incomplete";
});

/// What an engineer recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestInput {
    /// The kind of inspection.
    pub kind: TestKind,
    /// What was looked at.
    #[serde(default, deserialize_with = "crate::visual::each_item_once")]
    pub visual: BTreeMap<VisualItem, VisualResult>,
    /// What was measured.
    #[serde(default)]
    pub readings: Vec<Reading>,
    /// Why this item must not be tested for insulation; blank is as none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insulation_unsuitable: Option<String>,
}

/// A verdict with all that it rests on, as it is stored and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// The outcome.
    pub verdict: Verdict,
    /// Each reading in the order given, then each that is missing.
    pub readings: Vec<JudgedReading>,
    /// What beside the readings decided or explains the outcome, one sentence each.
    pub reasons: Vec<String>,
    /// Code of the rule set.
    pub ruleset: String,
    /// Its edition.
    pub edition: String,
    /// The version of its data.
    pub version: u32,
    /// The kind of inspection.
    pub kind: TestKind,
    /// The facts of the item that it was judged by.
    pub subject: Subject,
}

/// Judges a test: any fail fails; else anything required missing or not proven is incomplete; else it passes.
pub fn judge(rules: &RuleSet, subject: &Subject, input: &TestInput) -> Judgement {
    judge_demands(rules, subject, input, &[])
}

/// Judges a test that was taken by a sequence: what the sequence asks for is required too.
///
/// The rule set's own requirements stand whatever the sequence says; a sequence only ever adds to them.
pub fn judge_in_sequence(
    rules: &RuleSet,
    subject: &Subject,
    input: &TestInput,
    sequence: &Sequence,
) -> Judgement {
    judge_demands(rules, subject, input, &sequence.demands(rules, subject, input.kind))
}

fn judge_demands(rules: &RuleSet, subject: &Subject, input: &TestInput, added: &[Demand]) -> Judgement {
    let mut readings = judge_readings(rules, subject, &input.readings);
    let mut look = look(&input.visual);
    let unsuitable = input.insulation_unsuitable.as_deref().map(str::trim).filter(|why| !why.is_empty());
    if let Some(why) = unsuitable {
        look.reasons.push(format!("Insulation resistance is marked as unsuitable for this item: {why}"));
    }
    let mut complete = look.looked;
    let unsuitable = unsuitable.is_some();
    for demand in rule_demands(rules, subject, input.kind).iter().chain(added) {
        let found = demand.found(&input.readings, &readings, unsuitable);
        complete &= found == Found::Proven;
        if found == Found::Nothing {
            readings.push(demand.missing(rules, subject, unsuitable));
        }
    }
    let failed = look.failed || readings.iter().any(|r| r.verdict == ReadingVerdict::Fail);
    let verdict = match (failed, complete) {
        (true, _) => Verdict::Fail,
        (false, false) => Verdict::Incomplete,
        (false, true) => Verdict::Pass,
    };
    Judgement {
        verdict,
        readings,
        reasons: look.reasons,
        ruleset: rules.code.clone(),
        edition: rules.edition.clone(),
        version: rules.version,
        kind: input.kind,
        subject: subject.clone(),
    }
}

impl Judgement {
    /// Takes back a pass for a reason that lies outside of what was judged.
    pub fn hold(&mut self, reason: String) {
        if self.verdict == Verdict::Pass {
            self.verdict = Verdict::Incomplete;
        }
        self.reasons.push(reason);
    }
}

struct Look {
    looked: bool,
    failed: bool,
    reasons: Vec<String>,
}

fn look(visual: &BTreeMap<VisualItem, VisualResult>) -> Look {
    let failures = visual.iter().filter(|(_, result)| **result == VisualResult::Fail);
    let mut reasons: Vec<String> =
        failures.map(|(item, _)| format!("Visual inspection: {} failed.", item.noun())).collect();
    let failed = !reasons.is_empty();
    // "Not applicable" alone says that nothing was looked at.
    let looked = visual.values().any(|result| *result != VisualResult::NotApplicable);
    if !looked {
        reasons.push("No visual item is recorded; look at the item and record at least one.".to_owned());
    }
    Look { looked, failed, reasons }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
