//! The parts of a job's page: each asks its own questions and draws itself, so that a further one is a further line here.

use askama::Template;
use store::AnyConnection;

use crate::actions::jobs::JobView;
use crate::error::{Error, Result};
use crate::web::pages::findings::{checklists_part, findings_part, procedures_part, warnings_part};
use crate::web::pages::{appointments, clock, faults, job_imports, job_parts, referrals};
use crate::web::visitor::Visit;

/// A part of a job's page: HTML, or nothing where it has nothing to say.
pub type Section = fn(&mut AnyConnection, &Visit, &JobView) -> Result<String>;

/// What is to be known before anything is done, above the steps.
pub const WARNINGS: &[Section] = &[warnings_part];

/// What is worked with, beneath the steps.
pub const WORK: &[Section] =
    &[faults::section::draw, job_parts::draw_parts, findings_part, checklists_part, referrals::section];

/// What stands beside it on a wide screen.
pub const ASIDE: &[Section] = &[
    clock::draw_section,
    appointments::section::of_job,
    super::papers_section::section,
    super::same_site::section,
    procedures_part,
    job_imports::section,
];

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
