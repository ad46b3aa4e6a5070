//! Test instruments: what they are, and how their calibration and proof checks stand.

use chrono::{DateTime, Days, NaiveDate, NaiveTime};
use domain::calibration::Standing;
use domain::event::Event;
use domain::permission::{EditInstrument, ViewRegister};
use domain::verdict::Verdict;
use store::Right;
use store::calibrations::{self, CalibrationRow};
use store::instruments::{self, Instrument, InstrumentFields};
use store::proof_checks::{self, CheckBox, ProofCheckRow};
use store::types::Moment;

use crate::actions::dues::today;
use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// Proof checks shown of an instrument.
const CHECKS: i64 = 60;
/// Tests made with an instrument are counted over so many days.
const YEAR: u64 = 365;

/// An instrument with how it stands today.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The instrument.
    pub instrument: Instrument,
    /// How its calibration stands.
    pub calibration: Standing,
    /// Its last proof check that came to pass or fail: the day, and whether it passed.
    pub checked: Option<(NaiveDate, bool)>,
    /// The day of its next proof check, where checks are asked for.
    pub check_due: Option<NaiveDate>,
}

/// Everything known of one instrument.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The instrument with how it stands.
    pub listed: Listed,
    /// Its calibrations, the latest written first, each with who wrote it down.
    pub calibrations: Vec<(CalibrationRow, Option<String>)>,
    /// Its latest proof checks, each with who checked and against what.
    pub checks: Vec<(ProofCheckRow, String, String)>,
    /// Check boxes in use.
    pub boxes: Vec<CheckBox>,
    /// Tests made with it in the last year, within the reader's scope.
    pub tests: i64,
}

/// Every instrument with how it stands, retired ones last.
///
/// # Errors
/// The store's.
pub fn list_instruments(app: &App, _: &Right<ViewRegister>) -> Result<Vec<Listed>> {
    let today = today(app);
    let mut all = app.store.read(|conn| {
        let all = instruments::list_instruments(conn)?;
        all.into_iter().map(|one| listed(conn, one, today)).collect::<store::Result<Vec<_>>>()
    })?;
    all.sort_by_key(|one| one.instrument.retired);
    Ok(all)
}

fn listed(
    conn: &mut store::AnyConnection,
    instrument: Instrument,
    today: NaiveDate,
) -> store::Result<Listed> {
    let last = proof_checks::find_last_check(conn, instrument.id, today)?;
    let checked = last.map(|check| (check.checked_on, check.verdict.0 == Verdict::Pass));
    let calibration = Standing::on(today, instrument.calibration_due);
    let days = instrument.proof_check_days.and_then(|days| u64::try_from(days).ok());
    // One that was never checked is due at once.
    let check_due = days.map(|days| checked.map_or(today, |(on, _)| on + Days::new(days)));
    Ok(Listed { instrument, calibration, checked, check_due })
}

/// One instrument.
///
/// # Errors
/// Not found.
pub fn find_instrument(app: &App, _: &Right<ViewRegister>, id: i64) -> Result<Instrument> {
    Ok(app.store.read(|conn| instruments::find_instrument(conn, id))?)
}

/// One instrument with its history.
///
/// # Errors
/// Not found.
pub fn find_whole(app: &App, right: &Right<ViewRegister>, id: i64) -> Result<Whole> {
    let today = today(app);
    let since: DateTime<chrono::Utc> = (today - Days::new(YEAR)).and_time(NaiveTime::MIN).and_utc();
    Ok(app.store.read(|conn| {
        let instrument = instruments::find_instrument(conn, id)?;
        let boxes = proof_checks::list_check_boxes(conn)?;
        Ok::<_, store::Error>(Whole {
            listed: listed(conn, instrument, today)?,
            calibrations: calibrations::list_calibrations(conn, id)?,
            checks: proof_checks::list_proof_checks(conn, id, CHECKS)?,
            boxes: boxes.into_iter().filter(|one| !one.retired).collect(),
            tests: instruments::count_tests_with(conn, right.scope(), id, Moment::from(since))?,
        })
    })?)
}

/// What to know of an instrument where it is chosen for a test; empty where all is well.
pub fn doubt_words(instrument: &Instrument, today: NaiveDate) -> String {
    match (Standing::on(today, instrument.calibration_due), instrument.calibration_due) {
        (Standing::Overdue, Some(due)) => format!("calibration lapsed on {due}"),
        (Standing::Soon, Some(due)) => format!("calibration ends on {due}"),
        (Standing::Unknown, _) | (_, None) => "no calibration known".to_owned(),
        (Standing::Good, Some(_)) => String::new(),
    }
}

/// Adds an instrument.
///
/// # Errors
/// Forbidden, a field error for dates the wrong way round, a conflict when the serial number is in use.
pub fn add_instrument(app: &App, right: &Right<EditInstrument>, fields: InstrumentFields) -> Result<i64> {
    sees_all(right, "add instruments")?;
    check(&fields)?;
    app.store.write(right.actor(), |tx| {
        let serial = fields.serial.clone();
        let id = instruments::insert_instrument(tx, fields)?;
        Ok((id, vec![Event::new("instrument", id, "added").change("serial", "", serial)]))
    })
}

/// Changes an instrument that was read at `version`. Its calibrations are a history of their own.
///
/// # Errors
/// Not found, forbidden, stale; a conflict when the serial number is in use.
pub fn change_instrument(
    app: &App,
    right: &Right<EditInstrument>,
    (id, version): (i64, i64),
    fields: InstrumentFields,
) -> Result<()> {
    sees_all(right, "change instruments")?;
    app.store.write(right.actor(), |tx| {
        let old = instruments::find_instrument(tx, id)?;
        let fields = InstrumentFields {
            calibration_certificate: old.calibration_certificate.clone(),
            calibrated_on: old.calibrated_on,
            calibration_due: old.calibration_due,
            ..fields
        };
        instruments::update_instrument(tx, id, version, fields)?;
        let new = instruments::find_instrument(tx, id)?;
        let days = |days: Option<i64>| days.map(|days| days.to_string()).unwrap_or_default();
        let event = Event::new("instrument", id, "changed")
            .change("make", &old.make, &new.make)
            .change("model", &old.model, &new.model)
            .change("serial", &old.serial, &new.serial)
            .change("owner", &old.owner, &new.owner)
            .change("days between proof checks", days(old.proof_check_days), days(new.proof_check_days))
            .change("retired", old.retired, new.retired);
        Ok(((), vec![event]))
    })
}

fn check(fields: &InstrumentFields) -> Result<()> {
    let missing = |field| Err(Error::field(field, "fill this in, or leave the whole calibration for later"));
    match (fields.calibrated_on, fields.calibration_due) {
        (Some(on), Some(due)) if due < on => {
            Err(Error::field("calibration_due", "this lies before the day of calibration"))
        }
        (None, Some(_)) => missing("calibrated_on"),
        (Some(_), None) => missing("calibration_due"),
        (None, None) if !fields.calibration_certificate.is_empty() => missing("calibrated_on"),
        _ => Ok(()),
    }
}
