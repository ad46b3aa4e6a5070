//! Instruments: firm-owned.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::calibration::AsFound;

use crate::access::Scope;
use crate::calibrations::{CalibrationFields, insert_calibration};
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::{instruments, tests};
use crate::types::Moment;
use crate::{Tx, in_scope};

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
    /// Days between proof checks; none where none are asked for.
    pub proof_check_days: Option<i64>,
}

/// What people fill in of an instrument.
#[derive(Debug, Clone, Default, PartialEq, Eq, Insertable, AsChangeset)]
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
    /// Days between proof checks; none where none are asked for.
    pub proof_check_days: Option<i64>,
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

/// Adds an instrument; the calibration that it comes with begins its history.
///
/// # Errors
/// [`Error::Taken`] when it is there already.
pub fn insert_instrument(tx: &mut Tx, fields: InstrumentFields) -> Result<i64> {
    let words = name_of(&fields);
    let first = fields.calibration_due.map(|due_on| CalibrationFields {
        certificate: fields.calibration_certificate.clone(),
        laboratory: String::new(),
        calibrated_on: fields.calibrated_on,
        due_on,
        as_found: AsFound::NotTold,
        note: String::new(),
        supersedes: None,
    });
    let insert = diesel::insert_into(instruments::table)
        .values(fields)
        .returning(instruments::id)
        .get_result(&mut **tx);
    let id = taken(insert, || words)?;
    if let Some(first) = first {
        insert_calibration(tx, id, &first, None)?;
    }
    Ok(id)
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

/// How many tests were made with an instrument since a moment, within a scope.
///
/// # Errors
/// The database's.
pub fn count_tests_with(
    conn: &mut AnyConnection,
    scope: &Scope,
    instrument_id: i64,
    since: Moment,
) -> Result<i64> {
    let made = tests::table.filter(tests::instrument_id.eq(instrument_id).and(tests::performed_at.ge(since)));
    Ok(in_scope!(made.into_boxed(), scope, tests::customer_id).count().get_result(conn)?)
}
