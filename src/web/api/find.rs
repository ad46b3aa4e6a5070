//! What names and paths in requests stand for, each within the scope.

use actix_web::HttpRequest;
use domain::tag::fold;
use store::assets::list::Filter;
use store::customers::Customer;
use store::places::JOIN;
use store::sites::Site;
use store::{AnyConnection, Scope, assets, categories, customers, places, sites};

use crate::error::{Error, Result};
use crate::web::forms::Form;

/// A customer by name.
///
/// # Errors
/// Not found.
pub fn customer(conn: &mut AnyConnection, scope: &Scope, name: &str) -> Result<Customer> {
    Ok(customers::find_customer_by_name(conn, scope, name)?)
}

/// A customer's site by name.
///
/// # Errors
/// Not found.
pub fn site(conn: &mut AnyConnection, scope: &Scope, customer_id: i64, name: &str) -> Result<Site> {
    Ok(sites::find_site_by_name(conn, scope, customer_id, name)?)
}

/// A place of a site by its path; spaces around the slashes do not matter.
///
/// # Errors
/// Not found.
pub fn place(
    conn: &mut AnyConnection,
    scope: &Scope,
    site_id: i64,
    path: Option<&str>,
) -> Result<Option<i64>> {
    let Some(path) = path.filter(|path| !path.is_empty()) else { return Ok(None) };
    match places::find_place_by_path(conn, scope, site_id, path) {
        Err(store::Error::NotFound(_)) => {
            let path = path.split('/').map(str::trim).collect::<Vec<_>>().join(JOIN);
            Ok(Some(places::find_place_by_path(conn, scope, site_id, &path)?.id))
        }
        found => Ok(Some(found?.id)),
    }
}

/// A category by name.
///
/// # Errors
/// A field error that names some.
pub fn category(conn: &mut AnyConnection, name: &str) -> Result<i64> {
    let known = categories::list_categories(conn)?;
    known.iter().find(|category| category.name == name).map(|category| category.id).ok_or_else(|| {
        let some: Vec<_> = known.iter().take(10).map(|category| category.name.as_str()).collect();
        Error::field("category", format!("there is no category \"{name}\"; there are {}", some.join(", ")))
    })
}

/// The asset that another belongs to, by tag.
///
/// # Errors
/// Not found.
pub fn parent(conn: &mut AnyConnection, scope: &Scope, tag: Option<&str>) -> Result<Option<i64>> {
    match tag.filter(|tag| !tag.is_empty()) {
        Some(tag) => Ok(Some(assets::find_asset_by_tag(conn, scope, &fold(tag))?.id)),
        None => Ok(None),
    }
}

/// Notes each parameter of a query that is not known: a misspelt filter must not look like no filter.
pub fn only_known(form: &mut Form, known: &[&str]) {
    let names: Vec<String> = form.names().map(str::to_owned).collect();
    for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
        form.fail(name, format!("there is no such parameter; use {}", known.join(", ")));
    }
}

/// Narrows a filter by the customer, site, place and category that a query names.
///
/// # Errors
/// Not found; a field error where names need each other.
pub fn narrow(conn: &mut AnyConnection, scope: &Scope, form: &Form, mut filter: Filter) -> Result<Filter> {
    let named = |name: &str| Some(form.value(name)).filter(|value| !value.is_empty());
    if let Some(name) = named("customer") {
        filter.customer_id = Some(customer(conn, scope, name)?.id);
    }
    if let Some(name) = named("site") {
        let all = sites::list_sites(conn, scope, filter.customer_id)?;
        let called: Vec<&Site> = all.iter().filter(|site| site.name == name).collect();
        filter.site_id = match called.as_slice() {
            [one] => Some(one.id),
            [] => return Err(Error::NotFound("site".to_owned())),
            _ => {
                return Err(Error::field(
                    "site",
                    "several customers have such a site; name the customer too",
                ));
            }
        };
    }
    if let Some(path) = named("place") {
        let site_id = filter.site_id.ok_or_else(|| Error::field("site", "name the site of the place too"))?;
        filter.place_id = place(conn, scope, site_id, Some(path))?;
    }
    if let Some(name) = named("category") {
        filter.category_id = Some(category(conn, name)?);
    }
    Ok(filter)
}

/// The `If-Match` of a request.
pub fn condition(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get("if-match");
    header.map(|value| value.to_str().unwrap_or_default().trim().to_owned())
}

/// The version that an `If-Match` names. Anything that cannot be an `ETag` of ours matches nothing.
///
/// # Errors
/// [`Error::NoCondition`] without one; [`Error::Stale`] for one that is none.
pub fn version_of(condition: Option<&str>, noun: &str) -> Result<i64> {
    let condition = condition.ok_or(Error::NoCondition)?;
    let version = condition.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    version.and_then(|text| text.parse().ok()).ok_or_else(|| Error::Stale(noun.to_owned()))
}
