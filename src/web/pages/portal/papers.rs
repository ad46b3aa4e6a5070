//! The papers of a customer's own people.

use actix_web::web;
use askama::Template;
use domain::permission::ViewPortal;
use domain::schedule::local_date;
use store::certificates::CertificateRow;

use super::site_options;
use crate::actions::dues::FIRM_ZONE;
use crate::actions::portal;
use crate::error::Result;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::due::query_of;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// Certificates on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "portal/certificates.html")]
struct CertificatesPage {
    chrome: Chrome,
    form: Form,
    sites: Vec<(String, String)>,
    rows: Vec<(CertificateRow, String)>,
    next: Option<String>,
}

/// `GET /portal/certificates`: `site`, `before`.
///
/// # Errors
/// Not found for a site that is not theirs; a filter that cannot be shows the page with what is wrong.
pub async fn list_certificates(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let asked = (form.id("site"), form.id("before"));
            let (rows, next) = match form.check() {
                Ok(()) => portal::list_certificates(&visit.app, &visit.right::<ViewPortal>()?, asked, PAGE)?,
                Err(_) => (vec![], None),
            };
            let query = query_of(&form, &["site"]);
            let next = next.map(|id| format!("/portal/certificates?{query}&before={id}"));
            let (chrome, sites) = (Chrome::new(visit, "Your certificates"), site_options(visit)?);
            let page = CertificatesPage { chrome, form, sites, rows, next };
            if page.form.errors().is_empty() { Reply::ok(&page) } else { Reply::unprocessable(&page) }
        })
        .await
}

/// `GET /portal/certificates/{number}.pdf`: the latest revision.
///
/// # Errors
/// Not found, also for a certificate of a site that is not theirs.
pub async fn download_certificate(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (row, pdf) = portal::find_certificate(&visit.app, &visit.right::<ViewPortal>()?, &number)?;
            let reply = Reply::download("application/pdf", &format!("{}.pdf", row.number), pdf);
            Ok(reply.header("etag", format!("\"{}\"", row.hash)))
        })
        .await
}

impl CertificatesPage {
    fn issued(&self, row: &CertificateRow) -> String {
        local_date(row.issued_at.utc(), FIRM_ZONE).format("%-d %b %Y").to_string()
    }

    fn covers(&self, row: &CertificateRow) -> String {
        match (&row.test_id, row.visit_id, row.period_from, row.period_to) {
            (Some(_), ..) => "One test".to_owned(),
            (_, Some(visit), ..) => format!("Visit {visit}"),
            (.., Some(from), Some(to)) => format!("{from} to {to}"),
            _ => String::new(),
        }
    }
}
