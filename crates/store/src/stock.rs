//! The stock: levels, which are kept in the same transaction as the movements whose sum they are.

pub mod drift;
pub mod job_parts;
pub mod movements;

pub(crate) use job_parts::of_row;
pub use job_parts::{JobPart, list_job_parts};
pub use movements::{MovementRow, NewMovement, insert_movement};

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::job::JobState;
use domain::purchase::Level;

use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{jobs, part_orders, reservations, stock_levels, stock_places};
use crate::types::{Coded, Moment};
use crate::{Tx, each_backend};

/// How many of a part a place has.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = stock_levels)]
pub struct LevelRow {
    /// The part.
    pub part_id: i64,
    /// The place.
    pub place_id: i64,
    /// How many.
    pub quantity: i64,
    /// From how few on more are ordered.
    pub reorder_level: Option<i64>,
    /// Up to how many.
    pub reorder_to: Option<i64>,
    /// When somebody last counted.
    pub counted_at: Option<Moment>,
}

/// Adds to a level, or takes off it; false, and nothing changed, where there are not as many.
///
/// # Errors
/// The database's.
pub fn change_level(tx: &mut Tx, (part_id, place_id): (i64, i64), change: i64) -> Result<bool> {
    let row = stock_levels::table.find((part_id, place_id));
    let enough = row.filter(stock_levels::quantity.ge(-change));
    let set = stock_levels::quantity.eq(stock_levels::quantity + change);
    if diesel::update(enough).set(set).execute(&mut **tx)? > 0 {
        return Ok(true);
    }
    if change < 0 {
        return Ok(false);
    }
    add_first(tx, (part_id, place_id), change)?;
    Ok(true)
}

/// Makes the row of a level; another may have made it meanwhile.
fn add_first(tx: &mut Tx, (part_id, place_id): (i64, i64), quantity: i64) -> Result<()> {
    let row = (
        stock_levels::part_id.eq(part_id),
        stock_levels::place_id.eq(place_id),
        stock_levels::quantity.eq(quantity),
    );
    each_backend!(&mut **tx, c => diesel::insert_into(stock_levels::table)
        .values(row)
        .on_conflict((stock_levels::part_id, stock_levels::place_id))
        .do_update()
        .set(stock_levels::quantity.eq(stock_levels::quantity + quantity))
        .execute(c))?;
    Ok(())
}

/// Takes hold of a level until the end of the transaction and gives how many there are: what is decided upon it must
/// not change meanwhile.
///
/// # Errors
/// The database's.
pub fn hold_level(tx: &mut Tx, (part_id, place_id): (i64, i64)) -> Result<i64> {
    // Adding nothing locks the row on a server, and makes it where there is none to lock.
    change_level(tx, (part_id, place_id), 0)?;
    let row = stock_levels::table.find((part_id, place_id));
    Ok(row.select(stock_levels::quantity).first(&mut **tx)?)
}

/// Writes down that a level was counted now.
///
/// # Errors
/// The database's.
pub fn note_count(tx: &mut Tx, (part_id, place_id): (i64, i64)) -> Result<()> {
    let now = Moment::from(tx.now);
    let row = stock_levels::table.find((part_id, place_id));
    diesel::update(row).set(stock_levels::counted_at.eq(now)).execute(&mut **tx)?;
    Ok(())
}

/// Says from how few on a part is ordered for a place, and up to how many.
///
/// # Errors
/// The database's.
pub fn set_reorder(
    tx: &mut Tx,
    (part_id, place_id): (i64, i64),
    (level, to): (Option<i64>, Option<i64>),
) -> Result<()> {
    change_level(tx, (part_id, place_id), 0)?;
    let row = stock_levels::table.find((part_id, place_id));
    let set = (stock_levels::reorder_level.eq(level), stock_levels::reorder_to.eq(to));
    diesel::update(row).set(set).execute(&mut **tx)?;
    Ok(())
}

