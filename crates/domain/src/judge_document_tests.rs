use super::*;

const KETTLE: &str = r#"{"asset": {"equipment_class": "I", "equipment_type": "portable", "conductor_mm2": "1.0",
    "lead_length_m": "3", "rated_power_w": 2000, "heating": false, "surge_suppressors": false, "sockets": 0},
    "kind": "combined", "visual": {"plug": "pass"}, "readings": [
    {"test": "earth_continuity", "value": "0.08", "unit": "ohm", "test_current_a": "0.2"},
    {"test": "insulation_resistance", "value": "<5", "unit": "Mohm", "voltage_v": 500},
    {"test": "load", "value": 1980, "unit": "VA"}]}"#;

fn answer(ruleset: &str, json: &str) -> Result<String, String> {
    judge_text(RuleSet::find(ruleset).unwrap(), json)
}

fn refused(json: &str) -> String {
    answer("iet5", json).unwrap_err()
}

#[test]
fn answers_the_verdict_document() {
    insta::assert_snapshot!(answer("iet5", KETTLE).unwrap(), @r#"{"verdict":"incomplete","readings":[{"test":"earth_continuity","value":"0.08","verdict":"pass","limit":"0.1585","limit_bound":"maximum","limit_confidence":"1","margin":"0.0785","reason":"0.08 Ω is within the limit of at most 0.1585 Ω (0.1 plus 0.0585 for 3 m of 1 mm²)."},{"test":"insulation_resistance","value":"<5","verdict":"not_proven","limit":"1","limit_bound":"minimum","limit_confidence":"2","margin":null,"reason":"<5 MΩ can lie on either side of the limit of at least 1 MΩ; give the figure itself."},{"test":"load","value":"1980","verdict":"not_judged","limit":null,"margin":null,"reason":"A load is recorded, not judged."}],"reasons":[],"kind":"combined","ruleset":"iet5","edition":"5th edition","version":1,"asset":{"equipment_class":"I","equipment_type":"portable","conductor_mm2":"1","lead_length_m":"3","rated_power_w":"2000","rated_current_a":null,"heating":false,"surge_suppressors":false,"sockets":0,"rcd_ma":null,"unearthed_metal":false,"no_accessible_metal":false,"rewirable_plug":false,"mains_switch":false}}"#);
    let bare =
        r#"{"asset": {"equipment_class": "III", "equipment_type": "hand_held"}, "kind": "new_to_service"}"#;
    insta::assert_snapshot!(answer("en50678", bare).unwrap(), @r#"{"verdict":"incomplete","readings":[{"test":"insulation_resistance","value":null,"verdict":"missing","limit":"0.25","limit_bound":"minimum","limit_confidence":"2","margin":null,"reason":"No reading of insulation resistance is recorded, and it is required."},{"test":"functional","value":null,"verdict":"missing","limit":null,"margin":null,"reason":"No reading of functional check is recorded, and it is required."}],"reasons":["No visual item is recorded; look at the item and record at least one."],"kind":"new_to_service","ruleset":"en50678","edition":"EN 50678","version":1,"asset":{"equipment_class":"III","equipment_type":"hand_held","conductor_mm2":null,"lead_length_m":null,"rated_power_w":null,"rated_current_a":null,"heating":false,"surge_suppressors":false,"sockets":0,"rcd_ma":null,"unearthed_metal":false,"no_accessible_metal":false,"rewirable_plug":false,"mains_switch":false}}"#);
}

#[test]
fn numbers_come_as_numbers_or_as_strings() {
    let strings = KETTLE.replace("\"1.0\"", "1").replace("\"3\"", "3.0").replace("2000", "\"2000\"");
    let strings = strings.replace("\"sockets\": 0", "\"sockets\": \"0\"").replace("\"0.08\"", "0.08");
    assert_eq!(answer("iet5", &strings), answer("iet5", KETTLE));
    let nulls = KETTLE.replace("2000", "null");
    assert!(answer("iet5", &nulls).unwrap().contains(r#""rated_power_w":null"#));
}

#[test]
fn a_test_as_it_is_recorded_may_be_judged_too() {
    let more = r#""id": "0192", "performed_at": "2026-11-23T09:00:00Z", "instrument": "123", "visit": 4, "note": "x",
        "ruleset": "iet5", "kind""#;
    assert_eq!(answer("iet5", &KETTLE.replace("\"kind\"", more)), answer("iet5", KETTLE));
    let why = answer("en50699", &KETTLE.replace("\"kind\"", more)).unwrap_err();
    assert!(why.contains("ruleset: the document names iet5, and en50699 was asked for"), "{why}");
}

#[test]
fn what_is_refused_names_its_field() {
    for (from, to, says) in [
        ("\"3\"", "\"3 m\"", "asset.lead_length_m: \"3 m\" is not a number"),
        ("\"3\"", "-3", "asset.lead_length_m: -3 is negative"),
        ("\"3\"", "true", "asset.lead_length_m: invalid type: boolean"),
        ("\"sockets\": 0", "\"sockets\": 2.5", "asset.sockets: 2.5 sockets are not possible"),
        ("\"heating\": false", "\"heating\": \"no\"", "asset.heating: invalid type: string"),
        ("\"heating\"", "\"heater\"", "asset.heater: unknown field `heater`"),
        ("\"portable\"", "\"kettle\"", "asset.equipment_type: \"kettle\" is not a known equipment type"),
        ("\"equipment_class\": \"I\", ", "", "asset: missing field `equipment_class`"),
        ("\"kind\": \"combined\", ", "", "missing field `kind`"),
        ("\"combined\"", "\"pat\"", "kind: \"pat\" is not a known kind of test"),
        ("\"kind\"", "\"verdict\": \"pass\", \"kind\"", "verdict: unknown field `verdict`"),
        ("\"plug\": \"pass\"", "\"plug\": \"ok\"", "visual.plug: \"ok\" is not a known visual result"),
        ("\"plug\"", "\"cable\"", "visual.cable: \"cable\" is not a known visual item"),
        ("{\"plug\": \"pass\"}", "[]", "visual: invalid type"),
        ("\"plug\": \"pass\"", "\"plug\": \"fail\", \"plug\": \"pass\"", "\"plug\" is given twice"),
        ("\"<5\"", "\"5 or so\"", "readings[1].value: \"5 or so\" is not a number"),
        ("\"Mohm\"", "\"ohm\"", "readings[1].unit: insulation resistance is measured in Mohm"),
        ("\"voltage_v\": 500", "\"volts\": 500", "readings[1].volts: unknown field `volts`"),
        ("\"voltage_v\": 500", "\"voltage_v\": 0", "readings[1].voltage_v: 0 is not possible"),
        ("\"voltage_v\": 500", "\"voltage_v\": []", "readings[1].voltage_v: invalid type"),
        ("\"test\": \"load\", ", "", "readings[2]: missing field `test`"),
        ("\"readings\": [", "\"readings\": [1, ", "a list holds something else than objects"),
        ("\"0.08\"", "0.08000000000000000001", "more than 15 digits"),
        (
            "\"0.08\"",
            "\"0.08000000000000000001\"",
            "readings[0].value: \"0.08000000000000000001\" has more than six",
        ),
        ("\"0.08\"", "\"0.08\", \"value\": \"9\"", "duplicate field `value`"),
        (
            "{\"test\": \"load\", \"value\": 1980, \"unit\": \"VA\"}",
            "[\"load\"]",
            "a list holds something else",
        ),
        ("\"kind\"", "kind", "key must be a string at line"),
    ] {
        assert!(KETTLE.contains(from), "{from}");
        let why = refused(&KETTLE.replacen(from, to, 1));
        assert!(why.contains(says), "{to}: {why}");
    }
    for none in ["", "[]", "7"] {
        assert!(refused(none).contains("write one JSON object"));
    }
    assert!(refused("{}").contains("missing field `asset`"));
    let many = r#"{"test": "polarity", "value": "pass"},"#.repeat(501);
    let many = KETTLE.replace("\"readings\": [", &format!("\"readings\": [{many}"));
    assert!(refused(&many).contains("readings: give at most 500"));
}
