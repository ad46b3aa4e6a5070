//! Bytes to records and back, pure: CSV in the wild, workbooks, dates, asset lists, tester files, formula-safe CSV and
//! calendar feeds.
pub mod archive;
pub mod asset_csv;
mod csv_records;
mod csv_stream;
pub mod csv_table;
pub mod csv_write;
pub mod dates;
pub mod decode;
pub mod ical;
mod inflate;
pub mod measures;
pub mod money;
mod numbers;
mod source;
pub mod tester;
pub mod words;
pub mod xlsx;
mod xml;
mod zip;
