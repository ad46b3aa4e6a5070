//! Appointments: booked, moved, confirmed and called off, with the engineer told.

mod calendar;

pub use calendar::{Day, Placed, calendar_days, day_plan};

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use domain::appointment::{AppointmentState, MINUTES, Span, WorkingHours, moment};
use domain::event::Event;
use domain::job::NoticeKind;
use domain::permission::{Role, ViewRegister, WorkJob};
use store::appointments::{self, Appointment, AppointmentFields, AppointmentFilter, AppointmentLine, Ends};
use store::jobs::{Job, find_job, find_job_by_id};
use store::sites::{Site, find_site};
use store::types::{Coded, Moment};
use store::users::{find_user, user_customers};
use store::visits::find_visit;
use store::{AnyConnection, Right, Scope, Tx};

use crate::actions::dues::FIRM_ZONE;
use crate::actions::jobs::tell;
use crate::actions::letters::{Letter, post};
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// What an appointment is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum For {
    /// A job, by its number.
    Job(String),
    /// A visit, by its id.
    Visit(i64),
}

/// An appointment as it is asked for, by the site's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Who is to be there.
    pub person_id: i64,
    /// The day.
    pub on: NaiveDate,
    /// The time of its beginning.
    pub at: NaiveTime,
    /// How long, in minutes.
    pub minutes: i64,
    /// How firm it is.
    pub state: AppointmentState,
    /// What else is to be known.
    pub note: String,
    /// Whether it is booked although it overlaps or lies out of hours.
    pub anyway: bool,
}

/// What an appointment is for, found within somebody's scope.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Owner, site, job and visit.
    pub ends: Ends,
    /// The site.
    pub site: Site,
    /// What it is for, in words.
    pub words: String,
    /// The page of what it is for.
    pub page: String,
    /// Who is at the job or on the visit.
    pub person_id: Option<i64>,
}

impl Ground {
    /// The site's clock.
    pub fn zone(&self) -> Tz {
        self.site.time_zone.parse().unwrap_or(FIRM_ZONE)
    }
}

/// Finds what an appointment is for.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_ground(app: &App, right: &Right<ViewRegister>, what: &For) -> Result<Ground> {
    app.store.read(|conn| ground_of(conn, right.scope(), what))
}

fn ground_of(conn: &mut AnyConnection, scope: &Scope, what: &For) -> Result<Ground> {
    match what {
        For::Job(number) => {
            let job = find_job(conn, scope, number)?;
            let ends = Ends {
                customer_id: job.customer_id,
                site_id: job.site_id,
                job_id: Some(job.id),
                visit_id: None,
            };
            let words = format!("{} {}", job.number, job.title);
            let page = format!("/jobs/{}", job.number);
            Ok(Ground {
                ends,
                site: find_site(conn, scope, job.site_id)?,
                words,
                page,
                person_id: job.assignee_id,
            })
        }
        For::Visit(id) => {
            let visit = find_visit(conn, scope, *id)?;
            let (customer_id, site_id) = (visit.customer_id, visit.site_id);
            let ends = Ends { customer_id, site_id, job_id: None, visit_id: Some(visit.id) };
            let person_id = Some(visit.person_id);
            let (words, page) = (format!("Visit {id}"), format!("/visits/{id}"));
            Ok(Ground { ends, site: find_site(conn, scope, site_id)?, words, page, person_id })
        }
    }
}

/// What an appointment that is there already is for.
fn what_of(conn: &mut AnyConnection, scope: &Scope, appointment: &Appointment) -> Result<For> {
    match (appointment.job_id, appointment.visit_id) {
        (Some(id), _) => Ok(For::Job(find_job_by_id(conn, scope, id)?.number)),
        (None, Some(id)) => Ok(For::Visit(id)),
        (None, None) => Err(Error::NotFound("appointment".to_owned())),
    }
}

