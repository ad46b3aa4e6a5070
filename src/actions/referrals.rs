//! Referrals: what a job sends to a supplier, asked after until it is back.

mod batches;
mod end;

pub use batches::{BatchView, find_batch, list_open_batches, pack, receive_batch, send_batch, take_out};
pub use end::{End, Next, end_referral, receive_in};

use chrono::NaiveDate;
use domain::code::Code;
use domain::event::Event;
use domain::job::{JobState, NoticeKind, WaitingFor, find_step};
use domain::money;
use domain::permission::{ViewRegister, WorkJob};
use domain::referral::{Chase, ReferralState, ReferralStepKind, chase_of, first_chase, next_chase};
use store::jobs::assets::list_job_assets;
use store::jobs::{Job, find_job, find_job_by_id};
use store::referrals::{self, Line, Of, Progress, Referral, ReferralFields, Step};
use store::suppliers::find_supplier;
use store::types::Coded;
use store::users::act_for;
use store::{AnyConnection, Right, Tx};

use crate::actions::clock::list_managers;
use crate::actions::dues::today;
use crate::actions::jobs::{StepRequest, step_in, tell};
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// So many referrals are told of in a day.
const MOST_TOLD: i64 = 1000;

/// What is to be referred.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReferralRequest {
    /// What is said of it.
    pub fields: ReferralFields,
    /// The day on which it went, if it is on its way already.
    pub sent_on: Option<NaiveDate>,
    /// Whether the job waits for it.
    pub waits: bool,
}

/// Refers something of an open job.
///
/// # Errors
/// Not found for a foreign job, asset or supplier; field errors; a conflict once the job is closed.
pub fn refer(app: &App, right: &Right<WorkJob>, number: &str, request: &ReferralRequest) -> Result<Referral> {
    let day = today(app);
    app.store.write(right.actor(), |tx| {
        let job = find_job(tx, right.scope(), number)?;
        refer_in(tx, day, &job, request)
    })
}

/// As [`refer`], within a transaction, of a job just found within the scope.
///
/// # Errors
/// As [`refer`].
pub fn refer_in(
    tx: &mut Tx,
    day: NaiveDate,
    job: &Job,
    request: &ReferralRequest,
) -> Result<(Referral, Vec<Event>)> {
    if !job.is_open() {
        return Err(Error::Conflict("This job is closed; open it again to refer something.".to_owned()));
    }
    let fields = checked(tx, job, &request.fields)?;
    if let Some(asset) = fields.asset_id {
        check_here(tx, asset)?;
    }
    let scope = tx.actor.scope();
    let id = referrals::insert_referral(tx, job, &fields)?;
    let mut referral = referrals::find_referral(tx, scope, id)?;
    let to_send = ReferralState::ToSend.code();
    referrals::insert_step(tx, &referral, ReferralStepKind::State, ("", to_send, &fields.request))?;
    let supplier = find_supplier(tx, fields.supplier_id)?.name;
    let event =
        event_of(job, &referral, "referred").change("to", "", &supplier).change("what", "", &fields.what);
    let mut events = vec![event.change("due", "", shown(fields.due_on))];
    if let Some(sent_on) = request.sent_on {
        send_in(tx, day, &referral, sent_on)?;
        referral = referrals::find_referral(tx, scope, id)?;
    }
    if request.waits {
        events.extend(wait(tx, job, &supplier)?);
    }
    Ok((referral, events))
}

/// Lets a job wait for a third party, where it may; a job that was never looked at is triaged first.
fn wait(tx: &mut Tx, job: &Job, supplier: &str) -> Result<Vec<Event>> {
    let (mut job, mut events) = (job.clone(), vec![]);
    if job.state.0 == JobState::Reported {
        let (triaged, told) = step_in(tx, &job, &StepRequest::to(JobState::Triaged))?;
        (job, events) = (triaged, told);
    }
    if job.waiting_for.map(|reason| reason.0) == Some(WaitingFor::ThirdParty) {
        return Ok(events);
    }
    let may = find_step(job.state.0, JobState::Waiting);
    may.map_err(|illegal| Error::field("waits", illegal.to_string()))?;
    let request = StepRequest {
        waiting_for: Some(WaitingFor::ThirdParty),
        note: format!("Referred to {supplier}"),
        ..StepRequest::to(JobState::Waiting)
    };
    let (_, told) = step_in(tx, &job, &request)?;
    events.extend(told);
    Ok(events)
}

