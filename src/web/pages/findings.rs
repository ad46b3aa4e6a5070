//! Findings on a job's page: written down, corrected, taken back; with them what helped before.

mod asset_part;
mod sections;

use actix_web::web;
use domain::permission::WorkJob;

pub use asset_part::asset_parts;
pub(in crate::web::pages) use sections::ProceduresPart;
pub use sections::{checklists_part, findings_part, procedures_part, warnings_part};

use crate::actions::findings::{self, FindingRequest};
use crate::error::Result;
use crate::web::editing::{Pairs, refuse_unknown};
use crate::web::forms::Form;
use crate::web::pages::jobs::{job_url, refused};
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

const FIELDS: &[&str] = &["asset", "symptom", "cause", "fix", "words", "supersedes"];

/// `POST /jobs/{number}/findings`.
///
/// # Errors
/// Not found, forbidden; field errors and a conflict show the job again.
pub async fn record_finding(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, FIELDS);
            let request = FindingRequest {
                asset: form.text("asset"),
                symptom: form.text("symptom"),
                cause: form.text("cause"),
                fix: form.text("fix"),
                words: form.long_text("words"),
                supersedes: form.id("supersedes"),
            };
            let record = || findings::record_finding(&visit.app, &right, &number, &request);
            match form.check().and_then(|()| record()) {
                Ok(_) => Ok(Reply::see_other(&job_url(&number), "saved")),
                Err(error) => refused(visit, &number, form, error),
            }
        })
        .await
}

/// `POST /jobs/{number}/findings/{id}/withdraw`.
///
/// # Errors
/// Not found, forbidden; a conflict when it was corrected meanwhile.
pub async fn withdraw_finding(visitor: Visitor, path: web::Path<(String, i64)>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (number, id) = path.into_inner();
            findings::withdraw_finding(&visit.app, &visit.right::<WorkJob>()?, &number, id)?;
            Ok(Reply::see_other(&job_url(&number), "removed"))
        })
        .await
}
