//! The assets that a change of something above them concerns, in batches.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::places::{JOIN, Place};
use crate::portable::AnyConnection;
use crate::schema::{assets, places};

/// What assets are under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Under {
    /// The firm.
    Everywhere,
    /// A customer.
    Customer(i64),
    /// A site.
    Site(i64),
    /// Places.
    Places(Vec<i64>),
    /// A category.
    Category(i64),
}

impl Under {
    /// Under a place, or under any place within it.
    ///
    /// # Errors
    /// The database's.
    pub fn place(conn: &mut AnyConnection, place: &Place) -> Result<Self> {
        let inner = format!("{}{JOIN}", place.path);
        let all: Vec<(i64, String)> = places::table
            .filter(places::site_id.eq(place.site_id))
            .select((places::id, places::path))
            .load(conn)?;
        let within = |(id, path): (i64, String)| (id == place.id || path.starts_with(&inner)).then_some(id);
        Ok(Self::Places(all.into_iter().filter_map(within).collect()))
    }
}

/// The next assets under something, after an id, at most `limit`.
///
/// # Errors
/// The database's.
pub fn list_assets_under(
    conn: &mut AnyConnection,
    under: &Under,
    after: i64,
    limit: i64,
) -> Result<Vec<i64>> {
    let all = assets::table.select(assets::id).into_boxed();
    let those = match under {
        Under::Everywhere => all,
        Under::Customer(id) => all.filter(assets::customer_id.eq(*id)),
        Under::Site(id) => all.filter(assets::site_id.eq(*id)),
        Under::Places(ids) => all.filter(assets::place_id.eq_any(ids.clone())),
        Under::Category(id) => all.filter(assets::category_id.eq(*id)),
    };
    Ok(those.filter(assets::id.gt(after)).order(assets::id).limit(limit).load(conn)?)
}

/// How many assets are under something.
///
/// # Errors
/// The database's.
pub fn count_assets_under(conn: &mut AnyConnection, under: &Under) -> Result<i64> {
    let all = assets::table.into_boxed();
    let those = match under {
        Under::Everywhere => all,
        Under::Customer(id) => all.filter(assets::customer_id.eq(*id)),
        Under::Site(id) => all.filter(assets::site_id.eq(*id)),
        Under::Places(ids) => all.filter(assets::place_id.eq_any(ids.clone())),
        Under::Category(id) => all.filter(assets::category_id.eq(*id)),
    };
    Ok(those.count().get_result(conn)?)
}
