use std::collections::BTreeMap;

use super::*;
use crate::judged::ReadingVerdict;
use crate::reading::{ReadingTest, Unit};
use crate::ruleset::RuleSet;
use crate::verdict::judge;

fn kettle() -> TestEvidence {
    let mut subject = Subject::new(EquipmentClass::I, EquipmentType::Portable);
    subject.lead_length_m = "0.75".parse().ok();
    subject.conductor_mm2 = "1.5".parse().ok();
    let mut earth = Reading::parse(ReadingTest::EarthContinuity, "0.10", Some(Unit::Ohm)).unwrap();
    earth.test_current_a = "0.2".parse().ok();
    let input = TestInput {
        kind: TestKind::Combined,
        visual: BTreeMap::from([(VisualItem::Plug, VisualResult::Pass)]),
        readings: vec![earth],
        insulation_unsuitable: None,
    };
    let judgement = judge(RuleSet::find("iet5").unwrap(), &subject, &input);
    let at = "2026-11-23T09:00:00.000123Z".parse().unwrap();
    TestEvidence {
        form: FORM,
        id: "t".to_owned(),
        customer_id: 1,
        asset: AssetAsTested { id: 2, tag: "TAG".to_owned(), site_id: 3, ..AssetAsTested::default() },
        kind: TestKind::Combined,
        performed_at: at,
        received_at: at,
        ruleset: judgement.ruleset.clone(),
        edition: judgement.edition.clone(),
        ruleset_version: judgement.version,
        subject: SubjectFacts::from(&subject),
        visual: input.visual.clone(),
        insulation_unsuitable: None,
        readings: readings_of(&input, &judgement),
        returns: false,
        sequence: None,
        reasons: judgement.reasons.clone(),
        verdict: judgement.verdict,
        instrument: None,
        warnings: vec![],
        person: PersonCommitted { id: 4, commitment: "c".to_owned() },
        visit_id: None,
        note: String::new(),
        supersedes: None,
        source: None,
        next_due: NextDue::default(),
        asset_status: Status::InService,
    }
}

#[test]
fn the_form_is_fixed() {
    // A change of this text is a new form: every hash ever printed depends on it.
    insta::assert_snapshot!(kettle().canonical(), @r#"{"form":1,"id":"t","customer_id":1,"asset":{"id":2,"tag":"TAG","description":"","site_id":3,"site":""},"kind":"combined","performed_at":"2026-11-23T09:00:00.000123Z","received_at":"2026-11-23T09:00:00.000123Z","ruleset":"iet5","edition":"5th edition","ruleset_version":1,"subject":{"equipment_class":"I","equipment_type":"portable","conductor_mm2_e6":1500000,"lead_length_m_e6":750000},"visual":{"plug":"pass"},"readings":[{"test":"earth_continuity","given":"0.10","form":"=","value_e6":100000,"unit":"ohm","test_current_a_e6":200000,"verdict":"pass","limit":{"bound":"maximum","value_e6":109975,"unit":"ohm","confidence":"1","basis":"0.1 plus 0.009975 for 0.75 m of 1.5 mm²"},"margin_e6":9975,"reason":"0.1 Ω is within the limit of at most 0.109975 Ω (0.1 plus 0.009975 for 0.75 m of 1.5 mm²)."},{"test":"insulation_resistance","verdict":"missing","limit":{"bound":"minimum","value_e6":1000000,"unit":"Mohm","confidence":"2"},"reason":"No reading of insulation resistance is recorded; where the item must not be tested for it, mark it as unsuitable with a reason and measure protective conductor current or touch current."}],"verdict":"incomplete","person":{"id":4,"commitment":"c"},"next_due":{"formal_visual":null,"combined":null},"asset_status":"in_service"}"#);
}

#[test]
fn it_reads_back_whole() {
    let evidence = kettle();
    let (subject, input) = evidence.judged_again().unwrap();
    let again = judge(RuleSet::find("iet5").unwrap(), &subject, &input);
    assert_eq!((again.verdict, readings_of(&input, &again)), (evidence.verdict, evidence.readings.clone()));
    assert_eq!(TestEvidence::parse(&evidence.canonical()).unwrap(), evidence);
    let limit = evidence.readings[0].limit().unwrap();
    assert_eq!(limit.value, "0.109975".parse().unwrap());
    assert_eq!(evidence.readings[0].conditions(), "0.2 A");
    assert_eq!(evidence.readings[1].verdict, ReadingVerdict::Missing);
    assert_eq!(Subject::from(&evidence.subject).conductor_mm2, "1.5".parse().ok());
}

#[test]
fn no_float_and_no_later_form() {
    let text = kettle().canonical();
    let numbers: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(!has_float(&numbers));
    assert!(TestEvidence::parse(&text.replace("{\"form\":1", "{\"form\":2")).is_err());
}

fn has_float(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Number(number) => number.is_f64(),
        serde_json::Value::Array(items) => items.iter().any(has_float),
        serde_json::Value::Object(fields) => fields.values().any(has_float),
        _ => false,
    }
}
