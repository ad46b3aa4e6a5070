use super::*;
use crate::equipment::{EquipmentClass, EquipmentType};

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn earth(length: Option<&str>, mm2: Option<&str>) -> Limit {
    let mut subject = Subject::new(EquipmentClass::I, EquipmentType::Portable);
    subject.lead_length_m = length.map(d);
    subject.conductor_mm2 = mm2.map(d);
    limit_for(RuleSet::find("iet5").unwrap(), ReadingTest::EarthContinuity, &Case::of(&subject)).unwrap()
}

#[test]
fn the_worked_figures() {
    assert_eq!(earth(Some("3"), Some("1.0")).value, d("0.1585"));
    assert_eq!(earth(Some("25"), Some("1.5")).value, d("0.4325"));
    assert_eq!(earth(Some("3"), None).value, d("0.1"));
    assert_eq!(earth(None, Some("1.5")).fails_beyond, Some(d("1")));
    assert_eq!(earth(Some("9000000000000"), Some("1.5")).value, d("119700000000.1"));
}

#[test]
fn a_limit_says_how_it_came_about() {
    insta::assert_snapshot!(earth(Some("3"), Some("1.0")).basis.unwrap(), @"0.1 plus 0.0585 for 3 m of 1 mm²");
    insta::assert_snapshot!(earth(Some("3"), None).basis.unwrap(), @"0.1, as the conductor size of the lead is not recorded");
    insta::assert_snapshot!(earth(Some("3"), Some("0.6")).basis.unwrap(), @"0.1, as there is no figure for 3 m of 0.6 mm²");
    insta::assert_snapshot!(earth(None, None).basis.unwrap(), @"lead length not recorded; the limit with no lead at all is 0.1");
}

/// The whole table of comparing: the reading, then what it proves against at most 5 and at least 5.
#[test]
fn what_each_operator_proves() {
    use Proof::{Fail, Open, Pass};
    let limit = |bound| Limit {
        bound,
        value: d("5"),
        unit: Unit::Milliamp,
        confidence: Confidence::TwoSources,
        basis: None,
        fails_beyond: None,
    };
    for (reading, maximum, minimum) in [
        ("4.999999", Pass, Fail),
        ("5", Pass, Pass),
        ("5.000001", Fail, Pass),
        ("<4.9", Pass, Fail),
        ("<5", Pass, Fail),
        ("<5.1", Open, Open),
        ("<=4.9", Pass, Fail),
        ("<=5", Pass, Open),
        ("<=5.1", Open, Open),
        (">4.9", Open, Open),
        (">5", Fail, Pass),
        (">5.1", Fail, Pass),
        (">=4.9", Open, Open),
        (">=5", Open, Pass),
        (">=5.1", Fail, Pass),
        ("OL", Fail, Pass),
        ("pass", Open, Open),
        ("fail", Fail, Fail),
    ] {
        let value = reading.parse().unwrap();
        assert_eq!(limit(Bound::Maximum).compare(value), maximum, "{reading} against at most 5");
        assert_eq!(limit(Bound::Minimum).compare(value), minimum, "{reading} against at least 5");
    }
}

#[test]
fn the_margin_is_negative_beyond_the_limit() {
    let limit = earth(Some("3"), Some("1.0"));
    assert_eq!(limit.margin("0.08".parse().unwrap()), Some(d("0.0785")));
    assert_eq!(limit.margin("0.2".parse().unwrap()), Some(d("-0.0415")));
    assert_eq!(limit.margin(">0.2".parse().unwrap()), Some(d("-0.0415")), "at least as far");
    assert_eq!(limit.margin("<5".parse().unwrap()), None);
    assert_eq!(limit.margin(ReadingValue::OverRange), None);
}
