//! What becomes of reports: a job of their own, or part of one that is open.

use std::collections::BTreeSet;

use domain::event::Event;
use domain::job::{Impact, JobKind, JobState, NoticeKind, Priority, Urgency, find_step};
use domain::permission::WorkJob;
use store::assets::{Asset, find_asset};
use store::faults::{Fault, find_fault, release_fault, update_job_of};
use store::jobs::assets::{insert_job_asset, list_jobs_of_assets};
use store::jobs::{Job, begin_with_faults, find_job, find_job_by_id};
use store::{Right, Tx};

use super::report::PUT_RIGHT;
use crate::actions::clock::list_managers;
use crate::actions::jobs::{JobChange, JobRequest, StepRequest, change_in, open_in, settle, step_in, tell};
use crate::app::App;
use crate::error::{Error, Result};

/// The longest title, in characters.
const TITLE: usize = 120;

/// Opens one job for waiting reports of one site.
///
/// # Errors
/// Not found for a foreign report; a field error for reports of several sites; a conflict where one waits no more.
pub fn open(app: &App, right: &Right<WorkJob>, ids: &[i64]) -> Result<Job> {
    app.store.write(right.actor(), |tx| {
        let faults = waiting(tx, right, ids)?;
        let request = request(tx, &faults, None)?;
        let (job, mut events) = open_in(tx, &request)?;
        events.extend(take_up(tx, &faults, &job)?);
        Ok((settle(tx, job.id)?, events))
    })
}

/// Opens one job for waiting reports of one site, for whoever asks, who is at it from now on.
///
/// # Errors
/// As [`open`]; forbidden for the operator, who is no person.
pub fn begin(app: &App, right: &Right<WorkJob>, ids: &[i64]) -> Result<Job> {
    let person = right.actor().person_id();
    let person = person.ok_or_else(|| Error::Forbidden("begin jobs without being a person".to_owned()))?;
    app.store.write(right.actor(), |tx| {
        let faults = waiting(tx, right, ids)?;
        let request = request(tx, &faults, Some(person))?;
        let (job, mut events) = open_in(tx, &request)?;
        events.extend(take_up(tx, &faults, &job)?);
        let job = settle(tx, job.id)?;
        let (job, begun) = step_in(tx, &job, &StepRequest::to(JobState::InProgress))?;
        events.extend(begun);
        Ok((job, events))
    })
}

/// Begins the job that a dangerous report opened by itself, for whoever asks, unless somebody is at it; none where it
/// has no job.
///
/// # Errors
/// The store's.
pub fn begin_of(app: &App, right: &Right<WorkJob>, fault: &Fault) -> Result<Option<String>> {
    let (Some(id), Some(person)) = (fault.job_id, right.actor().person_id()) else { return Ok(None) };
    let job = app.store.read(|conn| find_job_by_id(conn, right.scope(), id))?;
    if job.assignee_id.is_some() || find_step(job.state.0, JobState::InProgress).is_err() {
        return Ok(Some(job.number));
    }
    app.store.write(right.actor(), |tx| {
        let job = find_job_by_id(tx, right.scope(), id)?;
        let request = StepRequest { assignee_id: Some(person), ..StepRequest::to(JobState::InProgress) };
        let (job, events) = step_in(tx, &job, &request)?;
        Ok((Some(job.number), events))
    })
}

/// Makes waiting reports part of an open job of their customer.
///
/// # Errors
/// Not found; a field error for a job that is closed or another customer's; a conflict where one waits no more.
pub fn join(app: &App, right: &Right<WorkJob>, ids: &[i64], number: &str) -> Result<Job> {
    app.store.write(right.actor(), |tx| {
        let faults = waiting(tx, right, ids)?;
        let job = find_job(tx, right.scope(), number)?;
        if !job.is_open() {
            return Err(Error::field("job", format!("{number} is closed; choose an open job")));
        }
        if faults.iter().any(|fault| fault.customer_id != job.customer_id) {
            return Err(Error::field("job", format!("{number} is another customer's")));
        }
        for asset in faults.iter().filter_map(|fault| fault.asset_id) {
            insert_job_asset(tx, (job.id, job.customer_id), asset)?;
        }
        let events = take_up(tx, &faults, &job)?;
        Ok((settle(tx, job.id)?, events))
    })
}

/// Takes a report out of an open job that it is none of, so that it waits again.
///
/// # Errors
/// Not found; a conflict for a closed job.
pub fn release(app: &App, right: &Right<WorkJob>, (number, fault_id): (&str, i64)) -> Result<Job> {
    app.store.write(right.actor(), |tx| {
        let job = find_job(tx, right.scope(), number)?;
        let fault = find_fault(tx, right.scope(), fault_id)?;
        if !job.is_open() {
            let words = "This job is closed; open it again to take a report out of it.";
            return Err(Error::Conflict(words.to_owned()));
        }
        if !release_fault(tx, fault.id, job.id)? {
            return Err(Error::NotFound("report in this job".to_owned()));
        }
        begin_with_faults(tx, job.id)?;
        let event = Event::new("fault", fault.id, "taken out of a job").change("job", &job.number, "");
        let event = match fault.asset_id {
            Some(asset) => event.of_asset(fault.customer_id, asset),
            None => event.of_customer(fault.customer_id),
        };
        Ok((settle(tx, job.id)?, vec![event]))
    })
}