/// The fields as they are kept: an asset describes itself.
fn checked(tx: &mut Tx, job: &Job, fields: &ReferralFields) -> Result<ReferralFields> {
    let mut fields = fields.clone();
    let mut errors = vec![];
    let mut wrong = |field: &str, message: &str| {
        errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
    };
    match find_supplier(tx, fields.supplier_id) {
        Ok(supplier) if supplier.archived => wrong("supplier", "this supplier is archived; choose another"),
        Ok(_) => {}
        Err(store::Error::NotFound(_)) => wrong("supplier", "choose the supplier"),
        Err(other) => return Err(other.into()),
    }
    if let Some(id) = fields.asset_id {
        let things = list_job_assets(tx, job)?;
        let thing = things.iter().find(|thing| thing.id == id);
        let thing = thing.ok_or_else(|| Error::NotFound("asset on this job".to_owned()))?;
        if fields.what.is_empty() {
            fields.what = [thing.description.as_str(), &thing.make, &thing.model].join(" ").trim().to_owned();
        }
        if fields.serial.is_empty() {
            fields.serial.clone_from(&thing.serial);
        }
    }
    if fields.what.is_empty() {
        wrong("what", "say what is sent, or choose an asset of the job");
    }
    if fields.cost_pence.is_some_and(|pence| pence < 0) {
        wrong("cost", "a cost is not below nothing");
    }
    if errors.is_empty() { Ok(fields) } else { Err(Error::Invalid(errors)) }
}

/// A thing is in one place: what has been referred comes back before it is referred again.
fn check_here(tx: &mut Tx, asset_id: i64) -> Result<()> {
    let Some(open) = referrals::find_open_of_asset(tx, asset_id)? else { return Ok(()) };
    let (supplier, scope) = (find_supplier(tx, open.supplier_id)?.name, tx.actor.scope());
    let job = find_job_by_id(tx, scope, open.job_id)?.number;
    let words = match open.state.0 {
        ReferralState::ToSend => "is to be sent to",
        _ => "is at",
    };
    let why = format!("it {words} {supplier} already ({job}); receive it back or end that referral first");
    Err(Error::field("asset", why))
}

fn event_of(job: &Job, referral: &Referral, verb: &'static str) -> Event {
    let event = Event::new("referral", referral.id, verb);
    let event = match referral.asset_id {
        Some(asset) => event.of_asset(job.customer_id, asset),
        None => event.of_customer(job.customer_id),
    };
    event.change("job", "", &job.number)
}

fn pence(pence: Option<i64>) -> String {
    pence.map(money::plain).unwrap_or_default()
}

