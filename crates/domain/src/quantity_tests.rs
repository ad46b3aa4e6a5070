use proptest::prelude::*;

use super::*;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn reads_and_shows_the_shortest_spelling() {
    for (given, shown, millionths) in [
        ("0.1585", "0.1585", 158_500),
        (".5", "0.5", 500_000),
        ("3", "3", 3_000_000),
        ("1.0", "1", 1_000_000),
        (" 1.50 ", "1.5", 1_500_000),
        ("-0.05", "-0.05", -50_000),
        ("-0", "0", 0),
        ("0.000001", "0.000001", 1),
        ("0.0000010000000", "0.000001", 1),
        ("007", "7", 7_000_000),
        ("9223372036854.775807", "9223372036854.775807", i64::MAX),
        ("00000000000000000000000000000000001", "1", 1_000_000),
    ] {
        assert_eq!(d(given).millionths(), millionths, "{given}");
        assert_eq!(d(given).to_string(), shown, "{given}");
    }
    assert_eq!(format!("{:>6}", d("1.5")), "   1.5");
    assert_eq!(Decimal::from_millionths(i64::MIN).to_string(), "-9223372036854.775808");
}

#[test]
fn refuses_what_is_no_number_and_says_what_would_be_right() {
    for (given, says) in [
        ("", "missing"),
        ("   ", "missing"),
        ("1,5", "point"),
        ("1,234.5", "point"),
        (".", "not a number"),
        ("3.", "not a number"),
        ("-", "not a number"),
        ("--1", "not a number"),
        ("+1", "not a number"),
        ("1e3", "not a number"),
        ("1.2.3", "not a number"),
        ("1 000", "not a number"),
        ("NaN", "not a number"),
        ("\u{0663}", "not a number"),
        ("0x10", "not a number"),
        ("0.0000001", "six decimals"),
        ("9223372036854.775808", "too large"),
        ("99999999999999999999", "too large"),
    ] {
        let error = given.parse::<Decimal>().unwrap_err();
        assert!(error.contains(says), "{given:?}: {error}");
    }
    let flood = "9x".repeat(10_000).parse::<Decimal>().unwrap_err();
    assert!(flood.len() < 120, "{flood}");
}

#[test]
fn converts_thousandths_exactly_or_not_at_all() {
    assert_eq!(Decimal::from_thousandths(158), Some(d("0.158")));
    assert_eq!(Decimal::from_thousandths(i64::MAX), None);
    assert_eq!(d("0.158").thousandths(), Some(158));
    assert_eq!(d("0.1585").thousandths(), None);
    assert_eq!(d("-2").thousandths(), Some(-2000));
    assert_eq!(Decimal::from_whole(13), d("13"));
}

#[test]
fn arithmetic_is_exact_or_refused() {
    assert_eq!(d("0.1").checked_add(d("0.2")), Some(d("0.3")));
    assert_eq!(Decimal::from_millionths(i64::MAX).checked_add(d("1")), None);
    assert_eq!(d("1").checked_sub(d("1.5")), Some(d("-0.5")));
    assert_eq!(d("3").checked_mul(d("0.0195")), Ok(d("0.0585")));
    assert_eq!(d("25").checked_mul(d("0.0133")), Ok(d("0.3325")));
    assert!(d("2.75").checked_mul(d("0.00495")).unwrap_err().contains("six decimals"));
    assert!(d("9000000").checked_mul(d("9000000")).unwrap_err().contains("too large"));
    assert_eq!(d("2.75").mul_floor(d("0.00495")), Some(d("0.013612")));
    assert_eq!(d("9000000").mul_floor(d("9000000")), None);
}

#[test]
fn counts_started_steps() {
    for (length, begun) in [("0", 0), ("-1", 0), ("0.000001", 1), ("7.5", 1), ("7.500001", 2), ("15", 2)] {
        assert_eq!(d(length).steps_begun(d("7.5")), begun, "{length}");
    }
    assert_eq!(d("1").steps_begun(Decimal::ZERO), 0);
}

#[test]
fn json_takes_strings_and_numbers_and_gives_strings() {
    for (json, text) in
        [("\"0.08\"", "0.08"), ("0.08", "0.08"), ("2000", "2000"), ("-3", "-3"), ("1e2", "100")]
    {
        assert_eq!(serde_json::from_str::<Decimal>(json).unwrap(), d(text), "{json}");
    }
    assert_eq!(serde_json::to_string(&d("0.10")).unwrap(), "\"0.1\"");
    for json in ["null", "true", "[]", "{}", "1e300", "1e-9", "\"x\""] {
        assert!(serde_json::from_str::<Decimal>(json).is_err(), "{json}");
    }
}

proptest! {
    #[test]
    fn what_is_shown_reads_back(millionths in any::<i64>()) {
        let number = Decimal::from_millionths(millionths);
        prop_assume!(millionths != i64::MIN); // its size has no positive twin
        prop_assert_eq!(d(&number.to_string()), number);
    }

    #[test]
    fn order_is_the_order_of_numbers(a in any::<i32>(), b in any::<i32>()) {
        let (x, y) = (Decimal::from_millionths(a.into()), Decimal::from_millionths(b.into()));
        prop_assert_eq!(x.cmp(&y), a.cmp(&b));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}") {
        let _ = text.parse::<Decimal>();
    }
}
