//! Tests under the asset that they are known to belong to by now.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use domain::evidence::AssetAsTested;
use domain::history_link::NOW;
use store::assets::{find_asset, names_of};
use store::history_links::Belonging;
use store::tests::RecordedTest;
use store::{AnyConnection, Scope};

use crate::actions::tests::facts::as_tested;
use crate::error::Result;

/// Tells each test of the asset that it counts for now, where it was found to belong to another than it was recorded
/// of, and when it counted for others; where it was tested stays.
///
/// # Errors
/// The store's.
pub fn at_home(
    conn: &mut AnyConnection,
    scope: &Scope,
    mut tests: Vec<RecordedTest>,
) -> Result<Vec<RecordedTest>> {
    let ids: BTreeSet<i64> = tests.iter().map(|test| test.row.asset_id).collect();
    let belonging = Belonging::load(conn, &ids.into_iter().collect::<Vec<_>>())?;
    if belonging.homes.is_empty() {
        return Ok(tests);
    }
    let mut named: HashMap<i64, AssetAsTested> = HashMap::new();
    for test in &mut tests {
        let at = (test.row.asset_id, test.row.id.as_str());
        test.away = belonging.away(at);
        let home = belonging.test_at(at, NOW);
        if home == test.row.asset_id {
            continue;
        }
        let name = match named.entry(home) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let asset = find_asset(conn, scope, home)?;
                let names = names_of(conn, &asset)?;
                unknown.insert(as_tested(&asset, names))
            }
        };
        let then = &test.evidence.asset;
        let (site_id, site) = (then.site_id, then.site.clone());
        let (place_id, place) = (then.place_id, then.place.clone());
        test.evidence.asset = AssetAsTested { site_id, site, place_id, place, ..name.clone() };
        test.row.asset_id = home;
    }
    Ok(tests)
}
