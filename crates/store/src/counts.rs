//! How many things stand where: counted in an index alone. Sites and places given were found within a scope.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::asset::Lifecycle;

use crate::error::Result;
use crate::places::Place;
use crate::portable::AnyConnection;
use crate::schema::{assets, due_tallies};
use crate::sites::Site;
use crate::types::Coded;

/// The number of assets at each of these sites.
///
/// # Errors
/// The database's.
pub fn count_assets_by_site(conn: &mut AnyConnection, sites: &[Site]) -> Result<BTreeMap<i64, i64>> {
    let ids: Vec<i64> = sites.iter().map(|site| site.id).collect();
    let query = assets::table.filter(assets::site_id.eq_any(ids)).group_by(assets::site_id);
    let rows: Vec<(i64, i64)> = query.select((assets::site_id, count_star())).load(conn)?;
    let mut counts: BTreeMap<i64, i64> = rows.into_iter().collect();
    // Taken off after: few are merged, and the many are counted within an index that knows no lifecycle.
    for (site, _) in list_merged(conn)? {
        counts.entry(site).and_modify(|count| *count -= 1);
    }
    Ok(counts)
}

/// The number of assets in each of these places, not counting the places within.
///
/// # Errors
/// The database's.
pub fn count_assets_by_place(conn: &mut AnyConnection, places: &[Place]) -> Result<BTreeMap<i64, i64>> {
    let ids: Vec<i64> = places.iter().map(|place| place.id).collect();
    let query = assets::table.filter(assets::place_id.eq_any(ids)).group_by(assets::place_id);
    let rows: Vec<(Option<i64>, i64)> = query.select((assets::place_id, count_star())).load(conn)?;
    let mut counts: BTreeMap<i64, i64> =
        rows.into_iter().filter_map(|(place, count)| Some((place?, count))).collect();
    for place in list_merged(conn)?.into_iter().filter_map(|(_, place)| place) {
        counts.entry(place).and_modify(|count| *count -= 1);
    }
    Ok(counts)
}

/// Site and place of each asset that was merged into another.
fn list_merged(conn: &mut AnyConnection) -> Result<Vec<(i64, Option<i64>)>> {
    let merged = assets::table.filter(assets::lifecycle.eq(Coded(Lifecycle::Merged)));
    Ok(merged.select((assets::site_id, assets::place_id)).load(conn)?)
}

/// The number of inspections that were due before a day at each of these sites.
///
/// # Errors
/// The database's.
pub fn count_overdue_by_site(
    conn: &mut AnyConnection,
    sites: &[Site],
    today: NaiveDate,
) -> Result<BTreeMap<i64, i64>> {
    let ids: Vec<i64> = sites.iter().map(|site| site.id).collect();
    let query =
        due_tallies::table.filter(due_tallies::site_id.eq_any(ids).and(due_tallies::due_on.lt(today)));
    let rows: Vec<(i64, i64)> = query.select((due_tallies::site_id, due_tallies::items)).load(conn)?;
    let mut counts = BTreeMap::new();
    for (site, items) in rows {
        *counts.entry(site).or_default() += items;
    }
    Ok(counts)
}