/// The levels of these parts, or of every part.
///
/// # Errors
/// The database's.
pub fn list_levels(conn: &mut AnyConnection, part_ids: Option<&[i64]>) -> Result<Vec<LevelRow>> {
    let mut query = LevelRow::query().into_boxed();
    if let Some(ids) = part_ids {
        query = query.filter(stock_levels::part_id.eq_any(ids.to_vec()));
    }
    Ok(query.order((stock_levels::part_id, stock_levels::place_id)).load(conn)?)
}

/// What lies at a place: levels that are not empty, or that are to be filled up.
///
/// # Errors
/// The database's.
pub fn list_levels_at(conn: &mut AnyConnection, place_id: i64) -> Result<Vec<LevelRow>> {
    let worth = stock_levels::quantity.gt(0).or(stock_levels::reorder_level.is_not_null());
    let query = LevelRow::query().filter(stock_levels::place_id.eq(place_id).and(worth));
    Ok(query.order(stock_levels::part_id).load(conn)?)
}

/// How many of a part a place has.
///
/// # Errors
/// The database's.
pub fn find_quantity(conn: &mut AnyConnection, (part_id, place_id): (i64, i64)) -> Result<i64> {
    let row = stock_levels::table.find((part_id, place_id)).select(stock_levels::quantity);
    Ok(row.first(conn).optional()?.unwrap_or(0))
}

/// Where else there are some of a part that a job could use: each place with how many.
///
/// # Errors
/// The database's.
pub fn list_elsewhere(
    conn: &mut AnyConnection,
    (part_id, place_id): (i64, i64),
) -> Result<Vec<(String, i64)>> {
    let returns = Coded(domain::stock::StockPlaceKind::Returns);
    let rows = stock_levels::table
        .inner_join(stock_places::table)
        .filter(stock_levels::part_id.eq(part_id).and(stock_levels::place_id.ne(place_id)))
        .filter(stock_levels::quantity.gt(0).and(stock_places::kind.ne(returns)))
        .order((stock_levels::quantity.desc(), stock_places::name))
        .limit(5)
        .select((stock_places::name, stock_levels::quantity));
    Ok(rows.load(conn)?)
}

/// How each part stands at each place: what there is, what jobs have put aside, what is on its way.
///
/// # Errors
/// The database's.
pub fn standing(conn: &mut AnyConnection, part_ids: Option<&[i64]>) -> Result<BTreeMap<(i64, i64), Level>> {
    let mut levels: BTreeMap<(i64, i64), Level> = BTreeMap::new();
    for row in list_levels(conn, part_ids)? {
        let level = levels.entry((row.part_id, row.place_id)).or_default();
        level.quantity = row.quantity;
        (level.reorder_level, level.reorder_to) = (row.reorder_level, row.reorder_to);
    }
    let open = jobs::state.ne(Coded(JobState::Closed));
    let mut reserved = reservations::table.inner_join(jobs::table).filter(open).into_boxed();
    let mut ordered = part_orders::table.filter(part_orders::outstanding.gt(0)).into_boxed();
    if let Some(ids) = part_ids {
        reserved = reserved.filter(reservations::part_id.eq_any(ids.to_vec()));
        ordered = ordered.filter(part_orders::part_id.eq_any(ids.to_vec()));
    }
    let columns = (reservations::part_id, reservations::place_id, reservations::quantity);
    let rows: Vec<(i64, i64, i64)> = reserved.select(columns).load(conn)?;
    for (part, place, quantity) in rows {
        levels.entry((part, place)).or_default().reserved += quantity;
    }
    let columns = (part_orders::part_id, part_orders::place_id, part_orders::outstanding);
    let rows: Vec<(i64, i64, i64)> = ordered.select(columns).load(conn)?;
    for (part, place, quantity) in rows {
        levels.entry((part, place)).or_default().on_order += quantity;
    }
    Ok(levels)
}
