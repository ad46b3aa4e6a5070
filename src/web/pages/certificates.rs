//! Certificates: the list, one with its revisions, issuing, the PDF, and the public page behind the printed code.

mod bundle;
mod sign;

pub use bundle::{batch_certificates, days, merge_certificates, merged};
pub use sign::{show_sign, sign_certificate};

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use domain::certificate_evidence::CertificateEvidence;
use domain::permission::{DownloadPapers, IssueCertificate, ViewRegister};
use domain::schedule::local_date;
use store::certificates::CertificateRow;

use crate::actions::certificates::{self, Asked, Known, Listed, Options, Standing, Subject};
use crate::actions::dues::FIRM_ZONE;
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::due::query_of;
use crate::web::problem::part_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Rows of a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "certificates.html")]
struct CertificatesPage {
    chrome: Chrome,
    form: Form,
    rows: Vec<Listed>,
    next: Option<String>,
    issues: bool,
    sites: Vec<(String, String)>,
    customers: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "certificate.html")]
struct CertificatePage {
    chrome: Chrome,
    latest: Listed,
    evidence: CertificateEvidence,
    revisions: Vec<Listed>,
    public_url: String,
    issues: bool,
}

#[derive(Template)]
#[template(path = "certificate_new.html")]
struct NewPage {
    chrome: Chrome,
    form: Form,
    /// What is certified: its form field, its value, its words and its page.
    what: (&'static str, String, String, String),
    known: Vec<CertificateRow>,
}

#[derive(Template)]
#[template(path = "certificate_public.html")]
struct PublicPage {
    chrome: Chrome,
    known: Option<Known>,
}

/// `GET /certificates`.
///
/// # Errors
/// Log in first.
pub async fn list_certificates(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let page = page(visit, Form::new(pairs.into_inner()))?;
            if page.form.errors().is_empty() { Reply::ok(&page) } else { Reply::unprocessable(&page) }
        })
        .await
}

fn page(visit: &Visit, mut form: Form) -> Result<CertificatesPage> {
    let right = visit.right::<ViewRegister>()?;
    let search = form.text("q");
    let (customer, site, before) = (form.id("customer"), form.id("site"), form.id("before"));
    let asked = Asked { search, customer, site, before };
    let (rows, next) = certificates::list_certificates(&visit.app, &right, &asked, PAGE)?;
    let query = query_of(&form, &["q", "customer", "site"]);
    let next = next.map(|id| format!("/certificates?{query}&before={id}"));
    let issues = visit.actor.may::<IssueCertificate>();
    if form.all("photos").is_empty() {
        form.set("photos", "yes");
    }
    let (sites, customers) = if issues { sites(visit)? } else { (vec![], vec![]) };
    Ok(CertificatesPage {
        chrome: Chrome::new(visit, "Certificates"),
        rows,
        next,
        issues,
        sites,
        customers,
        form,
    })
}

/// A list of choices: value and words.
type Choices = Vec<(String, String)>;

/// Sites and customers to choose from.
fn sites(visit: &Visit) -> Result<(Choices, Choices)> {
    let scope = visit.actor.scope();
    Ok(visit.app.store.read(|conn| {
        let customers = store::customers::list_customers(conn, scope)?;
        let sites = store::sites::list_sites(conn, scope, None)?;
        let name = |id: i64| customers.iter().find(|one| one.id == id).map_or("", |one| one.name.as_str());
        let option = |site: &store::sites::Site| {
            (site.id.to_string(), format!("{}, {}", name(site.customer_id), site.name))
        };
        let mut options: Vec<_> = sites.iter().map(option).collect();
        options.sort_by(|a, b| a.1.cmp(&b.1));
        let customers = customers.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
        Ok::<_, store::Error>((options, customers))
    })?)
}

