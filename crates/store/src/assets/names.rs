//! What the ids of an asset stand for, in words.

use diesel::prelude::*;

use super::Asset;
use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{assets, categories, customers, places, sites};

/// The names behind an asset's ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetNames {
    /// The customer's name.
    pub customer: String,
    /// The site's name.
    pub site: String,
    /// The IANA name of the site's time zone.
    pub time_zone: String,
    /// The category's name.
    pub category: String,
    /// The place's path within the site.
    pub place: Option<String>,
    /// The tag of the asset that it belongs to.
    pub parent_tag: Option<String>,
}

/// Looks up the names behind an asset that the caller has found within the scope.
///
/// # Errors
/// The database's.
pub fn names_of(conn: &mut AnyConnection, asset: &Asset) -> Result<AssetNames> {
    let (site, time_zone, customer): (String, String, String) = sites::table
        .inner_join(customers::table)
        .filter(sites::id.eq(asset.site_id))
        .select((sites::name, sites::time_zone, customers::name))
        .first(conn)?;
    let category = categories::table.find(asset.category_id).select(categories::name).first(conn)?;
    let place = match asset.place_id {
        Some(id) => places::table.find(id).select(places::path).first(conn).optional()?,
        None => None,
    };
    let parent_tag = match asset.parent_id {
        Some(id) => assets::table.find(id).select(assets::tag).first(conn).optional()?,
        None => None,
    };
    Ok(AssetNames { customer, site, time_zone, category, place, parent_tag })
}
