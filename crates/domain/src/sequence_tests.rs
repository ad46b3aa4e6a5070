use super::*;
use crate::code::Code;
use crate::equipment::{EquipmentClass, EquipmentType};
use crate::requirements::Need;
use crate::sequence_plan::PlannedReading;
use crate::verdict::{TestInput, Verdict, judge, judge_in_sequence};

fn item(class: EquipmentClass, kind: EquipmentType) -> Subject {
    Subject::new(class, kind)
}

fn rules(code: &str) -> &'static RuleSet {
    RuleSet::find(code).unwrap()
}

fn words(plan: &[PlannedReading]) -> String {
    let one = |r: &PlannedReading| {
        let need = match r.field.need {
            Need::Required => "",
            Need::InsteadOf { .. } => "or ",
            Need::Optional => "also ",
        };
        let socket = r.field.socket.map(|n| format!("#{n}")).unwrap_or_default();
        let phase = r.phase.as_ref().map(|p| format!("/{p}")).unwrap_or_default();
        let times = r.multiplier.map(|m| format!(" x{m}")).unwrap_or_default();
        let volts = r.field.voltage_v.map(|v| format!(" {v}V")).unwrap_or_default();
        let amps = r.test_current_a.map(|a| format!(" {a}A")).unwrap_or_default();
        let limit = r.field.limit.as_ref().map(|l| format!(" {}", l.words())).unwrap_or_default();
        format!(
            "{need}{}{socket}{phase}{times}{volts}{amps}{limit}{}",
            r.field.test,
            if r.added { " (added)" } else { "" }
        )
    };
    plan.iter().map(one).collect::<Vec<_>>().join("\n")
}

