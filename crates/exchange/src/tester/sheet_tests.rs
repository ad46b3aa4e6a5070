use super::super::detect::{Format, TesterFile, TesterOptions};
use super::*;
use crate::tester::record::TesterVerdict;
use chrono::NaiveDate;
use domain::visual::{VisualItem, VisualResult};

fn options() -> TesterOptions {
    TesterOptions { year_now: 2025, ..TesterOptions::default() }
}

fn read(
    format: Format,
    text: &[u8],
    options: &TesterOptions,
) -> (Vec<TestRecord>, Vec<Refusal>, Vec<String>) {
    let mut file = TesterFile::open(format, text, options).unwrap();
    let (mut records, mut refusals) = (vec![], vec![]);
    for item in &mut file {
        match item {
            Ok(record) => records.push(record),
            Err(refusal) => refusals.push(refusal),
        }
    }
    (records, refusals, file.warnings())
}

const PATGUARD: &str = "Client Name,Site Name,Location Name,Asset Id,Asset Description,Asset Class,Asset Type,Asset Notes,\
Test Date,Pass/Fail,Test Name,Test Notes,Retest (Months),Test Tag,Asset Make,Asset Model,Asset Serial,Instrument,\
Instrument Serial,Category,Standard,Procedure Reference,Person,Test,Result,Unit,Status,Test,Result,Unit,Status,\
Test,Result,Unit,Status,End of Life,Old Asset Id,Option_Updateasset,Colour";

#[test]
fn a_patguard_sheet_with_repeated_groups_is_read_column_by_column() {
    let row = "Acme,Depot,Bay 2,K-1,Kettle,Class 1,Portable,chipped,31/03/2024 09:15,P,CLASS I,fine,12,T1,Breville,VKT,S9,\
Apollo 600,21F,Kitchen,IET5,PR1,J Smith,Earth Bond 25A,0.05,Ohm,Pass,Insulation 500V,>19.99,MOhm,P,\
Visual: Plug,Pass,,P,2030,K-0,Y,blue";
    let (records, refusals, warnings) =
        read(Format::Patguard, format!("{PATGUARD}\r\n{row}\r\n").as_bytes(), &options());
    assert!(refusals.is_empty() && warnings.is_empty(), "{refusals:?} {warnings:?}");
    let record = &records[0];
    assert_eq!(record.place, Place::line(1, 2));
    assert_eq!(
        (record.customer.as_str(), record.site.as_str(), record.location.as_str()),
        ("Acme", "Depot", "Bay 2")
    );
    assert_eq!((record.asset_code.as_str(), record.notes.as_str()), ("K-1", "chipped"));
    assert_eq!(record.performed_at().to_string(), "2024-03-31 09:15:00");
    assert_eq!((record.verdict, record.retest_months), (Some(TesterVerdict::Pass), Some(12)));
    assert_eq!(
        (record.make.as_str(), record.model.as_str(), record.serial.as_str()),
        ("Breville", "VKT", "S9")
    );
    assert_eq!((record.instrument.name.as_str(), record.instrument.serial.as_str()), ("Apollo 600", "21F"));
    assert_eq!(
        (record.standard.as_str(), record.procedure.as_str(), record.tester.as_str()),
        ("IET5", "PR1", "J Smith")
    );
    assert_eq!((record.old_asset_code.as_str(), record.update_asset), ("K-0", Some(true)));
    assert_eq!((record.end_of_life.as_str(), record.comments[0].as_str()), ("2030", "fine"));
    assert_eq!(record.unknown, [("Colour".to_owned(), "blue".to_owned())]);
    let [earth, insulation] = &record.readings[..] else { panic!("{record:?}") };
    assert_eq!(
        (earth.measured, earth.test_current_a),
        (Measured::EarthContinuity, Some("25".parse().unwrap()))
    );
    assert_eq!(
        (insulation.given.as_str(), insulation.voltage_v, insulation.unit.as_str()),
        (">19.99", Some(500), "MOhm")
    );
    assert_eq!(record.visual_for_judge()[&VisualItem::Plug], VisualResult::Pass);
}

#[test]
fn the_tester_s_words_are_all_known() {
    for (word, verdict) in [
        ("P", Some(TesterVerdict::Pass)),
        ("Pass", Some(TesterVerdict::Pass)),
        ("F", Some(TesterVerdict::Fail)),
        ("Fail", Some(TesterVerdict::Fail)),
        ("I", Some(TesterVerdict::Information)),
        ("Information", Some(TesterVerdict::Information)),
        ("", None),
        ("Perhaps", None),
    ] {
        let text = format!("Asset Id,Test Date,Pass/Fail\n1,2024-01-02,{word}\n");
        let record = &read(Format::Patguard, text.as_bytes(), &options()).0[0];
        assert_eq!(record.verdict, verdict, "{word}");
        assert_eq!(record.unknown.is_empty(), word != "Perhaps");
    }
}

