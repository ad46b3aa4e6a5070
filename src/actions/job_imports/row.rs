//! One row of another system's history into one job.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use domain::code::Code;
use domain::job::{EntryKind, Impact, JobKind, JobState, Outcome, Priority, StepKind};
use domain::schedule::day_begins;
use exchange::job_csv::{JobRow, Standing, When};
use store::Tx;
use store::assets::list_by_serials;
use store::customers::Customer;
use store::ledger::sha256;
use store::past_jobs::{JobThing, Past, PastEntry, PastJob, PastStep};
use store::types::{Coded, Moment};

use super::{Known, Plan};
use crate::actions::assets::{Found, scan_in};
use crate::actions::import::ground::Ground;
use crate::error::Result;

/// The site of jobs that name none, where the customer has several or none at all.
pub const NO_SITE: &str = "Imported jobs";
/// The longest name of a site or category, in characters.
const LONGEST_NAME: usize = 100;

/// Why a row cannot be a job here.
pub struct Wrong {
    /// The field.
    pub column: &'static str,
    /// What is wrong.
    pub reason: String,
    /// What would be right.
    pub expected: &'static str,
}

/// What tells the same row again: the number there, or a hash of all its cells.
pub fn source_ref(source: &str, row: &JobRow) -> String {
    let number = match &row.reference {
        Some(number) => number.clone(),
        None => format!("row:{}", sha256(row.identity.as_bytes())),
    };
    if source.is_empty() { number } else { format!("{source}:{number}") }
}

/// The moment of a day and time by the clock of a site; noon where no time is told, which is the same day wherever
/// one reads it. Today's noon may be yet to come: then it is now.
pub fn moment(when: When, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let local = when.date.and_time(when.clock.map_or(noon, |clock| clock.time));
    let at = match when.clock.and_then(|clock| clock.offset) {
        Some(offset) => offset.from_local_datetime(&local).earliest().map(|at| at.to_utc()),
        None => zone.from_local_datetime(&local).earliest().map(|at| at.to_utc()),
    };
    at.unwrap_or_else(|| day_begins(when.date, zone)).min(now)
}

/// Whether a row can be a job of the customer.
///
/// # Errors
/// Why not.
pub fn check(customer: &Customer, row: &JobRow, today: NaiveDate) -> std::result::Result<(), Wrong> {
    if let Some(named) = &row.customer
        && named.to_lowercase() != customer.name.to_lowercase()
    {
        let reason = format!("this is for {named}, and the import for {}", customer.name);
        return Err(Wrong { column: "customer", reason, expected: "jobs of one customer" });
    }
    for (column, name) in [("site", &row.site), ("category", &row.category)] {
        if name.as_ref().is_some_and(|name| name.chars().count() > LONGEST_NAME) {
            let reason = format!("a name has 1 to {LONGEST_NAME} characters");
            return Err(Wrong { column, reason, expected: "a shorter name" });
        }
    }
    let last = row.closed.map_or(row.opened.date, |closed| closed.date.max(row.opened.date));
    if last > today {
        let reason = format!("{last} is yet to come");
        return Err(Wrong { column: "date", reason, expected: "a day that has passed" });
    }
    Ok(())
}

/// The customer's assets by serial number, those that have it alone.
pub type Serials = HashMap<String, i64>;

/// The assets whose serial numbers the rows name.
///
/// # Errors
/// The store's.
pub fn serials(tx: &mut Tx, customer_id: i64, rows: &[&JobRow]) -> Result<Serials> {
    let named: Vec<String> = rows.iter().filter_map(|row| row.serial.clone()).collect();
    let mut found: HashMap<String, Vec<i64>> = HashMap::new();
    let scope = tx.actor.scope().within(customer_id);
    for (serial, id) in list_by_serials(tx, &scope, &named)? {
        found.entry(serial).or_default().push(id);
    }
    let alone = |(serial, ids): (String, Vec<i64>)| match ids.as_slice() {
        [id] => Some((serial, *id)),
        _ => None,
    };
    Ok(found.into_iter().filter_map(alone).collect())
}

