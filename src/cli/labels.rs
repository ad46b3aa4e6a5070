//! `proofmark labels`.

use std::path::PathBuf;

use clap::Args;
use domain::event::Via;
use domain::permission::DownloadPapers;
use indicatif::ProgressBar;
use store::Actor;

use crate::actions::labels::{self, Batch, Selection};
use crate::app::App;
use crate::config::Config;
use crate::error::Result;

/// Runs shorter than this need no progress bar, in labels.
const LARGE: usize = 500;

/// Print labels to a PDF.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub struct Labels {
    /// Number of the sheet, such as L7160.
    #[arg(long)]
    pub stock: String,
    /// asset, pat_pass, pat_fail or a design of your own.
    #[arg(long)]
    pub design: String,
    /// Tags with commas between.
    #[arg(long, group = "which")]
    pub tags: Option<String>,
    /// Words, as in the search of assets.
    #[arg(long, group = "which")]
    pub query: Option<String>,
    /// "Customer", "Customer/Site" or "Customer/Site/Place": everything there.
    #[arg(long, group = "which", value_name = "PATH")]
    pub place: Option<String>,
    /// The first cell to print on, from 1 along the rows.
    #[arg(long, default_value_t = 1, value_name = "CELL")]
    pub start: usize,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

impl Labels {
    /// Prints, and says on standard error what was left out.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(self, config: Config) -> std::result::Result<(), String> {
        super::warn_of_address(&config);
        let app = super::open(config)?;
        let (pdf, batch) = self.print(&app).map_err(|error| error.to_string())?;
        std::fs::write(&self.out, pdf).map_err(|error| format!("{}: {error}", self.out.display()))?;
        for left in &batch.left_out {
            eprintln!("left out {left}");
        }
        let count = batch.labels.len();
        println!("{count} label{} in {}", if count == 1 { "" } else { "s" }, self.out.display());
        Ok(())
    }

    /// The PDF and what it holds.
    ///
    /// # Errors
    /// As [`labels::gather`] and [`labels::print`]; an unknown stock or design lists what there is.
    pub fn print(&self, app: &App) -> Result<(Vec<u8>, Batch)> {
        let actor = Actor::operator(Via::Cli);
        let right = actor.right::<DownloadPapers>()?;
        let library = labels::open_library(app)?;
        let stock = labels::find_stock(&library, &self.stock)?;
        let design = labels::find_design(&library, &self.design)?;
        let selection = match (&self.tags, &self.query, &self.place) {
            (Some(tags), ..) => Selection::of_tags(tags),
            (_, Some(query), _) => Selection { query: query.clone(), ..Selection::default() },
            (.., Some(path)) => labels::select_path(app, &right, path)?,
            _ => Selection::default(),
        };
        let batch = labels::gather(app, &right, &selection, design)?;
        let bar = match batch.labels.len() {
            count if count >= LARGE => ProgressBar::new(count as u64),
            _ => ProgressBar::hidden(),
        };
        let pdf = labels::print(app, (stock, design, self.start), &batch, &mut |done| {
            bar.set_position(done as u64);
        })?;
        bar.finish_and_clear();
        Ok((pdf, batch))
    }
}
