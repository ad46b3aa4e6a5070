use super::*;
use crate::tester::record::{Measured, TesterVerdict};
use crate::tester::test_files::{Sss, test_payload};
use domain::visual::{VisualItem, VisualResult};
use proptest::prelude::*;

fn read(bytes: &[u8]) -> (Vec<TestRecord>, Vec<Refusal>, Vec<String>) {
    let mut reader = SssReader::new(bytes);
    let (mut records, mut refusals) = (vec![], vec![]);
    for item in &mut reader {
        match item {
            Ok(record) => records.push(record),
            Err(refusal) => refusals.push(refusal),
        }
    }
    (records, refusals, reader.warnings().to_vec())
}

/// Earth 0.04 under the limit 0.1, insulation ">19.99" at 500 V, polarity.
fn drill() -> Vec<u8> {
    let config: &[u8] = &[0x01, 0x11, 5, 0x64, 0xc0, 0, 0x20, 0x88, 0x53, 2, 0xe8, 0xc3, 0, 0x91];
    let results =
        [&[0x11, 0x28, 0xc0, 0x01][..], &[0x20, 0x88, 0x53, 0xcf, 0x87, 0x21], &[0x91, 0x01]].concat();
    test_payload("DRILL-1", 0x01, config, &results)
}

#[test]
fn a_download_is_read_to_the_byte() {
    let file = Sss::new().machine("APOLLO 600", "21F-0123").test(&drill()).end();
    let (records, refusals, warnings) = read(&file.0);
    assert_eq!((refusals.len(), warnings.len()), (0, 0), "{refusals:?} {warnings:?}");
    let [record] = &records[..] else { panic!("{records:?}") };
    assert_eq!(record.asset_code, "DRILL-1");
    assert_eq!((record.site.as_str(), record.location.as_str()), ("Depot", "Bay 2"));
    assert_eq!(record.performed_at().to_string(), "2024-03-12 10:34:56");
    assert_eq!((record.tester.as_str(), record.test_name.as_str()), ("J Smith", "CLASS I"));
    assert_eq!((record.retest_months, record.visual_retest_months), (Some(12), Some(6)));
    assert_eq!(record.comments, ["Bosch drill", "Café"]);
    assert_eq!(
        (record.instrument.model.as_str(), record.instrument.serial.as_str()),
        ("APOLLO 600", "21F-0123")
    );
    assert_eq!(record.verdict, Some(TesterVerdict::Pass));
    let [earth, insulation, polarity] = &record.readings[..] else { panic!("{record:?}") };
    assert_eq!((earth.given.as_str(), earth.limit), ("0.040", Some("0.1".parse().unwrap())));
    assert_eq!((insulation.given.as_str(), insulation.voltage_v), (">19.99", Some(500)));
    assert_eq!((insulation.value, insulation.limit), (">19.99".parse().ok(), Some("1".parse().unwrap())));
    assert_eq!((polarity.value, polarity.measured), ("pass".parse().ok(), Measured::Polarity));
    let judged = record.readings_for_judge(None);
    assert_eq!(judged.len(), 3);
    assert_eq!((judged[1].value.as_str(), judged[1].unit.as_deref()), (">19.99", Some("Mohm")));
    assert!(judged.into_iter().all(|input| domain::reading::Reading::try_from(input).is_ok()));
}

#[test]
fn every_kind_of_result_is_read() {
    let visual: Vec<u8> = [&[0xfd][..], b"Plug\0\0\0\0\0\0\0\0\0\0\0\0", &[0; 16], &[0, 0, 0x02]].concat();
    let comment: Vec<u8> = [&[0xfc][..], b"cracked", &[0; 79], &[0x00]].concat();
    let results = [
        &[0x16, 0x0a, 0xc0, 0x01][..],
        &[0x18, 0x14, 0xc0, 0x11],
        &[0x83, 0x05, 0x80, 0x01],
        &[0x92, 0xfc, 0x48, 0x00],
        &[0x96, 0x64, 0xc0, 0x01, 0x40, 0x96, 0x80, 0x01],
        &[0x9a, 0x1e, 0x00, 0xb4, 0x00, 0xd7, 0x40, 0x01],
        &visual,
        &comment,
    ]
    .concat();
    let file = Sss::new().test(&test_payload("A", 0x02, &[0x01], &results)).end();
    let record = &read(&file.0).0[0];
    let seen: Vec<_> =
        record.readings.iter().map(|r| (r.measured, r.given.as_str(), r.unit.as_str())).collect();
    assert_eq!(
        seen,
        [
            (Measured::EarthContinuity, "0.010", "ohm"),
            (Measured::EarthContinuity, "<0.020", "ohm"),
            (Measured::SubstituteLeakage, "0.05", "mA"),
            (Measured::Other, "230.0", "V"),
            (Measured::Leakage, "1.50", "mA"),
            (Measured::RcdTripTime, "21.5", "ms"),
        ]
    );
    assert_eq!(record.readings[1].phase.as_deref(), Some("point-to-point"));
    assert_eq!(record.readings[3].verdict, Some(TesterVerdict::Information));
    assert_eq!(record.readings[4].beside[0], ("Load".to_owned(), "0.100".to_owned()));
    assert_eq!(
        (record.readings[5].rated_ma, record.readings[5].phase.as_deref()),
        (Some("30".parse().unwrap()), Some("180"))
    );
    assert_eq!(record.visual[0].item, Some(VisualItem::Plug));
    assert_eq!(record.visual_for_judge()[&VisualItem::Plug], VisualResult::Fail);
    assert_eq!(record.comments.last().unwrap(), "cracked");
    assert!(record.tester_failed());
}

