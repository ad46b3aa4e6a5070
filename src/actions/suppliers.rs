//! Adding and changing suppliers.

use domain::event::Event;
use domain::permission::{EditPart, SeeParts};
use store::Right;
use store::suppliers::{self, Supplier, SupplierFields};

use crate::actions::sees_all;
use crate::app::App;
use crate::error::Result;

/// Every supplier, archived ones last.
///
/// # Errors
/// The store's.
pub fn list_suppliers(app: &App, _: &Right<SeeParts>) -> Result<Vec<Supplier>> {
    Ok(app.store.read(suppliers::list_suppliers)?)
}

/// One supplier.
///
/// # Errors
/// Not found.
pub fn find_supplier(app: &App, _: &Right<SeeParts>, id: i64) -> Result<Supplier> {
    Ok(app.store.read(|conn| suppliers::find_supplier(conn, id))?)
}

/// Adds a supplier.
///
/// # Errors
/// Forbidden, or a conflict when the name is in use.
pub fn add_supplier(app: &App, right: &Right<EditPart>, fields: &SupplierFields) -> Result<i64> {
    sees_all(right, "add suppliers")?;
    app.store.write(right.actor(), |tx| {
        let id = suppliers::insert_supplier(tx, fields)?;
        Ok((id, vec![Event::new("supplier", id, "added").change("name", "", &fields.name)]))
    })
}

/// Changes a supplier that was read at `version`.
///
/// # Errors
/// Not found, forbidden, stale, or a conflict when the name is in use.
pub fn change_supplier(
    app: &App,
    right: &Right<EditPart>,
    (id, version): (i64, i64),
    fields: &SupplierFields,
) -> Result<()> {
    sees_all(right, "change suppliers")?;
    app.store.write(right.actor(), |tx| {
        let old = suppliers::find_supplier(tx, id)?;
        suppliers::update_supplier(tx, id, version, fields)?;
        let event = Event::new("supplier", id, "changed")
            .change("name", &old.name, &fields.name)
            .change("contact", &old.contact, &fields.contact)
            .change("email", &old.email, &fields.email)
            .change("phone", &old.phone, &fields.phone)
            .change("address", &old.address, &fields.address)
            .change("account number", &old.account_number, &fields.account_number)
            .change("notes", &old.notes, &fields.notes)
            .change("archived", old.archived, fields.archived);
        Ok(((), vec![event]))
    })
}