#[test]
fn shipped_sequences_are_sound_and_drop_nothing() {
    for (name, text) in FILES {
        let sequence = Sequence::from_toml(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(format!("{}.toml", sequence.code), *name);
        assert_eq!(
            Sequence::shipped_text(&sequence.code),
            Some(*text),
            "an edited copy starts from this text"
        );
        let text = toml::to_string(&sequence).unwrap();
        assert_eq!(Sequence::from_toml(&text).unwrap(), sequence);
    }
}

#[test]
fn each_item_has_its_sequence() {
    use EquipmentClass::*;
    use EquipmentType::*;
    let chosen = |class, kind, set: fn(&mut Subject)| {
        let mut subject = item(class, kind);
        set(&mut subject);
        sequence_for(&subject, TestKind::Combined, rules("iet5")).code.clone()
    };
    let plain: fn(&mut Subject) = |_| ();
    assert_eq!(chosen(I, Portable, plain), "class_1");
    assert_eq!(chosen(II, HandHeld, plain), "class_2");
    assert_eq!(chosen(IIFe, It, plain), "class_2_fe");
    assert_eq!(chosen(III, It, plain), "class_3");
    assert_eq!(chosen(I, It, |s| s.surge_suppressors = true), "it_surge");
    assert_eq!(chosen(I, Lead, plain), "lead");
    assert_eq!(chosen(I, ExtensionLead, plain), "extension_lead");
    assert_eq!(chosen(I, ExtensionLead, |s| s.rcd_ma = Some(Decimal::from_whole(30))), "rcd");
    for class in EquipmentClass::ALL {
        for kind in EquipmentType::ALL {
            for test in TestKind::ALL {
                for set in RuleSet::all() {
                    let sequence = sequence_for(&item(*class, *kind), *test, set);
                    assert_ne!(sequence.code, "bare", "{class} {kind} {test} {}", set.code);
                    assert_eq!(sequence.steps.is_empty(), !test.measures());
                }
            }
        }
    }
}

#[test]
fn own_copies_go_before_shipped_ones() {
    let kettle = item(EquipmentClass::I, EquipmentType::Portable);
    let copy = Sequence { name: "Ours".to_owned(), ..Sequence::find("class_1").unwrap().clone() };
    let list = [copy];
    let all = list.iter().chain(Sequence::all());
    let chosen = choose_sequence(all, &kettle, TestKind::AfterRepair, rules("en50678")).unwrap();
    assert_eq!(chosen.name, "Ours");
}

#[test]
fn a_sequence_is_spelled_out_for_the_item() {
    let mut lead = item(EquipmentClass::I, EquipmentType::ExtensionLead);
    (lead.sockets, lead.lead_length_m, lead.conductor_mm2) =
        (2, Some(Decimal::from_whole(5)), Some("1.5".parse().unwrap()));
    let plan = |code: &str, set: &str, subject: &Subject| {
        words(&Sequence::find(code).unwrap().plan(rules(set), subject, TestKind::Combined))
    };
    insta::assert_snapshot!(plan("extension_lead", "en50699", &lead), @r#"
earth_continuity#1 0.2A at most 0.3 Ω
earth_continuity#2 0.2A at most 0.3 Ω
insulation_resistance 500V at least 1 MΩ
or substitute_leakage at most 3.5 mA
protective_conductor_current at most 3.5 mA
polarity
also functional
"#);
    lead.rcd_ma = Some(Decimal::from_whole(10));
    insta::assert_snapshot!(plan("rcd", "asnzs3760", &lead), @r#"
earth_continuity#1 0.2A at most 1 Ω
earth_continuity#2 0.2A at most 1 Ω
insulation_resistance 500V at least 1 MΩ
also protective_conductor_current at most 5 mA
polarity
rcd_trip_time/0 x1 at most 40 ms
rcd_trip_time/180 x1 at most 40 ms
also rcd_trip_time/0 x5
also rcd_trip_time/180 x5
functional
"#);
    let kettle = item(EquipmentClass::I, EquipmentType::Portable);
    insta::assert_snapshot!(plan("class_1", "iet5", &kettle), @r#"
earth_continuity 0.2A at most 0.1 Ω
insulation_resistance 500V at least 1 MΩ
also substitute_leakage at most 5 mA
or protective_conductor_current at most 5 mA
or touch_current at most 5 mA
also polarity
also functional
also load
"#);
    insta::assert_snapshot!(plan("three_phase", "vde0701", &kettle), @r#"
earth_continuity 0.2A at most 0.3 Ω
insulation_resistance/L1 500V at least 1 MΩ
insulation_resistance/L2 500V at least 1 MΩ
insulation_resistance/L3 500V at least 1 MΩ
or substitute_leakage at most 3.5 mA
protective_conductor_current at most 3.5 mA
also touch_current at most 0.5 mA
also polarity
functional
"#);
    let mut server = item(EquipmentClass::I, EquipmentType::It);
    server.surge_suppressors = true;
    insta::assert_snapshot!(plan("it_surge", "iet5", &server), @r#"
earth_continuity 0.2A at most 0.1 Ω
insulation_resistance 250V at least 1 MΩ
also substitute_leakage at most 5 mA
or protective_conductor_current at most 5 mA
or touch_current at most 5 mA
also functional
"#);
    // A sequence without the steps: what the rule set requires stands there all the same.
    insta::assert_snapshot!(words(&BARE.plan(rules("en50678"), &kettle, TestKind::AfterRepair)), @r#"
earth_continuity at most 0.3 Ω (added)
insulation_resistance 500V at least 1 MΩ (added)
protective_conductor_current at most 3.5 mA (added)
or substitute_leakage at most 3.5 mA (added)
functional (added)
"#);
}

fn verdicts(sequence: &str, set: &str, subject: &Subject, readings: &str) -> (Verdict, Verdict, String) {
    let json = format!(r#"{{"kind": "combined", "visual": {{"plug": "pass"}}, "readings": [{readings}]}}"#);
    let input: TestInput = serde_json::from_str(&json).unwrap();
    let done = judge_in_sequence(rules(set), subject, &input, Sequence::find(sequence).unwrap());
    let missing = done.readings.iter().filter(|r| r.value.is_none()).map(|r| r.reason.clone());
    (judge(rules(set), subject, &input).verdict, done.verdict, missing.collect::<Vec<_>>().join(" "))
}

#[test]
fn a_sequence_adds_to_the_rule_set_and_takes_nothing_away() {
    let motor = item(EquipmentClass::I, EquipmentType::Fixed);
    let earth = r#"{"test": "earth_continuity", "value": "0.05", "unit": "ohm"}"#;
    let insulation = |phase: &str| {
        format!(r#"{{"test": "insulation_resistance", "value": "50", "unit": "Mohm", "phase": "{phase}"}}"#)
    };
    let two = format!("{earth}, {}, {}", insulation("L1"), insulation("L2"));
    let (by_rules, by_both, missing) = verdicts("three_phase", "iet5", &motor, &two);
    assert_eq!((by_rules, by_both), (Verdict::Pass, Verdict::Incomplete));
    insta::assert_snapshot!(missing, @r#"No reading of insulation resistance on L3 is recorded; the sequence "Three-phase equipment" asks for it. No reading of functional check is recorded; the sequence "Three-phase equipment" asks for it."#);
    let all = format!(r#"{two}, {}, {{"test": "functional", "value": "pass"}}"#, insulation("L3"));
    assert_eq!(verdicts("three_phase", "iet5", &motor, &all).1, Verdict::Pass);
    assert_eq!(
        verdicts("inspection", "iet5", &motor, earth).1,
        Verdict::Incomplete,
        "no steps, same demands"
    );

    let oven = item(EquipmentClass::I, EquipmentType::Stationary);
    let tested = format!(r#"{earth}, {}, {{"test": "functional", "value": "pass"}}"#, insulation("L"));
    assert_eq!(verdicts("microwave", "iet5", &oven, &tested).1, Verdict::Incomplete);
    let leak = r#"{"test": "microwave_leakage", "value": "0.3", "unit": "mW/cm2"}"#;
    let (_, both, _) = verdicts("microwave", "iet5", &oven, &format!("{tested}, {leak}"));
    assert_eq!(both, Verdict::Pass, "recorded is enough where no rule set has a limit");
}

#[test]
fn a_kettle_by_its_sequence_needs_no_more_than_by_its_rule_set() {
    for set in RuleSet::all() {
        for class in EquipmentClass::ALL {
            for kind in [EquipmentType::Portable, EquipmentType::It, EquipmentType::Lead] {
                let subject = item(*class, kind);
                let sequence = sequence_for(&subject, TestKind::Combined, set);
                let input: TestInput = serde_json::from_str(r#"{"kind": "combined"}"#).unwrap();
                assert_eq!(
                    judge_in_sequence(set, &subject, &input, sequence),
                    judge(set, &subject, &input),
                    "{class} {kind} {}",
                    set.code
                );
            }
        }
    }
}

#[test]
fn an_edited_copy_is_refused_with_the_reason() {
    let class_1 = include_str!("../sequences/class_1.toml");
    let lead = include_str!("../sequences/extension_lead.toml");
    for (text, from, to, says) in [
        (class_1, "test = \"functional\"", "test = \"polarity\"", "step 8 (polarity) repeats step 6"),
        (
            class_1,
            "[[step]]\ntest = \"functional\"\n",
            "",
            "class_1: it leaves out functional, which en50678 requires for Class I, stationary (combined); add a step",
        ),
        (
            class_1,
            "when = { rcd_fitted = true }",
            "when = { mains_switch = true }",
            "leaves out rcd_trip_time, which iet5",
        ),
        (class_1, "test_current_a = \"0.2\"\n", "test_current_a = \"200\"\n", "at most 100 A"),
        (
            class_1,
            "test_current_a",
            "voltage_v = 500\ntest_current_a",
            "step 1 (earth_continuity): voltage_v is for insulation",
        ),
        (
            class_1,
            "hint = \"Switch on",
            "voltage_v = 250\nconfidence = \"1\"\nhint = \"Switch on",
            "250 V proves nothing under iet5",
        ),
        (class_1, "hint = \"Switch on", "voltage_v = 500\nhint = \"Switch on", "confidence: say how well"),
        (
            class_1,
            "rulesets = [\"iet5\"",
            "rulesets = [\"iet6\"",
            "rulesets: \"iet6\" is not a known rule set",
        ),
        (class_1, "test = \"load\"", "test = \"load\"\nper_socket = true", "per_socket is for leads"),
        (
            class_1,
            "test = \"load\"",
            "test = \"load\"\nphases = [\"L1\", \"L1\"]",
            "\"L1\" stands there twice",
        ),
        (class_1, "test = \"load\"", "test = \"load\"\nphases = [\"\"]", "not 1 to 20 characters"),
        (class_1, "test = \"load\"", "test = \"lode\"", "\"lode\" is not a known test of a reading"),
        (class_1, "test = \"load\"", "test = \"load\"\nlimit = 5", "unknown field `limit`"),
        (class_1, "version = 1", "version = 0", "version counts from 1"),
        (class_1, "code = \"class_1\"", "code = \"Class 1\"", "code: write 1 to 60"),
        (class_1, "name = \"Class I appliance\"", "name = \" \"", "name: write 1 to 120"),
        (class_1, "version = 1", "version = 1\nkinds = []", "kinds: name at least one"),
        (lead, "test = \"polarity\"", "test = \"load\"", "leaves out polarity"),
    ] {
        assert!(text.contains(from), "{from}");
        let why = Sequence::from_toml(&text.replacen(from, to, 1)).unwrap_err();
        assert!(why.contains(says), "{to}: {why}");
    }
    let without = class_1.replace("test = \"protective_conductor_current\"", "test = \"microwave_leakage\"");
    assert!(Sequence::from_toml(&without).is_ok(), "substitute leakage or insulation does instead");
    let neither = without.replace("test = \"substitute_leakage\"\nrulesets", "test = \"load\"\nrulesets");
    let why = Sequence::from_toml(&neither).unwrap_err();
    assert!(why.contains("leaves out protective_conductor_current, which en50699"), "{why}");
}
