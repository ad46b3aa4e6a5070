//! The end of a referral: back, refused or written off; and how its job goes on.

use chrono::NaiveDate;
use domain::code::Code;
use domain::event::Event;
use domain::job::{JobState, WaitingFor, find_step};
use domain::permission::WorkJob;
use domain::referral::{ReferralState, ReferralStepKind};
use store::assets::find_asset;
use store::jobs::{Job, find_job_by_id};
use store::referrals::{self, Progress, Referral};
use store::types::Coded;
use store::{Right, Tx};

use super::{event_of, pence};
use crate::actions::dues::today;
use crate::actions::holds::hold_opened;
use crate::actions::jobs::{StepRequest, mark_opened_in, step_in};
use crate::app::App;
use crate::error::{Error, Result};

/// How a job goes on once what it waited for has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Next {
    /// It stays where it is.
    #[default]
    Stay,
    /// Work goes on: whoever has it goes on with it, else it is triaged.
    Work,
    /// The supplier repaired it: it goes to the retest.
    Retest,
}

impl Next {
    /// By its code in forms: "work", "retest", or nothing.
    ///
    /// # Errors
    /// Says what is allowed.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        match text {
            "" | "stay" => Ok(Self::Stay),
            "work" => Ok(Self::Work),
            "retest" => Ok(Self::Retest),
            other => Err(format!("\"{other}\" is no way to go on; use work, retest or stay")),
        }
    }
}

/// How a referral ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// As what: received back, refused or written off.
    pub state: ReferralState,
    /// On which day.
    pub ended_on: NaiveDate,
    /// What the supplier did or said.
    pub result: String,
    /// What it cost, in pence; what was said before stays where this says nothing.
    pub cost_pence: Option<i64>,
    /// Whether its enclosure was opened there, so that it needs a test after repair.
    pub opened: bool,
    /// How the job goes on.
    pub next: Next,
}

/// Ends a referral that was read at `version`.
///
/// # Errors
/// Not found, stale, field errors; a conflict where it cannot end so.
pub fn end_referral(
    app: &App,
    right: &Right<WorkJob>,
    (id, version): (i64, i64),
    end: &End,
) -> Result<Referral> {
    let day = today(app);
    app.store.write(right.actor(), |tx| {
        let referral = referrals::find_referral(tx, right.scope(), id)?;
        if referral.version != version {
            return Err(Error::Stale("referral".to_owned()));
        }
        let events = receive_in(tx, day, &referral, end)?;
        Ok((referrals::find_referral(tx, right.scope(), id)?, events))
    })
}

/// As [`end_referral`], within a transaction, of a referral just found within the scope.
///
/// # Errors
/// As [`end_referral`].
pub fn receive_in(tx: &mut Tx, day: NaiveDate, referral: &Referral, end: &End) -> Result<Vec<Event>> {
    check(day, referral, end)?;
    let scope = tx.actor.scope();
    let job = find_job_by_id(tx, scope, referral.job_id)?;
    let progress = Progress {
        state: Coded(end.state),
        ended_on: Some(end.ended_on),
        chase_on: None,
        result: end.result.clone(),
        cost_pence: end.cost_pence.or(referral.cost_pence),
        ..Progress::from(referral)
    };
    referrals::update_progress(tx, referral.id, referral.version, &progress)?;
    let (from, to) = (referral.state.0.code(), end.state.code());
    referrals::insert_step(tx, referral, ReferralStepKind::State, (from, to, &end.result))?;
    let event = event_of(&job, referral, "ended");
    let event = event.change("state", referral.state.0.label(), end.state.label());
    let event = event.change("cost", pence(referral.cost_pence), pence(progress.cost_pence));
    let mut events = vec![event.change("result", "", &end.result)];
    let opened = referral.asset_id.filter(|_| end.opened);
    if let Some(asset) = opened.filter(|_| job.is_open()) {
        events.extend(mark_opened_in(tx, &job, asset)?);
    }
    events.extend(go_on(tx, &job, end)?);
    // The job may be over long before the thing is back: it needs its test all the same.
    if let Some(asset) = opened.filter(|_| !job.is_open()) {
        let scope = tx.actor.scope().within(job.customer_id);
        let asset = find_asset(tx, &scope, asset)?;
        events.push(hold_opened(tx, &asset, &job.number, (tx.now, tx.actor.person_id()))?);
    }
    Ok(events)
}

fn check(day: NaiveDate, referral: &Referral, end: &End) -> Result<()> {
    if !referral.state.0.may_become(end.state) {
        let (from, to) = (referral.state.0.noun(), end.state.noun());
        return Err(Error::Conflict(format!("What is {from} cannot become {to}.")));
    }
    if end.ended_on > day {
        return Err(Error::field("ended_on", "choose a day that has come"));
    }
    if referral.sent_on.is_some_and(|sent| end.ended_on < sent) {
        return Err(Error::field("ended_on", "it cannot be back before it went"));
    }
    if end.state != ReferralState::ReceivedBack && end.result.trim().is_empty() {
        return Err(Error::field("result", "say what the supplier said"));
    }
    Ok(())
}

/// Moves the job on, if it waits for a third party and nothing else of it is still out.
fn go_on(tx: &mut Tx, job: &Job, end: &End) -> Result<Vec<Event>> {
    let waits = job.waiting_for.map(|reason| reason.0) == Some(WaitingFor::ThirdParty);
    if end.next == Next::Stay || !waits || referrals::count_open_of_job(tx, job.id)? > 0 {
        return Ok(vec![]);
    }
    let note = if end.result.is_empty() { "Back from the third party" } else { end.result.as_str() };
    let steps: &[JobState] = match (end.next, job.assignee_id) {
        (Next::Retest, Some(_)) => &[JobState::InProgress, JobState::Repaired, JobState::Retest],
        (_, Some(_)) => &[JobState::InProgress],
        _ => &[JobState::Triaged],
    };
    // What opening the thing changed is not what is gone on from.
    let scope = tx.actor.scope();
    let (mut job, mut events) = (find_job_by_id(tx, scope, job.id)?, vec![]);
    for to in steps {
        find_step(job.state.0, *to).map_err(|illegal| Error::Conflict(illegal.to_string()))?;
        let request = StepRequest { note: note.to_owned(), ..StepRequest::to(*to) };
        let (moved, told) = step_in(tx, &job, &request)?;
        events.extend(told);
        job = moved;
    }
    Ok(events)
}
