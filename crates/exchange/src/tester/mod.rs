//! Tester files, in and out: every format becomes [`TestRecord`]s, one by one, in bounded memory.

mod gar;
mod judge;
pub(crate) mod names;
mod place;
mod record;
mod sss;
#[cfg(test)]
pub(crate) mod test_files;
pub(crate) mod value;

pub use gar::{GarLimits, GarReader};
pub use place::{FileError, Place, Refusal};
pub use record::{Instrument, Measured, Photo, TestRecord, TesterReading, TesterVerdict, VisualSeen};
pub use sss::SssReader;
