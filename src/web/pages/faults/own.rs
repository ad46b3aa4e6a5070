//! `/portal/assets/{tag}/fault`: a customer's own person reports a fault of a thing at their sites.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::fault::{Symptom, symptoms_of};
use domain::job::Urgency;
use domain::permission::{AnswerForCustomer, ViewPortal};

use super::public::read;
use super::{MOST_BYTES, refused};
use crate::actions::faults::{MOST_PHOTOS, Report, draw_photos};
use crate::actions::portal::{self, AssetView};
use crate::error::Result;
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::problem::part_urlencoded;
use crate::web::reply::Reply;
use crate::web::upload::{Sent, SentFile};
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "faults/own.html")]
struct OwnFaultPage {
    chrome: Chrome,
    form: Form,
    view: AssetView,
    symptoms: Vec<Symptom>,
}

/// `GET /portal/assets/{tag}/fault`.
///
/// # Errors
/// Not found, also for what is not at their sites.
pub async fn show_own_form(visitor: Visitor, tag: web::Path<String>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, &tag, Form::default())?)).await
}

fn page(visit: &Visit, tag: &str, form: Form) -> Result<OwnFaultPage> {
    visit.right::<AnswerForCustomer>()?;
    let view = portal::find_asset_view(&visit.app, &visit.right::<ViewPortal>()?, tag)?;
    let symptoms = symptoms_of(view.asset.equipment_type.map(|kind| kind.0));
    Ok(OwnFaultPage { chrome: Chrome::new(visit, "Report a fault"), form, view, symptoms })
}

/// `POST /portal/assets/{tag}/fault`: who may is settled before a byte of the body is read.
///
/// # Errors
/// Not found; anything else shows the form again.
pub async fn report_own(
    asks: Visitor,
    sends: Visitor,
    tag: web::Path<String>,
    sent: Sent<web::Form<Vec<(String, String)>>>,
) -> Result<Reply> {
    let asked = tag.clone();
    asks.run(move |visit| page(visit, &asked, Form::default()).map(drop)).await?;
    let (mut form, files) = sent.read("photo", (MOST_BYTES, MOST_PHOTOS)).await?;
    sends
        .run(move |visit| match send(visit, &tag, &mut form, &files) {
            Ok(to) => Ok(to),
            Err(error) => {
                let status = refused(&mut form, error)?;
                Reply::page(status, &page(visit, &tag, form)?)
            }
        })
        .await
}

fn send(visit: &Visit, tag: &str, form: &mut Form, files: &[SentFile]) -> Result<Reply> {
    let right = visit.right::<AnswerForCustomer>()?;
    let said = read(form);
    form.check()?;
    said.text()?;
    let said = Report { photos: draw_photos(files)?, name: String::new(), contact: String::new(), ..said };
    let tag = portal::report_fault(&visit.app, &right, tag, &said)?;
    Ok(Reply::see_other(&format!("/portal/assets/{}", part_urlencoded(&tag)), "reported"))
}

impl OwnFaultPage {
    fn urgencies(&self) -> Vec<(String, String)> {
        options::<Urgency>()
    }

    fn url(&self) -> String {
        format!("/portal/assets/{}", part_urlencoded(&self.view.asset.tag))
    }
}
