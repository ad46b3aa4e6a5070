use super::super::test_files::{Gar, Sss, test_payload};
use super::*;
use proptest::prelude::*;

#[test]
fn each_format_is_known_by_its_content() {
    let sss = Sss::new().machine("M", "S").end().0;
    let wide: Vec<u8> =
        "\u{feff}TEST NUMBER 1\r\nDATE 1/2/24".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, format) in [
        (sss.clone(), Some(Format::Sss)),
        (Sss::new().frame(0x54, &test_payload("A", 1, &[1], &[]), true, 0).0, Some(Format::Sss)),
        (Gar::new().file("a.sss", &sss).0, Some(Format::Gar)),
        (b"PK\x03\x04rest".to_vec(), Some(Format::Patguard)),
        (b"\r\nTEST NUMBER   1\r\nDATE   1/2/24".to_vec(), Some(Format::SeawardAscii)),
        (wide, Some(Format::SeawardAscii)),
        (b"Asset Id,Test Date,Pass/Fail,Test,Result,Unit,Status\n".to_vec(), Some(Format::Patguard)),
        (b"Asset ID,Engineer name,Date,Result,Test Instrument,Cal. Cert No.\n".to_vec(), Some(Format::Patgo)),
        (b"1;Drill;12/03/2024;ok;0;05;Ohm;ok\n".to_vec(), Some(Format::Benning)),
        (b"Tested on,1/2/2024\nAsset ID,1\n".to_vec(), Some(Format::Rigel)),
        (b"Tested on,Asset Id,Pass/Fail\n1/2/2024,1,P\n".to_vec(), Some(Format::Patguard)),
        (b"Tag,Description\n1,Kettle\n".to_vec(), None),
        (vec![], None),
    ] {
        assert_eq!(detect(&bytes, "file.csv"), format, "{:?}", String::from_utf8_lossy(&bytes));
    }
    // A damaged file is still what its name says, so that the reader can tell what is wrong.
    assert_eq!(detect(b"\x00\x01", "DOWNLOAD.SSS"), Some(Format::Sss));
}

#[test]
fn codes_are_those_of_the_command_line() {
    assert_eq!(Format::parse_with_mapping("seaward-ascii"), Ok((Format::SeawardAscii, None)));
    assert_eq!(Format::parse_with_mapping("mapped:My firm"), Ok((Format::Mapped, Some("My firm"))));
    assert!(Format::parse_with_mapping("mapped").is_err());
    assert!(Format::parse_with_mapping("excel").unwrap_err().contains("patguard"));
}

#[test]
fn every_format_survives_every_other() {
    let options = TesterOptions { year_now: 2025, mapping: None, ..TesterOptions::default() };
    let files = [
        Sss::new().test(&test_payload("A", 1, &[1], &[])).end().0,
        Gar::new().0,
        b"TEST NUMBER 1\n".to_vec(),
        vec![],
        vec![0; 500],
    ];
    for format in Format::ALL {
        for bytes in &files {
            if let Ok(file) = TesterFile::open(*format, bytes.as_slice(), &options) {
                file.for_each(drop);
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_any_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let options = TesterOptions { year_now: 2025, ..TesterOptions::default() };
        detect(&bytes, "a.b");
        for format in Format::ALL {
            if let Ok(file) = TesterFile::open(*format, bytes.as_slice(), &options) {
                file.for_each(drop);
            }
        }
    }

    #[test]
    fn nor_does_any_table(text in "(Asset Id|Test Date|Test|Result|Unit|Status|,|;|\n|\"|1/2/2024|Insulation|>1|P|F|é){0,60}") {
        let options = TesterOptions { year_now: 2025, ..TesterOptions::default() };
        for format in [Format::Patguard, Format::Benning, Format::Rigel] {
            if let Ok(file) = TesterFile::open(format, text.as_bytes(), &options) {
                file.for_each(drop);
            }
        }
    }
}
