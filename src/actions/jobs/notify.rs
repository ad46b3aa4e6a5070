//! Who is told of a job, and who watches it.

use std::collections::BTreeSet;

use domain::event::Event;
use domain::job::NoticeKind;
use domain::mention::Mentionable;
use domain::permission::{ManageOwnAccount, Role, ViewRegister};
use store::jobs::{Job, find_job};
use store::notices::{insert_notice, list_watchers, mark_read, update_watcher};
use store::users::{User, list_users, user_customers};
use store::{AnyConnection, Right, Tx};

use crate::app::App;
use crate::error::{Error, Result};

/// Tells these people of a job, but not whoever is writing.
///
/// # Errors
/// The store's.
pub fn tell(tx: &mut Tx, job: &Job, people: &[i64], kind: NoticeKind, text: &str) -> Result<()> {
    let writer = tx.actor.person_id();
    let people: BTreeSet<i64> = people.iter().copied().filter(|person| Some(*person) != writer).collect();
    for person in people {
        insert_notice(tx, job, person, kind, text)?;
    }
    Ok(())
}

/// Tells those who watch a job.
///
/// # Errors
/// The store's.
pub(super) fn tell_watchers(tx: &mut Tx, job: &Job, text: &str) -> Result<()> {
    tell_other_watchers(tx, job, &[], text)
}

/// As [`tell_watchers`], but not those who are told of it already.
///
/// # Errors
/// The store's.
pub(super) fn tell_other_watchers(tx: &mut Tx, job: &Job, told: &[i64], text: &str) -> Result<()> {
    let watchers = list_watchers(tx, job.id)?.into_iter().map(|(id, _)| id);
    let others: Vec<i64> = watchers.filter(|id| !told.contains(id)).collect();
    tell(tx, job, &others, NoticeKind::Watched, text)
}

/// Everybody who can be called upon in the log of a customer's job.
///
/// # Errors
/// The store's.
pub fn mentionable(conn: &mut AnyConnection, customer_id: i64) -> Result<Vec<Mentionable>> {
    let mut found = vec![];
    // A customer's own people are no part of the firm: nobody calls upon them in its log.
    let ours = |user: &User| user.active && user.role.0 > Role::Customer;
    for (user, person) in list_users(conn)?.into_iter().filter(|(user, _)| ours(user)) {
        if user.all_customers || user_customers(conn, user.person_id)?.contains(&customer_id) {
            found.push(Mentionable { id: person.id, name: person.name, initials: person.initials });
        }
    }
    Ok(found)
}

/// Lets whoever asks watch a job, or no more.
///
/// # Errors
/// Not found; forbidden for the operator, who is no person.
pub fn watch_job(app: &App, right: &Right<ManageOwnAccount>, number: &str, watches: bool) -> Result<Job> {
    app.store.write(right.actor(), |tx| {
        let job = find_job(tx, right.scope(), number)?;
        let person = right.actor().person_id();
        let person =
            person.ok_or_else(|| Error::Forbidden("watch jobs without being a person".to_owned()))?;
        update_watcher(tx, &job, person, watches)?;
        let verb = if watches { "watched" } else { "not watched any more" };
        let event = Event::new("job", &job.number, verb).of_customer(job.customer_id);
        Ok((job, vec![event]))
    })
}

/// Marks the notices of whoever asks as seen: those of one job, or all.
///
/// # Errors
/// Not found for a foreign job.
pub fn see_notices(app: &App, right: &Right<ViewRegister>, number: Option<&str>) -> Result<()> {
    let Some(person) = right.actor().person_id() else { return Ok(()) };
    let job = match number {
        Some(number) => Some(app.store.read(|conn| find_job(conn, right.scope(), number))?.id),
        None => None,
    };
    app.store.keep_house(|tx| {
        mark_read(tx, person, job)?;
        Ok(())
    })
}
