//! Readings and verdicts as they are printed.

use domain::certificate::{Outcome, Reading};
use domain::code::Code;
use domain::evidence::{ReadingEvidence, TestEvidence};
use domain::judged::ReadingVerdict;
use domain::limits::Bound;
use domain::reading::ReadingTest;
use domain::verdict::Verdict;
use domain::visual::VisualResult;

pub(super) fn outcome(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Pass => Outcome::Pass,
        Verdict::Fail => Outcome::Fail,
        Verdict::Incomplete => Outcome::Incomplete,
    }
}

pub(super) fn of_reading(verdict: ReadingVerdict) -> Outcome {
    match verdict {
        ReadingVerdict::Pass => Outcome::Pass,
        ReadingVerdict::Fail => Outcome::Fail,
        ReadingVerdict::NotProven => Outcome::NotProven,
        ReadingVerdict::Missing => Outcome::Missing,
        ReadingVerdict::NotJudged => Outcome::NotJudged,
    }
}

pub(super) fn of_visual(result: VisualResult) -> Outcome {
    match result {
        VisualResult::Pass => Outcome::Pass,
        VisualResult::Fail => Outcome::Fail,
        VisualResult::NotApplicable => Outcome::NotApplicable,
    }
}

/// A reading with its limit, units included.
pub(super) fn reading(reading: &ReadingEvidence) -> Reading {
    let unit =
        reading.unit.or(reading.test.unit()).map(|unit| format!(" {}", unit.label())).unwrap_or_default();
    let figure = |value: String| if value.is_empty() { value } else { format!("{value}{unit}") };
    let value = match reading.test.unit() {
        Some(_) if reading.value_e6.is_some() => figure(given(reading)),
        _ => given(reading),
    };
    let limit = reading.limit().map(|limit| {
        let sign = if limit.bound == Bound::Maximum { "≤" } else { "≥" };
        format!("{sign} {} {}", limit.value, limit.unit.label())
    });
    Reading {
        test: reading.test.label().to_owned(),
        conditions: reading.conditions(),
        value,
        limit: limit.unwrap_or_default(),
        margin: reading.margin().map(|margin| figure(margin.to_string())).unwrap_or_default(),
        outcome: of_reading(reading.verdict),
        reason: reading.reason.clone(),
    }
}

/// A value as it was given; words begin with a capital.
pub(super) fn given(reading: &ReadingEvidence) -> String {
    match reading.given.as_deref() {
        Some("pass") => "Pass".to_owned(),
        Some("fail") => "FAIL".to_owned(),
        given => given.unwrap_or_default().to_owned(),
    }
}

/// Of several readings of a test the one that says the worst.
pub(super) fn worst<'a>(evidence: &'a TestEvidence, tests: &[ReadingTest]) -> Option<&'a ReadingEvidence> {
    let rank = |reading: &&ReadingEvidence| {
        let grave = match reading.verdict {
            ReadingVerdict::Fail => 0,
            ReadingVerdict::NotProven => 1,
            ReadingVerdict::Missing => 2,
            ReadingVerdict::Pass => 3,
            ReadingVerdict::NotJudged => 4,
        };
        (grave, reading.margin_e6.unwrap_or(i64::MAX))
    };
    evidence.readings.iter().filter(|reading| tests.contains(&reading.test)).min_by_key(rank)
}

/// Why a test came out as it did, in plain sentences.
pub fn reason(evidence: &TestEvidence) -> String {
    if evidence.verdict == Verdict::Pass {
        return "Everything required was recorded, and every result lies within its limit.".to_owned();
    }
    let decides = |verdict: ReadingVerdict| match evidence.verdict {
        Verdict::Fail => verdict == ReadingVerdict::Fail,
        _ => matches!(verdict, ReadingVerdict::NotProven | ReadingVerdict::Missing),
    };
    let readings = evidence.readings.iter().filter(|reading| decides(reading.verdict));
    let mut sentences: Vec<&str> = vec![];
    for sentence in evidence.reasons.iter().chain(readings.map(|reading| &reading.reason)) {
        if !sentences.contains(&sentence.as_str()) {
            sentences.push(sentence);
        }
    }
    sentences.join(" ")
}

/// What a reader should know beside the results: the engineer's note, warnings, and what it corrects.
pub(super) fn remarks(evidence: &TestEvidence) -> String {
    let mut parts: Vec<String> = vec![];
    if !evidence.note.is_empty() {
        parts.push(evidence.note.clone());
    }
    parts
        .extend(evidence.insulation_unsuitable.iter().map(|why| format!("Not tested for insulation: {why}")));
    parts.extend(evidence.warnings.iter().cloned());
    if let Some(correction) = &evidence.supersedes {
        parts.push(format!(
            "This record corrects an earlier one: {}.",
            correction.reason.trim_end_matches('.')
        ));
    }
    parts.join("\n")
}
