//! `/api/v1/sequences` and `/api/v1/assets/{tag}/plan`: what is measured, in which order, against which limits.

use actix_web::http::StatusCode;
use actix_web::web;
use domain::code::Code;
use domain::equipment::TestKind;
use domain::permission::ViewRegister;
use domain::sequence::Sequence;
use domain::sequence_plan::PlannedReading;
use serde::{Deserialize, Serialize};

use crate::actions::tests::plan;
use crate::actions::{sequences, tests};
use crate::error::{Error, Result};
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// The sequences in use.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SequenceList {
    /// Each with its steps, the firm's own first.
    #[schema(value_type = Vec<Object>)]
    pub items: Vec<Sequence>,
}

/// Every sequence in use.
///
/// # Errors
/// Log in first.
#[utoipa::path(get, path = "/api/v1/sequences", tag = "tests",
    responses((status = 200, body = SequenceList), (status = 401)))]
pub async fn list_sequences(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            visit.right::<ViewRegister>()?;
            let items = visit.app.store.read(sequences::list_in)?;
            Reply::json(StatusCode::OK, &SequenceList { items })
        })
        .await
}

/// Which test is to be planned.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PlanQuery {
    /// `combined`, `new_to_service` or `after_repair`.
    kind: Option<String>,
    /// Code of a sequence; the category's or the one that fits where left out.
    sequence: Option<String>,
}

/// What to measure of an asset.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PlanDocument {
    /// Code of the rule set.
    pub ruleset: String,
    /// Code of the sequence; null where the rule set alone says what to measure.
    pub sequence: Option<String>,
    /// Each reading in the order of testing, with place, limit, voltage, current and whether it is needed.
    #[schema(value_type = Vec<Object>)]
    pub readings: Vec<PlannedReading>,
}

/// The readings to take of an asset, in order, with their limits.
///
/// # Errors
/// Not found, a field error.
#[utoipa::path(get, path = "/api/v1/assets/{tag}/plan", tag = "tests", params(
    ("tag" = String, Path, description = "The asset's tag"), PlanQuery),
    responses((status = 200, body = PlanDocument), (status = 401), (status = 404), (status = 422)))]
pub async fn plan_test(
    visitor: Visitor,
    tag: web::Path<String>,
    query: web::Query<PlanQuery>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ViewRegister>()?;
            let kind = query.kind.as_deref().unwrap_or(TestKind::Combined.code());
            let kind = TestKind::parse_code(kind).map_err(|why| Error::field("kind", why))?;
            let planned = visit.app.store.read(|conn| {
                let asset = tests::find_asset(conn, right.scope(), &tag)?;
                plan(conn, right.scope(), &asset, (kind, query.sequence.as_deref()))
            })?;
            let document = PlanDocument {
                ruleset: planned.rules.code.clone(),
                sequence: planned.chosen.sequence.as_ref().map(|sequence| sequence.code.clone()),
                readings: planned.readings,
            };
            Reply::json(StatusCode::OK, &document)
        })
        .await
}
