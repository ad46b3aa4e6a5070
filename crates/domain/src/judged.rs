//! One reading judged by itself: its limit, its margin and the reason in one plain sentence.

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::codes;
use crate::limits::{Case, Limit, Proof, Subject, compute, rule_for};
use crate::quantity::Decimal;
use crate::reading::{Reading, ReadingTest, ReadingValue};
use crate::ruleset::{Confidence, LimitRule, RuleSet};

codes!(
    /// What one reading amounts to.
    ReadingVerdict, "verdict of a reading", {
    Pass = "pass", "Pass";
    Fail = "fail", "Fail";
    NotProven = "not_proven", "Not proven";
    Missing = "missing", "Missing";
    NotJudged = "not_judged", "Not judged";
});

/// One reading with its verdict, or a required one that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedReading {
    /// What was or should have been measured.
    pub test: ReadingTest,
    /// At which socket.
    pub socket: Option<u32>,
    /// On which conductor or half-wave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// The value as given; none where missing.
    pub value: Option<String>,
    /// What it amounts to.
    pub verdict: ReadingVerdict,
    /// The limit it was held against.
    pub limit: Option<Limit>,
    /// Distance of the figure from the limit in its unit; negative where beyond.
    pub margin: Option<Decimal>,
    /// Why, in one plain sentence.
    pub reason: String,
}

/// Judges every reading by itself, in the order given.
pub(crate) fn judge_readings(rules: &RuleSet, subject: &Subject, readings: &[Reading]) -> Vec<JudgedReading> {
    let case = |reading: &Reading| Case {
        subject,
        multiplier: reading.multiplier.unwrap_or(Decimal::ONE),
        rcd_ma: reading.rated_ma.or(subject.rcd_ma),
    };
    let found: Vec<_> = readings.iter().map(|r| (r, rule_for(rules, r.test, &case(r)))).collect();
    let mut judged: Vec<_> = found.iter().map(|(r, rule)| judge_reading(rules, subject, r, *rule)).collect();
    forgive(&found, &mut judged);
    judged
}

/// Why a trip time proves nothing: it was taken at another rated current than the RCD has.
fn other_rcd(subject: &Subject, reading: &Reading) -> Option<String> {
    let (fitted, taken) = (subject.rcd_ma?, reading.rated_ma?);
    (reading.test == ReadingTest::RcdTripTime && fitted != taken).then(|| {
        format!(
            "The RCD is rated {fitted} mA and was tested as one of {taken} mA, which proves nothing of it; \
             set the instrument to {fitted} mA."
        )
    })
}

fn judge_reading(
    rules: &RuleSet,
    subject: &Subject,
    reading: &Reading,
    rule: Option<&LimitRule>,
) -> JudgedReading {
    let limit = rule.and_then(|rule| compute(rules, rule, subject));
    let (verdict, reason) = match &limit {
        Some(limit) => match (against(rules, subject, reading, limit), other_rcd(subject, reading)) {
            ((ReadingVerdict::Pass, _), Some(why)) => (ReadingVerdict::NotProven, why),
            (found, _) => found,
        },
        None => without_limit(reading),
    };
    JudgedReading {
        test: reading.test,
        socket: reading.socket,
        phase: reading.phase.clone(),
        value: Some(reading.as_given.clone()),
        verdict,
        margin: limit.as_ref().and_then(|limit| limit.margin(reading.value)),
        limit,
        reason,
    }
}

fn without_limit(reading: &Reading) -> (ReadingVerdict, String) {
    let noun = reading.test.noun();
    match reading.value {
        ReadingValue::Fail => (ReadingVerdict::Fail, format!("The {noun} was found bad.")),
        ReadingValue::Pass if reading.test.unit().is_none() => {
            (ReadingVerdict::Pass, format!("The {noun} was found good."))
        }
        // Below its rated current an RCD is meant not to trip, so there "OL" is no fault.
        ReadingValue::OverRange
            if reading.test == ReadingTest::RcdTripTime
                && reading.multiplier.is_some_and(|m| m > Decimal::ONE) =>
        {
            (ReadingVerdict::Fail, "The RCD did not trip above its rated residual current.".to_owned())
        }
        _ if reading.test == ReadingTest::Load => {
            (ReadingVerdict::NotJudged, "A load is recorded, not judged.".to_owned())
        }
        _ => {
            (ReadingVerdict::NotJudged, format!("The rule set has no limit for {noun} here; it is recorded."))
        }
    }
}