fn shown(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// A referral and its job, still open and at the version that was read.
fn open_one(tx: &mut Tx, id: i64, version: i64) -> Result<(Referral, Job)> {
    let scope = tx.actor.scope();
    let referral = referrals::find_referral(tx, scope, id)?;
    if referral.version != version {
        return Err(Error::Stale("referral".to_owned()));
    }
    if !referral.state.0.is_open() {
        let state = referral.state.0.noun();
        return Err(Error::Conflict(format!("This referral is over: {state}.")));
    }
    let job = find_job_by_id(tx, scope, referral.job_id)?;
    Ok((referral, job))
}

/// Changes what is said of an open referral that was read at `version`.
///
/// # Errors
/// Not found, stale, field errors; a conflict once it is over.
pub fn change_referral(
    app: &App,
    right: &Right<WorkJob>,
    (id, version): (i64, i64),
    fields: &ReferralFields,
) -> Result<Referral> {
    app.store.write(right.actor(), |tx| {
        let (old, job) = open_one(tx, id, version)?;
        let fields = checked(tx, &job, fields)?;
        if old.batch_id.is_some() && fields.supplier_id != old.supplier_id {
            return Err(Error::field("supplier", "take it out of its consignment before it goes elsewhere"));
        }
        referrals::update_referral(tx, id, version, &fields)?;
        if old.due_on != fields.due_on {
            let (from, to) = (shown(old.due_on), shown(fields.due_on));
            referrals::insert_step(tx, &old, ReferralStepKind::Due, (&from, &to, ""))?;
            if let Some(sent_on) = old.sent_on {
                let new = referrals::find_referral(tx, right.scope(), id)?;
                let chase_on = Some(first_chase(sent_on, fields.due_on));
                referrals::update_progress(
                    tx,
                    id,
                    new.version,
                    &Progress { chase_on, ..Progress::from(&new) },
                )?;
            }
        }
        let supplier = |tx: &mut Tx, id| find_supplier(tx, id).map(|supplier| supplier.name);
        let event = event_of(&job, &old, "changed")
            .change("to", supplier(tx, old.supplier_id)?, supplier(tx, fields.supplier_id)?)
            .change("cost", pence(old.cost_pence), pence(fields.cost_pence))
            .change("what", &old.what, &fields.what)
            .change("serial", &old.serial, &fields.serial)
            .change("request", &old.request, &fields.request)
            .change("RMA", &old.rma, &fields.rma)
            .change("due", shown(old.due_on), shown(fields.due_on))
            .change("carrier", &old.carrier_out, &fields.carrier_out)
            .change("tracking", &old.tracking_out, &fields.tracking_out)
            .change("carrier back", &old.carrier_back, &fields.carrier_back)
            .change("tracking back", &old.tracking_back, &fields.tracking_back);
        Ok((referrals::find_referral(tx, right.scope(), id)?, vec![event]))
    })
}

/// Notes what a referral that was read at `version` cost, also long after it ended: bills come late.
///
/// # Errors
/// Not found, stale; a field error for less than nothing.
pub fn note_cost(
    app: &App,
    right: &Right<WorkJob>,
    (id, version): (i64, i64),
    cost_pence: Option<i64>,
) -> Result<Referral> {
    if cost_pence.is_some_and(|pence| pence < 0) {
        return Err(Error::field("cost", "a cost is not below nothing"));
    }
    app.store.write(right.actor(), |tx| {
        let referral = referrals::find_referral(tx, right.scope(), id)?;
        if referral.version != version {
            return Err(Error::Stale("referral".to_owned()));
        }
        let job = find_job_by_id(tx, right.scope(), referral.job_id)?;
        let progress = Progress { cost_pence, ..Progress::from(&referral) };
        referrals::update_progress(tx, id, version, &progress)?;
        let (from, to) = (pence(referral.cost_pence), pence(cost_pence));
        referrals::insert_step(tx, &referral, ReferralStepKind::Cost, (&from, &to, ""))?;
        let event = event_of(&job, &referral, "cost noted").change("cost", from, to);
        Ok((referrals::find_referral(tx, right.scope(), id)?, vec![event]))
    })
}

/// Notes that a referral went on a day.
///
/// # Errors
/// Not found, stale, a field error for a day to come; a conflict unless it is still to be sent.
pub fn send_referral(
    app: &App,
    right: &Right<WorkJob>,
    (id, version): (i64, i64),
    sent_on: NaiveDate,
) -> Result<Referral> {
    let day = today(app);
    app.store.write(right.actor(), |tx| {
        let (referral, job) = open_one(tx, id, version)?;
        send_in(tx, day, &referral, sent_on)?;
        let event = event_of(&job, &referral, "sent").change("on", "", sent_on);
        Ok((referrals::find_referral(tx, right.scope(), id)?, vec![event]))
    })
}

/// As [`send_referral`], within a transaction.
///
/// # Errors
/// As [`send_referral`].
fn send_in(tx: &mut Tx, day: NaiveDate, referral: &Referral, sent_on: NaiveDate) -> Result<()> {
    if sent_on > day {
        return Err(Error::field("sent_on", "it cannot have gone on a day to come"));
    }
    if !referral.state.0.may_become(ReferralState::Sent) {
        return Err(Error::Conflict("It has gone already.".to_owned()));
    }
    let progress = Progress {
        state: Coded(ReferralState::Sent),
        sent_on: Some(sent_on),
        chase_on: Some(first_chase(sent_on, referral.due_on)),
        ..Progress::from(referral)
    };
    referrals::update_progress(tx, referral.id, referral.version, &progress)?;
    let (from, to) = (referral.state.0.code(), ReferralState::Sent.code());
    Ok(referrals::insert_step(tx, referral, ReferralStepKind::State, (from, to, &sent_on.to_string()))?)
}

/// Notes that the supplier was asked today, and when to ask again: on the day given, else a few days on.
///
/// # Errors
/// Not found; a field error for a day that is no later than today; a conflict once it is over.
pub fn chase_referral(
    app: &App,
    right: &Right<WorkJob>,
    id: i64,
    (note, again_on): (&str, Option<NaiveDate>),
) -> Result<Referral> {
    let day = today(app);
    app.store.write(right.actor(), |tx| {
        let version = referrals::find_referral(tx, right.scope(), id)?.version;
        let (referral, job) = open_one(tx, id, version)?;
        if again_on.is_some_and(|again| again <= day) {
            return Err(Error::field("chase_on", "choose a day after today"));
        }
        let chase_on = again_on.unwrap_or_else(|| next_chase(day, referral.due_on));
        let progress = Progress { chase_on: Some(chase_on), ..Progress::from(&referral) };
        referrals::update_progress(tx, id, version, &progress)?;
        let (from, to) = (shown(referral.chase_on), chase_on.to_string());
        referrals::insert_step(tx, &referral, ReferralStepKind::Chased, (&from, &to, note))?;
        let event =
            event_of(&job, &referral, "chased").change("note", "", note).change("again on", &from, &to);
        Ok((referrals::find_referral(tx, right.scope(), id)?, vec![event]))
    })
}

/// A referral as a line of a list: how urgent it is, and for how many days it has been out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralLine {
    /// The referral and the names around it.
    pub line: Line,
    /// How urgent it is.
    pub chase: Chase,
    /// Days since it went; none before.
    pub days_out: Option<i64>,
    /// Days by which it is late; 0 where it is not.
    pub days_late: i64,
}

