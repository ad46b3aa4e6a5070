//! Jobs: what is being put right, where it stands and who is at it.

pub mod assets;
pub mod queue;
pub mod search;
pub mod steps;

use diesel::dsl::min;
use diesel::prelude::*;
use domain::job::{Impact, JobKind, JobState, Outcome, Priority, WaitingFor};

use crate::access::Scope;
use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::{faults, job_assets, job_steps, jobs};
use crate::settings::next_number;
use crate::types::{Coded, Moment};
use crate::{Tx, in_scope};

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = jobs)]
pub struct Job {
    /// Id; rises with each one opened.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// Its number, such as "J-000123".
    pub number: String,
    /// What kind of work it is.
    pub kind: Coded<JobKind>,
    /// What it is about, in one line.
    pub title: String,
    /// What is known of it.
    pub description: String,
    /// Where it stands.
    pub state: Coded<JobState>,
    /// What it waits for, while it waits.
    pub waiting_for: Option<Coded<WaitingFor>>,
    /// How it ended, once it is closed.
    pub outcome: Option<Coded<Outcome>>,
    /// How much it matters.
    pub priority: Coded<Priority>,
    /// Whom it keeps from working.
    pub impact: Coded<Impact>,
    /// The support line that has it, from 1.
    pub line: i64,
    /// The contract by which its clock counts.
    pub contract_id: Option<i64>,
    /// Who is at it.
    pub assignee_id: Option<i64>,
    /// The customer's order number.
    pub order_number: String,
    /// Its number in the system that it was imported from.
    pub source_ref: Option<String>,
    /// When it began: when the first of its faults was reported, or else when it was opened.
    pub opened_at: Moment,
    /// Who opened it.
    pub opened_by: Option<i64>,
    /// When it was answered.
    pub responded_at: Option<Moment>,
    /// When what was wrong was put right.
    pub fixed_at: Option<Moment>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// When it must be answered; none while that cannot be told.
    pub response_due: Option<Moment>,
    /// When it must be put right; none while that cannot be told.
    pub fix_due: Option<Moment>,
    /// The nearer of the two that is still open.
    pub due_at: Option<Moment>,
    /// Whether it was answered in time.
    pub response_met: Option<bool>,
    /// Whether it was put right in time.
    pub fix_met: Option<bool>,
    /// When a warning is to be given.
    pub warn_at: Option<Moment>,
    /// Whether the first work on it was enough.
    pub first_time_fix: Option<bool>,
    /// How often it was opened again.
    pub reopened: i64,
    /// Minutes logged on it.
    pub minutes: i64,
    /// Version for concurrent edits.
    pub version: i64,
}

impl Job {
    /// Whether work on it is still to come.
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }
}

/// A job to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = jobs)]
pub struct NewJob {
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// Its number.
    pub number: String,
    /// What kind of work it is.
    pub kind: Coded<JobKind>,
    /// What it is about, in one line.
    pub title: String,
    /// What is known of it.
    pub description: String,
    /// Where it stands.
    pub state: Coded<JobState>,
    /// How much it matters.
    pub priority: Coded<Priority>,
    /// Whom it keeps from working.
    pub impact: Coded<Impact>,
    /// Who is at it.
    pub assignee_id: Option<i64>,
    /// The customer's order number.
    pub order_number: String,
    /// When it was opened.
    pub opened_at: Moment,
    /// Who opened it.
    pub opened_by: Option<i64>,
}

/// What people change of a job without moving it.
#[derive(Debug, Clone, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = jobs)]
pub struct JobFields {
    /// What kind of work it is.
    pub kind: Coded<JobKind>,
    /// What it is about, in one line.
    pub title: String,
    /// What is known of it.
    pub description: String,
    /// How much it matters.
    pub priority: Coded<Priority>,
    /// Whom it keeps from working.
    pub impact: Coded<Impact>,
    /// The customer's order number.
    pub order_number: String,
}

/// Where a job is moved to.
#[derive(Debug, Clone, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = jobs, treat_none_as_null = true)]
pub struct Standing {
    /// Where it stands.
    pub state: Coded<JobState>,
    /// What it waits for, while it waits.
    pub waiting_for: Option<Coded<WaitingFor>>,
    /// How it ended, once it is closed.
    pub outcome: Option<Coded<Outcome>>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// How often it was opened again.
    pub reopened: i64,
    /// The support line that has it.
    pub line: i64,
    /// Who is at it.
    pub assignee_id: Option<i64>,
}

