//! Reservations: what is put aside for a job, or waits to be bought for it. Customer-owned, as jobs are.

use diesel::prelude::*;
use domain::job::JobState;

use crate::access::Scope;
use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{jobs, reservations};
use crate::types::{Coded, Moment};
use crate::{Tx, in_scope};

/// A reservation.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = reservations)]
pub struct Reservation {
    /// Id.
    pub id: i64,
    /// The job.
    pub job_id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The part.
    pub part_id: i64,
    /// Where it is put aside, or is to come to.
    pub place_id: i64,
    /// How many.
    pub quantity: i64,
}

/// What is put aside for a job within the scope.
///
/// # Errors
/// The database's.
pub fn list_reservations_of_job(
    conn: &mut AnyConnection,
    scope: &Scope,
    job_id: i64,
) -> Result<Vec<Reservation>> {
    let query = Reservation::query().filter(reservations::job_id.eq(job_id)).into_boxed();
    let query = in_scope!(query, scope, reservations::customer_id);
    Ok(query.order((reservations::part_id, reservations::place_id)).load(conn)?)
}

/// Who has put aside a part: each reservation of an open job with the job's number, which is empty where the job is
/// outside the scope.
///
/// # Errors
/// The database's.
pub fn list_reservations_of_part(
    conn: &mut AnyConnection,
    scope: &Scope,
    part_id: i64,
) -> Result<Vec<(Reservation, String)>> {
    let rows: Vec<(Reservation, String)> = reservations::table
        .inner_join(jobs::table)
        .filter(reservations::part_id.eq(part_id).and(jobs::state.ne(Coded(JobState::Closed))))
        .order(reservations::id)
        .select((Reservation::as_select(), jobs::number))
        .load(conn)?;
    let hide = |(row, number): (Reservation, String)| {
        let shown = if scope.holds(row.customer_id) { number } else { String::new() };
        (row, shown)
    };
    Ok(rows.into_iter().map(hide).collect())
}

/// How many of a part other open jobs have put aside at a place, and which jobs within the scope.
///
/// # Errors
/// The database's.
pub fn reserved_by_others(
    conn: &mut AnyConnection,
    scope: &Scope,
    (part_id, place_id): (i64, i64),
    job_id: Option<i64>,
) -> Result<(i64, Vec<String>)> {
    let all = list_reservations_of_part(conn, scope, part_id)?;
    let others = all.into_iter().filter(|(row, _)| row.place_id == place_id && Some(row.job_id) != job_id);
    let (rows, numbers): (Vec<Reservation>, Vec<String>) = others.unzip();
    let numbers = numbers.into_iter().filter(|number| !number.is_empty()).collect();
    Ok((rows.iter().map(|row| row.quantity).sum(), numbers))
}

/// Puts aside so many of a part for a job, in place of what was put aside there before; none takes it back.
/// Gives how many were put aside before.
///
/// # Errors
/// The database's.
pub fn set_reservation(
    tx: &mut Tx,
    (job_id, customer_id): (i64, i64),
    (part_id, place_id): (i64, i64),
    quantity: i64,
) -> Result<i64> {
    let mine = reservations::job_id
        .eq(job_id)
        .and(reservations::part_id.eq(part_id))
        .and(reservations::place_id.eq(place_id));
    let before: Option<i64> =
        reservations::table.filter(mine).select(reservations::quantity).first(&mut **tx).optional()?;
    diesel::delete(reservations::table.filter(mine)).execute(&mut **tx)?;
    if quantity > 0 {
        let row = (
            reservations::job_id.eq(job_id),
            reservations::customer_id.eq(customer_id),
            reservations::part_id.eq(part_id),
            reservations::place_id.eq(place_id),
            reservations::quantity.eq(quantity),
            reservations::person_id.eq(tx.actor.person_id()),
            reservations::at.eq(Moment::from(tx.now)),
        );
        diesel::insert_into(reservations::table).values(row).execute(&mut **tx)?;
    }
    Ok(before.unwrap_or(0))
}