impl ReferralLine {
    fn of(line: Line, day: NaiveDate) -> Self {
        let referral = &line.referral;
        let end = referral.ended_on.unwrap_or(day);
        let days_out = referral.sent_on.map(|sent| (end - sent).num_days());
        let days_late = referral.due_on.map_or(0, |due| (end - due).num_days().max(0));
        Self { chase: chase_of(day, referral.due_on, referral.chase_on), days_out, days_late, line }
    }
}

/// The referrals that somebody sees; of open ones the most urgent first.
///
/// # Errors
/// The store's.
pub fn list_referrals(
    conn: &mut AnyConnection,
    right: &Right<ViewRegister>,
    (of, day): (Of, NaiveDate),
    page: (i64, i64),
) -> Result<Vec<ReferralLine>> {
    let lines = referrals::list_referrals(conn, right.scope(), of, page)?;
    Ok(lines.into_iter().map(|line| ReferralLine::of(line, day)).collect())
}

/// Tells those who referred things, or the customers' managers where they may log in no more, which are to be asked
/// after today; gives how many.
///
/// # Errors
/// The store's.
pub fn tell_of_chases(app: &App) -> Result<usize> {
    let day = today(app);
    app.store.keep_house(|tx| {
        let scope = tx.actor.scope();
        let lines = referrals::list_referrals(tx, scope, Of::ToChase(day), (0, MOST_TOLD))?;
        for line in &lines {
            let job = find_job_by_id(tx, scope, line.referral.job_id)?;
            let people = match line.referral.person_id {
                Some(person) if act_for(tx, person)?.is_some() => vec![person],
                _ => list_managers(tx, job.customer_id)?,
            };
            let promised =
                line.referral.due_on.map(|due| format!(", promised for {due}")).unwrap_or_default();
            let words = format!("Ask {} after {}{promised}", line.supplier, line.referral.what);
            tell(tx, &job, &people, NoticeKind::Chase, &words)?;
        }
        Ok(lines.len())
    })
}

/// A referral with the names around it and what became of it, the latest first.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_referral(
    app: &App,
    right: &Right<ViewRegister>,
    id: i64,
) -> Result<(ReferralLine, Job, Vec<Step>)> {
    let day = today(app);
    app.store.read(|conn| {
        let referral = referrals::find_referral(conn, right.scope(), id)?;
        let job = find_job_by_id(conn, right.scope(), referral.job_id)?;
        let lines = referrals::list_referrals(conn, right.scope(), Of::Job(job.id), (0, i64::MAX))?;
        let line = lines.into_iter().find(|line| line.referral.id == id);
        let line = line.ok_or_else(|| Error::NotFound("referral".to_owned()))?;
        Ok((ReferralLine::of(line, day), job, referrals::list_steps(conn, id)?))
    })
}
