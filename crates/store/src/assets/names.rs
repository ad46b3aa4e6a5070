//! What the ids of an asset stand for, in words.

use diesel::prelude::*;
use domain::asset::{Lifecycle, Status};

use super::Asset;
use crate::each_backend;
use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{assets, categories, customers, places, sites};
use crate::types::Coded;

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
    // By the ids at hand, which an edit may not have stored yet, and as one query: this is asked for every page.
    let (site, time_zone, customer, category, place) = each_backend!(conn, c => sites::table
        .inner_join(customers::table)
        .inner_join(categories::table.on(categories::id.eq(asset.category_id)))
        .left_join(places::table.on(places::id.nullable().eq(asset.place_id)))
        .filter(sites::id.eq(asset.site_id))
        .select((sites::name, sites::time_zone, customers::name, categories::name, places::path.nullable()))
        .first(c))?;
    let parent_tag = match asset.parent_id {
        Some(id) => assets::table.find(id).select(assets::tag).first(conn).optional()?,
        None => None,
    };
    Ok(AssetNames { customer, site, time_zone, category, place, parent_tag })
}

/// What belongs to an asset, such as a lead, as far as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = assets)]
pub struct Part {
    /// The tag in use.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// Where it stands in its life.
    pub lifecycle: Coded<Lifecycle>,
    /// Why it must not be used.
    pub lock_cause: Option<String>,
}

impl Part {
    /// What people are shown.
    pub fn status(&self) -> Status {
        Status::of(self.lifecycle.0, self.lock_cause.is_some())
    }
}

/// The assets that belong to ones that the caller has found within the scope, such as their leads; without those
/// that were merged into another.
///
/// # Errors
/// The database's.
pub fn list_parts(conn: &mut AnyConnection, ids: &[i64]) -> Result<Vec<Part>> {
    let stands = assets::lifecycle.ne(Coded(Lifecycle::Merged));
    Ok(match *ids {
        [only] => each_backend!(conn, c => {
            let mine = assets::parent_id.eq(only).and(stands);
            Part::query().filter(mine).order(assets::id).limit(100).load(c)
        })?,
        _ => {
            let theirs = assets::parent_id.eq_any(ids.to_vec()).and(stands);
            Part::query().filter(theirs).order(assets::id).limit(100).load(conn)?
        }
    })
}
