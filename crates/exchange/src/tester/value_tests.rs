use super::*;

fn read(measured: Measured, text: &str) -> (Option<String>, Vec<String>) {
    let parts = parts(text);
    let mut reading = TesterReading::new(measured, "Test", "");
    let mut hints = vec![];
    set(&mut reading, &parts.figure, &parts.unit, &mut hints);
    (reading.value.map(|v| v.to_string()), hints)
}

#[test]
fn cells_fall_into_figure_unit_and_result() {
    for (text, figure, unit, verdict) in [
        (">19.99 MOHM P", ">19.99", "MOHM", Some(TesterVerdict::Pass)),
        ("0.04 OHM F", "0.04", "OHM", Some(TesterVerdict::Fail)),
        ("> 19.99MOhm", "> 19.99", "MOhm", None),
        ("OL MOHM P", "OL", "MOHM", Some(TesterVerdict::Pass)),
        ("P", "P", "", None),
        ("0,08", "0,08", "", None),
        ("", "", "", None),
    ] {
        let found = parts(text);
        assert_eq!(
            (found.figure.as_str(), found.unit.as_str(), found.verdict),
            (figure, unit, verdict),
            "{text}"
        );
    }
}

#[test]
fn values_come_in_the_units_of_our_tests() {
    use Measured::{EarthContinuity as Earth, InsulationResistance as Insulation, Leakage, RcdTripTime};
    for (measured, text, value) in [
        (Earth, "0.04 OHM", "0.04"),
        (Earth, "85 mΩ", "0.085"),
        (Earth, "85 mohms", "0.085"),
        (Insulation, ">19.99 MOHM", ">19.99"),
        (Insulation, "> 19,99 MΩ", ">19.99"),
        (Insulation, "500 kΩ", "0.5"),
        (Insulation, "2 GOhm", "2000"),
        (Insulation, ">OL", "OL"),
        (Insulation, "O/L", "OL"),
        (Leakage, "250 µA", "0.25"),
        (RcdTripTime, "0.0215 s", "21.5"),
        (Earth, "0,125", "0.125"),
        (Earth, "P", "pass"),
    ] {
        assert_eq!(read(measured, text), (Some(value.to_owned()), vec![]), "{text}");
    }
}

#[test]
fn what_could_be_two_things_has_no_value_and_says_why() {
    for (measured, text, says) in [
        (Measured::EarthContinuity, "85 MOHM", "no unit"),
        (Measured::EarthContinuity, "1,250 ohm", "thousand"),
        (Measured::InsulationResistance, "5 V", "no unit"),
        (Measured::Polarity, "5", "pass or fail"),
        (Measured::EarthContinuity, "-0.1", "negative"),
        (Measured::EarthContinuity, "maybe", "not a reading"),
    ] {
        let (value, hints) = read(measured, text);
        assert_eq!(value, None, "{text}");
        assert!(hints[0].contains(says), "{text}: {hints:?}");
    }
    assert_eq!(read(Measured::EarthContinuity, "n/a"), (None, vec![]));
}
