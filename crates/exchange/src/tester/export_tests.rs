use super::*;
use crate::tester::{Format, TesterFile, TesterOptions};
use chrono::{NaiveDate, NaiveTime};
use domain::reading::Operator;
use domain::visual::VisualItem;
use proptest::prelude::*;

fn read(bytes: &[u8]) -> Vec<TestRecord> {
    let options = TesterOptions { year_now: 2025, ..TesterOptions::default() };
    TesterFile::open(Format::Patguard, bytes, &options).unwrap().map(Result::unwrap).collect()
}

fn csv(tests: &[TestRecord]) -> String {
    let sheet = PatguardSheet::for_records(tests);
    tests.iter().fold(sheet.csv_header(), |text, test| text + &sheet.csv_row(test).unwrap())
}

/// What the sheet carries: the names of tests are ours then, and the place is the sheet's.
fn comparable(test: &TestRecord) -> TestRecord {
    let mut test = TestRecord { place: Default::default(), ..test.clone() };
    for reading in &mut test.readings {
        (reading.name, reading.given, reading.unit) = Default::default();
    }
    for seen in &mut test.visual {
        seen.name.clear();
    }
    test
}

fn word() -> impl Strategy<Value = String> {
    "([A-Za-z=+@-][A-Za-z0-9 ,;\"'é_-]{0,10}[A-Za-z0-9])?"
}

fn decimal() -> impl Strategy<Value = Decimal> {
    (0i64..20_000_000).prop_map(|thousandths| Decimal::from_millionths(thousandths * 1000))
}

fn value(measured: Measured) -> BoxedStrategy<ReadingValue> {
    let word = prop_oneof![Just(ReadingValue::Pass), Just(ReadingValue::Fail)];
    if measured.unit_code().is_empty() {
        return word.boxed();
    }
    let number = (prop::sample::select(Operator::ALL.to_vec()), decimal());
    let number = number.prop_map(|(operator, value)| ReadingValue::Number { operator, value });
    prop_oneof![4 => number, 1 => Just(ReadingValue::OverRange), 1 => word].boxed()
}

fn verdict() -> impl Strategy<Value = Option<TesterVerdict>> {
    prop::option::of(prop::sample::select(TesterVerdict::ALL.to_vec()))
}

fn reading() -> impl Strategy<Value = TesterReading> {
    let judged: Vec<Measured> = Measured::ALL.iter().copied().filter(|m| *m != Measured::Other).collect();
    let measured = prop::sample::select(judged).prop_flat_map(|m| (Just(m), value(m)));
    let round = || prop::option::of((1u32..2000).prop_map(Decimal::from_whole));
    let rest = (
        prop::option::of(1u32..6),
        prop::option::of("(L1|180|IEC lead)"),
        verdict(),
        prop::option::of(decimal()),
    );
    (measured, prop::option::of(1u32..1000), round(), round(), round(), rest).prop_map(
        |((measured, value), volts, current, rated, multiplier, (socket, phase, verdict, limit))| {
            let only = |of: Measured| measured == of;
            TesterReading {
                value: Some(value),
                voltage_v: volts.filter(|_| only(Measured::InsulationResistance)),
                test_current_a: current.filter(|_| only(Measured::EarthContinuity)),
                rated_ma: rated.filter(|_| only(Measured::RcdTripTime)),
                multiplier,
                socket,
                phase,
                verdict,
                limit,
                ..TesterReading::new(measured, "", "")
            }
        },
    )
}

fn seen() -> impl Strategy<Value = VisualSeen> {
    let item = prop::option::of(prop::sample::select(VisualItem::ALL.to_vec()));
    let result = prop::sample::select(VisualResult::ALL.to_vec());
    (item, result).prop_map(|(item, result)| VisualSeen {
        name: String::new(),
        item,
        result: Some(result),
        note: String::new(),
    })
}

fn test() -> impl Strategy<Value = TestRecord> {
    let words = (word(), word(), word(), word(), word(), word());
    let when = (0i64..40_000, prop::option::of(0u32..86_400));
    let months = prop::option::of(1u32..60);
    let lists = (prop::collection::vec(reading(), 0..4), prop::collection::vec(seen(), 0..3));
    (words, when, months, verdict(), prop::option::of(any::<bool>()), lists).prop_map(
        |(
            (customer, site, asset_code, notes, tester, serial),
            (day, second),
            retest_months,
            verdict,
            update_asset,
            (readings, visual),
        )| {
            TestRecord {
                customer,
                site,
                asset_code,
                notes,
                tester,
                serial,
                performed_on: NaiveDate::from_ymd_opt(1980, 1, 1).unwrap()
                    + chrono::Days::new(u64::try_from(day).unwrap()),
                performed_time: second.and_then(|s| NaiveTime::from_num_seconds_from_midnight_opt(s, 0)),
                retest_months,
                verdict,
                update_asset,
                readings,
                visual,
                ..TestRecord::default()
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn what_is_exported_is_imported(tests in prop::collection::vec(test(), 1..5)) {
        let expected: Vec<TestRecord> = tests.iter().map(comparable).collect();
        let text = csv(&tests);
        let from_csv: Vec<TestRecord> = read(text.as_bytes()).iter().map(comparable).collect();
        prop_assert_eq!(&from_csv, &expected, "{}", text);
        let book = PatguardSheet::for_records(&tests).workbook(&tests).unwrap();
        let from_xlsx: Vec<TestRecord> = read(&book).iter().map(comparable).collect();
        prop_assert_eq!(&from_xlsx, &expected);
    }
}

#[test]
fn bounds_survive_and_formulas_do_not() {
    let mut insulation = TesterReading::new(Measured::InsulationResistance, "INS", ">19.99");
    insulation.value = ">19.99".parse().ok();
    insulation.voltage_v = Some(500);
    let test = TestRecord {
        asset_code: "=1+1".into(),
        performed_on: NaiveDate::from_ymd_opt(2024, 3, 12).unwrap(),
        readings: vec![insulation],
        ..TestRecord::default()
    };
    let text = csv(std::slice::from_ref(&test));
    assert!(
        text.contains(",'=1+1,") && text.contains(",Insulation resistance (500 V),>19.99,Mohm,"),
        "{text}"
    );
    assert_eq!(read(text.as_bytes())[0].asset_code, "=1+1");
    assert!(PatguardSheet::with_groups(0).row(&test).unwrap_err().contains("1 results"));
}

#[test]
fn a_site_pack_names_assets_and_no_test() {
    let asset = TestRecord {
        asset_code: "K-1".into(),
        retest_months: Some(12),
        tester: "Jo".into(),
        ..TestRecord::default()
    };
    let sheet = PatguardSheet::with_groups(0);
    let line = csv_line(&sheet.asset_row(&asset));
    assert_eq!(line, ",,,K-1,,,,,,,,,12,,,,,,,,,,,,,\r\n");
    assert_eq!(sheet.asset_row(&asset).len(), sheet.header().len());
}
