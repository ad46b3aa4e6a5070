//! Which contract a job comes under, where somebody decides that by hand.

use domain::contract::ContractChoice;
use domain::event::Event;
use domain::job::StepKind;
use domain::permission::EditContract;
use store::contracts::{find_contract, list_contracts};
use store::jobs::steps::{NewStep, insert_step, list_steps};
use store::jobs::{Job, Standing, find_job, update_standing};
use store::{AnyConnection, Right, Scope, Tx};

use super::{chosen, settle_clock};
use crate::app::App;
use crate::error::{Error, Result};

/// A choice with its words.
pub type ContractOption = (String, String);

/// What can be chosen for a customer's job: by what the contracts cover, none, or one of them.
///
/// # Errors
/// The store's.
pub fn list_choices(
    conn: &mut AnyConnection,
    scope: &Scope,
    customer_id: i64,
) -> Result<Vec<ContractOption>> {
    let own = list_contracts(conn, scope, Some(customer_id))?;
    let own = own.into_iter().map(|contract| (contract.id.to_string(), contract.name));
    let usual =
        [(ContractChoice::Automatic, "By what contracts cover"), (ContractChoice::Without, "No contract")];
    let usual = usual.map(|(choice, words)| (choice.to_string(), words.to_owned()));
    Ok(usual.into_iter().chain(own).collect())
}

/// Puts a job that was read at `version` under a contract of its customer, under none, or back under whichever covers
/// it. The choice holds from the job's beginning: its clock is worked out anew.
///
/// # Errors
/// Not found, stale; field errors for a contract of somebody else; a conflict once the job is closed.
pub fn choose_contract(
    app: &App,
    right: &Right<EditContract>,
    (number, version): (&str, i64),
    choice: ContractChoice,
) -> Result<Job> {
    app.store.write(right.actor(), |tx| {
        let job = find_job(tx, right.scope(), number)?;
        if job.version != version {
            return Err(Error::Stale("job".to_owned()));
        }
        choose_in(tx, &job, choice)
    })
}

/// As [`choose_contract`], within a transaction, of a job just found within the scope.
///
/// # Errors
/// As [`choose_contract`].
pub fn choose_in(tx: &mut Tx, job: &Job, choice: ContractChoice) -> Result<(Job, Vec<Event>)> {
    if !job.is_open() {
        let words = "This job is closed; open it again to put it under another contract.";
        return Err(Error::Conflict(words.to_owned()));
    }
    let scope = tx.actor.scope();
    let own = scope.within(job.customer_id);
    let before = chosen(&list_steps(tx, job)?)?;
    let (from, to) = (name(tx, &own, before)?, name(tx, &own, choice)?);
    let step = NewStep::new(StepKind::Contract, before, choice);
    insert_step(tx, (job.id, job.customer_id), &step)?;
    update_standing(tx, job.id, job.version, &Standing::from(job))?;
    settle_clock(tx, job.id)?;
    let event = Event::new("job", &job.number, "put under a contract").of_customer(job.customer_id);
    Ok((find_job(tx, scope, &job.number)?, vec![event.change("contract", from, to)]))
}

/// A choice in words; a contract of another customer is none that can be chosen.
fn name(conn: &mut AnyConnection, own: &Scope, choice: ContractChoice) -> Result<String> {
    match choice {
        ContractChoice::Automatic => Ok("by what contracts cover".to_owned()),
        ContractChoice::Without => Ok("none".to_owned()),
        ContractChoice::Chosen(id) => match find_contract(conn, own, id) {
            Ok(contract) => Ok(contract.name),
            Err(store::Error::NotFound(_)) => {
                Err(Error::field("contract", "choose a contract of this customer"))
            }
            Err(other) => Err(other.into()),
        },
    }
}
