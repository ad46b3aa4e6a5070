//! Calendars: adding and changing them; the clocks of open jobs follow.

use domain::event::Event;
use domain::holiday::write_holidays;
use domain::permission::EditContract;
use store::Right;
use store::calendars::{self, CalendarFields, CalendarRow};
use store::contracts::list_customers_of_calendar;

use crate::actions::clock::settle_customers;
use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// Every calendar, by name.
///
/// # Errors
/// The store's.
pub fn list_calendars(app: &App, _: &Right<EditContract>) -> Result<Vec<CalendarRow>> {
    Ok(app.store.read(calendars::list_calendars)?)
}

/// One calendar.
///
/// # Errors
/// Not found.
pub fn find_calendar(app: &App, _: &Right<EditContract>, id: i64) -> Result<CalendarRow> {
    Ok(app.store.read(|conn| calendars::find_calendar(conn, id))?)
}

/// Adds a calendar.
///
/// # Errors
/// Forbidden to whoever sees only some customers; field errors; a conflict when the name is in use.
pub fn add_calendar(app: &App, right: &Right<EditContract>, fields: CalendarFields) -> Result<i64> {
    sees_all(right, "add calendars")?;
    check(&fields)?;
    app.store.write(right.actor(), |tx| {
        let (name, hours) = (fields.name.clone(), fields.hours.0.words());
        let id = calendars::insert_calendar(tx, fields)?;
        let event = Event::new("calendar", id, "added").change("name", "", name).change("hours", "", hours);
        Ok((id, vec![event]))
    })
}

/// Changes a calendar that was read at `version`. The clocks of all open jobs that count by it are worked out anew,
/// from their beginning; closed jobs keep what they were closed by.
///
/// # Errors
/// Not found, stale, forbidden to whoever sees only some customers; field errors; a conflict when the name is in use.
pub fn change_calendar(
    app: &App,
    right: &Right<EditContract>,
    (id, version): (i64, i64),
    fields: CalendarFields,
) -> Result<()> {
    sees_all(right, "change calendars")?;
    check(&fields)?;
    app.store.write(right.actor(), |tx| {
        let old = calendars::find_calendar(tx, id)?;
        let event = Event::new("calendar", id, "changed")
            .change("name", &old.name, &fields.name)
            .change("time zone", &old.time_zone, &fields.time_zone)
            .change("hours", old.hours.0.words(), fields.hours.0.words())
            .change("holidays", write_holidays(&old.holidays.0), write_holidays(&fields.holidays.0));
        calendars::update_calendar(tx, id, version, fields)?;
        let customers = list_customers_of_calendar(tx, id)?;
        settle_customers(tx, &customers)?;
        Ok(((), vec![event]))
    })
}

fn check(fields: &CalendarFields) -> Result<()> {
    if fields.time_zone.parse::<chrono_tz::Tz>().is_err() {
        let wrong = format!("\"{}\" is not a known time zone; write it as Europe/London", fields.time_zone);
        return Err(Error::field("time_zone", wrong));
    }
    if fields.hours.0.is_closed() {
        return Err(Error::field(
            "monday",
            "give the hours of at least one day, or no time would ever count",
        ));
    }
    Ok(())
}
