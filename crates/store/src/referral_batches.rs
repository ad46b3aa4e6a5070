//! Consignments: several referrals that go to one supplier together. Firm-owned, since one may hold things of several
//! customers; what is in it is listed within a scope.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::Tx;
use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::{referral_batches, referrals, suppliers};
use crate::settings::next_number;
use crate::types::Moment;

/// A consignment.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = referral_batches)]
pub struct Batch {
    /// Id.
    pub id: i64,
    /// Its number, such as "C-000012".
    pub number: String,
    /// To whom.
    pub supplier_id: i64,
    /// Who carries it.
    pub carrier: String,
    /// The carrier's number.
    pub tracking: String,
    /// Notes for whoever unpacks it.
    pub notes: String,
    /// When it went.
    pub sent_on: Option<NaiveDate>,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What people say of a consignment.
#[derive(Debug, Clone, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = referral_batches)]
pub struct BatchFields {
    /// Who carries it.
    pub carrier: String,
    /// The carrier's number.
    pub tracking: String,
    /// Notes for whoever unpacks it.
    pub notes: String,
}

/// Begins a consignment to a supplier.
///
/// # Errors
/// The database's.
pub fn insert_batch(tx: &mut Tx, supplier_id: i64) -> Result<Batch> {
    let number = format!("C-{:06}", next_number(tx, "batch")?);
    let values = (
        referral_batches::number.eq(&number),
        referral_batches::supplier_id.eq(supplier_id),
        referral_batches::person_id.eq(tx.actor.person_id()),
        referral_batches::at.eq(Moment::from(tx.now)),
    );
    diesel::insert_into(referral_batches::table).values(values).execute(&mut **tx)?;
    find_batch(tx, &number)
}

/// Finds a consignment by its number.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_batch(conn: &mut AnyConnection, number: &str) -> Result<Batch> {
    let query = Batch::query().filter(referral_batches::number.eq(number.trim().to_ascii_uppercase()));
    query.first(conn).optional()?.ok_or(Error::NotFound("consignment"))
}

/// The numbers of consignments.
///
/// # Errors
/// The database's.
pub fn batch_numbers(conn: &mut AnyConnection, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let query = referral_batches::table.filter(referral_batches::id.eq_any(ids));
    Ok(query.select((referral_batches::id, referral_batches::number)).load(conn)?)
}

/// The consignments that have not gone, each with its supplier's name and how many things are in it.
///
/// # Errors
/// The database's.
pub fn list_open_batches(conn: &mut AnyConnection) -> Result<Vec<(Batch, String, i64)>> {
    let rows = referral_batches::table
        .inner_join(suppliers::table)
        .filter(referral_batches::sent_on.is_null())
        .order(referral_batches::id)
        .select((Batch::as_select(), suppliers::name));
    let batches: Vec<(Batch, String)> = rows.load(conn)?;
    let mut counted = vec![];
    for (batch, supplier) in batches {
        let count = count_in_batch(conn, batch.id)?;
        counted.push((batch, supplier, count));
    }
    Ok(counted)
}

/// How many things are in a consignment, of whichever customer.
///
/// # Errors
/// The database's.
pub fn count_in_batch(conn: &mut AnyConnection, id: i64) -> Result<i64> {
    Ok(referrals::table.filter(referrals::batch_id.eq(id)).count().get_result(conn)?)
}

/// Changes what is said of a consignment.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn update_batch(
    tx: &mut Tx,
    batch: &Batch,
    fields: &BatchFields,
    sent_on: Option<NaiveDate>,
) -> Result<()> {
    let target = referral_batches::table
        .filter(referral_batches::id.eq(batch.id).and(referral_batches::version.eq(batch.version)));
    let change =
        (fields, referral_batches::sent_on.eq(sent_on), referral_batches::version.eq(batch.version + 1));
    let rows = diesel::update(target).set(change).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("consignment")) } else { Ok(()) }
}
