//! The steps of a job: appended, never altered; its clock and its history are worked out from them.

use diesel::prelude::*;
use domain::job::StepKind;

use crate::Tx;
use crate::error::Result;
use crate::jobs::Job;
use crate::portable::AnyConnection;
use crate::schema::{contracts, job_steps, people};
use crate::types::{Coded, Moment};

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = job_steps)]
pub struct StepRow {
    /// Id; rises with each step.
    pub id: i64,
    /// The job.
    pub job_id: i64,
    /// When.
    pub at: Moment,
    /// Who; none for the program itself.
    pub person_id: Option<i64>,
    /// What changed.
    pub kind: Coded<StepKind>,
    /// The value before, as its code or id; empty where there was none.
    pub from_value: String,
    /// The value after, as its code or id; empty where there is none.
    pub to_value: String,
    /// Of a state: the code of what is waited for, or of how it ended.
    pub detail: String,
    /// Why, in words.
    pub note: String,
}

/// A step to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStep {
    /// What changed.
    pub kind: StepKind,
    /// The value before, as its code or id.
    pub from: String,
    /// The value after.
    pub to: String,
    /// Of a state: the code of what is waited for, or of how it ended.
    pub detail: String,
    /// Why, in words.
    pub note: String,
}

impl NewStep {
    /// A change of one thing.
    pub fn new(kind: StepKind, from: impl ToString, to: impl ToString) -> Self {
        let (from, to) = (from.to_string(), to.to_string());
        Self { kind, from, to, detail: String::new(), note: String::new() }
    }

    /// Adds why.
    pub fn because(mut self, note: &str) -> Self {
        note.clone_into(&mut self.note);
        self
    }
}

/// Writes down a step of a job that the caller has found within the scope, as of now.
///
/// # Errors
/// The database's.
pub fn insert_step(tx: &mut Tx, (job_id, customer_id): (i64, i64), step: &NewStep) -> Result<()> {
    insert_step_at(tx, (job_id, customer_id), Moment::from(tx.now), step)
}

/// Writes down a step as of its own time, such as one of an imported history.
///
/// # Errors
/// The database's.
pub fn insert_step_at(
    tx: &mut Tx,
    (job_id, customer_id): (i64, i64),
    at: Moment,
    step: &NewStep,
) -> Result<()> {
    diesel::insert_into(job_steps::table)
        .values((
            job_steps::job_id.eq(job_id),
            job_steps::customer_id.eq(customer_id),
            job_steps::at.eq(at),
            job_steps::person_id.eq(tx.actor.person_id()),
            job_steps::kind.eq(Coded(step.kind)),
            job_steps::from_value.eq(&step.from),
            job_steps::to_value.eq(&step.to),
            job_steps::detail.eq(&step.detail),
            job_steps::note.eq(&step.note),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// The steps of a job that the caller has found within the scope, the first first.
///
/// # Errors
/// The database's.
pub fn list_steps(conn: &mut AnyConnection, job: &Job) -> Result<Vec<StepRow>> {
    Ok(StepRow::query().filter(job_steps::job_id.eq(job.id)).order(job_steps::id).load(conn)?)
}

/// As [`list_steps`], each with the name of who took it; empty for the program itself.
///
/// # Errors
/// The database's.
pub fn list_named_steps(conn: &mut AnyConnection, job: &Job) -> Result<Vec<(StepRow, String)>> {
    let ids = job_steps::table.filter(job_steps::job_id.eq(job.id)).select(job_steps::person_id);
    let names: Vec<(i64, String)> = people::table
        .filter(people::id.nullable().eq_any(ids))
        .select((people::id, people::name))
        .load(conn)?;
    let name = |id: Option<i64>| {
        let found = names.iter().find(|(person, _)| Some(*person) == id);
        found.map(|(_, name)| name.clone()).unwrap_or_default()
    };
    let steps = list_steps(conn, job)?;
    Ok(steps.into_iter().map(|step| (step.clone(), name(step.person_id))).collect())
}

/// The name of the contract that a step of a job puts it under; the job was found within the scope.
///
/// # Errors
/// The database's.
pub fn find_contract_name(conn: &mut AnyConnection, id: i64) -> Result<Option<String>> {
    Ok(contracts::table.find(id).select(contracts::name).first(conn).optional()?)
}
