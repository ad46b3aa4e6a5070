//! Moving a job from one state to the next.

use domain::code::Code;
use domain::event::Event;
use domain::job::{
    JobKind, JobState, Need, NoticeKind, Outcome, StepKind, Transition, WaitingFor, find_step,
};
use domain::permission::WorkJob;
use store::findings::has_findings;
use store::findings::settle::settle_job;
use store::jobs::assets::{JobAsset, list_job_assets};
use store::jobs::steps::{NewStep, insert_step};
use store::jobs::{Job, Standing, find_job, update_standing};
use store::types::{Coded, Moment};
use store::{AnyConnection, Right, Tx};

use super::gone::take_out_of_service;
use super::{assign, notify, settle};
use crate::actions::appointments;
use crate::actions::checklists::fills::missing_words;
use crate::actions::plans;
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// A step as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRequest {
    /// Where the job is to go.
    pub to: JobState,
    /// What it waits for.
    pub waiting_for: Option<WaitingFor>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Who is to be at it, where nobody is yet.
    pub assignee_id: Option<i64>,
    /// Why.
    pub note: String,
}

impl StepRequest {
    /// A step that needs nothing but its aim.
    pub fn to(to: JobState) -> Self {
        Self { to, waiting_for: None, outcome: None, assignee_id: None, note: String::new() }
    }
}

/// Moves a job that was read at `version`.
///
/// # Errors
/// Not found, stale; a conflict with the legal steps for one that is not; field errors for what the step needs.
pub fn take_step(
    app: &App,
    right: &Right<WorkJob>,
    (number, version): (&str, i64),
    request: &StepRequest,
) -> Result<Job> {
    app.store.write(right.actor(), |tx| {
        let job = find_job(tx, right.scope(), number)?;
        if job.version != version {
            return Err(Error::Stale("job".to_owned()));
        }
        step_in(tx, &job, request)
    })
}

/// As [`take_step`], within a transaction, of a job just found within the scope.
///
/// # Errors
/// As [`take_step`].
pub fn step_in(tx: &mut Tx, job: &Job, request: &StepRequest) -> Result<(Job, Vec<Event>)> {
    let step = find_step(job.state.0, request.to).map_err(|illegal| Error::Conflict(illegal.to_string()))?;
    let errors = unmet(tx, job, step, request)?;
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let standing = standing_after(tx, job, request);
    if standing.assignee_id != job.assignee_id
        && let Some(person) = standing.assignee_id
    {
        assign::check(tx, job.customer_id, person)?;
        let from = job.assignee_id.map(|id| id.to_string()).unwrap_or_default();
        insert_step(tx, (job.id, job.customer_id), &NewStep::new(StepKind::Assignee, from, person))?;
        notify::tell(tx, job, &[person], NoticeKind::Assigned, &job.title)?;
    }
    update_standing(tx, job.id, job.version, &standing)?;
    let mut row = NewStep::new(StepKind::State, job.state.0, request.to).because(&request.note);
    row.detail = detail(request);
    insert_step(tx, (job.id, job.customer_id), &row)?;
    let words = format!("{} is now: {}", job.number, request.to.label());
    notify::tell_watchers(tx, job, &words)?;
    let mut events = events_of(tx, job, step, request)?;
    if request.to == JobState::Closed {
        events.extend(take_out_of_service(tx, job, request.outcome)?);
        events.extend(plans::job_closed(tx, job, request.outcome)?);
        events.extend(appointments::job_over(tx, job)?);
    }
    let job = settle(tx, job.id)?;
    if [step.from, step.to].contains(&JobState::Closed) {
        settle_job(tx, job.id)?;
    }
    Ok((job, events))
}

fn detail(request: &StepRequest) -> String {
    match request.to {
        JobState::Waiting => request.waiting_for.map(|what| what.code().to_owned()),
        JobState::Closed => request.outcome.map(|outcome| outcome.code().to_owned()),
        _ => None,
    }
    .unwrap_or_default()
}

fn standing_after(tx: &Tx, job: &Job, request: &StepRequest) -> Standing {
    let reopens = job.state.0 == JobState::Closed;
    let gives_back = request.to == JobState::Triaged && job.state.0 != JobState::Reported;
    Standing {
        state: Coded(request.to),
        waiting_for: request.waiting_for.filter(|_| request.to == JobState::Waiting).map(Coded),
        outcome: request.outcome.filter(|_| request.to == JobState::Closed).map(Coded),
        closed_at: (request.to == JobState::Closed).then(|| Moment::from(tx.now)),
        reopened: job.reopened + i64::from(reopens),
        assignee_id: if gives_back { None } else { request.assignee_id.or(job.assignee_id) },
        line: job.line,
    }
}

