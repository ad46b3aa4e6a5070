//! Many assets at once, by what files call them; only ever those of one customer.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::assets::Asset;
use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{assets, tags};

/// Codes per statement: SQLite binds at most 32,766 values in one.
const BATCH: usize = 1000;

/// A customer's assets by the folded tags on them.
///
/// # Errors
/// The database's.
pub fn assets_by_codes(
    conn: &mut AnyConnection,
    customer_id: i64,
    folded: &[String],
) -> Result<HashMap<String, i64>> {
    let mut found = HashMap::new();
    for codes in folded.chunks(BATCH) {
        let rows: Vec<(String, Option<i64>)> = tags::table
            .filter(tags::folded.eq_any(codes).and(tags::customer_id.eq(customer_id)))
            .select((tags::folded, tags::asset_id))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(code, id)| Some((code, id?))));
    }
    Ok(found)
}

/// A customer's assets by their own numbers, each in the spelling stored.
///
/// # Errors
/// The database's.
pub fn assets_by_numbers(
    conn: &mut AnyConnection,
    customer_id: i64,
    numbers: &[String],
) -> Result<Vec<(String, i64)>> {
    let mut found = vec![];
    for numbers in numbers.chunks(BATCH) {
        let rows: Vec<(Option<String>, i64)> = assets::table
            .filter(assets::customer_id.eq(customer_id))
            .filter(assets::customer_number.eq_any(numbers))
            .select((assets::customer_number, assets::id))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(number, id)| Some((number?, id))));
    }
    Ok(found)
}

/// A customer's assets by id.
///
/// # Errors
/// The database's.
pub fn assets_by_ids(conn: &mut AnyConnection, customer_id: i64, ids: &[i64]) -> Result<HashMap<i64, Asset>> {
    let mut found = HashMap::new();
    for ids in ids.chunks(BATCH) {
        let rows: Vec<Asset> = Asset::query()
            .filter(assets::customer_id.eq(customer_id).and(assets::id.eq_any(ids.to_vec())))
            .load(conn)?;
        found.extend(rows.into_iter().map(|asset| (asset.id, asset)));
    }
    Ok(found)
}

/// The assets of a site whose own number is one of these: number, place, asset.
///
/// # Errors
/// The database's.
pub fn assets_by_site_numbers(
    conn: &mut AnyConnection,
    (customer_id, site_id): (i64, i64),
    numbers: &[String],
) -> Result<Vec<(String, Option<i64>, i64)>> {
    let mut found = vec![];
    for numbers in numbers.chunks(BATCH) {
        let rows: Vec<(Option<String>, Option<i64>, i64)> = assets::table
            .filter(assets::customer_id.eq(customer_id).and(assets::site_id.eq(site_id)))
            .filter(assets::customer_number.eq_any(numbers))
            .select((assets::customer_number, assets::place_id, assets::id))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(number, place, id)| Some((number?, place, id))));
    }
    Ok(found)
}
