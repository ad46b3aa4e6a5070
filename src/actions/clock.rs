//! The response clock of jobs: worked out from their steps and the contracts, and kept in the columns that lists go by.

mod choose;
mod watch;

pub use choose::{ContractOption, choose_contract, choose_in, list_choices};
pub use watch::{Watched, list_managers, watch_clocks};

use chrono::{DateTime, Days, Utc};
use domain::clock_log::{Log, Move, Position};
use domain::contract::{Concern, ContractChoice, Period, cover_of};
use domain::job::{JobKind, JobState, NoticeKind, StepKind};
use domain::permission::ViewRegister;
use domain::response_clock::{Clock, Deadline, PromiseState, clock};
use store::clocks::{self, ClockColumns, Told, met};
use store::contracts::load_contracts;
use store::jobs::assets::list_job_assets;
use store::jobs::steps::{StepRow, list_steps};
use store::jobs::{Job, find_job_by_id};
use store::types::Moment;
use store::{AnyConnection, Right, Tx};

use crate::actions::jobs::{JobView, view_in};
use crate::app::App;
use crate::error::{Error, Result};

/// So many open jobs follow a change of a contract at once; the rest is left to the watch over the clocks.
const AT_ONCE: i64 = 300;

/// A job's clock, and what it was worked out from.
#[derive(Debug, Clone)]
pub struct JobClock {
    /// What it says.
    pub clock: Clock,
    /// The terms that the job comes under, in order.
    pub cover: Vec<Period>,
    /// Which contract the job is to come under.
    pub choice: ContractChoice,
}

impl JobClock {
    /// The contract by which it counts: the one in force at the end, or the last before.
    pub fn period(&self, at: DateTime<Utc>) -> Option<&Period> {
        self.cover.iter().rfind(|period| period.from <= at)
    }
}

/// A job with its clock as it stands now.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_clock(app: &App, right: &Right<ViewRegister>, number: &str) -> Result<(JobView, JobClock)> {
    let now = app.now();
    app.store.read(|conn| {
        let job = store::jobs::find_job(conn, right.scope(), number)?;
        let clock = clock_of(conn, &job, now)?;
        Ok((view_in(conn, right.scope(), now, &job.number)?, clock))
    })
}

/// Works out the clock of a job that the caller has found within the scope. One that is closed goes by the terms by
/// which it was closed, so that what was judged stays judged whatever is agreed later.
///
/// # Errors
/// The store's.
pub fn clock_of(conn: &mut AnyConnection, job: &Job, now: DateTime<Utc>) -> Result<JobClock> {
    let steps = list_steps(conn, job)?;
    let choice = chosen(&steps)?;
    let kept = if job.is_open() { None } else { clocks::find_kept_cover(conn, job.id)? };
    let mut cover = match kept {
        Some(cover) => cover,
        // What another system closed was never under our terms.
        None if !job.is_open() && job.source_ref.is_some() => vec![],
        None => {
            let assets = list_job_assets(conn, job)?.into_iter().map(|asset| (asset.id, asset.category_id));
            let concern = Concern { site_id: job.site_id, assets: assets.collect() };
            // What is planned days ahead breaks no promise to mend things within hours.
            let by_itself = choice == ContractChoice::Automatic && job.kind.0 != JobKind::Repair;
            let choice = if by_itself { ContractChoice::Without } else { choice };
            cover_of(&load_contracts(conn, job.customer_id)?, choice, &concern)
        }
    };
    // What ended before the job was opened never was about it.
    cover.retain(|period| period.until.is_none_or(|end| end > job.opened_at.utc()));
    Ok(JobClock { clock: clock(&log_of(job, &steps)?, &cover, now), cover, choice })
}

/// Works out the clock of a job anew and writes down what lists go by. Called after every step.
///
/// # Errors
/// The store's.
pub fn settle_clock(tx: &mut Tx, job_id: i64) -> Result<()> {
    let scope = tx.actor.scope();
    let job = find_job_by_id(tx, scope, job_id)?;
    settle_job(tx, &job).map(drop)
}

fn settle_job(tx: &mut Tx, job: &Job) -> Result<JobClock> {
    let now = tx.now;
    let found = clock_of(tx, job, now)?;
    clocks::update_clock_columns(tx, job.id, &columns(&found, now))?;
    let told = clocks::list_told(tx, job.id)?;
    let look_at = if job.is_open() { look_at(&found, &told, now) } else { None };
    let kept = (!job.is_open()).then(|| kept_cover(job, &found.cover));
    clocks::put_job_clock(tx, job, look_at, kept.as_deref())?;
    Ok(found)
}

/// The terms that a closed job keeps: those that touch its time, with no more holidays than it could meet.
fn kept_cover(job: &Job, cover: &[Period]) -> Vec<Period> {
    let end = job.closed_at.map_or(job.opened_at, |at| at);
    let (first, last) = (job.opened_at.utc() - Days::new(1), end.utc() + Days::new(366));
    let touches = |period: &&Period| period.from <= last && period.until.is_none_or(|until| until > first);
    let slim = |period: &Period| Period {
        calendar: period.calendar.between(first.date_naive(), last.date_naive()),
        ..period.clone()
    };
    cover.iter().filter(touches).map(slim).collect()
}

