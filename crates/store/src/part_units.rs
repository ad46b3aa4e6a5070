//! Pieces known by their serial numbers, and where each is.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::stock::{End, UnitState, fold};

use crate::Tx;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::{part_units, parts};
use crate::types::{Coded, Moment};

/// A piece.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = part_units)]
pub struct Unit {
    /// Id.
    pub id: i64,
    /// The part.
    pub part_id: i64,
    /// Its serial number.
    pub serial: String,
    /// Where it is.
    pub state: Coded<UnitState>,
    /// The place, while it is in stock.
    pub place_id: Option<i64>,
    /// The asset, while it is fitted.
    pub asset_id: Option<i64>,
    /// Whose the asset is.
    pub customer_id: Option<i64>,
    /// Last day of its warranty.
    pub warranty_until: Option<NaiveDate>,
    /// Since when it is where it is.
    pub since: Moment,
}

/// Where a piece is, or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsChangeset, Insertable)]
#[diesel(table_name = part_units, treat_none_as_null = true)]
pub struct Whereabouts {
    /// In which way.
    pub state: Coded<UnitState>,
    /// The place, while it is in stock.
    pub place_id: Option<i64>,
    /// The asset, while it is fitted.
    pub asset_id: Option<i64>,
    /// Whose the asset is.
    pub customer_id: Option<i64>,
}

impl Whereabouts {
    /// Where the end of a movement leaves a piece; `gone` says in which way it is outside.
    pub fn at(end: End, customer_id: Option<i64>, gone: UnitState) -> Self {
        let nowhere = Self { state: Coded(gone), place_id: None, asset_id: None, customer_id: None };
        match end {
            End::Outside => nowhere,
            End::Job => Self { state: Coded(UnitState::Issued), ..nowhere },
            End::Place(id) => Self { state: Coded(UnitState::InStock), place_id: Some(id), ..nowhere },
            End::Asset(id) => {
                Self { state: Coded(UnitState::Fitted), asset_id: Some(id), customer_id, ..nowhere }
            }
        }
    }
}

impl Unit {
    /// Where it is.
    pub fn whereabouts(&self) -> Whereabouts {
        let Self { state, place_id, asset_id, customer_id, .. } = *self;
        Whereabouts { state, place_id, asset_id, customer_id }
    }
}

/// Finds a piece of a part by its serial number, whatever the case and spaces.
///
/// # Errors
/// The database's.
pub fn find_unit(conn: &mut AnyConnection, part_id: i64, serial: &str) -> Result<Option<Unit>> {
    let query =
        Unit::query().filter(part_units::part_id.eq(part_id).and(part_units::folded.eq(fold(serial))));
    Ok(query.first(conn).optional()?)
}

/// The pieces of any part with this serial number.
///
/// # Errors
/// The database's.
pub fn list_units_by_serial(conn: &mut AnyConnection, serial: &str) -> Result<Vec<Unit>> {
    let query = Unit::query().filter(part_units::folded.eq(fold(serial)));
    Ok(query.order(part_units::id).limit(20).load(conn)?)
}

/// The pieces of a part by serial number, those in a state alone where one is given.
///
/// # Errors
/// The database's.
pub fn list_units_of_part(
    conn: &mut AnyConnection,
    part_id: i64,
    state: Option<UnitState>,
    limit: i64,
) -> Result<Vec<Unit>> {
    let mut query = Unit::query().filter(part_units::part_id.eq(part_id)).into_boxed();
    if let Some(state) = state {
        query = query.filter(part_units::state.eq(Coded(state)));
    }
    Ok(query.order(part_units::folded).limit(limit).load(conn)?)
}

/// The pieces that lie at a place; of one part where one is given.
///
/// # Errors
/// The database's.
pub fn list_units_at(conn: &mut AnyConnection, place_id: i64, part_id: Option<i64>) -> Result<Vec<Unit>> {
    let mut query = Unit::query().filter(part_units::place_id.eq(place_id)).into_boxed();
    if let Some(id) = part_id {
        query = query.filter(part_units::part_id.eq(id));
    }
    Ok(query.order((part_units::part_id, part_units::folded)).load(conn)?)
}

/// The pieces fitted in these assets, each with number and description of its part. The caller has found the assets
/// within the scope.
///
/// # Errors
/// The database's.
pub fn list_units_of_assets(
    conn: &mut AnyConnection,
    asset_ids: &[i64],
) -> Result<Vec<(Unit, String, String)>> {
    let query = part_units::table.inner_join(parts::table);
    let rows = query
        .filter(part_units::asset_id.eq_any(asset_ids.to_vec()))
        .order((parts::folded, part_units::folded))
        .select((Unit::as_select(), parts::number, parts::description));
    Ok(rows.load(conn)?)
}

/// These pieces.
///
/// # Errors
/// The database's.
pub fn list_units_by_id(conn: &mut AnyConnection, ids: &[i64]) -> Result<Vec<Unit>> {
    Ok(Unit::query().filter(part_units::id.eq_any(ids.to_vec())).load(conn)?)
}

/// Adds a piece that nobody knew of before.
///
/// # Errors
/// [`Error::Taken`] when the part has this serial number already.
pub fn insert_unit(
    tx: &mut Tx,
    part_id: i64,
    (serial, warranty_until): (&str, Option<NaiveDate>),
    at: Whereabouts,
) -> Result<Unit> {
    let row = (
        part_units::part_id.eq(part_id),
        part_units::serial.eq(serial),
        part_units::folded.eq(fold(serial)),
        part_units::warranty_until.eq(warranty_until),
        part_units::since.eq(Moment::from(tx.now)),
        at,
    );
    let insert = diesel::insert_into(part_units::table).values(row).returning(part_units::id);
    let inserted: diesel::QueryResult<i64> = insert.get_result(&mut **tx);
    let id = taken(inserted, || format!("there is a piece with the serial number {serial} already"))?;
    Unit::query().filter(part_units::id.eq(id)).first(&mut **tx).optional()?.ok_or(Error::NotFound("unit"))
}

/// Moves a piece from where it was read to be; false where it is there no more.
///
/// # Errors
/// The database's.
pub fn move_unit(tx: &mut Tx, unit: &Unit, to: Whereabouts) -> Result<bool> {
    // By its state it has a place or an asset, or neither: an empty column says nothing against it.
    let still = part_units::id
        .eq(unit.id)
        .and(part_units::state.eq(unit.state))
        .and(part_units::place_id.is_null().or(part_units::place_id.eq(unit.place_id)))
        .and(part_units::asset_id.is_null().or(part_units::asset_id.eq(unit.asset_id)));
    let target = part_units::table.filter(still);
    let rows =
        diesel::update(target).set((to, part_units::since.eq(Moment::from(tx.now)))).execute(&mut **tx)?;
    Ok(rows > 0)
}

/// Writes down until when a piece is under warranty.
///
/// # Errors
/// The database's.
pub fn update_warranty(tx: &mut Tx, unit_id: i64, until: Option<NaiveDate>) -> Result<()> {
    let target = part_units::table.filter(part_units::id.eq(unit_id));
    diesel::update(target).set(part_units::warranty_until.eq(until)).execute(&mut **tx)?;
    Ok(())
}
