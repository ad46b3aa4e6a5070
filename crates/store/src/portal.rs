//! What a customer's own people see: each query keeps to a [`SiteScope`], so that another site is as unknown as
//! another customer.

pub mod appointments;
pub mod jobs;
pub mod quotes;

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::asset::Lifecycle;

use crate::access::SiteScope;
use crate::assets::list::{self, Filter, Listed, Order};
use crate::assets::{Asset, find_asset_by_tag};
use crate::certificates::{self, CertificateFilter, CertificateRow};
use crate::customers::{self, Customer};
use crate::due_list::{self, Area, DueFilter, DueKey, DueRow};
use crate::error::{Error, Result};
use crate::in_sites;
use crate::places::{self, Place};
use crate::portable::AnyConnection;
use crate::schema::{assets, sites};
use crate::sites::Site;
use crate::stopped::{self, Stopped, Trouble};
use crate::tests::{Page, TestRow, list_tests_of_asset};

/// The sites that are not archived, by name.
///
/// # Errors
/// The database's.
pub fn list_sites(conn: &mut AnyConnection, scope: &SiteScope) -> Result<Vec<Site>> {
    let query = Site::query().filter(sites::archived.eq(false)).into_boxed();
    Ok(in_sites!(query, scope, sites::customer_id, sites::id).order((sites::name, sites::id)).load(conn)?)
}

/// Finds a site.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_site(conn: &mut AnyConnection, scope: &SiteScope, id: i64) -> Result<Site> {
    let query = in_sites!(Site::query().into_boxed(), scope, sites::customer_id, sites::id);
    query.filter(sites::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("site"))
}

/// The places of a site found within the scope.
///
/// # Errors
/// The database's.
pub fn list_places(conn: &mut AnyConnection, scope: &SiteScope, site: &Site) -> Result<Vec<Place>> {
    places::list_places(conn, scope.customers(), site.id)
}

/// The customers whose sites are seen, by name.
///
/// # Errors
/// The database's.
pub fn list_customers(conn: &mut AnyConnection, scope: &SiteScope) -> Result<Vec<Customer>> {
    customers::list_customers(conn, scope.customers())
}

/// Where the scope reaches, or one of its sites.
fn area(scope: &SiteScope, site: Option<&Site>) -> Area {
    match (site, scope.sites(), scope.customers().customers()) {
        (Some(site), ..) => Area::site(site),
        (None, Some(ids), Some([customer])) => Area::sites(*customer, ids.to_vec()),
        (None, Some(_), _) => Area::sites(0, vec![]),
        (None, None, _) => Area::default(),
    }
}

/// Those of some tags whose assets are at sites within the scope.
///
/// # Errors
/// The database's.
pub fn list_seen_tags(
    conn: &mut AnyConnection,
    scope: &SiteScope,
    tags: &BTreeSet<String>,
) -> Result<BTreeSet<String>> {
    let named: Vec<&str> = tags.iter().map(String::as_str).collect();
    let mut found = BTreeSet::new();
    for some in named.chunks(500) {
        let query = assets::table.filter(assets::tag.eq_any(some.to_vec())).into_boxed();
        let query = in_sites!(query, scope, assets::customer_id, assets::site_id);
        found.extend(query.select(assets::tag).load::<String>(conn)?);
    }
    Ok(found)
}

/// Finds the asset that a folded tag leads to.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none at a site within the scope.
pub fn find_asset(conn: &mut AnyConnection, scope: &SiteScope, folded: &str) -> Result<Asset> {
    let asset = find_asset_by_tag(conn, scope.customers(), folded)?;
    match scope.holds(asset.customer_id, asset.site_id) {
        true => Ok(asset),
        false => Err(Error::NotFound("asset")),
    }
}

/// The assets with this number of the customer's own.
///
/// # Errors
/// The database's.
pub fn find_assets_by_number(
    conn: &mut AnyConnection,
    scope: &SiteScope,
    number: &str,
) -> Result<Vec<Asset>> {
    let found = crate::assets::find_assets_by_number(conn, scope.customers(), number)?;
    Ok(found.into_iter().filter(|asset| scope.holds(asset.customer_id, asset.site_id)).collect())
}

