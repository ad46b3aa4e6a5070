//! A job history: no bytes may make it panic, and each row is in or refused.
#![no_main]
use exchange::csv_table::{Limits, Table};
use exchange::job_csv::{Mapping, read};
use exchange::mapped::Options;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { bytes: 1_000_000, rows: 10_000, ..Limits::default() };
    let named = [&b"id,status,date,closed,year,problem\n"[..], bytes].concat();
    for file in [bytes, &named] {
        let Ok(table) = Table::read_within(file, &limits) else { continue };
        let options = Options { date_order: None, year_now: 2026 };
        let import = read(&table, &Mapping::guess(&table), &options).expect("a guess fits its own table");
        assert_eq!(import.rows.len() + import.rows_refused, table.rows.len());
        import.rows.iter().for_each(|row| drop((row.title(), row.description())));
    }
});
