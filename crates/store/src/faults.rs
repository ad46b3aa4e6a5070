//! Reports of faults: what somebody says is wrong, which job it became, and what was added to it.

mod inbox;
mod notes;

pub use inbox::{
    FaultLine, FaultState, claim_fault_mail, count_inbox, find_line, list_faults, list_inbox,
    list_lines_of_job, list_open_jobs, list_open_lines, list_photos, list_unmailed,
};
pub use notes::{FaultNote, insert_note, list_notes};

use diesel::prelude::*;
use domain::asset::Lifecycle;
use domain::job::Urgency;

use crate::access::Scope;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::{assets, customers, fault_notes, faults, jobs, tags};
use crate::types::{Coded, Moment};
use crate::{Tx, each_backend, in_scope};

/// A report.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = faults)]
pub struct Fault {
    /// Id; rises with each report.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// What is at fault, where it is in the register.
    pub asset_id: Option<i64>,
    /// The job that it became.
    pub job_id: Option<i64>,
    /// What is wrong.
    pub what: String,
    /// Where it is, in words.
    pub place: String,
    /// How urgent it is for whoever reported it.
    pub urgency: Coded<Urgency>,
    /// Whether somebody may be hurt.
    pub dangerous: bool,
    /// Who reported it: a user, or a person of this report alone; none where no name was given.
    pub person_id: Option<i64>,
    /// How to reach somebody without an account.
    pub contact: String,
    /// Hash of the secret by which whoever reported it follows it.
    pub follow_hash: Option<String>,
    /// When it was reported.
    pub at: Moment,
    /// When it was dismissed.
    pub dismissed_at: Option<Moment>,
    /// Who dismissed it.
    pub dismissed_by: Option<i64>,
    /// Why it was dismissed.
    pub dismissed_why: String,
    /// Version for concurrent edits.
    pub version: i64,
}

impl Fault {
    /// Whether it waits in the inbox: no job, and not dismissed.
    pub fn is_waiting(&self) -> bool {
        self.job_id.is_none() && self.dismissed_at.is_none()
    }
}

/// A report to be written down.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = faults)]
pub struct NewFault {
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// What is at fault.
    pub asset_id: Option<i64>,
    /// What is wrong.
    pub what: String,
    /// Where it is, in words.
    pub place: String,
    /// How urgent it is.
    pub urgency: Coded<Urgency>,
    /// Whether somebody may be hurt.
    pub dangerous: bool,
    /// Who reported it.
    pub person_id: Option<i64>,
    /// How to reach somebody without an account.
    pub contact: String,
    /// Hash of the secret by which it is followed.
    pub follow_hash: Option<String>,
    /// When it was reported.
    pub at: Moment,
}

/// Writes a report down; its customer, site and asset were found within the scope.
///
/// # Errors
/// [`Error::Taken`] when a report with this secret is there: it was sent twice.
pub fn insert_fault(tx: &mut Tx, fault: &NewFault) -> Result<i64> {
    let insert = diesel::insert_into(faults::table).values(fault).returning(faults::id);
    taken(insert.get_result(&mut **tx), || "this report was sent already".to_owned())
}

/// Finds a report.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_fault(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Fault> {
    let query = in_scope!(Fault::query().into_boxed(), scope, faults::customer_id);
    query.filter(faults::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("fault"))
}

/// The report that a secret follows, by the secret's hash: whoever holds it may, so no scope.
///
/// # Errors
/// The database's.
pub fn find_followed(conn: &mut AnyConnection, hash: &str) -> Result<Option<Fault>> {
    let own: Option<Fault> = Fault::query().filter(faults::follow_hash.eq(hash)).first(conn).optional()?;
    if own.is_some() {
        return Ok(own);
    }
    let joined = fault_notes::table.filter(fault_notes::follow_hash.eq(hash));
    match joined.select(fault_notes::fault_id).first::<i64>(conn).optional()? {
        Some(id) => Ok(Fault::query().filter(faults::id.eq(id)).first(conn).optional()?),
        None => Ok(None),
    }
}