/// `GET /certificates/new`: asks before a test (`test=`) or a visit (`visit=`) is certified; a site's days are chosen
/// on the list.
///
/// # Errors
/// Forbidden; not found, also for what lies outside the scope.
pub async fn new_certificate(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<IssueCertificate>()?;
            let right = visit.right::<ViewRegister>()?;
            let mut form = Form::new(pairs.into_inner());
            let (test, number) = (form.text("test"), form.id("visit"));
            form.check()?;
            let scope = visit.actor.scope();
            let (what, subject) = match (test.is_empty(), number) {
                (false, _) => {
                    visit.app.store.read(|conn| store::tests::find_test(conn, scope, &test))?;
                    (
                        ("test", test.clone(), "one test".to_owned(), format!("/tests/{test}")),
                        Subject::Test(test),
                    )
                }
                (true, Some(id)) => {
                    visit.app.store.read(|conn| store::visits::find_visit(conn, scope, id))?;
                    let words = format!("visit {id}");
                    (("visit", id.to_string(), words, format!("/visits/{id}")), Subject::Visit(id))
                }
                (true, None) => return Reply::ok(&page(visit, form)?),
            };
            let known = certificates::list_of(&visit.app, &right, &subject)?;
            let chrome = Chrome::new(visit, "Issue a certificate");
            Reply::ok(&NewPage { chrome, form, what, known })
        })
        .await
}

