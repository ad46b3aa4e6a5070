//! Importing another system's jobs: read and checked whole, then written in steps, so that a program stopped midway
//! goes on where it was when the file comes again.

mod row;

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::event::{Event, Via};
use domain::permission::ImportAssets;
use domain::schedule::local_date;
use exchange::csv_table::Table;
use exchange::dates::DateOrder;
use exchange::job_csv::{self, JobImport, JobRow, Mapping, Standing, Translations};
use exchange::mapped::{MOST_REFUSALS, Options, Refusal};
use store::customers::{Customer, find_customer};
use store::imports::{insert_import, update_import};
use store::jobs::Job;
use store::past_jobs::{KnownJob, insert_past_jobs, known_refs};
use store::sites::{Site, find_site, list_sites};
use store::{AnyConnection, Right, Tx};

use crate::actions::clock::settle_clock;
use crate::actions::dues::time_zone;
use crate::actions::import::ground::{Ground, key};
use crate::app::App;
use crate::error::{Error, Result};

/// Jobs per transaction.
const BATCH: usize = 500;
/// So many jobs that stand otherwise are told one by one.
const MOST_DIFFERING: usize = 20;
/// The zone of a site that is yet to be made.
const ZONE: Tz = chrono_tz::Europe::London;

/// A file read as a table, with how its columns are understood.
pub struct Reading {
    /// The table.
    pub table: Table,
    /// What its rows say.
    pub import: JobImport,
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
    read_translated(app, bytes, mapping, (date_order, &Translations::default()))
}

/// As [`read_file`], with words for statuses that are not known.
///
/// # Errors
/// As [`read_file`].
pub fn read_translated(
    app: &App,
    bytes: &[u8],
    mapping: Option<&Remap<'_>>,
    (date_order, statuses): (Option<DateOrder>, &Translations),
) -> Result<Reading> {
    let table = Table::read(bytes).map_err(|error| Error::field("file", error.to_string()))?;
    let mut columns = Mapping::guess(&table);
    if let Some(change) = mapping {
        change(&mut columns).map_err(|message| Error::field("mapping", message))?;
    }
    let options = Options { date_order, year_now: chrono::Datelike::year(&app.now()) };
    let import = job_csv::read_translated(&table, &columns, &options, statuses)
        .map_err(|wrong| Error::field("mapping", wrong.join("; ")))?;
    Ok(Reading { table, import })
}

/// What is to be done with a reading.
#[derive(Debug, Clone)]
pub struct Plan {
    /// For whom.
    pub customer_id: i64,
    /// Where jobs were that name no site; where none is chosen, the customer's only site, else one made for them.
    pub site_id: Option<i64>,
    /// What the other system is called, where several of them count from one.
    pub source: String,
    /// The name of the file.
    pub file_name: String,
    /// SHA-256 of the file, in hexadecimal.
    pub file_hash: String,
    /// Whether good rows go in although others are refused.
    pub skip_refused: bool,
    /// Whether to store nothing.
    pub dry_run: bool,
}

/// How it went.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Jobs added, or to be added.
    pub added: usize,
    /// Of those, still open.
    pub open: usize,
    /// Rows that are jobs here already.
    pub already: usize,
    /// Of those, the ones that stand here otherwise than the file says; nothing is changed by that.
    pub differ: usize,
    /// The first of them, in words.
    pub differing: Vec<String>,
    /// Cells and rows refused, those of the reading among them.
    pub refused: Vec<Refusal>,
    /// How many rows were refused.
    pub rows_refused: usize,
    /// Jobs whose thing is an asset of the register.
    pub matched: usize,
    /// Sites and categories that were made, or would be.
    pub made: Vec<String>,
    /// Whether anything was stored.
    pub published: bool,
}

impl Report {
    /// How it went, in a sentence without its full stop.
    pub fn words(&self) -> String {
        let Self { added, open, already, differ, rows_refused, .. } = self;
        let differ = if *differ > 0 { format!(" ({differ} differ in status)") } else { String::new() };
        format!(
            "{added} to add, {open} of them still open, {already} there already{differ}, {rows_refused} refused"
        )
    }
}

