//! Visits: the days an engineer spends at a site, which group the tests done there.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::history_link::NOW;

use crate::access::Scope;
use crate::error::{Error, Result};
use crate::history_links::{Belonging, has_links};
use crate::portable::AnyConnection;
use crate::schema::{assets, tests, visit_not_found, visits};
use crate::types::Moment;
use crate::{Tx, in_scope};

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = visits)]
pub struct Visit {
    /// Its number.
    pub id: i64,
    /// Whose site it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// The engineer.
    pub person_id: i64,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// The customer's order number.
    pub order_number: String,
    /// What was to be tested.
    pub extent: String,
    /// What was not, and why.
    pub limitations: String,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What people fill in of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = visits)]
pub struct VisitFields {
    /// The engineer.
    pub person_id: i64,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// The customer's order number.
    pub order_number: String,
    /// What was to be tested.
    pub extent: String,
    /// What was not, and why.
    pub limitations: String,
}

/// An asset of a visit's site that is in use: an item that the visit is expected to see.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Expected {
    /// The asset.
    pub id: i64,
    /// Its tag.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// The place.
    pub place_id: Option<i64>,
}

/// How far a visit has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Assets of the site in service or in store.
    pub expected: i64,
    /// Different assets tested in the visit.
    pub tested: i64,
    /// Marked as not found.
    pub not_found: i64,
}

/// The visits within a scope, the latest first; at one site where one is given, beyond one already shown.
///
/// # Errors
/// The database's.
pub fn list_visits(
    conn: &mut AnyConnection,
    scope: &Scope,
    (site_id, before): (Option<i64>, Option<i64>),
    limit: i64,
) -> Result<Vec<Visit>> {
    let mut query = in_scope!(Visit::query().into_boxed(), scope, visits::customer_id);
    if let Some(site) = site_id {
        query = query.filter(visits::site_id.eq(site));
    }
    if let Some(before) = before {
        query = query.filter(visits::id.lt(before));
    }
    Ok(query.order(visits::id.desc()).limit(limit).load(conn)?)
}

/// The open visits to a site, the latest first.
///
/// # Errors
/// The database's.
pub fn list_open_visits(conn: &mut AnyConnection, scope: &Scope, site_id: i64) -> Result<Vec<Visit>> {
    let query = in_scope!(Visit::query().into_boxed(), scope, visits::customer_id);
    let query = query.filter(visits::site_id.eq(site_id).and(visits::closed_at.is_null()));
    Ok(query.order((visits::starts_on.desc(), visits::id.desc())).limit(50).load(conn)?)
}

/// Finds a visit.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_visit(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Visit> {
    let query = in_scope!(Visit::query().into_boxed(), scope, visits::customer_id);
    query.filter(visits::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("visit"))
}

/// Opens a visit to a site that the caller has found within the scope.
///
/// # Errors
/// The database's.
pub fn insert_visit(tx: &mut Tx, (customer_id, site_id): (i64, i64), fields: &VisitFields) -> Result<i64> {
    let keys = (visits::customer_id.eq(customer_id), visits::site_id.eq(site_id));
    let insert = diesel::insert_into(visits::table).values((fields, keys)).returning(visits::id);
    Ok(insert.get_result(&mut **tx)?)
}

/// Changes a visit that the caller has found within the scope.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn update_visit(tx: &mut Tx, id: i64, version: i64, fields: &VisitFields) -> Result<()> {
    let target = visits::table.filter(visits::id.eq(id).and(visits::version.eq(version)));
    let rows = diesel::update(target).set((fields, visits::version.eq(version + 1))).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("visit")) } else { Ok(()) }
}

/// Closes a visit, or opens it again.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn update_closed(tx: &mut Tx, id: i64, version: i64, closed: bool) -> Result<()> {
    let closed_at = closed.then(|| Moment::from(tx.now));
    let target = visits::table.filter(visits::id.eq(id).and(visits::version.eq(version)));
    let change = (visits::closed_at.eq(closed_at), visits::version.eq(version + 1));
    let rows = diesel::update(target).set(change).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("visit")) } else { Ok(()) }
}