/// A page of the assets.
///
/// # Errors
/// [`Error::NotFound`] for a site or cursor outside the scope.
pub fn list_assets(
    conn: &mut AnyConnection,
    scope: &SiteScope,
    filter: &Filter,
    page: (Order, Option<i64>, usize),
) -> Result<Listed> {
    if let Some(id) = filter.site_id {
        find_site(conn, scope, id)?;
    }
    let filter = Filter { sites: scope.sites().map(<[i64]>::to_vec), ..filter.clone() };
    list::list_assets(conn, scope.customers(), &filter, page)
}

/// How many assets are in use.
///
/// # Errors
/// The database's.
pub fn count_assets(conn: &mut AnyConnection, scope: &SiteScope) -> Result<i64> {
    let used = [Lifecycle::InService, Lifecycle::InStore, Lifecycle::InRepair].map(crate::types::Coded);
    let query = assets::table.filter(assets::lifecycle.eq_any(used)).into_boxed();
    let query = in_sites!(query, scope, assets::customer_id, assets::site_id);
    Ok(query.count().get_result(conn)?)
}

/// How many inspections fall due on each day.
///
/// # Errors
/// The database's.
pub fn count_days(
    conn: &mut AnyConnection,
    scope: &SiteScope,
    site: Option<&Site>,
) -> Result<Vec<(chrono::NaiveDate, i64)>> {
    due_list::count_days(conn, scope.customers(), &area(scope, site), None)
}

/// What is due from a day to the day before another, soonest first, and where the next page begins.
///
/// # Errors
/// The database's.
pub fn list_due(
    conn: &mut AnyConnection,
    scope: &SiteScope,
    site: Option<&Site>,
    ((first, before), after): ((Option<chrono::NaiveDate>, Option<chrono::NaiveDate>), Option<DueKey>),
    limit: usize,
) -> Result<(Vec<DueRow>, Option<DueKey>)> {
    let filter = DueFilter { area: area(scope, site), first, before, ..DueFilter::default() };
    due_list::list_due(conn, scope.customers(), &filter, after, limit)
}

/// What failed and is locked, latest first, and how many there are.
///
/// # Errors
/// The database's.
pub fn list_locked(
    conn: &mut AnyConnection,
    scope: &SiteScope,
    site: Option<&Site>,
    limit: i64,
) -> Result<(Vec<Stopped>, i64)> {
    let area = area(scope, site);
    let rows = stopped::list_stopped(conn, scope.customers(), &area, Trouble::Locked, limit)?;
    Ok((rows, stopped::count_stopped(conn, scope.customers(), &area, Trouble::Locked)?))
}

/// The tests of an asset found within the scope, the latest first.
///
/// # Errors
/// The database's.
pub fn list_tests(
    conn: &mut AnyConnection,
    scope: &SiteScope,
    asset: &Asset,
    page: Page,
) -> Result<Vec<TestRow>> {
    list_tests_of_asset(conn, scope.customers(), asset.id, page)
}

/// Certificates of the sites, the newest first; of one site where one is given, found within the scope.
///
/// # Errors
/// The database's.
pub fn list_certificates(
    conn: &mut AnyConnection,
    scope: &SiteScope,
    (site, before): (Option<&Site>, Option<i64>),
    limit: i64,
) -> Result<Vec<CertificateRow>> {
    let sites = site.map(|site| vec![site.id]).or_else(|| scope.sites().map(<[i64]>::to_vec));
    let filter = CertificateFilter { sites, before, ..CertificateFilter::default() };
    certificates::list_certificates(conn, scope.customers(), &filter, limit)
}

/// The latest revision of a certificate.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none of a site within the scope.
pub fn find_certificate(conn: &mut AnyConnection, scope: &SiteScope, number: &str) -> Result<CertificateRow> {
    let rows = certificates::list_revisions(conn, scope.customers(), number)?;
    let latest = rows.into_iter().next().filter(|row| scope.holds(row.customer_id, row.site_id));
    latest.ok_or(Error::NotFound("certificate"))
}
