//! `/assets/{tag}/fault`: whoever is logged in reports a fault in two taps.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::fault::{Symptom, symptoms_of};
use domain::job::Urgency;
use domain::permission::{ReportFault, ViewRegister, WorkJob};
use store::assets::{Asset, names_of};
use store::history_links::parts_of;

use super::public::read;
use super::{MOST_BYTES, refused};
use crate::actions::faults::{
    MOST_PHOTOS, Report, Waiting, begin, begin_of, draw_photos, open_reports, report,
};
use crate::actions::plans::today_at;
use crate::actions::tests::find_asset;
use crate::error::Result;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::asset_url;
use crate::web::pages::findings::asset_parts;
use crate::web::reply::Reply;
use crate::web::upload::{Sent, SentFile};
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "faults/form.html")]
struct FaultPage {
    chrome: Chrome,
    form: Form,
    asset: Asset,
    symptoms: Vec<Symptom>,
    /// What is reported of it already.
    open: Vec<Waiting>,
    works: bool,
    /// What repairs taught of such things: warnings, and what helped before.
    warnings: String,
    learnt: String,
}

/// `GET /assets/{tag}/fault`.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_form(visitor: Visitor, tag: web::Path<String>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, &tag, Form::default())?)).await
}

fn page(visit: &Visit, tag: &str, form: Form) -> Result<FaultPage> {
    visit.right::<ReportFault>()?;
    let scope = visit.right::<ViewRegister>()?.scope();
    visit.app.store.read(|conn| {
        let asset = find_asset(conn, scope, tag)?;
        let parts = parts_of(conn, asset.id)?;
        let zone = names_of(conn, &asset)?.time_zone;
        let (warnings, learnt) = asset_parts(conn, visit, &asset, today_at(&visit.app, &zone))?;
        Ok(FaultPage {
            chrome: Chrome::new(visit, "Report a fault"),
            form,
            symptoms: symptoms_of(asset.equipment_type.map(|kind| kind.0)),
            open: open_reports(conn, scope, &parts.assets)?,
            works: visit.actor.may::<WorkJob>(),
            warnings,
            learnt,
            asset,
        })
    })
}

/// `POST /assets/{tag}/fault`: who may is settled before a byte of the body is read.
///
/// # Errors
/// Not found, forbidden; anything else shows the form again.
pub async fn report_fault(
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
    let (right, scope) = (visit.right::<ReportFault>()?, visit.right::<ViewRegister>()?.scope());
    let asset = visit.app.store.read(|conn| find_asset(conn, scope, tag))?;
    let begins = form.has("then", "begin");
    if begins {
        visit.right::<WorkJob>()?;
    }
    let said = read(form);
    form.check()?;
    said.text()?;
    let said = Report { photos: draw_photos(files)?, name: String::new(), contact: String::new(), ..said };
    let reported = report(&visit.app, &right, asset.id, &said)?;
    if begins && reported.fault.is_waiting() {
        let job = begin(&visit.app, &visit.right::<WorkJob>()?, &[reported.fault.id])?;
        return Ok(Reply::see_other(&format!("/jobs/{}", job.number), "added"));
    }
    if begins && let Some(number) = begin_of(&visit.app, &visit.right::<WorkJob>()?, &reported.fault)? {
        return Ok(Reply::see_other(&format!("/jobs/{number}"), "added"));
    }
    Ok(Reply::see_other(&asset_url(&asset.tag), "reported"))
}

impl FaultPage {
    fn urgencies(&self) -> Vec<(String, String)> {
        crate::web::forms::options::<Urgency>()
    }

    fn url(&self) -> String {
        asset_url(&self.asset.tag)
    }
}
