//! The log of a job: what was done, by whom, for how long. Appended; a correction supersedes.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::job::EntryKind;

use crate::Tx;
use crate::error::{Result, taken};
use crate::jobs::Job;
use crate::portable::AnyConnection;
use crate::schema::{job_entries, people};
use crate::types::{Coded, Moment};

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = job_entries)]
pub struct EntryRow {
    /// UUID made by whoever sent it: the same one again is the same entry.
    pub id: String,
    /// The job.
    pub job_id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The asset that it is about, where the job has several.
    pub asset_id: Option<i64>,
    /// What it tells of.
    pub kind: Coded<EntryKind>,
    /// When that was.
    pub at: Moment,
    /// When it arrived.
    pub received_at: Moment,
    /// Who did it; none for the program itself.
    pub person_id: Option<i64>,
    /// Minutes spent.
    pub minutes: i64,
    /// What was done.
    pub text: String,
    /// Whether it is kept from the customer's eyes.
    pub internal: bool,
    /// The entry that it corrects.
    pub supersedes: Option<String>,
}

/// An entry with the name of who wrote it, and whether a later one corrects it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The entry.
    pub row: EntryRow,
    /// Who did it; empty for the program itself.
    pub who: String,
    /// Whether a later one corrects it.
    pub corrected: bool,
}

/// Writes an entry of a job that the caller has found within the scope.
///
/// # Errors
/// [`crate::Error::Taken`] when the id is in use or the entry was corrected already.
pub fn insert_entry(tx: &mut Tx, row: &EntryRow) -> Result<()> {
    let insert = diesel::insert_into(job_entries::table).values(row).execute(&mut **tx);
    taken(insert, || "This entry is recorded already, or what it corrects was corrected before.".to_owned())?;
    Ok(())
}

/// Finds an entry of a job that the caller has found within the scope.
///
/// # Errors
/// The database's.
pub fn find_entry(conn: &mut AnyConnection, job: &Job, id: &str) -> Result<Option<EntryRow>> {
    let query = EntryRow::query().filter(job_entries::id.eq(id).and(job_entries::job_id.eq(job.id)));
    Ok(query.first(conn).optional()?)
}

/// The entries of a job that the caller has found within the scope, in the order of when it was done.
///
/// # Errors
/// The database's.
pub fn list_entries(conn: &mut AnyConnection, job: &Job) -> Result<Vec<Entry>> {
    let rows: Vec<(EntryRow, Option<String>)> = job_entries::table
        .left_join(people::table)
        .filter(job_entries::job_id.eq(job.id))
        .order((job_entries::at, job_entries::received_at, job_entries::id))
        .select((EntryRow::as_select(), people::name.nullable()))
        .load(conn)?;
    let corrected: BTreeSet<String> = rows.iter().filter_map(|(row, _)| row.supersedes.clone()).collect();
    let entry = |(row, who): (EntryRow, Option<String>)| Entry {
        corrected: corrected.contains(&row.id),
        who: who.unwrap_or_default(),
        row,
    };
    Ok(rows.into_iter().map(entry).collect())
}
