use super::*;
use crate::equipment::{EquipmentClass, EquipmentType};
use crate::limits::{Case, limit_for};

/// Rules of the kinds that other standards need; the shipped files come with those standards.
const OTHER_KINDS: &str = r#"
code = "steps"
name = "Limits in steps"
edition = "test"
version = 1
after_repair = "steps"
source = "test"
conductor = [{ mm2 = "2.5", ohm_per_m = "0.008", confidence = "1" }]

[insulation]
standard_v = 500
surge_suppressors_v = 250
confidence = "2"

[[limit]]
test = "earth_continuity"
when = { mm2_above = "1.5" }
maximum = { plus_lead = { base = "0.1", at_least = "0.1", at_most = "1.0", unknown_length_fails_above = "1.0" } }
confidence = "1"
[[limit]]
test = "earth_continuity"
maximum = { length_steps = { base = "0.3", up_to_m = "5", step = "0.1", every_m = "7.5", at_most = "1.0", unknown_length_fails_above = "1.0" } }
confidence = "2"
[[limit]]
test = "protective_conductor_current"
when = { heating = true, rated_w_above = "3500" }
maximum = { per_kilowatt = { each = "1", at_least = "3.5", at_most = "10" } }
confidence = "2"
[[limit]]
test = "protective_conductor_current"
maximum = { fixed = "3.5" }
confidence = "2"
[[limit]]
test = "touch_current"
when = { class = ["I"] }
maximum = { fixed = "5" }
confidence = "2"
[[limit]]
test = "touch_current"
maximum = { fixed = "0.5" }
confidence = "2"
[[limit]]
test = "insulation_resistance"
when = { class = ["I"], heating = true, rated_w_at_least = "3500" }
minimum = { fixed = "0.3" }
forgiven_by = ["protective_conductor_current", "substitute_leakage"]
confidence = "1"
[[limit]]
test = "insulation_resistance"
minimum = { fixed = "1.0" }
confidence = "2"
[[limit]]
test = "rcd_trip_time"
when = { rcd_ma_at_most = "10" }
maximum = { fixed = "40" }
confidence = "2"
[[limit]]
test = "rcd_trip_time"
maximum = { fixed = "300" }
confidence = "2"

[[require]]
test = "insulation_resistance"
instead = ["touch_current", "protective_conductor_current"]
instead_when = "always"
confidence = "2"
[[require]]
test = "protective_conductor_current"
when = { mains_switch = true }
instead = ["substitute_leakage"]
confidence = "2"
[[require]]
test = "touch_current"
when = { class = ["II"], no_accessible_metal = false }
confidence = "2"
"#;

fn limit(set: &RuleSet, test: ReadingTest, change: impl Fn(&mut Subject)) -> String {
    let mut subject = Subject::new(EquipmentClass::I, EquipmentType::Portable);
    change(&mut subject);
    limit_for(set, test, &Case::of(&subject)).map_or("none".to_owned(), |l| l.words())
}

