//! `/api/v1/assets`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes};
use domain::permission::{EditAsset, ViewRegister};
use domain::search_text;
use domain::tag::fold;
use serde::Serialize;
use store::assets::list::{Filter, ListNames, ListedAsset, Order, list_assets as list};
use store::assets::{self, Asset, AssetFields, names_of};
use store::{AnyConnection, Scope};

use super::asset_fields::{AssetDocument, AssetInput, document, read_fields};
use super::body::{Body, Given};
use super::find;
use crate::actions::assets::{Draft, NewAsset, change_in, insert_new};
use crate::actions::dues::today;
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::replay::{Answer, RequestKey, once};
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// Rows of a page unless asked otherwise, and at most.
const PAGE: i64 = 50;
const MOST: i64 = 200;

/// An asset in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AssetSummary {
    /// The tag.
    pub tag: String,
    /// Name of the customer.
    pub customer: String,
    /// Name of the site.
    pub site: String,
    /// Path of the place within the site.
    pub place: Option<String>,
    /// Name of the category.
    pub category: String,
    /// What it is.
    pub description: String,
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// The customer's own number.
    pub customer_number: Option<String>,
    /// What is shown: `quarantined` wherever a lock stands, else the lifecycle.
    pub status: &'static str,
    /// Verdict of the last test.
    pub last_verdict: Option<&'static str>,
    /// The first day on which something falls due.
    pub due_on: Option<chrono::NaiveDate>,
    /// Version.
    pub version: i64,
    /// The address on its label.
    pub url: String,
}

/// A page of assets.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AssetPage {
    /// The assets, the newest first.
    pub items: Vec<AssetSummary>,
    /// Send this as `cursor` for the next page; null at the end.
    pub next_cursor: Option<String>,
}

/// Adds an asset.
///
/// # Errors
/// Field errors, not found, a conflict when its tag or number is in use.
#[utoipa::path(post, path = "/api/v1/assets", tag = "assets", request_body = AssetInput,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again answers the same and adds nothing")),
    responses((status = 201, body = AssetDocument), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub async fn add_asset(visitor: Visitor, key: RequestKey, bytes: Bytes) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditAsset>()?;
            let answer = once(&visit.app, right.actor(), &key, &bytes, |tx| {
                let new = read_new(tx, right.scope(), &visit.app, &bytes)?;
                let (asset, event) = insert_new(tx, right.actor(), new)?;
                let location = Some(format!("/api/v1/assets/{}", asset.tag));
                let (body, etag) = body_of(tx, &visit.app, asset)?;
                Ok((Answer { status: 201, location, etag: Some(etag), body }, vec![event]))
            })?;
            Ok(answer.into())
        })
        .await
}

/// An asset by any tag that is or was on it.
///
/// # Errors
/// Not found.
#[utoipa::path(get, path = "/api/v1/assets/{tag}", tag = "assets",
    params(("tag" = String, Path, description = "A tag; case, dashes and O for 0 do not matter")),
    responses((status = 200, body = AssetDocument, description = "`ETag` is the version in quotes"), (status = 401), (status = 404)))]
pub async fn show_asset(visitor: Visitor, tag: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ViewRegister>()?;
            visit.app.store.read(|conn| {
                let asset = assets::find_asset_by_tag(conn, right.scope(), &fold(&tag))?;
                let (body, etag) = body_of(conn, &visit.app, asset)?;
                Ok(Answer { status: 200, location: None, etag: Some(etag), body }.into())
            })
        })
        .await
}

/// Changes an asset: what is left out stays, null clears.
///
/// # Errors
/// 428 without `If-Match`, 412 when it was changed meanwhile, field errors, not found.
#[utoipa::path(patch, path = "/api/v1/assets/{tag}", tag = "assets", request_body = AssetInput,
    params(("tag" = String, Path, description = "A tag"),
        ("If-Match" = String, Header, description = "The `ETag` of the version that you read")),
    responses((status = 200, body = AssetDocument), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 412), (status = 422), (status = 428)))]
pub async fn change_asset(
    visitor: Visitor,
    tag: web::Path<String>,
    request: HttpRequest,
    bytes: Bytes,
) -> Result<Reply> {
    let condition = find::condition(&request);
    visitor
        .run(move |visit| {
            let right = visit.right::<EditAsset>()?;
            let answer = visit.app.store.write(right.actor(), |tx| {
                let old = assets::find_asset_by_tag(tx, right.scope(), &fold(&tag))?;
                let version = find::version_of(condition.as_deref(), "asset")?;
                let fields = read_change(tx, right.scope(), &old, &bytes)?;
                let (asset, event) = change_in(tx, right.actor(), (old.id, version), fields, "changed")?;
                let (body, etag) = body_of(tx, &visit.app, asset)?;
                Ok::<_, Error>((Answer { status: 200, location: None, etag: Some(etag), body }, vec![event]))
            })?;
            Ok(answer.into())
        })
        .await
}

/// The assets that match, the newest first.
///
/// # Errors
/// Field errors; not found for a foreign customer or site.
#[utoipa::path(get, path = "/api/v1/assets", tag = "assets",
    params(("q" = Option<String>, Query, description = "Words to look for; the last may be half a word"),
        ("customer" = Option<String>, Query, description = "Name of a customer"),
        ("site" = Option<String>, Query, description = "Name of a site"),
        ("place" = Option<String>, Query, description = "Path of a place of that site"),
        ("category" = Option<String>, Query, description = "Name of a category"),
        ("status" = Option<String>, Query, description = "quarantined, in_service, in_store, in_repair, disposed or lost"),
        ("due_before" = Option<chrono::NaiveDate>, Query, description = "Only what falls due before this day"),
        ("limit" = Option<i64>, Query, description = "Rows of the page, 1 to 200; 50 unless given"),
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before")),
    responses((status = 200, body = AssetPage), (status = 401), (status = 404), (status = 422)))]
