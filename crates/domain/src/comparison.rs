//! The same readings under several rule sets, side by side: what passes one may fail another, and is shown.

use serde::{Deserialize, Serialize};

use crate::judged::JudgedReading;
use crate::reading::ReadingTest;
use crate::ruleset::RuleSet;
use crate::subject::Subject;
use crate::verdict::{Judgement, TestInput, judge};

/// Verdicts of one test under several rule sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The whole verdict under each, in the order asked for.
    pub judgements: Vec<Judgement>,
    /// One row for each reading, then for each that is missing under at least one.
    pub rows: Vec<ComparedReading>,
}

/// One reading under each rule set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedReading {
    /// What was or should have been measured.
    pub test: ReadingTest,
    /// At which socket.
    pub socket: Option<u32>,
    /// On which conductor or half-wave.
    pub phase: Option<String>,
    /// The value as given; none where missing.
    pub value: Option<String>,
    /// What it amounts to under each rule set; none where one neither has nor requires it.
    pub under: Vec<Option<JudgedReading>>,
}

impl Comparison {
    /// Whether the rule sets disagree on the outcome.
    pub fn differs(&self) -> bool {
        self.judgements.iter().zip(self.judgements.iter().skip(1)).any(|(a, b)| a.verdict != b.verdict)
    }
}

/// Judges a test under each of several rule sets.
pub fn compare(subject: &Subject, input: &TestInput, sets: &[&RuleSet]) -> Comparison {
    let judgements: Vec<Judgement> = sets.iter().map(|rules| judge(rules, subject, input)).collect();
    let given = input.readings.len();
    let mut rows: Vec<ComparedReading> = (0..given)
        .filter_map(|i| row(judgements.iter().map(|done| done.readings.get(i).cloned()).collect()))
        .collect();
    let missing = |done: &Judgement| done.readings.iter().skip(given).cloned().collect::<Vec<_>>();
    for one in judgements.iter().flat_map(missing) {
        let same = |other: &JudgedReading| other.test == one.test && other.socket == one.socket;
        if !rows.iter().any(|row| row.value.is_none() && row.test == one.test && row.socket == one.socket) {
            let under = |done: &Judgement| done.readings.iter().skip(given).find(|r| same(r)).cloned();
            rows.extend(row(judgements.iter().map(under).collect()));
        }
    }
    Comparison { judgements, rows }
}

fn row(under: Vec<Option<JudgedReading>>) -> Option<ComparedReading> {
    let first = under.iter().flatten().next()?;
    let (test, socket) = (first.test, first.socket);
    Some(ComparedReading { test, socket, phase: first.phase.clone(), value: first.value.clone(), under })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Verdict;

    #[test]
    fn one_test_passes_here_and_fails_there() {
        let json = r#"{"asset": {"equipment_class": "I", "equipment_type": "portable", "lead_length_m": "3", "conductor_mm2": "1"},
            "kind": "combined", "visual": {"plug": "pass"}, "readings": [
            {"test": "earth_continuity", "value": "0.25", "unit": "ohm"},
            {"test": "insulation_resistance", "value": "50", "unit": "Mohm"}]}"#;
        let (subject, input) = crate::judge_document::JudgeRequest::from_json(json).unwrap().into_test();
        let sets: Vec<&RuleSet> = RuleSet::all().iter().collect();
        let compared = compare(&subject, &input, &sets);
        let verdicts: Vec<_> = compared.judgements.iter().map(|done| done.verdict).collect();
        use Verdict::{Fail, Incomplete, Pass};
        assert_eq!(verdicts, [Fail, Incomplete, Incomplete, Incomplete, Pass]);
        assert!(compared.differs());
        let words = compared.rows.iter().map(|row| {
            let each = row.under.iter().map(|r| r.as_ref().map_or("-".to_owned(), |r| r.verdict.to_string()));
            format!("{}: {}", row.test, each.collect::<Vec<_>>().join(" "))
        });
        insta::assert_snapshot!(words.collect::<Vec<_>>().join("\n"), @r#"
earth_continuity: fail pass pass pass pass
insulation_resistance: pass pass pass pass pass
protective_conductor_current: - missing missing missing -
functional: - - missing - -
"#);
    }
}
