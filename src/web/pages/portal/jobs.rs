//! Jobs as the customer's own people see them.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::ViewPortal;
use store::portal::jobs::JobFilter;

use super::site_options;
use crate::actions::portal::{self, JobLine, JobView, QuoteLine, SignedLine};
use crate::error::Result;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::attach::file_reply;
use crate::web::pages::due::query_of;
use crate::web::problem::part_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Jobs on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "portal/jobs.html")]
struct JobsPage {
    chrome: Chrome,
    form: Form,
    sites: Vec<(String, String)>,
    lines: Vec<JobLine>,
    closed: bool,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "portal/job.html")]
struct JobPage {
    chrome: Chrome,
    view: JobView,
    quotes: Vec<QuoteLine>,
    signed: Vec<SignedLine>,
}

/// `GET /portal/jobs`: the open ones, or with `closed=yes` those that are done; `site`, `before`.
///
/// # Errors
/// Not found for a site that is not theirs; a filter that cannot be shows the page with what is wrong.
pub async fn list_jobs(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let closed = form.ticked("closed");
            let (site_id, before) = (form.id("site"), form.id("before"));
            let filter = JobFilter { closed, site_id, before, asset_id: None };
            let (lines, next) = match form.check() {
                Ok(()) => portal::list_jobs(&visit.app, &visit.right::<ViewPortal>()?, filter, PAGE)?,
                Err(_) => (vec![], None),
            };
            let query = query_of(&form, &["closed", "site"]);
            let next = next.map(|id| format!("/portal/jobs?{query}&before={id}"));
            let (chrome, sites) = (Chrome::new(visit, "Your jobs"), site_options(visit)?);
            let page = JobsPage { chrome, form, sites, lines, closed, next };
            if page.form.errors().is_empty() { Reply::ok(&page) } else { Reply::unprocessable(&page) }
        })
        .await
}

/// `GET /portal/jobs/{number}`.
///
/// # Errors
/// Not found, also for a job at a site that is not theirs.
pub async fn show_job(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ViewPortal>()?;
            let view = portal::find_job(&visit.app, &right, &number)?;
            let quotes = portal::list_quotes(&visit.app, &right, Some(view.job.id))?;
            let title = format!("{} {}", view.job.number, view.job.title);
            let signed = portal::list_signed(&visit.app, &right, &number)?;
            Reply::ok(&JobPage { chrome: Chrome::new(visit, title), view, quotes, signed })
        })
        .await
}

/// `GET /portal/jobs/{number}/sheet.pdf`.
///
/// # Errors
/// As the job's page.
pub async fn download_sheet(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let bytes = portal::job_sheet(&visit.app, &visit.right::<ViewPortal>()?, &number)?;
            Ok(Reply::download("application/pdf", &format!("job-sheet-{number}.pdf"), bytes))
        })
        .await
}

/// `GET /portal/jobs/{number}/signed/{id}.pdf`: a sheet as it was signed.
///
/// # Errors
/// As the job's page; not found where the job is about something at another site.
pub async fn download_signed(visitor: Visitor, path: web::Path<(String, String)>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (number, id) = path.into_inner();
            let bytes = portal::signed_sheet(&visit.app, &visit.right::<ViewPortal>()?, (&number, &id))?;
            Ok(Reply::download("application/pdf", &format!("job-sheet-{number}-signed.pdf"), bytes))
        })
        .await
}

/// `GET /portal/jobs/{number}/files/{id}`.
///
/// # Errors
/// Not found, also for a file of an entry that is not for the customer.
pub async fn show_file(visitor: Visitor, path: web::Path<(String, i64)>) -> Result<Reply> {
    visitor.run(move |visit| send(visit, (&path.0, path.1), false)).await
}

/// `GET /portal/jobs/{number}/files/{id}/thumbnail`.
///
/// # Errors
/// As [`show_file`].
pub async fn show_thumbnail(visitor: Visitor, path: web::Path<(String, i64)>) -> Result<Reply> {
    visitor.run(move |visit| send(visit, (&path.0, path.1), true)).await
}

fn send(visit: &Visit, file: (&str, i64), small: bool) -> Result<Reply> {
    let (file, name) = portal::find_file(&visit.app, &visit.right::<ViewPortal>()?, file, small)?;
    Ok(file_reply(file, &name))
}

impl JobPage {
    fn opened(&self) -> String {
        let zone: chrono_tz::Tz = self.view.site.time_zone.parse().unwrap_or(chrono_tz::UTC);
        self.view.job.opened_at.utc().with_timezone(&zone).format("%-d %b %Y %H:%M").to_string()
    }

    fn file(&self, id: i64) -> String {
        format!("/portal/jobs/{}/files/{id}", self.view.job.number)
    }

    fn asset(&self, tag: &str) -> String {
        format!("/portal/assets/{}", part_urlencoded(tag))
    }

    fn class(&self) -> &'static str {
        let missed = |promise: &Option<domain::portal::Promise>| {
            promise.as_ref().is_some_and(|promise| promise.state == "overdue")
        };
        match (self.view.job.closed_at, missed(&self.view.fix)) {
            (Some(_), _) => "ok",
            (None, true) => "overdue",
            (None, false) => "due",
        }
    }
}
