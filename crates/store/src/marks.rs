//! What was written of assets beside their tests, as the standing needs it: holds and releases.

use std::collections::HashMap;

use domain::standing::Marks;

use crate::error::Result;
use crate::history_links::Belonging;
use crate::holds::holds_at_home;
use crate::portable::AnyConnection;
use crate::tests::releases_at_home;

/// The marks of one asset.
///
/// # Errors
/// The database's.
pub fn marks_for_standing(conn: &mut AnyConnection, asset_id: i64) -> Result<Marks> {
    Ok(marks_of_many(conn, &[asset_id])?.remove(&asset_id).unwrap_or_default())
}

/// The marks of many assets; those without any are left out.
///
/// # Errors
/// The database's.
pub fn marks_of_many(conn: &mut AnyConnection, asset_ids: &[i64]) -> Result<HashMap<i64, Marks>> {
    let belonging = Belonging::load(conn, asset_ids)?;
    marks_at_home(conn, &belonging)
}

/// As [`marks_of_many`], where it is known what belongs to what.
///
/// # Errors
/// The database's.
pub fn marks_at_home(conn: &mut AnyConnection, belonging: &Belonging) -> Result<HashMap<i64, Marks>> {
    let mut found: HashMap<i64, Marks> = HashMap::new();
    for (asset, release) in releases_at_home(conn, belonging)? {
        found.entry(asset).or_default().releases.push(release);
    }
    for (asset, hold) in holds_at_home(conn, belonging)? {
        found.entry(asset).or_default().holds.push(hold);
    }
    Ok(found)
}
