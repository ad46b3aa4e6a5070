use super::*;
use crate::equipment::TestKind;
use crate::reading::{Reading, ReadingInput};
use crate::visual::{VisualItem, VisualResult};

fn input(readings: &[(&str, &str)]) -> TestInput {
    let reading = |(test, value): &(&str, &str)| {
        let unit = match *test {
            "earth_continuity" => Some("ohm".to_owned()),
            "insulation_resistance" => Some("Mohm".to_owned()),
            _ => None,
        };
        let (test, value) = ((*test).to_owned(), (*value).to_owned());
        Reading::try_from(ReadingInput { test, value, unit, ..ReadingInput::default() }).unwrap()
    };
    TestInput {
        kind: TestKind::Combined,
        visual: [(VisualItem::Overall, VisualResult::Pass)].into(),
        readings: readings.iter().map(reading).collect(),
        insulation_unsuitable: None,
    }
}

fn unknown(readings: &[(&str, &str)]) -> (Verdict, EquipmentClass, Option<Cause>) {
    let rules = RuleSet::find("iet5").unwrap();
    let judgement = judge_unknown(rules, (None, None, false), Subject::new, (&input(readings), None));
    (judgement.verdict, judgement.subject.equipment_class, suspicion(&judgement, false, true))
}

#[test]
fn what_is_unknown_passes_only_where_it_would_pass_as_anything() {
    let (earth, ins, polarity) = ("earth_continuity", "insulation_resistance", "polarity");
    let all = [(earth, "0.05"), (ins, ">19.99"), (polarity, "pass")];
    assert_eq!(unknown(&all).0, Verdict::Pass);
    // Without an earth reading it may be class II, which passes, or class I, which is not proven.
    let (verdict, class, cause) = unknown(&[(ins, ">19.99"), (polarity, "pass")]);
    assert_eq!((verdict, class, cause), (Verdict::Incomplete, EquipmentClass::I, Some(Cause::ClassUnknown)));
    // It may be a lead, and leads are tested for polarity.
    assert_eq!(unknown(&[(earth, "0.05"), (ins, ">19.99")]).0, Verdict::Incomplete);
    // 1.5 megohms are enough for class I alone.
    assert_ne!(unknown(&[(earth, "0.05"), (ins, "1.5"), (polarity, "pass")]).0, Verdict::Pass);
    assert_eq!(unknown(&[(ins, "0.1")]), (Verdict::Fail, EquipmentClass::I, Some(Cause::OverLimit)));
}

#[test]
fn a_suspicion_names_its_gravest_cause() {
    let rules = RuleSet::find("iet5").unwrap();
    let class = (Some(EquipmentClass::I), None, true);
    let cause = |readings: &[(&str, &str)], visual: bool| {
        let mut input = input(readings);
        if !visual {
            input.visual.clear();
        }
        suspicion(&judge_unknown(rules, class, Subject::new, (&input, None)), true, visual)
    };
    let (earth, ins) = ("earth_continuity", "insulation_resistance");
    assert_eq!(cause(&[(earth, "0.05"), (ins, "2")], true), None);
    assert_eq!(cause(&[(earth, "0.25"), (ins, "2")], true), Some(Cause::LeadUnknown));
    assert_eq!(cause(&[(earth, "1.25"), (ins, "2")], true), Some(Cause::OverLimit));
    assert_eq!(cause(&[(earth, "0.05"), (ins, "2")], false), Some(Cause::NotSeen));
    assert_eq!(cause(&[(earth, "0.05")], true), Some(Cause::ReadingMissing));
    assert_eq!(cause(&[(earth, "0.05"), (ins, ">0.5")], true), Some(Cause::NotProven));
}

#[test]
fn counts_are_kept_as_words() {
    let mut counts = Counts::default();
    counts.add(Outcome::New, Some(Cause::LeadUnknown));
    counts.add(Outcome::Refused, None);
    let text = serde_json::to_string(&counts).unwrap();
    assert!(text.contains("\"new\":1") && text.contains("\"lead_unknown\":1"), "{text}");
    let back: Counts = serde_json::from_str(&text).unwrap();
    assert_eq!((back.read(), back.to_publish(), back.suspicious()), (2, 1, 1));
}
