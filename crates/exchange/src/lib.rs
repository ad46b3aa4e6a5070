//! Bytes to records and back, pure: CSV in the wild, dates, asset lists, formula-safe CSV and calendar feeds.
pub mod asset_csv;
mod csv_records;
pub mod csv_table;
pub mod csv_write;
pub mod dates;
pub mod decode;
pub mod ical;
mod inflate;
pub mod measures;
pub mod money;
mod numbers;
pub mod tester;
pub mod words;
