//! Calendars: hours and holidays by which response times count.

use actix_web::web;
use askama::Template;
use domain::holiday::{Holiday, HolidayPreset, read_holidays, write_holidays};
use domain::opening_hours::WeekHours;
use domain::permission::EditContract;
use serde::Deserialize;
use store::calendars::{CalendarFields, CalendarRow};
use store::types::Json;

use crate::actions::calendars;
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// The weekdays' fields, Monday first, each with its name.
const DAYS: [(&str, &str); 7] = [
    ("monday", "Monday"),
    ("tuesday", "Tuesday"),
    ("wednesday", "Wednesday"),
    ("thursday", "Thursday"),
    ("friday", "Friday"),
    ("saturday", "Saturday"),
    ("sunday", "Sunday"),
];

#[derive(Template)]
#[template(path = "calendars/list.html")]
struct CalendarsPage {
    chrome: Chrome,
    calendars: Vec<CalendarRow>,
}

#[derive(Template)]
#[template(path = "calendars/form.html")]
struct CalendarFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    zones: Vec<&'static str>,
    presets: &'static [HolidayPreset],
    days: [(&'static str, &'static str); 7],
    /// The address of this form.
    here: String,
}

const SHEET: Sheet<CalendarRow, CalendarFields> = Sheet {
    fields: &[
        "name",
        "time_zone",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "holidays",
    ],
    read,
    fill,
};

/// `GET /calendars`.
///
/// # Errors
/// Forbidden.
pub async fn list_calendars(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let calendars = calendars::list_calendars(&visit.app, &visit.right::<EditContract>()?)?;
            Reply::ok(&CalendarsPage { chrome: Chrome::new(visit, "Calendars"), calendars })
        })
        .await
}

/// Which shipped holidays are to be taken over.
#[derive(Deserialize)]
pub struct Preset {
    holidays: Option<String>,
}

/// `GET /calendars/new`; `?holidays=` takes over shipped ones.
///
/// # Errors
/// Forbidden; not found for holidays that are not shipped.
pub async fn new_calendar(visitor: Visitor, preset: web::Query<Preset>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<EditContract>()?;
            let mut form = Form::default();
            form.set("time_zone", "Europe/London");
            for (day, _) in &DAYS[..5] {
                form.set(day, "09:00-17:30");
            }
            take_over(&mut form, preset.holidays.as_deref())?;
            Reply::ok(&page(visit, "Add a calendar", form, None)?)
        })
        .await
}

/// `POST /calendars/new`.
///
/// # Errors
/// Forbidden; field errors show the form again.
pub async fn add_calendar(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditContract>()?;
            let add = |fields| {
                calendars::add_calendar(&visit.app, &right, fields)?;
                Ok("/calendars".to_owned())
            };
            SHEET.add(pairs.into_inner(), add, |form| page(visit, "Add a calendar", form, None))
        })
        .await
}

/// `GET /calendars/{id}/edit`; `?holidays=` takes over shipped ones.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_calendar(
    visitor: Visitor,
    id: web::Path<i64>,
    preset: web::Query<Preset>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let found = calendars::find_calendar(&visit.app, &visit.right::<EditContract>()?, *id)?;
            let mut form = fill(&found);
            take_over(&mut form, preset.holidays.as_deref())?;
            Reply::ok(&page(visit, "Change a calendar", form, None)?)
        })
        .await
}

/// `POST /calendars/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_calendar(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditContract>()?;
            let change = |version, fields| {
                calendars::change_calendar(&visit.app, &right, (*id, version), fields)?;
                Ok("/calendars".to_owned())
            };
            SHEET.change(
                pairs.into_inner(),
                || calendars::find_calendar(&visit.app, &right, *id),
                change,
                |form, conflict| page(visit, "Change a calendar", form, conflict),
            )
        })
        .await
}

/// Adds the shipped holidays of a code to those in the form, which stand where both name a day.
fn take_over(form: &mut Form, code: Option<&str>) -> Result<()> {
    let Some(code) = code else { return Ok(()) };
    let preset = HolidayPreset::all().iter().find(|preset| preset.code == code);
    let preset = preset.ok_or_else(|| Error::NotFound("list of holidays".to_owned()))?;
    let mut all = read_holidays(form.value("holidays")).unwrap_or_default();
    let shipped = read_holidays(&preset.lines).map_err(Error::Internal)?;
    let new: Vec<Holiday> =
        shipped.into_iter().filter(|day| all.iter().all(|own| own.on != day.on)).collect();
    all.extend(new);
    all.sort_by_key(|holiday| holiday.on);
    form.set("holidays", write_holidays(&all));
    Ok(())
}

fn read(form: &mut Form) -> CalendarFields {
    let (name, time_zone) = (form.required("name"), form.required("time_zone"));
    let mut hours = WeekHours::default();
    for (day, (field, _)) in hours.0.iter_mut().zip(DAYS) {
        match form.value(field).to_owned().parse() {
            Ok(read) => *day = read,
            Err(why) => form.fail(field, why),
        }
    }
    let text = form.value("holidays").to_owned();
    let holidays = read_holidays(&text).unwrap_or_else(|why| {
        form.fail("holidays", why);
        vec![]
    });
    CalendarFields { name, time_zone, hours: Json(hours), holidays: Json(holidays) }
}

fn fill(row: &CalendarRow) -> Form {
    let mut form = Form::default();
    form.set("name", &row.name).set("time_zone", &row.time_zone).set("version", row.version);
    for (day, (field, _)) in row.hours.0.0.iter().zip(DAYS) {
        form.set(field, day);
    }
    form.set("holidays", write_holidays(&row.holidays.0));
    form
}

fn page(visit: &Visit, title: &str, form: Form, conflict: Conflict) -> Result<CalendarFormPage> {
    Ok(CalendarFormPage {
        chrome: Chrome::new(visit, title),
        form,
        conflict,
        zones: chrono_tz::TZ_VARIANTS
            .iter()
            .map(|zone| zone.name())
            .filter(|name| name.contains('/'))
            .collect(),
        presets: HolidayPreset::all(),
        days: DAYS,
        here: visit.path.split('?').next().unwrap_or_default().to_owned(),
    })
}
