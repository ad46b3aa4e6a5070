//! Readings and verdicts as they are printed, in the customer's language.

use domain::certificate::{Measured, Outcome, Reading};
use domain::code::Code;
use domain::evidence::{ReadingEvidence, TestEvidence};
use domain::judged::ReadingVerdict;
use domain::limits::Bound;
use domain::quantity::Decimal;
use domain::reading::{ReadingTest, Unit};
use domain::verdict::Verdict;
use domain::visual::VisualResult;
use domain::wording::{Language, fill};

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
pub(super) fn reading(language: Language, reading: &ReadingEvidence) -> Reading {
    let margin = reading.margin().map(|margin| with_unit(language, reading, margin.to_string()));
    Reading {
        test: language.name(reading.test).to_owned(),
        conditions: conditions(language, reading),
        value: value(language, reading),
        limit: limit(language, reading, true),
        margin: margin.unwrap_or_default(),
        outcome: of_reading(reading.verdict),
        reason: match (language, reading.verdict) {
            // What was written down is English; a pass needs no words, the rest is said anew.
            (Language::De, ReadingVerdict::Pass | ReadingVerdict::NotJudged) => String::new(),
            (Language::De, _) => sentence(language, reading),
            _ => reading.reason.clone(),
        },
    }
}

fn with_unit(language: Language, reading: &ReadingEvidence, text: String) -> String {
    match reading.unit.or(reading.test.unit()) {
        Some(unit) if !text.is_empty() => format!("{} {}", language.figure(&text), unit.label()),
        _ => text,
    }
}

fn value(language: Language, reading: &ReadingEvidence) -> String {
    match reading.test.unit() {
        Some(_) if reading.value_e6.is_some() => with_unit(language, reading, given(language, reading)),
        _ => given(language, reading),
    }
}

/// The limit, such as "≤ 0.1585 Ω"; empty where there is none.
fn limit(language: Language, reading: &ReadingEvidence, unit: bool) -> String {
    let Some(limit) = reading.limit() else { return String::new() };
    let sign = if limit.bound == Bound::Maximum { "≤" } else { "≥" };
    let figure = language.figure(&limit.value.to_string());
    match unit {
        true => format!("{sign} {figure} {}", limit.unit.label()),
        false => format!("{sign}\u{a0}{figure}"),
    }
}

