//! `/api/v1/due`.

use actix_web::http::StatusCode;
use actix_web::web;
use chrono::NaiveDate;
use domain::due::DueKind;
use domain::permission::ViewRegister;
use domain::schedule::DueWhy;
use serde::Serialize;
use store::due_list::{DueFilter, DueRow};

use crate::actions::dues;
use crate::app::App;
use crate::error::Result;
use crate::web::forms::Form;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// Rows of a page unless asked otherwise, and at most.
const PAGE: i64 = 50;
const MOST: i64 = 200;

/// One inspection or test that is due.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DueItem {
    /// The asset's tag.
    pub tag: String,
    /// The customer's own number.
    pub customer_number: Option<String>,
    /// What it is.
    pub description: String,
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Name of the customer.
    pub customer: String,
    /// Name of the site.
    pub site: String,
    /// Path of the place within the site.
    pub place: Option<String>,
    /// `user_check`, `formal_visual`, `combined`, or `planned` for planned work.
    #[schema(value_type = String)]
    pub kind: DueKind,
    /// The plan, of planned work: its title is the description, and without an asset of its own the tag is empty.
    pub plan: Option<i64>,
    /// The day, by the site's calendar.
    pub due_on: NaiveDate,
    /// Days past that day; 0 when it has not passed.
    pub days_overdue: i64,
    /// What makes it due: `date` (its interval has run), `never_tested`, or `not_proven` (by its last test).
    #[schema(value_type = String)]
    pub why: DueWhy,
    /// How long the interval is, and what it was taken from.
    pub interval: String,
    /// The asset's page.
    pub url: String,
}

/// A page of the due list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DuePage {
    /// The rows, soonest due first.
    pub items: Vec<DueItem>,
    /// Send this as `cursor` for the next page; null at the end.
    pub next_cursor: Option<String>,
}

/// The due list, soonest first: overdue before what is still to come.
///
/// # Errors
/// Field errors; not found for a foreign customer or site.
#[utoipa::path(get, path = "/api/v1/due", tag = "due",
    params(
        ("before" = Option<NaiveDate>, Query, description = "Only what is due before this day"),
        ("customer" = Option<String>, Query, description = "Name or id of a customer"),
        ("site" = Option<String>, Query, description = "Name or id of a site"),
        ("kind" = Option<String>, Query, description = "user_check, formal_visual, combined or planned"),
        ("limit" = Option<i64>, Query, description = "Rows of the page, 1 to 200; 50 unless given"),
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before")),
    responses((status = 200, body = DuePage), (status = 401), (status = 404), (status = 422)))]
pub async fn list_due(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let right = visit.right::<ViewRegister>()?;
            let (before, kind) = (form.date("before"), form.code("kind"));
            let limit = form.number("limit", 1, MOST).unwrap_or(PAGE);
            let cursor = form.value("cursor").to_owned();
            let after = if cursor.is_empty() { Ok(None) } else { cursor.parse().map(Some) };
            let after = after.unwrap_or_else(|words| {
                form.fail("cursor", words);
                None
            });
            form.check()?;
            let named = |name: &str| Some(form.value(name)).filter(|value| !value.is_empty());
            let ground = dues::find_named_ground(&visit.app, &right, named("customer"), named("site"))?;
            let filter = DueFilter { area: ground.area, kind, first: None, before };
            let limit = usize::try_from(limit).unwrap_or(1);
            let (rows, next) = dues::list_due(&visit.app, &right, &filter, after, limit)?;
            let items = rows.into_iter().map(|row| item(&visit.app, row)).collect();
            Reply::json(StatusCode::OK, &DuePage { items, next_cursor: next.map(|key| key.to_string()) })
        })
        .await
}

/// A row as programs get it, also from the command line.
pub fn item(app: &App, row: DueRow) -> DueItem {
    let (days, _) = dues::distance(app, &row);
    let plan = row.plan.map(|plan| plan.id);
    let url = match plan {
        Some(id) => format!("{}/plans/{id}", app.config.base_url),
        None => format!("{}/t/{}", app.config.base_url, row.asset.tag),
    };
    let asset = row.asset;
    DueItem {
        tag: asset.tag,
        customer_number: asset.customer_number,
        description: asset.description,
        make: asset.make,
        model: asset.model,
        serial: asset.serial,
        customer: asset.customer,
        site: asset.site,
        place: asset.place,
        kind: row.key.kind,
        plan,
        due_on: row.key.due_on,
        days_overdue: (-days).max(0),
        why: row.why,
        interval: row.reason,
        url,
    }
}
