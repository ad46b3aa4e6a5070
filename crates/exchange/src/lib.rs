//! Bytes to records and back, pure: CSV in the wild, workbooks, dates, lists of assets and jobs, tester files, formula-safe CSV and
//! calendar feeds.
pub mod archive;
pub mod asset_csv;
pub mod columns;
mod csv_records;
mod csv_stream;
pub mod csv_table;
pub mod csv_write;
pub mod dates;
pub mod decode;
pub mod ical;
mod inflate;
pub mod job_csv;
pub mod mapped;
pub mod measures;
pub mod money;
mod numbers;
pub mod part_csv;
mod source;
pub mod tester;
mod texts;
pub mod words;
pub mod xlsx;
mod xml;
mod zip;
