//! The calendar of engineers: a week or a day, of one or of all.

use actix_web::web;
use askama::Template;
use chrono::{Days, NaiveDate};
use domain::appointment::monday;
use domain::code::Code;
use domain::permission::{ViewRegister, WorkJob};

use crate::actions::appointments::{Day, Placed, calendar_days};
use crate::actions::{dues, visits};
use crate::error::Result;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// The hour at which the drawing begins, and how high an hour of it is.
const FIRST_HOUR: i64 = 7;
const LAST_HOUR: i64 = 19;
const HOUR: i64 = 48;
/// Width of a day in the drawing, and of the hours beside it.
const DAY: i64 = 170;
const MARGIN: i64 = 44;

/// An appointment as drawn.
struct Block {
    x: i64,
    y: i64,
    width: i64,
    height: i64,
    class: &'static str,
    title: String,
    time: String,
    who: String,
    words: String,
    link: String,
}

#[derive(Template)]
#[template(path = "appointments/calendar.html")]
struct CalendarPage {
    chrome: Chrome,
    form: Form,
    days: Vec<Day>,
    /// Whether a week is shown, not a day.
    week: bool,
    first: NaiveDate,
    today: NaiveDate,
    engineers: Vec<(String, String)>,
    blocks: Vec<Block>,
    before: String,
    after: String,
    other: String,
}

/// `GET /calendar`: `week=` or `day=` a date, `person=` an engineer or `all`; one's own week unless said.
///
/// # Errors
/// Field errors for what is no date or person.
pub async fn show_calendar(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let page = page(visit, &mut form)?;
            if page.form.errors().is_empty() { Reply::ok(&page) } else { Reply::unprocessable(&page) }
        })
        .await
}

fn page(visit: &Visit, form: &mut Form) -> Result<CalendarPage> {
    let right = visit.right::<ViewRegister>()?;
    let today = dues::today(&visit.app);
    let (day, week) = (form.date("day"), form.date("week"));
    // Who goes nowhere sees where everybody is.
    let own = visit.actor.person_id().filter(|_| visit.actor.may::<WorkJob>());
    let person = match form.value("person") {
        "all" => None,
        "" => own,
        _ => form.id("person"),
    };
    form.set("person", person.map_or("all".to_owned(), |id| id.to_string()));
    let (first, count) = match day {
        Some(day) => (day, 1),
        None => (monday(week.unwrap_or(today)), 7),
    };
    let days = calendar_days(&visit.app, &right, (first, count), person)?;
    let engineers = visit.app.store.read(visits::list_engineers)?;
    let kind = if count == 1 { "day" } else { "week" };
    let link = |kind: &str, day: Option<NaiveDate>| {
        format!("/calendar?{kind}={}&person={}", day.unwrap_or(first), form.value("person"))
    };
    Ok(CalendarPage {
        chrome: Chrome::new(visit, "Calendar"),
        blocks: days.iter().enumerate().flat_map(|(at, day)| blocks(at, day)).collect(),
        before: link(kind, first.checked_sub_days(Days::new(count))),
        after: link(kind, first.checked_add_days(Days::new(count))),
        other: link(if count == 1 { "week" } else { "day" }, Some(if count == 1 { first } else { today })),
        engineers: engineers.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        form: form.clone(),
        days,
        week: count > 1,
        first,
        today,
    })
}

fn blocks(at: usize, day: &Day) -> Vec<Block> {
    let left = MARGIN + i64::try_from(at).unwrap_or(0) * DAY;
    let of = |placed: &Placed| {
        let (column, columns) = placed.column;
        let columns = i64::try_from(columns.max(1)).unwrap_or(1);
        let width = (DAY - 8) / columns;
        let y = |minute: i64| (minute.clamp(FIRST_HOUR * 60, LAST_HOUR * 60) - FIRST_HOUR * 60) * HOUR / 60;
        let (title, link) = what(placed);
        Block {
            x: left + 4 + i64::try_from(column).unwrap_or(0) * width,
            y: 24 + y(placed.from),
            width: width - 3,
            height: (y(placed.to) - y(placed.from)).max(20),
            class: placed.line.appointment.state.code(),
            words: format!("{}, {}, {}: {title}", placed.time(), placed.line.who, placed.line.site.0),
            time: placed.time(),
            who: placed.line.who.clone(),
            title,
            link,
        }
    };
    day.placed.iter().map(of).collect()
}

/// What an appointment is for, in words, and its page.
pub fn what(placed: &Placed) -> (String, String) {
    match (&placed.line.job, placed.line.appointment.visit_id) {
        (Some((number, title)), _) => (format!("{number} {title}"), format!("/jobs/{number}")),
        (None, Some(id)) => (format!("Visit {id}"), format!("/visits/{id}")),
        (None, None) => (String::new(), "/calendar".to_owned()),
    }
}

impl CalendarPage {
    fn title(&self) -> String {
        let last = self.first.checked_add_days(Days::new(6)).unwrap_or(self.first);
        match self.week {
            false => self.first.format("%A %-d %B %Y").to_string(),
            true => format!("{} to {}", self.first.format("%-d %b"), last.format("%-d %b %Y")),
        }
    }

    fn day_title(&self, day: &Day) -> String {
        day.on.format("%A %-d %b").to_string()
    }

    fn short(&self, day: &Day) -> String {
        day.on.format("%a %-d").to_string()
    }

    fn what(&self, placed: &Placed) -> (String, String) {
        what(placed)
    }

    fn hours(&self) -> Vec<(String, i64)> {
        (FIRST_HOUR..=LAST_HOUR).map(|hour| (format!("{hour}:00"), 24 + (hour - FIRST_HOUR) * HOUR)).collect()
    }

    fn left(&self, at: &usize) -> i64 {
        MARGIN + i64::try_from(*at).unwrap_or(0) * DAY
    }

    fn width(&self) -> i64 {
        MARGIN + DAY * i64::try_from(self.days.len()).unwrap_or(1)
    }

    fn height(&self) -> i64 {
        28 + (LAST_HOUR - FIRST_HOUR) * HOUR
    }

    /// The letters of a line that fit into a block.
    fn cut(&self, text: &str, width: &i64) -> String {
        let most = usize::try_from((*width - 10) / 7).unwrap_or(1);
        match text.chars().count() > most {
            true => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
            false => text.to_owned(),
        }
    }
}
