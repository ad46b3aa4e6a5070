//! Suppliers: whom parts come from and things are referred to. Firm-owned.

use diesel::prelude::*;

use crate::Tx;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::suppliers;

/// A supplier.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = suppliers)]
pub struct Supplier {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// The person to talk to.
    pub contact: String,
    /// Mail address.
    pub email: String,
    /// Telephone number.
    pub phone: String,
    /// Postal address.
    pub address: String,
    /// The number by which the supplier knows the firm.
    pub account_number: String,
    /// Notes.
    pub notes: String,
    /// Whether nothing is ordered there any more.
    pub archived: bool,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What people fill in of a supplier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = suppliers)]
pub struct SupplierFields {
    /// Name.
    pub name: String,
    /// The person to talk to.
    pub contact: String,
    /// Mail address.
    pub email: String,
    /// Telephone number.
    pub phone: String,
    /// Postal address.
    pub address: String,
    /// The number by which the supplier knows the firm.
    pub account_number: String,
    /// Notes.
    pub notes: String,
    /// Whether nothing is ordered there any more.
    pub archived: bool,
}

/// Every supplier by name, archived ones last.
///
/// # Errors
/// The database's.
pub fn list_suppliers(conn: &mut AnyConnection) -> Result<Vec<Supplier>> {
    Ok(Supplier::query().order((suppliers::archived, suppliers::name)).load(conn)?)
}

/// Finds a supplier.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_supplier(conn: &mut AnyConnection, id: i64) -> Result<Supplier> {
    Supplier::query().filter(suppliers::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("supplier"))
}

/// Finds a supplier by its name as it is written.
///
/// # Errors
/// The database's.
pub fn find_supplier_by_name(conn: &mut AnyConnection, name: &str) -> Result<Option<Supplier>> {
    Ok(Supplier::query().filter(suppliers::name.eq(name)).first(conn).optional()?)
}

/// Adds a supplier.
///
/// # Errors
/// [`Error::Taken`] when the name is in use.
pub fn insert_supplier(tx: &mut Tx, fields: &SupplierFields) -> Result<i64> {
    let insert = diesel::insert_into(suppliers::table).values(fields).returning(suppliers::id);
    taken(insert.get_result(&mut **tx), || name_taken(fields))
}

/// Changes a supplier.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when the name is in use.
pub fn update_supplier(tx: &mut Tx, id: i64, version: i64, fields: &SupplierFields) -> Result<()> {
    let target = suppliers::table.filter(suppliers::id.eq(id).and(suppliers::version.eq(version)));
    let update = diesel::update(target).set((fields, suppliers::version.eq(version + 1))).execute(&mut **tx);
    match taken(update, || name_taken(fields))? {
        0 => Err(Error::Stale("supplier")),
        _ => Ok(()),
    }
}

fn name_taken(fields: &SupplierFields) -> String {
    format!("there is a supplier \"{}\" already", fields.name)
}
