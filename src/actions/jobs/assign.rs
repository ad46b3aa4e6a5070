//! Who is at a job.

use domain::event::Event;
use domain::job::{JobState, NoticeKind, StepKind};
use domain::permission::{Role, WorkJob};
use store::jobs::steps::{NewStep, insert_step};
use store::jobs::{Job, Standing, find_job, update_standing};
use store::types::Coded;
use store::users::{find_user, list_users, user_customers};
use store::{AnyConnection, Right, Tx};

use super::{settle, tell};
use crate::app::App;
use crate::error::{Error, Result};

/// Somebody who may be at a job: id and name.
pub type Assignable = (i64, String);

/// Everybody who may be at a job of a customer, by name.
///
/// # Errors
/// The store's.
pub fn list_assignable(conn: &mut AnyConnection, customer_id: i64) -> Result<Vec<Assignable>> {
    let mut found = vec![];
    for (user, person) in list_users(conn)? {
        let able = user.active && user.role.0 >= Role::Engineer;
        if able && (user.all_customers || user_customers(conn, user.person_id)?.contains(&customer_id)) {
            found.push((user.person_id, person.name));
        }
    }
    Ok(found)
}

/// Refuses somebody who cannot be at a job of this customer.
///
/// # Errors
/// A field error on `assignee`.
pub(super) fn check(conn: &mut AnyConnection, customer_id: i64, person_id: i64) -> Result<()> {
    match find_user(conn, person_id)? {
        Some((user, _)) if user.active && user.role.0 >= Role::Engineer => {
            let sees = user.all_customers || user_customers(conn, person_id)?.contains(&customer_id);
            if sees {
                Ok(())
            } else {
                Err(Error::field("assignee", "this engineer does not see this customer"))
            }
        }
        _ => Err(Error::field("assignee", "choose an engineer")),
    }
}

/// Gives a job that was read at `version` to somebody; what nobody was at yet counts as assigned.
///
/// # Errors
/// Not found, stale, field errors, a conflict once it is closed.
pub fn assign_job(
    app: &App,
    right: &Right<WorkJob>,
    (number, version): (&str, i64),
    person_id: i64,
) -> Result<Job> {
    app.store.write(right.actor(), |tx| {
        let job = find_job(tx, right.scope(), number)?;
        if job.version != version {
            return Err(Error::Stale("job".to_owned()));
        }
        assign_in(tx, &job, person_id)
    })
}

/// As [`assign_job`], within a transaction, of a job just found within the scope.
///
/// # Errors
/// As [`assign_job`].
pub fn assign_in(tx: &mut Tx, job: &Job, person_id: i64) -> Result<(Job, Vec<Event>)> {
    if !job.is_open() {
        return Err(Error::Conflict("This job is closed; open it again to give it to somebody.".to_owned()));
    }
    check(tx, job.customer_id, person_id)?;
    let key = (job.id, job.customer_id);
    let before = job.assignee_id.map(|id| id.to_string()).unwrap_or_default();
    insert_step(tx, key, &NewStep::new(StepKind::Assignee, before, person_id))?;
    let mut standing = Standing { assignee_id: Some(person_id), ..Standing::from(job) };
    if [JobState::Reported, JobState::Triaged].contains(&job.state.0) {
        standing.state = Coded(JobState::Assigned);
        insert_step(tx, key, &NewStep::new(StepKind::State, job.state.0, JobState::Assigned))?;
    }
    update_standing(tx, job.id, job.version, &standing)?;
    tell(tx, job, &[person_id], NoticeKind::Assigned, &job.title)?;
    let named = |id: Option<i64>| match id {
        Some(id) => format!("person {id}"),
        None => String::new(),
    };
    let event = Event::new("job", &job.number, "assigned").of_customer(job.customer_id);
    let event = event.change("assignee", named(job.assignee_id), named(Some(person_id)));
    Ok((settle(tx, job.id)?, vec![event]))
}
