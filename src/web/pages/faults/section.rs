//! The reports that became a job, on its page.

use askama::Template;
use store::AnyConnection;
use store::faults::list_lines_of_job;

use crate::actions::faults::{Waiting, with_notes};
use crate::actions::jobs::JobView;
use crate::error::Result;
use crate::web::pages::jobs::section::html;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "faults/section.html")]
struct FaultsSection {
    faults: Vec<Waiting>,
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
    html(&FaultsSection { faults: with_notes(conn, lines)? })
}