/// An appointment and what it is for.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_appointment(app: &App, right: &Right<ViewRegister>, id: i64) -> Result<(Appointment, Ground)> {
    app.store.read(|conn| {
        let found = appointments::find_appointment(conn, right.scope(), id)?;
        let what = what_of(conn, right.scope(), &found)?;
        Ok((found, ground_of(conn, right.scope(), &what)?))
    })
}

/// The appointments of a job or visit, cancelled ones too, the earliest first.
///
/// # Errors
/// The store's.
pub fn list_of(
    conn: &mut AnyConnection,
    scope: &Scope,
    what: (Option<i64>, Option<i64>),
) -> Result<Vec<AppointmentLine>> {
    let filter =
        AppointmentFilter { job_id: what.0, visit_id: what.1, cancelled: true, ..Default::default() };
    Ok(appointments::list_appointments(conn, scope, filter, 50)?)
}

/// The next free stretches of an engineer by the site's clock.
///
/// # Errors
/// The store's.
pub fn suggest(app: &App, person_id: i64, minutes: i64, zone: Tz) -> Result<Vec<Span>> {
    let now = app.now();
    // Nobody is somewhere else at once: the next quarter of an hour is too soon to be of use.
    let span = Span { from: now + Duration::minutes(30), to: now + Duration::days(60) };
    let busy = app.store.read(|conn| appointments::list_busy(conn, person_id, span, None))?;
    let minutes = minutes.clamp(*MINUTES.start(), *MINUTES.end());
    Ok(WorkingHours::USUAL.free(&busy, minutes, span.from, zone, 4))
}

/// Books an appointment.
///
/// # Errors
/// Not found for a foreign job or visit; field errors, also for an overlap or an hour that is not usual unless it is
/// booked anyway; a conflict for what is closed.
pub fn book(app: &App, right: &Right<WorkJob>, what: &For, booking: &Booking) -> Result<i64> {
    let (id, letter) = app.store.write(right.actor(), |tx| {
        let ground = ground_of(tx, right.scope(), what)?;
        still_open(tx, right.scope(), &ground)?;
        let fields = check(tx, &ground, booking, None)?;
        let id = appointments::insert_appointment(tx, ground.ends, &fields)?;
        let words = format!("Booked for {}", when(&fields, ground.zone()));
        let letter = tell_of(tx, (app, right.scope()), &ground, &[fields.person_id], &words)?;
        let event = event(&ground, id, "booked").change("when", "", when(&fields, ground.zone()));
        Ok::<_, Error>(((id, letter), vec![event]))
    })?;
    post(app, &letter)?;
    Ok(id)
}

/// Moves or changes an appointment that was read at `version`; who was to be there is told, and who is now.
///
/// # Errors
/// As [`book`]; stale.
pub fn change(app: &App, right: &Right<WorkJob>, (id, version): (i64, i64), booking: &Booking) -> Result<()> {
    let letter = app.store.write(right.actor(), |tx| {
        let old = appointments::find_appointment(tx, right.scope(), id)?;
        let what = what_of(tx, right.scope(), &old)?;
        let ground = ground_of(tx, right.scope(), &what)?;
        let fields = check(tx, &ground, booking, Some(id))?;
        appointments::update_appointment(tx, id, version, &fields)?;
        let zone = ground.zone();
        let (before, after) = (span_words(old.span(), zone), when(&fields, zone));
        let moved = before != after || old.person_id != fields.person_id;
        let words = format!("Moved from {before} to {after}");
        let letter = match moved {
            true => tell_of(tx, (app, right.scope()), &ground, &[old.person_id, fields.person_id], &words)?,
            false => Letter::default(),
        };
        let event = event(&ground, id, if moved { "moved" } else { "changed" })
            .change("when", before, after)
            .change("engineer", old.person_id, fields.person_id)
            .change("state", old.state.0, fields.state.0)
            .change("note", &old.note, &fields.note);
        Ok::<_, Error>((letter, vec![event]))
    })?;
    post(app, &letter)
}

