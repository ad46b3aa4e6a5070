use super::*;
use crate::dates::DateOrder;
use crate::tester::record::{Measured, TesterVerdict};

fn read(text: &str) -> (Vec<TestRecord>, Vec<Refusal>, Vec<String>) {
    let dates = Dates { order: Some(DateOrder::DayFirst), year_now: 2025 };
    let mut reader = RigelReader::new(text.as_bytes(), dates);
    let (mut records, mut refusals) = (vec![], vec![]);
    for item in &mut reader {
        match item {
            Ok(record) => records.push(record),
            Err(refusal) => refusals.push(refusal),
        }
    }
    (records, refusals, reader.warnings().to_vec())
}

const ASSET: &str = "Tested on,12/03/2024 10:30\r\nAsset ID,PUMP-1\r\nSite,Ward 4\r\nUser Name,Jo\r\nTest Sequence,CL1 BF\r\n\
Earth Bond,0.085 Ohm,P\r\nInsulation,>99.99 MOhm,P\r\nEarth Leakage,120 uA,Fail\r\nFlow rate,5 ml/h\r\nUser Comment,\"worn, replace\"\r\nStatus,Fail\r\n";

#[test]
fn assets_are_parted_by_blank_lines() {
    let (records, refusals, warnings) = read(&format!("{ASSET}\r\n{ASSET},,\r\nEnd of Data\r\n"));
    assert_eq!((records.len(), refusals.len(), warnings.len()), (2, 0, 0), "{refusals:?} {warnings:?}");
    let record = &records[1];
    assert_eq!(record.place, Place::line(2, 13));
    assert_eq!(
        (record.asset_code.as_str(), record.site.as_str(), record.tester.as_str()),
        ("PUMP-1", "Ward 4", "Jo")
    );
    assert_eq!((record.test_name.as_str(), record.comments[0].as_str()), ("CL1 BF", "worn, replace"));
    assert_eq!(record.performed_at().to_string(), "2024-03-12 10:30:00");
    assert_eq!(record.verdict, Some(TesterVerdict::Fail));
    let seen: Vec<_> =
        record.readings.iter().map(|r| (r.measured, r.value.unwrap().to_string(), r.verdict)).collect();
    let expected = [
        (Measured::EarthContinuity, "0.085".to_owned(), Some(TesterVerdict::Pass)),
        (Measured::InsulationResistance, ">99.99".to_owned(), Some(TesterVerdict::Pass)),
        (Measured::ProtectiveConductorCurrent, "0.12".to_owned(), Some(TesterVerdict::Fail)),
    ];
    assert_eq!(seen, expected);
    assert_eq!(record.unknown, [("Flow rate".to_owned(), "5 ml/h".to_owned())]);
}

#[test]
fn a_cut_file_and_a_block_without_date_are_told() {
    let (records, refusals, warnings) = read(&format!("Rigel 288,2.0\n\n{ASSET}\nAsset ID,X\nStatus,Pass\n"));
    assert_eq!((records.len(), refusals.len()), (1, 1));
    assert!(refusals[0].to_string().contains("no date"), "{}", refusals[0]);
    assert!(warnings[0].contains("hold no test") && warnings[1].contains("End of Data"));
}