#[test]
fn a_bad_row_is_named_and_the_others_are_read() {
    let text = "Asset Id,Test Date,Pass/Fail\n1,2024-01-02,P\n2,32/01/2024,P\n3,,P\n4,\"2024-01-05,P\n5,2024-01-06,P\n";
    let (records, refusals, _) = read(Format::Patguard, text.as_bytes(), &options());
    let codes: Vec<_> = records.iter().map(|r| r.asset_code.as_str()).collect();
    assert_eq!(codes, ["1", "5"]);
    let told: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    assert!(told[0].starts_with("record 2, line 3, Test Date: \"32/01/2024\" is not a date"), "{told:?}");
    assert!(told[1].contains("line 4, Test Date: the date of the test is missing"), "{told:?}");
    assert!(told[2].contains("line 5") && told[2].contains("never closed"), "{told:?}");
}

#[test]
fn days_come_first_and_the_first_doubt_is_told() {
    let text = "Asset Id,Test Date,Pass/Fail\n1,03/04/2024,P\n";
    let (records, _, warnings) = read(Format::Patguard, text.as_bytes(), &options());
    assert_eq!(records[0].performed_on, NaiveDate::from_ymd_opt(2024, 4, 3).unwrap());
    assert!(warnings[0].contains("day first"));
    let told = TesterOptions { date_order: Some(DateOrder::MonthFirst), ..options() };
    let (records, _, warnings) = read(Format::Patguard, text.as_bytes(), &told);
    assert_eq!((records[0].performed_on.to_string().as_str(), warnings.len()), ("2024-03-04", 0));
}

#[test]
fn patgo_has_a_column_a_reading() {
    let text = "Asset ID,Engineer name,Description,Client,Site,Location,Date,Result,Notes,Test Instrument,Cal. Date,Cal. Cert No.,\
Cal. Due,Time,Class,Earth (ohm),Insulation (Mohm),Leakage (mA),Polarity\n\
7,Jo,Caf\u{e9} kettle,Acme,Depot,Bar,13/03/2024,Fail,leaks,PrimeTest,01/01/2024,C9,01/01/2025,14:30,2,,OL,<0.25,Pass\n";
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let (records, refusals, warnings) = read(Format::Patgo, &latin, &options());
    assert!(refusals.is_empty() && warnings[0].contains("Windows-1252"), "{refusals:?} {warnings:?}");
    let record = &records[0];
    assert_eq!((record.description.as_str(), record.equipment_class.as_str()), ("Café kettle", "2"));
    assert_eq!(record.performed_at().to_string(), "2024-03-13 14:30:00");
    assert_eq!((record.tester.as_str(), record.instrument.name.as_str()), ("Jo", "PrimeTest"));
    assert_eq!(record.instrument.calibration_certificate, "C9");
    assert_eq!(record.instrument.calibration_due, NaiveDate::from_ymd_opt(2025, 1, 1));
    assert!(record.tester_failed());
    let seen: Vec<_> = record.readings.iter().map(|r| (r.measured, r.value.unwrap().to_string())).collect();
    let expected = [
        (Measured::InsulationResistance, "OL".to_owned()),
        (Measured::Leakage, "<0.25".to_owned()),
        (Measured::Polarity, "pass".to_owned()),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn any_table_is_read_through_a_mapping() {
    let saved = r#"{"columns": [
        {"header": "Nr", "target": "asset_code"},
        {"header": "Datum", "target": "test_date"},
        {"header": "RPE", "target": "reading:earth_continuity", "unit": "mΩ"},
        {"header": "ok?", "target": "verdict:earth_continuity"},
        {"header": "Stecker", "target": "visual:plug"},
        {"header": "Fehlt", "target": "site"}], "date_order": "month_first"}"#;
    let mapping: TestMapping = serde_json::from_str(saved).unwrap();
    assert_eq!(
        serde_json::from_str::<TestMapping>(&serde_json::to_string(&mapping).unwrap()).unwrap(),
        mapping
    );
    let told = TesterOptions { mapping: Some(mapping), ..options() };
    let text = "Nr;Datum;RPE;ok?;Stecker;Farbe\n5;03/04/2024;85;n.i.O.;bestanden;rot\n";
    let (records, _, warnings) = read(Format::Mapped, text.as_bytes(), &told);
    let record = &records[0];
    assert_eq!((record.asset_code.as_str(), record.performed_on.to_string().as_str()), ("5", "2024-03-04"));
    assert_eq!(record.readings[0].value, "0.085".parse().ok());
    assert_eq!(record.readings[0].verdict, Some(TesterVerdict::Fail));
    assert_eq!(record.visual_for_judge()[&VisualItem::Plug], VisualResult::Pass);
    assert_eq!(record.unknown, [("Farbe".to_owned(), "rot".to_owned())]);
    assert!(warnings[0].contains("Fehlt"));
    // Without an order nothing guesses.
    let mut open = told;
    open.mapping.as_mut().unwrap().date_order = None;
    assert!(read(Format::Mapped, text.as_bytes(), &open).1[0].reason.contains("could be"));
}

#[test]
fn a_table_without_a_date_or_any_row_is_no_table_of_tests() {
    for text in ["", "Asset Id,Colour\n1,red\n"] {
        assert!(TesterFile::open(Format::Patguard, text.as_bytes(), &options()).is_err());
    }
    assert!(TesterFile::open(Format::Mapped, &b"a"[..], &options()).is_err());
}
