//! Site certificates of 1,000 and 5,000 rows with every reading: `cargo bench -p render --bench certificate`.
//! Beside them poppler's pdftotext reading the same file, where it is installed.

use chrono::DateTime;
use std::time::Instant;

#[path = "../tests/samples/mod.rs"]
mod samples;

fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1024.0
}

/// How long another program takes to read the file, in seconds.
fn read_by_poppler(pdf: &[u8]) -> Option<f64> {
    let folder = tempfile::tempdir().ok()?;
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, pdf).ok()?;
    let start = Instant::now();
    let output = std::process::Command::new("pdftotext").arg(&path).arg("-").output().ok()?;
    output.status.success().then(|| start.elapsed().as_secs_f64())
}

fn main() {
    let bench = std::env::args().any(|a| a == "--bench");
    for rows in if bench { [1000, 5000] } else { [20, 40] } {
        let certificate = samples::rich_site(rows);
        let mut best = f64::MAX;
        let mut pdf = vec![];
        for _ in 0..3 {
            let start = Instant::now();
            pdf = render::certificate::site(&certificate, DateTime::UNIX_EPOCH).expect("a certificate");
            best = best.min(start.elapsed().as_secs_f64());
        }
        let (peak, size) = (peak_mb(), pdf.len() as f64 / 1e3);
        println!("{rows} rows in {best:.3} s, peak {peak:.0} MB, file {size:.0} kB");
        if let Some(read) = read_by_poppler(&pdf) {
            println!("  pdftotext reads it in {read:.3} s: {:.1} times as long", read / best);
        }
    }
}
