//! What becomes of the occurrence that is due: a job, done without one, or left out.

use chrono::NaiveDate;
use domain::event::Event;
use domain::job::{Impact, JobKind, Outcome, Priority};
use domain::permission::{Role, WorkJob};
use domain::plan::RunResult;
use store::jobs::{Job, find_job_by_id};
use store::plans::{self, Plan, Run};
use store::sites::find_site;
use store::{Right, Tx};

use super::{of_plan, site_of, today_at};
use crate::actions::jobs::{JobRequest, open_in};
use crate::app::App;
use crate::error::{Error, Result};

/// A job is about this many assets of a plan at most; a larger estate is planned place by place.
const MOST_ASSETS: i64 = 200;

/// Begins what is due: opens its job, or gives the one that was begun before.
///
/// # Errors
/// Not found; a conflict for a plan that was stopped.
pub fn begin_plan(app: &App, right: &Right<WorkJob>, id: i64) -> Result<String> {
    let plan = app.store.read(|conn| plans::find_plan(conn, right.scope(), id))?;
    if let Some(job) = plan.job_id {
        return Ok(app.store.read(|conn| find_job_by_id(conn, right.scope(), job))?.number);
    }
    app.store.write(right.actor(), |tx| {
        let plan = plans::find_plan(tx, right.scope(), id)?;
        if !plan.active {
            return Err(Error::Conflict("This plan is stopped; take it up again to begin it.".to_owned()));
        }
        let request = request_of(tx, &plan)?;
        let (job, mut events) = open_in(tx, &request)?;
        plans::update_begun(tx, &plan, Some(job.id))?;
        events.push(of_plan(&plan, "begun").change("job", "", &job.number));
        Ok((job.number, events))
    })
}

fn request_of(tx: &mut Tx, plan: &Plan) -> Result<JobRequest> {
    let scope = tx.actor.scope();
    let site_id = site_of(tx, scope, (plan.customer_id, plan.site_id), plan.asset_id)?.id;
    let assets = plans::list_plan_assets(tx, plan, MOST_ASSETS + 1)?;
    if plan.asset_id.is_some() && assets.is_empty() {
        let words = "The asset of this plan is gone: stop the plan, or give it another asset.";
        return Err(Error::Conflict(words.to_owned()));
    }
    // A job over the first of them alone would let the plan go on as if all were done.
    if i64::try_from(assets.len()).is_ok_and(|found| found > MOST_ASSETS) {
        return Err(Error::Conflict(format!(
            "This plan is about more than {MOST_ASSETS} assets, too many for one job: split it into plans for fewer, \
             by category or model, or by site."
        )));
    }
    let me = tx.actor.person_id().filter(|_| tx.actor.role() == Role::Engineer);
    Ok(JobRequest {
        site_id,
        assets,
        kind: JobKind::Planned,
        title: plan.title.clone(),
        description: plan.notes.clone(),
        priority: Priority::Normal,
        impact: Impact::Person,
        assignee_id: plan.assignee_id.or(me),
        order_number: String::new(),
    })
}

/// How an occurrence went that no job was opened for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The day it went.
    pub on: NaiveDate,
    /// How.
    pub result: RunResult,
    /// What else is to be said; the reason, for one that is left out.
    pub note: String,
}

/// Records what became of the occurrence that is due of a plan that was read at `version`, without a job.
///
/// # Errors
/// Not found, stale; field errors; a conflict while a job of it is open.
pub fn record_run(app: &App, right: &Right<WorkJob>, (id, version): (i64, i64), done: &Done) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let plan = plans::find_plan(tx, right.scope(), id)?;
        if plan.version != version {
            return Err(Error::Stale("plan".to_owned()));
        }
        if plan.job_id.is_some() {
            return Err(Error::Conflict(
                "A job of this plan is open: close it, and the plan goes on.".to_owned(),
            ));
        }
        if done.result == RunResult::Done && !plan.checklist.is_empty() {
            let words = "this plan has a checklist: begin its job, and fill it in there";
            return Err(Error::field("result", words));
        }
        let site = find_site(tx, right.scope(), plan.site_id)?;
        let today = today_at(app, &site.time_zone);
        if done.on > today {
            return Err(Error::field("done_on", "this day has not come yet"));
        }
        if done.result == RunResult::Skipped && done.note.trim().is_empty() {
            return Err(Error::field("note", "say why it is left out"));
        }
        Ok(((), vec![settle(tx, &plan, (done, None))?]))
    })
}

/// Writes the occurrence down and moves the plan on.
fn settle(tx: &mut Tx, plan: &Plan, (done, job_id): (&Done, Option<i64>)) -> Result<Event> {
    let next_on = plan.rhythm().next(plan.due_on, done.on, done.result);
    let note = done.note.trim().to_owned();
    let run = Run { done_on: done.on, result: done.result, job_id, note: note.clone(), next_on };
    plans::insert_run(tx, plan, &run)?;
    let verb = if done.result == RunResult::Done { "done" } else { "left out" };
    let next = next_on.map(|day| day.to_string()).unwrap_or_default();
    Ok(of_plan(plan, verb).change("due on", plan.due_on, next).change("note", "", note))
}

/// Moves the plan on whose occurrence a job was that is being closed; one that was called off leaves it due.
///
/// # Errors
/// The store's.
pub fn job_closed(tx: &mut Tx, job: &Job, outcome: Option<Outcome>) -> Result<Vec<Event>> {
    let Some(plan) = plans::find_plan_of_job(tx, job.id)? else { return Ok(vec![]) };
    if outcome == Some(Outcome::Cancelled) {
        plans::update_begun(tx, &plan, None)?;
        return Ok(vec![of_plan(&plan, "given up").change("job", &job.number, "")]);
    }
    let scope = tx.actor.scope();
    let zone = find_site(tx, scope, plan.site_id)?.time_zone;
    let on = domain::schedule::local_date(tx.now, zone.parse().unwrap_or(crate::actions::dues::FIRM_ZONE));
    let done = Done { on, result: RunResult::Done, note: String::new() };
    Ok(vec![settle(tx, &plan, (&done, Some(job.id)))?])
}
