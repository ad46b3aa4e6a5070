//! A job as programs see it.

use chrono::{DateTime, Utc};
use domain::code::Code;
use serde::Serialize;
use store::job_entries::{Entry, list_entries};
use store::job_files::list_files_of_job;
use store::jobs::assets::{JobAsset, list_job_assets};
use store::jobs::steps::list_named_steps;
use store::{AnyConnection, Scope};

use crate::actions::jobs::{JobLine, view_in};
use crate::error::Result;

/// A job in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct JobSummary {
    /// Its number.
    number: String,
    /// Name of the customer.
    customer: String,
    /// Name of the site.
    site: String,
    /// What is to be done.
    title: String,
    /// What kind of work it is.
    kind: &'static str,
    /// Where it stands.
    state: &'static str,
    /// What it waits for.
    waiting_for: Option<&'static str>,
    /// How it ended.
    outcome: Option<&'static str>,
    /// How much it matters.
    priority: &'static str,
    /// Whom it keeps from working.
    impact: &'static str,
    /// The support line that has it.
    line: i64,
    /// Name of who is at it.
    assignee: Option<String>,
    /// When it was opened.
    opened_at: DateTime<Utc>,
    /// When it was closed.
    closed_at: Option<DateTime<Utc>>,
    /// Its nearest open deadline; null where there is none or the clock is paused.
    due_at: Option<DateTime<Utc>>,
    /// Whether that is past.
    overdue: bool,
    /// Its version.
    version: i64,
}

/// A page of jobs.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct JobPage {
    /// The jobs.
    pub items: Vec<JobSummary>,
    /// Where the next page begins.
    pub next_offset: Option<i64>,
}

/// A job with its steps and its log.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct JobDocument {
    /// As in a list.
    #[serde(flatten)]
    summary: JobSummary,
    /// What is known of it.
    description: String,
    /// The customer's order number.
    order_number: String,
    /// Its number in the system that it was imported from.
    source_ref: Option<String>,
    /// When it was answered.
    responded_at: Option<DateTime<Utc>>,
    /// When it was put right.
    fixed_at: Option<DateTime<Utc>>,
    /// How often it was opened again.
    reopened: i64,
    /// Minutes logged on it.
    minutes: i64,
    /// The states it may go to next.
    next: Vec<&'static str>,
    /// The assets that it is about.
    assets: Vec<JobAssetDocument>,
    /// What moved it, in order.
    steps: Vec<StepDocument>,
    /// Its log, in the order of when it was done.
    entries: Vec<EntryDocument>,
}

/// An asset of a job.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct JobAssetDocument {
    /// Its tag.
    tag: String,
    /// What it is.
    description: String,
    /// Whether it is quarantined.
    quarantined: bool,
    /// When its enclosure was opened in this job.
    opened_at: Option<DateTime<Utc>>,
}

/// A step.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StepDocument {
    /// When.
    at: DateTime<Utc>,
    /// Who; null for the program itself.
    by: Option<String>,
    /// What changed: `state`, `priority`, `impact`, `line`, `contract` or `assignee`.
    kind: &'static str,
    /// The value before.
    from: String,
    /// The value after.
    to: String,
    /// Of a state: what is waited for, or how it ended.
    detail: String,
    /// Why.
    note: String,
}

/// An entry of the log.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EntryDocument {
    /// Its id.
    id: String,
    /// What it tells of.
    kind: &'static str,
    /// When that was.
    at: DateTime<Utc>,
    /// Who; null for the program itself.
    by: Option<String>,
    /// Minutes spent.
    minutes: i64,
    /// What was done.
    text: String,
    /// Whether it is kept from the customer's eyes.
    internal: bool,
    /// The entry that it corrects.
    supersedes: Option<String>,
    /// Whether a later one corrects it.
    corrected: bool,
    /// Numbers of its files, as in `/job-files/{id}`.
    files: Vec<i64>,
}

/// A line of a list.
pub fn summary(line: JobLine, now: DateTime<Utc>) -> JobSummary {
    let row = line.line;
    summary_of(row.job, (row.customer, row.site, row.assignee), now)
}

fn summary_of(
    job: store::jobs::Job,
    (customer, site, assignee): (String, String, Option<String>),
    now: DateTime<Utc>,
) -> JobSummary {
    JobSummary {
        kind: job.kind.code(),
        state: job.state.code(),
        waiting_for: job.waiting_for.map(|what| what.code()),
        outcome: job.outcome.map(|outcome| outcome.code()),
        priority: job.priority.code(),
        impact: job.impact.code(),
        line: job.line,
        opened_at: job.opened_at.utc(),
        closed_at: job.closed_at.map(|at| at.utc()),
        due_at: job.due_at.map(|at| at.utc()),
        overdue: job.is_open() && job.due_at.is_some_and(|at| at.utc() < now),
        version: job.version,
        number: job.number,
        title: job.title,
        customer,
        site,
        assignee,
    }
}

/// A job by its number.
///
/// # Errors
/// Not found.
pub fn document_of(
    conn: &mut AnyConnection,
    scope: &Scope,
    now: DateTime<Utc>,
    number: &str,
) -> Result<JobDocument> {
    let view = view_in(conn, scope, now, number)?;
    let job = &view.job;
    let files = list_files_of_job(conn, job.id)?;
    let entries = list_entries(conn, job)?.into_iter().map(|entry| {
        let of_entry = files.iter().filter(|file| file.entry_id.as_ref() == Some(&entry.row.id));
        let files = of_entry.map(|file| file.id).collect();
        entry_document(entry, files)
    });
    Ok(JobDocument {
        entries: entries.collect(),
        assets: list_job_assets(conn, job)?.into_iter().map(asset_document).collect(),
        steps: steps_of(conn, job)?,
        next: domain::job::steps_from(job.state.0).map(|step| step.to.code()).collect(),
        description: job.description.clone(),
        order_number: job.order_number.clone(),
        source_ref: job.source_ref.clone(),
        responded_at: job.responded_at.map(|at| at.utc()),
        fixed_at: job.fixed_at.map(|at| at.utc()),
        reopened: job.reopened,
        minutes: job.minutes,
        summary: summary_of(view.job, (view.customer, view.site.name, view.assignee), now),
    })
}

fn steps_of(conn: &mut AnyConnection, job: &store::jobs::Job) -> Result<Vec<StepDocument>> {
    let steps = list_named_steps(conn, job)?.into_iter().map(|(step, who)| StepDocument {
        at: step.at.utc(),
        by: Some(who).filter(|who| !who.is_empty()),
        kind: step.kind.code(),
        from: step.from_value,
        to: step.to_value,
        detail: step.detail,
        note: step.note,
    });
    Ok(steps.collect())
}

fn asset_document(thing: JobAsset) -> JobAssetDocument {
    JobAssetDocument {
        quarantined: thing.lock_cause.is_some(),
        opened_at: thing.opened_at.map(|at| at.utc()),
        tag: thing.tag,
        description: thing.description,
    }
}

fn entry_document(entry: Entry, files: Vec<i64>) -> EntryDocument {
    EntryDocument {
        kind: entry.row.kind.code(),
        at: entry.row.at.utc(),
        by: Some(entry.who).filter(|who| !who.is_empty()),
        minutes: entry.row.minutes,
        internal: entry.row.internal,
        corrected: entry.corrected,
        supersedes: entry.row.supersedes,
        text: entry.row.text,
        id: entry.row.id,
        files,
    }
}
