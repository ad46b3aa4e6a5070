//! The week and the day of engineers.

use chrono::{DateTime, Days, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use domain::appointment::columns;
use domain::permission::ViewRegister;
use domain::schedule::{day_begins, local_date};
use store::Right;
use store::appointments::{AppointmentFilter, AppointmentLine, list_appointments};

use crate::actions::dues::FIRM_ZONE;
use crate::app::App;
use crate::error::Result;

/// Appointments that a calendar shows at most.
const MOST: i64 = 1000;

/// An appointment on its day, by the firm's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The appointment with the names around it.
    pub line: AppointmentLine,
    /// Minutes after midnight at which it begins.
    pub from: i64,
    /// Minutes after midnight at which it ends.
    pub to: i64,
    /// Its column among those that overlap, and how many there are.
    pub column: (usize, usize),
}

impl Placed {
    /// Its time by the site's own clock, with the zone's name where that is not the firm's.
    pub fn time(&self) -> String {
        let zone: Tz = self.line.site.4.parse().unwrap_or(FIRM_ZONE);
        let local = |at: DateTime<Utc>| at.with_timezone(&zone);
        let span = self.line.appointment.span();
        let (from, to) = (local(span.from), local(span.to));
        let abroad = if zone == FIRM_ZONE { String::new() } else { from.format(" %Z").to_string() };
        format!("{} to {}{abroad}", from.format("%H:%M"), to.format("%H:%M"))
    }
}

/// A day with its appointments, the earliest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub on: NaiveDate,
    /// Its appointments.
    pub placed: Vec<Placed>,
}

/// So many days with the appointments of a person, or of everybody.
///
/// # Errors
/// The store's.
pub fn calendar_days(
    app: &App,
    right: &Right<ViewRegister>,
    (first, count): (NaiveDate, u64),
    person_id: Option<i64>,
) -> Result<Vec<Day>> {
    let after = first.checked_add_days(Days::new(count)).unwrap_or(first);
    let filter = AppointmentFilter {
        person_id,
        from: Some(day_begins(first, FIRM_ZONE)),
        to: Some(day_begins(after, FIRM_ZONE)),
        ..AppointmentFilter::default()
    };
    let lines = app.store.read(|conn| list_appointments(conn, right.scope(), filter, MOST))?;
    let days = (0..count).filter_map(|n| first.checked_add_days(Days::new(n)));
    Ok(days.map(|on| day_of(on, &lines)).collect())
}

fn day_of(on: NaiveDate, lines: &[AppointmentLine]) -> Day {
    let here: Vec<&AppointmentLine> =
        lines.iter().filter(|line| local_date(line.appointment.starts_at.utc(), FIRM_ZONE) == on).collect();
    let spans: Vec<_> = here.iter().map(|line| line.appointment.span()).collect();
    let minute = |at: DateTime<Utc>| {
        let local = at.with_timezone(&FIRM_ZONE);
        let into = i64::from(local.time().num_seconds_from_midnight() / 60);
        if local.date_naive() > on { 1440 } else { into }
    };
    let place = |(line, column): (&&AppointmentLine, (usize, usize))| {
        let span = line.appointment.span();
        let from = minute(span.from);
        Placed { line: (*line).clone(), from, to: minute(span.to).max(from + 5), column }
    };
    Day { on, placed: here.iter().zip(columns(&spans)).map(place).collect() }
}

/// The appointments of a person today, for their day.
///
/// # Errors
/// The store's.
pub fn day_plan(app: &App, right: &Right<ViewRegister>, person_id: i64) -> Result<Vec<Placed>> {
    let today = local_date(app.now(), FIRM_ZONE);
    let days = calendar_days(app, right, (today, 1), Some(person_id))?;
    Ok(days.into_iter().flat_map(|day| day.placed).collect())
}
