//! `proofmark import parts`.

use std::path::PathBuf;

use clap::Args;
use domain::event::Via;
use domain::permission::EditPart;
use store::Actor;

use crate::actions::import::MOST_BYTES;
use crate::actions::part_import::{Plan, Report, publish, read_file};
use crate::app::App;

/// Import a list of parts.
#[derive(Debug, Args)]
pub struct Parts {
    /// The CSV file: part number, description, maker, supplier, cost, serialised, serial numbers, warranty until,
    /// models, quantity, place, reorder level
    pub file: PathBuf,
    /// Say what would happen, and store nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Import the good lines although others are refused; without it, all go in or none.
    #[arg(long)]
    pub skip_refused: bool,
    /// Change parts that are there already to what the list says; without it they stay as they are.
    #[arg(long)]
    pub update: bool,
}

impl Parts {
    /// Imports into an open application.
    ///
    /// # Errors
    /// What to tell the person at the terminal; each refused line is printed before.
    pub fn run(&self, app: &App) -> Result<(), String> {
        let words = |error: crate::error::Error| error.to_string();
        let shown = self.file.display();
        let size = std::fs::metadata(&self.file).map_err(|e| format!("{shown}: {e}"))?.len();
        if size > MOST_BYTES as u64 {
            return Err(format!("{shown} is larger than {MOST_BYTES} bytes; split it"));
        }
        let bytes = std::fs::read(&self.file).map_err(|e| format!("{shown}: {e}"))?;
        let import = read_file(app, &bytes).map_err(words)?;
        import.notes.iter().for_each(|note| println!("{note}"));
        let file_name = self.file.file_name().map(|name| name.to_string_lossy().into_owned());
        let Self { skip_refused, update, dry_run, .. } = *self;
        let plan = Plan { file_name: file_name.unwrap_or_default(), skip_refused, update, dry_run };
        let actor = Actor::operator(Via::Import);
        let right = actor.right::<EditPart>().map_err(|error| error.to_string())?;
        self.tell(&publish(app, &right, &plan, &import).map_err(words)?)
    }

    fn tell(&self, report: &Report) -> Result<(), String> {
        report.refused.iter().for_each(|refusal| println!("{refusal}"));
        report.made.iter().for_each(|made| println!("New: {made}"));
        println!("{}", report.words());
        let Report { rows_refused, published, .. } = report;
        match (published, self.dry_run) {
            (true, _) => println!("Imported."),
            (_, true) => println!("A dry run: nothing was stored."),
            _ => {
                return Err(format!(
                    "{rows_refused} lines are refused, so nothing was imported; correct them or add --skip-refused"
                ));
            }
        }
        Ok(())
    }
}
