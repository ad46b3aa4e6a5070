//! A consignment: its packing list, sent as one and received as one.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use domain::permission::{ViewRegister, WorkJob};
use domain::referral::ReferralState;
use store::referral_batches::BatchFields;

use super::list::status_of;
use super::{read_end, works};
use crate::actions::dues::today;
use crate::actions::referrals::{self, BatchView, ReferralLine};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "referrals/batch.html")]
struct BatchPage {
    chrome: Chrome,
    form: Form,
    view: BatchView,
    firm: String,
    today: String,
    works: bool,
}

impl BatchPage {
    fn status(&self, line: &ReferralLine) -> (&'static str, String) {
        status_of(line)
    }

    fn is_open(&self) -> bool {
        self.view.batch.sent_on.is_none()
    }

    /// What is still with the supplier.
    fn out(&self) -> Vec<&ReferralLine> {
        self.view.lines.iter().filter(|line| line.line.referral.state.0 == ReferralState::Sent).collect()
    }

    fn cost_name(&self, line: &ReferralLine) -> String {
        format!("cost_{}", line.line.referral.id)
    }

    fn cost_label(&self, line: &ReferralLine) -> String {
        let referral = &line.line.referral;
        let serial =
            if referral.serial.is_empty() { String::new() } else { format!(", {}", referral.serial) };
        format!("{}{serial}", referral.what)
    }
}

/// `GET /referral-batches/{number}`.
///
/// # Errors
/// Not found.
pub async fn show_batch(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, &number, Form::default())?)).await
}

fn page(visit: &Visit, number: &str, mut form: Form) -> Result<BatchPage> {
    let view = referrals::find_batch(&visit.app, &visit.right::<ViewRegister>()?, number)?;
    let today = today(&visit.app).to_string();
    if form.errors().is_empty() {
        let batch = &view.batch;
        form.set("carrier", &batch.carrier).set("tracking", &batch.tracking).set("notes", &batch.notes);
    }
    let firm = crate::actions::settings::find_firm(&visit.app)?.name;
    let title = format!("Consignment {}", view.batch.number);
    Ok(BatchPage { chrome: Chrome::new(visit, title), form, view, firm, today, works: works(visit) })
}

fn refused(visit: &Visit, number: &str, mut form: Form, error: Error) -> Result<Reply> {
    let status = match &error {
        Error::Conflict(_) => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    again(&mut form, error)?;
    Reply::page(status, &page(visit, number, form)?)
}

/// `POST /referral-batches/{number}/send`.
///
/// # Errors
/// Not found, forbidden, stale; field errors show the consignment again.
pub async fn send_batch(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let version = form.number("version", 0, i64::MAX).unwrap_or(-1);
            let sent_on = form.date("sent_on");
            let fields = BatchFields {
                carrier: form.text("carrier"),
                tracking: form.text("tracking"),
                notes: form.long_text("notes"),
            };
            let done = form.check().and_then(|()| {
                let sent_on = sent_on.ok_or_else(|| Error::field("sent_on", "give the day"))?;
                referrals::send_batch(&visit.app, &right, (&number, version), &fields, sent_on)
            });
            match done {
                Ok(()) => Ok(Reply::see_other(&format!("/referral-batches/{number}"), "saved")),
                Err(error) => refused(visit, &number, form, error),
            }
        })
        .await
}

/// `POST /referral-batches/{number}/receive`: everything of it that is out is back.
///
/// # Errors
/// Not found, forbidden; field errors show the consignment again.
pub async fn receive_batch(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let end = read_end(&mut form);
            let costs = read_costs(&mut form);
            let done = form.check().and_then(|()| {
                let end = end.ok_or_else(|| Error::field("state", "say how it ended"))?;
                referrals::receive_batch(&visit.app, &right, &number, (&end, &costs))
            });
            match done {
                Ok(_) => Ok(Reply::see_other(&format!("/referral-batches/{number}"), "saved")),
                Err(error) => refused(visit, &number, form, error),
            }
        })
        .await
}

/// What each thing cost, from the fields named after the ids of their referrals.
fn read_costs(form: &mut Form) -> BTreeMap<i64, i64> {
    let named = form.names().filter_map(|name| name.strip_prefix("cost_")?.parse::<i64>().ok());
    let ids: Vec<i64> = named.collect();
    ids.into_iter().filter_map(|id| Some((id, form.pence(&format!("cost_{id}"))?))).collect()
}

/// `POST /referral-batches/{number}/take-out`.
///
/// # Errors
/// Not found, forbidden, a conflict once it has gone.
pub async fn take_out(visitor: Visitor, number: web::Path<String>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let id = form.id("referral");
            if form.value("referral").is_empty() {
                form.fail("referral", "choose what is taken out");
            }
            form.check()?;
            referrals::take_out(&visit.app, &right, &number, id.unwrap_or_default())?;
            Ok(Reply::see_other("/referrals", "saved"))
        })
        .await
}
