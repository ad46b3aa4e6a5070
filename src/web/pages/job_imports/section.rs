//! What another system knew of a job, on its page.

use askama::Template;
use store::AnyConnection;
use store::categories::find_category;
use store::past_jobs::{JobThing, find_job_thing};

use crate::actions::jobs::JobView;
use crate::error::Result;
use crate::web::pages::jobs::html;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "job_imports/section.html")]
struct Part {
    reference: String,
    category: String,
    thing: JobThing,
}

/// The other system's number, words and what the job was about there; nothing for a job of ours.
///
/// # Errors
/// The store's.
pub fn section(conn: &mut AnyConnection, _: &Visit, view: &JobView) -> Result<String> {
    let Some(thing) = find_job_thing(conn, view.job.id)? else { return Ok(String::new()) };
    let category = match thing.category_id {
        Some(id) => find_category(conn, id)?.name,
        None => String::new(),
    };
    // A row without a number is known by a hash that tells nobody anything.
    let reference = view.job.source_ref.clone().filter(|reference| !reference.contains("row:"));
    html(&Part { reference: reference.unwrap_or_default(), category, thing })
}
