//! `/api/v1/jobs/{number}/entries` and `/transitions`: work on a job.

use actix_web::web::{self, Bytes};
use domain::job::EntryKind;
use domain::permission::WorkJob;
use domain::tag::fold;
use store::jobs::Job;
use store::{AnyConnection, Scope, assets, jobs as rows};

use super::document::JobDocument;
use super::{answer, assignee, text_of};
use crate::actions::jobs::{self, EntryRequest, StepRequest, When};
use crate::error::{Error, Result};
use crate::web::api::body::Body;
use crate::web::replay::{RequestKey, once};
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// An entry of the log as it is sent.
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what `Body` reads")]
pub struct EntryInput {
    /// UUID that you make for this entry; the same one again adds nothing.
    id: Option<String>,
    /// `note`, `diagnosis`, `work`, `travel` or `call`; `work` where left out.
    kind: Option<String>,
    /// When it was done; now where left out.
    at: Option<chrono::DateTime<chrono::Utc>>,
    /// Minutes spent.
    minutes: Option<i64>,
    /// What was done.
    text: String,
    /// Whether it is kept from the customer's eyes.
    internal: Option<bool>,
    /// Tag of the asset that it is about, where the job has several.
    asset: Option<String>,
    /// Tags of the assets whose enclosure was opened: each needs a test after repair from then on.
    opened: Option<Vec<String>>,
    /// The entry that it corrects.
    supersedes: Option<String>,
}

/// A step as it is sent.
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what `Body` reads")]
pub struct TransitionInput {
    /// The state to go to.
    to: String,
    /// `parts`, `customer`, `third_party` or `access`.
    waiting_for: Option<String>,
    /// How it ended.
    outcome: Option<String>,
    /// Mail address of who is to be at it.
    assignee: Option<String>,
    /// Why.
    note: Option<String>,
    /// The version that you read; without it the step is taken whatever was changed meanwhile.
    version: Option<i64>,
}

/// Adds an entry to the log of a job.
///
/// # Errors
/// Field errors, not found, a reused id, a conflict once the job is closed.
#[utoipa::path(post, path = "/api/v1/jobs/{number}/entries", tag = "jobs", request_body = EntryInput,
    params(("number" = String, Path, description = "Such as J-000123")),
    responses((status = 201, body = JobDocument), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
pub async fn add_entry(
    visitor: Visitor,
    number: web::Path<String>,
    key: RequestKey,
    bytes: Bytes,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let done = once(&visit.app, right.actor(), &key, &bytes, |tx| {
                let job = rows::find_job(tx, right.scope(), &number)?;
                let request = read_entry(tx, right.scope(), &job, &bytes)?;
                let (_, events) = jobs::entry_in(tx, &job, &request)?;
                let job = rows::find_job(tx, right.scope(), &number)?;
                Ok((answer(tx, &visit.app, right.scope(), 201, &job)?, events))
            })?;
            Ok(done.into())
        })
        .await
}

fn read_entry(conn: &mut AnyConnection, scope: &Scope, job: &Job, bytes: &Bytes) -> Result<EntryRequest> {
    let mut body = Body::read(bytes)?;
    let (id, supersedes) = (body.text("id").value(), body.text("supersedes").value());
    let (kind, at) = (body.code("kind").value(), body.moment("at").value());
    let (minutes, internal) = (body.whole("minutes").value(), body.flag("internal").value());
    let (text, asset) = (body.text("text").value(), body.text("asset").value());
    let opened = body.list("opened").value().unwrap_or_default();
    body.finish()?;
    let own = scope.within(job.customer_id);
    let mut find = |tag: &str| Ok::<_, Error>(assets::find_asset_by_tag(conn, &own, &fold(tag))?.id);
    Ok(EntryRequest {
        id,
        kind,
        at: at.map(When::At),
        minutes: minutes.unwrap_or(0),
        internal,
        asset_id: asset.as_deref().map(&mut find).transpose()?,
        opened: opened.iter().map(|tag| find(tag)).collect::<Result<_>>()?,
        supersedes,
        ..EntryRequest::words(EntryKind::Work, &text.unwrap_or_default())
    })
}

/// Moves a job to another state; one that cannot follow is refused with those that can.
///
/// # Errors
/// Field errors, not found, a conflict with the legal states, 412 when it was changed meanwhile.
#[utoipa::path(post, path = "/api/v1/jobs/{number}/transitions", tag = "jobs", request_body = TransitionInput,
    params(("number" = String, Path, description = "Such as J-000123")),
    responses((status = 200, body = JobDocument), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 412), (status = 422)))]
pub async fn take_step(
    visitor: Visitor,
    number: web::Path<String>,
    key: RequestKey,
    bytes: Bytes,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let done = once(&visit.app, right.actor(), &key, &bytes, |tx| {
                let job = rows::find_job(tx, right.scope(), &number)?;
                let (request, version) = read_step(tx, &bytes)?;
                if version.is_some_and(|version| version != job.version) {
                    return Err(Error::Stale("job".to_owned()));
                }
                let (job, events) = jobs::step_in(tx, &job, &request)?;
                Ok((answer(tx, &visit.app, right.scope(), 200, &job)?, events))
            })?;
            Ok(done.into())
        })
        .await
}

fn read_step(conn: &mut AnyConnection, bytes: &Bytes) -> Result<(StepRequest, Option<i64>)> {
    let mut body = Body::read(bytes)?;
    let to = body.code("to");
    if to == crate::web::api::body::Given::Absent || to == crate::web::api::body::Given::Null {
        body.fail("to", "name the state to go to");
    }
    let (waiting_for, outcome) = (body.code("waiting_for").value(), body.code("outcome").value());
    let (who, note) = (body.text("assignee").value(), body.text("note").value());
    let version = body.whole("version").value();
    body.finish()?;
    let to = to.value().ok_or_else(|| Error::field("to", "name the state to go to"))?;
    let note = text_of("description", note.unwrap_or_default())?;
    let assignee_id = assignee(conn, who.as_deref())?;
    Ok((StepRequest { to, waiting_for, outcome, assignee_id, note }, version))
}
