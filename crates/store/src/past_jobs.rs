//! Jobs of a time before this register, written in large batches with the times of then: another system's history,
//! and a made-up one.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::job::{EntryKind, Impact, JobKind, JobState, Outcome, Priority, StepKind, WaitingFor};

use crate::error::{Result, taken};
use crate::jobs::Job;
use crate::jobs::search::documents;
use crate::portable::AnyConnection;
use crate::schema::{job_assets, job_entries, job_steps, job_things, jobs};
use crate::search::{Index, index_new};
use crate::settings::next_numbers;
use crate::types::{Coded, Moment};
use crate::{Tx, each_backend, measures};

/// Rows per statement: SQLite binds at most 32,766 values in one.
const ROWS: usize = 800;

/// A job with the state that its past has brought it to.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
pub struct PastJob {
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// Its number, given when it is written.
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
    /// The support line that has it.
    pub line: i64,
    /// The contract by which its clock counts.
    pub contract_id: Option<i64>,
    /// Who is at it.
    pub assignee_id: Option<i64>,
    /// The customer's order number.
    pub order_number: String,
    /// Its number in the system that it comes from.
    pub source_ref: Option<String>,
    /// When it was opened.
    pub opened_at: Moment,
    /// Who opened it.
    pub opened_by: Option<i64>,
    /// When it was answered.
    pub responded_at: Option<Moment>,
    /// When what was wrong was put right.
    pub fixed_at: Option<Moment>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// When it had to be answered.
    pub response_due: Option<Moment>,
    /// When it had to be put right.
    pub fix_due: Option<Moment>,
    /// The nearer of the two that is still open.
    pub due_at: Option<Moment>,
    /// Whether it was answered in time.
    pub response_met: Option<bool>,
    /// Whether it was put right in time.
    pub fix_met: Option<bool>,
    /// Whether the first work on it was enough.
    pub first_time_fix: Option<bool>,
    /// How often it was opened again.
    pub reopened: i64,
    /// Minutes logged on it.
    pub minutes: i64,
}

/// A step of then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastStep {
    /// When.
    pub at: Moment,
    /// Who.
    pub person_id: Option<i64>,
    /// What changed.
    pub kind: StepKind,
    /// The value before.
    pub from: String,
    /// The value after.
    pub to: String,
    /// Of a state: what is waited for, or how it ended.
    pub detail: String,
    /// Why.
    pub note: String,
}

/// An entry of then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEntry {
    /// Its id.
    pub id: String,
    /// What it tells of.
    pub kind: EntryKind,
    /// When that was.
    pub at: Moment,
    /// Who did it.
    pub person_id: Option<i64>,
    /// Minutes spent.
    pub minutes: i64,
    /// What was done.
    pub text: String,
}

/// What a job is about where no asset of the register is, and how the other system put its end.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = job_things)]
pub struct JobThing {
    /// Its category.
    pub category_id: Option<i64>,
    /// Its maker.
    pub make: String,
    /// Its model.
    pub model: String,
    /// The year it was made.
    pub year: Option<i64>,
    /// The status in the other system's word.
    pub status: String,
    /// Why it could not be repaired.
    pub barrier: String,
}

/// A job with everything that belongs to it.
#[derive(Debug, Clone)]
pub struct Past {
    /// The job.
    pub job: PastJob,
    /// What moved it, in order.
    pub steps: Vec<PastStep>,
    /// What was logged.
    pub entries: Vec<PastEntry>,
    /// The assets that it is about.
    pub assets: Vec<i64>,
    /// What it is about where that is no asset, and the other system's words.
    pub thing: Option<JobThing>,
}

#[derive(Insertable)]
#[diesel(table_name = job_steps, treat_none_as_default_value = false)]
struct StepLine<'a> {
    job_id: i64,
    customer_id: i64,
    at: Moment,
    person_id: Option<i64>,
    kind: Coded<StepKind>,
    from_value: &'a str,
    to_value: &'a str,
    detail: &'a str,
    note: &'a str,
}

#[derive(Insertable)]
#[diesel(table_name = job_entries, treat_none_as_default_value = false)]
struct EntryLine<'a> {
    id: &'a str,
    job_id: i64,
    customer_id: i64,
    kind: Coded<EntryKind>,
    at: Moment,
    received_at: Moment,
    person_id: Option<i64>,
    minutes: i64,
    text: &'a str,
}

#[derive(Insertable)]
#[diesel(table_name = job_assets)]
struct AssetLine {
    job_id: i64,
    asset_id: i64,
    customer_id: i64,
    job_opened_at: Moment,
}

#[derive(Insertable)]
#[diesel(table_name = job_things, treat_none_as_default_value = false)]
struct ThingLine<'a> {
    job_id: i64,
    customer_id: i64,
    category_id: Option<i64>,
    make: &'a str,
    model: &'a str,
    year: Option<i64>,
    status: &'a str,
    barrier: &'a str,
}

