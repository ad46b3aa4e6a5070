//! The words of which symptom, cause and fix are chosen: firm-owned.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::known_fix::FaultWordKind;

use crate::Tx;
use crate::each_backend;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::fault_words;
use crate::types::Coded;

/// A word.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = fault_words)]
pub struct FaultWord {
    /// Id.
    pub id: i64,
    /// What it names.
    pub kind: Coded<FaultWordKind>,
    /// The word.
    pub word: String,
    /// Whether it is no longer offered.
    pub archived: bool,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What people fill in of a word.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = fault_words)]
pub struct FaultWordFields {
    /// What it names.
    pub kind: Coded<FaultWordKind>,
    /// The word.
    pub word: String,
    /// Whether it is no longer offered.
    pub archived: bool,
}

/// Every word, in the order in which they were added.
///
/// # Errors
/// The database's.
pub fn list_fault_words(conn: &mut AnyConnection) -> Result<Vec<FaultWord>> {
    Ok(each_backend!(conn, c => FaultWord::query().order(fault_words::id).load(c))?)
}

/// Every word by its id, those no longer offered among them.
///
/// # Errors
/// The database's.
pub fn words_by_id(conn: &mut AnyConnection) -> Result<BTreeMap<i64, String>> {
    Ok(list_fault_words(conn)?.into_iter().map(|word| (word.id, word.word)).collect())
}

/// Finds a word.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_fault_word(conn: &mut AnyConnection, id: i64) -> Result<FaultWord> {
    let query = FaultWord::query().filter(fault_words::id.eq(id));
    query.first(conn).optional()?.ok_or(Error::NotFound("word"))
}

/// Adds a word.
///
/// # Errors
/// [`Error::Taken`] when it is there already.
pub fn insert_fault_word(tx: &mut Tx, fields: &FaultWordFields) -> Result<i64> {
    let insert = diesel::insert_into(fault_words::table)
        .values(fields)
        .returning(fault_words::id)
        .get_result(&mut **tx);
    taken(insert, || name_of(fields))
}

/// Changes a word; what was found by it is called by the new one.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when another is called so.
pub fn update_fault_word(tx: &mut Tx, id: i64, version: i64, fields: &FaultWordFields) -> Result<()> {
    let target = fault_words::table.filter(fault_words::id.eq(id).and(fault_words::version.eq(version)));
    let change = (fields, fault_words::version.eq(version + 1));
    let update = diesel::update(target).set(change).execute(&mut **tx);
    match taken(update, || name_of(fields))? {
        0 => Err(Error::Stale("word")),
        _ => Ok(()),
    }
}

fn name_of(fields: &FaultWordFields) -> String {
    format!("\"{}\" is in this list already", fields.word)
}
