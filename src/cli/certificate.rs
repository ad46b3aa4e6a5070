//! `proofmark certificate`.

use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{Days, Months, NaiveDate};
use clap::Args;
use domain::event::Via;
use domain::permission::IssueCertificate;
use indicatif::ProgressBar;
use store::{Actor, Right};

use crate::actions::certificates::{self, Batch, Collected, Issued, Options, Subject};
use crate::actions::dues::today;
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
    /// Of all of a customer's sites over days, each with its own number, in one file; the last twelve months unless
    /// days are given.
    #[arg(long, group = "what", value_name = "NAME", requires = "merged")]
    pub customer: Option<String>,
    /// One file with a table of contents for all sites of --customer.
    #[arg(long, requires = "customer")]
    pub merged: bool,
    /// A ZIP with a certificate of each test of the visit or of the site's days, instead of one over all.
    #[arg(long, conflicts_with_all = ["test", "customer"])]
    pub singles: bool,
    /// First day, such as 2026-11-01.
    #[arg(long, value_name = "DAY", value_parser = super::parse_day, requires = "to")]
    pub from: Option<NaiveDate>,
    /// Last day, such as 2026-11-30.
    #[arg(long, value_name = "DAY", value_parser = super::parse_day, requires = "from")]
    pub to: Option<NaiveDate>,
    /// Leave photos out.
    #[arg(long)]
    pub no_photos: bool,
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
        super::warn_of_address(&config);
        let app = super::open(config)?;
        let words = |error: Error| error.to_string();
        if self.singles {
            let count = self.write_singles(&app)?;
            println!("{count} certificates in {}", self.out.display());
            return Ok(());
        }
        if self.customer.is_some() {
            let collected = self.collect(&app).map_err(words)?;
            write(&self.out, &collected.pdf)?;
            let numbers: Vec<&str> = collected.rows.iter().map(|row| row.number.as_str()).collect();
            println!("{} in {}", numbers.join(", "), self.out.display());
            return Ok(());
        }
        let issued = self.issue(&app).map_err(words)?;
        write(&self.out, &issued.pdf)?;
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
        let subject = self.subject(app, &right)?;
        certificates::issue_certificate(app, &right, &subject, self.options())
    }

    /// The certificates of all of a customer's sites.
    ///
    /// # Errors
    /// As [`certificates::collect_certificates`].
    pub fn collect(&self, app: &App) -> Result<Collected> {
        let actor = Actor::operator(Via::Cli);
        let right = actor.right::<IssueCertificate>()?;
        let name = self.customer.as_deref().unwrap_or_default();
        let customer =
            app.store.read(|conn| store::customers::find_customer_by_name(conn, right.scope(), name))?;
        let to = self.to.unwrap_or_else(|| today(app));
        let from = self.from.unwrap_or_else(|| to - Months::new(12) + Days::new(1));
        let bar = ProgressBar::new(0);
        let mut progress = |done: usize, all: usize| {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        };
        let asked = (customer.id, from, to);
        let collected =
            certificates::collect_certificates(app, &right, asked, (self.options(), &mut progress));
        bar.finish_and_clear();
        collected
    }

    /// Writes an archive of single certificates as they are issued; a failure leaves no archive behind.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn write_singles(&self, app: &App) -> std::result::Result<usize, String> {
        let done = self.stream_singles(app);
        if done.is_err() {
            // A shorter archive would look like a whole one.
            match std::fs::remove_file(&self.out) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(format!(
                        "{} is not whole and cannot be removed: {error}",
                        self.out.display()
                    ));
                }
                _ => {}
            }
        }
        done
    }

    fn stream_singles(&self, app: &App) -> std::result::Result<usize, String> {
        let words = |error: Error| error.to_string();
        let actor = Actor::operator(Via::Cli);
        let right = actor.right::<IssueCertificate>().map_err(|error| error.to_string())?;
        let subject = self.subject(app, &right).map_err(words)?;
        let mut batch = Batch::new(app, &right, (&subject, self.options())).map_err(words)?;
        let count = batch.left();
        let failed = |error: std::io::Error| format!("{}: {error}", self.out.display());
        let mut file = std::fs::File::create(&self.out).map_err(failed)?;
        let bar = ProgressBar::new(count as u64);
        while let Some(bytes) = batch.next(app, &right).map_err(words)? {
            file.write_all(&bytes).map_err(failed)?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        file.sync_all().map_err(failed)?;
        Ok(count)
    }

    fn options(&self) -> Options {
        Options { photos: !self.no_photos }
    }

    fn subject(&self, app: &App, right: &Right<IssueCertificate>) -> Result<Subject> {
        Ok(match (&self.test, self.visit, &self.site, self.from, self.to) {
            (Some(id), ..) => Subject::Test(id.clone()),
            (_, Some(id), ..) => Subject::Visit(id),
            (_, _, Some(path), Some(from), Some(to)) => {
                Subject::Period { site_id: certificates::find_site_path(app, right, path)?, from, to }
            }
            _ => return Err(Error::field("site", "give --test, --visit, or --site with --from and --to")),
        })
    }
}

fn write(out: &Path, bytes: &[u8]) -> std::result::Result<(), String> {
    std::fs::write(out, bytes).map_err(|error| format!("{}: {error}", out.display()))
}
