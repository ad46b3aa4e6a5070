//! Writes a job sheet, a quote and a monthly report into a folder: `cargo run -p render --example papers -- FOLDER`.
#[path = "../tests/samples/mod.rs"]
mod samples;

use chrono::DateTime;
use domain::quote::QuoteState;
use samples::papers;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::path::PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    let then = DateTime::UNIX_EPOCH;
    for (name, bytes) in [
        ("sheet", render::job_sheet::job_sheet(&papers::sheet(5, true), then)?),
        ("painful", render::job_sheet::job_sheet(&papers::painful_sheet(), then)?),
        ("quote", render::quote::quote(&papers::quote(4, QuoteState::Sent), then)?),
        ("approved", render::quote::quote(&papers::quote(4, QuoteState::Approved), then)?),
        ("report", render::monthly_report::monthly_report(&papers::report(60), then)?),
    ] {
        std::fs::write(folder.join(format!("{name}.pdf")), bytes)?;
    }
    Ok(())
}