/// The job that a row becomes.
///
/// # Errors
/// The store's.
pub fn past(
    tx: &mut Tx,
    (customer, plan): (&Customer, &Plan),
    (known, ground, serials): (&Known, &mut Ground, &Serials),
    row: &JobRow,
) -> Result<Past> {
    let zone = known.zone(row);
    let opened = moment(row.opened, zone, tx.now);
    let closed = row.closed.map(|when| moment(when, zone, tx.now).max(opened));
    let site_id = ground.site(tx, Some(known.site_name(row)))?;
    let category_id = match &row.category {
        Some(name) => Some(ground.category(tx, name)?),
        None => None,
    };
    let (opened, closed) = (Moment::from(opened), closed.map(Moment::from));
    let outcome = match row.standing {
        Standing::Closed(outcome) => Some(outcome),
        _ => None,
    };
    let fixed = matches!(outcome, Some(Outcome::Repaired | Outcome::Replaced | Outcome::NoFaultFound));
    let waiting = match row.standing {
        Standing::Waiting(reason) => Some(reason),
        _ => None,
    };
    let priority = row.priority.unwrap_or(Priority::Normal);
    let job = PastJob {
        customer_id: customer.id,
        site_id,
        number: String::new(),
        kind: Coded(JobKind::Repair),
        title: row.title(),
        description: row.description(),
        state: Coded(row.standing.state()),
        waiting_for: waiting.map(Coded),
        outcome: outcome.map(Coded),
        priority: Coded(priority),
        impact: Coded(Impact::Person),
        line: 1,
        contract_id: None,
        assignee_id: None,
        order_number: String::new(),
        source_ref: Some(source_ref(&plan.source, row)),
        opened_at: opened,
        opened_by: None,
        responded_at: None,
        fixed_at: closed.filter(|_| fixed),
        closed_at: closed,
        response_due: None,
        fix_due: None,
        due_at: None,
        response_met: None,
        fix_met: None,
        first_time_fix: None,
        reopened: 0,
        minutes: 0,
    };
    let entries = row.work.iter().map(|text| PastEntry {
        id: uuid::Uuid::now_v7().to_string(),
        kind: EntryKind::Work,
        at: closed.unwrap_or(opened),
        person_id: None,
        minutes: 0,
        text: text.clone(),
    });
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let thing = JobThing {
        category_id,
        make: text(&row.make),
        model: text(&row.model),
        year: row.year.map(i64::from),
        status: row.status.clone(),
        barrier: text(&row.barrier),
    };
    let assets = asset(tx, (customer.id, serials), row)?.into_iter().collect();
    Ok(Past {
        job,
        steps: steps(row, priority, opened, closed),
        entries: entries.collect(),
        assets,
        thing: Some(thing),
    })
}

/// The steps that a job of ours would have taken to stand where it stands.
fn steps(row: &JobRow, priority: Priority, opened: Moment, closed: Option<Moment>) -> Vec<PastStep> {
    let step = |at, kind, from: &str, to: &str, detail: &str, note: String| PastStep {
        at,
        person_id: None,
        kind,
        from: from.to_owned(),
        to: to.to_owned(),
        detail: detail.to_owned(),
        note,
    };
    let begin = |kind, to: &str| step(opened, kind, "", to, "", String::new());
    let state = |at, from: JobState, to: JobState, detail: &str| {
        step(at, StepKind::State, from.code(), to.code(), detail, words(row))
    };
    let mut steps = vec![
        begin(StepKind::State, JobState::Reported.code()),
        begin(StepKind::Priority, priority.code()),
        begin(StepKind::Impact, Impact::Person.code()),
        begin(StepKind::Line, "1"),
    ];
    match row.standing {
        Standing::Open(JobState::Reported) => {}
        Standing::Open(to) => steps.push(state(opened, JobState::Reported, to, "")),
        Standing::Waiting(reason) => {
            steps.push(state(opened, JobState::Reported, JobState::Triaged, ""));
            steps.push(state(opened, JobState::Triaged, JobState::Waiting, reason.code()));
        }
        Standing::Closed(outcome) => {
            let at = closed.unwrap_or(opened);
            steps.push(state(at, JobState::Reported, JobState::Closed, outcome.code()));
        }
    }
    steps
}

/// How the other system put it.
fn words(row: &JobRow) -> String {
    let status = Some(&row.status).filter(|status| !status.is_empty());
    let status = status.map(|status| format!("In the other system: {status}."));
    let barrier = row.barrier.as_ref().map(|barrier| format!("Why it was not repaired: {barrier}"));
    status.into_iter().chain(barrier).collect::<Vec<_>>().join(" ")
}

/// The asset whose tag, number or serial number the row names, if there is exactly one.
fn asset(tx: &mut Tx, (customer_id, serials): (i64, &Serials), row: &JobRow) -> Result<Option<i64>> {
    let scope = tx.actor.scope().within(customer_id);
    if let Some(tag) = &row.tag
        && let Found::Asset(asset, _) = scan_in(tx, &scope, tag)?
    {
        return Ok(Some(asset.id));
    }
    Ok(row.serial.as_ref().and_then(|serial| serials.get(serial)).copied())
}
