//! What an engineer writes down: all good, or one fault of those that are found in practice.

use std::collections::BTreeMap;

use domain::equipment::TestKind;
use domain::quantity::Decimal;
use domain::reading::{Reading, ReadingTest};
use domain::requirements::{Need, Requirement, requirements};
use domain::ruleset::RuleSet;
use domain::subject::Subject;
use domain::verdict::TestInput;
use domain::visual::{VisualItem, VisualResult, visual_items};

use super::chance::Chance;

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Seen by eye.
    Seen(VisualItem),
    /// Measured or tried.
    Measured(ReadingTest),
    /// Nothing wrong with the thing: a reading was left open.
    LeftOpen,
}

/// Weight, fault and what the engineer notes.
const FAULTS: &[(u64, Fault, &str)] = &[
    (25, Fault::Seen(VisualItem::Plug), "Plug damaged, pins loose. Taken out of use."),
    (20, Fault::Seen(VisualItem::Flex), "Flex cut near the plug, inner insulation visible."),
    (20, Fault::Seen(VisualItem::Fuse), "Wrong fuse fitted."),
    (10, Fault::Seen(VisualItem::Enclosure), "Casing cracked, live parts could be reached."),
    (8, Fault::Seen(VisualItem::CordGrip), "Cord grip not holding the outer sheath."),
    (5, Fault::Seen(VisualItem::Plug), "Counterfeit plug: no standard marked, undersized earth pin."),
    (5, Fault::Measured(ReadingTest::EarthContinuity), "Earth reading too high on three tries."),
    (4, Fault::Measured(ReadingTest::InsulationResistance), "Insulation low, smells of damp."),
    (2, Fault::Measured(ReadingTest::Polarity), "Live and neutral reversed in the plug."),
    (1, Fault::Seen(VisualItem::Overheating), "Plug discoloured by heat."),
];

/// Draws a fault that such a thing can have.
pub fn draw_fault(subject: &Subject, kind: TestKind, chance: &mut Chance) -> (Fault, &'static str) {
    let weights: Vec<u64> = FAULTS.iter().map(|fault| fault.0).collect();
    let (_, fault, note) = FAULTS[chance.weighted(&weights)];
    let possible = match fault {
        Fault::Seen(item) => visual_items(subject.equipment_class, subject.equipment_type).contains(&item),
        Fault::Measured(test) => required(subject, kind).iter().any(|need| need.test == test),
        Fault::LeftOpen => true,
    };
    if possible { (fault, note) } else { (Fault::Seen(VisualItem::Enclosure), "Casing broken.") }
}

/// The rule set of the demo.
pub fn rules() -> &'static RuleSet {
    &RuleSet::all()[0]
}

fn required(subject: &Subject, kind: TestKind) -> Vec<Requirement> {
    let mut list = requirements(rules().for_kind(kind), subject, kind);
    list.retain(|need| need.need == Need::Required);
    list
}

/// What is recorded of one test.
pub fn record(
    subject: &Subject,
    kind: TestKind,
    fault: Option<Fault>,
    unsuitable: bool,
    chance: &mut Chance,
) -> TestInput {
    let needs = required(subject, kind);
    let mut readings = vec![];
    let skip = unsuitable && kind == TestKind::Combined && fault.is_none();
    for need in &needs {
        let insulation = need.test == ReadingTest::InsulationResistance;
        match () {
            () if insulation && skip => readings.push(leakage(chance)),
            // Half of those left open have a reading that proves nothing, half have none.
            () if insulation && fault == Some(Fault::LeftOpen) && chance.per_mille(500) => {}
            () => readings.extend(reading(need, fault, subject, chance)),
        }
    }
    if let (TestKind::Combined, Some(watts), true) = (kind, subject.rated_power_w, chance.per_mille(150)) {
        let whole = watts.millionths() / 1_000_000 * chance.between(80, 105) / 100;
        readings.extend(parse(ReadingTest::Load, &whole.to_string()));
    }
    let insulation_unsuitable =
        skip.then(|| "the maker's handbook forbids an insulation test of this equipment".to_owned());
    TestInput { kind, visual: visual(subject, fault), readings, insulation_unsuitable }
}

fn visual(subject: &Subject, fault: Option<Fault>) -> BTreeMap<VisualItem, VisualResult> {
    let items = visual_items(subject.equipment_class, subject.equipment_type);
    let mut seen: BTreeMap<_, _> = items.into_iter().map(|item| (item, VisualResult::Pass)).collect();
    seen.insert(VisualItem::EarlierRepairs, VisualResult::NotApplicable);
    if let Some(Fault::Seen(item)) = fault {
        seen.insert(item, VisualResult::Fail);
    }
    seen
}

