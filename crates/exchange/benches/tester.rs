//! How fast tester files are read, and that memory stays flat over a million rows.
//!
//! Run: `cargo bench -p exchange --bench tester`; `ROWS` sets the number of rows (1,000,000).

use exchange::tester::{Format, SssReader, TesterFile, TesterOptions};
use std::io::Read;
use std::time::Instant;

fn main() {
    // First, so that the peak of memory is its own.
    sheets();
    super_strings();
}

fn padded(text: &str, length: usize) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(length, 0);
    bytes
}

/// A frame as testers write it: the length of a test record is one short.
fn frame(payload: &[u8], short: usize) -> Vec<u8> {
    let sum: u32 = payload.iter().map(|b| u32::from(*b)).sum();
    let length = u16::try_from(payload.len() - short).unwrap().to_le_bytes();
    [&[0x55][..], &length, &((sum & 0xffff) as u16).to_le_bytes(), &[0, 0], payload].concat()
}

fn test_record(number: usize) -> Vec<u8> {
    let config = [0x01, 0x11, 5, 0x64, 0xc0, 0, 0x20, 0x88, 0x53, 2, 0xe8, 0xc3, 0, 0x91, 0xfe];
    let results = [0x11, 0x28, 0xc0, 0x01, 0x20, 0x88, 0x53, 0xcf, 0x87, 0x21, 0x91, 0x01, 0xff];
    let payload = [
        vec![0x01, 0x01],
        padded(&format!("A{number}"), 16),
        vec![0; 64],
        padded("Depot", 16),
        padded("Bay 2", 16),
        vec![10, 34, 56, 12, 3, 0xe8, 0x07],
        padded("J Smith", 16),
        padded("Drill \nBlue", 128),
        vec![0x02, 12],
        padded("CLASS I", 30),
        vec![6],
        vec![0; 15],
        15u16.to_le_bytes().to_vec(),
        config.to_vec(),
        results.to_vec(),
    ];
    frame(&payload.concat(), 1)
}

fn super_strings() {
    let mut file: Vec<u8> = (0..200_000).flat_map(test_record).collect();
    file.extend(frame(&[0xaa, 0xff], 0));
    let started = Instant::now();
    let readings: usize = SssReader::new(file.as_slice()).map(|r| r.unwrap().readings.len()).sum();
    let seconds = started.elapsed().as_secs_f64();
    assert_eq!(readings, 600_000);
    let megabytes = file.len() as f64 / 1e6;
    println!("sss: {:.0} tests/s, {:.0} MB/s", 200_000.0 / seconds, megabytes / seconds);
}

/// Rows made as they are read, so that the file itself is never in memory.
struct Rows {
    left: usize,
    line: Vec<u8>,
    at: usize,
}

impl Read for Rows {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.line.len() && self.left > 0 {
            self.left -= 1;
            self.at = 0;
            let number = self.left;
            self.line = format!(
                "Acme,Depot,Bay {},A{number},Kettle,Class I,Portable,,12/03/2024 10:34,P,CLASS I,,12,Earth continuity (25 A),0.05,ohm,P,Insulation (500 V),>19.99,Mohm,P,Polarity,Pass,,P\r\n",
                number % 90
            )
            .into_bytes();
        }
        let count = (self.line.len() - self.at).min(to.len());
        to[..count].copy_from_slice(&self.line[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

fn sheets() {
    let rows: usize = std::env::var("ROWS").ok().and_then(|r| r.parse().ok()).unwrap_or(1_000_000);
    let header = "Client Name,Site Name,Location Name,Asset Id,Asset Description,Asset Class,Asset Type,Asset Notes,Test Date,\
                  Pass/Fail,Test Name,Test Notes,Retest (Months),Test,Result,Unit,Status,Test,Result,Unit,Status,Test,Result,Unit,Status\r\n";
    let reader = Rows { left: rows, line: header.as_bytes().to_vec(), at: 0 };
    let options = TesterOptions { year_now: 2025, ..TesterOptions::default() };
    let before = peak_kb();
    let started = Instant::now();
    let mut readings = 0;
    for record in TesterFile::open(Format::Patguard, reader, &options).unwrap() {
        readings += record.unwrap().readings.len();
    }
    assert_eq!(readings, 3 * rows);
    let rate = rows as f64 / started.elapsed().as_secs_f64();
    println!("patguard csv: {rows} rows, {rate:.0} rows/s, peak memory +{} kB", peak_kb() - before);
}

/// The most memory held so far, in kB; zero where the system does not tell.
fn peak_kb() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()).and_then(|n| n.parse().ok()).unwrap_or(0)
}
