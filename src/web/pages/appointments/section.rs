//! The appointments of a job or a visit, for its page; and the plan whose occurrence a job is.

use askama::Template;
use domain::code::Code;
use domain::permission::WorkJob;
use store::AnyConnection;
use store::appointments::AppointmentLine;
use store::plans::{Plan, find_plan_of_job};

use crate::actions::appointments::{list_of, span_words};
use crate::actions::dues::FIRM_ZONE;
use crate::actions::jobs::JobView;
use crate::error::Result;
use crate::web::pages::jobs::html;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "appointments/section.html")]
struct Section {
    lines: Vec<AppointmentLine>,
    plan: Option<Plan>,
    /// The query by which one is booked, while that is open and for who may.
    book: Option<String>,
    works: bool,
}

/// The appointments of a job, with a link to book one.
///
/// # Errors
/// The store's.
pub fn of_job(conn: &mut AnyConnection, visit: &Visit, view: &JobView) -> Result<String> {
    let works = visit.actor.may::<WorkJob>();
    let book = (works && view.job.is_open()).then(|| format!("job={}", view.job.number));
    let lines = list_of(conn, visit.actor.scope(), (Some(view.job.id), None))?;
    html(&Section { lines, plan: find_plan_of_job(conn, view.job.id)?, book, works })
}

/// The appointments of a visit, with a link to book one while it is open.
///
/// # Errors
/// The store's.
pub fn of_visit(conn: &mut AnyConnection, visit: &Visit, (id, open): (i64, bool)) -> Result<String> {
    let works = visit.actor.may::<WorkJob>();
    let book = (works && open).then(|| format!("visit={id}"));
    let lines = list_of(conn, visit.actor.scope(), (None, Some(id)))?;
    html(&Section { lines, plan: None, book, works })
}

impl Section {
    fn time(&self, line: &AppointmentLine) -> String {
        span_words(line.appointment.span(), line.site.4.parse().unwrap_or(FIRM_ZONE))
    }

    fn class(&self, line: &AppointmentLine) -> &'static str {
        match line.appointment.state.code() {
            "confirmed" => "ok",
            "cancelled" => "retired",
            _ => "due",
        }
    }

    fn stands(&self, line: &AppointmentLine) -> bool {
        line.appointment.state.code() != "cancelled"
    }
}
