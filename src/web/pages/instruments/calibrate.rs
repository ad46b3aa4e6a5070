//! Writing a calibration down, and the file of its certificate.

use actix_multipart::Multipart;
use actix_web::web;
use askama::Template;
use domain::calibration::AsFound;
use domain::permission::{EditInstrument, ViewRegister};
use store::calibrations::{CalibrationFields, CalibrationRow, find_calibration};
use store::instruments::Instrument;

use crate::actions::{attachments, calibrations, instruments};
use crate::error::{Error, Result};
use crate::web::editing::{again, refuse_unknown};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::pages::assets::attach::file_reply;
use crate::web::reply::Reply;
use crate::web::upload::read_upload;
use crate::web::visitor::{Visit, Visitor};

const FIELDS: &[&str] =
    &["certificate", "laboratory", "calibrated_on", "due_on", "as_found", "note", "supersedes"];

#[derive(Template)]
#[template(path = "instruments/calibrate.html")]
struct CalibratePage {
    chrome: Chrome,
    instrument: Instrument,
    form: Form,
    found: Vec<(String, String)>,
}

fn page(visit: &Visit, id: i64, mut form: Form) -> Result<CalibratePage> {
    visit.right::<EditInstrument>()?;
    let instrument = instruments::find_instrument(&visit.app, &visit.right::<ViewRegister>()?, id)?;
    if form.value("as_found").is_empty() {
        form.set("as_found", AsFound::Within);
    }
    let chrome = Chrome::new(visit, "Add a calibration");
    Ok(CalibratePage { chrome, instrument, form, found: options::<AsFound>() })
}

/// `GET /instruments/{id}/calibrate`; `?supersedes=` puts an earlier one right.
///
/// # Errors
/// Forbidden, not found, also for a calibration of another instrument.
pub async fn new_calibration(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut asked = Form::new(pairs.into_inner());
            let old = asked.id("supersedes");
            asked.check()?;
            let mut page = page(visit, *id, Form::default())?;
            if let Some(old) = old {
                page.form = fill(&visit.app.store.read(|conn| find_calibration(conn, *id, old))?);
            }
            Reply::ok(&page)
        })
        .await
}

fn fill(old: &CalibrationRow) -> Form {
    let mut form = Form::default();
    form.set("certificate", &old.certificate).set("laboratory", &old.laboratory);
    form.set_opt("calibrated_on", old.calibrated_on).set("due_on", old.due_on);
    form.set("as_found", old.as_found.0).set("supersedes", old.id);
    form
}

/// `POST /instruments/{id}/calibrate`: who may is settled before a byte of the body is read.
///
/// # Errors
/// Forbidden, not found, too large; field errors show the form again.
pub async fn add_calibration(
    asks: Visitor,
    sends: Visitor,
    id: web::Path<i64>,
    multipart: Multipart,
) -> Result<Reply> {
    let id = id.into_inner();
    asks.run(move |visit| page(visit, id, Form::default()).map(drop)).await?;
    let upload = read_upload(multipart, "file", attachments::MOST_BYTES).await?;
    sends
        .run(move |visit| {
            let right = visit.right::<EditInstrument>()?;
            let mut form = upload.form;
            refuse_unknown(&mut form, FIELDS);
            let file = (!upload.bytes.is_empty()).then_some((&*upload.file_name, &*upload.bytes));
            let done = read(&mut form)
                .and_then(|fields| calibrations::add_calibration(&visit.app, &right, id, fields, file));
            match done {
                Ok(_) => Ok(Reply::see_other(&format!("/instruments/{id}"), "saved")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, id, form)?)
                }
            }
        })
        .await
}

fn read(form: &mut Form) -> Result<CalibrationFields> {
    let certificate = form.required("certificate");
    let (laboratory, note) = (form.text("laboratory"), form.text("note"));
    for day in ["calibrated_on", "due_on"] {
        form.required(day);
    }
    let (calibrated_on, due_on) = (form.date("calibrated_on"), form.date("due_on"));
    let as_found = form.required_code("as_found");
    let supersedes = form.id("supersedes");
    form.check()?;
    match (due_on, as_found) {
        (Some(due_on), Some(as_found)) => Ok(CalibrationFields {
            certificate,
            laboratory,
            calibrated_on,
            due_on,
            as_found,
            note,
            supersedes,
        }),
        _ => Err(Error::field("due_on", "fill this in")),
    }
}

/// `GET /instruments/{id}/calibrations/{calibration}/file`.
///
/// # Errors
/// Not found.
pub async fn show_file(visitor: Visitor, ids: web::Path<(i64, i64)>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ViewRegister>()?;
            let (file, name) = calibrations::read_file(&visit.app, &right, ids.into_inner())?;
            Ok(file_reply(file, &name))
        })
        .await
}
