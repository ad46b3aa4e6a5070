//! `/api/v1/openapi.json`: the API's description, made from the handlers themselves.

use actix_web::http::StatusCode;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{
    assets, certificates, clock, due, faults, instruments, job_sheets, jobs, judge, knowledge, labels, lists,
    parts, sequences, stock, tests,
};
use crate::error::Result;
use crate::web::problem::Problem;
use crate::web::reply::Reply;

/// The document; a test holds its paths against the table of routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Proofmark",
        description = "Assets and their electrical safety tests. Verdicts are computed, never sent; records are appended, \
            never altered. Quantities are decimal strings. Errors are application/problem+json (RFC 9457) that name each \
            field at fault. What is outside a token's customers is not found."
    ),
    paths(
        assets::add_asset, assets::show_asset, assets::change_asset, assets::list_assets,
        tests::record_test, tests::show_test, judge::list_rulesets, judge::judge,
        sequences::list_sequences, sequences::plan_test,
        faults::report_fault, faults::list_faults, clock::show_clock,
        due::list_due, labels::download_labels, certificates::download_certificate,
        instruments::show_instrument, instruments::add_calibration,
        certificates::merge_certificates,
        jobs::open_job, jobs::list_jobs, jobs::show_job, jobs::change::change_job, jobs::work::add_entry, jobs::work::take_step,
        parts::list_parts, stock::move_stock, stock::take_part,
        knowledge::list_fault_words, knowledge::list_fixes, knowledge::search_knowledge, knowledge::list_findings,
        knowledge::record_finding,
        jobs::referrals::add_referral, jobs::referrals::list_referrals,
        job_sheets::download_sheet,
        lists::list_customers, lists::list_sites, lists::list_places, lists::list_categories, lists::list_instruments,
    ),
    components(schemas(Problem)),
    modifiers(&Shared)
)]
pub struct Document;

/// What holds for every operation: the bearer token, and how errors look.
struct Shared;

impl Modify for Shared {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("token", scheme);
        document.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
    }
}

/// The document as JSON.
///
/// # Errors
/// Internal: the document is always JSON.
pub fn json() -> Result<String> {
    let document = Document::openapi();
    let mut value =
        serde_json::to_value(&document).map_err(|error| crate::error::Error::Internal(error.to_string()))?;
    tell_errors(&mut value);
    serde_json::to_string_pretty(&value).map_err(|error| crate::error::Error::Internal(error.to_string()))
}

/// Gives each response that is an error its words and its form.
fn tell_errors(document: &mut serde_json::Value) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    let operations =
        paths.values_mut().filter_map(|path| path.as_object_mut()).flat_map(|path| path.values_mut());
    for operation in operations {
        let Some(responses) = operation["responses"].as_object_mut() else { continue };
        for (status, response) in responses.iter_mut().filter(|(status, _)| status.starts_with(['4', '5'])) {
            if response["description"].as_str().unwrap_or_default().is_empty() {
                response["description"] = words(status).into();
            }
            response["content"] = serde_json::json!({
                "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } }
            });
        }
    }
}

fn words(status: &str) -> &'static str {
    match status {
        "401" => "No valid token or session",
        "403" => "The role, or the token, does not allow it",
        "404" => "Not there, or not yours to see",
        "409" => "The state of things forbids it",
        "412" => "Changed meanwhile: read again",
        "422" => "Fields need correcting, or a key was used for another request",
        "428" => "`If-Match` is missing",
        _ => "An error",
    }
}

/// `GET /api/v1/openapi.json`: public, it says nothing about anybody.
///
/// # Errors
/// As [`json`].
pub async fn show_openapi() -> Result<Reply> {
    Ok(Reply::new(StatusCode::OK, "application/json", json()?))
}
