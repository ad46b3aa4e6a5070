//! The form of a proof check: one field a known value of the check box.

use actix_web::web;
use askama::Template;
use domain::permission::{RecordTest, ViewRegister};
use store::instruments::Instrument;
use store::proof_checks::CheckBox;

use crate::actions::dues::today;
use crate::actions::instruments;
use crate::actions::proof_checks::{self, NewCheck};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "instruments/check.html")]
struct CheckPage {
    chrome: Chrome,
    instrument: Instrument,
    against: CheckBox,
    form: Form,
}

impl CheckPage {
    fn name(&self, at: &usize) -> String {
        format!("point-{at}")
    }
}

fn page(visit: &Visit, (id, box_id): (i64, i64), mut form: Form) -> Result<CheckPage> {
    visit.right::<RecordTest>()?;
    let right = visit.right::<ViewRegister>()?;
    let instrument = instruments::find_instrument(&visit.app, &right, id)?;
    let against = proof_checks::find_check_box(&visit.app, &right, box_id)?;
    form.set("version", against.version);
    Ok(CheckPage { chrome: Chrome::new(visit, "Proof check"), instrument, against, form })
}

/// `GET /instruments/{id}/check/{box}`.
///
/// # Errors
/// Forbidden, not found.
pub async fn new_check(visitor: Visitor, ids: web::Path<(i64, i64)>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::default();
            form.set("checked_on", today(&visit.app));
            Reply::ok(&page(visit, ids.into_inner(), form)?)
        })
        .await
}

/// `POST /instruments/{id}/check/{box}`.
///
/// # Errors
/// Forbidden, not found; field errors show the form again.
pub async fn record_check(
    visitor: Visitor,
    ids: web::Path<(i64, i64)>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let ids = ids.into_inner();
            let right = visit.right::<RecordTest>()?;
            let mut form = Form::new(pairs.into_inner());
            let against = page(visit, ids, Form::default())?.against;
            let done = read(&mut form, ids, &against)
                .and_then(|check| proof_checks::record_check(&visit.app, &right, &check));
            match done {
                Ok(_) => Ok(Reply::see_other(&format!("/instruments/{}", ids.0), "recorded")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, ids, form)?)
                }
            }
        })
        .await
}

fn read(form: &mut Form, (instrument_id, check_box_id): (i64, i64), against: &CheckBox) -> Result<NewCheck> {
    let box_version = form.number("version", 0, i64::MAX).unwrap_or(-1);
    if box_version != against.version {
        return Err(Error::Conflict(proof_checks::CHANGED.to_owned()));
    }
    let names: Vec<String> = (0..against.points.0.len()).map(|at| format!("point-{at}")).collect();
    let known: Vec<&str> = names.iter().map(String::as_str).chain(["checked_on", "note"]).collect();
    refuse_unknown(form, &known);
    let given: Vec<String> = names.iter().map(|name| form.text(name)).collect();
    if given.iter().all(String::is_empty) {
        form.fail("point-0", "fill in what the instrument shows");
    }
    let (on, note) = (form.date("checked_on"), form.long_text("note"));
    form.check()?;
    Ok(NewCheck { instrument_id, check_box_id, box_version, on, given, note })
}
