//! Parts of the register named on the command line, such as "Northgate/Head office/Kitchen".

use store::customers::{Customer, list_customers};
use store::places::{self, Place, list_places};
use store::sites::{Site, list_sites};
use store::{AnyConnection, Scope};

use crate::error::{Error, Result};

/// What a path names, as far down as it goes.
#[derive(Debug, Clone)]
pub struct Named {
    /// The customer.
    pub customer: Customer,
    /// The site, where the path goes on.
    pub site: Option<Site>,
    /// The place, where the path goes further.
    pub place: Option<Place>,
}

/// Finds what "Customer", "Customer/Site" or "Customer/Site/Place/Place" names. A slash within a name is understood.
///
/// # Errors
/// Not found, naming the part; also for what lies outside the scope.
pub fn find_path(conn: &mut AnyConnection, scope: &Scope, path: &str) -> Result<Named> {
    let customers = list_customers(conn, scope)?;
    let found = longest(path, customers, |customer| &customer.name);
    let (customer, rest) = found.ok_or_else(|| missing("customer", path))?;
    if rest.is_empty() {
        return Ok(Named { customer, site: None, place: None });
    }
    let sites = list_sites(conn, scope, Some(customer.id))?;
    let (site, rest) = longest(rest, sites, |site| &site.name).ok_or_else(|| missing("site", rest))?;
    if rest.is_empty() {
        return Ok(Named { customer, site: Some(site), place: None });
    }
    let wanted: Vec<&str> = rest.split('/').map(str::trim).collect();
    let spellings = [rest.to_owned(), wanted.join(places::JOIN)];
    let all = list_places(conn, scope, site.id)?;
    let place = all.into_iter().find(|place| spellings.contains(&place.path));
    let place = place.ok_or_else(|| missing("place", rest))?;
    Ok(Named { customer, site: Some(site), place: Some(place) })
}

fn missing(noun: &str, path: &str) -> Error {
    let shown: String = path.chars().take(80).collect();
    Error::NotFound(format!("{noun} \"{shown}\""))
}

/// The item with the longest name that the path begins with, and what follows its slash.
fn longest<T>(path: &str, items: Vec<T>, name: impl Fn(&T) -> &String) -> Option<(T, &str)> {
    let path = path.trim();
    let fitting = items.into_iter().filter_map(|item| {
        let rest = path.strip_prefix(name(&item).as_str())?.trim();
        let rest = if rest.is_empty() { rest } else { rest.strip_prefix('/')?.trim() };
        Some((item, rest))
    });
    fitting.max_by_key(|(item, _)| name(item).len())
}
