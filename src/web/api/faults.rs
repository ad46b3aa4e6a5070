//! `/api/v1/faults`: reports of faults, sent and read.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Query};
use chrono::{DateTime, Utc};
use domain::code::Code;
use domain::permission::{ReportFault, ViewRegister};
use serde::Serialize;
use store::faults::{FaultLine, FaultState, find_line, list_faults as list_lines};
use store::types::Moment;

use super::body::Body;
use crate::actions::faults::{Report, report_in};
use crate::actions::tests::find_asset;
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::replay::{Answer, RequestKey, once};
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// Reports on one page.
const PAGE: i64 = 50;
/// The most on one page.
const MOST: i64 = 200;

/// A report as it is sent.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = FaultRequest)]
pub struct FaultSchema {
    /// The asset's tag, or its customer's own number.
    pub asset: String,
    /// What is wrong, in words; may be left out beside a symptom other than `other`.
    pub what: Option<String>,
    /// `dead`, `damaged_lead`, `damaged_plug`, `damaged_socket`, `damaged_case`, `overheats`, `burning`, `shock`,
    /// `trips`, `leaks`, `screen`, `slow`, `noisy`, `comes_and_goes` or `other`.
    pub symptom: Option<String>,
    /// `stopped`, `hindered` (where left out) or `can_wait`.
    pub urgency: Option<String>,
    /// Whether it could hurt somebody; some symptoms say so by themselves.
    pub dangerous: Option<bool>,
    /// Where it is, in words.
    pub place: Option<String>,
}

/// A report.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FaultDocument {
    /// Its number.
    pub id: i64,
    /// The asset's tag.
    pub asset: Option<String>,
    /// What the asset is.
    pub description: Option<String>,
    /// Name of the customer.
    pub customer: String,
    /// Name of the site.
    pub site: String,
    /// What is wrong.
    pub what: String,
    /// Where it is, in words.
    pub place: String,
    /// How urgent it is for whoever reported it.
    pub urgency: &'static str,
    /// Whether somebody may be hurt: its asset was quarantined.
    pub dangerous: bool,
    /// Who reported it; null where no name was given.
    pub reporter: Option<String>,
    /// How to reach somebody without an account.
    pub contact: String,
    /// When it was reported.
    pub reported_at: DateTime<Utc>,
    /// When it was dismissed.
    pub dismissed_at: Option<DateTime<Utc>>,
    /// The number of the job that it became.
    pub job: Option<String>,
    /// Where that job stands.
    pub job_state: Option<&'static str>,
}

/// A page of reports.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FaultPage {
    /// The reports, the latest first.
    pub items: Vec<FaultDocument>,
    /// Send this as `cursor` for the next page; null at the end.
    pub next_cursor: Option<i64>,
}

/// Reports a fault. One that could hurt somebody quarantines the asset at once and opens a job. The same words of the
/// same asset while it is open are counted there, and that report is answered.
///
/// # Errors
/// Field errors; not found for a foreign asset.
#[utoipa::path(post, path = "/api/v1/faults", tag = "faults", request_body = FaultSchema,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again answers the same and adds nothing")),
    responses((status = 201, body = FaultDocument), (status = 401), (status = 403), (status = 404), (status = 422)))]
pub async fn report_fault(visitor: Visitor, key: RequestKey, bytes: Bytes) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ReportFault>()?;
            let answer = once(&visit.app, right.actor(), &key, &bytes, |tx| {
                let (tag, said) = read(&bytes)?;
                let what = said.text().map_err(name_what)?;
                let asset = find_asset(tx, right.scope(), &tag)?;
                let (reported, events) = report_in(tx, asset.id, (&what, &said))?;
                let line = find_line(tx, right.scope(), reported.fault.id)?;
                let body = serde_json::to_string(&document(line))
                    .map_err(|error| Error::Internal(error.to_string()))?;
                Ok((Answer { status: 201, location: None, etag: None, body }, events))
            })?;
            Ok(answer.into())
        })
        .await
}

fn read(bytes: &Bytes) -> Result<(String, Report)> {
    let mut body = Body::read(bytes)?;
    let tag = body.required("asset");
    let said = Report {
        symptom: body.code("symptom").value(),
        words: body.text("what").value().unwrap_or_default(),
        place: body.text("place").value().unwrap_or_default(),
        urgency: body.code("urgency").value(),
        dangerous: body.flag("dangerous").value().unwrap_or_default(),
        ..Report::default()
    };
    body.finish()?;
    Ok((tag, said))
}

/// The words of a page's form are `what` here.
fn name_what(error: Error) -> Error {
    match error {
        Error::Invalid(mut fields) => {
            for field in fields.iter_mut().filter(|field| field.field == "words") {
                "what".clone_into(&mut field.field);
            }
            Error::Invalid(fields)
        }
        other => other,
    }
}

/// The reports that you see, the latest first.
///
/// # Errors
/// Field errors.
#[utoipa::path(get, path = "/api/v1/faults", tag = "faults",
    params(
        ("open" = Option<bool>, Query, description = "true: neither dismissed nor of a closed job; false: the others"),
        ("limit" = Option<i64>, Query, description = "Reports of the page, 1 to 200; 50 unless given"),
        ("cursor" = Option<i64>, Query, description = "next_cursor of the page before")),
    responses((status = 200, body = FaultPage), (status = 401), (status = 422)))]
pub async fn list_faults(visitor: Visitor, pairs: Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            super::find::only_known(&mut form, &["open", "limit", "cursor"]);
            let state = match form.value("open") {
                "" => None,
                "true" => Some(FaultState::Open),
                "false" => Some(FaultState::Closed),
                other => {
                    let words = format!("\"{other}\" is neither true nor false");
                    form.fail("open", words);
                    None
                }
            };
            let limit = form.number("limit", 1, MOST).unwrap_or(PAGE);
            let before = form.id("cursor");
            form.check()?;
            let scope = visit.right::<ViewRegister>()?.scope();
            let mut lines =
                visit.app.store.read(|conn| list_lines(conn, scope, (state, before), limit + 1))?;
            let most = usize::try_from(limit).unwrap_or(1);
            let more = lines.len() > most;
            lines.truncate(most);
            let next_cursor = lines.last().map(|line| line.id).filter(|_| more);
            let items = lines.into_iter().map(document).collect();
            Reply::json(StatusCode::OK, &FaultPage { items, next_cursor })
        })
        .await
}

fn document(line: FaultLine) -> FaultDocument {
    let (asset, description) = line.asset.map(|(_, tag, what)| (tag, what)).unzip();
    let (job, job_state) = line.job.map(|(number, state)| (number, state.0.code())).unzip();
    FaultDocument {
        id: line.id,
        asset,
        description,
        customer: line.customer,
        site: line.site,
        what: line.what,
        place: line.place,
        urgency: line.urgency.0.code(),
        dangerous: line.dangerous,
        reporter: line.reporter,
        contact: line.contact,
        reported_at: line.at.utc(),
        dismissed_at: line.dismissed_at.map(Moment::utc),
        job,
        job_state,
    }
}
