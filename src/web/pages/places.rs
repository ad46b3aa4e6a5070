//! Places of a site.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::equipment::Environment;
use domain::permission::{EditRegister, ViewRegister};
use serde::Deserialize;
use store::places::{Place, PlaceFields};

use crate::actions::{places, sites};
use crate::error::Result;
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "places_form.html")]
struct PlacesFormPage {
    chrome: Chrome,
    form: Form,
    back: String,
    within: Option<String>,
    environments: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "place_form.html")]
struct PlaceFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    back: String,
    environments: Vec<(String, String)>,
}

const SHEET: Sheet<Place, PlaceFields> = Sheet { fields: &["name", "environment", "archived"], read, fill };
const MANY: Sheet<(), (String, Option<Environment>)> =
    Sheet { fields: &["names", "environment"], read: read_many, fill: |()| Form::default() };

/// Within which place new ones are.
#[derive(Deserialize)]
pub struct Within {
    parent: Option<i64>,
}

/// `GET /sites/{id}/places/new?parent=`.
///
/// # Errors
/// Not found, forbidden.
pub async fn new_places(visitor: Visitor, id: web::Path<i64>, within: web::Query<Within>) -> Result<Reply> {
    let page = visitor.run(move |visit| many_page(visit, (*id, within.parent), Form::default())).await?;
    Reply::ok(&page)
}

/// `POST /sites/{id}/places/new?parent=`.
///
/// # Errors
/// Not found, forbidden; field errors show the form again.
pub async fn add_places(
    visitor: Visitor,
    id: web::Path<i64>,
    within: web::Query<Within>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let add = |(names, environment): (String, Option<Environment>)| {
                let right = visit.right::<EditRegister>()?;
                places::add_places(&visit.app, &right, (*id, within.parent), (&names, environment))?;
                Ok(format!("/sites/{id}"))
            };
            // Looks for site and place first: a foreign one is not found, whatever was typed.
            many_page(visit, (*id, within.parent), Form::default())?;
            MANY.add(pairs.into_inner(), add, |form| many_page(visit, (*id, within.parent), form))
        })
        .await
}

fn many_page(visit: &Visit, (site_id, parent): (i64, Option<i64>), form: Form) -> Result<PlacesFormPage> {
    visit.right::<EditRegister>()?;
    let right = visit.right::<ViewRegister>()?;
    sites::find_site(&visit.app, &right, site_id)?;
    let within = match parent {
        Some(id) => Some(places::find_place(&visit.app, &right, id)?.0.path),
        None => None,
    };
    let (chrome, environments) = (Chrome::new(visit, "Add places"), options::<Environment>());
    Ok(PlacesFormPage { chrome, form, back: format!("/sites/{site_id}"), within, environments })
}

/// `GET /places/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_place(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    let page = visitor
        .run(move |visit| {
            let (place, _) = places::find_place(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            form_page(visit, place.site_id, fill(&place), None)
        })
        .await?;
    Reply::ok(&page)
}

/// `POST /places/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_place(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let find = || Ok(places::find_place(&visit.app, &visit.right::<ViewRegister>()?, *id)?.0);
            let site_id = find()?.site_id;
            let change = |version, fields: PlaceFields| {
                let right = visit.right::<EditRegister>()?;
                let site = places::change_place(&visit.app, &right, (*id, version), &fields)?;
                Ok(format!("/sites/{site}"))
            };
            let show = |form, conflict| form_page(visit, site_id, form, conflict);
            SHEET.change(pairs.into_inner(), find, change, show)
        })
        .await
}

fn form_page(visit: &Visit, site_id: i64, form: Form, conflict: Conflict) -> Result<PlaceFormPage> {
    visit.right::<EditRegister>()?;
    let (chrome, back) = (Chrome::new(visit, "Change a place"), format!("/sites/{site_id}"));
    Ok(PlaceFormPage { chrome, form, conflict, back, environments: options::<Environment>() })
}

fn read(form: &mut Form) -> PlaceFields {
    PlaceFields {
        name: form.required("name"),
        environment: form.code("environment"),
        archived: form.ticked("archived"),
    }
}

fn read_many(form: &mut Form) -> (String, Option<Environment>) {
    form.long_text("names");
    // Untrimmed: the first line's indentation tells where it belongs.
    let names = form.all("names").last().cloned().unwrap_or_default();
    (names, form.code("environment"))
}

fn fill(place: &Place) -> Form {
    let mut form = Form::default();
    form.set("name", &place.name).set("environment", place.environment.map_or("", |e| e.0.code()));
    form.set("archived", place.archived).set("version", place.version);
    form
}
