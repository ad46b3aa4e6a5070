//! Movements: appended, never altered. Whatever a place has is their sum.

use diesel::prelude::*;
use domain::stock::{End, MovementKind, deltas};

use super::change_level;
use crate::Tx;
use crate::error::{Result, taken};
use crate::portable::AnyConnection;
use crate::schema::{jobs, part_units, people, stock_movements};
use crate::types::{Coded, Moment};

/// A movement to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMovement {
    /// Made by whoever sends it; none where it belongs to another.
    pub request_id: Option<String>,
    /// What it is.
    pub kind: MovementKind,
    /// The part.
    pub part_id: i64,
    /// Where from.
    pub from: End,
    /// Where to.
    pub to: End,
    /// How many.
    pub quantity: i64,
    /// The piece, where it is known by serial number.
    pub unit_id: Option<i64>,
    /// The job and whose it is.
    pub job: Option<(i64, i64)>,
    /// The movement that it belongs to.
    pub with_id: Option<i64>,
    /// What one cost, in pence.
    pub cost_pence: Option<i64>,
    /// Why.
    pub reason: String,
}

/// A movement as it stands.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = stock_movements)]
pub struct MovementRow {
    /// Its number; rises with time.
    pub id: i64,
    /// Made by whoever sent it.
    pub request_id: Option<String>,
    /// What it is.
    pub kind: Coded<MovementKind>,
    /// The part.
    pub part_id: i64,
    /// How many.
    pub quantity: i64,
    /// The place that it came from.
    pub from_place_id: Option<i64>,
    /// The place that it went to.
    pub to_place_id: Option<i64>,
    /// The piece.
    pub unit_id: Option<i64>,
    /// The job.
    pub job_id: Option<i64>,
    /// Whose the job is.
    pub customer_id: Option<i64>,
    /// The asset that it came out of.
    pub from_asset_id: Option<i64>,
    /// The asset that it went into.
    pub to_asset_id: Option<i64>,
    /// The movement that it belongs to.
    pub with_id: Option<i64>,
    /// What one cost, in pence.
    pub cost_pence: Option<i64>,
    /// Why.
    pub reason: String,
    /// Who.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
}

/// A movement with the names behind its ids.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct NamedMovement {
    /// The movement.
    pub row: MovementRow,
    /// Who.
    pub who: Option<String>,
    /// The job's number.
    pub job: Option<String>,
    /// The serial number.
    pub serial: Option<String>,
}

/// Writes a movement and what it changes; none, and nothing written, where a place has not as many.
///
/// # Errors
/// [`Error::Taken`](crate::Error::Taken) when a movement with its request's id is written already.
pub fn insert_movement(tx: &mut Tx, new: &NewMovement) -> Result<Option<i64>> {
    let mut done: Vec<(i64, i64)> = vec![];
    for (place, change) in deltas(new.from, new.to, new.quantity) {
        if !change_level(tx, (new.part_id, place), change)? {
            for (place, change) in done {
                change_level(tx, (new.part_id, place), -change)?;
            }
            return Ok(None);
        }
        done.push((place, change));
    }
    let place = |end: End| if let End::Place(id) = end { Some(id) } else { None };
    let asset = |end: End| if let End::Asset(id) = end { Some(id) } else { None };
    let row = (
        (
            stock_movements::request_id.eq(new.request_id.as_deref()),
            stock_movements::kind.eq(Coded(new.kind)),
            stock_movements::part_id.eq(new.part_id),
            stock_movements::quantity.eq(new.quantity),
            stock_movements::from_place_id.eq(place(new.from)),
            stock_movements::to_place_id.eq(place(new.to)),
            stock_movements::unit_id.eq(new.unit_id),
            stock_movements::job_id.eq(new.job.map(|(id, _)| id)),
        ),
        (
            stock_movements::customer_id.eq(new.job.map(|(_, customer)| customer)),
            stock_movements::from_asset_id.eq(asset(new.from)),
            stock_movements::to_asset_id.eq(asset(new.to)),
            stock_movements::with_id.eq(new.with_id),
            stock_movements::cost_pence.eq(new.cost_pence),
            stock_movements::reason.eq(&new.reason),
            stock_movements::person_id.eq(tx.actor.person_id()),
            stock_movements::at.eq(Moment::from(tx.now)),
        ),
    );
    let insert = diesel::insert_into(stock_movements::table).values(row).returning(stock_movements::id);
    let sent = || "this movement was sent before and is counted".to_owned();
    Ok(Some(taken(insert.get_result(&mut **tx), sent)?))
}

/// The movement that somebody sent under this id.
///
/// # Errors
/// The database's.
pub fn find_request(conn: &mut AnyConnection, request_id: &str) -> Result<Option<MovementRow>> {
    let query = MovementRow::query().filter(stock_movements::request_id.eq(request_id));
    Ok(query.first(conn).optional()?)
}

/// Whether a part ever came to a place or left it.
///
/// # Errors
/// The database's.
pub fn has_moved_at(conn: &mut AnyConnection, (part_id, place_id): (i64, i64)) -> Result<bool> {
    let place = stock_movements::to_place_id.eq(place_id).or(stock_movements::from_place_id.eq(place_id));
    let moved = stock_movements::table.filter(stock_movements::part_id.eq(part_id)).filter(place);
    Ok(diesel::select(diesel::dsl::exists(moved)).get_result(conn)?)
}

/// Which movements are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Of a part.
    Part(i64),
    /// Of a piece.
    Unit(i64),
    /// From or to a place.
    Place(i64),
}

/// The latest movements of something, beyond one already shown.
///
/// # Errors
/// The database's.
pub fn list_movements(
    conn: &mut AnyConnection,
    of: Of,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<NamedMovement>> {
    let joined = stock_movements::table
        .left_join(people::table)
        .left_join(jobs::table)
        .left_join(part_units::table)
        .into_boxed();
    let mut query = match of {
        Of::Part(id) => joined.filter(stock_movements::part_id.eq(id)),
        Of::Unit(id) => joined.filter(stock_movements::unit_id.eq(id)),
        Of::Place(id) => {
            joined.filter(stock_movements::from_place_id.eq(id).or(stock_movements::to_place_id.eq(id)))
        }
    };
    if let Some(before) = before {
        query = query.filter(stock_movements::id.lt(before));
    }
    let columns = (
        MovementRow::as_select(),
        people::name.nullable(),
        jobs::number.nullable(),
        part_units::serial.nullable(),
    );
    Ok(query.order(stock_movements::id.desc()).limit(limit).select(columns).load(conn)?)
}
