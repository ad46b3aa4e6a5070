//! Tester files, in and out: every format becomes [`TestRecord`]s, one by one, in bounded memory.

mod benning;
mod cells;
mod detect;
mod export;
mod fields;
mod gar;
mod judge;
mod labelled;
mod mapping;
mod names;
mod place;
mod record;
mod rigel;
mod seaward_ascii;
mod sheet;
mod sss;
#[cfg(test)]
pub(crate) mod test_files;
mod value;

pub use detect::{Format, TesterFile, TesterOptions, detect};
pub use export::{PatguardSheet, csv_line};
pub use fields::TestField;
pub use gar::{GarLimits, GarReader};
pub use mapping::{TestColumn, TestMapping, TestTarget};
pub use place::{FileError, Place, Refusal};
pub use record::{Instrument, Measured, Photo, TestRecord, TesterReading, TesterVerdict, VisualSeen};
pub use seaward_ascii::Texts;
pub use sss::SssReader;
