//! How many things stand where: counted in an index alone. Sites and places given were found within a scope.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::error::Result;
use crate::places::Place;
use crate::portable::AnyConnection;
use crate::schema::{assets, due_tallies};
use crate::sites::Site;

/// The number of assets at each of these sites.
///
/// # Errors
/// The database's.
pub fn count_assets_by_site(conn: &mut AnyConnection, sites: &[Site]) -> Result<BTreeMap<i64, i64>> {
    let ids: Vec<i64> = sites.iter().map(|site| site.id).collect();
    let query = assets::table.filter(assets::site_id.eq_any(ids)).group_by(assets::site_id);
    let rows: Vec<(i64, i64)> = query.select((assets::site_id, count_star())).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The number of assets in each of these places, not counting the places within.
///
/// # Errors
/// The database's.
pub fn count_assets_by_place(conn: &mut AnyConnection, places: &[Place]) -> Result<BTreeMap<i64, i64>> {
    let ids: Vec<i64> = places.iter().map(|place| place.id).collect();
    let query = assets::table.filter(assets::place_id.eq_any(ids)).group_by(assets::place_id);
    let rows: Vec<(Option<i64>, i64)> = query.select((assets::place_id, count_star())).load(conn)?;
    Ok(rows.into_iter().filter_map(|(place, count)| Some((place?, count))).collect())
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
