//! Calendars by which response times count: firm-owned.

use diesel::prelude::*;
use domain::calendar::Calendar;
use domain::holiday::Holiday;
use domain::opening_hours::WeekHours;

use crate::Tx;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::calendars;
use crate::types::Json;

/// A calendar.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = calendars)]
pub struct CalendarRow {
    /// Id.
    pub id: i64,
    /// Name, unique in the installation.
    pub name: String,
    /// Name of the time zone by whose clock it goes.
    pub time_zone: String,
    /// The hours of each weekday.
    pub hours: Json<WeekHours>,
    /// Days on which other hours hold.
    pub holidays: Json<Vec<Holiday>>,
    /// Version for concurrent edits.
    pub version: i64,
}

impl CalendarRow {
    /// The calendar for counting by.
    ///
    /// # Errors
    /// [`Error::BadFile`] for a time zone that this program does not know, as after a restore from a newer one.
    pub fn calendar(&self) -> Result<Calendar> {
        Calendar::named(&self.time_zone, self.hours.0.clone(), self.holidays.0.iter().cloned())
            .map_err(Error::BadFile)
    }
}

/// What people fill in of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = calendars)]
pub struct CalendarFields {
    /// Name, unique in the installation.
    pub name: String,
    /// Name of the time zone by whose clock it goes.
    pub time_zone: String,
    /// The hours of each weekday.
    #[diesel(serialize_as = String)]
    pub hours: Json<WeekHours>,
    /// Days on which other hours hold.
    #[diesel(serialize_as = String)]
    pub holidays: Json<Vec<Holiday>>,
}

/// Every calendar, by name.
///
/// # Errors
/// The database's.
pub fn list_calendars(conn: &mut AnyConnection) -> Result<Vec<CalendarRow>> {
    Ok(CalendarRow::query().order(calendars::name).load(conn)?)
}

/// Finds a calendar.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_calendar(conn: &mut AnyConnection, id: i64) -> Result<CalendarRow> {
    CalendarRow::query()
        .filter(calendars::id.eq(id))
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound("calendar"))
}

/// Adds a calendar.
///
/// # Errors
/// [`Error::Taken`] when the name is in use.
pub fn insert_calendar(tx: &mut Tx, fields: CalendarFields) -> Result<i64> {
    let words = taken_words(&fields);
    let insert = diesel::insert_into(calendars::table).values(fields).returning(calendars::id);
    taken(insert.get_result(&mut **tx), || words)
}

/// Changes a calendar.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when the name is in use.
pub fn update_calendar(tx: &mut Tx, id: i64, version: i64, fields: CalendarFields) -> Result<()> {
    let words = taken_words(&fields);
    let target = calendars::table.filter(calendars::id.eq(id).and(calendars::version.eq(version)));
    let update = diesel::update(target).set((fields, calendars::version.eq(version + 1))).execute(&mut **tx);
    match taken(update, || words)? {
        0 => Err(Error::Stale("calendar")),
        _ => Ok(()),
    }
}

fn taken_words(fields: &CalendarFields) -> String {
    format!("there is a calendar \"{}\" already", fields.name)
}
