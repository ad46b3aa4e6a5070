//! Test instruments: the list, the form, one with its history, its calibrations and proof checks.

mod boxes;
mod calibrate;
mod check;
mod show;
mod timeline;

pub use boxes::{add_box, change_box, edit_box, new_box};
pub use calibrate::{add_calibration, new_calibration, show_file};
pub use check::{new_check, record_check};
pub use show::show_instrument;

use actix_web::web;
use askama::Template;
use domain::calibration::Standing;
use domain::permission::{EditInstrument, ViewRegister};
use store::instruments::{Instrument, InstrumentFields};
use store::proof_checks::CheckBox;

use crate::actions::dues::today;
use crate::actions::instruments::{self, Listed};
use crate::actions::proof_checks;
use crate::error::Result;
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "instruments.html")]
struct InstrumentsPage {
    chrome: Chrome,
    instruments: Vec<Listed>,
    boxes: Vec<CheckBox>,
    today: chrono::NaiveDate,
    edits: bool,
}

#[derive(Template)]
#[template(path = "instrument_form.html")]
struct InstrumentFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    /// Whether it is a new one, whose first calibration is asked for too.
    new: bool,
    back: String,
}

const NEW: Sheet<Instrument, InstrumentFields> = Sheet {
    fields: &[
        "make",
        "model",
        "serial",
        "owner",
        "proof_check_days",
        "calibration_certificate",
        "calibrated_on",
        "calibration_due",
        "retired",
    ],
    read,
    fill,
};
const SHEET: Sheet<Instrument, InstrumentFields> =
    Sheet { fields: &["make", "model", "serial", "owner", "proof_check_days", "retired"], read, fill };

/// `GET /instruments`.
///
/// # Errors
/// Log in first.
pub async fn list_instruments(visitor: Visitor) -> Result<Reply> {
    let page = visitor
        .run(|visit| {
            let right = visit.right::<ViewRegister>()?;
            Ok(InstrumentsPage {
                chrome: Chrome::new(visit, "Instruments"),
                instruments: instruments::list_instruments(&visit.app, &right)?,
                boxes: proof_checks::list_check_boxes(&visit.app, &right)?,
                today: today(&visit.app),
                edits: visit.actor.may::<EditInstrument>(),
            })
        })
        .await?;
    Reply::ok(&page)
}

/// `GET /instruments/new`.
///
/// # Errors
/// Forbidden.
pub async fn new_instrument(visitor: Visitor) -> Result<Reply> {
    let page = visitor.run(|visit| form_page(visit, None, Form::default(), None)).await?;
    Reply::ok(&page)
}

/// `POST /instruments/new`.
///
/// # Errors
/// Forbidden; field errors show the form again.
pub async fn add_instrument(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let add = |fields| {
                let id = instruments::add_instrument(&visit.app, &visit.right::<EditInstrument>()?, fields)?;
                Ok(format!("/instruments/{id}"))
            };
            NEW.add(pairs.into_inner(), add, |form| form_page(visit, None, form, None))
        })
        .await
}

/// `GET /instruments/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_instrument(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    let page = visitor
        .run(move |visit| {
            let found = instruments::find_instrument(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            form_page(visit, Some(*id), fill(&found), None)
        })
        .await?;
    Reply::ok(&page)
}

/// `POST /instruments/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_instrument(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let find = || instruments::find_instrument(&visit.app, &visit.right::<ViewRegister>()?, *id);
            let change = |version, fields| {
                let right = visit.right::<EditInstrument>()?;
                instruments::change_instrument(&visit.app, &right, (*id, version), fields)?;
                Ok(format!("/instruments/{id}"))
            };
            let show = |form, conflict| form_page(visit, Some(*id), form, conflict);
            SHEET.change(pairs.into_inner(), find, change, show)
        })
        .await
}

fn form_page(visit: &Visit, id: Option<i64>, form: Form, conflict: Conflict) -> Result<InstrumentFormPage> {
    visit.right::<EditInstrument>()?;
    let title = if id.is_some() { "Change an instrument" } else { "Add an instrument" };
    let back = id.map_or("/instruments".to_owned(), |id| format!("/instruments/{id}"));
    Ok(InstrumentFormPage { chrome: Chrome::new(visit, title), form, conflict, new: id.is_none(), back })
}

fn read(form: &mut Form) -> InstrumentFields {
    InstrumentFields {
        make: form.required("make"),
        model: form.required("model"),
        serial: form.required("serial"),
        owner: form.text("owner"),
        calibration_certificate: form.text("calibration_certificate"),
        calibrated_on: form.date("calibrated_on"),
        calibration_due: form.date("calibration_due"),
        retired: form.ticked("retired"),
        proof_check_days: form.number("proof_check_days", 1, 366),
    }
}

fn fill(instrument: &Instrument) -> Form {
    let mut form = Form::default();
    form.set("make", &instrument.make).set("model", &instrument.model).set("serial", &instrument.serial);
    form.set("owner", &instrument.owner);
    form.set_opt("proof_check_days", instrument.proof_check_days);
    form.set("retired", instrument.retired).set("version", instrument.version);
    form
}
