//! `/api/v1/customers`, `sites`, `places`, `categories`, `instruments`: what names in requests may be.

use actix_web::http::StatusCode;
use actix_web::web;
use chrono::NaiveDate;
use domain::code::Code;
use domain::permission::ViewRegister;
use serde::Serialize;
use store::{AnyConnection, Scope, categories, customers, instruments, places, sites};

use super::find;
use crate::error::{Error, Result};
use crate::web::forms::{Form, show_thousandths};
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// A customer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CustomerItem {
    id: i64,
    name: String,
    contact: String,
    email: String,
    phone: String,
    address: String,
    /// Code of the rule set that its tests are judged by.
    ruleset: String,
    archived: bool,
}

/// A site.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SiteItem {
    id: i64,
    customer: String,
    name: String,
    address: String,
    contact: String,
    /// IANA name of the time zone by which due dates count.
    time_zone: String,
    archived: bool,
}

/// A place.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PlaceItem {
    id: i64,
    /// Names from the top, joined by " / ".
    path: String,
    /// What it is used for; null to go by the place it is in.
    environment: Option<&'static str>,
    archived: bool,
}

/// A category.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CategoryItem {
    id: i64,
    name: String,
    equipment_class: Option<&'static str>,
    equipment_type: Option<&'static str>,
    /// Fuse in amperes.
    fuse_a: Option<String>,
    formal_visual_months: Option<i64>,
    combined_months: Option<i64>,
}

/// An instrument.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InstrumentItem {
    id: i64,
    make: String,
    model: String,
    serial: String,
    calibration_certificate: String,
    calibrated_on: Option<NaiveDate>,
    calibration_due: Option<NaiveDate>,
    retired: bool,
}

/// A whole list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct List<T> {
    /// Everything in it.
    pub items: Vec<T>,
}

/// The customers that you see, by name.
///
/// # Errors
/// The store's.
#[utoipa::path(get, path = "/api/v1/customers", tag = "register",
    responses((status = 200, body = List<CustomerItem>), (status = 401)))]
pub async fn list_customers(visitor: Visitor) -> Result<Reply> {
    list(visitor, vec![], &[], |conn, scope, _| {
        let all = customers::list_customers(conn, scope)?;
        let item = |c: customers::Customer| CustomerItem {
            id: c.id,
            name: c.name,
            contact: c.contact,
            email: c.email,
            phone: c.phone,
            address: c.address,
            ruleset: c.ruleset,
            archived: c.archived,
        };
        Ok(all.into_iter().map(item).collect())
    })
    .await
}

/// The sites that you see.
///
/// # Errors
/// Not found for a foreign customer.
#[utoipa::path(get, path = "/api/v1/sites", tag = "register",
    params(("customer" = Option<String>, Query, description = "Name of a customer")),
    responses((status = 200, body = List<SiteItem>), (status = 401), (status = 404), (status = 422)))]
pub async fn list_sites(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    list(visitor, pairs.into_inner(), &["customer"], |conn, scope, form| {
        let only = match form.value("customer") {
            "" => None,
            name => Some(find::customer(conn, scope, name)?.id),
        };
        let names = customers::list_customers(conn, scope)?;
        let name = |id| names.iter().find(|customer| customer.id == id).map(|customer| customer.name.clone());
        let item = |s: sites::Site| SiteItem {
            id: s.id,
            customer: name(s.customer_id).unwrap_or_default(),
            name: s.name,
            address: s.address,
            contact: s.contact,
            time_zone: s.time_zone,
            archived: s.archived,
        };
        Ok(sites::list_sites(conn, scope, only)?.into_iter().map(item).collect())
    })
    .await
}

/// The places of a site, each after the one it is in.
///
/// # Errors
/// Not found for a foreign customer or site.
#[utoipa::path(get, path = "/api/v1/places", tag = "register",
    params(("customer" = String, Query, description = "Name of the customer"),
        ("site" = String, Query, description = "Name of the site")),
    responses((status = 200, body = List<PlaceItem>), (status = 401), (status = 404), (status = 422)))]
pub async fn list_places(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    list(visitor, pairs.into_inner(), &["customer", "site"], |conn, scope, form| {
        for name in ["customer", "site"] {
            if form.value(name).is_empty() {
                return Err(Error::field(name, "name the customer and the site"));
            }
        }
        let customer = find::customer(conn, scope, form.value("customer"))?;
        let site = find::site(conn, scope, customer.id, form.value("site"))?;
        let item = |p: places::Place| PlaceItem {
            id: p.id,
            path: p.path,
            environment: p.environment.map(|e| e.code()),
            archived: p.archived,
        };
        Ok(places::list_places(conn, scope, site.id)?.into_iter().map(item).collect())
    })
    .await
}

/// The categories.
///
/// # Errors
/// The store's.
#[utoipa::path(get, path = "/api/v1/categories", tag = "register",
    responses((status = 200, body = List<CategoryItem>), (status = 401)))]
pub async fn list_categories(visitor: Visitor) -> Result<Reply> {
    list(visitor, vec![], &[], |conn, _, _| {
        let item = |c: categories::Category| CategoryItem {
            id: c.id,
            name: c.name,
            equipment_class: c.equipment_class.map(|class| class.code()),
            equipment_type: c.equipment_type.map(|kind| kind.code()),
            fuse_a: c.fuse_ma.map(|fuse| show_thousandths(Some(fuse))),
            formal_visual_months: c.formal_visual_months,
            combined_months: c.combined_months,
        };
        Ok(categories::list_categories(conn)?.into_iter().map(item).collect())
    })
    .await
}

/// The instruments.
///
/// # Errors
/// The store's.
#[utoipa::path(get, path = "/api/v1/instruments", tag = "register",
    responses((status = 200, body = List<InstrumentItem>), (status = 401)))]
pub async fn list_instruments(visitor: Visitor) -> Result<Reply> {
    list(visitor, vec![], &[], |conn, _, _| {
        let item = |i: instruments::Instrument| InstrumentItem {
            id: i.id,
            make: i.make,
            model: i.model,
            serial: i.serial,
            calibration_certificate: i.calibration_certificate,
            calibrated_on: i.calibrated_on,
            calibration_due: i.calibration_due,
            retired: i.retired,
        };
        Ok(instruments::list_instruments(conn)?.into_iter().map(item).collect())
    })
    .await
}

async fn list<T: Serialize + Send + 'static>(
    visitor: Visitor,
    pairs: Vec<(String, String)>,
    known: &'static [&'static str],
    find: impl FnOnce(&mut AnyConnection, &Scope, &Form) -> Result<Vec<T>> + Send + 'static,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ViewRegister>()?;
            let mut form = Form::new(pairs);
            find::only_known(&mut form, known);
            form.check()?;
            let items = visit.app.store.read(|conn| find(conn, right.scope(), &form))?;
            Reply::json(StatusCode::OK, &List { items })
        })
        .await
}
