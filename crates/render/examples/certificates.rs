//! Writes sample certificates to look at: `cargo run -p render --example certificates DIR`.
use chrono::DateTime;
use domain::certificate::{Outcome, State};
use domain::wording::Language;
use render::certificate::{assessment, collection, single, site};

#[path = "../tests/samples/mod.rs"]
mod samples;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::path::PathBuf::from(std::env::args().nth(1).ok_or("give a folder")?);
    std::fs::create_dir_all(&folder)?;
    let at = DateTime::UNIX_EPOCH;
    let mut hurt = samples::site(40);
    for (index, row) in hurt.register.iter_mut().enumerate().filter(|(i, _)| i % 5 == 2) {
        row.notes = samples::painful();
        row.description = "Łódź Ω ≥ ✓ 漢字".into();
        row.tag = if index == 7 { "A".repeat(60) } else { row.tag.clone() };
        row.insulation.text = ">1999.99 at the second attempt".into();
    }
    hurt.failures[0].reason = samples::painful();
    hurt.head.customer = samples::painful();
    hurt.head.state = State::Superseded("PM-2026-00043".into());
    let mut withdrawn = samples::assessment(2);
    withdrawn.withdrawn = Some("The school moved out.".into());
    let files = [
        ("assessment", assessment(&samples::assessment(2), at)?),
        ("assessment-long", assessment(&samples::assessment(70), at)?),
        ("assessment-withdrawn", assessment(&withdrawn, at)?),
        ("site", site(&samples::rich_site(700), at)?),
        ("de", site(&samples::site_in(Language::De, 90), at)?),
        ("au", site(&samples::site_in(Language::EnAu, 60), at)?),
        ("collection", collection(&samples::collection(12, 40), at)?),
        ("hurt", site(&hurt, at)?),
        ("pass", single(&samples::single(Outcome::Pass), at)?),
        ("fail", single(&samples::single(Outcome::Fail), at)?),
    ];
    for (name, bytes) in files {
        println!("{name}: {} bytes", bytes.len());
        std::fs::write(folder.join(format!("{name}.pdf")), bytes)?;
    }
    Ok(())
}
