//! `/api/v1/jobs`: opened, listed, changed, moved, logged.

pub mod change;
mod document;
pub mod referrals;
pub mod work;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes};
use domain::job::{Impact, JobKind, Priority};
use domain::permission::{ViewRegister, WorkJob};
use domain::tag::fold;
use store::jobs::Job;
use store::{AnyConnection, Scope, assets, jobs as rows};

use self::document::{JobDocument, JobPage, JobSummary, document_of, summary};
use super::body::Body;
use super::find;
use crate::actions::jobs::{self, JobRequest};
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::editing::Pairs;
use crate::web::forms::Form;
use crate::web::pages::jobs::filter_of;
use crate::web::replay::{Answer, RequestKey, once};
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// A job to be opened.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = JobInput)]
#[expect(dead_code, reason = "describes what `Body` reads")]
pub struct JobInput {
    /// Name of the customer.
    customer: String,
    /// Name of the site.
    site: String,
    /// Tags of the assets that it is about.
    assets: Option<Vec<String>>,
    /// `repair`, `planned`, `installation`, `roll_out`, `removal` or `visit`; `repair` where left out.
    kind: Option<String>,
    /// What is to be done, in one line.
    title: String,
    /// What is known of it.
    description: Option<String>,
    /// `critical`, `high`, `normal` or `low`; `normal` where left out.
    priority: Option<String>,
    /// `safety`, `site`, `team` or `person`; `person` where left out.
    impact: Option<String>,
    /// Mail address of who is to be at it.
    assignee: Option<String>,
    /// The customer's order number.
    order_number: Option<String>,
}

/// Rows of a page.
const PAGE: i64 = 50;
/// The most rows of a page.
const MOST: i64 = 200;
/// How far back a list can be leafed through.
const DEEPEST: i64 = 100_000;

/// Opens a job.
///
/// # Errors
/// Field errors; not found for a foreign customer, site or asset.
#[utoipa::path(post, path = "/api/v1/jobs", tag = "jobs", request_body = JobInput,
    responses((status = 201, body = JobDocument), (status = 401), (status = 403), (status = 404), (status = 422)))]
pub async fn open_job(visitor: Visitor, key: RequestKey, bytes: Bytes) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let answer = once(&visit.app, right.actor(), &key, &bytes, |tx| {
                let request = read_new(tx, right.scope(), &bytes)?;
                let (job, events) = jobs::open_in(tx, &request)?;
                Ok((answer(tx, &visit.app, right.scope(), 201, &job)?, events))
            })?;
            Ok(answer.into())
        })
        .await
}

/// The jobs that match: open ones by their nearest deadline, unless something else is asked for.
///
/// # Errors
/// Field errors; not found for a foreign customer or site.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs",
    params(("status" = Option<String>, Query, description = "A state, `open` or `all`; `open` unless given"),
        ("customer" = Option<String>, Query, description = "Name of a customer"),
        ("site" = Option<String>, Query, description = "Name of a site"),
        ("asset" = Option<String>, Query, description = "Tag of an asset"),
        ("assignee" = Option<String>, Query, description = "Mail address of who is at it, `me` or `none`"),
        ("line" = Option<i64>, Query, description = "Support line, 1 to 3"),
        ("outcome" = Option<String>, Query, description = "How it ended"),
        ("overdue" = Option<bool>, Query, description = "Only what is past its deadline"),
        ("from" = Option<chrono::NaiveDate>, Query, description = "Closed on or after this day"),
        ("until" = Option<chrono::NaiveDate>, Query, description = "Closed on or before this day"),
        ("q" = Option<String>, Query, description = "Words to look for"),
        ("order" = Option<String>, Query, description = "`deadline`, `impact`, `place`, `newest` or `closed`"),
        ("limit" = Option<i64>, Query, description = "Rows of the page, 1 to 200; 50 unless given"),
        ("offset" = Option<i64>, Query, description = "next_offset of the page before")),
    responses((status = 200, body = JobPage), (status = 401), (status = 404), (status = 422)))]
pub async fn list_jobs(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| page(visit, Form::new(pairs.into_inner()))).await
}

const KNOWN: &[&str] = &[
    "status", "customer", "site", "asset", "assignee", "line", "outcome", "overdue", "from", "until", "q",
    "order", "limit", "offset",
];

