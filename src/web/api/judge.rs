//! `/api/v1/rulesets` and `/api/v1/judge`: what is judged by, and verdicts without a record.

use actix_web::http::StatusCode;
use actix_web::web;
use domain::judge_document::JudgeRequest;
use domain::permission::ViewRegister;
use domain::ruleset::RuleSet;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// The rule sets.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RuleSetList {
    /// Each with its limits and required readings; every figure with its confidence.
    #[schema(value_type = Vec<Object>)]
    pub items: Vec<&'static RuleSet>,
}

/// Every rule set with its figures.
///
/// # Errors
/// Log in first.
#[utoipa::path(get, path = "/api/v1/rulesets", tag = "tests",
    responses((status = 200, body = RuleSetList), (status = 401)))]
pub async fn list_rulesets(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            visit.right::<ViewRegister>()?;
            Reply::json(StatusCode::OK, &RuleSetList { items: RuleSet::all().iter().collect() })
        })
        .await
}

/// Judges readings of an item that is described here; nothing is recorded. `ruleset` names the rule set.
///
/// # Errors
/// Names the field and what would be right.
#[utoipa::path(post, path = "/api/v1/judge", tag = "tests",
    request_body(content = Object, description = "`asset` (equipment_class, equipment_type, conductor_mm2, \
        lead_length_m, rated_power_w, heating, surge_suppressors, sockets), `kind`, `visual`, `readings` as of a test, \
        and `ruleset`"),
    responses((status = 200, body = Object, description = "The verdict, and each reading's with limit, margin and reason"),
        (status = 401), (status = 422)))]
pub async fn judge(visitor: Visitor, bytes: web::Bytes) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<ViewRegister>()?;
            let text = std::str::from_utf8(&bytes).map_err(|_| Error::field("body", "send UTF-8 JSON"))?;
            let request = JudgeRequest::from_json(text).map_err(|why| at_field(&why))?;
            let code = request.ruleset.clone().unwrap_or_default();
            let rules = RuleSet::parse_code(&code).map_err(|why| Error::field("ruleset", why))?;
            Reply::json(StatusCode::OK, &request.judge(rules).map_err(|why| at_field(&why))?)
        })
        .await
}

/// The domain says "field: what would be right".
fn at_field(why: &str) -> Error {
    match why.split_once(": ") {
        Some((field, message)) if !field.contains(' ') => Error::field(field, message),
        _ => Error::field("body", why),
    }
}
