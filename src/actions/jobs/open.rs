//! Opening a job.

use domain::event::Event;
use domain::job::{Impact, JobKind, JobState, NoticeKind, Priority, StepKind};
use domain::permission::WorkJob;
use store::assets::{Asset, find_asset};
use store::jobs::assets::insert_job_asset;
use store::jobs::steps::{NewStep, insert_step};
use store::jobs::{Job, NewJob, find_job_by_id, insert_job, next_job_number};
use store::sites::find_site;
use store::types::{Coded, Moment};
use store::{Right, Tx};

use super::{assign, settle, tell};
use crate::app::App;
use crate::error::{Error, Result};

/// A job as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRequest {
    /// The site.
    pub site_id: i64,
    /// The assets that it is about, all of the site's customer.
    pub assets: Vec<i64>,
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
    /// Who is to be at it.
    pub assignee_id: Option<i64>,
    /// The customer's order number.
    pub order_number: String,
}

/// Opens a job.
///
/// # Errors
/// Not found for a foreign site or asset; field errors.
pub fn open_job(app: &App, right: &Right<WorkJob>, request: &JobRequest) -> Result<Job> {
    app.store.write(right.actor(), |tx| open_in(tx, request))
}

/// As [`open_job`], within a transaction: for whoever opens one because of something else, such as a fault report.
///
/// # Errors
/// As [`open_job`].
pub fn open_in(tx: &mut Tx, request: &JobRequest) -> Result<(Job, Vec<Event>)> {
    if request.title.trim().is_empty() {
        return Err(Error::field("title", "say in a few words what is to be done"));
    }
    let scope = tx.actor.scope();
    let site = find_site(tx, scope, request.site_id)?;
    let own = scope.within(site.customer_id);
    let mut things: Vec<Asset> = vec![];
    for id in &request.assets {
        things.push(find_asset(tx, &own, *id)?);
    }
    if let Some(person) = request.assignee_id {
        assign::check(tx, site.customer_id, person)?;
    }
    let job = NewJob {
        customer_id: site.customer_id,
        site_id: site.id,
        number: next_job_number(tx)?,
        kind: Coded(request.kind),
        title: request.title.trim().to_owned(),
        description: request.description.clone(),
        state: Coded(if request.assignee_id.is_some() { JobState::Assigned } else { JobState::Reported }),
        priority: Coded(request.priority),
        impact: Coded(request.impact),
        assignee_id: request.assignee_id,
        order_number: request.order_number.clone(),
        opened_at: Moment::from(tx.now),
        opened_by: tx.actor.person_id(),
    };
    let id = insert_job(tx, &job)?;
    for step in first_steps(request) {
        insert_step(tx, (id, site.customer_id), &step)?;
    }
    for thing in &things {
        insert_job_asset(tx, (id, site.customer_id), thing.id)?;
    }
    let events = events_of(&job, &things);
    let opened = find_job_by_id(tx, scope, id)?;
    if let Some(person) = request.assignee_id {
        tell(tx, &opened, &[person], NoticeKind::Assigned, &job.title)?;
    }
    Ok((settle(tx, id)?, events))
}

/// Where a job begins: the clock reads its priority and state from these.
fn first_steps(request: &JobRequest) -> Vec<NewStep> {
    let mut steps = vec![
        NewStep::new(StepKind::State, "", JobState::Reported),
        NewStep::new(StepKind::Priority, "", request.priority),
        NewStep::new(StepKind::Impact, "", request.impact),
        NewStep::new(StepKind::Line, "", 1),
    ];
    if let Some(person) = request.assignee_id {
        steps.push(NewStep::new(StepKind::Assignee, "", person));
        steps.push(NewStep::new(StepKind::State, JobState::Reported, JobState::Assigned));
    }
    steps
}

/// One event, or one on the timeline of each asset.
fn events_of(job: &NewJob, things: &[Asset]) -> Vec<Event> {
    let event = || Event::new("job", &job.number, "opened").change("title", "", &job.title);
    if things.is_empty() {
        return vec![event().of_customer(job.customer_id)];
    }
    things.iter().map(|thing| event().of_asset(thing.customer_id, thing.id)).collect()
}
