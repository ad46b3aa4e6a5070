//! Verdicts: a table of cases as readable data, and what must hold for any readings at all.

use std::collections::BTreeMap;

use domain::code::Code;
use domain::equipment::{EquipmentClass, EquipmentType, TestKind};
use domain::quantity::Decimal;
use domain::reading::{Operator, Reading, ReadingTest, ReadingValue};
use domain::ruleset::RuleSet;
use domain::sequence::Sequence;
use domain::subject::Subject;
use domain::verdict::{Judgement, ReadingVerdict, TestInput, Verdict, judge, judge_in_sequence};
use domain::visual::{VisualItem, VisualResult};
use proptest::prelude::*;

/// The table of each rule set; a rule set without one is a test that fails.
const TABLES: &[(&str, &str)] = &[
    ("iet5", include_str!("cases/iet5.txt")),
    ("en50699", include_str!("cases/en50699.txt")),
    ("en50678", include_str!("cases/en50678.txt")),
    ("vde0701", include_str!("cases/vde0701.txt")),
    ("asnzs3760", include_str!("cases/asnzs3760.txt")),
];

#[test]
fn every_case_of_the_tables() {
    let codes: Vec<_> = TABLES.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, RuleSet::all().iter().map(|set| set.code.as_str()).collect::<Vec<_>>());
    let (mut cases, mut wrong) = (0, Vec::new());
    for (code, table) in TABLES {
        let rules = RuleSet::find(code).unwrap();
        for (number, line) in table.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#'))
        {
            cases += 1;
            if let Err(got) = check(rules, line) {
                wrong.push(format!("{code}.txt, line {}: {line}\n    gave {got}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases >= 1000, "{cases} cases");
}

fn check(rules: &RuleSet, line: &str) -> Result<(), String> {
    let columns: Vec<&str> = line.split('|').map(str::trim).collect();
    let [item, seen, readings, verdict, each] = columns[..] else { return Err("not five columns".into()) };
    let done = judge(rules, &subject(item), &input(seen, readings));
    let got = (done.verdict.code(), letters(&done));
    if got == (verdict, each.to_owned()) { Ok(()) } else { Err(format!("{got:?}")) }
}

fn letters(done: &Judgement) -> String {
    let letter = |verdict| match verdict {
        ReadingVerdict::Pass => "P",
        ReadingVerdict::Fail => "F",
        ReadingVerdict::NotProven => "?",
        ReadingVerdict::Missing => "M",
        ReadingVerdict::NotJudged => "-",
    };
    done.readings.iter().map(|r| letter(r.verdict)).collect::<Vec<_>>().join(" ")
}

fn subject(item: &str) -> Subject {
    let mut words = item.split_whitespace();
    let mut subject =
        Subject::new(words.next().unwrap().parse().unwrap(), words.next().unwrap().parse().unwrap());
    for word in words {
        match word {
            "heating" => subject.heating = true,
            "surge" => subject.surge_suppressors = true,
            "rewirable" => subject.rewirable_plug = true,
            "metal" => subject.unearthed_metal = true,
            "nometal" => subject.no_accessible_metal = true,
            "mains" => subject.mains_switch = true,
            _ => quantity(&mut subject, word),
        }
    }
    subject
}

fn quantity(subject: &mut Subject, word: &str) {
    if let Some(ma) = word.strip_prefix("rcd") {
        subject.rcd_ma = Some(ma.parse().unwrap());
    } else if let Some(n) = word.strip_suffix("sockets") {
        subject.sockets = n.parse().unwrap();
    } else if let Some(mm2) = word.strip_suffix("mm2") {
        subject.conductor_mm2 = Some(mm2.parse().unwrap());
    } else if let Some(watts) = word.strip_suffix('W') {
        subject.rated_power_w = Some(watts.parse().unwrap());
    } else if let Some(amps) = word.strip_suffix('A') {
        subject.rated_current_a = Some(amps.parse().unwrap());
    } else {
        subject.lead_length_m = Some(word.strip_suffix('m').expect(word).parse().unwrap());
    }
}

fn input(seen: &str, readings: &str) -> TestInput {
    let mut words = seen.split_whitespace();
    let kind: TestKind = words.next().unwrap().parse().unwrap();
    let mut input =
        TestInput { kind, visual: BTreeMap::new(), readings: vec![], insulation_unsuitable: None };
    for word in words {
        match word {
            "ok" => drop(input.visual.insert(VisualItem::Enclosure, VisualResult::Pass)),
            "na" => drop(input.visual.insert(VisualItem::Enclosure, VisualResult::NotApplicable)),
            "none" => {}
            "unsuitable" => input.insulation_unsuitable = Some("filtered supply".into()),
            "blank" => input.insulation_unsuitable = Some("  ".into()),
            _ => {
                let item = word.strip_prefix("fail:").expect(word).parse().unwrap();
                input.visual.insert(item, VisualResult::Fail);
                input.visual.insert(VisualItem::Suitability, VisualResult::Pass);
            }
        }
    }
    input.readings = readings.split(',').map(str::trim).filter(|r| !r.is_empty()).map(reading).collect();
    input
}

fn reading(text: &str) -> Reading {
    let (what, value) = text.split_once(' ').expect(text);
    let (what, socket) = cut(what, '#');
    let (what, volts) = cut(what, '@');
    let (what, multiplier) = cut(what, 'x');
    let (what, rated) = cut(what, '/');
    let test = match what {
        "earth" => ReadingTest::EarthContinuity,
        "ins" => ReadingTest::InsulationResistance,
        "touch" => ReadingTest::TouchCurrent,
        "pcc" => ReadingTest::ProtectiveConductorCurrent,
        "sub" => ReadingTest::SubstituteLeakage,
        "pol" => ReadingTest::Polarity,
        "rcd" => ReadingTest::RcdTripTime,
        "func" => ReadingTest::Functional,
        "load" => ReadingTest::Load,
        _ => panic!("{text}"),
    };
    Reading {
        socket: socket.map(|s| s.parse().unwrap()),
        voltage_v: volts.map(|v| v.trim_end_matches('V').parse().unwrap()),
        multiplier: multiplier.map(|m| m.parse().unwrap()),
        rated_ma: rated.map(|ma| ma.parse().unwrap()),
        ..Reading::parse(test, value, test.unit()).unwrap()
    }
}

fn cut(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn any_of<C: Code + std::fmt::Debug>() -> impl Strategy<Value = C> {
    proptest::sample::select(C::ALL)
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    // Thousandths near the limits, so that small differences matter.
    prop_oneof![0i64..2_500, Just(5_000), 290_000i64..310_000]
        .prop_map(|n| Decimal::from_thousandths(n).unwrap())
}

fn any_value(test: ReadingTest) -> BoxedStrategy<ReadingValue> {
    if test.unit().is_none() {
        return prop_oneof![Just(ReadingValue::Pass), Just(ReadingValue::Fail)].boxed();
    }
    let number = (any_of::<Operator>(), any_decimal())
        .prop_map(|(operator, value)| ReadingValue::Number { operator, value });
    prop_oneof![8 => number, 1 => Just(ReadingValue::OverRange)].boxed()
}

prop_compose! {
    fn any_reading()(test in any_of::<ReadingTest>())
        (value in any_value(test), test in Just(test), socket in prop::option::of(1u32..4),
         voltage_v in prop::option::of(prop_oneof![Just(250u32), Just(500)])) -> Reading {
        Reading { socket, voltage_v, ..Reading::parse(test, &value.to_string(), test.unit()).unwrap() }
    }
}

prop_compose! {
    fn any_rating()(size in prop::option::of(prop::sample::select(&["0.75", "1.0", "1.5", "2.5", "4", "10"][..])),
        length in prop::option::of(0i64..60_000), watts in prop::option::of(0u32..12_000),
        amps in prop::option::of(1u32..40), rcd in prop::option::of(prop::sample::select(&[10u32, 30][..])),
        heating: bool, sockets in 0u32..4) -> Subject {
        Subject {
            conductor_mm2: size.map(|s| s.parse().unwrap()),
            lead_length_m: length.and_then(Decimal::from_thousandths),
            rated_power_w: watts.map(Decimal::from_whole),
            rated_current_a: amps.map(Decimal::from_whole),
            rcd_ma: rcd.map(Decimal::from_whole),
            heating, sockets,
            ..Subject::new(EquipmentClass::I, EquipmentType::Portable)
        }
    }
}

prop_compose! {
    fn any_subject()(class in any_of::<EquipmentClass>(), kind in any_of::<EquipmentType>(), rating in any_rating(),
        surge: bool, rewirable: bool, metal: bool, no_metal: bool, mains: bool) -> Subject {
        Subject {
            equipment_class: class, equipment_type: kind, surge_suppressors: surge, rewirable_plug: rewirable,
            unearthed_metal: metal, no_accessible_metal: no_metal, mains_switch: mains,
            ..rating
        }
    }
}

prop_compose! {
    fn any_input()(kind in any_of::<TestKind>(), readings in prop::collection::vec(any_reading(), 0..9),
        visual in prop::collection::btree_map(any_of::<VisualItem>(),
            prop_oneof![4 => Just(VisualResult::Pass), 1 => Just(VisualResult::Fail), 1 => Just(VisualResult::NotApplicable)], 0..3),
        unsuitable: bool) -> TestInput {
        TestInput { kind, visual, readings, insulation_unsuitable: unsuitable.then(|| "filter".to_owned()) }
    }
}

/// The same reading, worse by so much: lower for insulation, higher for all else.
fn worse(reading: &Reading, by: Decimal) -> Reading {
    let worse = match reading.value {
        ReadingValue::Pass => ReadingValue::Fail,
        ReadingValue::Number { operator, value } if reading.test == ReadingTest::InsulationResistance => {
            let lower = value.checked_sub(by).filter(|v| !v.is_negative()).unwrap_or(Decimal::ZERO);
            ReadingValue::Number { operator, value: lower }
        }
        ReadingValue::Number { operator, value } => {
            ReadingValue::Number { operator, value: value.checked_add(by).unwrap() }
        }
        same => same,
    };
    Reading { value: worse, as_given: worse.to_string(), ..reading.clone() }
}

fn any_rules() -> impl Strategy<Value = &'static RuleSet> {
    proptest::sample::select(RuleSet::all().iter().collect::<Vec<_>>())
}

/// Whether a reading beyond its limit was accepted because of another.
fn is_forgiven(done: &Judgement) -> bool {
    let beyond = |r: &domain::verdict::JudgedReading| r.margin.is_none_or(|margin| margin.is_negative());
    done.readings
        .iter()
        .any(|r| r.verdict == ReadingVerdict::Pass && beyond(r) && r.reason.contains("Accepted"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn a_worse_reading_never_turns_a_fail_into_a_pass(
        rules in any_rules(), subject in any_subject(), input in any_input(),
        which in any::<prop::sample::Index>(), by in any_decimal()
    ) {
        prop_assume!(!input.readings.is_empty());
        let before = judge(rules, &subject, &input).verdict;
        let mut after = input.clone();
        let i = which.index(after.readings.len());
        after.readings[i] = worse(&after.readings[i], by);
        let done = judge(rules, &subject, &after);
        prop_assert!(before != Verdict::Fail || done.verdict == Verdict::Fail);
        // What a heater fails may be forgiven by its leakage; what it leaves open is measured again.
        prop_assert!(before != Verdict::Incomplete || done.verdict != Verdict::Pass || is_forgiven(&done));
    }

    #[test]
    fn what_is_missing_never_passes(rules in any_rules(), subject in any_subject(), input in any_input()) {
        let done = judge(rules, &subject, &input);
        let missing = done.readings.iter().any(|r| r.verdict == ReadingVerdict::Missing);
        prop_assert!(!(missing && done.verdict == Verdict::Pass));
        let failed = done.readings.iter().any(|r| r.verdict == ReadingVerdict::Fail);
        prop_assert!(!failed || done.verdict == Verdict::Fail);
        prop_assert!(done.readings.iter().all(|r| !r.reason.is_empty()));
    }

    #[test]
    fn with_no_reading_only_what_needs_none_passes(
        rules in any_rules(), subject in any_subject(), input in any_input()
    ) {
        let bare = TestInput { readings: vec![], ..input.clone() };
        let needs = domain::verdict::requirements(rules, &subject, input.kind);
        prop_assert!(needs.is_empty() || judge(rules, &subject, &bare).verdict != Verdict::Pass);
    }

    #[test]
    fn order_never_matters(
        rules in any_rules(), subject in any_subject(), input in any_input(), turn in 0usize..9
    ) {
        let mut turned = input.clone();
        if !turned.readings.is_empty() {
            let by = turn % turned.readings.len();
            turned.readings.rotate_left(by);
            turned.readings.reverse();
        }
        prop_assert_eq!(judge(rules, &subject, &input).verdict, judge(rules, &subject, &turned).verdict);
    }

    #[test]
    fn giving_a_reading_twice_changes_nothing(
        rules in any_rules(), subject in any_subject(), input in any_input(), which in any::<prop::sample::Index>()
    ) {
        prop_assume!(!input.readings.is_empty());
        let mut twice = input.clone();
        twice.readings.push(input.readings[which.index(input.readings.len())].clone());
        prop_assert_eq!(judge(rules, &subject, &input).verdict, judge(rules, &subject, &twice).verdict);
    }

    #[test]
    fn a_sequence_never_makes_a_verdict_better(
        rules in any_rules(), subject in any_subject(), input in any_input(),
        sequence in proptest::sample::select(Sequence::all().iter().collect::<Vec<_>>())
    ) {
        let rank = |verdict| match verdict { Verdict::Fail => 0, Verdict::Incomplete => 1, Verdict::Pass => 2 };
        let by_both = judge_in_sequence(rules, &subject, &input, sequence).verdict;
        prop_assert!(rank(by_both) <= rank(judge(rules, &subject, &input).verdict));
    }

    #[test]
    fn a_verdict_survives_being_stored(rules in any_rules(), subject in any_subject(), input in any_input()) {
        let done = judge(rules, &subject, &input);
        let back: Judgement = serde_json::from_str(&serde_json::to_string(&done).unwrap()).unwrap();
        prop_assert_eq!(back, done);
        let again: TestInput = serde_json::from_str(&serde_json::to_string(&input).unwrap()).unwrap();
        prop_assert_eq!(again, input);
    }
}
