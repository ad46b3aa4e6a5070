use super::*;
use crate::money::{Money, money};
use proptest::prelude::*;

type Read = fn(&str, Option<&str>) -> Result<Option<Decimal>, Wrong>;

fn reads(read: Read, cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        let shown = read(text, None).map(|q| q.map(|q| q.to_string()).unwrap_or_default());
        assert_eq!(shown.as_deref(), Ok(*wanted), "{text}");
    }
}

#[test]
fn currents_and_fuses() {
    reads(
        current_a,
        &[
            ("13A", "13"),
            ("13 A", "13"),
            ("3 amp", "3"),
            ("13", "13"),
            ("500mA", "0.5"),
            ("6,3 A", "6.3"),
            ("5A fuse", "5"),
        ],
    );
    reads(current_a, &[("", ""), ("N/A", ""), ("no fuse", ""), ("-", ""), ("0", "")]);
    for text in ["13W", "A", "5/13", "-3A", "<13A", "1 3", "1001"] {
        assert!(current_a(text, None).unwrap_err().expected.contains("13A"), "{text}");
    }
}

#[test]
fn lengths_conductors_and_power() {
    reads(
        length_m,
        &[
            ("2m", "2"),
            ("2,0", "2"),
            ("1.50 m", "1.5"),
            ("200cm", "2"),
            ("1500 mm", "1.5"),
            ("3 metres", "3"),
        ],
    );
    reads(
        conductor_mm2,
        &[
            ("1.5mm2", "1.5"),
            ("1.5 mm²", "1.5"),
            ("0,75", "0.75"),
            ("1.0", "1"),
            ("3x1.5", "1.5"),
            ("3G1.5mm2", "1.5"),
        ],
    );
    reads(conductor_mm2, &[("3 core 1.25mm", "1.25"), ("2 × 0.75 mm^2", "0.75"), ("1.5 sq. mm", "1.5")]);
    reads(
        power_w,
        &[("2kW", "2000"), ("2000W", "2000"), ("2,000 W", "2000"), ("1.5 kW", "1500"), ("1,500kW", "1500")],
    );
    reads(power_w, &[("90VA", "90"), ("1 000", "1000"), ("0.500", "0.5"), ("2'000 W", "2000")]);
    for text in ["2.000 W", "1,25,000", "2000 mA", "1.2.3", "9999999999999999999", "1.0000001"] {
        assert!(power_w(text, None).is_err(), "{text}");
    }
    assert!(length_m("1500", None).unwrap_err().reason.contains("unit"));
}

#[test]
fn a_header_may_name_the_unit() {
    assert_eq!(header_unit("Power (kW)"), Some(("Power ".into(), "kw".into())));
    assert_eq!(header_unit("Conductor mm²"), Some(("Conductor".into(), "mm2".into())));
    assert_eq!(header_unit("Cost (£)"), Some(("Cost ".into(), "£".into())));
    assert_eq!(header_unit("Location name"), None);
    assert_eq!(power_w("2", Some("kw")), Ok(Some(Decimal::from_whole(2000))));
    assert_eq!(power_w("2000W", Some("kw")), Ok(Some(Decimal::from_whole(2000))));
    assert_eq!(rating("10", Some("a")), Ok(Some(Rating::Current(Decimal::from_whole(10)))));
    assert_eq!(rating("2kW", None), Ok(Some(Rating::Power(Decimal::from_whole(2000)))));
    assert!(rating("13", None).unwrap_err().reason.contains("watts or amperes"));
}

#[test]
fn money_is_read_into_hundredths() {
    for (text, minor, currency) in [
        ("£12.50", 1250, Some("GBP")),
        ("12.5", 1250, None),
        ("1,250.00", 125_000, None),
        ("1.250,00 €", 125_000, Some("EUR")),
        ("GBP 1,250", 125_000, Some("GBP")),
        ("12,50 eur", 1250, Some("EUR")),
        ("1 250 000,5", 125_000_050, None),
        ("$5", 500, None),
        ("NZ$ 5", 500, Some("NZD")),
        ("£0.00", 0, Some("GBP")),
        ("12,-", 1200, None),
    ] {
        let wanted = Money { minor, currency: currency.map(String::from) };
        assert_eq!(money(text, None), Ok(Some(wanted)), "{text}");
    }
    for text in ["1.250", "-5", "12.345", "free", "5 apples", "1,25,0", "1e9"] {
        assert!(money(text, None).is_err(), "{text}");
    }
    assert_eq!(money("5", Some("£")).unwrap().unwrap().currency.as_deref(), Some("GBP"));
}

#[test]
fn counts() {
    assert_eq!((count("4"), count("4-way"), count("n/a")), (Ok(Some(4)), Ok(Some(4)), Ok(None)));
    assert!(count("four").is_err() && count("101").is_err() && count("4 kW").is_err());
}

proptest! {
    #[test]
    fn any_text_is_answered(text in any::<String>(), unit in prop::option::of("[a-z£]{0,3}")) {
        let unit = unit.as_deref();
        let _ = (power_w(&text, unit), conductor_mm2(&text, unit), money(&text, unit), rating(&text, unit), count(&text));
        let _ = header_unit(&text);
    }

    #[test]
    fn numbers_are_answered(text in "[0-9., ']{1,12}[a-zA-Z²]{0,3}") {
        let _ = (power_w(&text, None), money(&text, None));
    }

    #[test]
    fn a_quantity_reads_back_as_itself(millionths in 1i64..500_000_000) {
        let length = Decimal::from_millionths(millionths);
        prop_assert_eq!(length_m(&length.to_string(), None), Ok(Some(length)));
    }
}
