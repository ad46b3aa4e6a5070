//! The reports that became a job, on its page.

use actix_web::web;
use askama::Template;
use domain::permission::WorkJob;
use store::AnyConnection;
use store::faults::list_lines_of_job;

use crate::actions::faults::{Waiting, release, with_notes};
use crate::actions::jobs::JobView;
use crate::error::Result;
use crate::web::pages::jobs::section::html;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "faults/section.html")]
struct FaultsSection {
    number: String,
    faults: Vec<Waiting>,
    /// Whether the reader may take one out.
    works: bool,
}

/// Draws what was reported; nothing where nobody did.
///
/// # Errors
/// The store's.
pub fn draw(conn: &mut AnyConnection, visit: &Visit, view: &JobView) -> Result<String> {
    let mut lines = list_lines_of_job(conn, visit.actor.scope(), view.job.id)?;
    // This is that job's own page.
    lines.iter_mut().for_each(|line| line.job = None);
    if lines.is_empty() {
        return Ok(String::new());
    }
    let works = visit.actor.may::<WorkJob>() && view.job.is_open();
    html(&FaultsSection { number: view.job.number.clone(), faults: with_notes(conn, lines)?, works })
}

/// `POST /jobs/{number}/faults/{id}/release`: the report is none of this job, and waits again.
///
/// # Errors
/// Not found, forbidden; a conflict once the job is closed.
pub async fn release_fault(visitor: Visitor, path: web::Path<(String, i64)>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (number, id) = path.into_inner();
            release(&visit.app, &visit.right::<WorkJob>()?, (&number, id))?;
            Ok(Reply::see_other("/faults", "saved"))
        })
        .await
}
