//! `proofmark export`.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use domain::event::Via;
use domain::permission::{DownloadPapers, ViewRegister};
use indicatif::{ProgressBar, ProgressStyle};
use store::Actor;

use crate::actions::dues::find_named_ground;
use crate::actions::output::Trouble;
use crate::actions::test_log::{self, Asked};
use crate::app::App;
use crate::config::Config;
use crate::error::Error;

/// Write records to files for other programs.
#[derive(Debug, Args)]
pub struct Export {
    /// What is written.
    #[command(subcommand)]
    pub what: What,
}

/// What may be written.
#[derive(Debug, Subcommand)]
pub enum What {
    /// The inspection log: one row a test with its readings, limits and verdicts.
    Log(Log),
}

/// Write the inspection log.
#[derive(Debug, Args)]
pub struct Log {
    /// The customer whose tests they are, by name.
    #[arg(long, value_name = "NAME")]
    pub customer: String,
    /// Only this site of theirs, by name.
    #[arg(long, value_name = "NAME")]
    pub site: Option<String>,
    /// First day by the site's calendar, such as 2026-01-01.
    #[arg(long, value_name = "DAY")]
    pub from: Option<NaiveDate>,
    /// Last day by the site's calendar.
    #[arg(long, value_name = "DAY")]
    pub until: Option<NaiveDate>,
    /// csv for any spreadsheet, xlsx for one with typed cells.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table that a spreadsheet opens and no spreadsheet runs.
    Csv,
    /// A workbook with numbers as numbers and dates as dates.
    Xlsx,
}

impl Export {
    /// Writes what is asked for.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(self, config: Config) -> Result<(), String> {
        let What::Log(log) = self.what;
        let app = super::open(config)?;
        let rows = log.run(&app)?;
        println!("{rows} tests in {}", log.out.display());
        Ok(())
    }
}

impl Log {
    /// Writes the log beside its place and puts it there when it is whole; gives how many tests it holds.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(&self, app: &App) -> Result<usize, String> {
        let mut half = self.out.clone().into_os_string();
        half.push(".part");
        let half = PathBuf::from(half);
        let told = |error: std::io::Error| format!("{}: {error}", self.out.display());
        let file = BufWriter::new(File::create(&half).map_err(told)?);
        let written = self.write(app, file).map_err(|trouble| trouble.to_string());
        match written {
            Ok(rows) => {
                std::fs::rename(&half, &self.out).map_err(told)?;
                Ok(rows)
            }
            Err(words) => {
                std::fs::remove_file(&half).map_err(told)?;
                Err(words)
            }
        }
    }

    fn write(&self, app: &App, file: BufWriter<File>) -> Result<usize, Trouble> {
        let actor = Actor::operator(Via::Cli);
        let view = actor.right::<ViewRegister>().map_err(Error::from)?;
        let right = actor.right::<DownloadPapers>().map_err(Error::from)?;
        let ground = find_named_ground(app, &view, Some(&self.customer), self.site.as_deref())?;
        let customer = ground.customer.ok_or_else(|| Error::NotFound("customer".to_owned()))?;
        let site_id = ground.site.map(|site| site.id);
        let asked = Asked { customer_id: customer.id, site_id, from: self.from, until: self.until };
        let format = match self.format {
            Format::Csv => test_log::Format::Csv,
            Format::Xlsx => test_log::Format::Xlsx,
        };
        let bar = bar();
        let progress = |rows: usize| {
            if rows.is_multiple_of(1000) {
                bar.set_position(rows as u64);
            }
        };
        let written = test_log::write_log(app, &right, &asked, (format, usize::MAX, file), &progress);
        bar.finish_and_clear();
        written
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    match ProgressStyle::with_template("{spinner} {pos} tests, {elapsed}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
