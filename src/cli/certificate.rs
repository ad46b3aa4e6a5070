//! `proofmark certificate`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use domain::event::Via;
use domain::permission::IssueCertificate;
use store::Actor;

use crate::actions::certificates::{self, Issued, Subject};
use crate::app::App;
use crate::config::Config;
use crate::error::{Error, Result};

/// Issue a certificate and write its PDF; with nothing changed since, the one there is.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct Certificate {
    /// Of one test, by its id.
    #[arg(long, group = "what", value_name = "ID")]
    pub test: Option<String>,
    /// Of a visit, by its number.
    #[arg(long, group = "what", value_name = "N")]
    pub visit: Option<i64>,
    /// Of a site over days: "Customer/Site".
    #[arg(long, group = "what", value_name = "PATH", requires_all = ["from", "to"])]
    pub site: Option<String>,
    /// First day, such as 2026-11-01.
    #[arg(long, value_name = "DAY", requires = "site")]
    pub from: Option<NaiveDate>,
    /// Last day, such as 2026-11-30.
    #[arg(long, value_name = "DAY", requires = "site")]
    pub to: Option<NaiveDate>,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

impl Certificate {
    /// Issues and writes.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(self, config: Config) -> std::result::Result<(), String> {
        let app = super::open(config)?;
        let issued = self.issue(&app).map_err(|error| error.to_string())?;
        std::fs::write(&self.out, &issued.pdf).map_err(|error| format!("{}: {error}", self.out.display()))?;
        let state = if issued.repeated { "unchanged since it was issued" } else { "issued" };
        let row = issued.row;
        println!("{} revision {}, {state}, in {}", row.number, row.revision, self.out.display());
        Ok(())
    }

    /// The certificate asked for.
    ///
    /// # Errors
    /// As [`certificates::issue_certificate`].
    pub fn issue(&self, app: &App) -> Result<Issued> {
        let actor = Actor::operator(Via::Cli);
        let right = actor.right::<IssueCertificate>()?;
        let subject = match (&self.test, self.visit, &self.site, self.from, self.to) {
            (Some(id), ..) => Subject::Test(id.clone()),
            (_, Some(id), ..) => Subject::Visit(id),
            (_, _, Some(path), Some(from), Some(to)) => {
                Subject::Period { site_id: certificates::find_site_path(app, &right, path)?, from, to }
            }
            _ => return Err(Error::field("site", "give --test, --visit, or --site with --from and --to")),
        };
        certificates::issue_certificate(app, &right, &subject)
    }
}
