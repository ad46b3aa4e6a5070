//! `proofmark import`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use domain::event::Via;
use domain::permission::ImportAssets;
use exchange::dates::DateOrder;
use exchange::mapped::DateQuestion;
use indicatif::{ProgressBar, ProgressStyle};
use store::Actor;

use crate::actions::import::{self, MOST_BYTES, Plan, Report};
use crate::app::App;
use crate::config::Config;

/// Import what other programs wrote.
#[derive(Debug, Args)]
pub struct Import {
    /// What the file holds.
    #[command(subcommand)]
    pub what: What,
}

/// What a file may hold.
#[derive(Debug, Subcommand)]
pub enum What {
    /// A list of assets as CSV: columns are found by their names, others are kept as custom fields.
    Assets(Assets),
    /// Parts as CSV with what there is of each: columns are found by their names, and nothing comes in twice.
    Parts(super::import_parts::Parts),
    /// Tests from a tester's file: judged anew, and nothing recorded twice.
    ///
    /// Started again after it was stopped midway, it goes on where it was.
    Tests(super::import_tests::Tests),
    /// Another system's job history as CSV: dates, status, category and text are kept, and nothing comes in twice.
    ///
    /// Started again after it was stopped midway, it goes on where it was.
    Jobs(super::import_jobs::Jobs),
}

/// Import a list of assets.
#[derive(Debug, Args)]
pub struct Assets {
    /// The CSV file.
    pub file: PathBuf,
    /// The customer whose assets they are, by name.
    #[arg(long)]
    pub customer: String,
    /// The site of rows that name none.
    #[arg(long)]
    pub site: Option<String>,
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

/// In which order day and month stand, where the dates do not tell.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Dates {
    /// Read 01/02/2024 as 1 February.
    #[arg(long, conflicts_with = "month_first")]
    pub day_first: bool,
    /// Read 01/02/2024 as 2 January.
    #[arg(long)]
    pub month_first: bool,
}

impl Dates {
    /// The order, where one is told.
    pub fn order(&self) -> Option<DateOrder> {
        match (self.day_first, self.month_first) {
            (true, _) => Some(DateOrder::DayFirst),
            (_, true) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }

    /// Refuses to go on while a column's dates can be read in two ways.
    ///
    /// # Errors
    /// Names the column and the flags.
    pub fn settle(&self, questions: &[DateQuestion]) -> Result<(), String> {
        match questions.first() {
            Some(question) => Err(format!(
                "the dates in column \"{}\" do not say whether the day or the month comes first: add --day-first or --month-first",
                question.column
            )),
            None => Ok(()),
        }
    }
}

impl Import {
    /// Imports.
    ///
    /// # Errors
    /// What to tell the person at the terminal; each refused row is printed before.
    pub fn run(self, config: Config) -> Result<(), String> {
        let app = super::open(config)?;
        match self.what {
            What::Assets(assets) => assets.run(&app),
            What::Parts(parts) => parts.run(&app),
            What::Tests(tests) => tests.run(&app),
            What::Jobs(jobs) => jobs.run(&app),
        }
    }
}

impl Assets {
    /// Imports into an open application.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(&self, app: &App) -> Result<(), String> {
        let words = |error: crate::error::Error| error.to_string();
        let bytes = read_bytes(&self.file)?;
        let actor = Actor::operator(Via::Import);
        let plan = self.plan(app, &actor, &bytes)?;
        let reading = import::read_file(app, &bytes, None, self.dates.order()).map_err(words)?;
        reading.import.notes.iter().for_each(|note| println!("{note}"));
        self.dates.settle(&reading.import.questions)?;
        let bar = bar(reading.import.rows.len());
        let right = actor.right::<ImportAssets>().map_err(|error| error.to_string())?;
        let report =
            import::publish(app, &right, &plan, &reading.import, &|done| bar.set_position(done as u64));
        bar.finish_and_clear();
        self.tell(&report.map_err(words)?)
    }

    fn plan(&self, app: &App, actor: &Actor, bytes: &[u8]) -> Result<Plan, String> {
        let (customer_id, site_id) = customer_and_site(app, actor, &self.customer, self.site.as_deref())?;
        let file_name = name_of(&self.file);
        let file_hash = store::ledger::sha256(bytes);
        let Self { skip_refused, dry_run, .. } = *self;
        Ok(Plan { customer_id, site_id, file_name, file_hash, skip_refused, dry_run })
    }

    fn tell(&self, report: &Report) -> Result<(), String> {
        report.refused.iter().for_each(|refusal| println!("{refusal}"));
        report.made.iter().for_each(|made| println!("New: {made}"));
        let Report { added, already, rows_refused, published, .. } = report;
        println!("{added} to add, {already} there already, {rows_refused} refused.");
        match (published, self.dry_run) {
            (true, _) => {
                println!("Imported.");
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

/// The bytes of a file that is no larger than a page would take.
///
/// # Errors
/// Names the file and what is wrong with it.
pub(super) fn read_bytes(file: &Path) -> Result<Vec<u8>, String> {
    let wrong = |error: std::io::Error| format!("{}: {error}", file.display());
    let size = std::fs::metadata(file).map_err(wrong)?.len();
    if size > MOST_BYTES as u64 {
        return Err(format!("{} is larger than {MOST_BYTES} bytes; split it", file.display()));
    }
    std::fs::read(file).map_err(wrong)
}

/// The name of a file without its folder.
pub(super) fn name_of(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The ids of a customer and of a site of theirs, by name.
///
/// # Errors
/// That there is no such one.
pub(super) fn customer_and_site(
    app: &App,
    actor: &Actor,
    customer: &str,
    site: Option<&str>,
) -> Result<(i64, Option<i64>), String> {
    let found = app.store.read(|conn| {
        let customer = store::customers::find_customer_by_name(conn, actor.scope(), customer)?;
        let site_id = match site {
            Some(name) => Some(store::sites::find_site_by_name(conn, actor.scope(), customer.id, name)?.id),
            None => None,
        };
        Ok::<_, store::Error>((customer.id, site_id))
    });
    found.map_err(|error| error.to_string())
}

/// How far it is.
pub(super) fn bar(rows: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} rows, {eta} left");
    let bar = ProgressBar::new(rows as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