/// Confirms an appointment that was read at `version`, or calls it off.
///
/// # Errors
/// Not found, stale; a conflict for one that was called off.
pub fn set_state(
    app: &App,
    right: &Right<WorkJob>,
    (id, version): (i64, i64),
    state: AppointmentState,
) -> Result<Ground> {
    let (ground, letter) = app.store.write(right.actor(), |tx| {
        let old = appointments::find_appointment(tx, right.scope(), id)?;
        if old.state.0 == AppointmentState::Cancelled {
            return Err(Error::Conflict("This appointment was called off; book another one.".to_owned()));
        }
        let what = what_of(tx, right.scope(), &old)?;
        let ground = ground_of(tx, right.scope(), &what)?;
        appointments::update_appointment(tx, id, version, &fields_of(&old, state))?;
        let cancelled = state == AppointmentState::Cancelled;
        let words = format!("Called off: {}", span_words(old.span(), ground.zone()));
        let letter = match cancelled {
            true => tell_of(tx, (app, right.scope()), &ground, &[old.person_id], &words)?,
            false => Letter::default(),
        };
        let verb = if cancelled { "called off" } else { "confirmed" };
        let event = event(&ground, id, verb).change("state", old.state.0, state);
        Ok::<_, Error>(((ground, letter), vec![event]))
    })?;
    post(app, &letter)?;
    Ok(ground)
}

/// Calls off what is yet to begin for a job that is over, and tells whoever was to be there.
///
/// # Errors
/// The store's.
pub fn job_over(tx: &mut Tx, job: &Job) -> Result<Vec<Event>> {
    let scope = tx.actor.scope();
    let filter = AppointmentFilter { job_id: Some(job.id), from: Some(tx.now), ..Default::default() };
    let mut events = vec![];
    for line in appointments::list_appointments(tx, scope, filter, 100)? {
        let old = line.appointment;
        if old.starts_at.utc() <= tx.now {
            continue;
        }
        let ground = ground_of(tx, scope, &For::Job(job.number.clone()))?;
        appointments::update_appointment(
            tx,
            old.id,
            old.version,
            &fields_of(&old, AppointmentState::Cancelled),
        )?;
        let words = format!("Called off, the job is over: {}", span_words(old.span(), ground.zone()));
        tell(tx, job, &[old.person_id], NoticeKind::Appointment, &words)?;
        let event = event(&ground, old.id, "called off");
        events.push(event.change("state", old.state.0, AppointmentState::Cancelled));
    }
    Ok(events)
}

/// An appointment as it stands, but for how firm it is.
fn fields_of(old: &Appointment, state: AppointmentState) -> AppointmentFields {
    AppointmentFields {
        person_id: old.person_id,
        starts_at: old.starts_at,
        ends_at: old.ends_at,
        state: Coded(state),
        note: old.note.clone(),
    }
}

fn still_open(conn: &mut AnyConnection, scope: &Scope, ground: &Ground) -> Result<()> {
    let open = match (ground.ends.job_id, ground.ends.visit_id) {
        (Some(id), _) => find_job_by_id(conn, scope, id)?.is_open(),
        (None, Some(id)) => find_visit(conn, scope, id)?.closed_at.is_none(),
        (None, None) => true,
    };
    match open {
        true => Ok(()),
        false => Err(Error::Conflict(format!("{} is closed; open it again to book.", ground.words))),
    }
}

