//! `proofmark backup` and `proofmark restore`.

use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use store::backup::{self, Progress, Summary};

use crate::config::Config;

/// Where the backup goes.
#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write; one of this name is replaced once the new one is whole
    file: PathBuf,
}

/// Where it comes from.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup
    file: PathBuf,
    /// Restore even if the evidence in the backup is broken; what is broken is named
    #[arg(long)]
    broken_too: bool,
}

impl Backup {
    /// Runs the command.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(self, config: Config) -> Result<(), String> {
        let app = super::open(config)?;
        let bar = bar();
        let made = app.store.read(|conn| {
            backup::write_file(conn, &self.file, app.now(), &mut |progress| show(&bar, progress))
        });
        bar.finish_and_clear();
        let summary = made.map_err(|error: store::Error| error.to_string())?;
        println!("Backed up {} to {}.", words(&summary), self.file.display());
        Ok(())
    }
}

impl Restore {
    /// Runs the command.
    ///
    /// # Errors
    /// What is wrong with the backup; that the database is in use.
    pub fn run(self, config: &Config) -> Result<(), String> {
        let bar = bar();
        let now = super::system_clock()();
        let done = backup::restore(&config.database_url, &self.file, now, self.broken_too, &mut |progress| {
            show(&bar, progress);
        });
        bar.finish_and_clear();
        let done = done.map_err(|error| format!("{error}\nNothing was changed."))?;
        println!("Restored {} of {}.", words(&done.summary), done.summary.about.made_at.to_rfc3339());
        match &done.evidence {
            Ok(checked) => println!("{}", super::verify::words(checked, 0)),
            Err(broken) => println!("BROKEN: {broken}"),
        }
        if let Some(before) = &done.before {
            println!("What stood there before is kept in {before}.");
        }
        Ok(())
    }
}

/// What a backup holds, in words.
pub fn words(summary: &Summary) -> String {
    format!("{} rows of {} tables (content {})", summary.rows, summary.tables, summary.content)
}

/// A bar over rows.
pub fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} rows, {eta} left");
    let bar = ProgressBar::new(0);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Moves a bar.
pub fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.of);
    bar.set_position(progress.rows);
}
