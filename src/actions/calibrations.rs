//! Calibrations of instruments: written down with the laboratory's certificate, replaced and never altered.

use domain::calibration::AsFound;
use domain::code::Code;
use domain::event::Event;
use domain::permission::{EditInstrument, ViewRegister};
use store::calibrations::{self, CalibrationFields};
use store::files::{self, File};
use store::instruments;
use store::{Right, Tx};

use crate::actions::attachments::{Kept, recode};
use crate::actions::dues::today;
use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// Writes a calibration of an instrument down, with the file of the laboratory's certificate where there is one.
///
/// # Errors
/// Forbidden, not found; field errors for days that cannot be and for a file that is neither picture nor PDF; a
/// conflict when the one it replaces was replaced already.
pub fn add_calibration(
    app: &App,
    right: &Right<EditInstrument>,
    instrument_id: i64,
    fields: CalibrationFields,
    file: Option<(&str, &[u8])>,
) -> Result<i64> {
    sees_all(right, "add calibrations")?;
    let fields = check(app, fields)?;
    // Found before the work: a wrong id must not cost a minute of decoding.
    app.store.read(|conn| instruments::find_instrument(conn, instrument_id))?;
    let kept = file.map(|(name, bytes)| recode(bytes).map(|kept| (name, kept))).transpose()?;
    app.store.write(right.actor(), |tx| insert(tx, instrument_id, &fields, kept.as_ref()))
}

/// The same without a file, within a write under way.
///
/// # Errors
/// As [`add_calibration`].
pub fn add_in(
    tx: &mut Tx,
    app: &App,
    right: &Right<EditInstrument>,
    instrument_id: i64,
    fields: CalibrationFields,
) -> Result<(i64, Vec<Event>)> {
    sees_all(right, "add calibrations")?;
    let fields = check(app, fields)?;
    insert(tx, instrument_id, &fields, None)
}

fn insert(
    tx: &mut Tx,
    instrument_id: i64,
    fields: &CalibrationFields,
    file: Option<&(&str, Kept)>,
) -> Result<(i64, Vec<Event>)> {
    instruments::find_instrument(tx, instrument_id)?;
    if let Some(old) = fields.supersedes {
        calibrations::find_calibration(tx, instrument_id, old)?;
    }
    let stored = match file {
        Some((name, kept)) => Some((files::put_file(tx, kept.media_type, &kept.large)?, *name)),
        None => None,
    };
    let file = stored.as_ref().map(|(hash, name)| (hash.as_str(), *name));
    let id = calibrations::insert_calibration(tx, instrument_id, fields, file)?;
    let day = fields.calibrated_on.map(|day| day.to_string()).unwrap_or_default();
    let replaced = fields.supersedes.map(|old| old.to_string()).unwrap_or_default();
    let event = Event::new("instrument", instrument_id, "calibrated")
        .change("certificate", "", &fields.certificate)
        .change("laboratory", "", &fields.laboratory)
        .change("calibrated on", "", day)
        .change("calibration due", "", fields.due_on)
        .change("as found", "", fields.as_found.label())
        .change("takes the place of calibration", "", replaced)
        .change("SHA-256 of the file", "", file.map_or("", |(hash, _)| hash));
    Ok((id, vec![event]))
}

/// Checks the days; one that was left out of tolerance covers nothing, so it ends on its own day.
fn check(app: &App, fields: CalibrationFields) -> Result<CalibrationFields> {
    let mut errors = vec![];
    let mut fail = |field: &str, message: &str| {
        errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
    };
    match fields.calibrated_on {
        None => fail("calibrated_on", "fill this in"),
        Some(on) if on > today(app) => fail("calibrated_on", "this lies in the future"),
        Some(on) if fields.due_on < on => fail("due_on", "this lies before the day of calibration"),
        Some(_) => {}
    }
    if fields.supersedes.is_some() && fields.note.is_empty() {
        fail("note", "say why it takes the place of another one");
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let failed = fields.as_found == AsFound::Failed;
    let due_on = fields.calibrated_on.filter(|_| failed).unwrap_or(fields.due_on);
    Ok(CalibrationFields { due_on, ..fields })
}

/// The file of a calibration's certificate, with its name.
///
/// # Errors
/// Not found, also for a calibration of another instrument or one without a file.
pub fn read_file(
    app: &App,
    _: &Right<ViewRegister>,
    (instrument_id, id): (i64, i64),
) -> Result<(File, String)> {
    Ok(app.store.read(|conn| {
        let row = calibrations::find_calibration(conn, instrument_id, id)?;
        let hash = row.file_hash.ok_or(store::Error::NotFound("file"))?;
        Ok::<_, store::Error>((files::find_file(conn, &hash)?, row.file_name))
    })?)
}