fn check(tx: &mut Tx, ground: &Ground, booking: &Booking, id: Option<i64>) -> Result<AppointmentFields> {
    let mut errors = vec![];
    let mut wrong = |field: &str, message: String| {
        errors.push(FieldError { field: field.to_owned(), message });
    };
    if !MINUTES.contains(&booking.minutes) {
        wrong("minutes", format!("give {} to {} minutes", MINUTES.start(), MINUTES.end()));
    }
    match find_user(tx, booking.person_id)? {
        Some((user, _)) if user.active && user.role.0 >= Role::Engineer => {
            let customers = user_customers(tx, booking.person_id)?;
            if !user.all_customers && !customers.contains(&ground.ends.customer_id) {
                wrong("person_id", "this engineer does not see this customer".to_owned());
            }
        }
        _ => wrong("person_id", "choose an engineer".to_owned()),
    }
    let starts = moment(booking.on, booking.at, ground.zone()).map_err(|words| wrong("at", words)).ok();
    let span = starts
        .filter(|_| MINUTES.contains(&booking.minutes))
        .map(|from| Span { from, to: from + Duration::minutes(booking.minutes) });
    if let Some(span) = span
        && !booking.anyway
    {
        for words in doubts(tx, ground, (booking.person_id, span), id)? {
            wrong("at", format!("{words}; tick \"Book it anyway\" if that is meant"));
        }
    }
    match span {
        Some(span) if errors.is_empty() => Ok(AppointmentFields {
            person_id: booking.person_id,
            starts_at: Moment::from(span.from),
            ends_at: Moment::from(span.to),
            state: Coded(booking.state),
            note: booking.note.clone(),
        }),
        _ => Err(Error::Invalid(errors)),
    }
}

/// What speaks against an appointment: another one at the time, an hour that is not usual, a time that has passed.
fn doubts(
    tx: &mut Tx,
    ground: &Ground,
    (person_id, span): (i64, Span),
    id: Option<i64>,
) -> Result<Vec<String>> {
    let zone = ground.zone();
    let mut found = vec![];
    if let Some(busy) = appointments::list_busy(tx, person_id, span, id)?.first() {
        found.push(format!("it overlaps with another appointment of theirs, {}", span_words(*busy, zone)));
    }
    if !WorkingHours::USUAL.hold(span, zone) {
        found.push("it is out of the usual hours, Monday to Friday 8:00 to 18:00".to_owned());
    }
    if span.to <= tx.now {
        found.push("it has passed already".to_owned());
    }
    Ok(found)
}

fn when(fields: &AppointmentFields, zone: Tz) -> String {
    span_words(Span { from: fields.starts_at.utc(), to: fields.ends_at.utc() }, zone)
}

/// A time by the site's clock, such as "Mon 23 Nov 2026, 09:00 to 10:30".
pub fn span_words(span: Span, zone: Tz) -> String {
    let (from, to) = (span.from.with_timezone(&zone), span.to.with_timezone(&zone));
    format!("{} to {}", from.format("%a %-d %b %Y, %H:%M"), to.format("%H:%M"))
}

/// A moment as the fields of a form hold it: date and time by the site's clock.
pub fn form_fields(at: DateTime<Utc>, zone: Tz) -> (String, String) {
    let local = at.with_timezone(&zone);
    (local.format("%Y-%m-%d").to_string(), local.format("%H:%M").to_string())
}

/// Tells people of an appointment of a job. A visit has no notices: its letter is given back, to be sent once what it
/// tells of is written down.
fn tell_of(
    tx: &mut Tx,
    (app, scope): (&App, &Scope),
    ground: &Ground,
    people: &[i64],
    words: &str,
) -> Result<Letter> {
    if let Some(id) = ground.ends.job_id {
        let job = find_job_by_id(tx, scope, id)?;
        tell(tx, &job, people, NoticeKind::Appointment, words)?;
        return Ok(Letter::default());
    }
    let writer = tx.actor.person_id();
    let mut people: Vec<i64> = people.iter().copied().filter(|person| Some(*person) != writer).collect();
    people.dedup();
    let subject = format!("{} at {}: {words}", ground.words, ground.site.name);
    let body = format!("{words}.\n\n{}{}", app.config.base_url, ground.page);
    Ok(Letter { people, subject, body })
}

fn event(ground: &Ground, id: i64, verb: &'static str) -> Event {
    Event::new("appointment", id, verb).of_customer(ground.ends.customer_id).change("for", "", &ground.words)
}
