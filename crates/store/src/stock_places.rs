//! Places of the stock: stores, vans, benches. Firm-owned.

use diesel::prelude::*;
use domain::stock::StockPlaceKind;

use crate::Tx;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::stock_places;
use crate::types::Coded;

/// A place of the stock.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = stock_places)]
pub struct StockPlace {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: Coded<StockPlaceKind>,
    /// Whose van it is.
    pub person_id: Option<i64>,
    /// Whether it is no longer used.
    pub archived: bool,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What people fill in of a place.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = stock_places, treat_none_as_null = true)]
pub struct StockPlaceFields {
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: Coded<StockPlaceKind>,
    /// Whose van it is.
    pub person_id: Option<i64>,
    /// Whether it is no longer used.
    pub archived: bool,
}

/// Every place by name, archived ones last.
///
/// # Errors
/// The database's.
pub fn list_stock_places(conn: &mut AnyConnection) -> Result<Vec<StockPlace>> {
    Ok(StockPlace::query().order((stock_places::archived, stock_places::name)).load(conn)?)
}

/// Finds a place.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_stock_place(conn: &mut AnyConnection, id: i64) -> Result<StockPlace> {
    let query = StockPlace::query().filter(stock_places::id.eq(id));
    query.first(conn).optional()?.ok_or(Error::NotFound("stock place"))
}

/// Finds a place by its name.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_stock_place_by_name(conn: &mut AnyConnection, name: &str) -> Result<StockPlace> {
    let query = StockPlace::query().filter(stock_places::name.eq(name));
    query.first(conn).optional()?.ok_or(Error::NotFound("stock place"))
}

/// The van of a person, if one is in use.
///
/// # Errors
/// The database's.
pub fn find_van(conn: &mut AnyConnection, person_id: i64) -> Result<Option<StockPlace>> {
    let van = stock_places::kind.eq(Coded(StockPlaceKind::Van)).and(stock_places::person_id.eq(person_id));
    let query = StockPlace::query().filter(van.and(stock_places::archived.eq(false)));
    Ok(query.first(conn).optional()?)
}

/// Adds a place.
///
/// # Errors
/// [`Error::Taken`] when the name is in use.
pub fn insert_stock_place(tx: &mut Tx, fields: &StockPlaceFields) -> Result<i64> {
    let insert = diesel::insert_into(stock_places::table).values(fields).returning(stock_places::id);
    taken(insert.get_result(&mut **tx), || name_taken(fields))
}

/// Changes a place.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when the name is in use.
pub fn update_stock_place(tx: &mut Tx, id: i64, version: i64, fields: &StockPlaceFields) -> Result<()> {
    let target = stock_places::table.filter(stock_places::id.eq(id).and(stock_places::version.eq(version)));
    let update =
        diesel::update(target).set((fields, stock_places::version.eq(version + 1))).execute(&mut **tx);
    match taken(update, || name_taken(fields))? {
        0 => Err(Error::Stale("stock place")),
        _ => Ok(()),
    }
}

fn name_taken(fields: &StockPlaceFields) -> String {
    match fields.person_id {
        // The action has looked for another van of the person, so this is rarely the reason.
        Some(_) => format!("there is a place \"{}\" already, or another van of this person", fields.name),
        None => format!("there is a place \"{}\" already", fields.name),
    }
}
