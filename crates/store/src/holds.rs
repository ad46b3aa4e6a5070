//! Holds: rows in front of the ledger that keep an asset from being used though no test failed. Appended, never altered.

use diesel::prelude::*;
use domain::standing::{Hold, HoldWhy};

use crate::Tx;
use crate::each_backend;
use crate::error::{Result, taken};
use crate::history_links::Belonging;
use crate::ledger::{self, Entry, Place, RowHash};
use crate::portable::AnyConnection;
use crate::schema::holds;
use crate::types::{Coded, Moment};

/// Ids in one statement.
const BATCH: usize = 1000;

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = holds, treat_none_as_default_value = false)]
pub struct HoldRow {
    /// Id.
    pub id: String,
    /// Whose asset it is.
    pub customer_id: i64,
    /// Its number in the customer's ledger; given when it is inserted.
    pub seq: i64,
    /// The asset.
    pub asset_id: i64,
    /// Why.
    pub why: Coded<HoldWhy>,
    /// When it was reported or opened.
    pub at: Moment,
    /// When it arrived.
    pub received_at: Moment,
    /// Who reported or opened it; none for somebody without an account.
    pub person_id: Option<i64>,
    /// What it comes from, such as "fault 12" or "job J-000123".
    pub source: String,
    /// In a few words, what was said.
    pub reason: String,
}

impl HoldRow {
    /// Hash over its columns, but for the customer and number that the ledger has itself.
    pub fn row_hash(&self) -> String {
        use domain::code::Code;
        let hash = RowHash::default().text(&self.id).number(self.asset_id).text(self.why.0.code());
        let hash = hash.moment(self.at).moment(self.received_at).optional_number(self.person_id);
        hash.text(&self.source).text(&self.reason).finish()
    }
}

/// Writes a hold to the ledger and its row behind it; the last thing a transaction does.
///
/// # Errors
/// [`crate::Error::Taken`] when the id is in use.
pub fn insert_hold(tx: &mut Tx, mut row: HoldRow, body: String) -> Result<Place> {
    let entry = Entry { kind: "hold", record_id: row.id.clone(), row_hash: row.row_hash(), body };
    let place = ledger::append(tx, row.customer_id, row.received_at.utc(), &entry)?;
    row.seq = place.seq;
    let insert = diesel::insert_into(holds::table).values(&row).execute(&mut **tx);
    taken(insert, || "this hold is recorded already".to_owned())?;
    Ok(place)
}

/// Whether something put an asset on hold, of what it comes from.
///
/// # Errors
/// The database's.
pub fn is_held_by(conn: &mut AnyConnection, asset_id: i64, source: &str) -> Result<bool> {
    let of = holds::asset_id.eq(asset_id).and(holds::source.eq(source));
    Ok(holds::table.filter(of).select(holds::seq).first::<i64>(conn).optional()?.is_some())
}

/// Every hold of some histories, each with the asset it counts for now.
pub(crate) fn holds_at_home(conn: &mut AnyConnection, belonging: &Belonging) -> Result<Vec<(i64, Hold)>> {
    type Row = (i64, String, i64, Coded<HoldWhy>, Moment);
    let columns = (holds::asset_id, holds::id, holds::seq, holds::why, holds::at);
    let mut rows: Vec<Row> = vec![];
    for ids in belonging.assets.chunks(BATCH) {
        rows.extend(match *ids {
            // Each page of an asset asks this: it stays a prepared statement.
            [only] => each_backend!(conn, c => {
                holds::table.filter(holds::asset_id.eq(only)).select(columns).load::<Row>(c)
            })?,
            _ => {
                holds::table.filter(holds::asset_id.eq_any(ids.to_vec())).select(columns).load::<Row>(conn)?
            }
        });
    }
    let hold = |(asset_id, id, sequence, why, at): Row| {
        // A hold goes with the history it stands in: no link moves it by itself.
        let away = belonging.away((asset_id, &id));
        (belonging.home(asset_id), Hold { sequence, why: why.0, at: at.utc(), away })
    };
    Ok(rows.into_iter().map(hold).collect())
}
