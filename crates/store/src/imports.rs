//! Imports: what came from which file, and which of its lines are in already; files waiting to be published.

use chrono::Duration;
use diesel::prelude::*;

use crate::Tx;
use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::{import_rows, imports, uploads};
use crate::types::Moment;

/// How long a file waits for its preview to be confirmed.
const KEPT_HOURS: i64 = 24;

/// A file waiting to be published, seen by whoever sent it and nobody else.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = uploads)]
pub struct StagedFile {
    /// The name it came with.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Keeps a file until it is published, and drops those that nobody published for a day.
///
/// # Errors
/// The database's.
pub fn stage_file(tx: &mut Tx, code: &str, person_id: i64, name: &str, bytes: &[u8]) -> Result<()> {
    let now = tx.now;
    let old = uploads::table.filter(uploads::at.lt(Moment::from(now - Duration::hours(KEPT_HOURS))));
    diesel::delete(old).execute(&mut **tx)?;
    diesel::insert_into(uploads::table)
        .values((
            uploads::code.eq(code),
            uploads::person_id.eq(person_id),
            uploads::name.eq(name),
            uploads::bytes.eq(bytes),
            uploads::at.eq(Moment::from(now)),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Finds a waiting file of a person.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or it is somebody else's.
pub fn find_staged_file(conn: &mut AnyConnection, person_id: i64, code: &str) -> Result<StagedFile> {
    let query = StagedFile::query().filter(uploads::code.eq(code).and(uploads::person_id.eq(person_id)));
    query.first(conn).optional()?.ok_or(Error::NotFound("file waiting to be imported"))
}

/// Drops a waiting file once it is published.
///
/// # Errors
/// The database's.
pub fn delete_staged_file(tx: &mut Tx, person_id: i64, code: &str) -> Result<()> {
    let target = uploads::table.filter(uploads::code.eq(code).and(uploads::person_id.eq(person_id)));
    diesel::delete(target).execute(&mut **tx)?;
    Ok(())
}

/// Writes down that a file is imported for a customer that the caller has found within the scope.
///
/// # Errors
/// The database's.
pub fn insert_import(tx: &mut Tx, customer_id: i64, file_name: &str, file_hash: &str) -> Result<i64> {
    let (now, by) = (Moment::from(tx.now), tx.actor.person_id());
    Ok(diesel::insert_into(imports::table)
        .values((
            imports::customer_id.eq(customer_id),
            imports::file_name.eq(file_name),
            imports::file_hash.eq(file_hash),
            imports::person_id.eq(by),
            imports::at.eq(now),
            imports::added.eq(0),
            imports::already.eq(0),
            imports::refused.eq(0),
        ))
        .returning(imports::id)
        .get_result(&mut **tx)?)
}

/// Writes down how an import went.
///
/// # Errors
/// The database's.
pub fn update_import(tx: &mut Tx, id: i64, (added, already, refused): (i64, i64, i64)) -> Result<()> {
    diesel::update(imports::table.find(id))
        .set((imports::added.eq(added), imports::already.eq(already), imports::refused.eq(refused)))
        .execute(&mut **tx)?;
    Ok(())
}

/// The asset that a line of a customer's file became, if it was imported before.
///
/// # Errors
/// The database's.
pub fn find_imported(conn: &mut AnyConnection, customer_id: i64, row_key: &str) -> Result<Option<i64>> {
    let row = import_rows::table.find((customer_id, row_key));
    Ok(row.select(import_rows::asset_id).first(conn).optional()?)
}

/// Writes down that a line became an asset.
///
/// # Errors
/// The database's.
pub fn insert_imported(
    tx: &mut Tx,
    (customer_id, row_key): (i64, &str),
    (asset_id, import_id): (i64, i64),
) -> Result<()> {
    diesel::insert_into(import_rows::table)
        .values((
            import_rows::customer_id.eq(customer_id),
            import_rows::row_key.eq(row_key),
            import_rows::asset_id.eq(asset_id),
            import_rows::import_id.eq(import_id),
        ))
        .execute(&mut **tx)?;
    Ok(())
}
