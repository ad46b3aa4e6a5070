//! What is still to be worked out anew after a change above many assets: kept, so that a restart goes on with it.

use diesel::prelude::*;

use crate::Tx;
use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::ripples;
use crate::types::{Json, Moment};
use crate::under::Under;

/// A change on its way through the assets under something.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = ripples)]
pub struct RippleRow {
    /// Id.
    pub id: i64,
    /// What was changed, in words.
    pub what: String,
    /// The assets it concerns.
    pub under: Json<Under>,
    /// Whether the words they are found by change.
    pub words: bool,
    /// Whether their due dates may change.
    pub dues: bool,
    /// The last asset done.
    pub after_id: i64,
    /// How many are done.
    pub done: i64,
    /// How many there were when it began.
    pub total: i64,
    /// When it began.
    pub started_at: Moment,
    /// When it was done.
    pub finished_at: Option<Moment>,
}

/// Writes down that a change goes on; gives its id.
///
/// # Errors
/// The database's.
pub fn insert_ripple(
    tx: &mut Tx,
    (what, under): (&str, &Under),
    (words, dues): (bool, bool),
    (after_id, done, total): (i64, i64, i64),
) -> Result<i64> {
    let row = (
        ripples::what.eq(what),
        ripples::under.eq(String::from(Json(under.clone()))),
        ripples::words.eq(words),
        ripples::dues.eq(dues),
        ripples::after_id.eq(after_id),
        ripples::done.eq(done),
        ripples::total.eq(total),
        ripples::started_at.eq(Moment::from(tx.now)),
    );
    Ok(diesel::insert_into(ripples::table).values(row).returning(ripples::id).get_result(&mut **tx)?)
}

/// The changes that are not through yet, the first first.
///
/// # Errors
/// The database's.
pub fn list_open_ripples(conn: &mut AnyConnection) -> Result<Vec<RippleRow>> {
    Ok(RippleRow::query().filter(ripples::finished_at.is_null()).order(ripples::id).limit(20).load(conn)?)
}

/// One that is not through yet.
///
/// # Errors
/// The database's.
pub fn find_open_ripple(conn: &mut AnyConnection, id: i64) -> Result<Option<RippleRow>> {
    let open = RippleRow::query().filter(ripples::id.eq(id).and(ripples::finished_at.is_null()));
    Ok(open.first(conn).optional()?)
}

/// Notes how far one has come: from the asset where `seen` says it stood; none further when it is through.
/// Gives whether it stood there still: if not, somebody else goes on with it.
///
/// # Errors
/// The database's.
pub fn advance_ripple(tx: &mut Tx, seen: &RippleRow, reached: Option<(i64, i64)>) -> Result<bool> {
    let target = ripples::table.filter(ripples::id.eq(seen.id).and(ripples::after_id.eq(seen.after_id)));
    let rows = match reached {
        Some((after_id, done)) => diesel::update(target)
            .set((ripples::after_id.eq(after_id), ripples::done.eq(ripples::done + done)))
            .execute(&mut **tx)?,
        None => {
            diesel::update(target).set(ripples::finished_at.eq(Moment::from(tx.now))).execute(&mut **tx)?
        }
    };
    Ok(rows > 0)
}
