//! `/api/v1/certificates/{number}.pdf` and `/api/v1/certificates/merged`.

use actix_web::web;
use domain::permission::IssueCertificate;
use serde::Deserialize;
use store::customers::find_customer_by_name;

use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::pages::certificates::{certificate_reply, days, merged};
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// A certificate as PDF: the bytes that were issued.
///
/// # Errors
/// Not found, also for what lies outside the scope.
#[utoipa::path(get, path = "/api/v1/certificates/{number}.pdf", tag = "certificates",
    params(
        ("number" = String, Path, description = "Certificate number, such as C-000123"),
        ("revision" = Option<i64>, Query, description = "The revision; the latest unless given")),
    responses((status = 200, content_type = "application/pdf"), (status = 401), (status = 404), (status = 422)))]
pub async fn download_certificate(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor.run(move |visit| certificate_reply(visit, &number, Form::new(pairs.into_inner()))).await
}

/// What a collection is asked for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeRequest {
    /// The customer's name.
    pub customer: String,
    /// First day, such as 2026-11-01.
    pub from: String,
    /// Last day, such as 2026-11-30.
    pub to: String,
    /// Whether photos of what failed are added; they are unless this is false.
    pub photos: Option<bool>,
}

/// The certificates of all of a customer's sites over some days, in one PDF with contents and bookmarks. Each site's
/// certificate is issued and numbered; asked again with nothing changed, the same ones are given.
///
/// # Errors
/// Not found, also for what lies outside the scope; a conflict where nothing was tested.
#[utoipa::path(post, path = "/api/v1/certificates/merged", tag = "certificates", request_body = MergeRequest,
    responses((status = 200, content_type = "application/pdf", description = "The file; `X-Certificates` names the numbers"),
        (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub async fn merge_certificates(visitor: Visitor, bytes: web::Bytes) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<IssueCertificate>()?;
            let request: MergeRequest = serde_json::from_slice(&bytes)
                .map_err(|error| Error::field("body", format!("this is not what is asked for: {error}")))?;
            let scope = visit.actor.scope();
            let mut form = Form::new([("from".to_owned(), request.from), ("to".to_owned(), request.to)]);
            form.set("photos", if request.photos.unwrap_or(true) { "yes" } else { "no" });
            let named = visit.app.store.read(|conn| find_customer_by_name(conn, scope, &request.customer));
            form.set("customer", named?.id);
            let asked = days(&mut form)?;
            merged(visit, asked, &form)
        })
        .await
}
