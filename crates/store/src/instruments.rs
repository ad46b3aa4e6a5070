//! Instruments: firm-owned.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::Tx;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::instruments;

/// An instrument.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = instruments)]
pub struct Instrument {
    /// Id.
    pub id: i64,
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Who owns it.
    pub owner: String,
    /// Number of the calibration certificate.
    pub calibration_certificate: String,
    /// When it was calibrated.
    pub calibrated_on: Option<NaiveDate>,
    /// Last day of its calibration.
    pub calibration_due: Option<NaiveDate>,
    /// Whether it is no longer used.
    pub retired: bool,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What people fill in of an instrument.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = instruments, treat_none_as_null = true)]
pub struct InstrumentFields {
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Who owns it.
    pub owner: String,
    /// Number of the calibration certificate.
    pub calibration_certificate: String,
    /// When it was calibrated.
    pub calibrated_on: Option<NaiveDate>,
    /// Last day of its calibration.
    pub calibration_due: Option<NaiveDate>,
    /// Whether it is no longer used.
    pub retired: bool,
}

/// Every instrument, in the order in which people look for them.
///
/// # Errors
/// The database's.
pub fn list_instruments(conn: &mut AnyConnection) -> Result<Vec<Instrument>> {
    Ok(Instrument::query().order((instruments::make, instruments::serial)).load(conn)?)
}

/// Finds an instrument.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_instrument(conn: &mut AnyConnection, id: i64) -> Result<Instrument> {
    Instrument::query()
        .filter(instruments::id.eq(id))
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound("instrument"))
}

/// Adds an instrument.
///
/// # Errors
/// [`Error::Taken`] when it is there already.
pub fn insert_instrument(tx: &mut Tx, fields: InstrumentFields) -> Result<i64> {
    let words = name_of(&fields);
    let insert = diesel::insert_into(instruments::table)
        .values(fields)
        .returning(instruments::id)
        .get_result(&mut **tx);
    taken(insert, || words)
}

/// Changes an instrument.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when another is called so.
pub fn update_instrument(tx: &mut Tx, id: i64, version: i64, fields: InstrumentFields) -> Result<()> {
    let words = name_of(&fields);
    let target = instruments::table.filter(instruments::id.eq(id).and(instruments::version.eq(version)));
    let update =
        diesel::update(target).set((fields, instruments::version.eq(version + 1))).execute(&mut **tx);
    match taken(update, || words)? {
        0 => Err(Error::Stale("instrument")),
        _ => Ok(()),
    }
}

fn name_of(fields: &InstrumentFields) -> String {
    format!("there is an instrument with the serial number \"{}\" already", fields.serial)
}
