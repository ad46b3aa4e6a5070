//! 10,000 labels on L7160, a code and three lines each, to one PDF: `cargo bench -p render --bench labels`.
//! Beside it the QR codes alone: ours, and the crate `qrcode` choosing its mask.

use chrono::DateTime;
use domain::label::{Design, LabelData, Library};
use render::{SheetOptions, labels_pdf, qr};
use std::hint::black_box;
use std::time::Instant;

/// A code and three lines of text, as the aim is worded.
const DESIGN: &str = r#"
name = "bench"
title = "Bench"
[[variant]]
size_mm = [60, 28]
box = [
    { name = "code", kind = "qr", at_mm = [0.5, 0.5], size_mm = [26, -0.5], text = "{asset.url}" },
    { name = "tag", kind = "text", at_mm = [27, 6], size_mm = [-2, 5], text = "{asset.tag}", pt = [8, 14], bold = true },
    { name = "description", kind = "text", at_mm = [27, 13], size_mm = [-2, 3], text = "{asset.description}", pt = [5, 8] },
    { name = "customer", kind = "text", at_mm = [27, 18], size_mm = [-2, 3], text = "{customer.name}", pt = [5, 7] },
]
"#;

fn item(index: usize) -> LabelData {
    let tag = format!("7K3M{index:04}");
    LabelData::new()
        .with("asset.url", format!("HTTPS://PAT.EXAMPLE.ORG/T/{tag}"))
        .with("asset.tag", tag)
        .with("asset.description", format!("Kettle {index}, 3 kW, staff kitchen"))
        .with("asset.make", "Swan")
        .with("asset.model", "SK14610")
        .with("asset.serial", format!("00417-{index}"))
        .with("asset.place", "Main building / 2nd floor / Kitchen")
        .with("customer.name", "Łódź Street School")
}

fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1024.0
}

fn measure(name: &str, design: &Design, count: usize) {
    let stock = Library::builtin().stock("L7160").expect("built in");
    let start = Instant::now();
    let options = SheetOptions::new("Bench", DateTime::UNIX_EPOCH);
    let pdf = labels_pdf(stock, design, (0..count).map(item), &options, &mut |_| {}).expect("labels");
    let took = start.elapsed().as_secs_f64();
    println!(
        "{name}: {count} labels in {took:.3} s, {:.0} labels/s, peak {:.0} MB, file {:.2} MB",
        count as f64 / took,
        peak_mb(),
        pdf.len() as f64 / 1e6
    );
}

fn main() {
    // `cargo test --benches` runs this too; it then only has to work.
    let count = if std::env::args().any(|a| a == "--bench") { 10_000 } else { 50 };
    let (bench, _) = Design::parse("bench", DESIGN).expect("the bench design");
    measure("code and three lines", &bench, count);
    measure("built-in asset design", Library::builtin().design("asset").expect("built in"), count);
    let url = |index: usize| format!("HTTPS://PAT.EXAMPLE.ORG/T/7K3M{index:04}");
    let start = Instant::now();
    for index in 0..count {
        black_box(qr::encode(&url(index)).expect("a code"));
    }
    println!("QR alone, fixed mask: {:.1} µs a code", start.elapsed().as_secs_f64() * 1e6 / count as f64);
    let start = Instant::now();
    for index in 0..count / 10 {
        black_box(qrcode::QrCode::new(url(index)).expect("a code"));
    }
    println!("QR alone, crate qrcode: {:.1} µs a code", start.elapsed().as_secs_f64() * 1e7 / count as f64);
}