/// `POST /certificates`: issues the certificate of a `test`, of a `visit`, or of a `site` `from` a day `to` a day.
///
/// # Errors
/// Forbidden; not found; a conflict where nothing was tested; field errors show the list with its form again.
pub async fn issue_certificate(visitor: Visitor, pairs: web::Form<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<IssueCertificate>()?;
            let mut form = Form::new(pairs.into_inner());
            let by_period = form.value("test").is_empty() && form.value("visit").is_empty();
            let options = options(&form);
            let issued = read(&mut form)
                .and_then(|subject| certificates::issue_certificate(&visit.app, &right, &subject, options));
            match issued {
                Ok(issued) => {
                    let done = if issued.repeated { "" } else { "issued" };
                    Ok(Reply::see_other(&format!("/certificates/{}", issued.row.number), done))
                }
                Err(error @ (Error::Invalid(_) | Error::Conflict(_) | Error::TooLarge(_))) if by_period => {
                    again(visit, form, error)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// Photos are added unless the form says that they are not.
fn options(form: &Form) -> Options {
    Options { photos: form.all("photos").is_empty() || form.ticked("photos") }
}

fn again(visit: &Visit, mut form: Form, error: Error) -> Result<Reply> {
    match error {
        Error::TooLarge(words) => form.fail("", words),
        error if form.errors().is_empty() => form.take(error)?,
        _ => {}
    }
    Reply::unprocessable(&page(visit, form)?)
}

/// Reads what a certificate is asked for.
///
/// # Errors
/// Field errors, which the form keeps too.
pub fn read(form: &mut Form) -> Result<Subject> {
    let (test, visit) = (form.text("test"), form.id("visit"));
    let (site, from, to) = (form.id("site"), form.date("from"), form.date("to"));
    form.check()?;
    match (test.is_empty(), visit, site) {
        (false, None, None) => return Ok(Subject::Test(test)),
        (true, Some(id), None) => return Ok(Subject::Visit(id)),
        (true, None, _) => {}
        _ => form.fail("", "choose a test, a visit or a site, not several"),
    }
    for (name, missing) in [("site", site.is_none()), ("from", from.is_none()), ("to", to.is_none())] {
        if missing && form.value(name).is_empty() {
            form.fail(name, "fill this in");
        }
    }
    form.check()?;
    match (site, from, to) {
        (Some(site_id), Some(from), Some(to)) => Ok(Subject::Period { site_id, from, to }),
        _ => Err(Error::field("site", "choose a site and two days")),
    }
}

/// `GET /certificates/{number}`.
///
/// # Errors
/// Not found, also for what lies outside the scope.
pub async fn show_certificate(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ViewRegister>()?;
            let (revisions, evidence) = certificates::find_certificate(&visit.app, &right, &number)?;
            let latest =
                revisions.first().cloned().ok_or_else(|| Error::NotFound("certificate".to_owned()))?;
            let public_url = format!("/c/{}", latest.row.public_code);
            let chrome = Chrome::new(visit, format!("Certificate {}", latest.row.number));
            let issues = visit.actor.may::<IssueCertificate>();
            Reply::ok(&CertificatePage { chrome, latest, evidence, revisions, public_url, issues })
        })
        .await
}

/// `GET /certificates/{number}.pdf`: the latest revision, or `revision=`.
///
/// # Errors
/// Not found, also for what lies outside the scope.
pub async fn download_certificate(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor.run(move |visit| certificate_reply(visit, &number, Form::new(pairs.into_inner()))).await
}

/// The stored bytes of a certificate.
///
/// # Errors
/// As [`download_certificate`].
pub fn certificate_reply(visit: &Visit, number: &str, mut form: Form) -> Result<Reply> {
    let right = visit.right::<DownloadPapers>()?;
    let revision = form.number("revision", 1, i64::MAX);
    form.check()?;
    let (row, pdf) = certificates::find_pdf(&visit.app, &right, number, revision)?;
    let name = match row.revision {
        1 => format!("{}.pdf", row.number),
        revision => format!("{}-rev{revision}.pdf", row.number),
    };
    Ok(Reply::download("application/pdf", &name, pdf).header("etag", format!("\"{}\"", row.hash)))
}

/// `GET /c/{code}`: for whoever holds the paper.
///
/// # Errors
/// Slow down; the store's; a code never issued is a page of its own with status 404.
pub async fn show_public(visitor: Visitor, code: web::Path<String>) -> Result<Reply> {
    let (app, address) = (visitor.app().clone(), visitor.address);
    let known = crate::app::block(move || {
        app.log_in_limit.check(&format!("certificate {code}"), address)?;
        certificates::show_public(&app, &code)
    })
    .await?;
    let status = if known.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    Reply::page(status, &PublicPage { chrome: Chrome::bare("Certificate check"), known })
}

fn issued_on(row: &CertificateRow) -> String {
    local_date(row.issued_at.utc(), FIRM_ZONE).format("%-d %b %Y").to_string()
}

fn covers(row: &CertificateRow) -> String {
    match (&row.test_id, row.visit_id, row.period_from, row.period_to) {
        (Some(_), ..) => "One test".to_owned(),
        (_, Some(visit), ..) => format!("Visit {visit}"),
        (.., Some(from), Some(to)) if from == to => format!("{from}"),
        (.., Some(from), Some(to)) => format!("{from} to {to}"),
        _ => String::new(),
    }
}

impl CertificatesPage {
    fn issued(&self, row: &CertificateRow) -> String {
        issued_on(row)
    }

    fn covers(&self, row: &CertificateRow) -> String {
        covers(row)
    }
}

impl CertificatePage {
    /// The certificate's subject as a query.
    fn query(&self) -> String {
        let pairs =
            self.fields().into_iter().map(|(name, value)| format!("{name}={}", part_urlencoded(&value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// The certificate's subject as form fields.
    fn fields(&self) -> Vec<(&'static str, String)> {
        let row = &self.latest.row;
        match (&row.test_id, row.visit_id, row.period_from, row.period_to) {
            (Some(id), ..) => sign::fields_of(&Subject::Test(id.clone())),
            (_, Some(id), ..) => sign::fields_of(&Subject::Visit(id)),
            (.., Some(from), Some(to)) => {
                sign::fields_of(&Subject::Period { site_id: row.site_id, from, to })
            }
            _ => vec![],
        }
    }

    fn issued(&self, row: &CertificateRow) -> String {
        issued_on(row)
    }

    fn covers(&self) -> String {
        covers(&self.latest.row)
    }
}

impl NewPage {
    fn issued(&self, row: &CertificateRow) -> String {
        issued_on(row)
    }
}
