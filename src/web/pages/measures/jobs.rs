//! The jobs behind a number.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::measure::{Age, Measure};
use domain::permission::SeeMeasures;
use domain::schedule::{FIRM_ZONE, local_date};
use store::jobs::queue::Line;

use super::{query, read};
use crate::actions::measures;
use crate::error::{Error, Result};
use crate::web::editing::Pairs;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// Jobs on a page.
const PAGE: i64 = 50;
/// How far back a list can be leafed through.
const DEEPEST: i64 = 1_000_000;

#[derive(Template)]
#[template(path = "measures/jobs.html")]
struct JobsPage {
    chrome: Chrome,
    lines: Vec<Line>,
    period: String,
    measures: String,
    next: Option<String>,
    /// The list of those that make a whole with these, and what they are.
    other: Option<(String, &'static str)>,
}

impl JobsPage {
    fn day(&self, at: &store::types::Moment) -> String {
        local_date(at.utc(), FIRM_ZONE).format("%-d %b %Y").to_string()
    }
}

/// `GET /measures/jobs`: `what` is a measure; the rest is the selection of the page of measures.
///
/// # Errors
/// Forbidden; not found for a foreign customer or site; field errors.
pub async fn list_jobs(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SeeMeasures>()?;
            let mut form = Form::new(pairs.into_inner());
            let what = form.required_code::<Measure>("what");
            let age = form.code::<Age>("age");
            let offset = form.number("offset", 0, DEEPEST).unwrap_or(0);
            let selection = read(&visit.app, &mut form);
            form.check()?;
            let what = what.ok_or_else(|| Error::field("what", "choose the measure"))?;
            let page = (offset, PAGE + 1);
            let mut lines = measures::list_jobs(&visit.app, &right, &selection, (what, age), page)?;
            let next = (lines.len() as i64 > PAGE).then(|| {
                let age = age.map(|age| format!("&age={}", age.code())).unwrap_or_default();
                let offset = offset + PAGE;
                format!("/measures/jobs?what={}{age}&offset={offset}&{}", what.code(), query(&selection))
            });
            lines.truncate(usize::try_from(PAGE).unwrap_or_default());
            let last = selection.until - chrono::Months::new(1);
            let period = match what {
                Measure::Backlog => age.map_or_else(String::new, |age| format!("opened {} ago", age.noun())),
                Measure::OpenThen => format!("at the end of {}", last.format("%B %Y")),
                _ => format!("{} to {}", selection.from.format("%B %Y"), last.format("%B %Y")),
            };
            let other = what.counterpart().map(|other| {
                (format!("/measures/jobs?what={}&{}", other.code(), query(&selection)), other.label())
            });
            Reply::ok(&JobsPage {
                chrome: Chrome::new(visit, format!("Jobs: {}", what.noun())),
                measures: format!("/measures?{}", query(&selection)),
                lines,
                period,
                next,
                other,
            })
        })
        .await
}
