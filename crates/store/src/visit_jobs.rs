//! The jobs by which visits are billed.

use diesel::prelude::*;

use crate::error::{Result, taken};
use crate::jobs::Job;
use crate::portable::AnyConnection;
use crate::schema::{jobs, visit_jobs, visits};
use crate::visits::Visit;
use crate::{Tx, each_backend};

/// Lets a visit be billed by a job; both were found within the scope.
///
/// # Errors
/// [`Error::Taken`](crate::Error::Taken) when it has a job already.
pub fn insert_visit_job(tx: &mut Tx, visit: &Visit, job: &Job) -> Result<()> {
    let row = (
        visit_jobs::visit_id.eq(visit.id),
        visit_jobs::job_id.eq(job.id),
        visit_jobs::customer_id.eq(visit.customer_id),
    );
    let insert = diesel::insert_into(visit_jobs::table).values(row).execute(&mut **tx);
    taken(insert, || "This visit has a job already; look at it again.".to_owned())?;
    Ok(())
}

/// The number of the job that a visit, found within the scope, is billed by.
///
/// # Errors
/// The database's.
pub fn find_job_of_visit(conn: &mut AnyConnection, visit: &Visit) -> Result<Option<String>> {
    let query = visit_jobs::table.inner_join(jobs::table).filter(visit_jobs::visit_id.eq(visit.id));
    Ok(query.select(jobs::number).first(conn).optional()?)
}

/// The visits that a job, found within the scope, bills.
///
/// # Errors
/// The database's.
pub fn list_visits_of_job(conn: &mut AnyConnection, job: &Job) -> Result<Vec<Visit>> {
    let ids = visit_jobs::table.filter(visit_jobs::job_id.eq(job.id)).select(visit_jobs::visit_id);
    Ok(each_backend!(conn, c => Visit::query().filter(visits::id.eq_any(ids)).order(visits::id).load(c))?)
}
