//! Links by which a password is set: kept as a hash, used once, short-lived.

use chrono::Duration;
use diesel::prelude::*;

use crate::Tx;
use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::password_resets;
use crate::types::Moment;

/// Adds a link under the hash of its secret.
///
/// # Errors
/// The database's.
pub fn insert_password_reset(tx: &mut Tx, hash: &str, person_id: i64, life: Duration) -> Result<()> {
    let expires = Moment::from(tx.now + life);
    diesel::insert_into(password_resets::table)
        .values((
            password_resets::hash.eq(hash),
            password_resets::person_id.eq(person_id),
            password_resets::expires_at.eq(expires),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// How many of a person's links still work.
///
/// # Errors
/// The database's.
pub fn count_password_resets(conn: &mut AnyConnection, person_id: i64, now: Moment) -> Result<i64> {
    let live = password_resets::table.filter(password_resets::person_id.eq(person_id));
    Ok(live.filter(password_resets::expires_at.gt(now)).count().get_result(conn)?)
}

/// The person whose password a link sets.
///
/// # Errors
/// [`Error::NotFound`] when it is used up, too old or made up.
pub fn find_password_reset(conn: &mut AnyConnection, hash: &str, now: Moment) -> Result<i64> {
    let live = password_resets::table.find(hash).filter(password_resets::expires_at.gt(now));
    let person_id = live.select(password_resets::person_id).first(conn).optional()?;
    person_id.ok_or(Error::NotFound("link"))
}

/// Uses a link up, so that of two at the same moment only one gets through.
///
/// # Errors
/// [`Error::NotFound`] when it is used up, too old or made up.
pub fn take_password_reset(tx: &mut Tx, hash: &str) -> Result<i64> {
    let now = Moment::from(tx.now);
    let person_id = find_password_reset(tx, hash, now)?;
    match diesel::delete(password_resets::table.find(hash)).execute(&mut **tx)? {
        0 => Err(Error::NotFound("link")),
        _ => Ok(person_id),
    }
}

/// Removes a person's links.
///
/// # Errors
/// The database's.
pub fn delete_password_resets(conn: &mut AnyConnection, person_id: i64) -> Result<usize> {
    let theirs = password_resets::table.filter(password_resets::person_id.eq(person_id));
    Ok(diesel::delete(theirs).execute(conn)?)
}
