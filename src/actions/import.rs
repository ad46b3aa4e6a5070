//! Importing a list of assets: read, shown, then published all or not at all.

pub(crate) mod ground;
mod row;

use domain::event::{Event, Via};
use domain::permission::ImportAssets;
use exchange::asset_csv::{self, AssetImport, Mapping};
use exchange::csv_table::Table;
use exchange::dates::DateOrder;
use exchange::mapped::{MOST_REFUSALS, Options, Refusal};
use store::customers::{Customer, find_customer};
use store::imports::{find_imported, insert_import, insert_imported, update_import};
use store::ledger::sha256;
use store::{Actor, Right, Tx};

use self::ground::Ground;
pub(crate) use self::row::refusals;
use crate::app::App;
use crate::error::{Error, Result};

/// The largest file, in bytes.
pub const MOST_BYTES: usize = 20 << 20;
/// What tells a write that was meant to be taken back from one that failed.
const TAKEN_BACK: &str = "the import was taken back";

/// A file read as a table, with how its columns are understood.
pub struct Reading {
    /// The table.
    pub table: Table,
    /// What its rows say.
    pub import: AssetImport,
}

/// Changes where columns go; says what does not fit.
pub type Remap<'a> = dyn Fn(&mut Mapping) -> std::result::Result<(), String> + 'a;

/// Reads a file; without a mapping, columns are guessed by name.
///
/// # Errors
/// Field errors: why it is no table, or where the mapping does not fit it.
pub fn read_file(
    app: &App,
    bytes: &[u8],
    mapping: Option<&Remap<'_>>,
    date_order: Option<DateOrder>,
) -> Result<Reading> {
    let table = Table::read(bytes).map_err(|error| Error::field("file", error.to_string()))?;
    let mut columns = Mapping::guess(&table);
    if let Some(change) = mapping {
        change(&mut columns).map_err(|message| Error::field("mapping", message))?;
    }
    let options = Options { date_order, year_now: chrono::Datelike::year(&app.now()) };
    let import = asset_csv::read(&table, &columns, &options)
        .map_err(|wrong| Error::field("mapping", wrong.join("; ")))?;
    Ok(Reading { table, import })
}

/// What is to be done with a reading.
#[derive(Debug, Clone)]
pub struct Plan {
    /// For whom.
    pub customer_id: i64,
    /// Where rows go that name no site.
    pub site_id: Option<i64>,
    /// The name of the file.
    pub file_name: String,
    /// SHA-256 of the file, in hexadecimal.
    pub file_hash: String,
    /// Whether good rows go in although others are refused.
    pub skip_refused: bool,
    /// Whether to take everything back at the end.
    pub dry_run: bool,
}

/// How it went.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Assets added.
    pub added: usize,
    /// Rows that an earlier import brought in.
    pub already: usize,
    /// Cells and rows refused, those of the reading among them.
    pub refused: Vec<Refusal>,
    /// How many rows were refused.
    pub rows_refused: usize,
    /// Sites, places and categories that were made.
    pub made: Vec<String>,
    /// Whether anything was stored.
    pub published: bool,
}

/// Publishes a reading, telling `progress` after each row how many are done.
///
/// # Errors
/// Not found for a customer or site outside the scope; field errors while a question about dates is open.
pub fn publish(
    app: &App,
    right: &Right<ImportAssets>,
    plan: &Plan,
    import: &AssetImport,
    progress: &dyn Fn(usize),
) -> Result<Report> {
    if !import.questions.is_empty() {
        return Err(Error::field("dates", "say first whether dates begin with the day or the month"));
    }
    let actor = right.actor().clone().through(Via::Import);
    let mut report =
        Report { refused: import.refused.clone(), rows_refused: import.rows_refused, ..Report::default() };
    let written = app.store.write(&actor, |tx| {
        let events = Publishing { actor: &actor, plan, report: &mut report, progress }.run(tx, import)?;
        let refuses = report.rows_refused > 0 && !plan.skip_refused;
        if plan.dry_run || refuses {
            return Err(Error::Conflict(TAKEN_BACK.to_owned()));
        }
        Ok(((), events))
    });
    match written {
        Ok(()) => report.published = true,
        Err(Error::Conflict(why)) if why == TAKEN_BACK => {}
        Err(error) => return Err(error),
    }
    Ok(report)
}

/// The hash by which a row is known again.
fn row_key(identity: &str) -> String {
    sha256(identity.as_bytes())
}

struct Publishing<'a> {
    actor: &'a Actor,
    plan: &'a Plan,
    report: &'a mut Report,
    progress: &'a dyn Fn(usize),
}

impl Publishing<'_> {
    fn run(mut self, tx: &mut Tx, import: &AssetImport) -> Result<Vec<Event>> {
        let customer = find_customer(tx, self.actor.scope(), self.plan.customer_id)?;
        let import_id = insert_import(tx, customer.id, &self.plan.file_name, &self.plan.file_hash)?;
        let mut ground = Ground::open(tx, self.actor, &customer, self.plan.site_id)?;
        let mut events = vec![];
        // What belongs to another asset goes in after those that others belong to.
        let (first, second): (Vec<_>, Vec<_>) = import.rows.iter().partition(|row| row.parent.is_none());
        for (done, row) in first.into_iter().chain(second).enumerate() {
            self.one(tx, (&customer, import_id), &mut ground, row, &mut events)?;
            (self.progress)(done + 1);
        }
        events.extend(ground.events);
        self.report.made = ground.made;
        let counts = (self.report.added, self.report.already, self.report.rows_refused);
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        update_import(tx, import_id, (count(counts.0), count(counts.1), count(counts.2)))?;
        let event = Event::new("import", import_id, "published").of_customer(customer.id);
        let event =
            event.change("file", "", &self.plan.file_name).change("SHA-256", "", &self.plan.file_hash);
        events.push(event.change("added", "", counts.0).change("refused", "", counts.2));
        Ok(events)
    }

    fn one(
        &mut self,
        tx: &mut Tx,
        (customer, import_id): (&Customer, i64),
        ground: &mut Ground,
        row: &asset_csv::AssetRow,
        events: &mut Vec<Event>,
    ) -> Result<()> {
        let key = row_key(&row.identity);
        if find_imported(tx, customer.id, &key)?.is_some() {
            self.report.already += 1;
            return Ok(());
        }
        let kept = ground.mark();
        let added = tx.attempt(|tx| {
            let (asset, event) = row::add(tx, self.actor, (customer, &mut *ground), row)?;
            insert_imported(tx, (customer.id, &key), (asset.id, import_id))?;
            Ok::<_, Error>(event)
        });
        match added {
            Ok(event) => {
                self.report.added += 1;
                events.push(event);
            }
            Err(error) => {
                ground.back_to(kept);
                self.report.rows_refused += 1;
                if self.report.refused.len() < MOST_REFUSALS {
                    self.report.refused.extend(row::refusals(row.line, error)?);
                }
            }
        }
        Ok(())
    }
}
