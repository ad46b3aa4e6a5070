//! The year of what falls due, as a heat map.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use chrono::Datelike;
use domain::permission::ViewRegister;
use store::due_list::Area;

use crate::actions::dues;
use crate::error::{Error, Result};
use crate::web::chart::YearChart;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::due::{query_of, read};
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "due_calendar.html")]
struct CalendarPage {
    chrome: Chrome,
    form: Form,
    chart: YearChart,
    /// The filters without the year, with an ampersand at the end where there are any.
    query: String,
    words: String,
}

/// `GET /due/calendar`: a year, of everything or of a customer, site or place.
///
/// # Errors
/// Not found for a foreign customer, site or place; a malformed year shows what is wrong.
pub async fn show_calendar(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            match page(visit, &mut form) {
                Err(Error::Invalid(_)) => {
                    let page =
                        draw(visit, form, &Area::default(), String::new(), dues::today(&visit.app).year())?;
                    Reply::page(StatusCode::UNPROCESSABLE_ENTITY, &page)
                }
                page => Reply::ok(&page?),
            }
        })
        .await
}

fn page(visit: &Visit, form: &mut Form) -> Result<CalendarPage> {
    let today = dues::today(&visit.app);
    let year = form.number("year", 1950, 2200).and_then(|year| i32::try_from(year).ok());
    let asked = read(&visit.app, &visit.right::<ViewRegister>()?, form)?;
    let words = asked.ground.words();
    draw(visit, asked.form, &asked.ground.area, words, year.unwrap_or(today.year()))
}

fn draw(visit: &Visit, form: Form, area: &Area, words: String, year: i32) -> Result<CalendarPage> {
    let right = visit.right::<ViewRegister>()?;
    let kind = form.value("kind").parse().ok();
    let counts = dues::count_days(&visit.app, &right, area, kind)?;
    let chart = YearChart::new(year, &counts, dues::today(&visit.app))
        .ok_or_else(|| Error::field("year", "this year is beyond the calendar"))?;
    let mut query = query_of(&form, &["customer", "site", "place", "kind"]);
    if !query.is_empty() {
        query.push('&');
    }
    Ok(CalendarPage { chrome: Chrome::new(visit, format!("Due in {year}")), form, chart, query, words })
}
