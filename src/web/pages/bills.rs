//! Billing: what there is to bill, by customer and period; exports; one job's bill.

mod job;

pub use job::{add_charge, show_bill};

use actix_web::web;
use askama::Template;
use domain::monthly_report::{first_of, month_after};
use domain::permission::BillJob;
use store::bills::BillExport;
use store::customers::list_customers;

use crate::actions::bills::{self, Asked, CustomerBill};
use crate::actions::dues::{FIRM_ZONE, today};
use crate::actions::output::{Format, Trouble};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::choices::Choices;
use crate::web::pages::test_log::file;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Jobs looked at for one page or file: one reader cannot keep the server busy. The command line has no bound.
const MOST_JOBS: usize = 2_000;
/// Exports listed.
const EXPORTS: i64 = 50;

#[derive(Template)]
#[template(path = "bills/list.html")]
struct BillingPage {
    chrome: Chrome,
    form: Form,
    customers: Choices,
    bills: Vec<CustomerBill>,
    exports: Vec<BillExport>,
}

impl BillingPage {
    /// The same choice as a query, for downloads.
    fn query(&self) -> String {
        let parts = ["customer", "from", "until"]
            .map(|name| format!("{name}={}", crate::web::problem::form_urlencoded(self.form.value(name))));
        parts.join("&")
    }

    fn lines(&self) -> usize {
        self.bills.iter().flat_map(|bill| &bill.jobs).map(|job| job.left.len()).sum()
    }

    fn without_rates(&self) -> Vec<&str> {
        self.bills.iter().flat_map(CustomerBill::without_rates).collect()
    }

    fn without_prices(&self) -> Vec<&str> {
        self.bills.iter().flat_map(CustomerBill::without_prices).collect()
    }

    fn time(&self, export: &BillExport) -> String {
        export.at.utc().with_timezone(&FIRM_ZONE).format("%Y-%m-%d %H:%M").to_string()
    }
}

/// `GET /billing`; `?customer=`, `?from=` and `?until=` choose, the month before and this one unless given.
///
/// # Errors
/// Forbidden; not found for a foreign customer.
pub async fn show_billing(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<BillJob>()?;
            let mut form = Form::new(pairs.into_inner());
            match list(visit, &mut form) {
                Ok(bills) => Reply::ok(&page(visit, form, bills)?),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, form, vec![])?)
                }
            }
        })
        .await
}

fn list(visit: &Visit, form: &mut Form) -> Result<Vec<CustomerBill>> {
    let asked = read(visit, form)?;
    bills::list_bills(&visit.app, &visit.right()?, asked, MOST_JOBS)
}

fn read(visit: &Visit, form: &mut Form) -> Result<Asked> {
    let today = today(&visit.app);
    let unset = |form: &mut Form, name: &str, day: chrono::NaiveDate| {
        if form.value(name).is_empty() {
            form.set(name, day);
        }
    };
    unset(form, "from", month_after(first_of(today), -1));
    unset(form, "until", today);
    let (customer_id, from, until) = (form.id("customer"), form.date("from"), form.date("until"));
    form.check()?;
    match (from, until) {
        (Some(from), Some(until)) => Ok(Asked { customer_id, from, until }),
        _ => Err(Error::field("from", "give both days")),
    }
}

fn page(visit: &Visit, form: Form, bills: Vec<CustomerBill>) -> Result<BillingPage> {
    let right = visit.right::<BillJob>()?;
    let exports = bills::list_exports(&visit.app, &right, EXPORTS)?;
    let customers = visit.app.store.read(|conn| list_customers(conn, right.scope()))?;
    let customers = customers.into_iter().map(|one| (one.id.to_string(), one.name)).collect();
    Ok(BillingPage { chrome: Chrome::new(visit, "Billing"), form, customers, bills, exports })
}

/// `POST /billing`: bills what is left of the jobs chosen, and marks it.
///
/// # Errors
/// Forbidden; not found for a foreign customer; what is wrong, and nothing left to bill, show the page again.
pub async fn export_bills(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<BillJob>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["customer", "from", "until"]);
            let done = read(visit, &mut form)
                .and_then(|asked| bills::export_bills(&visit.app, &right, asked, MOST_JOBS));
            match done {
                Ok(_) => Ok(Reply::see_other("/billing", "billed")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, form, vec![])?)
                }
            }
        })
        .await
}

/// `GET /billing.csv`: every line of the jobs chosen, what is billed with its export.
///
/// # Errors
/// Forbidden; not found; field errors, also beyond 2,000 jobs.
pub async fn download_csv(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| listing(visit, Form::new(pairs.into_inner()), Format::Csv)).await
}

/// `GET /billing.xlsx`.
///
/// # Errors
/// As the CSV.
pub async fn download_xlsx(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| listing(visit, Form::new(pairs.into_inner()), Format::Xlsx)).await
}

fn listing(visit: &Visit, mut form: Form, format: Format) -> Result<Reply> {
    let right = visit.right::<BillJob>()?;
    let asked = read(visit, &mut form)?;
    let mut bytes = vec![];
    match bills::write_listing(&visit.app, &right, (asked, MOST_JOBS), (format, &mut bytes)) {
        Ok(_) => Ok(file(format, &format!("billing-{}-{}", asked.from, asked.until), bytes)),
        Err(Trouble::App(error)) => Err(error),
        Err(Trouble::Output(error)) => Err(Error::Internal(error.to_string())),
    }
}

/// `GET /billing/{number}.csv`: an export as it was given out.
///
/// # Errors
/// Forbidden; not found.
pub async fn download_export_csv(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor.run(move |visit| export_reply(visit, &number, Format::Csv)).await
}

/// `GET /billing/{number}.xlsx`.
///
/// # Errors
/// As the CSV.
pub async fn download_export_xlsx(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor.run(move |visit| export_reply(visit, &number, Format::Xlsx)).await
}

fn export_reply(visit: &Visit, number: &str, format: Format) -> Result<Reply> {
    let bytes = bills::read_export(&visit.app, &visit.right()?, number, format)?;
    Ok(file(format, &format!("billing-{number}"), bytes))
}

/// Sums of lines in words: "£1,200.00 and £240.00 VAT".
pub(super) fn sums_in_words(sums: &[domain::bill::Sum]) -> String {
    let words = sums.iter().map(|sum| {
        let (net, vat) = (sum.currency.show(sum.net), sum.currency.show(sum.vat));
        format!("{net} and {vat} VAT")
    });
    words.collect::<Vec<_>>().join("; ")
}