/// Writes jobs with all that belongs to them, gives each a number of ours, puts them into the search and into the
/// measures. Gives them as they are stored, in the order in which they came.
///
/// # Errors
/// [`crate::Error::Taken`] where a customer has a job of the other system's number already: see [`known_refs`].
pub fn insert_past_jobs(tx: &mut Tx, mut batch: Vec<Past>) -> Result<Vec<Job>> {
    let count = i64::try_from(batch.len()).unwrap_or(i64::MAX);
    let first = next_numbers(tx, "job", count)?;
    for (past, number) in batch.iter_mut().zip(first..) {
        past.job.number = crate::jobs::written(number);
    }
    for part in batch.chunks(ROWS) {
        let rows: Vec<PastJob> = part.iter().map(|past| past.job.clone()).collect();
        let inserted =
            each_backend!(&mut **tx, c => diesel::insert_into(jobs::table).values(rows).execute(c));
        taken(inserted, || "One of these jobs is here already.".to_owned())?;
    }
    let numbers: Vec<&str> = batch.iter().map(|past| past.job.number.as_str()).collect();
    let mut stored: Vec<Job> = vec![];
    for part in numbers.chunks(ROWS) {
        stored.extend(Job::query().filter(jobs::number.eq_any(part)).load::<Job>(&mut **tx)?);
    }
    // The order of numbers is theirs as numbers: "J-1000000" is no earlier than "J-999999".
    let order: HashMap<&str, usize> = numbers.iter().copied().zip(0..).collect();
    stored.sort_by_key(|job| order.get(job.number.as_str()).copied());
    insert_parts(tx, &batch, &stored)?;
    let documents = documents(tx, &stored)?;
    index_new(tx, Index::Jobs, documents)?;
    measures::settle_new(tx, &stored)?;
    Ok(stored)
}

fn insert_parts(tx: &mut Tx, batch: &[Past], stored: &[Job]) -> Result<()> {
    let (mut steps, mut entries, mut assets, mut things) = (vec![], vec![], vec![], vec![]);
    for (past, job) in batch.iter().zip(stored) {
        let (job_id, customer_id) = (job.id, job.customer_id);
        steps.extend(past.steps.iter().map(|step| StepLine {
            job_id,
            customer_id,
            at: step.at,
            person_id: step.person_id,
            kind: Coded(step.kind),
            from_value: &step.from,
            to_value: &step.to,
            detail: &step.detail,
            note: &step.note,
        }));
        entries.extend(past.entries.iter().map(|entry| EntryLine {
            id: &entry.id,
            job_id,
            customer_id,
            kind: Coded(entry.kind),
            at: entry.at,
            received_at: entry.at,
            person_id: entry.person_id,
            minutes: entry.minutes,
            text: &entry.text,
        }));
        assets.extend(past.assets.iter().map(|asset_id| AssetLine {
            job_id,
            asset_id: *asset_id,
            customer_id,
            job_opened_at: job.opened_at,
        }));
        things.extend(past.thing.iter().map(|thing| ThingLine {
            job_id,
            customer_id,
            category_id: thing.category_id,
            make: &thing.make,
            model: &thing.model,
            year: thing.year,
            status: &thing.status,
            barrier: &thing.barrier,
        }));
    }
    for rows in steps.chunks(ROWS) {
        each_backend!(&mut **tx, c => diesel::insert_into(job_steps::table).values(rows).execute(c))?;
    }
    for rows in entries.chunks(ROWS) {
        each_backend!(&mut **tx, c => diesel::insert_into(job_entries::table).values(rows).execute(c))?;
    }
    for rows in assets.chunks(ROWS) {
        each_backend!(&mut **tx, c => diesel::insert_into(job_assets::table).values(rows).execute(c))?;
    }
    for rows in things.chunks(ROWS) {
        each_backend!(&mut **tx, c => diesel::insert_into(job_things::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// A job of another system's number that is here already.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct KnownJob {
    /// When it was opened.
    pub opened_at: Moment,
    /// Where it stands.
    pub state: Coded<JobState>,
    /// What it waits for.
    pub waiting_for: Option<Coded<WaitingFor>>,
    /// How it ended.
    pub outcome: Option<Coded<Outcome>>,
}

/// Of the other system's numbers, those of which the customer has a job already, each with that job.
///
/// # Errors
/// The database's.
pub fn known_refs(
    conn: &mut AnyConnection,
    customer_id: i64,
    refs: &[String],
) -> Result<Vec<(String, KnownJob)>> {
    let mut known = vec![];
    for part in refs.chunks(ROWS) {
        let query = jobs::table
            .filter(jobs::customer_id.eq(customer_id).and(jobs::source_ref.eq_any(part)))
            .select((
                jobs::source_ref.assume_not_null(),
                (jobs::opened_at, jobs::state, jobs::waiting_for, jobs::outcome),
            ));
        known.extend(query.load::<(String, KnownJob)>(conn)?);
    }
    Ok(known)
}

/// What a job is about where that is no asset, of a job that the caller has found within the scope.
///
/// # Errors
/// The database's.
pub fn find_job_thing(conn: &mut AnyConnection, job_id: i64) -> Result<Option<JobThing>> {
    Ok(JobThing::query().filter(job_things::job_id.eq(job_id)).first(conn).optional()?)
}

/// The oldest open jobs that wait for a third party.
///
/// # Errors
/// The database's.
pub fn list_waiting_for_third_party(conn: &mut AnyConnection, most: i64) -> Result<Vec<Job>> {
    let waiting = Job::query()
        .filter(jobs::closed_at.is_null().and(jobs::waiting_for.eq(Coded(WaitingFor::ThirdParty))))
        .order(jobs::id)
        .limit(most);
    Ok(waiting.load(conn)?)
}