fn conditions(language: Language, reading: &ReadingEvidence) -> String {
    if language != Language::De {
        return reading.conditions();
    }
    let number =
        |value: Option<i64>| value.map(|n| language.figure(&Decimal::from_millionths(n).to_string()));
    let parts = [
        reading.socket.map(|n| format!("{} {n}", language.words().socket_short)),
        reading.phase.clone(),
        reading.voltage_v.map(|volts| format!("{volts} V")),
        number(reading.test_current_a_e6).map(|amps| format!("{amps} A")),
        number(reading.multiplier_e6).map(|times| fill(language.words().times_short, &[&times])),
        number(reading.rated_ma_e6).map(|ma| format!("IΔN {ma} mA")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A value as it was given; words begin with a capital.
fn given(language: Language, reading: &ReadingEvidence) -> String {
    match reading.given.as_deref() {
        Some("pass") => language.outcome(Outcome::Pass).to_owned(),
        Some("fail") => language.outcome(Outcome::Fail).to_owned(),
        given => language.figure(given.unwrap_or_default()),
    }
}

/// Every reading of these tests for a cell of the register: a line each, with a sign for its verdict; a limit that
/// all share stands once, below.
pub(super) fn measured(language: Language, evidence: &TestEvidence, tests: &[ReadingTest]) -> Measured {
    let readings: Vec<&ReadingEvidence> =
        evidence.readings.iter().filter(|reading| tests.contains(&reading.test)).collect();
    let limits: Vec<String> = readings.iter().map(|reading| held_against(language, reading)).collect();
    let shared = limits.first().filter(|first| limits.iter().all(|limit| limit == *first));
    let mut lines: Vec<String> = vec![];
    for (reading, limit) in readings.iter().zip(&limits) {
        let mut line = prefix(language, reading, tests.len() > 1);
        line.push_str(&figure(language, reading));
        if shared.is_none() && !limit.is_empty() {
            line.push_str(&format!(" ({limit})"));
        }
        lines.push(line);
    }
    lines.extend(shared.filter(|limit| !limit.is_empty()).cloned());
    let failed = readings.iter().any(|reading| reading.verdict == ReadingVerdict::Fail);
    Measured { text: lines.join("\n"), failed }
}

/// The limit and, for insulation, the voltage.
fn held_against(language: Language, reading: &ReadingEvidence) -> String {
    let limit = limit(language, reading, false);
    match (limit.is_empty(), reading.voltage_v) {
        (true, Some(volts)) => format!("{volts}\u{a0}V"),
        (false, Some(volts)) => format!("{limit} ({volts}\u{a0}V)"),
        (_, None) => limit,
    }
}

fn prefix(language: Language, reading: &ReadingEvidence, kinds: bool) -> String {
    let words = language.words();
    let kind = match reading.test {
        ReadingTest::ProtectiveConductorCurrent => words.protective,
        ReadingTest::TouchCurrent => words.touch,
        ReadingTest::SubstituteLeakage => words.substitute,
        ReadingTest::MicrowaveLeakage => words.microwave,
        _ => "",
    };
    let times = reading.multiplier_e6.map(Decimal::from_millionths);
    let parts = [
        Some(kind.to_owned()).filter(|_| kinds),
        reading.socket.map(|n| format!("{n}:")),
        reading.phase.as_ref().map(|phase| format!("{phase}:")),
        times.map(|times| fill(words.times_short, &[&language.figure(&times.to_string())])),
    ];
    let mut text = String::new();
    for part in parts.into_iter().flatten().filter(|part| !part.is_empty()) {
        text.push_str(&part);
        text.push('\u{a0}');
    }
    text
}

fn figure(language: Language, reading: &ReadingEvidence) -> String {
    let value = match reading.test.unit() {
        // Its column is in milliamperes.
        Some(Unit::MilliwattPerSquareCentimetre) => value(language, reading),
        _ => given(language, reading),
    };
    let sign = match reading.verdict {
        ReadingVerdict::Missing => return "–".to_owned(),
        ReadingVerdict::NotProven => "?",
        ReadingVerdict::NotJudged => "",
        _ if reading.value_e6.is_none() && reading.limit.is_none() => "",
        ReadingVerdict::Pass => "✓",
        ReadingVerdict::Fail => "✗",
    };
    if sign.is_empty() { value } else { format!("{value}\u{a0}{sign}") }
}

/// Why a test came out as it did, in plain sentences as they were written down.
pub fn reason(evidence: &TestEvidence) -> String {
    if evidence.verdict == Verdict::Pass {
        return Language::EnGb.words().all_within.to_owned();
    }
    let readings = deciding(evidence);
    let mut sentences: Vec<&str> = vec![];
    for sentence in evidence.reasons.iter().chain(readings.map(|reading| &reading.reason)) {
        if !sentences.contains(&sentence.as_str()) {
            sentences.push(sentence);
        }
    }
    sentences.join(" ")
}

fn deciding(evidence: &TestEvidence) -> impl Iterator<Item = &ReadingEvidence> {
    let fails = evidence.verdict == Verdict::Fail;
    evidence.readings.iter().filter(move |reading| match fails {
        true => reading.verdict == ReadingVerdict::Fail,
        false => matches!(reading.verdict, ReadingVerdict::NotProven | ReadingVerdict::Missing),
    })
}

/// Why a test came out as it did, in the customer's language; where it has no words for a reason, as written down.
pub(super) fn reason_in(language: Language, evidence: &TestEvidence) -> String {
    let words = language.words();
    if evidence.verdict == Verdict::Pass {
        return words.all_within.to_owned();
    }
    if language != Language::De {
        return reason(evidence);
    }
    let looked = evidence.visual.iter().filter(|(_, result)| **result == VisualResult::Fail);
    let seen = looked.map(|(item, _)| fill(words.failed_visual, &[language.name(*item)]));
    let seen = seen.filter(|_| evidence.verdict == Verdict::Fail);
    let sentences: Vec<String> =
        seen.chain(deciding(evidence).map(|reading| sentence(language, reading))).collect();
    if sentences.is_empty() { reason(evidence) } else { sentences.join(" ") }
}

/// What a reading shows, said anew in a language.
fn sentence(language: Language, reading: &ReadingEvidence) -> String {
    let words = language.words();
    let conditions = conditions(language, reading);
    let name = match conditions.as_str() {
        "" => language.name(reading.test).to_owned(),
        conditions => format!("{} ({conditions})", language.name(reading.test)),
    };
    let (value, limit) = (value(language, reading), limit(language, reading, true));
    match reading.verdict {
        ReadingVerdict::Missing => fill(words.missing_reading, &[&name]),
        _ if limit.is_empty() => format!("{name}: {value}."),
        ReadingVerdict::NotProven => fill(words.not_proven_reading, &[&name, &value, &limit]),
        _ => fill(words.failed_reading, &[&name, &value, &limit]),
    }
}

/// What a reader should know beside the results: the engineer's note, what was not tested, and what it corrects.
pub(super) fn remarks(language: Language, evidence: &TestEvidence) -> Vec<String> {
    let words = language.words();
    let mut parts: Vec<String> = vec![];
    if !evidence.note.is_empty() {
        parts.push(evidence.note.clone());
    }
    parts.extend(evidence.insulation_unsuitable.iter().map(|why| fill(words.no_insulation, &[why])));
    if let Some(correction) = &evidence.supersedes {
        parts.push(fill(words.corrects, &[correction.reason.trim_end_matches('.')]));
    }
    parts
}