fn against(rules: &RuleSet, subject: &Subject, reading: &Reading, limit: &Limit) -> (ReadingVerdict, String) {
    let proof = limit.compare(reading.value);
    if reading.test == ReadingTest::InsulationResistance && proof == Proof::Pass {
        let needed = rules.insulation_volts(subject);
        if let Some(volts) = reading.voltage_v.filter(|volts| *volts < needed) {
            return (ReadingVerdict::NotProven, low_voltage(rules, volts, needed));
        }
    }
    let verdict = match proof {
        Proof::Pass => ReadingVerdict::Pass,
        Proof::Fail => ReadingVerdict::Fail,
        Proof::Open => ReadingVerdict::NotProven,
    };
    let mut reason = explain(reading, limit, proof);
    if reading.test == ReadingTest::InsulationResistance && reading.voltage_v.is_none() {
        reason
            .push_str(&format!(" No test voltage is recorded; {} V is taken.", rules.insulation.standard_v));
    }
    if limit.confidence == Confidence::Unconfirmed {
        reason.push_str(" This limit is not confirmed.");
    }
    (verdict, reason)
}

fn low_voltage(rules: &RuleSet, volts: u32, needed: u32) -> String {
    let hint = match needed == rules.insulation.standard_v {
        true => "; a lower voltage counts only where surge suppressors are recorded",
        false => "",
    };
    format!("Measured at {volts} V, and {needed} V is needed here{hint}.")
}

fn explain(reading: &Reading, limit: &Limit, proof: Proof) -> String {
    let figure = shown(reading, limit);
    let bound = match &limit.basis {
        Some(basis) => format!("{} ({basis})", limit.words()),
        None => limit.words(),
    };
    match (proof, limit.fails_beyond, reading.value) {
        (_, _, ReadingValue::Fail) => format!("The {} was found bad.", reading.test.noun()),
        (Proof::Open, _, ReadingValue::Pass) => {
            format!("A pass without its figure does not show {}; give the figure.", limit.words())
        }
        (Proof::Pass, ..) => format!("{figure} is within the limit of {bound}."),
        (Proof::Fail, Some(far), _) => {
            format!("{figure} is beyond {far} {}, whatever the lead's length.", limit.unit.label())
        }
        (Proof::Fail, None, _) => format!("{figure} is beyond the limit of {bound}."),
        (Proof::Open, Some(_), _) => {
            format!(
                "{figure} is not shown to be {} and may be due to a long lead: record the lead.",
                limit.words()
            )
        }
        (Proof::Open, None, _) => {
            format!("{figure} can lie on either side of the limit of {bound}; give the figure itself.")
        }
    }
}

fn shown(reading: &Reading, limit: &Limit) -> String {
    match reading.value {
        ReadingValue::OverRange => "Over range".to_owned(),
        value => format!("{value} {}", limit.unit.label()),
    }
}

/// Lets a passed alternative stand in for a reading beyond its limit, where the rule set says so.
fn forgive(found: &[(&Reading, Option<&LimitRule>)], judged: &mut [JudgedReading]) {
    let clean = |test: ReadingTest| {
        let of_test = || judged.iter().filter(|j| j.test == test);
        of_test().next().is_some() && of_test().all(|j| j.verdict == ReadingVerdict::Pass)
    };
    let forgiven: Vec<(usize, ReadingTest)> = found
        .iter()
        .enumerate()
        .filter(|(i, _)| judged[*i].verdict == ReadingVerdict::Fail)
        .filter_map(|(i, (_, rule))| {
            Some((i, rule.as_ref()?.forgiven_by.iter().copied().find(|t| clean(*t))?))
        })
        .collect();
    for (i, by) in forgiven {
        judged[i].verdict = ReadingVerdict::Pass;
        judged[i].reason.push_str(&format!(" Accepted, as the {} passed.", by.noun()));
    }
}
