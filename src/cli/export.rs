//! `proofmark export`.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use domain::event::Via;
use domain::permission::{DownloadPapers, ViewRegister};
use indicatif::{ProgressBar, ProgressStyle};
use store::{Actor, Right};

use crate::actions::dues::find_named_ground;
use crate::actions::output::{self, Trouble};
use crate::actions::test_walk::Asked;
use crate::actions::{patguard, site_pack, test_log};
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
    /// The PATGuard sheet: the tests that count, for PATGuard, PATorganiser and whatever reads their sheets.
    Patguard(Patguard),
    /// The pack of a site that a tester loads before a visit: assets, places, last results, what falls due.
    SitePack(SitePack),
    /// What is left to bill of closed jobs, one row a line; marked as billed, so that no later export holds it again.
    Billing(super::billing::Billing),
}

/// Whose records they are.
#[derive(Debug, Args)]
pub struct Whose {
    /// The customer whose records they are, by name.
    #[arg(long, value_name = "NAME")]
    pub customer: String,
    /// Only this site of theirs, by name.
    #[arg(long, value_name = "NAME")]
    pub site: Option<String>,
}

/// Of which days.
#[derive(Debug, Args)]
pub struct Days {
    /// First day by the site's calendar, such as 2026-01-01.
    #[arg(long, value_name = "DAY", value_parser = super::parse_day)]
    pub from: Option<NaiveDate>,
    /// Last day by the site's calendar.
    #[arg(long, value_name = "DAY", value_parser = super::parse_day, visible_alias = "to")]
    pub until: Option<NaiveDate>,
}

/// Write the inspection log.
#[derive(Debug, Args)]
pub struct Log {
    /// Whose tests.
    #[command(flatten)]
    pub whose: Whose,
    /// Of which days.
    #[command(flatten)]
    pub days: Days,
    /// csv for any spreadsheet, xlsx for one with typed cells.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Write the PATGuard sheet.
#[derive(Debug, Args)]
pub struct Patguard {
    /// The file to write: a workbook where its name ends in .xlsx, else CSV.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Whose tests.
    #[command(flatten)]
    pub whose: Whose,
    /// Of which days.
    #[command(flatten)]
    pub days: Days,
}

/// Write the pack of a site.
#[derive(Debug, Args)]
pub struct SitePack {
    /// The file to write: a workbook where its name ends in .xlsx, else CSV.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Whose assets.
    #[command(flatten)]
    pub whose: Whose,
    /// Only what falls due on this day or before.
    #[arg(long, value_name = "DAY")]
    pub due_by: Option<NaiveDate>,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table that a spreadsheet opens and no spreadsheet runs.
    Csv,
    /// A workbook with numbers as numbers and dates as dates.
    Xlsx,
}

impl From<Format> for output::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Csv => Self::Csv,
            Format::Xlsx => Self::Xlsx,
        }
    }
}

pub(super) fn format_of(file: &Path) -> output::Format {
    match file.extension().is_some_and(|end| end.eq_ignore_ascii_case("xlsx")) {
        true => output::Format::Xlsx,
        false => output::Format::Csv,
    }
}

impl Export {
    /// Writes what is asked for.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(self, config: Config) -> Result<(), String> {
        let app = super::open(config)?;
        let (rows, what, file) = match &self.what {
            What::Log(log) => (log.run(&app)?, "tests", &log.out),
            What::Patguard(sheet) => (sheet.run(&app)?, "tests", &sheet.file),
            What::SitePack(pack) => (pack.run(&app)?, "assets", &pack.file),
            What::Billing(billing) => (billing.run(&app)?, "lines", &billing.out),
        };
        println!("{rows} {what} in {}", file.display());
        Ok(())
    }
}

impl Log {
    /// Writes the log beside its place and puts it there when it is whole; gives how many tests it holds.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(&self, app: &App) -> Result<usize, String> {
        write_whole(&self.out, |file| {
            let actor = operator();
            let found = self.whose.find(app, &actor)?;
            let asked = found.tests(&self.days);
            let (bar, out) = (bar("tests"), (self.format.into(), usize::MAX, file));
            test_log::write_log(app, &found.right, &asked, out, &|rows| show(&bar, "written", rows))
        })
    }
}

impl Patguard {
    /// Writes the sheet beside its place and puts it there when it is whole; gives how many tests it holds.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(&self, app: &App) -> Result<usize, String> {
        write_whole(&self.file, |file| {
            let actor = operator();
            let found = self.whose.find(app, &actor)?;
            let asked = found.tests(&self.days);
            let (bar, out) = (bar("tests"), (format_of(&self.file), usize::MAX, file));
            patguard::write_sheet(app, &found.right, &asked, out, &|what, rows| show(&bar, what, rows))
        })
    }
}

impl SitePack {
    /// Writes the pack beside its place and puts it there when it is whole; gives how many assets it holds.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(&self, app: &App) -> Result<usize, String> {
        write_whole(&self.file, |file| {
            let actor = operator();
            let found = self.whose.find(app, &actor)?;
            let (customer_id, site_id) = (found.customer_id, found.site_id);
            let asked = site_pack::Asked { customer_id, site_id, due_by: self.due_by };
            let (bar, out) = (bar("assets"), (format_of(&self.file), usize::MAX, file));
            site_pack::write_pack(app, &found.right, asked, out, &|what, rows| show(&bar, what, rows))
        })
    }
}

impl Whose {
    /// The right to read them, and the ids of customer and site.
    fn find<'a>(&self, app: &App, actor: &'a Actor) -> Result<Found<'a>, Error> {
        let view = actor.right::<ViewRegister>()?;
        let ground = find_named_ground(app, &view, Some(&self.customer), self.site.as_deref())?;
        let customer = ground.customer.ok_or_else(|| Error::NotFound("customer".to_owned()))?;
        let right = actor.right::<DownloadPapers>()?;
        Ok(Found { right, customer_id: customer.id, site_id: ground.site.map(|site| site.id) })
    }
}

/// Whose records were asked for, and the right to read them.
struct Found<'a> {
    right: Right<'a, DownloadPapers>,
    customer_id: i64,
    site_id: Option<i64>,
}

impl Found<'_> {
    fn tests(&self, days: &Days) -> Asked {
        let Self { customer_id, site_id, .. } = *self;
        Asked { customer_id, site_id, from: days.from, until: days.until }
    }
}

fn operator() -> Actor {
    Actor::operator(Via::Cli)
}

/// Writes a file beside its place and puts it there when it is whole: nobody takes half a file for all of it.
pub(super) fn write_whole(
    path: &Path,
    write: impl FnOnce(BufWriter<File>) -> Result<usize, Trouble>,
) -> Result<usize, String> {
    let mut half = path.to_owned().into_os_string();
    half.push(".part");
    let half = PathBuf::from(half);
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    let file = BufWriter::new(File::create(&half).map_err(told)?);
    match write(file) {
        Ok(rows) => {
            std::fs::rename(&half, path).map_err(told)?;
            Ok(rows)
        }
        Err(trouble) => {
            std::fs::remove_file(&half).map_err(told)?;
            Err(trouble.to_string())
        }
    }
}

fn bar(what: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    match ProgressStyle::with_template(&format!("{{spinner}} {{pos}} {what} {{msg}}, {{elapsed}}")) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn show(bar: &ProgressBar, what: &'static str, rows: usize) {
    if rows == 1 {
        bar.set_message(what);
    }
    if rows.is_multiple_of(1000) {
        bar.set_position(rows as u64);
    }
}
