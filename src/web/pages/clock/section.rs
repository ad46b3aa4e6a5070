//! The clock as a part of a job's page.

use askama::Template;
use domain::code::Code;
use domain::permission::EditContract;
use domain::response_clock::Deadline;
use store::AnyConnection;

use super::state_of;
use crate::actions::clock::clock_of;
use crate::actions::jobs::JobView;
use crate::error::Result;
use crate::web::pages::jobs::section::html;
use crate::web::visitor::Visit;

/// A deadline in a line.
struct Line {
    name: &'static str,
    state: (&'static str, &'static str),
    words: String,
}

#[derive(Template)]
#[template(path = "clock/section.html")]
struct ClockSection {
    number: String,
    customer_id: i64,
    contract: Option<String>,
    lines: Vec<Line>,
    edits: bool,
}

/// Draws it: the contract, both deadlines, and where they are explained.
///
/// # Errors
/// The store's.
pub fn draw_section(conn: &mut AnyConnection, visit: &Visit, view: &JobView) -> Result<String> {
    let found = clock_of(conn, &view.job, view.now)?;
    let line = |deadline: &Deadline| Line {
        name: deadline.promise.label(),
        state: state_of(deadline, view.now),
        words: words(view, deadline),
    };
    html(&ClockSection {
        number: view.job.number.clone(),
        customer_id: view.job.customer_id,
        contract: found.period(view.now).map(|period| period.contract.clone()),
        lines: found.clock.both().map(line).into(),
        edits: visit.actor.may::<EditContract>(),
    })
}

fn words(view: &JobView, deadline: &Deadline) -> String {
    match (deadline.due, deadline.no_due, deadline.stopped_at) {
        (Some(due), _, None) => format!("due {}", view.clock(due)),
        (None, Some(why), None) => why.words(),
        (Some(due), _, Some(at)) => format!("{}, was due {}", view.clock(at), view.clock(due)),
        (None, _, Some(at)) => view.clock(at),
        (None, None, None) => String::new(),
    }
}
