use super::*;
use crate::tester::test_files::{Gar, Sss, test_payload};
use flate2::{Compression, write::ZlibEncoder};
use proptest::prelude::*;
use std::io::Write;

const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 1, 2, 3];

fn tests(codes: &[&str]) -> Vec<u8> {
    codes.iter().fold(Sss::new(), |file, code| file.test(&test_payload(code, 1, &[1], &[0x91, 1]))).end().0
}

fn read(bytes: &[u8]) -> (Vec<TestRecord>, Vec<Refusal>, GarReader) {
    let mut reader = GarReader::new(bytes, &GarLimits::default()).unwrap();
    let (mut records, mut refusals) = (vec![], vec![]);
    for item in &mut reader {
        match item {
            Ok(record) => records.push(record),
            Err(refusal) => refusals.push(refusal),
        }
    }
    (records, refusals, reader)
}

#[test]
fn tests_come_with_the_photos_that_bear_their_code() {
    let file = Gar::new()
        .file("TestResults.sss", &tests(&["12", "123"]))
        .file("12_1.jpg", JPEG)
        .file("123.jpg", JPEG)
        .file("lost.jpg", JPEG);
    let (records, refusals, mut reader) = read(&file.0);
    assert!(refusals.is_empty());
    assert_eq!(records[0].photo_names, ["12_1.jpg"]);
    assert_eq!(records[1].photos[0], Photo { name: "123.jpg".into(), bytes: JPEG.to_vec() });
    assert!(reader.warnings()[0].contains("lost.jpg"));
    assert_eq!(reader.photos_left().len(), 1);
}

#[test]
fn really_compressed_files_are_read_too() {
    let content = tests(&["A"; 50]);
    let mut encoder = ZlibEncoder::new(vec![], Compression::best());
    encoder.write_all(&content).unwrap();
    let length = u32::try_from(content.len()).unwrap();
    let file = Gar::new().packed("t.sss", &encoder.finish().unwrap(), length, length);
    assert_eq!(read(&file.0).0.len(), 50);
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let mut encoder = ZlibEncoder::new(vec![], Compression::best());
    encoder.write_all(&vec![0; 30_000_000]).unwrap();
    let bomb = encoder.finish().unwrap();
    // It claims little and holds much.
    let file = Gar::new().packed("t.sss", &bomb, 100, 100).file("u.sss", &tests(&["A"]));
    let (records, refusals, _) = read(&file.0);
    assert_eq!(records.len(), 1);
    assert!(refusals[0].to_string().contains("more than 100 bytes"), "{}", refusals[0]);
    // It claims much and holds little.
    let file = Gar::new().packed("t.sss", &[0x78, 1, 3, 0], 60_000_000, 60_000_000);
    assert!(read(&file.0).1[0].reason.contains("claims"));
}

#[test]
fn damage_is_named_and_costs_one_file() {
    let good = tests(&["A"]);
    let file = Gar::new().file("a.sss", &good).packed("b.sss", &[1, 2, 3], 9, 8).file("c.sss", &good);
    let (records, refusals, reader) = read(&file.0);
    assert_eq!((records.len(), refusals.len()), (2, 1));
    assert!(refusals[0].reason.contains("b.sss") && refusals[0].reason.contains("lengths differ"));
    assert!(reader.warnings()[0].contains("2 files of tests"));
    let cut = &file.0[..file.0.len() - 5];
    assert!(read(cut).1.last().unwrap().reason.contains("cut short"));
}

#[test]
fn other_files_are_no_containers() {
    for bytes in [&b""[..], b"PK\x03\x04", &MAGIC[..3]] {
        assert!(GarReader::new(bytes, &GarLimits::default()).is_err());
    }
    let only_photo = Gar::new().file("a.jpg", JPEG);
    assert!(GarReader::new(&only_photo.0, &GarLimits::default()).is_err());
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for bytes in [bytes.clone(), [&MAGIC[..], &bytes].concat()] {
            if let Ok(reader) = GarReader::new(&bytes, &GarLimits::default()) {
                reader.for_each(drop);
            }
        }
    }

    #[test]
    fn one_wrong_byte_does_not_either(at in 0usize..5000, byte in any::<u8>()) {
        let mut file = Gar::new().file("a.sss", &tests(&["A"])).file("A.jpg", JPEG).0;
        let at = at % file.len();
        file[at] = byte;
        if let Ok(reader) = GarReader::new(&file, &GarLimits::default()) {
            reader.for_each(drop);
        }
    }
}
