//! `/api/v1/models/{id}/fixes`, `/knowledge`, `/fault-words` and the findings of a job: what was learnt.

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes};
use domain::code::Code;
use domain::known_fix::Success;
use domain::permission::{ViewRegister, WorkJob};
use serde::Serialize;
use store::findings::known::KnownFix;
use store::jobs as rows;

use super::body::Body;
use super::find;
use super::lists::List;
use crate::actions::findings::{self, FindingRequest, FindingView, record_in};
use crate::actions::{fault_words, known_fixes};
use crate::error::{Error, Result};
use crate::web::editing::Pairs;
use crate::web::forms::Form;
use crate::web::replay::{Answer, RequestKey, once};
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// A word that symptoms, causes and fixes are chosen of.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FaultWordItem {
    id: i64,
    /// `symptom`, `cause` or `fix`.
    kind: &'static str,
    word: String,
    /// Whether it is no longer offered.
    archived: bool,
}

/// What was found in a job.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FindingItem {
    id: i64,
    /// Tag of the asset; null where the job has none.
    asset: Option<String>,
    symptom: String,
    cause: String,
    fix: String,
    /// More, in words.
    words: String,
    /// When it was written down.
    at: chrono::DateTime<chrono::Utc>,
}

/// A finding as it is sent.
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what `Body` reads")]
pub struct FindingInput {
    /// Tag of the asset; may be left out where the job has but one.
    asset: Option<String>,
    /// A word of the list of symptoms.
    symptom: String,
    /// A word of the list of causes.
    cause: String,
    /// A word of the list of fixes.
    fix: String,
    /// More, in words.
    words: Option<String>,
    /// Id of the finding that it corrects.
    supersedes: Option<i64>,
}

/// A fix, and how it fared.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FixItem {
    symptom: String,
    cause: String,
    fix: String,
    /// How often a job was closed with it.
    tried: i64,
    /// How often it held: the job was not opened again, and the symptom did not come back within 90 days.
    held: i64,
}

/// What is known of a model.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ModelFixes {
    make: String,
    model: String,
    /// What helped, the best bet first.
    items: Vec<FixItem>,
    /// How often things of it failed.
    failures: i64,
    /// Mean minutes from the report to the repair; null where none was repaired.
    minutes_to_repair: Option<i64>,
    /// Mean days between two failures; null where none failed.
    days_between_failures: Option<i64>,
}

/// Something found by its words: a guide, or what was found in a job.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct KnowledgeItem {
    /// `guide` or `finding`.
    kind: &'static str,
    /// Address of the guide or the job.
    address: String,
    /// Title of the guide, or of the job.
    title: String,
    make: String,
    model: String,
    symptom: Option<String>,
    cause: Option<String>,
    fix: Option<String>,
    /// How many of the words it has.
    matched: usize,
    tried: i64,
    held: i64,
}

impl From<KnownFix> for FixItem {
    fn from(fix: KnownFix) -> Self {
        let Success { tried, held } = fix.success;
        Self { symptom: fix.symptom, cause: fix.cause, fix: fix.fix, tried, held }
    }
}

impl From<FindingView> for FindingItem {
    fn from(view: FindingView) -> Self {
        Self {
            id: view.finding.id,
            asset: Some(view.tag).filter(|tag| !tag.is_empty()),
            symptom: view.symptom,
            cause: view.cause,
            fix: view.fix,
            words: view.finding.words,
            at: view.finding.at.utc(),
        }
    }
}

/// The words that symptoms, causes and fixes are chosen of.
///
/// # Errors
/// The store's.
#[utoipa::path(get, path = "/api/v1/fault-words", tag = "knowledge",
    responses((status = 200, body = List<FaultWordItem>), (status = 401)))]
pub async fn list_fault_words(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let words = fault_words::list_fault_words(&visit.app, &visit.right::<ViewRegister>()?)?;
            let items = words.into_iter().map(|word| FaultWordItem {
                id: word.id,
                kind: word.kind.0.code(),
                word: word.word,
                archived: word.archived,
            });
            Reply::json(StatusCode::OK, &List { items: items.collect() })
        })
        .await
}

/// What helped things of a model before, with how often it was tried and held.
///
/// # Errors
/// Not found, forbidden.
#[utoipa::path(get, path = "/api/v1/models/{id}/fixes", tag = "knowledge",
    params(("id" = i64, Path, description = "Id of the model")),
    responses((status = 200, body = ModelFixes), (status = 401), (status = 403), (status = 404)))]