/// Publishes a reading, telling `progress` after each step how many rows are done.
///
/// # Errors
/// Not found for a customer or site outside the scope; field errors while a question about dates is open; a conflict
/// when somebody imports the same jobs at the same time.
pub fn publish(
    app: &App,
    right: &Right<ImportAssets>,
    plan: &Plan,
    import: &JobImport,
    progress: &dyn Fn(usize),
) -> Result<Report> {
    if !import.questions.is_empty() {
        return Err(Error::field("dates", "say first whether dates begin with the day or the month"));
    }
    let mut report =
        Report { refused: import.refused.clone(), rows_refused: import.rows_refused, ..Report::default() };
    let known = app.store.read(|conn| Known::load(conn, right, plan, import))?;
    let rows = known.sift(&import.rows, plan, app.now(), &mut report);
    if plan.dry_run || (report.rows_refused > 0 && !plan.skip_refused) {
        report.made = known.would_make(&rows);
        return Ok(report);
    }
    let actor = right.actor().clone().through(Via::Import);
    let import_id = begin(app, &actor, plan)?;
    for (step, batch) in rows.chunks(BATCH).enumerate() {
        let done = app.store.write(&actor, |tx| step_in(tx, plan, (&known, import_id), batch, &report))?;
        report.matched += done.matched;
        report.made.extend(done.made);
        progress((step * BATCH) + batch.len());
    }
    report.published = true;
    Ok(report)
}

fn begin(app: &App, actor: &store::Actor, plan: &Plan) -> Result<i64> {
    app.store.write(actor, |tx| {
        let id = insert_import(tx, plan.customer_id, &plan.file_name, &plan.file_hash)?;
        let event = Event::new("import", id, "begun").of_customer(plan.customer_id);
        let event = event.change("file", "", &plan.file_name).change("SHA-256", "", &plan.file_hash);
        Ok((id, vec![event]))
    })
}

/// What one step did.
struct Done {
    matched: usize,
    made: Vec<String>,
}

