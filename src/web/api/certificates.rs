//! `/api/v1/certificates/{number}.pdf`.

use actix_web::web;

use crate::error::Result;
use crate::web::forms::Form;
use crate::web::pages::certificates::certificate_reply;
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
