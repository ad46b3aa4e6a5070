//! Check boxes with their known values, and the proof checks made against them. Checks are appended, never altered.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::proof_check::{CheckPoint, CheckReading};
use domain::verdict::Verdict;

use crate::Tx;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::{check_boxes, people, proof_checks};
use crate::types::{Coded, Json, Moment};

/// A check box.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = check_boxes)]
pub struct CheckBox {
    /// Id.
    pub id: i64,
    /// What it is called, with its serial number if it has one.
    pub name: String,
    /// Its known values.
    pub points: Json<Vec<CheckPoint>>,
    /// Whether it is no longer used.
    pub retired: bool,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What people fill in of a check box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckBoxFields {
    /// What it is called.
    pub name: String,
    /// Its known values.
    pub points: Vec<CheckPoint>,
    /// Whether it is no longer used.
    pub retired: bool,
}

/// A proof check as it was written down.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = proof_checks)]
pub struct ProofCheckRow {
    /// Id.
    pub id: i64,
    /// The instrument.
    pub instrument_id: i64,
    /// The check box.
    pub check_box_id: i64,
    /// The day.
    pub checked_on: NaiveDate,
    /// Each value with the point as it was then.
    pub readings: Json<Vec<CheckReading>>,
    /// What it came to.
    pub verdict: Coded<Verdict>,
    /// A note.
    pub note: String,
    /// Who checked.
    pub person_id: i64,
    /// When it was written down.
    pub at: Moment,
}

/// Every check box, by name, retired ones last.
///
/// # Errors
/// The database's.
pub fn list_check_boxes(conn: &mut AnyConnection) -> Result<Vec<CheckBox>> {
    Ok(CheckBox::query().order((check_boxes::retired, check_boxes::name)).load(conn)?)
}

/// Finds a check box.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_check_box(conn: &mut AnyConnection, id: i64) -> Result<CheckBox> {
    CheckBox::query()
        .filter(check_boxes::id.eq(id))
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound("check box"))
}

/// Adds a check box.
///
/// # Errors
/// [`Error::Taken`] when another is called so.
pub fn insert_check_box(tx: &mut Tx, fields: CheckBoxFields) -> Result<i64> {
    let words = taken_words(&fields);
    let insert = diesel::insert_into(check_boxes::table)
        .values((
            check_boxes::name.eq(fields.name),
            check_boxes::points.eq(String::from(Json(fields.points))),
            check_boxes::retired.eq(fields.retired),
        ))
        .returning(check_boxes::id)
        .get_result(&mut **tx);
    taken(insert, || words)
}

/// Changes a check box. Checks made against it keep its values as they were.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when another is called so.
pub fn update_check_box(tx: &mut Tx, (id, version): (i64, i64), fields: CheckBoxFields) -> Result<()> {
    let words = taken_words(&fields);
    let target = check_boxes::table.filter(check_boxes::id.eq(id).and(check_boxes::version.eq(version)));
    let update = diesel::update(target)
        .set((
            check_boxes::name.eq(fields.name),
            check_boxes::points.eq(String::from(Json(fields.points))),
            check_boxes::retired.eq(fields.retired),
            check_boxes::version.eq(version + 1),
        ))
        .execute(&mut **tx);
    match taken(update, || words)? {
        0 => Err(Error::Stale("check box")),
        _ => Ok(()),
    }
}

fn taken_words(fields: &CheckBoxFields) -> String {
    format!("there is a check box \"{}\" already", fields.name)
}

/// Writes a proof check down.
///
/// # Errors
/// The database's.
pub fn insert_proof_check(
    tx: &mut Tx,
    (instrument_id, check_box_id, checked_on): (i64, i64, NaiveDate),
    (readings, verdict): (Vec<CheckReading>, Verdict),
    (by, note): (i64, &str),
) -> Result<i64> {
    let at = Moment::from(tx.now);
    Ok(diesel::insert_into(proof_checks::table)
        .values((
            proof_checks::instrument_id.eq(instrument_id),
            proof_checks::check_box_id.eq(check_box_id),
            proof_checks::checked_on.eq(checked_on),
            proof_checks::readings.eq(String::from(Json(readings))),
            proof_checks::verdict.eq(Coded(verdict)),
            proof_checks::note.eq(note),
            proof_checks::person_id.eq(by),
            proof_checks::at.eq(at),
        ))
        .returning(proof_checks::id)
        .get_result(&mut **tx)?)
}

/// The latest proof checks of an instrument, each with who checked and against what.
///
/// # Errors
/// The database's.
pub fn list_proof_checks(
    conn: &mut AnyConnection,
    instrument_id: i64,
    limit: i64,
) -> Result<Vec<(ProofCheckRow, String, String)>> {
    Ok(proof_checks::table
        .inner_join(people::table)
        .inner_join(check_boxes::table)
        .filter(proof_checks::instrument_id.eq(instrument_id))
        .order((proof_checks::checked_on.desc(), proof_checks::id.desc()))
        .limit(limit)
        .select((ProofCheckRow::as_select(), people::name, check_boxes::name))
        .load(conn)?)
}

/// The last proof check of an instrument made on or before a day that came to pass or fail: an incomplete one says
/// nothing.
///
/// # Errors
/// The database's.
pub fn find_last_check(
    conn: &mut AnyConnection,
    instrument_id: i64,
    by: NaiveDate,
) -> Result<Option<ProofCheckRow>> {
    Ok(ProofCheckRow::query()
        .filter(proof_checks::instrument_id.eq(instrument_id).and(proof_checks::checked_on.le(by)))
        .filter(proof_checks::verdict.ne(Coded(Verdict::Incomplete)))
        .order((proof_checks::checked_on.desc(), proof_checks::id.desc()))
        .first(conn)
        .optional()?)
}
