//! Test instruments.

use actix_web::web;
use askama::Template;
use domain::permission::{EditInstrument, ViewRegister};
use store::instruments::{Instrument, InstrumentFields};

use crate::actions::instruments::{self, Calibration};
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
    instruments: Vec<(Instrument, Calibration)>,
    edits: bool,
}

#[derive(Template)]
#[template(path = "instrument_form.html")]
struct InstrumentFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
}

const SHEET: Sheet<Instrument, InstrumentFields> = Sheet {
    fields: &[
        "make",
        "model",
        "serial",
        "owner",
        "calibration_certificate",
        "calibrated_on",
        "calibration_due",
        "retired",
    ],
    read,
    fill,
};

/// `GET /instruments`.
///
/// # Errors
/// Log in first.
pub async fn list_instruments(visitor: Visitor) -> Result<Reply> {
    let page = visitor
        .run(|visit| {
            let instruments = instruments::list_instruments(&visit.app, &visit.right::<ViewRegister>()?)?;
            let edits = visit.actor.may::<EditInstrument>();
            Ok(InstrumentsPage { chrome: Chrome::new(visit, "Instruments"), instruments, edits })
        })
        .await?;
    Reply::ok(&page)
}

/// `GET /instruments/new`.
///
/// # Errors
/// Forbidden.
pub async fn new_instrument(visitor: Visitor) -> Result<Reply> {
    let page = visitor.run(|visit| form_page(visit, "Add an instrument", Form::default(), None)).await?;
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
                instruments::add_instrument(&visit.app, &visit.right::<EditInstrument>()?, fields)?;
                Ok("/instruments".to_owned())
            };
            SHEET.add(pairs.into_inner(), add, |form| form_page(visit, "Add an instrument", form, None))
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
            form_page(visit, "Change an instrument", fill(&found), None)
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
                Ok("/instruments".to_owned())
            };
            let show = |form, conflict| form_page(visit, "Change an instrument", form, conflict);
            SHEET.change(pairs.into_inner(), find, change, show)
        })
        .await
}

fn form_page(visit: &Visit, title: &str, form: Form, conflict: Conflict) -> Result<InstrumentFormPage> {
    visit.right::<EditInstrument>()?;
    Ok(InstrumentFormPage { chrome: Chrome::new(visit, title), form, conflict })
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
    }
}

fn fill(instrument: &Instrument) -> Form {
    let mut form = Form::default();
    form.set("make", &instrument.make).set("model", &instrument.model).set("serial", &instrument.serial);
    form.set("owner", &instrument.owner);
    form.set("calibration_certificate", &instrument.calibration_certificate);
    form.set_opt("calibrated_on", instrument.calibrated_on);
    form.set_opt("calibration_due", instrument.calibration_due);
    form.set("retired", instrument.retired).set("version", instrument.version);
    form
}
