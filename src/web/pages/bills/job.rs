//! One job's bill: what it comes to, what of it is billed, and charges added by hand.

use actix_web::web;
use askama::Template;
use domain::charge::{Line, LineKind, Quantity};
use domain::money;
use domain::permission::BillJob;

use super::sums_in_words;
use crate::actions::bills::{self, ChargeRequest, JobBill};
use crate::actions::dues::FIRM_ZONE;
use crate::error::Result;
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::pages::assets::choices::Choices;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "bills/job.html")]
struct JobBillPage {
    chrome: Chrome,
    form: Form,
    bill: JobBill,
    kinds: Choices,
}

impl JobBillPage {
    fn day(&self, at: &store::types::Moment) -> String {
        at.utc().with_timezone(&FIRM_ZONE).format("%Y-%m-%d").to_string()
    }

    fn whole(&self) -> String {
        sums_in_words(&domain::bill::sums(&self.bill.lines))
    }
}

/// `GET /jobs/{number}/bill`.
///
/// # Errors
/// Forbidden; not found.
pub async fn show_bill(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::default();
            form.set("quantity", "1");
            Reply::ok(&page(visit, &number, form)?)
        })
        .await
}

fn page(visit: &Visit, number: &str, form: Form) -> Result<JobBillPage> {
    let bill = bills::show_bill(&visit.app, &visit.right()?, number)?;
    let chrome = Chrome::new(visit, format!("Bill of {}", bill.job.number));
    Ok(JobBillPage { chrome, form, bill, kinds: options::<LineKind>() })
}

/// `POST /jobs/{number}/charges`: adds a charge with its reason.
///
/// # Errors
/// Forbidden; not found; field errors show the page again.
pub async fn add_charge(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<BillJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let request = read(&mut form);
            let done = form.check().and_then(|()| bills::add_charge(&visit.app, &right, &number, &request));
            match done {
                Ok(_) => Ok(Reply::see_other(&format!("/jobs/{number}/bill"), "added")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, &number, form)?)
                }
            }
        })
        .await
}

fn read(form: &mut Form) -> ChargeRequest {
    refuse_unknown(form, &["kind", "text", "quantity", "price", "reason"]);
    let kind = form.required_code::<LineKind>("kind").unwrap_or(LineKind::Fixed);
    let (text, reason) = (form.required("text"), form.required("reason"));
    let quantity = form.read("quantity", Quantity::parse).unwrap_or(Quantity::ONE);
    let price = form.read("price", money::parse);
    if price.is_none() && form.error("price").is_none() {
        form.fail("price", "give a price; one below nothing takes something back");
    }
    ChargeRequest { line: Line { kind, text, quantity, price: price.unwrap_or(0) }, reason }
}
