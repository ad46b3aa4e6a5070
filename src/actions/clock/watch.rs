//! The watch over the clocks: warns before a deadline and tells that one has passed, each once, and notices when other
//! terms come into force.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::code::Code;
use domain::job::NoticeKind;
use domain::permission::Role;
use domain::response_clock::Deadline;
use store::clocks::{self, Told};
use store::jobs::{Job, find_job_by_id};
use store::notices::list_watchers;
use store::sites::find_site;
use store::users::{act_for, list_users, user_customers};
use store::{AnyConnection, Tx};

use super::{settle_job, to_tell};
use crate::actions::dues::time_zone;
use crate::actions::jobs::tell;
use crate::app::App;
use crate::error::{Error, Result};

/// So many jobs are looked at in one write, so that nobody else waits long.
const BATCH: i64 = 50;

/// What a watch over the clocks came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Watched {
    /// How many clocks were looked at.
    pub looked: usize,
    /// How many deadlines were told of.
    pub told: usize,
}

/// Looks at every clock whose time has come, and tells of its deadlines.
///
/// # Errors
/// The store's; what was told until then is kept.
pub fn watch_clocks(app: &App) -> Result<Watched> {
    let (until, mut sum) = (app.now(), Watched::default());
    loop {
        let batch = app.store.keep_house(|tx| {
            let ids = clocks::list_to_look_at(tx, until, BATCH)?;
            let mut told = 0;
            for id in &ids {
                told += watch_clock(tx, *id)?;
            }
            Ok::<_, Error>(Watched { looked: ids.len(), told })
        })?;
        sum.looked += batch.looked;
        sum.told += batch.told;
        if i64::try_from(batch.looked).is_ok_and(|looked| looked < BATCH) {
            return Ok(sum);
        }
    }
}

/// Looks at one clock; gives how many deadlines it told of.
fn watch_clock(tx: &mut Tx, id: i64) -> Result<usize> {
    let (scope, now) = (tx.actor.scope(), tx.now);
    let job = find_job_by_id(tx, scope, id)?;
    let found = super::clock_of(tx, &job, now)?;
    let mut told = 0;
    for deadline in found.clock.both() {
        let Some(one) = to_tell(deadline, now).filter(|_| job.is_open()) else { continue };
        if clocks::claim_told(tx, &job, one)? {
            tell_of(tx, &job, deadline, one)?;
            told += 1;
        }
    }
    // After what was told, so that it is not looked at for that again.
    settle_job(tx, &job)?;
    Ok(told)
}

fn tell_of(tx: &mut Tx, job: &Job, deadline: &Deadline, (_, kind, _): Told) -> Result<()> {
    let scope = tx.actor.scope();
    let zone = time_zone(&find_site(tx, scope, job.site_id)?.time_zone)?;
    let people = in_charge(tx, job, kind)?;
    tell(tx, job, &people, kind, &words(deadline, kind, zone))
}

/// What is told, by the site's clock: "The fix is due on Mon 2 Nov, 16:30".
fn words(deadline: &Deadline, kind: NoticeKind, zone: Tz) -> String {
    let at = |due: DateTime<Utc>| due.with_timezone(&zone).format("%a %-d %b, %H:%M").to_string();
    let noun = deadline.promise.noun();
    match (kind, deadline.due) {
        (NoticeKind::Missed, Some(due)) => format!("The {noun} was due on {}", at(due)),
        (NoticeKind::Missed, None) => format!("The {noun} is late"),
        (_, Some(due)) => format!("The {noun} is due on {}", at(due)),
        (_, None) => format!("The time for the {noun} has nearly run out; the clock stands"),
    }
}

/// Who is told of a job's deadlines: whoever is at it and who watches it; the customer's managers too where nobody is,
/// or nobody who may still log in, and when a deadline has passed.
fn in_charge(conn: &mut AnyConnection, job: &Job, kind: NoticeKind) -> Result<Vec<i64>> {
    let mut people: Vec<i64> = list_watchers(conn, job.id)?.into_iter().map(|(id, _)| id).collect();
    let able = match job.assignee_id {
        Some(assignee) => act_for(conn, assignee)?.is_some(),
        None => false,
    };
    people.extend(job.assignee_id);
    if !able || kind == NoticeKind::Missed {
        people.extend(list_managers(conn, job.customer_id)?);
    }
    Ok(people)
}

/// The managers who see a customer; administrators where there are none.
///
/// # Errors
/// The store's.
pub fn list_managers(conn: &mut AnyConnection, customer_id: i64) -> Result<Vec<i64>> {
    let mut found = vec![];
    for (user, _) in list_users(conn)?.into_iter().filter(|(user, _)| user.active) {
        let leads = user.role.0 >= Role::Manager;
        if leads && (user.all_customers || user_customers(conn, user.person_id)?.contains(&customer_id)) {
            found.push((user.role.0, user.person_id));
        }
    }
    let managers = found.iter().any(|(role, _)| *role == Role::Manager);
    Ok(found.into_iter().filter(|(role, _)| !managers || *role == Role::Manager).map(|(_, id)| id).collect())
}
