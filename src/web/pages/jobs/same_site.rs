//! What else is open at the site of a job: whoever is there may do it too.

use askama::Template;
use domain::code::Code;
use store::AnyConnection;
use store::jobs::queue::{self, Filter, Order};

use super::html;
use crate::actions::jobs::{Deadline, JobLine, JobView};
use crate::error::Result;
use crate::web::visitor::Visit;

/// Jobs that are shown.
const MOST: usize = 8;

#[derive(Template)]
#[template(path = "jobs/same_site.html")]
struct Part {
    site: i64,
    lines: Vec<JobLine>,
    more: bool,
}

/// Draws the other open jobs of the site, the nearest deadline first; nothing where there are none.
///
/// # Errors
/// The store's.
pub fn section(conn: &mut AnyConnection, visit: &Visit, view: &JobView) -> Result<String> {
    let filter = Filter { site_id: Some(view.site.id), ..Filter::default() };
    let fetch = (0, MOST as i64 + 2);
    let found = queue::list_jobs(conn, visit.actor.scope(), &filter, Order::Deadline, fetch)?;
    let others = found.into_iter().filter(|line| line.job.id != view.job.id);
    let now = visit.app.now();
    let mut lines: Vec<JobLine> =
        others.map(|line| JobLine { deadline: Deadline::of(&line.job, now), line }).collect();
    let more = lines.len() > MOST;
    lines.truncate(MOST);
    if lines.is_empty() {
        return Ok(String::new());
    }
    html(&Part { site: view.site.id, lines, more })
}
