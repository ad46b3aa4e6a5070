//! `proofmark import jobs`.

use std::path::PathBuf;

use clap::Args;
use domain::event::Via;
use domain::permission::ImportAssets;
use exchange::job_csv::Translations;
use store::Actor;

use super::import::{Dates, bar, customer_and_site, read_bytes};
use crate::actions::job_imports::{self, Plan, Report};
use crate::app::App;

/// Import another system's job history.
#[derive(Debug, Args)]
pub struct Jobs {
    /// The CSV file.
    pub file: PathBuf,
    /// The customer whose jobs they were, by name.
    #[arg(long)]
    pub customer: String,
    /// The site of jobs that name none.
    #[arg(long)]
    pub site: Option<String>,
    /// What the other system is called, where several of them count from one.
    #[arg(long, default_value = "")]
    pub source: String,
    /// What a status of the other system means, such as "Rep. OK=repaired"; once for each word.
    #[arg(long, value_name = "WORD=STATE")]
    pub status: Vec<String>,
    /// Say what would happen, and store nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Import the good rows although others are refused; without it, all go in or none.
    #[arg(long)]
    pub skip_refused: bool,
    /// In which order dates stand.
    #[command(flatten)]
    pub dates: Dates,
}

impl Jobs {
    /// Imports into an open application.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(&self, app: &App) -> Result<(), String> {
        let words = |error: crate::error::Error| error.to_string();
        let bytes = read_bytes(&self.file)?;
        let actor = Actor::operator(Via::Import);
        let (customer_id, site_id) = customer_and_site(app, &actor, &self.customer, self.site.as_deref())?;
        let statuses =
            Translations::parse(&self.status.join("\n")).map_err(|why| format!("--status: {why}"))?;
        let asked = (self.dates.order(), &statuses);
        let reading = job_imports::read_translated(app, &bytes, None, asked).map_err(words)?;
        reading.import.notes.iter().for_each(|note| println!("{note}"));
        self.dates.settle(&reading.import.questions)?;
        let plan = Plan {
            customer_id,
            site_id,
            source: self.source.trim().to_owned(),
            file_name: super::import::name_of(&self.file),
            file_hash: store::ledger::sha256(&bytes),
            skip_refused: self.skip_refused,
            dry_run: self.dry_run,
        };
        let bar = bar(reading.import.rows.len());
        let right = actor.right::<ImportAssets>().map_err(|error| error.to_string())?;
        let report =
            job_imports::publish(app, &right, &plan, &reading.import, &|done| bar.set_position(done as u64));
        bar.finish_and_clear();
        self.tell(&report.map_err(words)?)
    }

    fn tell(&self, report: &Report) -> Result<(), String> {
        report.refused.iter().for_each(|refusal| println!("{refusal}"));
        report.made.iter().for_each(|made| println!("New: {made}"));
        report.differing.iter().for_each(|words| println!("{words}"));
        println!("{}.", report.words());
        let Report { rows_refused, matched, published, .. } = report;
        match (published, self.dry_run) {
            (true, _) => {
                println!("Imported; {matched} are about assets of the register.");
                Ok(())
            }
            (_, true) => {
                println!("A dry run: nothing was stored.");
                Ok(())
            }
            _ => Err(format!(
                "{rows_refused} rows are refused, so nothing was imported; correct them or add --skip-refused"
            )),
        }
    }
}
