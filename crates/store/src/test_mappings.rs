//! Saved column mappings for tables of tests: firm-owned.

use diesel::prelude::*;

use crate::Tx;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::test_mappings;

/// A saved mapping.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = test_mappings)]
pub struct SavedMapping {
    /// Id.
    pub id: i64,
    /// Its name, as in `mapped:NAME`.
    pub name: String,
    /// The mapping as JSON.
    pub mapping: String,
    /// Version for concurrent edits.
    pub version: i64,
}

/// Every mapping, by name.
///
/// # Errors
/// The database's.
pub fn list_mappings(conn: &mut AnyConnection) -> Result<Vec<SavedMapping>> {
    Ok(SavedMapping::query().order(test_mappings::name).load(conn)?)
}

/// Finds a mapping.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_mapping(conn: &mut AnyConnection, id: i64) -> Result<SavedMapping> {
    SavedMapping::query().find(id).first(conn).optional()?.ok_or(Error::NotFound("column mapping"))
}

/// Finds a mapping by its name.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_mapping_by_name(conn: &mut AnyConnection, name: &str) -> Result<SavedMapping> {
    let query = SavedMapping::query().filter(test_mappings::name.eq(name));
    query.first(conn).optional()?.ok_or(Error::NotFound("column mapping"))
}

/// Saves a new mapping.
///
/// # Errors
/// [`Error::Taken`] when the name is in use.
pub fn insert_mapping(tx: &mut Tx, name: &str, mapping: &str) -> Result<i64> {
    let insert = diesel::insert_into(test_mappings::table)
        .values((test_mappings::name.eq(name), test_mappings::mapping.eq(mapping)))
        .returning(test_mappings::id)
        .get_result(&mut **tx);
    taken(insert, || format!("there is a mapping called \"{name}\" already"))
}

/// Deletes a mapping; imports made with it keep its name.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn delete_mapping(tx: &mut Tx, (id, version): (i64, i64)) -> Result<()> {
    let target =
        test_mappings::table.filter(test_mappings::id.eq(id).and(test_mappings::version.eq(version)));
    match diesel::delete(target).execute(&mut **tx)? {
        0 => Err(Error::Stale("column mapping")),
        _ => Ok(()),
    }
}

/// Changes a mapping.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when the name is in use.
pub fn update_mapping(tx: &mut Tx, (id, version): (i64, i64), name: &str, mapping: &str) -> Result<()> {
    let target =
        test_mappings::table.filter(test_mappings::id.eq(id).and(test_mappings::version.eq(version)));
    let set = (
        test_mappings::name.eq(name),
        test_mappings::mapping.eq(mapping),
        test_mappings::version.eq(version + 1),
    );
    let update = diesel::update(target).set(set).execute(&mut **tx);
    match taken(update, || format!("there is a mapping called \"{name}\" already"))? {
        0 => Err(Error::Stale("column mapping")),
        _ => Ok(()),
    }
}