impl From<&Job> for Standing {
    fn from(job: &Job) -> Self {
        Self {
            state: job.state,
            waiting_for: job.waiting_for,
            outcome: job.outcome,
            closed_at: job.closed_at,
            reopened: job.reopened,
            line: job.line,
            assignee_id: job.assignee_id,
        }
    }
}

/// The next number of a job, without gaps.
///
/// # Errors
/// The database's.
pub fn next_job_number(tx: &mut Tx) -> Result<String> {
    Ok(written(next_number(tx, "job")?))
}

/// A number of a job as it is written.
pub(crate) fn written(number: i64) -> String {
    format!("J-{number:06}")
}

/// Opens a job at a site that the caller has found within the scope.
///
/// # Errors
/// The database's.
pub fn insert_job(tx: &mut Tx, job: &NewJob) -> Result<i64> {
    Ok(diesel::insert_into(jobs::table).values(job).returning(jobs::id).get_result(&mut **tx)?)
}

/// Finds a job by its number, however the letter is written.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_job(conn: &mut AnyConnection, scope: &Scope, number: &str) -> Result<Job> {
    let query = in_scope!(Job::query().into_boxed(), scope, jobs::customer_id);
    let query = query.filter(jobs::number.eq(number.trim().to_ascii_uppercase()));
    query.first(conn).optional()?.ok_or(Error::NotFound("job"))
}

/// Those of some jobs that stand in one of some states.
///
/// # Errors
/// The database's.
pub fn list_in_states(conn: &mut AnyConnection, ids: &[i64], states: &[JobState]) -> Result<Vec<i64>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let states: Vec<Coded<JobState>> = states.iter().copied().map(Coded).collect();
    let query = jobs::table.filter(jobs::id.eq_any(ids.to_vec()).and(jobs::state.eq_any(states)));
    Ok(query.select(jobs::id).load(conn)?)
}

/// Finds a job by its id.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_job_by_id(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Job> {
    let query = in_scope!(Job::query().into_boxed(), scope, jobs::customer_id);
    query.filter(jobs::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("job"))
}

/// Changes what is said of a job that the caller has found within the scope.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn update_job(tx: &mut Tx, id: i64, version: i64, fields: &JobFields) -> Result<()> {
    let target = jobs::table.filter(jobs::id.eq(id).and(jobs::version.eq(version)));
    let rows = diesel::update(target).set((fields, jobs::version.eq(version + 1))).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("job")) } else { Ok(()) }
}

/// Moves a job that the caller has found within the scope.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn update_standing(tx: &mut Tx, id: i64, version: i64, standing: &Standing) -> Result<()> {
    let target = jobs::table.filter(jobs::id.eq(id).and(jobs::version.eq(version)));
    let rows = diesel::update(target).set((standing, jobs::version.eq(version + 1))).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("job")) } else { Ok(()) }
}

/// Lets a job that the caller has found within the scope begin when it was opened, or when the first of the faults that
/// are in it now was reported, if that was before: nobody gains time by opening jobs late.
///
/// # Errors
/// The database's.
pub fn begin_with_faults(tx: &mut Tx, id: i64) -> Result<()> {
    let opened: Option<Moment> = job_steps::table
        .filter(job_steps::job_id.eq(id))
        .order(job_steps::id)
        .select(job_steps::at)
        .first(&mut **tx)
        .optional()?;
    let told: Option<Moment> =
        faults::table.filter(faults::job_id.eq(id)).select(min(faults::at)).first(&mut **tx)?;
    if let Some(begins) = [opened, told].into_iter().flatten().min() {
        diesel::update(jobs::table.find(id)).set(jobs::opened_at.eq(begins)).execute(&mut **tx)?;
        let things = job_assets::table.filter(job_assets::job_id.eq(id));
        diesel::update(things).set(job_assets::job_opened_at.eq(begins)).execute(&mut **tx)?;
    }
    Ok(())
}

/// Adds minutes to what was logged on a job; an entry is no edit, so the version stays.
///
/// # Errors
/// The database's.
pub fn add_minutes(tx: &mut Tx, id: i64, minutes: i64) -> Result<()> {
    let target = jobs::table.filter(jobs::id.eq(id));
    diesel::update(target).set(jobs::minutes.eq(jobs::minutes + minutes)).execute(&mut **tx)?;
    Ok(())
}
