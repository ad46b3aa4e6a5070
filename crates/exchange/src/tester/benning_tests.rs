use super::super::detect::{Format, TesterFile, TesterOptions};
use super::*;
use crate::tester::record::TesterVerdict;

fn read(text: &str) -> (Vec<TestRecord>, Vec<Refusal>) {
    let options = TesterOptions { year_now: 2025, ..TesterOptions::default() };
    let (mut records, mut refusals) = (vec![], vec![]);
    for item in TesterFile::open(Format::Benning, text.as_bytes(), &options).unwrap() {
        match item {
            Ok(record) => records.push(record),
            Err(refusal) => refusals.push(refusal),
        }
    }
    (records, refusals)
}

#[test]
fn decimals_are_joined_and_signs_stand_before_the_whole_part() {
    let (records, refusals) = read(
        "1;Drill;12/03/2024;i.O.;0;05;Ohm;ok;a;;;;;;<0;25;mA;passed;>19;99;MOhm;bestanden;500V;i.O.;more\n\
         2;Saw;13/03/2024 10:30;n.i.O.;;;;;;;;;;;;;;;OL;;;ok;250V;bad\n",
    );
    assert!(refusals.is_empty(), "{refusals:?}");
    let record = &records[0];
    assert_eq!((record.description.as_str(), record.asset_code.as_str()), ("Drill", ""));
    assert_eq!(
        (record.performed_on.to_string().as_str(), record.verdict),
        ("2024-03-12", Some(TesterVerdict::Pass))
    );
    let seen: Vec<_> = record.readings.iter().map(|r| (r.measured, r.given.as_str(), r.verdict)).collect();
    assert_eq!(
        seen,
        [
            (Measured::EarthContinuity, "0.05", Some(TesterVerdict::Pass)),
            (Measured::SubstituteLeakage, "<0.25", Some(TesterVerdict::Pass)),
            (Measured::InsulationResistance, ">19.99", Some(TesterVerdict::Pass)),
        ]
    );
    assert_eq!(record.readings[2].voltage_v, Some(500));
    let kept: Vec<_> = record.unknown.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(kept, [("Store no.", "1"), ("Column 9", "a"), ("Column 25", "more")]);
    let saw = &records[1];
    assert_eq!((saw.verdict, saw.readings.len()), (Some(TesterVerdict::Fail), 1));
    assert_eq!((saw.readings[0].value, saw.readings[0].voltage_v), ("OL".parse().ok(), Some(250)));
    assert!(saw.tester_failed());
}

#[test]
fn a_header_is_passed_over_and_short_rows_are_refused() {
    let (records, refusals) = read("Nr;Name;Date;Result\n1;Drill\n2;Saw;12/03/2024;ok\n3;Axe;soon;ok\n");
    assert_eq!((records.len(), refusals.len()), (1, 2));
    assert!(refusals[0].to_string().contains("line 2") && refusals[0].reason.contains("2 columns"));
    assert_eq!(refusals[1].field.as_deref(), Some("date"));
}
