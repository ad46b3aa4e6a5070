//! Changing what is said of a job; a change of priority or impact is a step, since the clock counts by it.

use domain::event::Event;
use domain::job::{Impact, JobKind, Priority, StepKind};
use domain::permission::WorkJob;
use store::jobs::steps::{NewStep, insert_step};
use store::jobs::{Job, JobFields, find_job, update_job};
use store::types::Coded;
use store::{Right, Tx};

use super::settle;
use crate::app::App;
use crate::error::{Error, Result};

/// What is to be said of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobChange {
    /// What kind of work it is.
    pub kind: JobKind,
    /// What it is about, in one line.
    pub title: String,
    /// What is known of it.
    pub description: String,
    /// How much it matters.
    pub priority: Priority,
    /// Whom it keeps from working.
    pub impact: Impact,
    /// The customer's order number.
    pub order_number: String,
    /// Why the priority changed.
    pub note: String,
}

impl JobChange {
    /// What is said of a job now.
    pub fn of(job: &Job) -> Self {
        Self {
            kind: job.kind.0,
            title: job.title.clone(),
            description: job.description.clone(),
            priority: job.priority.0,
            impact: job.impact.0,
            order_number: job.order_number.clone(),
            note: String::new(),
        }
    }
}

/// Changes a job that was read at `version`.
///
/// # Errors
/// Not found, stale, field errors; a conflict once it is closed.
pub fn change_job(
    app: &App,
    right: &Right<WorkJob>,
    (number, version): (&str, i64),
    change: &JobChange,
) -> Result<Job> {
    app.store.write(right.actor(), |tx| {
        let job = find_job(tx, right.scope(), number)?;
        if job.version != version {
            return Err(Error::Stale("job".to_owned()));
        }
        change_in(tx, &job, change)
    })
}

/// As [`change_job`], within a transaction, of a job just found within the scope.
///
/// # Errors
/// As [`change_job`].
pub fn change_in(tx: &mut Tx, job: &Job, change: &JobChange) -> Result<(Job, Vec<Event>)> {
    if !job.is_open() {
        return Err(Error::Conflict("This job is closed; open it again to change it.".to_owned()));
    }
    if change.title.trim().is_empty() {
        return Err(Error::field("title", "say in a few words what is to be done"));
    }
    let fields = JobFields {
        kind: Coded(change.kind),
        title: change.title.trim().to_owned(),
        description: change.description.clone(),
        priority: Coded(change.priority),
        impact: Coded(change.impact),
        order_number: change.order_number.clone(),
    };
    update_job(tx, job.id, job.version, &fields)?;
    let key = (job.id, job.customer_id);
    if job.priority.0 != change.priority {
        let step = NewStep::new(StepKind::Priority, job.priority.0, change.priority);
        insert_step(tx, key, &step.because(&change.note))?;
    }
    if job.impact.0 != change.impact {
        let step = NewStep::new(StepKind::Impact, job.impact.0, change.impact);
        insert_step(tx, key, &step.because(&change.note))?;
    }
    let event = Event::new("job", &job.number, "changed")
        .of_customer(job.customer_id)
        .change("kind", job.kind.0, change.kind)
        .change("title", &job.title, &fields.title)
        .change("description", &job.description, &change.description)
        .change("priority", job.priority.0, change.priority)
        .change("impact", job.impact.0, change.impact)
        .change("order number", &job.order_number, &change.order_number);
    Ok((settle(tx, job.id)?, vec![event]))
}