#[test]
fn numbers_have_up_to_three_places() {
    for (bytes, shown) in [
        ([0x64, 0xc0], "0.100"),
        ([0x88, 0x53], "500.0"),
        ([0xd0, 0xc7], "2.000"),
        ([0xe8, 0xc3], "1.000"),
        ([0x1e, 0x00], "30"),
    ] {
        let raw = u16::from_le_bytes(bytes);
        let results = [0x11, bytes[0], bytes[1], 0x01];
        let file = Sss::new().test(&test_payload("A", 1, &[1], &results)).end();
        let reading = &read(&file.0).0[0].readings[0];
        assert_eq!(reading.given, shown);
        assert_eq!(reading.value, shown.parse().ok());
        assert_eq!(results::number(raw).to_string().parse::<domain::quantity::Decimal>(), shown.parse());
    }
}

#[test]
fn fail_wins_over_pass_and_contradicting_signs_leave_no_value() {
    let results = [0x11, 0x28, 0xc0, 0x03, 0x20, 0x88, 0x53, 0xcf, 0x87, 0x31];
    let file = Sss::new().test(&test_payload("A", 0x03, &[1], &results)).end();
    let record = &read(&file.0).0[0];
    assert_eq!(record.verdict, Some(TesterVerdict::Fail));
    assert_eq!(record.readings[0].verdict, Some(TesterVerdict::Fail));
    assert_eq!(record.readings[1].value, None);
    assert!(record.hints[0].contains("both less and more"));
}

#[test]
fn lengths_sums_and_start_bytes_vary_in_the_field() {
    for start in [0x54, 0x55] {
        for short in [true, false] {
            for off in [0i32, 1, -1] {
                let file = Sss::new().frame(start, &drill(), short, off).end();
                let (records, refusals, _) = read(&file.0);
                assert_eq!((records.len(), refusals.len()), (1, 0), "{start} {short} {off}");
            }
        }
    }
    let file = Sss::new().frame(0x55, &drill(), true, 2).end();
    assert_eq!(read(&file.0).0.len(), 0, "two off is no allowance");
}

#[test]
fn a_bad_record_costs_only_itself_and_is_named() {
    let mut file = Sss::new().test(&drill());
    let second = file.0.len();
    file = file.frame(0x55, &drill(), true, 77).test(&drill()).end();
    let (records, refusals, warnings) = read(&file.0);
    assert_eq!((records.len(), refusals.len(), warnings.len()), (2, 1, 0));
    assert_eq!(refusals[0].place, Place::offset(2, second as u64));
    assert!(refusals[0].to_string().contains("checksum"), "{}", refusals[0]);
    // A length that lies: the next record is found by its own checksum.
    file.0[second + 1] ^= 0xff;
    assert_eq!(read(&file.0).0.len(), 2);
    // Bytes before and between.
    let noisy = [b"\x55garbage", &file.0[..second], b"UUUU", &file.0[..second]].concat();
    let (records, refusals, warnings) = read(&noisy);
    assert_eq!((records.len(), refusals.len()), (2, 2));
    assert!(warnings[0].contains("cut short"));
}

#[test]
fn truncation_is_told_at_every_length() {
    let file = Sss::new().machine("M", "S").test(&drill()).end().0;
    for length in 0..file.len() {
        let (records, refusals, warnings) = read(&file[..length]);
        assert!(records.len() + refusals.len() <= 1 || length > file.len() - 9, "{length}");
        assert!(!warnings.is_empty() || !refusals.is_empty(), "{length} bytes were read without a word");
    }
    assert_eq!(read(&[]).2.len(), 1);
    // Padding after the end is nothing.
    assert_eq!(read(&[&file[..], &[0; 100]].concat()).1.len(), 0);
}

#[test]
fn impossible_dates_and_unknown_results_are_told() {
    let mut payload = drill();
    let date = 1 + 1 + 16 + 64 + 32 + 3;
    payload[date] = 31;
    payload[date + 1] = 2;
    let (_, refusals, _) = read(&Sss::new().test(&payload).end().0);
    assert_eq!(refusals[0].field.as_deref(), Some("date"));
    let file = Sss::new().test(&test_payload("A", 1, &[1], &[0x11, 0x28, 0xc0, 1, 0x77, 9, 9])).end();
    let record = &read(&file.0).0[0];
    assert_eq!(record.readings.len(), 1);
    assert_eq!(record.unknown[0], ("Unread results".to_owned(), "770909FF".to_owned()));
    assert!(record.hints[0].contains("77"));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        read(&bytes);
    }

    #[test]
    fn broken_downloads_do_not_either(at in 0usize..900, byte in any::<u8>(), cut in 0usize..900) {
        let mut file = Sss::new().machine("M", "S").test(&drill()).test(&drill()).end().0;
        let at = at % file.len();
        file[at] = byte;
        let (records, _, _) = read(&file);
        prop_assert!(records.len() <= 2);
        read(&file[cut % file.len()..]);
    }
}

#[test]
fn a_hostile_file_takes_linear_time() {
    // Every eight bytes look like the header of the longest frame.
    let started = std::time::Instant::now();
    let bytes = [0x55, 0xff, 0xff, 1, 1, 0, 0, 1].repeat(250_000);
    read(&bytes);
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}
