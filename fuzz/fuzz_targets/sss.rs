//! The super string: no bytes may make the reader panic, and a record that it gives can be judged.
#![no_main]
use exchange::tester::SssReader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut reader = SssReader::new(bytes);
    for record in (&mut reader).flatten() {
        let _ = (record.readings_for_judge(None), record.visual_for_judge());
    }
    let _ = reader.warnings();
});
