//! The page of a job's clock: each deadline with the intervals that it was computed from, as a table and as a bar.

mod bar;
mod section;

pub use section::draw_section;

use actix_web::web;
use askama::Template;
use chrono::{DateTime, Utc};
use domain::code::Code;
use domain::contract::{ContractChoice, Period};
use domain::minutes::{span_words, type_minutes};
use domain::permission::{EditContract, ViewRegister};
use domain::response_clock::{Deadline, Interval, PromiseState, Why};

use self::bar::Bar;
use crate::actions::clock::{ContractOption, choose_contract, find_clock, list_choices};
use crate::actions::jobs::JobView;
use crate::error::Result;
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// An interval as a line of the table.
struct Row {
    from: String,
    until: String,
    length: String,
    counted: bool,
    why: String,
}

/// A deadline as it is shown.
struct Told {
    name: &'static str,
    id: &'static str,
    state: (&'static str, &'static str),
    sentence: String,
    rows: Vec<Row>,
    bar: Bar,
    counted: String,
    not_counted: String,
    whole: String,
}

/// Terms that the job came under for a while.
struct Under {
    contract: String,
    from: String,
    until: String,
    hours: String,
    targets: String,
}

#[derive(Template)]
#[template(path = "clock/show.html")]
struct ClockPage {
    chrome: Chrome,
    form: Form,
    view: JobView,
    told: Vec<Told>,
    under: Vec<Under>,
    choice: String,
    /// What can be chosen; empty where whoever reads may not, or the job is closed.
    choices: Vec<ContractOption>,
}

/// `GET /jobs/{number}/clock`.
///
/// # Errors
/// Not found.
pub async fn show_clock(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, &number, Form::default())?)).await
}

/// `POST /jobs/{number}/contract`.
///
/// # Errors
/// Not found, forbidden, stale; field errors show the page again.
pub async fn put_under_contract(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditContract>()?;
            find_clock(&visit.app, &visit.right::<ViewRegister>()?, &number)?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["contract"]);
            let version = form.number("version", 1, i64::MAX);
            if form.value("version").is_empty() {
                form.fail("version", "open the page again, then choose");
            }
            let choice = form.value("contract").parse::<ContractChoice>();
            let choice = choice.map_err(|why| form.fail("contract", why)).unwrap_or_default();
            let key = (number.as_str(), version.unwrap_or_default());
            match form.check().and_then(|()| choose_contract(&visit.app, &right, key, choice)) {
                Ok(job) => Ok(Reply::see_other(&format!("/jobs/{}/clock", job.number), "saved")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, &number, form)?)
                }
            }
        })
        .await
}

fn page(visit: &Visit, number: &str, form: Form) -> Result<ClockPage> {
    let (view, found) = find_clock(&visit.app, &visit.right::<ViewRegister>()?, number)?;
    let chooses = visit.actor.may::<EditContract>() && view.job.is_open();
    let choices = match chooses {
        true => visit.app.store.read(|conn| list_choices(conn, visit.actor.scope(), view.job.customer_id))?,
        false => vec![],
    };
    let told = found.clock.both().map(|deadline| tell(&view, deadline)).into();
    // What never touched the job's time is no matter here.
    let end = view.job.closed_at.map_or(view.now, |at| at.utc());
    let touches = |p: &&Period| p.from <= end && p.until.is_none_or(|until| until > view.job.opened_at.utc());
    let under = found.cover.iter().filter(touches).map(|period| describe(&view, period)).collect();
    let chrome = Chrome::new(visit, format!("{}: response times", view.job.number));
    Ok(ClockPage { chrome, form, view, told, under, choice: found.choice.to_string(), choices })
}

fn tell(view: &JobView, deadline: &Deadline) -> Told {
    let row = |interval: &Interval| Row {
        from: view.clock(interval.from),
        until: view.clock(interval.until),
        length: span_words(interval.seconds()),
        counted: interval.why == Why::Counted,
        why: interval.why.words(),
    };
    let whole: i64 = deadline.intervals.iter().map(Interval::seconds).sum();
    Told {
        name: deadline.promise.label(),
        id: deadline.promise.code(),
        state: state_of(deadline, view.now),
        sentence: sentence(view, deadline),
        rows: deadline.intervals.iter().map(row).collect(),
        bar: Bar::of(view, deadline),
        counted: span_words(deadline.elapsed_s),
        not_counted: span_words(whole - deadline.elapsed_s),
        whole: span_words(whole),
    }
}

/// How a deadline stands: class and words.
fn state_of(deadline: &Deadline, now: DateTime<Utc>) -> (&'static str, &'static str) {
    match deadline.state {
        PromiseState::Running if deadline.warn_at.is_some_and(|at| at <= now) => ("due", "Due soon"),
        PromiseState::Running => ("ok", "Running"),
        PromiseState::Missed => ("overdue", "Missed"),
        PromiseState::Met => ("pass", "Met"),
        PromiseState::Paused => ("reserved", "Paused"),
        PromiseState::NoTarget => ("retired", "No target"),
    }
}

/// How a deadline stands, in a sentence or two.
fn sentence(view: &JobView, deadline: &Deadline) -> String {
    let counted = span_words(deadline.elapsed_s);
    let mut text = match deadline.target_minutes {
        Some(target) => format!("{counted} of {} have counted.", span_words(i64::from(target) * 60)),
        None => format!("{counted} have counted."),
    };
    match (deadline.due, deadline.no_due) {
        (Some(due), _) if deadline.is_open() && due > view.now => {
            text += &format!(" Due {}.", view.clock(due))
        }
        (Some(due), _) => text += &format!(" It was due {}.", view.clock(due)),
        (None, Some(why)) if deadline.is_open() => text += &format!(" No due time: {}.", why.words()),
        _ => {}
    }
    if let Some(at) = deadline.stopped_at {
        text += &format!(" It came {}.", view.clock(at));
    }
    text
}

fn describe(view: &JobView, period: &Period) -> Under {
    let calendar = &period.calendar;
    let targets = period.terms.targets.get(&view.job.priority.0).copied().unwrap_or_default();
    let shown = |minutes: Option<u32>| minutes.map_or_else(|| "none".to_owned(), type_minutes);
    Under {
        contract: period.contract.clone(),
        from: view.clock(period.from),
        until: period.until.map(|until| view.clock(until)).unwrap_or_default(),
        hours: format!("{} ({})", calendar.hours.words(), calendar.zone.name()),
        targets: format!("response {}, fix {}", shown(targets.response_minutes), shown(targets.fix_minutes)),
    }
}