fn reading(
    need: &Requirement,
    fault: Option<Fault>,
    subject: &Subject,
    chance: &mut Chance,
) -> Option<Reading> {
    let limit = need.limit.as_ref().map(|limit| limit.value.millionths() / 10_000);
    let wrong = fault == Some(Fault::Measured(need.test));
    let open = fault == Some(Fault::LeftOpen) && need.test == ReadingTest::InsulationResistance;
    let value = match need.test {
        ReadingTest::EarthContinuity => {
            let limit = limit.unwrap_or(10);
            // Where the lead is not recorded, nothing up to one ohm is proven wrong.
            let bound = if subject.lead_length_m.is_none() { 100 } else { limit };
            earth(limit, wrong.then_some(bound), chance)
        }
        ReadingTest::InsulationResistance if open => ">0.20".to_owned(),
        ReadingTest::InsulationResistance => insulation(wrong, chance),
        ReadingTest::RcdTripTime => format!("{}.{}", chance.between(14, 38), chance.below(10)),
        ReadingTest::ProtectiveConductorCurrent
        | ReadingTest::SubstituteLeakage
        | ReadingTest::TouchCurrent => hundredths(chance.between(4, 42)),
        _ if wrong => "fail".to_owned(),
        _ => "pass".to_owned(),
    };
    let mut reading = parse(need.test, &value)?;
    (reading.socket, reading.voltage_v) = (need.socket, need.voltage_v);
    match need.test {
        ReadingTest::EarthContinuity => reading.test_current_a = Decimal::from_thousandths(200),
        ReadingTest::RcdTripTime => {
            (reading.rated_ma, reading.multiplier) = (subject.rcd_ma, Some(Decimal::ONE));
        }
        _ => {}
    }
    Some(reading)
}

/// In hundredths of an ohm: a little below what the lead alone would have, or well above the bound of a fail.
fn earth(limit: i64, fails_above: Option<i64>, chance: &mut Chance) -> String {
    match (fails_above, chance.per_mille(200)) {
        (Some(_), true) => "OL".to_owned(),
        (Some(bound), false) => hundredths(bound + chance.between(6, 180)),
        (None, _) => hundredths((limit - 10 + chance.between(-4, 6)).clamp(1, limit.max(1))),
    }
}

fn insulation(wrong: bool, chance: &mut Chance) -> String {
    if wrong {
        return hundredths(chance.between(2, 28));
    }
    match chance.below(100) {
        0..80 => ">19.99".to_owned(),
        80..88 => ">99.9".to_owned(),
        88..90 => "OL".to_owned(),
        _ => hundredths(chance.between(310, 1990)),
    }
}

fn leakage(chance: &mut Chance) -> Reading {
    parse(ReadingTest::ProtectiveConductorCurrent, &hundredths(chance.between(10, 150)))
        .expect("a figure in hundredths is a reading")
}

fn hundredths(value: i64) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}

fn parse(test: ReadingTest, value: &str) -> Option<Reading> {
    let unit = test.unit();
    // Everything made here is a reading; a test records every kind of thing with every fault.
    Reading::parse(test, value, unit).ok()
}

#[cfg(test)]
mod tests {
    use domain::verdict::{Verdict, judge};

    use super::*;
    use crate::demo::catalogue::items;

    #[test]
    fn good_things_pass_faults_fail_and_what_is_left_open_is_incomplete() {
        for item in items() {
            for seed in 0..40 {
                let mut chance = Chance::of(seed, 3);
                let subject = item.subject(&item.make(&mut chance));
                let kind = if item.combined.is_some() { TestKind::Combined } else { TestKind::FormalVisual };
                let mut verdict = |fault, unsuitable| {
                    let input = record(&subject, kind, fault, unsuitable, &mut chance);
                    judge(rules(), &subject, &input).verdict
                };
                assert_eq!(verdict(None, false), Verdict::Pass, "{} {seed}", item.name);
                assert_eq!(verdict(None, item.unsuitable > 0), Verdict::Pass, "{} {seed}", item.name);
                let (fault, _) = draw_fault(&subject, kind, &mut Chance::of(seed, 4));
                assert_eq!(verdict(Some(fault), false), Verdict::Fail, "{} {seed} {fault:?}", item.name);
                if required(&subject, kind).iter().any(|need| need.test == ReadingTest::InsulationResistance)
                {
                    assert_eq!(
                        verdict(Some(Fault::LeftOpen), false),
                        Verdict::Incomplete,
                        "{} {seed}",
                        item.name
                    );
                }
            }
        }
    }
}
