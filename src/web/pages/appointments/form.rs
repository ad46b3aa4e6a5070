//! Booking and changing an appointment.

use actix_web::web;
use askama::Template;
use chrono::NaiveTime;
use domain::appointment::{AppointmentState, MINUTES, Span};
use domain::permission::{ViewRegister, WorkJob};
use store::appointments::Appointment;

use crate::actions::appointments::{self, Booking, For, Ground, form_fields, span_words};
use crate::actions::jobs::list_assignable;
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// How long an appointment is unless said, in minutes.
const USUAL_MINUTES: i64 = 60;

const FIELDS: &[&str] = &["person_id", "on", "at", "minutes", "confirmed", "note", "anyway", "job", "visit"];

#[derive(Template)]
#[template(path = "appointments/form.html")]
struct AppointmentFormPage {
    chrome: Chrome,
    form: Form,
    ground: Ground,
    engineers: Vec<(String, String)>,
    /// The next free stretches, each as the address that takes it, and in words.
    free: Vec<(String, String)>,
    /// The appointment that is changed.
    existing: Option<Appointment>,
    /// Whether somebody changed it meanwhile.
    stale: bool,
}

/// `GET /appointments/new`: `job=` or `visit=`, and what is chosen already: `person_id`, `on`, `at`, `minutes`.
///
/// # Errors
/// Forbidden; not found for a foreign job or visit.
pub async fn new_appointment(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let what = what_of(&mut form)?;
            let ground = appointments::find_ground(&visit.app, &visit.right::<ViewRegister>()?, &what)?;
            if form.value("person_id").is_empty() {
                form.set_opt("person_id", ground.person_id.or(visit.actor.person_id()));
            }
            if form.value("minutes").is_empty() {
                form.set("minutes", USUAL_MINUTES);
            }
            Reply::ok(&page(visit, ground, form, None)?)
        })
        .await
}

/// `POST /appointments/new`.
///
/// # Errors
/// Forbidden; not found; field errors and a conflict show the form again.
pub async fn book_appointment(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let what = what_of(&mut form)?;
            let ground = appointments::find_ground(&visit.app, &visit.right::<ViewRegister>()?, &what)?;
            let booked = read(&mut form)
                .and_then(|(_, booking)| appointments::book(&visit.app, &right, &what, &booking));
            match booked {
                Ok(_) => Ok(Reply::see_other(&ground.page, "added")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, ground, form, None)?)
                }
            }
        })
        .await
}

/// `GET /appointments/{id}/edit`.
///
/// # Errors
/// Forbidden, not found.
pub async fn edit_appointment(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<WorkJob>()?;
            let (found, ground) =
                appointments::find_appointment(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            let form = fill(&found, &ground);
            Reply::ok(&page(visit, ground, form, Some(found))?)
        })
        .await
}

/// `POST /appointments/{id}/edit`.
///
/// # Errors
/// Forbidden, not found; field errors and a concurrent change show the form again.
pub async fn change_appointment(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (view, right) = (visit.right::<ViewRegister>()?, visit.right::<WorkJob>()?);
            let mut form = Form::new(pairs.into_inner());
            let (found, ground) = appointments::find_appointment(&visit.app, &view, *id)?;
            let changed = read(&mut form).and_then(|(version, booking)| {
                appointments::change(&visit.app, &right, (*id, version), &booking)
            });
            match changed {
                Ok(()) => Ok(Reply::see_other(&ground.page, "saved")),
                Err(Error::Stale(_)) => {
                    form.set("version", found.version);
                    let page = page(visit, ground, form, Some(found))?;
                    Reply::conflict(&AppointmentFormPage { stale: true, ..page })
                }
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, ground, form, Some(found))?)
                }
            }
        })
        .await
}

