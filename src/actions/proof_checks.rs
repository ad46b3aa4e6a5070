//! Check boxes, and the regular proof checks of instruments against them. A verdict is computed, never typed.

use chrono::NaiveDate;
use domain::code::Code;
use domain::event::Event;
use domain::permission::{EditInstrument, RecordTest, ViewRegister};
use domain::proof_check::{judge_check, write_points};
use domain::verdict::Verdict;
use store::Right;
use store::instruments;
use store::proof_checks::{self, CheckBox, CheckBoxFields};

use crate::actions::dues::today;
use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// Every check box, retired ones last.
///
/// # Errors
/// The store's.
pub fn list_check_boxes(app: &App, _: &Right<ViewRegister>) -> Result<Vec<CheckBox>> {
    Ok(app.store.read(proof_checks::list_check_boxes)?)
}

/// One check box.
///
/// # Errors
/// Not found.
pub fn find_check_box(app: &App, _: &Right<ViewRegister>, id: i64) -> Result<CheckBox> {
    Ok(app.store.read(|conn| proof_checks::find_check_box(conn, id))?)
}

/// Adds a check box.
///
/// # Errors
/// Forbidden, a conflict when another is called so.
pub fn add_check_box(app: &App, right: &Right<EditInstrument>, fields: CheckBoxFields) -> Result<i64> {
    sees_all(right, "add check boxes")?;
    app.store.write(right.actor(), |tx| {
        let (name, points) = (fields.name.clone(), write_points(&fields.points));
        let id = proof_checks::insert_check_box(tx, fields)?;
        let event = Event::new("check box", id, "added").change("name", "", name);
        Ok((id, vec![event.change("values", "", points)]))
    })
}

/// Changes a check box that was read at `version`; checks made before keep the values they were made against.
///
/// # Errors
/// Forbidden, not found, stale, a conflict when another is called so.
pub fn change_check_box(
    app: &App,
    right: &Right<EditInstrument>,
    (id, version): (i64, i64),
    fields: CheckBoxFields,
) -> Result<()> {
    sees_all(right, "change check boxes")?;
    app.store.write(right.actor(), |tx| {
        let old = proof_checks::find_check_box(tx, id)?;
        let event = Event::new("check box", id, "changed")
            .change("name", &old.name, &fields.name)
            .change("values", write_points(&old.points.0), write_points(&fields.points))
            .change("retired", old.retired, fields.retired);
        proof_checks::update_check_box(tx, (id, version), fields)?;
        Ok(((), vec![event]))
    })
}

/// What is said where a box is not what it was when its values were shown.
pub const CHANGED: &str =
    "The check box was changed meanwhile; look at its values and type the readings again.";

/// A proof check as it is sent: one text a point of the box, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCheck {
    /// The instrument.
    pub instrument_id: i64,
    /// The check box.
    pub check_box_id: i64,
    /// Version of the box that the values were typed against.
    pub box_version: i64,
    /// The day; today where left out.
    pub on: Option<NaiveDate>,
    /// What the instrument showed.
    pub given: Vec<String>,
    /// A note.
    pub note: String,
}

/// Records a proof check.
///
/// # Errors
/// Not found, stale when the box was changed meanwhile, a conflict for a retired instrument or box, a field error
/// `point-N` for what is no value and for a day to come.
pub fn record_check(app: &App, right: &Right<RecordTest>, check: &NewCheck) -> Result<Verdict> {
    let today = today(app);
    let on = check.on.unwrap_or(today);
    if on > today {
        return Err(Error::field("checked_on", "this lies in the future"));
    }
    let by = right.actor().person_id();
    let by = by.ok_or_else(|| Error::Forbidden("check instruments without being a person".to_owned()))?;
    app.store.write(right.actor(), |tx| {
        let instrument = instruments::find_instrument(tx, check.instrument_id)?;
        let against = proof_checks::find_check_box(tx, check.check_box_id)?;
        if instrument.retired || against.retired {
            return Err(Error::Conflict("This instrument or check box is no longer used.".to_owned()));
        }
        if against.version != check.box_version {
            let words =
                "The check box was changed meanwhile; look at its values and type the readings again.";
            return Err(Error::Conflict(words.to_owned()));
        }
        let (readings, verdict) = judge_check(&against.points.0, &check.given)
            .map_err(|(at, why)| Error::field(format!("point-{at}"), why))?;
        proof_checks::insert_proof_check(
            tx,
            (instrument.id, against.id, on),
            (readings, verdict),
            (by, &check.note),
        )?;
        let event = Event::new("instrument", instrument.id, "proof checked")
            .change("day", "", on)
            .change("check box", "", &against.name)
            .change("verdict", "", verdict.label());
        Ok((verdict, vec![event]))
    })
}