fn step_in(
    tx: &mut Tx,
    plan: &Plan,
    (known, import_id): (&Known, i64),
    batch: &[&JobRow],
    report: &Report,
) -> Result<(Done, Vec<Event>)> {
    let actor = tx.actor;
    let customer = find_customer(tx, actor.scope(), plan.customer_id)?;
    let mut ground = Ground::open(tx, actor, &customer, plan.site_id)?;
    let serials = row::serials(tx, customer.id, batch)?;
    let mut pasts = vec![];
    for row in batch {
        pasts.push(row::past(tx, (&customer, plan), (known, &mut ground, &serials), row)?);
    }
    let matched = pasts.iter().filter(|past| !past.assets.is_empty()).count();
    let assets: Vec<Vec<i64>> = pasts.iter().map(|past| past.assets.clone()).collect();
    let jobs = insert_past_jobs(tx, pasts).map_err(|error| match error {
        store::Error::Taken(_) => {
            Error::Conflict("Somebody is importing the same jobs; look again in a moment.".to_owned())
        }
        other => other.into(),
    })?;
    // What is still open goes on under our terms.
    for job in jobs.iter().filter(|job| job.is_open()) {
        settle_clock(tx, job.id)?;
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    update_import(tx, import_id, (count(report.added), count(report.already), count(report.rows_refused)))?;
    let mut events = ground.events;
    events.extend(jobs.iter().zip(assets).flat_map(|(job, assets)| events_of(job, &assets)));
    Ok((Done { matched, made: ground.made }, events))
}

/// One event, or one on the timeline of each asset.
fn events_of(job: &Job, assets: &[i64]) -> Vec<Event> {
    let event = || {
        let event = Event::new("job", &job.number, "imported").change("title", "", &job.title);
        event.change("number there", "", job.source_ref.as_deref().unwrap_or_default())
    };
    match assets {
        [] => vec![event().of_customer(job.customer_id)],
        assets => assets.iter().map(|asset| event().of_asset(job.customer_id, *asset)).collect(),
    }
}

/// What the register has of a customer before the import.
struct Known {
    customer: Customer,
    sites: Vec<Site>,
    default_site: Option<Site>,
    categories: Vec<String>,
    refs: HashMap<String, KnownJob>,
}

impl Known {
    fn load(
        conn: &mut AnyConnection,
        right: &Right<ImportAssets>,
        plan: &Plan,
        import: &JobImport,
    ) -> Result<Self> {
        let scope = right.scope();
        let customer = find_customer(conn, scope, plan.customer_id)?;
        let sites = list_sites(conn, scope, Some(customer.id))?;
        let default_site = match (plan.site_id, sites.as_slice()) {
            (Some(id), _) => Some(find_site(conn, scope, id)?),
            (None, [only]) => Some(only.clone()),
            _ => None,
        };
        if default_site.as_ref().is_some_and(|site| site.customer_id != customer.id) {
            return Err(Error::field("site", "this site belongs to another customer"));
        }
        let categories = store::categories::list_categories(conn)?;
        let categories = categories.into_iter().map(|category| key(&category.name)).collect();
        let refs: Vec<String> = import.rows.iter().map(|row| row::source_ref(&plan.source, row)).collect();
        let refs = known_refs(conn, customer.id, &refs)?.into_iter().collect();
        Ok(Self { customer, sites, default_site, categories, refs })
    }

    /// The name of a row's site.
    fn site_name<'a>(&'a self, row: &'a JobRow) -> &'a str {
        let default = self.default_site.as_ref().map_or(row::NO_SITE, |site| &site.name);
        row.site.as_deref().unwrap_or(default)
    }

    /// The clock by which a row's dates are read.
    fn zone(&self, row: &JobRow) -> Tz {
        let name = key(self.site_name(row));
        let site = self.sites.iter().find(|site| key(&site.name) == name);
        site.and_then(|site| time_zone(&site.time_zone).ok()).unwrap_or(ZONE)
    }

    /// The rows that become jobs; the others are counted and their reasons told.
    fn sift<'a>(
        &self,
        rows: &'a [JobRow],
        plan: &Plan,
        now: chrono::DateTime<chrono::Utc>,
        report: &mut Report,
    ) -> Vec<&'a JobRow> {
        let mut good = vec![];
        for row in rows {
            let zone = self.zone(row);
            let opened_on = local_date(row::moment(row.opened, zone, now), zone);
            let here = self.refs.get(&row::source_ref(&plan.source, row));
            match here.map(|known| (known, local_date(known.opened_at.utc(), zone))) {
                Some((known, day)) if day == opened_on => there_already(report, row, known),
                Some((_, day)) => refuse(report, row, other_job(day)),
                None => match row::check(&self.customer, row, local_date(now, zone)) {
                    Err(refusal) => refuse(report, row, refusal),
                    Ok(()) => {
                        report.added += 1;
                        report.open += usize::from(row.closed.is_none());
                        good.push(row);
                    }
                },
            }
        }
        good
    }

    /// What would be made, as [`Ground`] would tell it.
    fn would_make(&self, rows: &[&JobRow]) -> Vec<String> {
        let mut made: Vec<String> = vec![];
        let mut add = |words: String| {
            if !made.iter().any(|known| key(known) == key(&words)) {
                made.push(words);
            }
        };
        for row in rows {
            let site = self.site_name(row);
            if !self.sites.iter().any(|known| key(&known.name) == key(site)) {
                add(format!("site {site}"));
            }
            if let Some(category) = &row.category {
                let name = key(category);
                let one = name.strip_suffix('s').unwrap_or(&name);
                let same = |known: &String| *known == name || known == one || *known == format!("{name}s");
                if !self.categories.iter().any(|known| same(known) || format!("{known}s") == name) {
                    add(format!("category {category}"));
                }
            }
        }
        made
    }
}

/// Counts a row whose job is here, and whether that stands otherwise.
fn there_already(report: &mut Report, row: &JobRow, known: &KnownJob) {
    report.already += 1;
    let here = match (known.outcome, known.waiting_for) {
        (Some(outcome), _) => Standing::Closed(outcome.0),
        (None, Some(reason)) => Standing::Waiting(reason.0),
        (None, None) => Standing::Open(known.state.0),
    };
    if here == row.standing {
        return;
    }
    report.differ += 1;
    if report.differing.len() < MOST_DIFFERING {
        let (there, here) = (row.standing.words(), here.words());
        report
            .differing
            .push(format!("Line {}: the file says \"{there}\", here it is \"{here}\".", row.line));
    }
}

fn other_job(opened_on: NaiveDate) -> row::Wrong {
    row::Wrong {
        column: "",
        reason: format!("the customer has a job of this number that was opened on {opened_on}"),
        expected: "a name for this system, so that its numbers are told from another's",
    }
}

fn refuse(report: &mut Report, row: &JobRow, wrong: row::Wrong) {
    report.rows_refused += 1;
    if report.refused.len() < MOST_REFUSALS {
        report.refused.push(Refusal {
            line: row.line,
            column: wrong.column.to_owned(),
            value: String::new(),
            reason: wrong.reason,
            expected: wrong.expected.to_owned(),
        });
    }
}