/// `POST /appointments/{id}/state`: `state=confirmed` or `state=cancelled`.
///
/// # Errors
/// Forbidden, not found, stale; field errors; a conflict for one that was called off.
pub async fn set_state(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let version = form.number("version", 1, i64::MAX).unwrap_or(0);
            let state = form.required_code::<AppointmentState>("state");
            form.check()?;
            let state = state.unwrap_or(AppointmentState::Planned);
            let ground = appointments::set_state(&visit.app, &right, (*id, version), state)?;
            Ok(Reply::see_other(&ground.page, "saved"))
        })
        .await
}

fn what_of(form: &mut Form) -> Result<For> {
    let (job, visit) = (form.text("job"), form.id("visit"));
    form.check()?;
    match (job.is_empty(), visit) {
        (false, None) => Ok(For::Job(job)),
        (true, Some(id)) => Ok(For::Visit(id)),
        _ => Err(Error::field("job", "say which job or visit it is for")),
    }
}

fn read(form: &mut Form) -> Result<(i64, Booking)> {
    refuse_unknown(form, FIELDS);
    let version = form.number("version", 1, i64::MAX).unwrap_or(0);
    let (person_id, on) = (form.id("person_id"), form.date("on"));
    if form.value("person_id").is_empty() {
        form.fail("person_id", "choose an engineer");
    }
    if form.value("on").is_empty() {
        form.fail("on", "give the day");
    }
    let at = NaiveTime::parse_from_str(form.value("at"), "%H:%M");
    if at.is_err() {
        form.fail("at", "give the time as 09:30");
    }
    let minutes = form.number("minutes", *MINUTES.start(), *MINUTES.end());
    if form.value("minutes").is_empty() {
        form.fail("minutes", "say how long it takes");
    }
    let state =
        if form.ticked("confirmed") { AppointmentState::Confirmed } else { AppointmentState::Planned };
    let (note, anyway) = (form.text("note"), form.ticked("anyway"));
    form.check()?;
    match (person_id, on, at, minutes) {
        (Some(person_id), Some(on), Ok(at), Some(minutes)) => {
            Ok((version, Booking { person_id, on, at, minutes, state, note, anyway }))
        }
        _ => Err(Error::field("on", "give day and time")),
    }
}

fn fill(found: &Appointment, ground: &Ground) -> Form {
    let (on, at) = form_fields(found.starts_at.utc(), ground.zone());
    let mut form = Form::default();
    form.set("person_id", found.person_id).set("on", on).set("at", at);
    form.set("minutes", found.span().minutes()).set("note", &found.note);
    form.set("confirmed", found.state.0 == AppointmentState::Confirmed).set("version", found.version);
    form
}

fn page(
    visit: &Visit,
    ground: Ground,
    form: Form,
    existing: Option<Appointment>,
) -> Result<AppointmentFormPage> {
    visit.right::<WorkJob>()?;
    let customer = ground.ends.customer_id;
    let engineers = visit.app.store.read(|conn| list_assignable(conn, customer))?;
    let person: Option<i64> = form.value("person_id").parse().ok();
    let minutes = form.value("minutes").parse().unwrap_or(USUAL_MINUTES);
    let free = match person.filter(|id| engineers.iter().any(|(known, _)| known == id)) {
        Some(person) => appointments::suggest(&visit.app, person, minutes, ground.zone())?,
        None => vec![],
    };
    let base = match &existing {
        Some(_) => None,
        None => Some(format!("job={}&visit={}", form.value("job"), form.value("visit"))),
    };
    let link = |span: &Span| {
        let (on, at) = form_fields(span.from, ground.zone());
        let chosen = format!("person_id={}&minutes={minutes}&on={on}&at={at}", form.value("person_id"));
        let query = base.as_ref().map(|base| format!("/appointments/new?{base}&{chosen}#on"));
        (query.unwrap_or_default(), span_words(*span, ground.zone()))
    };
    Ok(AppointmentFormPage {
        chrome: Chrome::new(visit, if existing.is_some() { "Move the appointment" } else { "Book" }),
        free: free.iter().map(link).collect(),
        engineers: engineers.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        form,
        ground,
        existing,
        stale: false,
    })
}
