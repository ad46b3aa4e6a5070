//! `proofmark export billing`.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use domain::event::Via;
use domain::permission::BillJob;
use store::{Actor, Right};

use super::export::{format_of, write_whole};
use crate::actions::bills::{self, Asked};
use crate::app::App;

/// Bill what is left of closed jobs: each line once, marked as billed, in a file that stays as it is.
#[derive(Debug, Args)]
pub struct Billing {
    /// First day on which jobs were closed or charged, such as 2026-11-01.
    #[arg(long, value_name = "DAY", value_parser = super::parse_day)]
    pub from: NaiveDate,
    /// Last day.
    #[arg(long, value_name = "DAY", value_parser = super::parse_day, visible_alias = "until")]
    pub to: NaiveDate,
    /// Only this customer's jobs.
    #[arg(long, value_name = "NAME")]
    pub customer: Option<String>,
    /// Write every line, billed or not, and mark nothing.
    #[arg(long)]
    pub list: bool,
    /// The file to write: a workbook where its name ends in .xlsx, else CSV.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

impl Billing {
    /// Writes the file; gives how many lines it holds.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(&self, app: &App) -> Result<usize, String> {
        let actor = Actor::operator(Via::Cli);
        let words = |error: crate::error::Error| error.to_string();
        let right: Right<BillJob> = actor.right().map_err(|error| error.to_string())?;
        let customer = match &self.customer {
            Some(name) => {
                let found = app
                    .store
                    .read(|conn| store::customers::find_customer_by_name(conn, right.scope(), name))
                    .map_err(|error| words(error.into()))?;
                Some(found.id)
            }
            None => None,
        };
        let asked = Asked { customer_id: customer, from: self.from, until: self.to };
        let format = format_of(&self.out);
        if self.list {
            return write_whole(&self.out, |file| {
                bills::write_listing(app, &right, (asked, usize::MAX), (format, file))
            });
        }
        let export = bills::export_bills(app, &right, asked, usize::MAX).map_err(words)?;
        let bytes = bills::read_export(app, &right, &export.number, format).map_err(words)?;
        write(&self.out, &bytes).map_err(|why| format!("{} is billed, but {why}", export.number))?;
        println!("{}", export.number);
        Ok(usize::try_from(export.lines).unwrap_or(usize::MAX))
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(path, bytes).map_err(|error| format!("{} cannot be written: {error}", path.display()))
}
