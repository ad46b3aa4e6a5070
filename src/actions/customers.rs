//! Adding and changing customers.

use domain::event::Event;
use domain::permission::{EditRegister, ViewRegister};
use store::Right;
use store::customers::{self, Customer, CustomerFields};
use store::under::Under;

use crate::actions::ripple::{self, Ripple};
use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// The customers that somebody sees, by name.
///
/// # Errors
/// The store's.
pub fn list_customers(app: &App, right: &Right<ViewRegister>) -> Result<Vec<Customer>> {
    Ok(app.store.read(|conn| customers::list_customers(conn, right.scope()))?)
}

/// One customer.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_customer(app: &App, right: &Right<ViewRegister>, id: i64) -> Result<Customer> {
    Ok(app.store.read(|conn| customers::find_customer(conn, right.scope(), id))?)
}

/// Adds a customer. Only somebody who sees all customers may: it would be outside anybody else's sight.
///
/// # Errors
/// A conflict when the name is in use.
pub fn add_customer(app: &App, right: &Right<EditRegister>, fields: &CustomerFields) -> Result<i64> {
    sees_all(right, "add customers")?;
    app.store.write(right.actor(), |tx| {
        let id = customers::insert_customer(tx, fields)?;
        let event = Event::new("customer", id, "added").of_customer(id).change("name", "", &fields.name);
        Ok((id, vec![event]))
    })
}

/// Changes a customer that was read at `version`.
///
/// # Errors
/// Not found, stale, or a conflict when the name is in use.
pub fn change_customer(
    app: &App,
    right: &Right<EditRegister>,
    (id, version): (i64, i64),
    fields: &CustomerFields,
) -> Result<()> {
    let rest = app.store.write(right.actor(), |tx| {
        let old = customers::find_customer(tx, right.scope(), id)?;
        customers::update_customer(tx, id, version, fields)?;
        let words = old.name != fields.name;
        // The name stands in the reason of an interval where a table is chosen.
        let dues = words && store::presets::find_choice(tx, id, None)?.is_some();
        let rest = ripple::start(tx, Ripple { under: Under::Customer(id), words, dues })?;
        let event = Event::new("customer", id, "changed")
            .of_customer(id)
            .change("name", &old.name, &fields.name)
            .change("contact", &old.contact, &fields.contact)
            .change("email", &old.email, &fields.email)
            .change("phone", &old.phone, &fields.phone)
            .change("address", &old.address, &fields.address)
            .change("notes", &old.notes, &fields.notes)
            .change("rule set", &old.ruleset, fields.ruleset.as_ref().unwrap_or(&old.ruleset))
            .change("language", &old.language, &fields.language)
            .change("rule set for repaired items", &old.repair_ruleset, &fields.repair_ruleset)
            .change("next date on labels", old.label_next_due, fields.label_next_due)
            .change("reports of faults by anybody", old.public_reports, fields.public_reports)
            .change("archived", old.archived, fields.archived);
        Ok::<_, Error>((rest, vec![event]))
    })?;
    ripple::finish(app, rest)
}
