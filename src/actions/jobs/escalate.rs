//! Handing a job from one support line to another, with what the next one must know.

use domain::event::Event;
use domain::job::{EntryKind, JobState, LINES, NoticeKind, StepKind};
use domain::permission::WorkJob;
use store::job_entries::{EntryRow, insert_entry};
use store::jobs::steps::{NewStep, insert_step};
use store::jobs::{Job, Standing, find_job, update_standing};
use store::types::{Coded, Moment};
use store::{Right, Tx};

use super::{assign, notify, settle};
use crate::actions::clock::list_managers;
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// A hand-over as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// The line that is to have it.
    pub line: i64,
    /// Who of that line, where that is known.
    pub assignee_id: Option<i64>,
    /// What was found and tried, and what is to be done.
    pub note: String,
}

/// Hands over a job that was read at `version`.
///
/// # Errors
/// Not found, stale, field errors, a conflict once it is closed.
pub fn escalate_job(
    app: &App,
    right: &Right<WorkJob>,
    (number, version): (&str, i64),
    handover: &Handover,
) -> Result<Job> {
    app.store.write(right.actor(), |tx| {
        let job = find_job(tx, right.scope(), number)?;
        if job.version != version {
            return Err(Error::Stale("job".to_owned()));
        }
        escalate_in(tx, &job, handover)
    })
}

/// As [`escalate_job`], within a transaction, of a job just found within the scope.
///
/// # Errors
/// As [`escalate_job`].
pub fn escalate_in(tx: &mut Tx, job: &Job, handover: &Handover) -> Result<(Job, Vec<Event>)> {
    check(tx, job, handover)?;
    let key = (job.id, job.customer_id);
    let step = NewStep::new(StepKind::Line, job.line, handover.line).because(&handover.note);
    insert_step(tx, key, &step)?;
    let mut standing = Standing::from(job);
    (standing.line, standing.assignee_id) = (handover.line, handover.assignee_id);
    let at_work = [JobState::Assigned, JobState::InProgress].contains(&job.state.0);
    match handover.assignee_id {
        Some(_) if job.state.0 != JobState::Waiting => standing.state = Coded(JobState::Assigned),
        None if at_work => standing.state = Coded(JobState::Triaged),
        _ => {}
    }
    if standing.assignee_id != job.assignee_id {
        let named = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let step = NewStep::new(StepKind::Assignee, named(job.assignee_id), named(handover.assignee_id));
        insert_step(tx, key, &step)?;
    }
    if standing.state != job.state {
        insert_step(tx, key, &NewStep::new(StepKind::State, job.state.0, standing.state.0))?;
    }
    update_standing(tx, job.id, job.version, &standing)?;
    insert_entry(tx, &entry(tx, job, &handover.note))?;
    match handover.assignee_id {
        Some(person) => notify::tell(tx, job, &[person], NoticeKind::Assigned, &handover.note)?,
        None => {
            let managers = list_managers(tx, job.customer_id)?;
            let words = format!("For line {}: {}", handover.line, handover.note);
            notify::tell(tx, job, &managers, NoticeKind::Unassigned, &words)?;
        }
    }
    notify::tell_watchers(tx, job, &format!("{} went to line {}", job.number, handover.line))?;
    let event = Event::new("job", &job.number, "handed over").of_customer(job.customer_id);
    let event = event.change("line", job.line, handover.line).change("note", "", &handover.note);
    Ok((settle(tx, job.id)?, vec![event]))
}

fn check(tx: &mut Tx, job: &Job, handover: &Handover) -> Result<()> {
    if !job.is_open() || [JobState::Repaired, JobState::Retest, JobState::Returned].contains(&job.state.0) {
        return Err(Error::Conflict("This job is done; there is nothing to hand over.".to_owned()));
    }
    let mut errors = vec![];
    let mut wrong = |field: &str, message: String| {
        errors.push(FieldError { field: field.to_owned(), message });
    };
    if !LINES.contains(&handover.line) {
        wrong("line", format!("a line is a number from {} to {}", LINES.start(), LINES.end()));
    } else if handover.line == job.line {
        wrong("line", format!("line {} has it already", job.line));
    }
    if handover.note.trim().is_empty() {
        wrong("note", "say what was found and tried, so that nobody begins anew".to_owned());
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    match handover.assignee_id {
        Some(person) => assign::check(tx, job.customer_id, person),
        None => Ok(()),
    }
}

fn entry(tx: &Tx, job: &Job, note: &str) -> EntryRow {
    let now = Moment::from(tx.now);
    EntryRow {
        id: uuid::Uuid::now_v7().to_string(),
        job_id: job.id,
        customer_id: job.customer_id,
        asset_id: None,
        kind: Coded(EntryKind::Handover),
        at: now,
        received_at: now,
        person_id: tx.actor.person_id(),
        minutes: 0,
        text: note.trim().to_owned(),
        internal: true,
        supersedes: None,
    }
}
