//! The referrals of a job, on its page.

use askama::Template;
use domain::permission::{ViewRegister, WorkJob};
use store::AnyConnection;
use store::referrals::Of;

use super::list::status_of;
use crate::actions::dues::today;
use crate::actions::jobs::JobView;
use crate::actions::referrals::{ReferralLine, list_referrals};
use crate::error::Result;
use crate::web::pages::jobs::html;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "referrals/section.html")]
struct Part {
    number: String,
    lines: Vec<ReferralLine>,
    refers: bool,
}

impl Part {
    fn status(&self, line: &ReferralLine) -> (&'static str, String) {
        status_of(line)
    }
}

/// What the job has sent to suppliers, and the way to send something.
///
/// # Errors
/// The store's.
pub fn section(conn: &mut AnyConnection, visit: &Visit, view: &JobView) -> Result<String> {
    let right = visit.right::<ViewRegister>()?;
    let lines = list_referrals(conn, &right, (Of::Job(view.job.id), today(&visit.app)), (0, 100))?;
    let refers = visit.actor.may::<WorkJob>() && view.job.is_open();
    if lines.is_empty() && !refers {
        return Ok(String::new());
    }
    html(&Part { number: view.job.number.clone(), lines, refers })
}
