//! Testers' files for tests: the encoders of the readers' own tests, which share nothing with the readers.
#![allow(dead_code, reason = "one file for several tests")]

#[path = "../../crates/exchange/src/tester/test_files.rs"]
mod encoders;

pub use encoders::*;

/// What an Apollo writes for a class I test: earth in thousandths of an ohm, insulation ">19.99", polarity, plug seen.
pub fn class_one(asset: &str, flags: u8, earth: u16) -> Vec<u8> {
    let config: &[u8] = &[0x01, 0x11, 5, 0x64, 0xc0, 0, 0x20, 0x88, 0x53, 2, 0xe8, 0xc3, 0, 0x91];
    let results = [
        &[0x11][..],
        &(earth | 0xc000).to_le_bytes(),
        &[0x01, 0x20, 0x88, 0x53, 0xcf, 0x87, 0x21, 0x91, 0x01],
        &[0xfd],
        b"Plug\0\0\0\0\0\0\0\0\0\0\0\0",
        &[0; 16],
        &[0, 0, 0x01],
    ];
    test_payload(asset, flags, config, &results.concat())
}

/// A super string of these tests.
pub fn apollo(tests: &[Vec<u8>]) -> Vec<u8> {
    let start = Sss::new().machine("APOLLO 600", "21F-0123");
    tests.iter().fold(start, |file, test| file.test(test)).end().0
}

/// A PATGuard sheet of these rows behind its header, with three groups of results.
pub fn patguard(rows: &[&str]) -> String {
    let header = "Client Name,Site Name,Location Name,Asset Id,Asset Description,Asset Class,Asset Type,Test Date,\
                  Pass/Fail,Instrument Serial,Person,Test,Result,Unit,Status,Test,Result,Unit,Status,Test,Result,Unit,Status";
    format!("{header}\r\n{}\r\n", rows.join("\r\n"))
}

/// The results of a sound class I appliance.
pub const SOUND: &str = "Visual,Pass,,P,Earth continuity,0.05,ohm,P,Insulation (500 V),>19.99,Mohm,P";
