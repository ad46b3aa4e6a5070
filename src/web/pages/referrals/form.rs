//! Referring something of a job, and changing what is said of it.

use actix_web::web;
use askama::Template;
use domain::permission::{ViewRegister, WorkJob};
use store::AnyConnection;
use store::jobs::assets::list_job_assets;
use store::referrals::{Referral, ReferralFields};

use super::suppliers;
use crate::actions::jobs::{JobView, view_in};
use crate::actions::referrals::{self, ReferralRequest};
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::{Form, show_pence};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "referrals/form.html")]
struct ReferralFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    job: JobView,
    suppliers: Vec<(String, String)>,
    things: Vec<(String, String)>,
    /// Whether it is a new one.
    new: bool,
    back: String,
}

/// A referral and how it begins, as the form says.
const SHEET: Sheet<Referral, ReferralRequest> = Sheet {
    fields: &[
        "supplier",
        "asset",
        "what",
        "serial",
        "request",
        "rma",
        "due_on",
        "sent_on",
        "waits",
        "carrier_out",
        "tracking_out",
        "carrier_back",
        "tracking_back",
        "cost",
    ],
    read,
    fill,
};

fn read(form: &mut Form) -> ReferralRequest {
    let supplier = form.id("supplier");
    if supplier.is_none() && form.error("supplier").is_none() {
        form.fail("supplier", "choose the supplier");
    }
    let fields = ReferralFields {
        supplier_id: supplier.unwrap_or_default(),
        asset_id: form.id("asset"),
        what: form.text("what"),
        serial: form.text("serial"),
        request: form.long_text("request"),
        rma: form.text("rma"),
        due_on: form.date("due_on"),
        carrier_out: form.text("carrier_out"),
        tracking_out: form.text("tracking_out"),
        carrier_back: form.text("carrier_back"),
        tracking_back: form.text("tracking_back"),
        cost_pence: form.pence("cost"),
    };
    ReferralRequest { fields, sent_on: form.date("sent_on"), waits: form.ticked("waits") }
}

fn fill(referral: &Referral) -> Form {
    let mut form = Form::default();
    form.set("supplier", referral.supplier_id).set_opt("asset", referral.asset_id);
    form.set("what", &referral.what).set("serial", &referral.serial).set("request", &referral.request);
    form.set("rma", &referral.rma)
        .set_opt("due_on", referral.due_on)
        .set("cost", show_pence(referral.cost_pence));
    form.set("carrier_out", &referral.carrier_out).set("tracking_out", &referral.tracking_out);
    form.set("carrier_back", &referral.carrier_back).set("tracking_back", &referral.tracking_back);
    form.set("version", referral.version);
    form
}

/// `GET /jobs/{number}/refer`.
///
/// # Errors
/// Not found, forbidden.
pub async fn new_referral(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::default();
            form.set("waits", "yes");
            Reply::ok(&page(visit, &number, form, None, None)?)
        })
        .await
}

/// `POST /jobs/{number}/refer`.
///
/// # Errors
/// Not found, forbidden; field errors show the form again.
pub async fn refer(visitor: Visitor, number: web::Path<String>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let act = |request: ReferralRequest| {
                let made = referrals::refer(&visit.app, &right, &number, &request)?;
                Ok(format!("/referrals/{}", made.id))
            };
            SHEET.add(pairs.into_inner(), act, |form| page(visit, &number, form, None, None))
        })
        .await
}

/// `GET /referrals/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_referral(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (line, job, _) = referrals::find_referral(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            let form = fill(&line.line.referral);
            Reply::ok(&page(visit, &job.number, form, None, Some(*id))?)
        })
        .await
}

/// `POST /referrals/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_referral(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (view, work) = (visit.right::<ViewRegister>()?, visit.right::<WorkJob>()?);
            let number = referrals::find_referral(&visit.app, &view, *id)?.1.number;
            let find = || Ok(referrals::find_referral(&visit.app, &view, *id)?.0.line.referral);
            let act = |version, request: ReferralRequest| {
                referrals::change_referral(&visit.app, &work, (*id, version), &request.fields)?;
                Ok(format!("/referrals/{id}"))
            };
            let show = |form, conflict| page(visit, &number, form, conflict, Some(*id));
            SHEET.change(pairs.into_inner(), find, act, show)
        })
        .await
}

fn page(
    visit: &Visit,
    number: &str,
    mut form: Form,
    conflict: Conflict,
    id: Option<i64>,
) -> Result<ReferralFormPage> {
    let right = visit.right::<WorkJob>()?;
    visit.app.store.read(|conn: &mut AnyConnection| {
        let job = view_in(conn, right.scope(), visit.app.now(), number)?;
        let things = list_job_assets(conn, &job.job)?;
        if id.is_none() && things.len() == 1 && form.value("supplier").is_empty() {
            form.set("asset", things[0].id);
        }
        let title = if id.is_some() { "Change the referral" } else { "Refer to a supplier" };
        Ok::<_, Error>(ReferralFormPage {
            chrome: Chrome::new(visit, title),
            suppliers: suppliers(conn)?,
            things: things
                .into_iter()
                .map(|thing| (thing.id.to_string(), format!("{} {}", thing.description, thing.tag)))
                .collect(),
            new: id.is_none(),
            back: id.map_or_else(|| format!("/jobs/{number}"), |id| format!("/referrals/{id}")),
            job,
            form,
            conflict,
        })
    })
}

impl ReferralFormPage {
    fn sent_attributes(&self) -> String {
        // Only shown as the latest day that may be chosen; the action decides.
        format!("type=date max={}", self.job.now.with_timezone(&self.job.zone).date_naive())
    }
}
