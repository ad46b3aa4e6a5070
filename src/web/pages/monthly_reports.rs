//! Monthly reports to customers: chosen here, their numbers at a glance, the PDF.

use actix_web::web;
use askama::Template;
use chrono::NaiveDate;
use domain::code::Code;
use domain::monthly_report::{AGES, Met, MonthlyReport, first_of, month_after, parse_month};
use domain::permission::BillJob;
use store::customers::list_customers;

use crate::actions::dues::today;
use crate::actions::monthly_reports;
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::choices::Choices;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "monthly_reports/show.html")]
struct ReportsPage {
    chrome: Chrome,
    form: Form,
    customers: Choices,
    /// The customer and the report, where one is chosen.
    report: Option<(i64, MonthlyReport)>,
}

impl ReportsPage {
    fn percent(&self, met: Met) -> String {
        met.percent().map_or("none agreed".to_owned(), |percent| format!("{percent} %"))
    }

    fn ages(&self, open: &[i64; 4]) -> Vec<(&'static str, i64)> {
        AGES.iter().zip(open).map(|((_, name), count)| (*name, *count)).collect()
    }

    fn month(&self, day: &NaiveDate) -> String {
        day.format("%B %Y").to_string()
    }

    fn next(&self, day: &NaiveDate) -> String {
        self.month(&month_after(*day, 1))
    }
}

/// `GET /reports`; `?customer=` and `?month=` choose, the month before this one unless given.
///
/// # Errors
/// Forbidden; not found for a foreign customer; field errors show the form again.
pub async fn show_reports(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<BillJob>()?;
            let mut form = Form::new(pairs.into_inner());
            match chosen(visit, &mut form) {
                Ok(report) => Reply::ok(&page(visit, form, report)?),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, form, None)?)
                }
            }
        })
        .await
}

fn chosen(visit: &Visit, form: &mut Form) -> Result<Option<(i64, MonthlyReport)>> {
    if form.value("month").is_empty() {
        let last = month_after(first_of(today(&visit.app)), -1);
        form.set("month", last.format("%Y-%m"));
    }
    let (customer, month) = (form.id("customer"), form.read("month", parse_month));
    form.check()?;
    match (customer, month) {
        (Some(customer), Some(month)) => {
            let report = monthly_reports::find_report(&visit.app, &visit.right()?, (customer, month))?;
            Ok(Some((customer, report)))
        }
        _ => Ok(None),
    }
}

fn page(visit: &Visit, form: Form, report: Option<(i64, MonthlyReport)>) -> Result<ReportsPage> {
    let right = visit.right::<BillJob>()?;
    let customers = visit.app.store.read(|conn| list_customers(conn, right.scope()))?;
    let customers = customers.into_iter().map(|one| (one.id.to_string(), one.name)).collect();
    Ok(ReportsPage { chrome: Chrome::new(visit, "Monthly reports"), form, customers, report })
}

/// `GET /reports/{customer}/{month}.pdf`, the month such as 2026-11.
///
/// # Errors
/// Forbidden; not found, also for what is no month; a field error for one that has not begun.
pub async fn download_report(visitor: Visitor, path: web::Path<(i64, String)>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (customer, month) = path.into_inner();
            let first = parse_month(&month).map_err(|_| Error::NotFound("month".to_owned()))?;
            let bytes = monthly_reports::report_pdf(&visit.app, &visit.right()?, (customer, first))?;
            Ok(Reply::download("application/pdf", &format!("report-{month}.pdf"), bytes))
        })
        .await
}