fn page(visit: &Visit, mut form: Form) -> Result<Reply> {
    let right = visit.right::<ViewRegister>()?;
    find::only_known(&mut form, KNOWN);
    let limit = form.number("limit", 1, MOST).unwrap_or(PAGE);
    let offset = form.number("offset", 0, DEEPEST).unwrap_or(0);
    // Names are looked up before the filter is read, and no database is asked for what no name can hold.
    for name in ["customer", "site", "asset", "assignee"] {
        form.text(name);
    }
    if !["", "true", "false", "yes", "no"].contains(&form.value("overdue")) {
        form.fail("overdue", "write true or false");
    }
    form.check()?;
    visit.app.store.read(|conn| to_ids(conn, right.scope(), &mut form))?;
    let (filter, order) = filter_of(visit, &mut form)?;
    let mut found = jobs::list_jobs(&visit.app, &right, &filter, order, (offset, limit + 1))?;
    let next_offset = (found.len() as i64 > limit).then_some(offset + limit);
    found.truncate(usize::try_from(limit).unwrap_or_default());
    let items: Vec<JobSummary> = found.into_iter().map(|line| summary(line, visit.app.now())).collect();
    Reply::json(StatusCode::OK, &JobPage { items, next_offset })
}

/// Puts the ids in the place of the names that programs send, so that the pages' filter reads both.
fn to_ids(conn: &mut AnyConnection, scope: &Scope, form: &mut Form) -> Result<()> {
    let given = |form: &Form, name: &str| Some(form.value(name).to_owned()).filter(|text| !text.is_empty());
    let asked = find::narrow(conn, scope, form, store::assets::list::Filter::default())?;
    form.set_opt("customer", asked.customer_id).set_opt("site", asked.site_id);
    if let Some(tag) = given(form, "asset") {
        form.set("asset", assets::find_asset_by_tag(conn, scope, &fold(&tag))?.id);
    }
    if let Some(who) = given(form, "assignee").filter(|who| !["me", "none"].contains(&who.as_str())) {
        form.set("assignee", assignee(conn, Some(&who))?.unwrap_or_default());
    }
    Ok(())
}

/// A job.
///
/// # Errors
/// Not found.
#[utoipa::path(get, path = "/api/v1/jobs/{number}", tag = "jobs",
    params(("number" = String, Path, description = "Such as J-000123")),
    responses((status = 200, body = JobDocument, description = "`ETag` is the version in quotes"), (status = 401), (status = 404)))]
pub async fn show_job(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ViewRegister>()?;
            visit.app.store.read(|conn| {
                let job = rows::find_job(conn, right.scope(), &number)?;
                Ok(answer(conn, &visit.app, right.scope(), 200, &job)?.into())
            })
        })
        .await
}

/// A job as an answer with its version.
fn answer(conn: &mut AnyConnection, app: &App, scope: &Scope, status: u16, job: &Job) -> Result<Answer> {
    let document: JobDocument = document_of(conn, scope, app.now(), &job.number)?;
    let body = serde_json::to_string(&document).map_err(|error| Error::Internal(error.to_string()))?;
    let location = (status == 201).then(|| format!("/api/v1/jobs/{}", job.number));
    Ok(Answer { status, location, etag: Some(format!("\"{}\"", job.version)), body })
}

fn read_new(conn: &mut AnyConnection, scope: &Scope, bytes: &Bytes) -> Result<JobRequest> {
    let mut body = Body::read(bytes)?;
    let (customer, site) = (body.required("customer"), body.required("site"));
    let tags = body.list("assets").value().unwrap_or_default();
    let (kind, priority, impact) = (body.code("kind"), body.code("priority"), body.code("impact"));
    let (title, description) = (body.required("title"), body.text("description").value());
    let (who, order_number) = (body.text("assignee").value(), body.text("order_number").value());
    body.finish()?;
    let customer = find::customer(conn, scope, &customer)?;
    let own = scope.within(customer.id);
    let site_id = find::site(conn, scope, customer.id, &site)?.id;
    let mut things = vec![];
    for tag in tags {
        things.push(assets::find_asset_by_tag(conn, &own, &fold(&tag))?.id);
    }
    Ok(JobRequest {
        site_id,
        assets: things,
        kind: kind.value().unwrap_or(JobKind::Repair),
        title: text_of("title", title)?,
        description: text_of("description", description.unwrap_or_default())?,
        priority: priority.value().unwrap_or(Priority::Normal),
        impact: impact.value().unwrap_or(Impact::Person),
        assignee_id: assignee(conn, who.as_deref())?,
        order_number: text_of("order_number", order_number.unwrap_or_default())?,
    })
}

/// A text as long as its form allows.
fn text_of(name: &str, text: String) -> Result<String> {
    let long = ["description", "note"].contains(&name);
    let most = if long { crate::web::forms::LONG } else { crate::web::forms::SHORT };
    domain::text::check_text(&text, most).map_err(|why| Error::field(name, why))?;
    Ok(text)
}

/// Who is meant by a mail address.
pub(super) fn assignee(conn: &mut AnyConnection, mail: Option<&str>) -> Result<Option<i64>> {
    let Some(mail) = mail.filter(|mail| !mail.is_empty()) else { return Ok(None) };
    let found = store::users::find_user_by_email(conn, mail)?;
    let unknown = || Error::field("assignee", "no user has this mail address");
    Ok(Some(found.ok_or_else(unknown)?.0.person_id))
}
