//! Scheduled jobs: who runs which, when it last ran and how that went.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{idempotency_keys, job_runs, password_resets};
use crate::types::Moment;
use crate::{Tx, each_backend};

/// How long a claim holds: long enough for any job, short enough that a dead server's job is taken over soon.
pub const CLAIM_MINUTES: i64 = 15;
/// How many days answers to repeated requests are kept.
pub const KEEP_KEYS_DAYS: i64 = 30;

/// A job's last run.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = job_runs)]
pub struct JobRun {
    /// Name of the job.
    pub name: String,
    /// Until when a server has it to itself, or before when it is not tried again.
    pub claimed_until: Option<Moment>,
    /// When it last began.
    pub started_at: Option<Moment>,
    /// When it last ended.
    pub finished_at: Option<Moment>,
    /// What came of it, in words.
    pub outcome: String,
}

/// The runs of all jobs, by name.
///
/// # Errors
/// The database's.
pub fn list_job_runs(conn: &mut AnyConnection) -> Result<Vec<JobRun>> {
    Ok(JobRun::query().order(job_runs::name).load(conn)?)
}

/// Claims a job whose last complete run began before `slot`, for this server alone. A job never seen before is
/// noted and waits for its next slot: a new installation has nothing to catch up on.
///
/// # Errors
/// The database's.
pub fn claim_job(tx: &mut Tx, name: &str, slot: DateTime<Utc>) -> Result<bool> {
    let now = Moment::from(tx.now);
    let first = (
        job_runs::name.eq(name),
        job_runs::started_at.eq(now),
        job_runs::finished_at.eq(now),
        job_runs::outcome.eq("waits for its first turn"),
    );
    let noted: usize = each_backend!(&mut **tx, c => diesel::insert_into(job_runs::table)
        .values(first)
        .on_conflict_do_nothing()
        .execute(c)?);
    if noted > 0 {
        return Ok(false);
    }
    let free = job_runs::claimed_until.is_null().or(job_runs::claimed_until.le(now));
    let unfinished = job_runs::finished_at.is_null().or(job_runs::finished_at.lt(job_runs::started_at));
    let waiting =
        job_runs::started_at.is_null().or(job_runs::started_at.lt(Moment::from(slot))).or(unfinished);
    // One statement decides: of two servers that ask at once, one changes the row and the other finds none.
    let claimed =
        diesel::update(job_runs::table.filter(job_runs::name.eq(name)).filter(free).filter(waiting))
            .set((
                job_runs::claimed_until.eq(Moment::from(tx.now + Duration::minutes(CLAIM_MINUTES))),
                job_runs::started_at.eq(now),
                job_runs::finished_at.eq(None::<Moment>),
            ))
            .execute(&mut **tx)?;
    Ok(claimed > 0)
}

/// Notes how the run that began at `started` went. With `again` it is not over: it is tried again from then on.
/// Nothing is noted where another server has taken the job over meanwhile.
///
/// # Errors
/// The database's.
pub fn finish_job(
    tx: &mut Tx,
    name: &str,
    started: DateTime<Utc>,
    outcome: &str,
    again: Option<DateTime<Utc>>,
) -> Result<()> {
    let now = Moment::from(tx.now);
    let ours = job_runs::table
        .filter(job_runs::name.eq(name).and(job_runs::started_at.eq(Moment::from(started))))
        .filter(job_runs::finished_at.is_null());
    diesel::update(ours)
        .set((
            job_runs::claimed_until.eq(again.map(Moment::from)),
            job_runs::finished_at.eq(if again.is_some() { None } else { Some(now) }),
            job_runs::outcome.eq(outcome),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Removes expired password resets and answers to requests that nobody repeats any more; gives how many of each.
///
/// # Errors
/// The database's.
pub fn delete_outdated(tx: &mut Tx) -> Result<(usize, usize)> {
    let now = Moment::from(tx.now);
    let old = Moment::from(tx.now - Duration::days(KEEP_KEYS_DAYS));
    let resets = diesel::delete(password_resets::table.filter(password_resets::expires_at.le(now)));
    let resets = resets.execute(&mut **tx)?;
    let keys = diesel::delete(idempotency_keys::table.filter(idempotency_keys::at.lt(old)));
    Ok((resets, keys.execute(&mut **tx)?))
}
