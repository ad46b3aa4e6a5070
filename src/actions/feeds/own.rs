//! What an engineer's calendar holds beside what is due: where to be when, and the deadlines of their jobs.

use chrono::Duration;
use domain::appointment::AppointmentState;
use domain::permission::ViewRegister;
use domain::schedule::local_date;
use exchange::ical::{Event, Status, Time};
use store::Right;
use store::appointments::{AppointmentFilter, AppointmentLine, list_appointments};
use store::jobs::queue::{Filter, Line, Order, list_jobs};

use super::host;
use crate::actions::dues::FIRM_ZONE;
use crate::app::App;
use crate::error::Result;

/// The appointments of a person from a month ago on, those called off among them, so that programs take them out.
///
/// # Errors
/// The store's.
pub(super) fn appointment_events(
    app: &App,
    right: &Right<ViewRegister>,
    person_id: i64,
) -> Result<Vec<Event>> {
    let filter = AppointmentFilter {
        person_id: Some(person_id),
        from: Some(app.now() - Duration::days(31)),
        cancelled: true,
        ..AppointmentFilter::default()
    };
    let lines = app.store.read(|conn| list_appointments(conn, right.scope(), filter, 1000))?;
    Ok(lines.iter().map(|line| appointment(app, line)).collect())
}

fn appointment(app: &App, line: &AppointmentLine) -> Event {
    let (site, address, contact, access, _) = &line.site;
    let (what, page) = match (&line.job, line.appointment.visit_id) {
        (Some((number, title)), _) => (format!("{number} {title}"), format!("/jobs/{number}")),
        (None, Some(id)) => (format!("Visit {id}"), format!("/visits/{id}")),
        (None, None) => (String::new(), "/calendar".to_owned()),
    };
    let said = |name: &str, text: &str| match text.is_empty() {
        true => String::new(),
        false => format!("{name}: {text}"),
    };
    let words = [said("Access", access), said("Contact", contact), line.appointment.note.clone()];
    let words: Vec<String> = words.into_iter().filter(|words| !words.is_empty()).collect();
    let place = [line.customer.as_str(), site, &address.replace('\n', ", ")];
    let status = match line.appointment.state.0 {
        AppointmentState::Planned => Status::Tentative,
        AppointmentState::Confirmed => Status::Confirmed,
        AppointmentState::Cancelled => Status::Cancelled,
    };
    let span = line.appointment.span();
    Event {
        uid: format!("appointment-{}@{}", line.appointment.id, host(app)),
        time: Time::Span(span.from, span.to),
        status: Some((status, line.appointment.version)),
        summary: format!("{what} ({site})"),
        location: place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        description: words.join("\n"),
        url: format!("{}{page}", app.config.base_url),
    }
}

/// The deadlines of a person's open jobs, each a whole day.
///
/// # Errors
/// The store's.
pub(super) fn job_events(app: &App, right: &Right<ViewRegister>, person_id: i64) -> Result<Vec<Event>> {
    let filter = Filter { assignee: Some(Some(person_id)), ..Filter::default() };
    let lines = app.store.read(|conn| list_jobs(conn, right.scope(), &filter, Order::Deadline, (0, 500)))?;
    Ok(lines.iter().filter_map(|line| job(app, line)).collect())
}

fn job(app: &App, line: &Line) -> Option<Event> {
    let due = line.job.due_at?.utc();
    let local = due.with_timezone(&FIRM_ZONE);
    let number = &line.job.number;
    Some(Event {
        uid: format!("job-{number}@{}", host(app)),
        time: Time::Day(local_date(due, FIRM_ZONE)),
        status: None,
        summary: format!("{number} due {}: {}", local.format("%H:%M"), line.job.title),
        location: format!("{}, {}", line.customer, line.site),
        description: String::new(),
        url: format!("{}/jobs/{number}", app.config.base_url),
    })
}