/// The waiting reports with these ids.
fn waiting(tx: &mut Tx, right: &Right<WorkJob>, ids: &[i64]) -> Result<Vec<Fault>> {
    let ids: BTreeSet<i64> = ids.iter().copied().collect();
    if ids.is_empty() {
        return Err(Error::field("fault", "tick at least one report"));
    }
    let mut found = vec![];
    for id in ids {
        let fault = find_fault(tx, right.scope(), id)?;
        if !fault.is_waiting() {
            return Err(Error::Conflict("One of these reports was dealt with meanwhile.".to_owned()));
        }
        found.push(fault);
    }
    Ok(found)
}

fn request(tx: &mut Tx, faults: &[Fault], assignee_id: Option<i64>) -> Result<JobRequest> {
    let sites: BTreeSet<i64> = faults.iter().map(|fault| fault.site_id).collect();
    let (Some(first), 1) = (faults.first(), sites.len()) else {
        return Err(Error::field("fault", "one job is at one site: tick reports of one site"));
    };
    let assets: BTreeSet<i64> = faults.iter().filter_map(|fault| fault.asset_id).collect();
    let scope = tx.actor.scope();
    let name = match first.asset_id {
        Some(id) => find_asset(tx, scope, id)?.description,
        None => String::new(),
    };
    let dangerous = faults.iter().any(|fault| fault.dangerous);
    let more: Vec<&str> = faults.iter().skip(1).map(|fault| fault.what.as_str()).collect();
    Ok(JobRequest {
        site_id: first.site_id,
        assets: assets.into_iter().collect(),
        kind: JobKind::Repair,
        title: title(&name, &first.what),
        description: more.join("\n"),
        priority: priority(dangerous, faults.iter().map(|fault| fault.urgency.0)),
        impact: if dangerous { Impact::Safety } else { Impact::Person },
        assignee_id,
        order_number: String::new(),
    })
}

fn title(name: &str, what: &str) -> String {
    let what = what.lines().next().unwrap_or_default();
    let whole = if name.is_empty() { what.to_owned() } else { format!("{name}: {what}") };
    match whole.char_indices().nth(TITLE) {
        Some((end, _)) => format!("{}…", whole[..end].trim_end()),
        None => whole,
    }
}

fn priority(dangerous: bool, urgencies: impl Iterator<Item = Urgency>) -> Priority {
    let of = |urgency| match urgency {
        Urgency::Stopped => Priority::High,
        Urgency::Hindered => Priority::Normal,
        Urgency::CanWait => Priority::Low,
    };
    let most = urgencies.map(of).min().unwrap_or(Priority::Normal);
    if dangerous { Priority::Critical } else { most }
}

/// Marks reports as part of a job, which began no later than they did; the caller settles it.
fn take_up(tx: &mut Tx, faults: &[Fault], job: &Job) -> Result<Vec<Event>> {
    let ids: Vec<i64> = faults.iter().map(|fault| fault.id).collect();
    if update_job_of(tx, &ids, (job.id, job.customer_id))? != ids.len() {
        return Err(Error::Conflict("One of these reports was dealt with meanwhile.".to_owned()));
    }
    begin_with_faults(tx, job.id)?;
    let event = |fault: &Fault| {
        let event = Event::new("fault", fault.id, "became a job").change("job", "", &job.number);
        match fault.asset_id {
            Some(asset) => event.of_asset(fault.customer_id, asset),
            None => event.of_customer(fault.customer_id),
        }
    };
    Ok(faults.iter().map(event).collect())
}

/// What a dangerous report brings about at once: a job, or a place in the open one of its asset; and the managers of
/// its customer are told.
///
/// # Errors
/// The store's.
pub(super) fn open_for_danger(tx: &mut Tx, asset: &Asset, fault: &Fault) -> Result<Vec<Event>> {
    let scope = tx.actor.scope();
    let known = list_jobs_of_assets(tx, scope, &[asset.id], 20)?;
    // What a job has put right is not what is dangerous now.
    let takes =
        |job: &Job| job.is_open() && job.kind.0 == JobKind::Repair && !PUT_RIGHT.contains(&job.state.0);
    let open = known.into_iter().find(takes);
    let faults = std::slice::from_ref(fault);
    let (job, mut events) = match open {
        Some(job) => raise(tx, job)?,
        None => {
            let request = request(tx, faults, None)?;
            open_in(tx, &request)?
        }
    };
    events.extend(take_up(tx, faults, &job)?);
    let job = settle(tx, job.id)?;
    tell_managers(tx, asset, (fault, &job))?;
    Ok(events)
}

/// Makes a job as urgent as danger is.
fn raise(tx: &mut Tx, job: Job) -> Result<(Job, Vec<Event>)> {
    if (job.priority.0, job.impact.0) == (Priority::Critical, Impact::Safety) {
        return Ok((job, vec![]));
    }
    let change = JobChange {
        priority: Priority::Critical,
        impact: Impact::Safety,
        note: "Reported as dangerous".to_owned(),
        ..JobChange::of(&job)
    };
    change_in(tx, &job, &change)
}

/// Tells the managers of a danger that is reported again, where a job has it.
///
/// # Errors
/// The store's.
pub(super) fn tell_of_danger(tx: &mut Tx, asset: &Asset, fault: &Fault) -> Result<()> {
    let Some(id) = fault.job_id else { return Ok(()) };
    let scope = tx.actor.scope();
    let job = find_job_by_id(tx, scope, id)?;
    tell_managers(tx, asset, (fault, &job))
}

fn tell_managers(tx: &mut Tx, asset: &Asset, (fault, job): (&Fault, &Job)) -> Result<()> {
    let managers = list_managers(tx, asset.customer_id)?;
    tell(tx, job, &managers, NoticeKind::Danger, &title(&asset.description, &fault.what))
}