/// The reports of these assets that nobody dismissed and whose job, if they have one, is not closed; the latest first.
/// The caller has found the assets within the scope.
///
/// # Errors
/// The database's.
pub fn list_open_of_assets(conn: &mut AnyConnection, asset_ids: &[i64]) -> Result<Vec<Fault>> {
    let closed = jobs::table.filter(jobs::closed_at.is_not_null()).select(jobs::id.nullable());
    let open = Fault::query()
        .filter(faults::asset_id.eq_any(asset_ids.to_vec()))
        .filter(faults::dismissed_at.is_null())
        .filter(faults::job_id.is_null().or(faults::job_id.ne_all(closed)));
    Ok(open.order(faults::id.desc()).limit(50).load(conn)?)
}

/// Makes waiting reports part of a job of their customer; gives how many were still waiting.
///
/// # Errors
/// The database's.
pub fn update_job_of(tx: &mut Tx, ids: &[i64], (job_id, customer_id): (i64, i64)) -> Result<usize> {
    let waiting = faults::job_id.is_null().and(faults::dismissed_at.is_null());
    let mine = faults::id.eq_any(ids.to_vec()).and(faults::customer_id.eq(customer_id));
    Ok(diesel::update(faults::table.filter(mine.and(waiting)))
        .set((faults::job_id.eq(job_id), faults::version.eq(faults::version + 1)))
        .execute(&mut **tx)?)
}

/// Takes a report out of a job, so that it waits again; false where it is not in that job.
///
/// # Errors
/// The database's.
pub fn release_fault(tx: &mut Tx, id: i64, job_id: i64) -> Result<bool> {
    let target = faults::table.filter(faults::id.eq(id).and(faults::job_id.eq(job_id)));
    let change = (faults::job_id.eq(None::<i64>), faults::version.eq(faults::version + 1));
    Ok(diesel::update(target).set(change).execute(&mut **tx)? > 0)
}

/// Dismisses waiting reports that were found within the scope; gives how many were still waiting.
///
/// # Errors
/// The database's.
pub fn update_dismissed(tx: &mut Tx, ids: &[i64], why: &str) -> Result<usize> {
    let waiting = faults::job_id.is_null().and(faults::dismissed_at.is_null());
    let target = faults::table.filter(faults::id.eq_any(ids.to_vec()).and(waiting));
    let (at, by) = (Moment::from(tx.now), tx.actor.person_id());
    Ok(diesel::update(target)
        .set((
            faults::dismissed_at.eq(at),
            faults::dismissed_by.eq(by),
            faults::dismissed_why.eq(why),
            faults::version.eq(faults::version + 1),
        ))
        .execute(&mut **tx)?)
}

/// The asset that a label is on whose customer lets anybody report faults of it, by the label's folded form: customer
/// and asset. For whoever stands before the thing, so no scope; asked for each tag alike.
///
/// # Errors
/// The database's.
pub fn find_reportable(conn: &mut AnyConnection, folded: &str) -> Result<Option<(i64, i64)>> {
    let in_use = [Lifecycle::InService, Lifecycle::InStore, Lifecycle::InRepair, Lifecycle::Merged];
    let in_use: Vec<Coded<Lifecycle>> = in_use.into_iter().map(Coded).collect();
    let found: Option<(Option<i64>, i64)> = each_backend!(conn, c => tags::table
        .inner_join(assets::table)
        .inner_join(customers::table.on(customers::id.eq(assets::customer_id)))
        .filter(tags::folded.eq(folded))
        .filter(customers::public_reports.eq(true).and(customers::archived.eq(false)))
        .filter(assets::lifecycle.eq_any(in_use.clone()))
        .select((tags::customer_id, assets::id))
        .first(c)
        .optional())?;
    Ok(found.and_then(|(customer, asset)| Some((customer?, asset))))
}
