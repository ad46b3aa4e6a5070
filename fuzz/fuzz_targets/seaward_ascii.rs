//! Seaward's text download: no bytes may make the reader panic.
#![no_main]
use exchange::tester::{Format, TesterFile, TesterOptions, detect};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = detect(bytes, "a.csv");
    let options = TesterOptions { year_now: 2025, ..TesterOptions::default() };
    if let Ok(mut file) = TesterFile::open(Format::SeawardAscii, bytes, &options) {
        for record in (&mut file).flatten() {
            let _ = (record.readings_for_judge(None), record.visual_for_judge());
        }
        let _ = file.warnings();
    }
});
