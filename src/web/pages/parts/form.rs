//! Adding and changing a part.

use actix_web::web;
use askama::Template;
use domain::permission::{EditPart, SeeParts};
use store::models::{Model, list_models};
use store::parts::{Part, PartFields};
use store::suppliers::list_suppliers;

use crate::actions::parts;
use crate::error::Result;
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::{Form, show_pence};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "parts/form.html")]
struct PartFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    suppliers: Vec<(String, String)>,
    models: Vec<(String, String)>,
    back: String,
}

/// A part and the models that it fits.
type Whole = (Part, Vec<Model>);

const SHEET: Sheet<Whole, (PartFields, Vec<i64>)> = Sheet {
    fields: &[
        "number",
        "description",
        "maker",
        "supplier",
        "supplier_number",
        "cost",
        "serialised",
        "warranty_months",
        "unit",
        "notes",
        "archived",
        "models",
    ],
    read,
    fill,
};

/// `GET /parts/new`.
///
/// # Errors
/// Forbidden.
pub async fn new_part(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let mut form = Form::default();
            form.set("unit", "each");
            Reply::ok(&form_page(visit, None, form, None)?)
        })
        .await
}

/// `POST /parts/new`.
///
/// # Errors
/// Not found for a supplier or model, forbidden; field errors show the form again.
pub async fn add_part(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let add = |fields| {
                let id = parts::add_part(&visit.app, &visit.right::<EditPart>()?, fields)?;
                Ok(format!("/parts/{id}"))
            };
            SHEET.add(pairs.into_inner(), add, |form| form_page(visit, None, form, None))
        })
        .await
}

/// `GET /parts/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_part(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let found = parts::find_part(&visit.app, &visit.right::<SeeParts>()?, *id)?;
            Reply::ok(&form_page(visit, Some(*id), fill(&found), None)?)
        })
        .await
}

/// `POST /parts/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_part(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let find = || parts::find_part(&visit.app, &visit.right::<SeeParts>()?, *id);
            let change = |version, fields| {
                parts::change_part(&visit.app, &visit.right::<EditPart>()?, (*id, version), fields)?;
                Ok(format!("/parts/{id}"))
            };
            let show = |form, conflict| form_page(visit, Some(*id), form, conflict);
            SHEET.change(pairs.into_inner(), find, change, show)
        })
        .await
}

fn form_page(visit: &Visit, id: Option<i64>, form: Form, conflict: Conflict) -> Result<PartFormPage> {
    visit.right::<EditPart>()?;
    let (title, back) = match id {
        Some(id) => ("Change a part", format!("/parts/{id}")),
        None => ("Add a part", "/parts".to_owned()),
    };
    visit.app.store.read(|conn| {
        let suppliers = list_suppliers(conn)?.into_iter().filter(|one| !one.archived);
        let models = list_models(conn)?.into_iter();
        Ok(PartFormPage {
            chrome: Chrome::new(visit, title),
            suppliers: suppliers.map(|one| (one.id.to_string(), one.name)).collect(),
            models: models.map(|one| (one.id.to_string(), format!("{} {}", one.make, one.name))).collect(),
            form,
            conflict,
            back,
        })
    })
}

fn read(form: &mut Form) -> (PartFields, Vec<i64>) {
    let unit = form.text("unit");
    let fields = PartFields {
        number: form.required("number"),
        description: form.required("description"),
        maker: form.text("maker"),
        supplier_id: form.id("supplier"),
        supplier_number: form.text("supplier_number"),
        cost_pence: form.pence("cost"),
        serialised: form.ticked("serialised"),
        warranty_months: form.number("warranty_months", 0, 600),
        unit: if unit.is_empty() { "each".to_owned() } else { unit },
        notes: form.long_text("notes"),
        archived: form.ticked("archived"),
    };
    let chosen: Vec<String> = form.all("models").to_vec();
    let mut models = vec![];
    for text in chosen.iter().filter(|text| !text.is_empty()) {
        match text.parse::<i64>() {
            Ok(id) => models.push(id),
            Err(_) => form.fail("models", "choose models from the list"),
        }
    }
    models.sort_unstable();
    models.dedup();
    (fields, models)
}

fn fill((part, models): &Whole) -> Form {
    let ids = models.iter().map(|model| ("models".to_owned(), model.id.to_string()));
    let mut form = Form::new(ids);
    form.set("number", &part.number).set("description", &part.description).set("maker", &part.maker);
    form.set_opt("supplier", part.supplier_id).set("supplier_number", &part.supplier_number);
    form.set("cost", show_pence(part.cost_pence)).set("serialised", part.serialised);
    form.set_opt("warranty_months", part.warranty_months).set("unit", &part.unit);
    form.set("notes", &part.notes).set("archived", part.archived).set("version", part.version);
    form
}
