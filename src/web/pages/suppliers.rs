//! Suppliers: the list and the form.

use actix_web::web;
use askama::Template;
use domain::permission::{EditPart, SeeParts};
use store::suppliers::{Supplier, SupplierFields};

use crate::actions::suppliers;
use crate::error::Result;
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "suppliers/list.html")]
struct SuppliersPage {
    chrome: Chrome,
    suppliers: Vec<Supplier>,
    edits: bool,
}

#[derive(Template)]
#[template(path = "suppliers/form.html")]
struct SupplierFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
}

const SHEET: Sheet<Supplier, SupplierFields> = Sheet {
    fields: &["name", "contact", "email", "phone", "address", "account_number", "notes", "archived"],
    read,
    fill,
};

/// `GET /suppliers`.
///
/// # Errors
/// Forbidden.
pub async fn list_suppliers(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let suppliers = suppliers::list_suppliers(&visit.app, &visit.right::<SeeParts>()?)?;
            let edits = visit.actor.may::<EditPart>();
            Reply::ok(&SuppliersPage { chrome: Chrome::new(visit, "Suppliers"), suppliers, edits })
        })
        .await
}

/// `GET /suppliers/new`.
///
/// # Errors
/// Forbidden.
pub async fn new_supplier(visitor: Visitor) -> Result<Reply> {
    visitor.run(|visit| Reply::ok(&form_page(visit, "Add a supplier", Form::default(), None)?)).await
}

/// `POST /suppliers/new`.
///
/// # Errors
/// Forbidden; field errors show the form again.
pub async fn add_supplier(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let add = |fields| {
                suppliers::add_supplier(&visit.app, &visit.right::<EditPart>()?, &fields)?;
                Ok("/suppliers".to_owned())
            };
            SHEET.add(pairs.into_inner(), add, |form| form_page(visit, "Add a supplier", form, None))
        })
        .await
}

/// `GET /suppliers/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_supplier(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let found = suppliers::find_supplier(&visit.app, &visit.right::<SeeParts>()?, *id)?;
            Reply::ok(&form_page(visit, "Change a supplier", fill(&found), None)?)
        })
        .await
}

/// `POST /suppliers/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_supplier(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let find = || suppliers::find_supplier(&visit.app, &visit.right::<SeeParts>()?, *id);
            let change = |version, fields| {
                let right = visit.right::<EditPart>()?;
                suppliers::change_supplier(&visit.app, &right, (*id, version), &fields)?;
                Ok("/suppliers".to_owned())
            };
            let show = |form, conflict| form_page(visit, "Change a supplier", form, conflict);
            SHEET.change(pairs.into_inner(), find, change, show)
        })
        .await
}

fn form_page(visit: &Visit, title: &str, form: Form, conflict: Conflict) -> Result<SupplierFormPage> {
    visit.right::<EditPart>()?;
    Ok(SupplierFormPage { chrome: Chrome::new(visit, title), form, conflict })
}

fn read(form: &mut Form) -> SupplierFields {
    SupplierFields {
        name: form.required("name"),
        contact: form.text("contact"),
        email: form.text("email"),
        phone: form.text("phone"),
        address: form.long_text("address"),
        account_number: form.text("account_number"),
        notes: form.long_text("notes"),
        archived: form.ticked("archived"),
    }
}

fn fill(supplier: &Supplier) -> Form {
    let mut form = Form::default();
    form.set("name", &supplier.name).set("contact", &supplier.contact).set("email", &supplier.email);
    form.set("phone", &supplier.phone).set("address", &supplier.address);
    form.set("account_number", &supplier.account_number).set("notes", &supplier.notes);
    form.set("archived", supplier.archived).set("version", supplier.version);
    form
}
