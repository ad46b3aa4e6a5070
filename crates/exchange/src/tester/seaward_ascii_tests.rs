use super::*;
use crate::dates::DateOrder;
use crate::tester::record::Measured;
use proptest::prelude::*;

fn read(text: &[u8], texts: Texts) -> (Vec<TestRecord>, Vec<Refusal>, Vec<String>) {
    let dates = Dates { order: Some(DateOrder::DayFirst), year_now: 2025 };
    let mut reader = AsciiReader::new(text, texts, dates);
    let (mut records, mut refusals) = (vec![], vec![]);
    for item in &mut reader {
        match item {
            Ok(record) => records.push(record),
            Err(refusal) => refusals.push(refusal),
        }
    }
    (records, refusals, reader.warnings().to_vec())
}

const BLOCK: &str = "TEST NUMBER     17\r\nDATE            12/03/2024\r\nTIME            10:34\r\nTESTER          PRIMETEST 300\r\n\
APP NO          000123\r\nTEST MODE       AUTO CLASS 1\r\nINS             >19.99 MOHM P\r\nEARTH CURRENT   25A\r\n\
EARTH           0.04 OHM P\r\nIEC             0.08 OHM F\r\nLEAD CONTINUITY OK\r\nUSER            J SMITH\r\nSITE            DEPOT\r\n\
TEXT            KETTLE\r\nTEXT            BAY 2\r\nTEXT            BREVILLE\r\nTEXT            NEW PLUG\r\n";

#[test]
fn a_block_is_read_line_by_line() {
    let texts = [Some(TestField::Description), Some(TestField::Location), Some(TestField::Make), None];
    let (records, refusals, warnings) = read(format!("{BLOCK}\r\n{BLOCK}").as_bytes(), texts);
    assert_eq!((records.len(), refusals.len(), warnings.len()), (2, 0, 0), "{refusals:?} {warnings:?}");
    let record = &records[1];
    assert_eq!(record.place, Place::line(2, 19));
    assert_eq!(
        (record.asset_code.as_str(), record.site.as_str(), record.tester.as_str()),
        ("000123", "DEPOT", "J SMITH")
    );
    assert_eq!(
        (record.instrument.name.as_str(), record.test_name.as_str()),
        ("PRIMETEST 300", "AUTO CLASS 1")
    );
    assert_eq!(record.performed_at().to_string(), "2024-03-12 10:34:00");
    assert_eq!(
        (record.description.as_str(), record.location.as_str(), record.make.as_str()),
        ("KETTLE", "BAY 2", "BREVILLE")
    );
    assert_eq!(
        record.unknown,
        [("TEST NUMBER".to_owned(), "17".to_owned()), ("TEXT 4".to_owned(), "NEW PLUG".to_owned())]
    );
    let seen: Vec<_> = record.readings.iter().map(|r| (r.measured, r.value.unwrap().to_string())).collect();
    let expected = [
        (Measured::InsulationResistance, ">19.99".to_owned()),
        (Measured::EarthContinuity, "0.04".to_owned()),
        (Measured::EarthContinuity, "0.08".to_owned()),
        (Measured::EarthContinuity, "pass".to_owned()),
    ];
    assert_eq!(seen, expected);
    assert_eq!(record.readings[1].test_current_a, Some("25".parse().unwrap()));
    assert!(record.tester_failed());
}

#[test]
fn numbered_texts_and_odd_values_are_read() {
    let text = "junk\nTEST NUMBER 1\nDATE 1/2/24\nAPP NO 5\nTEXT2  B\nTEXT 1  A\nEARTH CURRENT 200MA\nEARTH 1,250 OHM P\nLOAD  1.2 KVA P\n\0\0";
    let (records, _, warnings) = read(text.as_bytes(), [Some(TestField::Description), None, None, None]);
    let record = &records[0];
    assert_eq!(record.description, "A");
    assert!(record.unknown.contains(&("TEXT 2".to_owned(), "B".to_owned())));
    assert_eq!(record.readings[0].test_current_a, Some("0.2".parse().unwrap()));
    assert_eq!(record.readings[0].value, None);
    assert!(record.hints[0].contains("1,250"));
    assert_eq!(record.readings[1].value, "1200".parse().ok());
    assert!(warnings[0].contains("before the first TEST NUMBER"));
}

#[test]
fn blocks_without_a_date_are_refused_and_named() {
    let (records, refusals, _) =
        read(b"TEST NUMBER 1\nAPP NO 5\nTEST NUMBER 2\nDATE 99/99/2024\nTEST NUMBER 3\n", [None; 4]);
    assert!(records.is_empty());
    let told: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    assert!(told[0].starts_with("record 1, line 1, date"), "{told:?}");
    assert!(told[1].starts_with("record 2, line 3, DATE"), "{told:?}");
    assert!(told[2].contains("record 3, line 5: the block holds no test"), "{told:?}");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(TEST NUMBER|DATE|TEXT|EARTH|INS|>|1|P| |\n|é|:|\0){0,60}") {
        read(text.as_bytes(), [Some(TestField::Description); 4]);
    }
}
