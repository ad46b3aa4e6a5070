//! Photos and documents of a fault report or of a job.

use diesel::prelude::*;

use crate::access::Scope;
use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::{faults, job_files};
use crate::types::Moment;
use crate::{Tx, in_scope};

/// A photo or document.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = job_files)]
pub struct JobFile {
    /// Id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The fault report that it came with.
    pub fault_id: Option<i64>,
    /// The job that it is on.
    pub job_id: Option<i64>,
    /// The entry that it came with.
    pub entry_id: Option<String>,
    /// Hash of the bytes.
    pub hash: String,
    /// Hash of the small picture; none for a document.
    pub thumbnail_hash: Option<String>,
    /// The name it came with.
    pub name: String,
    /// When it was attached.
    pub at: Moment,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Moment>,
}

/// What a file is attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On<'a> {
    /// A fault report.
    Fault(i64),
    /// A job, and the entry that it came with.
    Job(i64, Option<&'a str>),
}

/// Attaches a stored file to what the caller has found within the scope.
///
/// # Errors
/// The database's.
pub fn insert_job_file(
    tx: &mut Tx,
    customer_id: i64,
    on: On,
    (hash, thumbnail): (&str, Option<&str>),
    name: &str,
) -> Result<i64> {
    let (fault_id, job_id, entry_id) = match on {
        On::Fault(id) => (Some(id), None, None),
        On::Job(id, entry) => (None, Some(id), entry),
    };
    let insert = diesel::insert_into(job_files::table).values((
        job_files::customer_id.eq(customer_id),
        job_files::fault_id.eq(fault_id),
        job_files::job_id.eq(job_id),
        job_files::entry_id.eq(entry_id),
        job_files::hash.eq(hash),
        job_files::thumbnail_hash.eq(thumbnail),
        job_files::name.eq(name),
        job_files::person_id.eq(tx.actor.person_id()),
        job_files::at.eq(Moment::from(tx.now)),
    ));
    Ok(insert.returning(job_files::id).get_result(&mut **tx)?)
}

/// Finds a file.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_job_file(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<JobFile> {
    let query = in_scope!(JobFile::query().into_boxed(), scope, job_files::customer_id);
    query.filter(job_files::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("file"))
}

/// The files of a fault report that the caller has found within the scope, the first first.
///
/// # Errors
/// The database's.
pub fn list_files_of_fault(conn: &mut AnyConnection, fault_id: i64) -> Result<Vec<JobFile>> {
    let query = JobFile::query().filter(job_files::fault_id.eq(fault_id));
    Ok(query.filter(job_files::withdrawn_at.is_null()).order(job_files::id).limit(200).load(conn)?)
}

/// The files of a job that the caller has found within the scope, those of its fault reports among them.
///
/// # Errors
/// The database's.
pub fn list_files_of_job(conn: &mut AnyConnection, job_id: i64) -> Result<Vec<JobFile>> {
    let reported = faults::table.filter(faults::job_id.eq(job_id)).select(faults::id.nullable());
    let query = JobFile::query()
        .filter(job_files::job_id.eq(job_id).or(job_files::fault_id.eq_any(reported)))
        .filter(job_files::withdrawn_at.is_null());
    Ok(query.order(job_files::id).limit(500).load(conn)?)
}

/// Withdraws a file; its bytes stay.
///
/// # Errors
/// [`Error::Taken`] when it is withdrawn already.
pub fn withdraw_job_file(tx: &mut Tx, id: i64) -> Result<()> {
    let now = Moment::from(tx.now);
    let target = job_files::table.filter(job_files::id.eq(id).and(job_files::withdrawn_at.is_null()));
    match diesel::update(target).set(job_files::withdrawn_at.eq(now)).execute(&mut **tx)? {
        0 => Err(Error::Taken("this file is withdrawn already".to_owned())),
        _ => Ok(()),
    }
}