pub async fn list_assets(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ViewRegister>()?;
            let mut form = Form::new(pairs.into_inner());
            let limit = form.number("limit", 1, MOST).unwrap_or(PAGE);
            let cursor = form.id("cursor");
            let asked = Filter {
                words: search_text::query(&form.text("q")),
                status: form.code("status"),
                due_before: form.date("due_before").and_then(|day| day.pred_opt()),
                ..Filter::default()
            };
            find::only_known(&mut form, KNOWN);
            form.check()?;
            visit.app.store.read(|conn| {
                let filter = find::narrow(conn, right.scope(), &form, asked)?;
                let page = (Order::Newest, cursor, usize::try_from(limit).unwrap_or(1));
                let listed = list(conn, right.scope(), &filter, page)?;
                let names = ListNames::of(conn, &listed.items)?;
                let items = listed.items.into_iter().map(|item| summary(item, &names, &visit.app)).collect();
                let next_cursor = listed.next.map(|id| id.to_string());
                Reply::json(StatusCode::OK, &AssetPage { items, next_cursor })
            })
        })
        .await
}

const KNOWN: &[&str] =
    &["q", "customer", "site", "place", "category", "status", "due_before", "limit", "cursor"];

fn read_new(conn: &mut AnyConnection, scope: &Scope, app: &App, bytes: &Bytes) -> Result<NewAsset> {
    let mut body = Body::read(bytes)?;
    let mut fields = AssetFields::blank(0, today(app));
    let (customer, site) = (body.required("customer"), body.required("site"));
    let (place, category) = (body.text("place").value(), body.required("category"));
    let (tag, parent) = (body.text("tag").value(), body.text("parent").value());
    let (heating, surge_suppressors) = (body.flag("heating").value(), body.flag("surge_suppressors").value());
    read_fields(&mut body, &mut fields);
    body.finish()?;
    let customer = find::customer(conn, scope, &customer)?;
    fields.site_id = find::site(conn, scope, customer.id, &site)?.id;
    fields.place_id = find::place(conn, scope, fields.site_id, place.as_deref())?;
    fields.category_id = find::category(conn, &category)?;
    fields.parent_id = find::parent(conn, scope, parent.as_deref())?;
    let draft = Draft { fields, heating, surge_suppressors, fill_in: true };
    Ok(NewAsset { customer_id: customer.id, tag, draft })
}

fn read_change(conn: &mut AnyConnection, scope: &Scope, old: &Asset, bytes: &Bytes) -> Result<AssetFields> {
    let mut body = Body::read(bytes)?;
    let mut fields = old.fields();
    let names = names_of(conn, old)?;
    for (name, is) in [("customer", &names.customer), ("tag", &old.tag)] {
        if body.text(name).value().is_some_and(|given| given != *is) {
            body.fail(name, "this does not change here");
        }
    }
    let (site, place) = (body.text("site").value(), body.text("place"));
    let (category, parent) = (body.text("category").value(), body.text("parent"));
    body.flag("heating").fill(&mut fields.heating);
    body.flag("surge_suppressors").fill(&mut fields.surge_suppressors);
    read_fields(&mut body, &mut fields);
    body.finish()?;
    if let Some(site) = site.filter(|site| *site != names.site) {
        fields.site_id = find::site(conn, scope, old.customer_id, &site)?.id;
        fields.place_id = None;
    }
    if place != Given::Absent {
        fields.place_id = find::place(conn, scope, fields.site_id, place.value().as_deref())?;
    }
    if let Some(category) = category {
        fields.category_id = find::category(conn, &category)?;
    }
    if parent != Given::Absent {
        fields.parent_id = find::parent(conn, scope, parent.value().as_deref())?;
    }
    Ok(fields)
}

fn body_of(conn: &mut AnyConnection, app: &App, asset: Asset) -> Result<(String, String)> {
    let names = names_of(conn, &asset)?;
    let etag = format!("\"{}\"", asset.version);
    let document: AssetDocument = document(asset, names, &app.config.base_url);
    Ok((serde_json::to_string(&document).map_err(|error| Error::Internal(error.to_string()))?, etag))
}

fn summary(item: ListedAsset, names: &ListNames, app: &App) -> AssetSummary {
    use domain::code::Code;
    let name = |list: &[(i64, String)], id: i64| ListNames::name(list, Some(id)).to_owned();
    AssetSummary {
        status: item.status().code(),
        url: format!("{}/t/{}", app.config.base_url, item.tag),
        customer: name(&names.customers, item.customer_id),
        site: name(&names.sites, item.site_id),
        place: item.place_id.map(|id| name(&names.places, id)),
        category: name(&names.categories, item.category_id),
        tag: item.tag,
        description: item.description,
        make: item.make,
        model: item.model,
        serial: item.serial,
        customer_number: item.customer_number,
        last_verdict: item.last_verdict.map(|verdict| verdict.code()),
        due_on: item.due_on,
        version: item.version,
    }
}
