//! Test instruments and their calibration.

use chrono::{Days, NaiveDate};
use domain::event::Event;
use domain::permission::{EditInstrument, ViewRegister};
use store::Right;
use store::instruments::{self, Instrument, InstrumentFields};

use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// How many days ahead a calibration is called due soon.
pub const SOON_DAYS: u64 = 42;

/// How an instrument's calibration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calibration {
    /// Nobody said when it ends.
    Unknown,
    /// It has ended.
    Overdue,
    /// It ends within [`SOON_DAYS`].
    Soon,
    /// It holds.
    Good,
}

impl Calibration {
    /// How a calibration that ends with `due` stands on a day; its last day still counts.
    pub fn on(today: NaiveDate, due: Option<NaiveDate>) -> Self {
        match due {
            None => Self::Unknown,
            Some(due) if due < today => Self::Overdue,
            Some(due) if today.checked_add_days(Days::new(SOON_DAYS)).is_some_and(|soon| due <= soon) => {
                Self::Soon
            }
            Some(_) => Self::Good,
        }
    }
}

/// Every instrument with how its calibration stands, retired ones last.
///
/// # Errors
/// The store's.
pub fn list_instruments(app: &App, _: &Right<ViewRegister>) -> Result<Vec<(Instrument, Calibration)>> {
    let today = app.now().date_naive();
    let mut all = app.store.read(instruments::list_instruments)?;
    all.sort_by_key(|instrument| instrument.retired);
    let stands = |i: Instrument| {
        let calibration = Calibration::on(today, i.calibration_due);
        (i, calibration)
    };
    Ok(all.into_iter().map(stands).collect())
}

/// One instrument.
///
/// # Errors
/// Not found.
pub fn find_instrument(app: &App, _: &Right<ViewRegister>, id: i64) -> Result<Instrument> {
    Ok(app.store.read(|conn| instruments::find_instrument(conn, id))?)
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

/// Changes an instrument that was read at `version`.
///
/// # Errors
/// Not found, forbidden, stale; a field error for dates the wrong way round; a conflict when the serial number is in use.
pub fn change_instrument(
    app: &App,
    right: &Right<EditInstrument>,
    (id, version): (i64, i64),
    fields: InstrumentFields,
) -> Result<()> {
    sees_all(right, "change instruments")?;
    check(&fields)?;
    app.store.write(right.actor(), |tx| {
        let old = instruments::find_instrument(tx, id)?;
        instruments::update_instrument(tx, id, version, fields)?;
        let new = instruments::find_instrument(tx, id)?;
        let day = |date: Option<NaiveDate>| date.map(|d| d.to_string()).unwrap_or_default();
        let event = Event::new("instrument", id, "changed")
            .change("make", &old.make, &new.make)
            .change("model", &old.model, &new.model)
            .change("serial", &old.serial, &new.serial)
            .change("owner", &old.owner, &new.owner)
            .change("calibration certificate", &old.calibration_certificate, &new.calibration_certificate)
            .change("calibrated on", day(old.calibrated_on), day(new.calibrated_on))
            .change("calibration due", day(old.calibration_due), day(new.calibration_due))
            .change("retired", old.retired, new.retired);
        Ok(((), vec![event]))
    })
}

fn check(fields: &InstrumentFields) -> Result<()> {
    match (fields.calibrated_on, fields.calibration_due) {
        (Some(on), Some(due)) if due < on => {
            Err(Error::field("calibration_due", "this lies before the day of calibration"))
        }
        _ => Ok(()),
    }
}
