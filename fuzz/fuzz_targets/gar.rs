//! The container: no bytes may make it panic or unpack without bound.
#![no_main]
use exchange::tester::{GarLimits, GarReader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = GarLimits { file: 1_000_000, total: 4_000_000, files: 100 };
    let whole = [&[0xca, 0xbc, 0xab, 0x01][..], bytes].concat();
    for file in [bytes, &whole] {
        if let Ok(mut reader) = GarReader::new(file, &limits) {
            (&mut reader).for_each(drop);
            let _ = (reader.warnings(), reader.photos_left());
        }
    }
});