/// How far a visit has come.
///
/// # Errors
/// The database's.
pub fn progress_of(conn: &mut AnyConnection, visit: &Visit) -> Result<Progress> {
    let in_use = assets::lifecycle.eq_any(["in_service", "in_store"]);
    let expected = assets::table.filter(assets::site_id.eq(visit.site_id).and(in_use)).count();
    let tested = match tested_homes(conn, visit)? {
        Some(homes) => i64::try_from(homes.len()).unwrap_or(i64::MAX),
        None => tests::table
            .filter(tests::visit_id.eq(visit.id))
            .select(diesel::dsl::count(tests::asset_id).aggregate_distinct())
            .first(conn)?,
    };
    let not_found = visit_not_found::table.filter(visit_not_found::visit_id.eq(visit.id)).count();
    Ok(Progress { expected: expected.get_result(conn)?, tested, not_found: not_found.get_result(conn)? })
}

/// The assets that the tests of a visit count for, where any histories of the customer were ever linked; none where
/// each counts for the asset it was recorded of.
fn tested_homes(conn: &mut AnyConnection, visit: &Visit) -> Result<Option<BTreeSet<i64>>> {
    if !has_links(conn, visit.customer_id)? {
        return Ok(None);
    }
    let of_visit = tests::table.filter(tests::visit_id.eq(visit.id));
    let rows: Vec<(i64, String)> = of_visit.select((tests::asset_id, tests::id)).load(conn)?;
    let ids: BTreeSet<i64> = rows.iter().map(|(asset, _)| *asset).collect();
    let belonging = Belonging::load(conn, &ids.into_iter().collect::<Vec<_>>())?;
    Ok(Some(rows.iter().map(|(asset, id)| belonging.test_at((*asset, id), NOW)).collect()))
}

/// Assets of the site in use that the visit has neither tested nor marked, beyond an id, in the order of ids.
///
/// # Errors
/// The database's.
pub fn list_missing(
    conn: &mut AnyConnection,
    visit: &Visit,
    after: i64,
    limit: i64,
) -> Result<Vec<Expected>> {
    let homes = tested_homes(conn, visit)?;
    let tested = tests::table.filter(tests::visit_id.eq(visit.id)).select(tests::asset_id);
    let marked = visit_not_found::table
        .filter(visit_not_found::visit_id.eq(visit.id))
        .select(visit_not_found::asset_id);
    let rows = assets::table
        .filter(assets::site_id.eq(visit.site_id).and(assets::id.gt(after)))
        .filter(assets::lifecycle.eq_any(["in_service", "in_store"]))
        .filter(diesel::dsl::not(assets::id.eq_any(marked)))
        .order(assets::id)
        .limit(limit)
        .select((assets::id, assets::tag, assets::description, assets::place_id))
        .into_boxed();
    Ok(match homes {
        Some(homes) => rows.filter(assets::id.ne_all(homes)).load(conn)?,
        None => rows.filter(diesel::dsl::not(assets::id.eq_any(tested))).load(conn)?,
    })
}

/// The assets that a visit looked for in vain, each with the remark.
///
/// # Errors
/// The database's.
pub fn list_not_found(conn: &mut AnyConnection, visit_id: i64) -> Result<Vec<(Expected, String)>> {
    let rows = visit_not_found::table
        .inner_join(assets::table)
        .filter(visit_not_found::visit_id.eq(visit_id))
        .order(assets::id)
        .select(((assets::id, assets::tag, assets::description, assets::place_id), visit_not_found::note));
    Ok(rows.load(conn)?)
}

/// Marks an asset of the visit's site as not found; again is as once.
///
/// # Errors
/// The database's.
pub fn insert_not_found(tx: &mut Tx, visit: &Visit, asset_id: i64, note: &str) -> Result<()> {
    delete_not_found(tx, visit.id, asset_id)?;
    diesel::insert_into(visit_not_found::table)
        .values((
            visit_not_found::visit_id.eq(visit.id),
            visit_not_found::asset_id.eq(asset_id),
            visit_not_found::customer_id.eq(visit.customer_id),
            visit_not_found::note.eq(note),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Takes the mark back, as when the asset is tested after all; gives whether there was one.
///
/// # Errors
/// The database's.
pub fn delete_not_found(tx: &mut Tx, visit_id: i64, asset_id: i64) -> Result<bool> {
    let rows = diesel::delete(visit_not_found::table.find((visit_id, asset_id))).execute(&mut **tx)?;
    Ok(rows > 0)
}
