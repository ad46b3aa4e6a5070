//! `proofmark import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::event::Via;
use domain::permission::ImportAssets;
use exchange::dates::DateOrder;
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
    /// Tests from a tester's file: judged anew, and nothing recorded twice.
    ///
    /// Started again after it was stopped midway, it goes on where it was.
    Tests(super::import_tests::Tests),
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
    /// Read 01/02/2024 as 1 February.
    #[arg(long, conflicts_with = "month_first")]
    pub day_first: bool,
    /// Read 01/02/2024 as 2 January.
    #[arg(long)]
    pub month_first: bool,
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
            What::Tests(tests) => tests.run(&app),
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
        let size = std::fs::metadata(&self.file).map_err(|e| format!("{}: {e}", self.file.display()))?.len();
        if size > MOST_BYTES as u64 {
            return Err(format!("{} is larger than {MOST_BYTES} bytes; split it", self.file.display()));
        }
        let bytes = std::fs::read(&self.file).map_err(|e| format!("{}: {e}", self.file.display()))?;
        let actor = Actor::operator(Via::Import);
        let plan = self.plan(app, &actor, &bytes)?;
        let reading = import::read_file(app, &bytes, None, self.order()).map_err(words)?;
        reading.import.notes.iter().for_each(|note| println!("{note}"));
        if let Some(question) = reading.import.questions.first() {
            return Err(format!(
                "the dates in column \"{}\" do not say whether the day or the month comes first: add --day-first or --month-first",
                question.column
            ));
        }
        let bar = bar(reading.import.rows.len());
        let right = actor.right::<ImportAssets>().map_err(|error| error.to_string())?;
        let report =
            import::publish(app, &right, &plan, &reading.import, &|done| bar.set_position(done as u64));
        bar.finish_and_clear();
        self.tell(&report.map_err(words)?)
    }

    fn plan(&self, app: &App, actor: &Actor, bytes: &[u8]) -> Result<Plan, String> {
        let found = app.store.read(|conn| {
            let customer = store::customers::find_customer_by_name(conn, actor.scope(), &self.customer)?;
            let site_id = match &self.site {
                Some(name) => {
                    Some(store::sites::find_site_by_name(conn, actor.scope(), customer.id, name)?.id)
                }
                None => None,
            };
            Ok::<_, store::Error>((customer.id, site_id))
        });
        let (customer_id, site_id) = found.map_err(|error| error.to_string())?;
        let file_name =
            self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let file_hash = store::ledger::sha256(bytes);
        let Self { skip_refused, dry_run, .. } = *self;
        Ok(Plan { customer_id, site_id, file_name, file_hash, skip_refused, dry_run })
    }

    fn order(&self) -> Option<DateOrder> {
        match (self.day_first, self.month_first) {
            (true, _) => Some(DateOrder::DayFirst),
            (_, true) => Some(DateOrder::MonthFirst),
            _ => None,
        }
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

fn bar(rows: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} rows, {eta} left");
    let bar = ProgressBar::new(rows as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
