//! Calibrations of instruments: firm-owned evidence, appended and never altered. What was mistyped is superseded.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::calibration::{AsFound, Calibration};

use crate::Tx;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::{calibrations, instruments, people};
use crate::types::{Coded, Moment};

/// A calibration as it was written down.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = calibrations)]
pub struct CalibrationRow {
    /// Id; rises with each one written down.
    pub id: i64,
    /// The instrument.
    pub instrument_id: i64,
    /// Number of the laboratory's certificate.
    pub certificate: String,
    /// The laboratory.
    pub laboratory: String,
    /// The day; empty only for what was known before there was a history.
    pub calibrated_on: Option<NaiveDate>,
    /// Its last day.
    pub due_on: NaiveDate,
    /// What the laboratory found.
    pub as_found: Coded<AsFound>,
    /// Hash of the certificate's file.
    pub file_hash: Option<String>,
    /// The name that the file came with.
    pub file_name: String,
    /// A note, or why it takes another one's place.
    pub note: String,
    /// Who wrote it down; empty for what was known before there was a history.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
    /// The one it takes the place of.
    pub supersedes: Option<i64>,
}

/// A calibration to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalibrationFields {
    /// Number of the laboratory's certificate.
    pub certificate: String,
    /// The laboratory.
    pub laboratory: String,
    /// The day.
    pub calibrated_on: Option<NaiveDate>,
    /// Its last day.
    pub due_on: NaiveDate,
    /// What the laboratory found.
    pub as_found: AsFound,
    /// A note, or why it takes another one's place.
    pub note: String,
    /// The one it takes the place of.
    pub supersedes: Option<i64>,
}

/// Writes a calibration down and makes the instrument's own lines say what governs it now.
///
/// # Errors
/// [`Error::Taken`] when the one it takes the place of was replaced already.
pub fn insert_calibration(
    tx: &mut Tx,
    instrument_id: i64,
    fields: &CalibrationFields,
    file: Option<(&str, &str)>,
) -> Result<i64> {
    let by = tx.actor.person_id();
    let at = Moment::from(tx.now);
    let insert = diesel::insert_into(calibrations::table)
        .values((
            calibrations::instrument_id.eq(instrument_id),
            calibrations::certificate.eq(&fields.certificate),
            calibrations::laboratory.eq(&fields.laboratory),
            calibrations::calibrated_on.eq(fields.calibrated_on),
            calibrations::due_on.eq(fields.due_on),
            calibrations::as_found.eq(Coded(fields.as_found)),
            calibrations::file_hash.eq(file.map(|(hash, _)| hash)),
            calibrations::file_name.eq(file.map_or("", |(_, name)| name)),
            calibrations::note.eq(&fields.note),
            calibrations::person_id.eq(by),
            calibrations::at.eq(at),
            calibrations::supersedes.eq(fields.supersedes),
        ))
        .returning(calibrations::id)
        .get_result(&mut **tx);
    let id = taken(insert, || "this calibration was replaced already; replace the newer one".to_owned())?;
    let history = list_history(tx, instrument_id)?;
    if let Some(last) = history.iter().max_by_key(|one| (one.on, one.number)) {
        diesel::update(instruments::table.find(instrument_id))
            .set((
                instruments::calibration_certificate.eq(&last.certificate),
                instruments::calibrated_on.eq(last.on),
                instruments::calibration_due.eq(last.due),
            ))
            .execute(&mut **tx)?;
    }
    Ok(id)
}

/// Every calibration of an instrument, replaced ones too, the latest written first, each with who wrote it down.
///
/// # Errors
/// The database's.
pub fn list_calibrations(
    conn: &mut AnyConnection,
    instrument_id: i64,
) -> Result<Vec<(CalibrationRow, Option<String>)>> {
    type Row = (CalibrationRow, Option<String>);
    let rows: Vec<Row> = calibrations::table
        .left_join(people::table)
        .filter(calibrations::instrument_id.eq(instrument_id))
        .order(calibrations::id.desc())
        .select((CalibrationRow::as_select(), people::name.nullable()))
        .load(conn)?;
    Ok(rows)
}

/// Finds a calibration of an instrument.
///
/// # Errors
/// [`Error::NotFound`], also for one of another instrument.
pub fn find_calibration(conn: &mut AnyConnection, instrument_id: i64, id: i64) -> Result<CalibrationRow> {
    CalibrationRow::query()
        .filter(calibrations::id.eq(id).and(calibrations::instrument_id.eq(instrument_id)))
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound("calibration"))
}

/// The calibrations of an instrument that count.
///
/// # Errors
/// The database's.
pub fn list_history(conn: &mut AnyConnection, instrument_id: i64) -> Result<Vec<Calibration>> {
    let rows: Vec<CalibrationRow> =
        CalibrationRow::query().filter(calibrations::instrument_id.eq(instrument_id)).load(conn)?;
    Ok(counting(rows.iter()))
}

/// Those calibrations that no other one took the place of.
pub fn counting<'a>(rows: impl Iterator<Item = &'a CalibrationRow> + Clone) -> Vec<Calibration> {
    let replaced: BTreeSet<i64> = rows.clone().filter_map(|row| row.supersedes).collect();
    let counts = rows.filter(|row| !replaced.contains(&row.id));
    let of = |row: &CalibrationRow| Calibration {
        number: row.id,
        certificate: row.certificate.clone(),
        on: row.calibrated_on,
        due: row.due_on,
        as_found: row.as_found.0,
    };
    counts.map(of).collect()
}
