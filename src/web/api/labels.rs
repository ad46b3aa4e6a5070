//! `/api/v1/labels.pdf`.

use actix_web::web;

use crate::error::Result;
use crate::web::api::find::only_known;
use crate::web::forms::Form;
use crate::web::pages::labels::labels_reply;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// Sheets of labels as PDF.
///
/// # Errors
/// Field errors; not found for a foreign customer, site or place; too large beyond 10,000 labels.
#[utoipa::path(get, path = "/api/v1/labels.pdf", tag = "labels",
    params(
        ("tags" = Option<String>, Query, description = "Tags with commas between; a foreign one counts as unknown"),
        ("q" = Option<String>, Query, description = "Words, as in the search of assets; not used where tags are given"),
        ("customer" = Option<i64>, Query, description = "Id of a customer"),
        ("site" = Option<i64>, Query, description = "Id of a site"),
        ("place" = Option<i64>, Query, description = "Id of a place; everything within it"),
        ("stock" = Option<String>, Query, description = "Number of the sheet; L7160 unless given"),
        ("design" = Option<String>, Query, description = "asset, pat_pass, pat_fail or one of your own; asset unless given"),
        ("start" = Option<i64>, Query, description = "First cell to print on, from 1 along the rows")),
    responses(
        (status = 200, content_type = "application/pdf", description = "The sheets; x-labels-left-out names the tags \
            that got no label, such as those a pass label may not go on"),
        (status = 401), (status = 404), (status = 413), (status = 422)))]
pub async fn download_labels(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    let mut form = Form::new(pairs.into_inner());
    only_known(&mut form, &["tags", "q", "customer", "site", "place", "stock", "design", "start"]);
    visitor.run(move |visit| labels_reply(visit, form)).await
}
