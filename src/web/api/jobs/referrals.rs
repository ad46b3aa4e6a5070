//! `/api/v1/jobs/{number}/referrals`: what a job sends to suppliers.

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes};
use chrono::NaiveDate;
use domain::code::Code;
use domain::permission::{ViewRegister, WorkJob};
use domain::tag::fold;
use serde::Serialize;
use store::jobs::Job;
use store::referrals::{Of, ReferralFields};
use store::{AnyConnection, Scope, assets, jobs as rows};

use super::text_of;
use crate::actions::dues::today;
use crate::actions::referrals::{ReferralLine, ReferralRequest, list_referrals as list, refer_in};
use crate::error::{Error, Result};
use crate::web::api::body::Body;
use crate::web::replay::{Answer, RequestKey, once};
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// A referral as it is sent.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = ReferralInput)]
#[expect(dead_code, reason = "describes what `Body` reads")]
pub struct ReferralInput {
    /// Name of the supplier.
    supplier: String,
    /// Tag of the asset, where the thing is one of the job's.
    asset: Option<String>,
    /// The thing in words; an asset describes itself.
    what: Option<String>,
    /// Its serial number.
    serial: Option<String>,
    /// What is wrong, and what the supplier is asked to do.
    request: Option<String>,
    /// The supplier's own number for it.
    rma: Option<String>,
    /// When it is promised back.
    due_on: Option<NaiveDate>,
    /// When it went, if it is on its way already.
    sent_on: Option<NaiveDate>,
    /// Who carries it there.
    carrier: Option<String>,
    /// The carrier's number.
    tracking: Option<String>,
    /// What it costs, such as "120.00".
    cost: Option<String>,
    /// Whether the job waits for it; false where left out.
    waits: Option<bool>,
}

/// A referral.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ReferralDocument {
    /// Its id, as in `/referrals/{id}`.
    id: i64,
    /// Number of the job.
    job: String,
    /// Name of the supplier.
    supplier: String,
    /// Tag of the asset, where the thing is one.
    asset: Option<String>,
    /// The thing in words.
    what: String,
    /// Its serial number.
    serial: String,
    /// What the supplier is asked to do.
    request: String,
    /// The supplier's own number for it.
    rma: String,
    /// `to_send`, `sent`, `received_back`, `refused` or `written_off`.
    state: &'static str,
    /// When it went.
    sent_on: Option<NaiveDate>,
    /// When it is promised back.
    due_on: Option<NaiveDate>,
    /// When it ended.
    ended_on: Option<NaiveDate>,
    /// When to ask after it.
    chase_on: Option<NaiveDate>,
    /// Days since it went.
    days_out: Option<i64>,
    /// What it costs, in pence.
    cost_pence: Option<i64>,
    /// What the supplier did or said.
    result: String,
    /// Its version.
    version: i64,
}

/// The referrals of a job.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ReferralList {
    /// The referrals, the first first.
    items: Vec<ReferralDocument>,
}

/// Refers something of a job to a supplier.
///
/// # Errors
/// Field errors; not found for a foreign job or asset; a conflict once the job is closed.
#[utoipa::path(post, path = "/api/v1/jobs/{number}/referrals", tag = "jobs", request_body = ReferralInput,
    params(("number" = String, Path, description = "Such as J-000123")),
    responses((status = 201, body = ReferralDocument), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
pub async fn add_referral(
    visitor: Visitor,
    number: web::Path<String>,
    key: RequestKey,
    bytes: Bytes,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (right, view) = (visit.right::<WorkJob>()?, visit.right::<ViewRegister>()?);
            let day = today(&visit.app);
            let done = once(&visit.app, right.actor(), &key, &bytes, |tx| {
                let job = rows::find_job(tx, right.scope(), &number)?;
                let request = read(tx, right.scope(), &job, &bytes)?;
                let (made, events) = refer_in(tx, day, &job, &request)?;
                let lines = list(tx, &view, (Of::Job(job.id), day), (0, i64::MAX))?;
                let line = lines.into_iter().find(|line| line.line.referral.id == made.id);
                let line = line.ok_or_else(|| Error::NotFound("referral".to_owned()))?;
                let body = serde_json::to_string(&document(line));
                let body = body.map_err(|error| Error::Internal(error.to_string()))?;
                Ok((Answer { status: 201, location: None, etag: None, body }, events))
            })?;
            Ok(done.into())
        })
        .await
}

/// The referrals of a job.
///
/// # Errors
/// Not found.
#[utoipa::path(get, path = "/api/v1/jobs/{number}/referrals", tag = "jobs",
    params(("number" = String, Path, description = "Such as J-000123")),
    responses((status = 200, body = ReferralList), (status = 401), (status = 404)))]
pub async fn list_referrals(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ViewRegister>()?;
            let day = today(&visit.app);
            let lines = visit.app.store.read(|conn| {
                let job = rows::find_job(conn, right.scope(), &number)?;
                list(conn, &right, (Of::Job(job.id), day), (0, i64::MAX))
            })?;
            let items = lines.into_iter().map(document).collect();
            Reply::json(StatusCode::OK, &ReferralList { items })
        })
        .await
}

fn read(conn: &mut AnyConnection, scope: &Scope, job: &Job, bytes: &Bytes) -> Result<ReferralRequest> {
    let mut body = Body::read(bytes)?;
    let (supplier, asset) = (body.required("supplier"), body.text("asset").value());
    let mut text = |name: &str| body.text(name).value().unwrap_or_default();
    let (what, serial, request, rma) = (text("what"), text("serial"), text("request"), text("rma"));
    let (carrier_out, tracking_out) = (text("carrier"), text("tracking"));
    let (due_on, sent_on) = (body.date("due_on").value(), body.date("sent_on").value());
    let (cost_pence, waits) = (body.pence("cost").value(), body.flag("waits").value());
    body.finish()?;
    let known = store::suppliers::find_supplier_by_name(conn, &supplier)?;
    let known =
        known.ok_or_else(|| Error::field("supplier", format!("no supplier is called \"{supplier}\"")))?;
    let asset_id = match asset {
        Some(tag) => Some(assets::find_asset_by_tag(conn, &scope.within(job.customer_id), &fold(&tag))?.id),
        None => None,
    };
    let request = long("request", request)?;
    let fields = ReferralFields {
        supplier_id: known.id,
        asset_id,
        what: text_of("what", what)?,
        serial: text_of("serial", serial)?,
        request,
        rma: text_of("rma", rma)?,
        due_on,
        carrier_out: text_of("carrier", carrier_out)?,
        tracking_out: text_of("tracking", tracking_out)?,
        carrier_back: String::new(),
        tracking_back: String::new(),
        cost_pence,
    };
    Ok(ReferralRequest { fields, sent_on, waits: waits.unwrap_or(false) })
}

fn long(name: &str, text: String) -> Result<String> {
    domain::text::check_text(&text, crate::web::forms::LONG).map_err(|why| Error::field(name, why))?;
    Ok(text)
}

fn document(line: ReferralLine) -> ReferralDocument {
    let (days_out, line) = (line.days_out, line.line);
    let referral = line.referral;
    ReferralDocument {
        id: referral.id,
        job: line.job,
        supplier: line.supplier,
        asset: line.tag,
        what: referral.what,
        serial: referral.serial,
        request: referral.request,
        rma: referral.rma,
        state: referral.state.code(),
        sent_on: referral.sent_on,
        due_on: referral.due_on,
        ended_on: referral.ended_on,
        chase_on: referral.chase_on,
        days_out,
        cost_pence: referral.cost_pence,
        result: referral.result,
        version: referral.version,
    }
}
