//! Answers kept under their `Idempotency-Key`, so that a repeated request changes nothing.

use diesel::prelude::*;

use crate::Tx;
use crate::error::{Result, taken};
use crate::portable::AnyConnection;
use crate::schema::idempotency_keys;
use crate::types::Moment;

/// An answer given before.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = idempotency_keys)]
pub struct KeptAnswer {
    /// Hash of the request that it answered.
    pub request_hash: String,
    /// HTTP status.
    pub status: i64,
    /// Headers and body as the web layer wrote them.
    pub response: String,
}

/// Finds the answer that a person got under a key.
///
/// # Errors
/// The database's.
pub fn find_answer(conn: &mut AnyConnection, person_id: i64, key: &str) -> Result<Option<KeptAnswer>> {
    Ok(KeptAnswer::query()
        .filter(idempotency_keys::person_id.eq(person_id).and(idempotency_keys::key.eq(key)))
        .first(conn)
        .optional()?)
}

/// Takes a key, first thing in the transaction: of two at once the second waits here.
///
/// # Errors
/// [`crate::Error::Taken`] when the key was used meanwhile: then its answer can be found.
pub fn claim_key(tx: &mut Tx, person_id: i64, key: &str, request_hash: &str) -> Result<()> {
    let now = Moment::from(tx.now);
    let insert = diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::person_id.eq(person_id),
            idempotency_keys::key.eq(key),
            idempotency_keys::request_hash.eq(request_hash),
            idempotency_keys::status.eq(0),
            idempotency_keys::response.eq(""),
            idempotency_keys::at.eq(now),
        ))
        .execute(&mut **tx);
    taken(insert, || "the key was used meanwhile".to_owned())?;
    Ok(())
}

/// Keeps the answer under a key taken in the same transaction.
///
/// # Errors
/// The database's.
pub fn keep_answer(tx: &mut Tx, person_id: i64, key: &str, (status, response): (i64, &str)) -> Result<()> {
    diesel::update(idempotency_keys::table.find((person_id, key)))
        .set((idempotency_keys::status.eq(status), idempotency_keys::response.eq(response)))
        .execute(&mut **tx)?;
    Ok(())
}
