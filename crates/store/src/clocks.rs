//! What the response clock keeps of jobs: when to look again, what was told, and the columns that lists go by.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::contract::Period;
use domain::job::NoticeKind;
use domain::response_clock::PromiseState;
use domain::terms::Promise;

use crate::error::{Error, Result};
use crate::jobs::Job;
use crate::portable::AnyConnection;
use crate::schema::{clock_notices, job_clocks, jobs, notices, people};
use crate::types::{Coded, Json, Moment};
use crate::{Tx, each_backend};

/// What the clock says of a job, for lists.
#[derive(Debug, Clone, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = jobs, treat_none_as_null = true)]
pub struct ClockColumns {
    /// The contract by which it counts.
    pub contract_id: Option<i64>,
    /// When it was answered.
    pub responded_at: Option<Moment>,
    /// When it was fixed.
    pub fixed_at: Option<Moment>,
    /// When the response is or was due.
    pub response_due: Option<Moment>,
    /// When the fix is or was due.
    pub fix_due: Option<Moment>,
    /// The next deadline that is still open.
    pub due_at: Option<Moment>,
    /// Whether the response came in time; unknown while that is open.
    pub response_met: Option<bool>,
    /// Whether the fix came in time; unknown while that is open.
    pub fix_met: Option<bool>,
    /// When those in charge are to be warned of the next deadline.
    pub warn_at: Option<Moment>,
}

/// What is known of a promise for lists: kept in time, too late, or not known yet.
pub fn met(state: PromiseState) -> Option<bool> {
    match state {
        PromiseState::Met => Some(true),
        PromiseState::Missed => Some(false),
        PromiseState::Running | PromiseState::Paused | PromiseState::NoTarget => None,
    }
}

/// Writes what the clock says of a job; it is worked out, so the version stays.
///
/// # Errors
/// The database's.
pub fn update_clock_columns(tx: &mut Tx, job_id: i64, columns: &ClockColumns) -> Result<()> {
    diesel::update(jobs::table.find(job_id)).set(columns).execute(&mut **tx)?;
    Ok(())
}

/// The terms by which a job was closed, if they were kept.
///
/// # Errors
/// The database's; [`Error::BadFile`] where they cannot be read.
pub fn find_kept_cover(conn: &mut AnyConnection, job_id: i64) -> Result<Option<Vec<Period>>> {
    let kept: Option<Option<String>> =
        job_clocks::table.find(job_id).select(job_clocks::cover).first(conn).optional()?;
    let unreadable = |error: serde_json::Error| Error::BadFile(format!("terms of a closed job: {error}"));
    kept.flatten().map(|text| serde_json::from_str(&text).map_err(unreadable)).transpose()
}

/// Writes when a job's clock must be looked at next, and the terms by which it was closed.
///
/// # Errors
/// The database's.
pub fn put_job_clock(
    tx: &mut Tx,
    job: &Job,
    look_at: Option<DateTime<Utc>>,
    cover: Option<&[Period]>,
) -> Result<()> {
    let look_at = job_clocks::look_at.eq(look_at.map(Moment::from));
    let cover = job_clocks::cover.eq(cover.map(|cover| String::from(Json(cover.to_vec()))));
    let known =
        diesel::update(job_clocks::table.find(job.id)).set((look_at, cover.clone())).execute(&mut **tx)?;
    if known == 0 {
        let keys = (job_clocks::job_id.eq(job.id), job_clocks::customer_id.eq(job.customer_id));
        diesel::insert_into(job_clocks::table).values((keys, look_at, cover)).execute(&mut **tx)?;
    }
    Ok(())
}

/// The open jobs of some customers, beyond an id, in the order of ids.
///
/// # Errors
/// The database's.
pub fn list_open_jobs(
    conn: &mut AnyConnection,
    customers: &[i64],
    after: i64,
    limit: i64,
) -> Result<Vec<i64>> {
    let open =
        jobs::table.filter(jobs::closed_at.is_null()).filter(jobs::customer_id.eq_any(customers.to_vec()));
    Ok(open.filter(jobs::id.gt(after)).order(jobs::id).limit(limit).select(jobs::id).load(conn)?)
}

