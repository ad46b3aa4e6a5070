//! A site certificate of 1,000 rows: `cargo bench -p render --bench certificate`.

use chrono::DateTime;
use std::time::Instant;

#[path = "../tests/samples/mod.rs"]
mod samples;

fn main() {
    let rows = if std::env::args().any(|a| a == "--bench") { 1000 } else { 20 };
    let certificate = samples::site(rows);
    for _ in 0..3 {
        let start = Instant::now();
        let pdf = render::certificate::site(&certificate, DateTime::UNIX_EPOCH).expect("a certificate");
        println!(
            "{rows} rows in {:.3} s, file {:.0} kB",
            start.elapsed().as_secs_f64(),
            pdf.len() as f64 / 1e3
        );
    }
}
