use super::*;

fn read(json: &str) -> Result<Reading, String> {
    serde_json::from_str(json).map_err(|e| e.to_string())
}

#[test]
fn takes_the_json_of_the_test_endpoint() {
    let reading = read(
        r#"{"test": "earth_continuity", "value": " 0.08", "unit": "ohm", "test_current_a": "0.2", "socket": 2,
            "phase": "L1"}"#,
    )
    .unwrap();
    assert_eq!(reading.value, ReadingValue::exact("0.08".parse().unwrap()));
    assert_eq!((reading.socket, reading.phase.as_deref()), (Some(2), Some("L1")));
    assert_eq!(reading.as_given, " 0.08", "kept to the letter");
    let number =
        read(r#"{"test": "insulation_resistance", "value": 19.99, "unit": "Mohm", "voltage_v": "500"}"#);
    assert_eq!(number.as_ref().unwrap().as_given, "19.99");
    assert_eq!(number.unwrap().voltage_v, Some(500));
    assert!(read(r#"{"test": "polarity", "value": "pass", "unit": ""}"#).unwrap().unit.is_none());
}

#[test]
fn goes_out_as_it_came_in() {
    for json in [
        r#"{"test":"rcd_trip_time","value":"OL","unit":"ms","rated_ma":"30","multiplier":"1","phase":"180"}"#,
        r#"{"test":"insulation_resistance","value":"> 19.99","unit":"Mohm","voltage_v":"250"}"#,
        r#"{"test":"polarity","value":"fail"}"#,
    ] {
        let reading = read(json).unwrap();
        assert_eq!(serde_json::to_string(&reading).unwrap(), json);
    }
}

#[test]
fn names_the_field_and_says_what_is_right() {
    for (json, says) in [
        (r#"{"test":"earth","value":"1"}"#, "test: \"earth\" is not a known"),
        (
            r#"{"test":"earth_continuity","value":"1"}"#,
            "unit: the unit of earth continuity is missing; write ohm",
        ),
        (r#"{"test":"earth_continuity","value":"1","unit":"mA"}"#, "measured in ohm, not in mA"),
        (r#"{"test":"earth_continuity","value":"1","unit":"mohm"}"#, "unit: \"mohm\" is not a known unit"),
        (r#"{"test":"earth_continuity","value":"-1","unit":"ohm"}"#, "value: \"-1\" is negative"),
        (r#"{"test":"earth_continuity","value":"","unit":"ohm"}"#, "value: a number is missing"),
        (r#"{"test":"earth_continuity","value":"1,5","unit":"ohm"}"#, "value: \"1,5\" has a comma"),
        (
            r#"{"test":"polarity","value":"0.1"}"#,
            "value: \"0.1\" is no result of polarity; write pass or fail",
        ),
        (r#"{"test":"polarity","value":"OL"}"#, "write pass or fail"),
        (r#"{"test":"polarity","value":"pass","unit":"ohm"}"#, "unit: polarity has no unit"),
        (r#"{"test":"load","value":"pass","unit":"VA"}"#, "value: a load is a number in VA"),
        (r#"{"test":"polarity","value":"pass","socket":0}"#, "socket: 0 is not possible"),
        (r#"{"test":"polarity","value":"pass","socket":1.5}"#, "socket: 1.5 is not possible"),
        (r#"{"test":"polarity","value":"pass","voltage_v":-5}"#, "voltage_v: -5 is not possible"),
        (r#"{"test":"polarity","value":"pass","rated_ma":"-5"}"#, "-5 is negative"),
        (r#"{"test":"polarity","value":"pass","phase":"a very long phase name"}"#, "phase: give at most 20"),
        (r#"{"test":"polarity","value":"pass","volts":5}"#, "unknown field `volts`"),
        (r#"{"value":"pass"}"#, "missing field `test`"),
        (r#"{"test":"polarity"}"#, "missing field `value`"),
        (r#"{"test":"polarity","value":null}"#, "a number, best as a string"),
    ] {
        let error = read(json).unwrap_err();
        assert!(error.contains(says), "{json}: {error}");
    }
    let long = format!(r#"{{"test":"load","value":"{}","unit":"VA"}}"#, "1".repeat(50));
    assert!(read(&long).unwrap_err().contains("value: "));
}