fn d(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

#[test]
fn shipped_rule_sets_are_sound_and_found_by_code() {
    let codes: Vec<_> = RuleSet::all().iter().map(|set| set.code.as_str()).collect();
    assert_eq!(codes, ["iet5", "en50699", "en50678", "vde0701", "asnzs3760"], "the default first");
    let iet = RuleSet::find("iet5").unwrap();
    assert_eq!((iet.conductors.len(), iet.edition.as_str()), (8, "5th edition"));
    assert!(RuleSet::find("iet4").is_none());
    assert!(RuleSet::parse_code("iet4").unwrap_err().contains("use one of iet5, en50699"));
    let sourced = |set: &RuleSet| {
        let figures = set.limits.iter().map(|rule| &rule.source);
        let required = set.requirements.iter().map(|rule| &rule.source);
        let rows = set.conductors.iter().map(|row| &row.source);
        figures.chain(required).chain(rows).chain([&set.insulation.source]).all(|source| !source.is_empty())
    };
    assert!(RuleSet::all().iter().all(sourced), "every figure names its source");
}

#[test]
fn after_a_repair_each_rule_set_knows_which_is_used() {
    let after = |code: &str| RuleSet::find(code).unwrap().after_repair().unwrap().code.as_str();
    assert_eq!(after("iet5"), "en50678");
    assert_eq!(after("en50699"), "en50678");
    assert_eq!(after("en50678"), "en50678");
    assert_eq!(after("vde0701"), "en50678");
    assert_eq!(after("asnzs3760"), "asnzs3760");
}

/// A changed figure under an old number would explain old verdicts by figures that did not make them.
#[test]
fn a_changed_figure_is_a_new_version() {
    let rows = include_str!("../rulesets/conductors.toml");
    let prints = FILES.iter().map(|(name, text)| {
        let figures = text.lines().chain(rows.lines()).map(|line| line.split('#').next().unwrap().trim());
        let hash = figures.flat_map(str::bytes).fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{name} version {} {hash:016x}", RuleSet::from_toml(text).unwrap().version)
    });
    insta::assert_snapshot!(prints.collect::<Vec<_>>().join("\n"), @r#"
iet5.toml version 1 42a23facd69438a4
en50699.toml version 1 a8a034980b7dd79d
en50678.toml version 1 5c64b787a134a717
vde0701.toml version 1 db04e2506e776e3d
asnzs3760.toml version 1 ceb69158117ea66f
"#);
    for set in RuleSet::all() {
        assert_eq!(RuleSet::find_version(&set.code, set.version), Some(set));
    }
    assert_eq!(RuleSet::find_version("iet5", 99), None);
}

#[test]
fn a_figure_is_as_well_confirmed_as_the_weakest_it_rests_on() {
    let mark = |code: &str, mm2: &str| {
        let mut subject = Subject::new(EquipmentClass::I, EquipmentType::Stationary);
        (subject.lead_length_m, subject.conductor_mm2) = (d("10"), d(mm2));
        let set = RuleSet::find(code).unwrap();
        limit_for(set, ReadingTest::EarthContinuity, &Case::of(&subject)).unwrap().confidence
    };
    assert_eq!(mark("iet5", "1.5"), Confidence::OneSource, "the resistance of the lead has one source");
    assert_eq!(mark("iet5", "4"), Confidence::Unconfirmed);
    assert_eq!(mark("en50699", "1.5"), Confidence::TwoSources, "steps of length rest on nothing else");
    assert_eq!(mark("en50699", "4"), Confidence::Unconfirmed);
}

#[test]
fn a_file_may_hold_limits_in_steps_of_length() {
    let set = RuleSet::from_toml(OTHER_KINDS).unwrap();
    for (length, ohms) in [
        ("0", "0.3"),
        ("5", "0.3"),
        ("5.001", "0.4"),
        ("12.5", "0.4"),
        ("12.6", "0.5"),
        ("20", "0.5"),
        ("27.5", "0.6"),
        ("35", "0.7"),
        ("42.5", "0.8"),
        ("50", "0.9"),
        ("50.1", "1"),
        ("57.5", "1"),
        ("9000000000", "1"),
    ] {
        let words = limit(&set, ReadingTest::EarthContinuity, |s| s.lead_length_m = d(length));
        assert_eq!(words, format!("at most {ohms} Ω"), "{length} m");
    }
    let thick = |length: &str| {
        limit(&set, ReadingTest::EarthContinuity, |s| {
            s.conductor_mm2 = d("2.5");
            s.lead_length_m = d(length);
        })
    };
    assert_eq!(thick("10"), "at most 0.18 Ω");
    assert_eq!(thick("200"), "at most 1 Ω");
}

#[test]
fn a_file_may_hold_limits_by_power_class_and_rcd() {
    let set = RuleSet::from_toml(OTHER_KINDS).unwrap();
    let current = |watts: &str, heating: bool| {
        limit(&set, ReadingTest::ProtectiveConductorCurrent, |s| {
            s.rated_power_w = d(watts);
            s.heating = heating;
        })
    };
    assert_eq!(current("3500", true), "at most 3.5 mA");
    assert_eq!(current("4200", true), "at most 4.2 mA");
    assert_eq!(current("4200.5", true), "at most 4.2005 mA");
    assert_eq!(current("12000", true), "at most 10 mA");
    assert_eq!(current("12000", false), "at most 3.5 mA");
    assert_eq!(limit(&set, ReadingTest::TouchCurrent, |_| ()), "at most 5 mA");
    assert_eq!(
        limit(&set, ReadingTest::TouchCurrent, |s| s.equipment_class = EquipmentClass::II),
        "at most 0.5 mA"
    );
    assert_eq!(limit(&set, ReadingTest::RcdTripTime, |s| s.rcd_ma = d("10")), "at most 40 ms");
    assert_eq!(limit(&set, ReadingTest::RcdTripTime, |s| s.rcd_ma = d("30")), "at most 300 ms");
    assert_eq!(limit(&set, ReadingTest::Load, |_| ()), "none");
}

#[test]
fn a_file_may_hold_alternatives_and_what_forgives_a_reading() {
    use crate::verdict::{TestInput, Verdict, judge};
    let set = RuleSet::from_toml(OTHER_KINDS).unwrap();
    let mut subject = Subject::new(EquipmentClass::I, EquipmentType::Portable);
    let verdict = |subject: &Subject, readings: &str| {
        let json =
            format!(r#"{{"kind": "combined", "visual": {{"plug": "pass"}}, "readings": [{readings}]}}"#);
        judge(&set, subject, &serde_json::from_str::<TestInput>(&json).unwrap()).verdict
    };
    let insulation = r#"{"test": "insulation_resistance", "value": "0.2", "unit": "Mohm"}"#;
    let current =
        |ma: &str| format!(r#"{{"test": "protective_conductor_current", "value": "{ma}", "unit": "mA"}}"#);
    assert_eq!(
        verdict(&subject, &current("1")),
        Verdict::Pass,
        "leakage instead of insulation, no reason needed"
    );
    assert_eq!(verdict(&subject, &format!("{insulation}, {}", current("1"))), Verdict::Fail);
    subject.heating = true;
    subject.rated_power_w = d("3500");
    assert_eq!(verdict(&subject, &format!("{insulation}, {}", current("1"))), Verdict::Pass);
    assert_eq!(verdict(&subject, &format!("{insulation}, {}", current("4"))), Verdict::Fail);
    assert_eq!(verdict(&subject, &format!("{insulation}, {}", current("<4"))), Verdict::Fail);
    assert_eq!(verdict(&subject, insulation), Verdict::Fail);
    let mixed = format!("{insulation}, {}, {}", current("1"), current("<4"));
    assert_eq!(verdict(&subject, &mixed), Verdict::Fail, "a current that proves nothing forgives nothing");
}

#[test]
fn an_rcd_tested_at_a_multiple_does_not_stand_for_once_its_rating() {
    use crate::verdict::{TestInput, Verdict, judge};
    let required = "\n[[require]]\ntest = \"rcd_trip_time\"\nconfidence = \"2\"\n";
    let set = RuleSet::from_toml(&format!("{}{required}", OTHER_KINDS.split("[[require]]").next().unwrap()))
        .unwrap();
    for (multiplier, verdict) in [("1", Verdict::Pass), ("5", Verdict::Incomplete)] {
        let json = format!(
            r#"{{"kind": "combined", "visual": {{"plug": "pass"}}, "readings": [
                {{"test": "rcd_trip_time", "value": "20", "unit": "ms", "multiplier": "{multiplier}"}}]}}"#
        );
        let input: TestInput = serde_json::from_str(&json).unwrap();
        let subject = Subject::new(EquipmentClass::I, EquipmentType::Portable);
        assert_eq!(judge(&set, &subject, &input).verdict, verdict, "x{multiplier}");
    }
}

#[test]
fn a_file_that_contradicts_itself_is_refused() {
    for (from, to, says) in [
        ("maximum = { fixed = \"3.5\" }", "maximum = { fixed = \"-3.5\" }", "contradict"),
        ("at_least = \"3.5\", at_most = \"10\"", "at_least = \"35\", at_most = \"10\"", "contradict"),
        ("every_m = \"7.5\"", "every_m = \"0\"", "contradict"),
        (
            "minimum = { fixed = \"1.0\" }",
            "minimum = { fixed = \"1.0\" }\nmaximum = { fixed = \"2\" }",
            "a maximum and a minimum",
        ),
        ("test = \"touch_current\"\nmaximum", "test = \"polarity\"\nmaximum", "passed or failed"),
        (
            "instead = [\"substitute_leakage\"]",
            "instead = [\"protective_conductor_current\"]",
            "stands in for itself",
        ),
        ("ohm_per_m = \"0.008\"", "ohm_per_m = \"0\"", "not above zero"),
        ("mm2_above = \"1.5\"", "mm2_over = \"1.5\"", "unknown field `mm2_over`"),
        ("confidence = \"1\" }]", "confidence = \"3\" }]", "not a known confidence"),
        ("code = \"steps\"", "code = \"Steps 1\"", "a code is written with a to z and 0 to 9"),
        ("edition = \"test\"", "edition = \"\"", "edition is empty"),
        ("version = 1", "version = 0", "version counts from 1"),
        ("surge_suppressors_v = 250", "surge_suppressors_v = 750", "750 V for surge suppressors is above"),
        (
            "maximum = { fixed = \"300\" }",
            "minimum = { fixed = \"300\" }",
            "limit 10 (rcd_trip_time): give a maximum",
        ),
        (
            "when = { rcd_ma_at_most = \"10\" }\n",
            "",
            "limit 10 (rcd_trip_time): an earlier limit always holds, so that this one is never used",
        ),
        (
            "test = \"insulation_resistance\"\ninstead",
            "test = \"load\"\ninstead",
            "required reading 1 (load): it has no limit, so that nothing could prove it",
        ),
        (
            "when = { mains_switch = true }\n",
            "kinds = []\n",
            "required reading 2 (protective_conductor_current): it names no kind",
        ),
        (
            "forgiven_by = [\"protective_conductor_current\"",
            "forgiven_by = [\"insulation_resistance\"",
            "limit 7 (insulation_resistance): it forgives itself",
        ),
    ] {
        assert!(OTHER_KINDS.contains(from), "{from}");
        let error = RuleSet::from_toml(&OTHER_KINDS.replace(from, to)).unwrap_err();
        assert!(error.contains(says), "{to}: {error}");
    }
}
