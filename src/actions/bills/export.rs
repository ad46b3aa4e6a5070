//! Exports: what is left to bill, marked as billed and given out as files that stay as they are.

use domain::event::Event;
use domain::permission::BillJob;
use store::bills::{self, BillExport, NewExport};
use store::files::{find_file, put_file};
use store::types::Moment;
use store::{Right, Tx};

use super::table::{Row, site_names, write};
use super::{Asked, CustomerBill, gather};
use crate::actions::dues::today;
use crate::actions::output::Format;
use crate::app::App;
use crate::error::{Error, Result};

/// Bills whatever is left of the jobs asked for: each line goes out once, whoever exports at the same moment.
///
/// # Errors
/// Not found for a foreign customer; field errors, also beyond `most` jobs; a conflict where nothing is left.
pub fn export_bills(app: &App, right: &Right<BillJob>, asked: Asked, most: usize) -> Result<BillExport> {
    let day = today(app);
    app.store.write(right.actor(), |tx| {
        // First of all: the next who exports waits here, and then sees what was billed.
        let number = bills::next_export_number(tx)?;
        let found = gather(tx, right.scope(), (asked, most, day), |job| !job.left.is_empty())?;
        if found.is_empty() {
            let words = "Nothing of these jobs is left to bill: it is billed already, or has no rates.";
            return Err(Error::Conflict(words.to_owned()));
        }
        insert(tx, asked, (number, &found))
    })
}

fn insert(
    tx: &mut Tx,
    asked: Asked,
    (number, found): (String, &[CustomerBill]),
) -> Result<(BillExport, Vec<Event>)> {
    let scope = tx.actor.scope();
    let sites = site_names(tx, scope)?;
    let mut hashes = vec![];
    for format in [Format::Csv, Format::Xlsx] {
        let mut bytes = vec![];
        let written = write((format, &mut bytes), &sites, rows(&number, found));
        written.map_err(|error| Error::Internal(error.to_string()))?;
        hashes.push(put_file(tx, format.media_type(), &bytes)?);
    }
    let lines: Vec<_> = found
        .iter()
        .flat_map(|bill| &bill.jobs)
        .flat_map(|job| job.left.iter().map(|line| (job.job.clone(), line.clone())))
        .collect();
    let export = NewExport {
        number: number.clone(),
        from_day: asked.from,
        to_day: asked.until,
        person_id: tx.actor.person_id(),
        at: Moment::from(tx.now),
        lines: i64::try_from(lines.len()).unwrap_or(i64::MAX),
        csv_hash: hashes[0].clone(),
        xlsx_hash: hashes[1].clone(),
    };
    bills::insert_export(tx, &export, &lines)?;
    let events = found.iter().map(|bill| {
        Event::new("billing export", &number, "billed")
            .of_customer(bill.customer_id)
            .change("jobs", "", bill.jobs.len())
            .change("lines", "", bill.jobs.iter().map(|job| job.left.len()).sum::<usize>())
    });
    let made = bills::find_export(tx, scope, &number)?;
    Ok((made, events.collect()))
}

fn rows<'a>(number: &'a str, found: &'a [CustomerBill]) -> impl Iterator<Item = Row<'a>> {
    found.iter().flat_map(move |bill| {
        bill.jobs.iter().flat_map(move |job| {
            let row = move |line: &'a domain::bill::BillLine| Row {
                export: number,
                customer: &bill.customer,
                job: &job.job,
                line: line.clone(),
            };
            job.left.iter().map(row)
        })
    })
}

/// The exports that somebody may have, the latest first.
///
/// # Errors
/// The store's.
pub fn list_exports(app: &App, right: &Right<BillJob>, limit: i64) -> Result<Vec<BillExport>> {
    Ok(app.store.read(|conn| bills::list_exports(conn, right.scope(), limit))?)
}

/// One export.
///
/// # Errors
/// Not found, also where a line of it lies outside the scope.
pub fn find_export(app: &App, right: &Right<BillJob>, number: &str) -> Result<BillExport> {
    Ok(app.store.read(|conn| bills::find_export(conn, right.scope(), number))?)
}

/// The file of an export: the bytes that were given out.
///
/// # Errors
/// As [`find_export`].
pub fn read_export(app: &App, right: &Right<BillJob>, number: &str, format: Format) -> Result<Vec<u8>> {
    app.store.read(|conn| {
        let export = bills::find_export(conn, right.scope(), number)?;
        let hash = if format == Format::Csv { &export.csv_hash } else { &export.xlsx_hash };
        Ok(find_file(conn, hash)?.bytes)
    })
}