/// Lets the clocks of all open jobs of some customers beyond an id be looked at as soon as may be.
///
/// # Errors
/// The database's.
pub fn mark_open_jobs(tx: &mut Tx, customers: &[i64], after: i64) -> Result<()> {
    let now = Moment::from(tx.now);
    let open = jobs::table
        .filter(jobs::closed_at.is_null().and(jobs::id.gt(after)))
        .filter(jobs::customer_id.eq_any(customers.to_vec()));
    let ids = open.select(jobs::id);
    diesel::update(job_clocks::table.filter(job_clocks::job_id.eq_any(ids)))
        .set(job_clocks::look_at.eq(now))
        .execute(&mut **tx)?;
    Ok(())
}

/// The jobs whose clocks are to be looked at by now, the longest waiting first.
///
/// # Errors
/// The database's.
pub fn list_to_look_at(conn: &mut AnyConnection, now: DateTime<Utc>, limit: i64) -> Result<Vec<i64>> {
    let due = job_clocks::table.filter(job_clocks::look_at.le(Moment::from(now)));
    let order = (job_clocks::look_at, job_clocks::job_id);
    Ok(due.order(order).limit(limit).select(job_clocks::job_id).load(conn)?)
}

/// Something told of a promise: which, of what kind and for which target in minutes.
pub type Told = (Promise, NoticeKind, i64);

/// What was told of a job's deadlines.
///
/// # Errors
/// The database's.
pub fn list_told(conn: &mut AnyConnection, job_id: i64) -> Result<Vec<Told>> {
    let rows: Vec<(Coded<Promise>, Coded<NoticeKind>, i64)> = clock_notices::table
        .filter(clock_notices::job_id.eq(job_id))
        .select((clock_notices::promise, clock_notices::kind, clock_notices::target_minutes))
        .load(conn)?;
    Ok(rows.into_iter().map(|(promise, kind, minutes)| (promise.0, kind.0, minutes)).collect())
}

/// Notes that something is told of a job's deadline; false where it was before.
///
/// # Errors
/// The database's.
pub fn claim_told(tx: &mut Tx, job: &Job, (promise, kind, minutes): Told) -> Result<bool> {
    let row = (
        clock_notices::job_id.eq(job.id),
        clock_notices::customer_id.eq(job.customer_id),
        clock_notices::promise.eq(Coded(promise)),
        clock_notices::kind.eq(Coded(kind)),
        clock_notices::target_minutes.eq(minutes),
        clock_notices::at.eq(Moment::from(tx.now)),
    );
    let rows: usize = each_backend!(&mut **tx, c => diesel::insert_into(clock_notices::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c)?);
    Ok(rows > 0)
}

/// A notice that is to be mailed.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Unmailed {
    /// The notice.
    pub id: i64,
    /// To whom.
    pub person_id: i64,
    /// Their name.
    pub name: String,
    /// Their mail address, where one is known.
    pub email: Option<String>,
    /// The job's number.
    pub number: String,
    /// The job's title.
    pub title: String,
    /// Why they are told.
    pub kind: Coded<NoticeKind>,
    /// What they are told.
    pub text: String,
}

/// Notices since a moment that were not mailed yet, the first first: all but what somebody merely watches.
///
/// # Errors
/// The database's.
pub fn list_unmailed(conn: &mut AnyConnection, since: DateTime<Utc>, limit: i64) -> Result<Vec<Unmailed>> {
    let rows = notices::table
        .inner_join(jobs::table)
        .inner_join(people::table.on(people::id.eq(notices::person_id)))
        .filter(notices::mailed_at.is_null().and(notices::at.ge(Moment::from(since))))
        .filter(notices::kind.ne(Coded(NoticeKind::Watched)))
        .order(notices::id)
        .limit(limit)
        .select((
            notices::id,
            notices::person_id,
            people::name,
            people::email,
            jobs::number,
            jobs::title,
            notices::kind,
            notices::text,
        ));
    Ok(rows.load(conn)?)
}

/// Takes a notice to be mailed, for this server alone; false where another has it.
///
/// # Errors
/// The database's.
pub fn claim_notice_mail(tx: &mut Tx, id: i64) -> Result<bool> {
    let target = notices::table.filter(notices::id.eq(id).and(notices::mailed_at.is_null()));
    let now = Moment::from(tx.now);
    Ok(diesel::update(target).set(notices::mailed_at.eq(now)).execute(&mut **tx)? > 0)
}

/// Gives a notice back that the mail server did not take, to be tried again.
///
/// # Errors
/// The database's.
pub fn return_notice_mail(tx: &mut Tx, id: i64) -> Result<()> {
    let target = notices::table.find(id);
    diesel::update(target).set(notices::mailed_at.eq(None::<Moment>)).execute(&mut **tx)?;
    Ok(())
}