fn columns(found: &JobClock, now: DateTime<Utc>) -> ClockColumns {
    let Clock { response, fix } = &found.clock;
    let moment = |at: Option<DateTime<Utc>>| at.map(Moment::from);
    let next = found.clock.next_due();
    let of_next = |deadline: &&Deadline| deadline.is_open() && deadline.due == next;
    let warn_at = found.clock.both().into_iter().find(of_next).and_then(|deadline| deadline.warn_at);
    ClockColumns {
        contract_id: found.period(now).map(|period| period.contract_id),
        responded_at: moment(response.stopped_at),
        fixed_at: moment(fix.stopped_at),
        response_due: moment(response.due),
        fix_due: moment(fix.due),
        due_at: moment(next),
        response_met: met(response.state),
        fix_met: met(fix.state),
        warn_at: moment(warn_at.filter(|_| next.is_some())),
    }
}

/// What is to be told of a deadline by now.
fn to_tell(deadline: &Deadline, now: DateTime<Utc>) -> Option<Told> {
    let minutes = i64::from(deadline.target_minutes.filter(|_| deadline.is_open())?);
    if deadline.state == PromiseState::Missed {
        return Some((deadline.promise, NoticeKind::Missed, minutes));
    }
    let warns = deadline.warn_at.is_some_and(|at| at <= now);
    warns.then_some((deadline.promise, NoticeKind::Warning, minutes))
}

/// When an open job's clock must be looked at next: to tell of a deadline, or since other terms come into force.
fn look_at(found: &JobClock, told: &[Told], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let second = chrono::Duration::seconds(1);
    let moments = found.clock.both().into_iter().filter(|deadline| deadline.is_open()).flat_map(|deadline| {
        let owed = to_tell(deadline, now).filter(|one| !told.contains(one)).map(|_| now);
        // It is missed a second after it was due.
        [
            owed,
            deadline.warn_at.filter(|at| *at > now),
            deadline.due.map(|at| at + second).filter(|at| *at > now),
        ]
    });
    let edges = found.cover.iter().flat_map(|period| [Some(period.from), period.until]);
    moments.chain(edges.map(|edge| edge.filter(|edge| *edge > now))).flatten().min()
}

/// The contract that was last chosen by hand; automatic where none was.
fn chosen(steps: &[StepRow]) -> Result<ContractChoice> {
    let last = steps.iter().rfind(|step| step.kind.0 == StepKind::Contract);
    last.map_or(Ok(ContractChoice::Automatic), |step| step.to_value.parse().map_err(unreadable))
}

/// The log that a job's clock reads.
fn log_of(job: &Job, steps: &[StepRow]) -> Result<Log> {
    let first = steps.iter().find(|step| step.kind.0 == StepKind::Priority);
    let first = first.map(|step| if step.from_value.is_empty() { &step.to_value } else { &step.from_value });
    let priority = first.map_or(Ok(job.priority.0), |code| code.parse().map_err(unreadable))?;
    let opened = Position { state: JobState::Reported, waiting_for: None, priority };
    let mut moves = vec![];
    for step in steps {
        let change = match step.kind.0 {
            StepKind::State => {
                let waits = Some(step.detail.as_str()).filter(|_| step.to_value == "waiting");
                let waits = waits.map(|code| code.parse().map_err(unreadable)).transpose()?;
                Move::State(step.to_value.parse().map_err(unreadable)?, waits)
            }
            StepKind::Priority => Move::Priority(step.to_value.parse().map_err(unreadable)?),
            StepKind::Impact | StepKind::Line | StepKind::Contract | StepKind::Assignee => continue,
        };
        moves.push((step.at.utc(), change));
    }
    Ok(Log { opened_at: job.opened_at.utc(), opened, moves })
}

/// What the program wrote itself it cannot read: that is for the log.
fn unreadable(why: String) -> Error {
    Error::Internal(format!("the steps of a job: {why}"))
}

/// Works out anew the clocks of all open jobs of some customers, after a change of what was agreed: the first ones at
/// once, the rest as soon as the watch over the clocks comes to them.
///
/// # Errors
/// The store's.
pub fn settle_customers(tx: &mut Tx, customers: &[i64]) -> Result<()> {
    let ids = clocks::list_open_jobs(tx, customers, 0, AT_ONCE)?;
    for id in &ids {
        settle_clock(tx, *id)?;
    }
    match ids.last().filter(|_| i64::try_from(ids.len()).is_ok_and(|n| n == AT_ONCE)) {
        Some(last) => Ok(clocks::mark_open_jobs(tx, customers, *last)?),
        None => Ok(()),
    }
}
