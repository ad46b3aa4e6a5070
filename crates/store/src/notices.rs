//! Who watches a job, and what somebody is to know of one.

use diesel::prelude::*;
use domain::job::NoticeKind;

use crate::Tx;
use crate::error::Result;
use crate::jobs::Job;
use crate::portable::AnyConnection;
use crate::schema::{job_watchers, jobs, notices, people};
use crate::types::{Coded, Moment};

/// A notice with the number of its job.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Notice {
    /// Id.
    pub id: i64,
    /// The job's number.
    pub number: String,
    /// The job's title.
    pub title: String,
    /// Why they are told.
    pub kind: Coded<NoticeKind>,
    /// What they are told.
    pub text: String,
    /// When.
    pub at: Moment,
    /// When they saw it.
    pub read_at: Option<Moment>,
}

/// Tells somebody of a job.
///
/// # Errors
/// The database's.
pub fn insert_notice(tx: &mut Tx, job: &Job, person_id: i64, kind: NoticeKind, text: &str) -> Result<()> {
    diesel::insert_into(notices::table)
        .values((
            notices::person_id.eq(person_id),
            notices::customer_id.eq(job.customer_id),
            notices::job_id.eq(job.id),
            notices::kind.eq(Coded(kind)),
            notices::text.eq(text),
            notices::at.eq(Moment::from(tx.now)),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// The notices of a person, the unread first, then the latest.
///
/// # Errors
/// The database's.
pub fn list_notices(conn: &mut AnyConnection, person_id: i64, limit: i64) -> Result<Vec<Notice>> {
    let rows = notices::table
        .inner_join(jobs::table)
        .filter(notices::person_id.eq(person_id))
        .order((notices::read_at.is_not_null(), notices::id.desc()))
        .limit(limit)
        .select((
            notices::id,
            jobs::number,
            jobs::title,
            notices::kind,
            notices::text,
            notices::at,
            notices::read_at,
        ));
    Ok(rows.load(conn)?)
}

/// How many notices a person has not seen.
///
/// # Errors
/// The database's.
pub fn count_unread(conn: &mut AnyConnection, person_id: i64) -> Result<i64> {
    let unread = notices::table.filter(notices::person_id.eq(person_id).and(notices::read_at.is_null()));
    Ok(unread.count().get_result(conn)?)
}

/// Marks a person's notices as seen: those of one job, or all.
///
/// # Errors
/// The database's.
pub fn mark_read(tx: &mut Tx, person_id: i64, job_id: Option<i64>) -> Result<usize> {
    let now = Moment::from(tx.now);
    let unread = notices::person_id.eq(person_id).and(notices::read_at.is_null());
    let rows = match job_id {
        Some(job) => diesel::update(notices::table.filter(unread.and(notices::job_id.eq(job))))
            .set(notices::read_at.eq(now))
            .execute(&mut **tx)?,
        None => {
            diesel::update(notices::table.filter(unread)).set(notices::read_at.eq(now)).execute(&mut **tx)?
        }
    };
    Ok(rows)
}

/// The watchers of a job that the caller has found within the scope: id and name.
///
/// # Errors
/// The database's.
pub fn list_watchers(conn: &mut AnyConnection, job_id: i64) -> Result<Vec<(i64, String)>> {
    let ids = job_watchers::table.filter(job_watchers::job_id.eq(job_id)).select(job_watchers::person_id);
    let rows = people::table.filter(people::id.eq_any(ids)).order(people::name);
    Ok(rows.select((people::id, people::name)).load(conn)?)
}

/// Lets somebody watch a job, or no more; gives whether that is new.
///
/// # Errors
/// The database's.
pub fn update_watcher(tx: &mut Tx, job: &Job, person_id: i64, watches: bool) -> Result<bool> {
    let row = job_watchers::table.find((job.id, person_id));
    let known: Option<i64> = row.select(job_watchers::person_id).first(&mut **tx).optional()?;
    if known.is_some() == watches {
        return Ok(false);
    }
    if watches {
        let values = (
            job_watchers::job_id.eq(job.id),
            job_watchers::person_id.eq(person_id),
            job_watchers::customer_id.eq(job.customer_id),
        );
        diesel::insert_into(job_watchers::table).values(values).execute(&mut **tx)?;
    } else {
        diesel::delete(row).execute(&mut **tx)?;
    }
    Ok(true)
}
