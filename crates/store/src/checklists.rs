//! Checklists of the firm's own, and which kinds of job demand which; filled ones are in [`fills`].

pub mod fills;

use diesel::prelude::*;
use domain::job::JobKind;

use crate::Tx;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::{checklist_demands, checklists};
use crate::types::Coded;

/// A checklist of the firm's own.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = checklists)]
pub struct OwnChecklist {
    /// Id.
    pub id: i64,
    /// Its code, unlike any shipped one.
    pub code: String,
    /// The checklist as TOML.
    pub text: String,
    /// Whether it is no longer used.
    pub archived: bool,
    /// Version of its data, and for concurrent edits.
    pub version: i64,
}

/// What people fill in of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = checklists)]
pub struct OwnChecklistFields {
    /// Its code.
    pub code: String,
    /// The checklist as TOML.
    pub text: String,
    /// Whether it is no longer used.
    pub archived: bool,
}

/// That a kind of job demands a checklist before it is closed.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = checklist_demands)]
pub struct Demand {
    /// Id.
    pub id: i64,
    /// The kind of job.
    pub job_kind: Coded<JobKind>,
    /// The category of which things it is demanded; none for all.
    pub category_id: Option<i64>,
    /// The checklist.
    pub code: String,
}

/// Every own checklist, by code.
///
/// # Errors
/// The database's.
pub fn list_checklists(conn: &mut AnyConnection) -> Result<Vec<OwnChecklist>> {
    Ok(OwnChecklist::query().order(checklists::code).load(conn)?)
}

/// Finds an own checklist by its code.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_checklist(conn: &mut AnyConnection, code: &str) -> Result<OwnChecklist> {
    let query = OwnChecklist::query().filter(checklists::code.eq(code));
    query.first(conn).optional()?.ok_or(Error::NotFound("checklist"))
}

/// Adds an own checklist.
///
/// # Errors
/// [`Error::Taken`] when the code is in use.
pub fn insert_checklist(tx: &mut Tx, fields: &OwnChecklistFields) -> Result<i64> {
    let insert =
        diesel::insert_into(checklists::table).values(fields).returning(checklists::id).get_result(&mut **tx);
    taken(insert, || name_of(fields))
}

/// Changes an own checklist.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when the code is in use.
pub fn update_checklist(tx: &mut Tx, id: i64, version: i64, fields: &OwnChecklistFields) -> Result<()> {
    let target = checklists::table.filter(checklists::id.eq(id).and(checklists::version.eq(version)));
    let update = diesel::update(target).set((fields, checklists::version.eq(version + 1))).execute(&mut **tx);
    match taken(update, || name_of(fields))? {
        0 => Err(Error::Stale("checklist")),
        _ => Ok(()),
    }
}

fn name_of(fields: &OwnChecklistFields) -> String {
    format!("there is a checklist \"{}\" already", fields.code)
}

/// What kinds of job demand, in the order in which it was said.
///
/// # Errors
/// The database's.
pub fn list_demands(conn: &mut AnyConnection) -> Result<Vec<Demand>> {
    Ok(Demand::query().order(checklist_demands::id).load(conn)?)
}

/// Lets a kind of job demand a checklist, of a category or of all.
///
/// # Errors
/// [`Error::Taken`] when it does already.
pub fn insert_demand(tx: &mut Tx, kind: JobKind, category_id: Option<i64>, code: &str) -> Result<i64> {
    let insert = diesel::insert_into(checklist_demands::table).values((
        checklist_demands::job_kind.eq(Coded(kind)),
        checklist_demands::category_id.eq(category_id),
        checklist_demands::code.eq(code),
    ));
    let insert = insert.returning(checklist_demands::id).get_result(&mut **tx);
    taken(insert, || "This is demanded already.".to_owned())
}

/// Lets a kind of job no longer demand a checklist, and gives what was demanded.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete_demand(tx: &mut Tx, id: i64) -> Result<Demand> {
    let query = Demand::query().filter(checklist_demands::id.eq(id));
    let demand = query.first(&mut **tx).optional()?.ok_or(Error::NotFound("demand"))?;
    diesel::delete(checklist_demands::table.find(id)).execute(&mut **tx)?;
    Ok(demand)
}
