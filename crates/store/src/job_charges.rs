//! What somebody added to a job's bill. Appended; another charge takes one back.

use diesel::prelude::*;
use domain::charge::{Line, LineKind, Quantity, Unit};

use crate::Tx;
use crate::error::Result;
use crate::jobs::Job;
use crate::portable::AnyConnection;
use crate::schema::{job_charges, people};
use crate::types::{Coded, Moment};

/// A charge that somebody added.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = job_charges)]
pub struct ChargeRow {
    /// Id.
    pub id: i64,
    /// What it charges for.
    pub kind: Coded<LineKind>,
    /// In words.
    pub text: String,
    /// In what it counts.
    pub unit: Coded<Unit>,
    /// Minutes, or thousandths of a piece.
    pub quantity: i64,
    /// Of an hour or a piece, in the smallest unit of the currency.
    pub price: i64,
    /// Why it was added.
    pub reason: String,
    /// When.
    pub at: Moment,
}

impl ChargeRow {
    /// As a line.
    pub fn line(&self) -> Line {
        let quantity = Quantity { unit: self.unit.0, amount: self.quantity };
        Line { kind: self.kind.0, text: self.text.clone(), quantity, price: self.price }
    }
}

/// Adds a charge to a job that the caller has found within the scope.
///
/// # Errors
/// The database's.
pub fn insert_charge(tx: &mut Tx, job: &Job, line: &Line, reason: &str) -> Result<i64> {
    Ok(diesel::insert_into(job_charges::table)
        .values((
            job_charges::job_id.eq(job.id),
            job_charges::customer_id.eq(job.customer_id),
            job_charges::kind.eq(Coded(line.kind)),
            job_charges::text.eq(&line.text),
            job_charges::unit.eq(Coded(line.quantity.unit)),
            job_charges::quantity.eq(line.quantity.amount),
            job_charges::price.eq(line.price),
            job_charges::reason.eq(reason),
            job_charges::person_id.eq(tx.actor.person_id()),
            job_charges::at.eq(Moment::from(tx.now)),
        ))
        .returning(job_charges::id)
        .get_result(&mut **tx)?)
}

/// The charges added to a job found within the scope, in their order, each with the name of who added it.
///
/// # Errors
/// The database's.
pub fn list_charges(conn: &mut AnyConnection, job: &Job) -> Result<Vec<(ChargeRow, String)>> {
    let rows: Vec<(ChargeRow, Option<String>)> = job_charges::table
        .left_join(people::table)
        .filter(job_charges::job_id.eq(job.id))
        .order(job_charges::id)
        .select((ChargeRow::as_select(), people::name.nullable()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(row, name)| (row, name.unwrap_or_default())).collect())
}
