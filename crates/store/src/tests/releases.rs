//! Releases: a manager's recorded decision about a lock that a passing test cannot settle.

use diesel::prelude::*;
use domain::standing::Release;

use crate::Tx;
use crate::each_backend;
use crate::error::{Result, taken};
use crate::history_links::Belonging;
use crate::ledger::{self, Entry, Place, RowHash};
use crate::portable::AnyConnection;
use crate::schema::releases;
use crate::types::Moment;

/// A release.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = releases)]
pub struct ReleaseRow {
    /// Id.
    pub id: String,
    /// Whose asset it is.
    pub customer_id: i64,
    /// Its number in the customer's ledger; given when it is inserted.
    pub seq: i64,
    /// The asset.
    pub asset_id: i64,
    /// Who decided.
    pub person_id: i64,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
}

impl ReleaseRow {
    /// Hash over its columns, but for the customer and number that the ledger has itself.
    pub fn row_hash(&self) -> String {
        let hash = RowHash::default().text(&self.id).number(self.asset_id).number(self.person_id);
        hash.moment(self.at).text(&self.reason).finish()
    }
}

/// Writes a release to the ledger and its row behind it; the last thing a transaction does.
///
/// # Errors
/// [`crate::Error::Taken`] when the id is in use.
pub fn insert_release(tx: &mut Tx, mut row: ReleaseRow, body: String) -> Result<Place> {
    let entry = Entry { kind: "release", record_id: row.id.clone(), row_hash: row.row_hash(), body };
    let place = ledger::append(tx, row.customer_id, row.at.utc(), &entry)?;
    row.seq = place.seq;
    let insert = diesel::insert_into(releases::table).values(&row).execute(&mut **tx);
    taken(insert, || "this review is recorded already".to_owned())?;
    Ok(place)
}

/// The releases of an asset, the earliest first.
///
/// # Errors
/// The database's.
pub fn list_releases(conn: &mut AnyConnection, asset_id: i64) -> Result<Vec<ReleaseRow>> {
    let of = Belonging::load(conn, &[asset_id])?.members(asset_id);
    match of.as_slice() {
        [only] => Ok(each_backend!(conn, c => {
            ReleaseRow::query().filter(releases::asset_id.eq(*only)).order(releases::seq).load(c)
        })?),
        _ => Ok(ReleaseRow::query().filter(releases::asset_id.eq_any(of)).order(releases::seq).load(conn)?),
    }
}

/// The releases of these assets since a moment, the earliest first.
///
/// # Errors
/// The database's.
pub fn list_releases_of(conn: &mut AnyConnection, ids: &[i64], since: Moment) -> Result<Vec<ReleaseRow>> {
    let mut found: Vec<ReleaseRow> = vec![];
    for ids in ids.chunks(500) {
        let of =
            ReleaseRow::query().filter(releases::asset_id.eq_any(ids.to_vec()).and(releases::at.ge(since)));
        found.extend(of.load(conn)?);
    }
    found.sort_by_key(|release| release.seq);
    Ok(found)
}

/// Every release of some histories, each with the asset it counts for now.
pub(crate) fn releases_at_home(
    conn: &mut AnyConnection,
    belonging: &Belonging,
) -> Result<Vec<(i64, Release)>> {
    let mut found = vec![];
    for ids in belonging.assets.chunks(1000) {
        let mine = releases::table.filter(releases::asset_id.eq_any(ids.to_vec()));
        let rows: Vec<(i64, i64)> = mine.select((releases::asset_id, releases::seq)).load(conn)?;
        found.extend(rows.into_iter().map(|(asset_id, sequence)| {
            let then = belonging.homes.then(asset_id, sequence);
            (belonging.home(asset_id), Release { sequence, then })
        }));
    }
    Ok(found)
}
