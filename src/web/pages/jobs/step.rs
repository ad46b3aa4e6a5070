//! Moving a job.

use actix_web::web;
use domain::permission::WorkJob;

use super::job_url;
use super::show::refused;
use crate::actions::jobs::{StepRequest, take_step as take};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, refuse_unknown};
use crate::web::forms::Form;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

const FIELDS: &[&str] = &["to", "waiting_for", "outcome", "assignee", "note"];

/// `POST /jobs/{number}/steps`.
///
/// # Errors
/// Not found, forbidden, stale; what the step needs shows the job again.
pub async fn take_step(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, FIELDS);
            let version = version(&mut form);
            let request = read(&mut form);
            let done = form.check().and_then(|()| {
                let request = request.ok_or_else(|| Error::field("to", "choose the step"))?;
                take(&visit.app, &right, (&number, version), &request)
            });
            match done {
                Ok(job) => Ok(Reply::see_other(&job_url(&job.number), "saved")),
                Err(error) => refused(visit, &number, form, error),
            }
        })
        .await
}

/// The version of the job that was read.
pub(super) fn version(form: &mut Form) -> i64 {
    let version = form.number("version", 0, i64::MAX);
    if version.is_none() && form.error("version").is_none() {
        form.fail("version", "open the job again, then try once more");
    }
    version.unwrap_or(-1)
}

fn read(form: &mut Form) -> Option<StepRequest> {
    let to = form.required_code("to");
    let (waiting_for, outcome) = (form.code("waiting_for"), form.code("outcome"));
    let (assignee_id, note) = (form.id("assignee"), form.long_text("note"));
    Some(StepRequest { to: to?, waiting_for, outcome, assignee_id, note })
}
