//! `proofmark report`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use domain::event::Via;
use domain::monthly_report::parse_month;
use domain::permission::BillJob;
use store::{Actor, Right};

use crate::actions::monthly_reports::report_pdf;
use crate::config::Config;
use crate::error::Error;

/// Write a customer's monthly report as PDF: times kept, jobs, failures, tests due.
#[derive(Debug, Args)]
pub struct Report {
    /// The customer, by name.
    #[arg(long, value_name = "NAME")]
    pub customer: String,
    /// The month, such as 2026-11.
    #[arg(long, value_name = "MONTH", value_parser = parse_month)]
    pub month: NaiveDate,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

impl Report {
    /// Writes the report.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(self, config: Config) -> Result<(), String> {
        let app = super::open(config)?;
        let actor = Actor::operator(Via::Cli);
        let right: Right<BillJob> = actor.right().map_err(|error| error.to_string())?;
        let find = app
            .store
            .read(|conn| store::customers::find_customer_by_name(conn, right.scope(), &self.customer));
        let customer = find.map_err(|error| Error::from(error).to_string())?;
        let bytes = report_pdf(&app, &right, (customer.id, self.month)).map_err(|error| error.to_string())?;
        let told = |error: std::io::Error| format!("{} cannot be written: {error}", self.out.display());
        std::fs::write(&self.out, bytes).map_err(told)?;
        println!("{}", self.out.display());
        Ok(())
    }
}
