//! The verdict of a test: every reading judged with a reason, and whether all that is required is proven.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::codes;
use crate::equipment::TestKind;
use crate::judged::judge_readings;
pub use crate::judged::{JudgedReading, ReadingVerdict};
use crate::limits::{Case, Subject, limit_for};
use crate::quantity::Decimal;
use crate::reading::{Reading, ReadingTest};
pub use crate::requirements::{Need, Requirement, requirements};
use crate::requirements::{required_rules, sockets};
use crate::ruleset::{InsteadWhen, RequireRule, RuleSet};
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
    let mut readings = judge_readings(rules, subject, &input.readings);
    let mut look = look(&input.visual);
    let unsuitable = input.insulation_unsuitable.as_deref().map(str::trim).filter(|why| !why.is_empty());
    if let Some(why) = unsuitable {
        look.reasons.push(format!("Insulation resistance is marked as unsuitable for this item: {why}"));
    }
    let mut complete = look.looked;
    for rule in required_rules(rules, subject, input.kind) {
        let alternatives: &[ReadingTest] = match rule.instead_when {
            InsteadWhen::InsulationUnsuitable if unsuitable.is_none() => &[],
            _ => &rule.instead,
        };
        for socket in sockets(rule, subject) {
            let found = fulfil(&input.readings, &readings, rule.test, socket, alternatives);
            complete &= found == Found::Proven;
            if found == Found::Nothing {
                readings.push(missing(rules, subject, rule, socket, !alternatives.is_empty()));
            }
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

struct Look {
    looked: bool,
    failed: bool,
    reasons: Vec<String>,
}

fn look(visual: &BTreeMap<VisualItem, VisualResult>) -> Look {
    let failures = visual.iter().filter(|(_, result)| **result == VisualResult::Fail);
    let mut reasons: Vec<String> = failures
        .map(|(item, _)| format!("Visual inspection: {} failed.", item.label().to_lowercase()))
        .collect();
    let failed = !reasons.is_empty();
    // "Not applicable" alone says that nothing was looked at.
    let looked = visual.values().any(|result| *result != VisualResult::NotApplicable);
    if !looked {
        reasons.push("No visual item is recorded; look at the item and record at least one.".to_owned());
    }
    Look { looked, failed, reasons }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Proven,
    Unproven,
    Nothing,
}

/// Whether a required test is proven, by its own readings or by those of one alternative.
fn fulfil(
    given: &[Reading],
    judged: &[JudgedReading],
    test: ReadingTest,
    socket: Option<u32>,
    alternatives: &[ReadingTest],
) -> Found {
    let own = proof_of(given, judged, test, socket);
    let others: Vec<Found> = alternatives.iter().map(|test| proof_of(given, judged, *test, None)).collect();
    if own == Found::Proven || others.contains(&Found::Proven) {
        return Found::Proven;
    }
    if own == Found::Unproven || others.contains(&Found::Unproven) { Found::Unproven } else { Found::Nothing }
}

/// One pass proves it, unless another reading of the same test there failed or left it open:
/// of two earth points measured, the good one says nothing about the other.
fn proof_of(given: &[Reading], judged: &[JudgedReading], test: ReadingTest, socket: Option<u32>) -> Found {
    let mut found = Found::Nothing;
    for (reading, judged) in given.iter().zip(judged).filter(|(r, _)| counts_for(r, test, socket)) {
        match judged.verdict {
            ReadingVerdict::Fail | ReadingVerdict::NotProven => return Found::Unproven,
            ReadingVerdict::Pass if reading.multiplier.is_none_or(|m| m == Decimal::ONE) => {
                found = Found::Proven
            }
            _ => {}
        }
    }
    found
}

fn counts_for(reading: &Reading, test: ReadingTest, socket: Option<u32>) -> bool {
    reading.test == test && (socket.is_none() || reading.socket == socket)
}

fn missing(
    rules: &RuleSet,
    subject: &Subject,
    rule: &RequireRule,
    socket: Option<u32>,
    others: bool,
) -> JudgedReading {
    let place = socket.map(|n| format!(" at socket {n}")).unwrap_or_default();
    let names = |tests: &[ReadingTest]| tests.iter().map(|t| t.noun()).collect::<Vec<_>>().join(" or ");
    let noun = rule.test.noun();
    let reason = match rule.instead.is_empty() {
        true => format!("No reading of {noun}{place} is recorded, and it is required."),
        false if others => {
            format!("No reading of {noun}{place} is recorded, nor of {}.", names(&rule.instead))
        }
        false => format!(
            "No reading of {noun}{place} is recorded; where the item must not be tested for it, \
             mark it as unsuitable with a reason and measure {}.",
            names(&rule.instead)
        ),
    };
    JudgedReading {
        test: rule.test,
        socket,
        phase: None,
        value: None,
        verdict: ReadingVerdict::Missing,
        limit: limit_for(rules, rule.test, &Case::of(subject)),
        margin: None,
        reason,
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
