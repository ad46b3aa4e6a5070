//! Adding and changing a store or van.

use actix_web::web;
use askama::Template;
use domain::permission::{EditPart, SeeParts};
use domain::stock::StockPlaceKind;
use store::stock_places::{StockPlace, StockPlaceFields};
use store::types::Coded;

use crate::actions::{stock_places, visits};
use crate::error::Result;
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "stock/place_form.html")]
struct PlaceFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    kinds: Vec<(String, String)>,
    engineers: Vec<(String, String)>,
    back: String,
}

const SHEET: Sheet<StockPlace, StockPlaceFields> =
    Sheet { fields: &["name", "kind", "person_id", "archived"], read, fill };

/// `GET /stock/places/new`.
///
/// # Errors
/// Forbidden.
pub async fn new_place(visitor: Visitor) -> Result<Reply> {
    visitor.run(|visit| Reply::ok(&page(visit, None, Form::default(), None)?)).await
}

/// `POST /stock/places/new`.
///
/// # Errors
/// Forbidden; field errors show the form again.
pub async fn add_place(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let add = |fields| {
                let id = stock_places::add_stock_place(&visit.app, &visit.right::<EditPart>()?, &fields)?;
                Ok(format!("/stock/places/{id}"))
            };
            SHEET.add(pairs.into_inner(), add, |form| page(visit, None, form, None))
        })
        .await
}

/// `GET /stock/places/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_place(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let found = stock_places::find_stock_place(&visit.app, &visit.right::<SeeParts>()?, *id)?;
            Reply::ok(&page(visit, Some(*id), fill(&found), None)?)
        })
        .await
}

/// `POST /stock/places/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_place(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let find = || stock_places::find_stock_place(&visit.app, &visit.right::<SeeParts>()?, *id);
            let change = |version, fields| {
                let right = visit.right::<EditPart>()?;
                stock_places::change_stock_place(&visit.app, &right, (*id, version), &fields)?;
                Ok(format!("/stock/places/{id}"))
            };
            let show = |form, conflict| page(visit, Some(*id), form, conflict);
            SHEET.change(pairs.into_inner(), find, change, show)
        })
        .await
}

fn page(visit: &Visit, id: Option<i64>, form: Form, conflict: Conflict) -> Result<PlaceFormPage> {
    visit.right::<EditPart>()?;
    let (title, back) = match id {
        Some(id) => ("Change a store or van", format!("/stock/places/{id}")),
        None => ("Add a store or van", "/stock".to_owned()),
    };
    let engineers = visit.app.store.read(visits::list_engineers)?;
    Ok(PlaceFormPage {
        chrome: Chrome::new(visit, title),
        form,
        conflict,
        kinds: options::<StockPlaceKind>(),
        engineers: engineers.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        back,
    })
}

fn read(form: &mut Form) -> StockPlaceFields {
    StockPlaceFields {
        name: form.required("name"),
        kind: Coded(form.required_code("kind").unwrap_or(StockPlaceKind::Store)),
        person_id: form.id("person_id"),
        archived: form.ticked("archived"),
    }
}

fn fill(place: &StockPlace) -> Form {
    let mut form = Form::default();
    form.set("name", &place.name).set("kind", place.kind.0).set_opt("person_id", place.person_id);
    form.set("archived", place.archived).set("version", place.version);
    form
}
