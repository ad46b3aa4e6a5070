//! `/api/v1/parts`: the catalogue with how much there is where.

use actix_web::http::StatusCode;
use actix_web::web;
use domain::permission::SeeParts;
use serde::Serialize;
use store::AnyConnection;
use store::models::find_model;
use store::parts::{PartFilter, list_parts_of_models};
use store::suppliers::find_supplier;

use super::find;
use crate::actions::parts::{self, Listed};
use crate::error::Result;
use crate::web::forms::{Form, show_pence};
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Parts on a page unless asked otherwise, and at most.
const PAGE: i64 = 50;
const MOST: i64 = 200;

/// A part.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PartItem {
    id: i64,
    number: String,
    description: String,
    maker: String,
    supplier: Option<String>,
    /// The supplier's number of it.
    supplier_number: String,
    /// What one costs, such as `12.50`.
    cost: Option<String>,
    /// Whether each piece is known by its serial number.
    serialised: bool,
    warranty_months: Option<i64>,
    /// What is counted: `each`, `metre`, `pair`.
    unit: String,
    archived: bool,
    /// How many there are that a job could use.
    quantity: i64,
    /// How many of them are put aside for jobs.
    reserved: i64,
    /// Whether it ran low somewhere.
    low: bool,
    /// Where they are.
    places: Vec<PlaceQuantity>,
}

/// How many of a part a place has.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PlaceQuantity {
    place: String,
    quantity: i64,
}

/// A page of parts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PartPage {
    items: Vec<PartItem>,
    /// Send it as `after` for the next page; null on the last.
    next: Option<String>,
}

/// Parts by number, a page at a time.
///
/// # Errors
/// Field errors, forbidden.
#[utoipa::path(get, path = "/api/v1/parts", tag = "stock",
    params(("q" = Option<String>, Query, description = "Words of number, description, maker or supplier's number"),
        ("model" = Option<i64>, Query, description = "Id of a model: only what fits it"),
        ("low" = Option<bool>, Query, description = "Only what ran low"),
        ("archived" = Option<bool>, Query, description = "Archived ones too"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 unless given")),
    responses((status = 200, body = PartPage), (status = 401), (status = 403), (status = 422)))]
pub async fn list_parts(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SeeParts>()?;
            let mut form = Form::new(pairs.into_inner());
            find::only_known(&mut form, &["q", "model", "low", "archived", "after", "limit"]);
            let limit = form.number("limit", 1, MOST).unwrap_or(PAGE);
            let (words, after) = (form.text("q"), form.text("after"));
            let model = form.id("model");
            form.check()?;
            let only = model.map(|id| visit.app.store.read(|conn| fitting(conn, id))).transpose()?;
            let archived = form.ticked("archived");
            let filter = PartFilter { words, only, archived, ..PartFilter::default() };
            let low = form.ticked("low");
            let found = parts::list_parts(&visit.app, &right, &filter, low, (&after, limit))?;
            let full = i64::try_from(found.len()).unwrap_or(i64::MAX) == limit;
            let next = found.last().filter(|_| full).map(|last| domain::stock::fold(&last.part.number));
            let items = found.into_iter().map(|one| item(visit, one)).collect::<Result<_>>()?;
            Reply::json(StatusCode::OK, &PartPage { items, next })
        })
        .await
}

/// The parts that fit a model.
fn fitting(conn: &mut AnyConnection, model_id: i64) -> Result<Vec<i64>> {
    find_model(conn, model_id)?;
    Ok(list_parts_of_models(conn, &[model_id])?.into_iter().map(|part| part.id).collect())
}

fn item(visit: &Visit, Listed { part, total, reserved, places, low }: Listed) -> Result<PartItem> {
    let supplier = match part.supplier_id {
        Some(id) => Some(visit.app.store.read(|conn| find_supplier(conn, id))?.name),
        None => None,
    };
    Ok(PartItem {
        id: part.id,
        number: part.number,
        description: part.description,
        maker: part.maker,
        supplier,
        supplier_number: part.supplier_number,
        cost: part.cost_pence.map(|cost| show_pence(Some(cost))),
        serialised: part.serialised,
        warranty_months: part.warranty_months,
        unit: part.unit,
        archived: part.archived,
        quantity: total,
        reserved,
        low,
        places: places
            .into_iter()
            .map(|(place, quantity)| PlaceQuantity { place: place.name, quantity })
            .collect(),
    })
}