/// What a step still needs, each with the field that would give it.
///
/// # Errors
/// The store's.
pub fn unmet(
    conn: &mut AnyConnection,
    job: &Job,
    step: &Transition,
    request: &StepRequest,
) -> Result<Vec<FieldError>> {
    let things = list_job_assets(conn, job)?;
    let mut errors = vec![];
    for need in step.needs {
        let found = match need {
            Need::Assignee if request.assignee_id.or(job.assignee_id).is_none() => {
                Some(("assignee", "choose who is to be at it".to_owned()))
            }
            Need::Reason if request.waiting_for.is_none() => {
                Some(("waiting_for", "choose what it waits for".to_owned()))
            }
            Need::Outcome if request.outcome.is_none() => Some(("outcome", "choose how it ended".to_owned())),
            Need::Note if request.note.trim().is_empty() => Some(("note", "say why".to_owned())),
            Need::SomethingToTest if !things.iter().any(needs_test) => Some((
                "to",
                "nothing of it was opened and nothing is quarantined: there is no retest".to_owned(),
            )),
            Need::Findings if lacks_findings(conn, job, request.outcome)? => Some((
                "outcome",
                "write down first what was found: what it showed, what was wrong and what helped".to_owned(),
            )),
            Need::Checklists if request.outcome != Some(Outcome::Cancelled) => {
                missing_words(conn, job.id)?.map(|words| ("to", words))
            }
            Need::NothingLocked => locked(job, &things, request.outcome).map(|words| ("to", words)),
            _ => None,
        };
        errors.extend(found.map(|(field, message)| FieldError { field: field.to_owned(), message }));
    }
    Ok(errors)
}

/// Whether a repair is to be closed of which nothing was found.
fn lacks_findings(conn: &mut AnyConnection, job: &Job, outcome: Option<Outcome>) -> Result<bool> {
    let mended = matches!(outcome, Some(Outcome::Repaired | Outcome::Replaced));
    Ok(mended && job.kind.0 == JobKind::Repair && !has_findings(conn, job.id)?)
}

fn needs_test(thing: &JobAsset) -> bool {
    thing.lock_cause.is_some() || thing.opened_at.is_some()
}

/// What is quarantined may leave a job only if it is not going back into use by it: it is gone, or the job was called
/// off, or was no repair and opened nothing. Then it stays quarantined.
fn locked(job: &Job, things: &[JobAsset], outcome: Option<Outcome>) -> Option<String> {
    use Outcome::{BeyondEconomicRepair, Cancelled, Done, Referred, Replaced, Scrapped};
    let opened = things.iter().any(|thing| thing.opened_at.is_some());
    let may_stay = match outcome {
        Some(BeyondEconomicRepair | Scrapped | Referred | Replaced | Cancelled) => true,
        Some(Done) => job.kind.0 != JobKind::Repair && !opened,
        _ => false,
    };
    if may_stay {
        return None;
    }
    let locked: Vec<String> = things
        .iter()
        .filter(|thing| thing.lock_cause.is_some())
        .map(|thing| format!("{} {}", thing.description, thing.tag))
        .collect();
    (!locked.is_empty()).then(|| {
        format!("{} is quarantined: a test after repair must pass before it goes back", locked.join(", "))
    })
}

fn events_of(
    conn: &mut AnyConnection,
    job: &Job,
    step: &Transition,
    request: &StepRequest,
) -> Result<Vec<Event>> {
    let event = || {
        Event::new("job", &job.number, "moved")
            .change("state", step.from.label(), step.to.label())
            .change("waiting for", "", request.waiting_for.map(Code::label).unwrap_or_default())
            .change("outcome", "", request.outcome.map(Code::label).unwrap_or_default())
            .change("note", "", &request.note)
    };
    let things = list_job_assets(conn, job)?;
    if things.is_empty() {
        return Ok(vec![event().of_customer(job.customer_id)]);
    }
    Ok(things.iter().map(|thing| event().of_asset(job.customer_id, thing.id)).collect())
}
