//! `/api/v1/jobs/{number}/sheet.pdf`.

use actix_web::web;

use crate::error::Result;
use crate::web::pages::job_sheets::sheet_reply;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// A job's sheet as PDF: as the record stands now, with the last signature of the customer's.
///
/// # Errors
/// Not found, also for what lies outside the scope.
#[utoipa::path(get, path = "/api/v1/jobs/{number}/sheet.pdf", tag = "jobs",
    params(("number" = String, Path, description = "Job number, such as J-000123")),
    responses((status = 200, content_type = "application/pdf"), (status = 401), (status = 404)))]
pub async fn download_sheet(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor.run(move |visit| sheet_reply(visit, &number)).await
}
