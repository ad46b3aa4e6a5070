//! The parts of a job's page: each asks its own questions and draws itself, so that a further one is a further line here.

use askama::Template;
use store::AnyConnection;

use crate::actions::jobs::JobView;
use crate::error::{Error, Result};
use crate::web::visitor::Visit;

/// A part of a job's page: HTML, or nothing where it has nothing to say.
pub type Section = fn(&mut AnyConnection, &Visit, &JobView) -> Result<String>;

/// What is to be known before anything is done, above the steps.
pub const WARNINGS: &[Section] = &[];

/// What is worked with, beneath the steps.
pub const WORK: &[Section] = &[crate::web::pages::faults::section::draw];

/// What stands beside it on a wide screen.
pub const ASIDE: &[Section] = &[];

/// Draws the parts one after the other.
///
/// # Errors
/// The first one's.
pub fn draw(conn: &mut AnyConnection, visit: &Visit, view: &JobView, sections: &[Section]) -> Result<String> {
    sections.iter().map(|section| section(conn, visit, view)).collect()
}

/// Draws one part.
///
/// # Errors
/// Internal: templates that compile fail only when memory runs out.
pub fn html(part: &impl Template) -> Result<String> {
    part.render().map_err(|error| Error::Internal(format!("rendering a part of a page: {error}")))
}