pub async fn list_fixes(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let found = known_fixes::known_of_model(&visit.app, &visit.right::<WorkJob>()?, *id)?;
            let document = ModelFixes {
                failures: found.known.figures.failures,
                minutes_to_repair: found.known.minutes_to_repair(),
                days_between_failures: found.days_between_failures,
                items: found.known.of_model.into_iter().map(FixItem::from).collect(),
                make: found.model.make,
                model: found.model.name,
            };
            Reply::json(StatusCode::OK, &document)
        })
        .await
}

/// Guides and findings that have some of these words, guides first, each with most of the words first.
///
/// # Errors
/// A field error without words.
#[utoipa::path(get, path = "/api/v1/knowledge", tag = "knowledge",
    params(("q" = String, Query, description = "What it shows, in your words")),
    responses((status = 200, body = List<KnowledgeItem>), (status = 401), (status = 403), (status = 422)))]
pub async fn search_knowledge(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            find::only_known(&mut form, &["q"]);
            let q = form.required("q");
            form.check()?;
            let found = known_fixes::search(&visit.app, &right, &q)?;
            let guides = found.guides.into_iter().map(|hit| KnowledgeItem {
                kind: "guide",
                address: format!("/guides/{}", hit.record.id),
                title: hit.record.title,
                make: hit.record.make,
                model: hit.record.model,
                symptom: None,
                cause: None,
                fix: None,
                matched: hit.matched,
                tried: hit.success.tried,
                held: hit.success.held,
            });
            let findings = found.findings.into_iter().map(|hit| {
                let [symptom, cause, fix] = hit.record.chosen.map(Some);
                KnowledgeItem {
                    kind: "finding",
                    address: format!("/jobs/{}", hit.record.job),
                    title: hit.record.title,
                    make: hit.record.make,
                    model: hit.record.model,
                    symptom,
                    cause,
                    fix,
                    matched: hit.matched,
                    tried: hit.success.tried,
                    held: hit.success.held,
                }
            });
            Reply::json(StatusCode::OK, &List { items: guides.chain(findings).collect::<Vec<_>>() })
        })
        .await
}

/// What was found in a job.
///
/// # Errors
/// Not found.
#[utoipa::path(get, path = "/api/v1/jobs/{number}/findings", tag = "knowledge",
    params(("number" = String, Path, description = "Such as J-000123")),
    responses((status = 200, body = List<FindingItem>), (status = 401), (status = 404)))]
pub async fn list_findings(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let found = findings::list_of_job(&visit.app, &visit.right::<ViewRegister>()?, &number)?;
            let items = found.into_iter().map(FindingItem::from).collect();
            Reply::json(StatusCode::OK, &List { items })
        })
        .await
}

/// Writes down what was found in a job, or corrects it.
///
/// # Errors
/// Field errors, not found, a conflict when it is written down already.
#[utoipa::path(post, path = "/api/v1/jobs/{number}/findings", tag = "knowledge", request_body = FindingInput,
    params(("number" = String, Path, description = "Such as J-000123")),
    responses((status = 201, body = FindingItem), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
pub async fn record_finding(
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
                let (id, events) = record_in(tx, &job, &read(&bytes)?)?;
                let found = findings::views_in(tx, &job)?.into_iter().find(|one| one.finding.id == id);
                let item =
                    found.map(FindingItem::from).ok_or_else(|| Error::NotFound("finding".to_owned()))?;
                let body = serde_json::to_string(&item).map_err(|e| Error::Internal(e.to_string()))?;
                let location = Some(format!("/api/v1/jobs/{}/findings", job.number));
                Ok((Answer { status: 201, location, etag: None, body }, events))
            })?;
            Ok(done.into())
        })
        .await
}

fn read(bytes: &Bytes) -> Result<FindingRequest> {
    let mut body = Body::read(bytes)?;
    let request = FindingRequest {
        asset: body.text("asset").value().unwrap_or_default(),
        symptom: body.required("symptom"),
        cause: body.required("cause"),
        fix: body.required("fix"),
        words: body.text("words").value().unwrap_or_default(),
        supersedes: body.whole("supersedes").value(),
    };
    body.finish()?;
    Ok(request)
}
