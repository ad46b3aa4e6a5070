//! A long table is read in bounded memory: alone in its process, so that no other test's memory is counted.
//! The million rows are in `benches/tester.rs`.

use exchange::tester::{Format, TesterFile, TesterOptions};
use std::io::{Read, repeat};

const ROWS: usize = 60_000;

/// The same row again and again, without the file ever being in memory.
fn rows() -> impl Read {
    let row = b"1,Kettle,12/03/2024,P,\"a note of some length, to make the file larger than any window on it ..........\"\n";
    let mut at = 0;
    std::io::BufReader::new(Endless(move |to: &mut [u8]| {
        for byte in to.iter_mut() {
            *byte = row[at % row.len()];
            at += 1;
        }
        to.len()
    }))
    .take((row.len() * ROWS) as u64)
}

struct Endless<F>(F);

impl<F: FnMut(&mut [u8]) -> usize> Read for Endless<F> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        Ok((self.0)(to))
    }
}

fn peak_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}

#[test]
fn memory_stays_flat_over_a_long_table() {
    let options = TesterOptions { year_now: 2025, ..TesterOptions::default() };
    let file = (&b"Asset Id,Asset Description,Test Date,Pass/Fail,Test Notes\n"[..]).chain(rows());
    let mut records = TesterFile::open(Format::Patguard, file, &options).unwrap();
    assert_eq!(records.by_ref().take(10_000).filter(|r| r.is_ok()).count(), 10_000);
    let early = peak_kb();
    assert_eq!(records.filter(|r| r.is_ok()).count(), ROWS - 10_000);
    if let (Some(early), Some(late)) = (early, peak_kb()) {
        assert!(late < early + 2_000, "{early} kB after 10,000 rows, {late} kB after {ROWS}");
    }
}

#[test]
fn one_endless_line_is_not_held_in_memory() {
    let options = TesterOptions { year_now: 2025, ..TesterOptions::default() };
    let file =
        (&b"Asset Id,Test Date\n"[..]).chain(repeat(b'x').take(50_000_000)).chain(&b"\n2,2024-01-02\n"[..]);
    let found: Vec<_> = TesterFile::open(Format::Patguard, file, &options).unwrap().collect();
    assert_eq!((found.len(), found[0].is_err(), found[1].is_ok()), (2, true, true));
    assert!(peak_kb().is_none_or(|kb| kb < 60_000));
}
