//! `proofmark due`.

use std::io::Write;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use domain::event::Via;
use domain::permission::ViewRegister;
use store::due_list::DueFilter;
use store::{Actor, Right};

use crate::actions::output::Trouble;
use crate::actions::{dues, feeds};
use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::web::api::due::item;

/// List what is due, soonest first.
#[derive(Debug, Args)]
pub struct Due {
    /// Only what is due before this day, such as 2026-12-01.
    #[arg(long, value_name = "DAY", value_parser = super::parse_day)]
    pub before: NaiveDate,
    /// Only this customer's.
    #[arg(long, value_name = "NAME")]
    pub customer: Option<String>,
    /// csv for a spreadsheet, json for programs, ics for a calendar.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
}

/// How the list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table that a spreadsheet opens and no spreadsheet runs.
    Csv,
    /// One document: {"items": [...], "next_cursor": null}.
    Json,
    /// Whole-day entries by site, day and kind; what is overdue stands on today.
    Ics,
}

impl Due {
    /// Writes the list to standard output.
    ///
    /// # Errors
    /// When the customer is not known or the output cannot be written.
    pub fn run(self, config: Config) -> Result<(), String> {
        let app = super::open(config)?;
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        self.write(&app, &mut out).and_then(|()| Ok(out.flush()?)).map_err(|error| error.to_string())
    }

    /// Writes the list anywhere.
    ///
    /// # Errors
    /// When the customer is not known or the output cannot be written.
    pub fn write(&self, app: &App, out: &mut impl Write) -> Result<(), Trouble> {
        let actor = Actor::operator(Via::Cli);
        let right = actor.right::<ViewRegister>().map_err(Error::from)?;
        let ground = dues::find_named_ground(app, &right, self.customer.as_deref(), None)?;
        let filter = DueFilter { area: ground.area, before: Some(self.before), ..DueFilter::default() };
        match self.format {
            Format::Csv => write_csv(app, &right, &filter, out),
            Format::Json => write_json(app, &right, &filter, out),
            Format::Ics => {
                Ok(out.write_all(feeds::calendar(app, &right, &filter.area, self.before)?.as_bytes())?)
            }
        }
    }
}

fn write_csv(
    app: &App,
    right: &Right<ViewRegister>,
    filter: &DueFilter,
    out: &mut impl Write,
) -> Result<(), Trouble> {
    let header = exchange::csv_write::record(dues::CSV_HEADER);
    write!(out, "{}{header}", exchange::csv_write::EXCEL_MARK)?;
    dues::each_due(app, right, filter, |row| Ok(out.write_all(dues::csv_record(app, &row).as_bytes())?))
}

fn write_json(
    app: &App,
    right: &Right<ViewRegister>,
    filter: &DueFilter,
    out: &mut impl Write,
) -> Result<(), Trouble> {
    // Written item by item, so that a million of them need no memory.
    let mut between = "\n";
    write!(out, "{{\"items\": [")?;
    dues::each_due(app, right, filter, |row| {
        let item =
            serde_json::to_string(&item(app, row)).map_err(|error| Error::Internal(error.to_string()))?;
        write!(out, "{between}{item}")?;
        between = ",\n";
        Ok::<_, Trouble>(())
    })?;
    Ok(writeln!(out, "\n], \"next_cursor\": null}}")?)
}
