use super::*;
use crate::equipment::{EquipmentClass, EquipmentType};
use crate::quantity::Decimal;

fn judged(change: impl Fn(&mut Subject), json: &str) -> Judgement {
    let mut subject = Subject::new(EquipmentClass::I, EquipmentType::Portable);
    change(&mut subject);
    judge(RuleSet::find("iet5").unwrap(), &subject, &serde_json::from_str(json).unwrap())
}

fn sentences(done: &Judgement) -> String {
    let each = done.readings.iter().map(|r| format!("{} {}: {}", r.test, r.verdict, r.reason));
    each.chain(done.reasons.iter().cloned()).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_reading_says_why_in_a_plain_sentence() {
    let done = judged(
        |s| {
            s.lead_length_m = Some(Decimal::from_whole(3));
            s.conductor_mm2 = Some(Decimal::ONE);
            s.rcd_ma = Some(Decimal::from_whole(30));
        },
        r#"{"kind": "combined", "visual": {"flex": "fail", "plug": "pass"}, "readings": [
            {"test": "earth_continuity", "value": "0.08", "unit": "ohm"},
            {"test": "earth_continuity", "value": "<5", "unit": "ohm"},
            {"test": "insulation_resistance", "value": ">19.99", "unit": "Mohm"},
            {"test": "insulation_resistance", "value": "OL", "unit": "Mohm", "voltage_v": 250},
            {"test": "touch_current", "value": "5.2", "unit": "mA"},
            {"test": "substitute_leakage", "value": "pass"},
            {"test": "functional", "value": "fail"},
            {"test": "rcd_trip_time", "value": "22", "unit": "ms"},
            {"test": "rcd_trip_time", "value": "12", "unit": "ms", "multiplier": 5},
            {"test": "load", "value": "2950", "unit": "VA"}]}"#,
    );
    assert_eq!(done.verdict, Verdict::Fail);
    insta::assert_snapshot!(sentences(&done), @r#"
earth_continuity pass: 0.08 Ω is within the limit of at most 0.1585 Ω (0.1 plus 0.0585 for 3 m of 1 mm²).
earth_continuity not_proven: <5 Ω can lie on either side of the limit of at most 0.1585 Ω (0.1 plus 0.0585 for 3 m of 1 mm²); give the figure itself.
insulation_resistance pass: >19.99 MΩ is within the limit of at least 1 MΩ. No test voltage is recorded; 500 V is taken.
insulation_resistance not_proven: Measured at 250 V, and 500 V is needed here; a lower voltage counts only where surge suppressors are recorded.
touch_current fail: 5.2 mA is beyond the limit of at most 5 mA.
substitute_leakage not_proven: A pass without its figure does not show at most 5 mA; give the figure.
functional fail: The functional check was found bad.
rcd_trip_time pass: 22 ms is within the limit of at most 300 ms. This limit is not confirmed.
rcd_trip_time not_judged: The rule set has no limit for RCD trip time here; it is recorded.
load not_judged: A load is recorded, not judged.
Visual inspection: flex failed.
"#);
}

#[test]
fn an_unknown_lead_and_missing_readings_say_what_to_do() {
    let unknown = judged(
        |_| (),
        r#"{"kind": "combined", "readings": [{"test": "earth_continuity", "value": "0.3", "unit": "ohm"},
            {"test": "earth_continuity", "value": "1.3", "unit": "ohm"}]}"#,
    );
    insta::assert_snapshot!(sentences(&unknown), @r#"
earth_continuity not_proven: 0.3 Ω is not shown to be at most 0.1 Ω and may be due to a long lead: record the lead.
earth_continuity fail: 1.3 Ω is beyond 1 Ω, whatever the lead's length.
insulation_resistance missing: No reading of insulation resistance is recorded; where the item must not be tested for it, mark it as unsuitable with a reason and measure protective conductor current or touch current.
No visual item is recorded; look at the item and record at least one.
"#);
    let unsuitable = judged(
        |s| s.rewirable_plug = true,
        r#"{"kind": "combined", "visual": {"plug": "pass"}, "insulation_unsuitable": "mains filter"}"#,
    );
    insta::assert_snapshot!(sentences(&unsuitable), @r#"
earth_continuity missing: No reading of earth continuity is recorded, and it is required.
insulation_resistance missing: No reading of insulation resistance is recorded, nor of protective conductor current or touch current.
polarity missing: No reading of polarity is recorded, and it is required.
Insulation resistance is marked as unsuitable for this item: mains filter
"#);
}

#[test]
fn the_document_has_the_fields_of_the_interface() {
    let done = judged(
        |s| s.lead_length_m = Some(Decimal::ZERO),
        r#"{"kind": "combined", "visual": {"plug": "pass"}, "readings": [
            {"test": "earth_continuity", "value": "0.08", "unit": "ohm"}]}"#,
    );
    let json: serde_json::Value = serde_json::to_value(&done).unwrap();
    assert_eq!(json["verdict"], "incomplete");
    assert_eq!(json["readings"][0]["limit"]["bound"], "maximum");
    assert_eq!(json["readings"][0]["limit"]["value"], "0.1");
    assert_eq!(json["readings"][0]["margin"], "0.02");
    assert_eq!(json["readings"][1]["verdict"], "missing");
    assert_eq!(json["readings"][1]["value"], serde_json::Value::Null);
    assert_eq!((&json["ruleset"], &json["edition"]), (&"iet5".into(), &"5th edition".into()));
    assert_eq!(json["subject"]["lead_length_m"], "0");
}

#[test]
fn input_that_could_hide_a_fail_is_refused() {
    for (json, says) in [
        (r#"{"kind": "combined", "visual": {"plug": "fail", "plug": "pass"}}"#, "\"plug\" is given twice"),
        (r#"{"kind": "combined", "visual": {"cable": "pass"}}"#, "not a known visual item"),
        (r#"{"kind": "combined", "visual": {"plug": "ok"}}"#, "use one of pass, fail, not_applicable"),
        (r#"{"kind": "combined", "visual": ["plug"]}"#, "visual items, such as"),
        (r#"{"kind": "combined", "reading": []}"#, "unknown field `reading`"),
        (r#"{"kind": "pat"}"#, "not a known kind of test"),
        (r#"{}"#, "missing field `kind`"),
    ] {
        let error = serde_json::from_str::<TestInput>(json).unwrap_err().to_string();
        assert!(error.contains(says), "{json}: {error}");
    }
}
