//! The firm's own sequences: edited copies of the shipped ones.

use diesel::prelude::*;

use crate::Tx;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::sequences;

/// A sequence of the firm's own.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = sequences)]
pub struct OwnSequence {
    /// Id.
    pub id: i64,
    /// Its code, unlike any shipped one.
    pub code: String,
    /// The sequence as TOML.
    pub text: String,
    /// Whether it is no longer used for new tests.
    pub archived: bool,
    /// Version of its data, and for concurrent edits.
    pub version: i64,
}

/// What people fill in of a sequence.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = sequences)]
pub struct OwnSequenceFields {
    /// Its code.
    pub code: String,
    /// The sequence as TOML.
    pub text: String,
    /// Whether it is no longer used for new tests.
    pub archived: bool,
}

/// Every own sequence, by code.
///
/// # Errors
/// The database's.
pub fn list_sequences(conn: &mut AnyConnection) -> Result<Vec<OwnSequence>> {
    Ok(OwnSequence::query().order(sequences::code).load(conn)?)
}

/// Finds an own sequence by its code.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_sequence(conn: &mut AnyConnection, code: &str) -> Result<OwnSequence> {
    let query = OwnSequence::query().filter(sequences::code.eq(code));
    query.first(conn).optional()?.ok_or(Error::NotFound("sequence"))
}

/// Adds an own sequence.
///
/// # Errors
/// [`Error::Taken`] when the code is in use.
pub fn insert_sequence(tx: &mut Tx, fields: &OwnSequenceFields) -> Result<i64> {
    let insert =
        diesel::insert_into(sequences::table).values(fields).returning(sequences::id).get_result(&mut **tx);
    taken(insert, || name_of(fields))
}

/// Changes an own sequence.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when the code is in use.
pub fn update_sequence(tx: &mut Tx, id: i64, version: i64, fields: &OwnSequenceFields) -> Result<()> {
    let target = sequences::table.filter(sequences::id.eq(id).and(sequences::version.eq(version)));
    let update = diesel::update(target).set((fields, sequences::version.eq(version + 1))).execute(&mut **tx);
    match taken(update, || name_of(fields))? {
        0 => Err(Error::Stale("sequence")),
        _ => Ok(()),
    }
}

fn name_of(fields: &OwnSequenceFields) -> String {
    format!("there is a sequence \"{}\" already", fields.code)
}
