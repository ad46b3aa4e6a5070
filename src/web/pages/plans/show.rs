//! The list of plans, and one plan with how its occurrences went.

use actix_web::web;
use askama::Template;
use chrono::NaiveDate;
use domain::code::Code;
use domain::permission::{PlanWork, ViewRegister, WorkJob};
use domain::plan::RunResult;
use store::plans::{PlanFilter, PlanLine};

use crate::actions::plans::{self, Done, PlanView, state_of, today_at};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::asset_url;
use crate::web::pages::due::query_of;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Plans on a page.
const PAGE: usize = 50;

/// A plan as a line of the list.
struct Line {
    line: PlanLine,
    state: &'static str,
    words: String,
}

#[derive(Template)]
#[template(path = "plans/list.html")]
struct PlansPage {
    chrome: Chrome,
    lines: Vec<Line>,
    stopped: bool,
    plans: bool,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "plans/show.html")]
struct PlanPage {
    chrome: Chrome,
    view: PlanView,
    form: Form,
    state: (&'static str, String),
    plans: bool,
    works: bool,
}

/// `GET /plans`: `customer`, `site`, `stopped=yes`, `after`.
///
/// # Errors
/// Not found for a foreign customer or site; field errors.
pub async fn list_plans(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let stopped = form.ticked("stopped");
            let (customer_id, site_id) = (form.id("customer"), form.id("site"));
            let after = form
                .value("after")
                .split_once('.')
                .and_then(|(day, id)| Some((day.parse::<NaiveDate>().ok()?, id.parse::<i64>().ok()?)));
            form.check()?;
            let filter = PlanFilter { customer_id, site_id, asset_id: None, stopped, after };
            let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
            let mut found = plans::list_plans(&visit.app, &visit.right::<ViewRegister>()?, filter, most)?;
            let more = found.len() > PAGE;
            found.truncate(PAGE);
            let query = query_of(&form, &["customer", "site", "stopped"]);
            let last = found.last().filter(|_| more);
            let next = last.map(|line| format!("/plans?{query}&after={}.{}", line.plan.due_on, line.plan.id));
            let lines = found.into_iter().map(|line| shown(visit, line)).collect();
            let plans = visit.actor.may::<PlanWork>();
            Reply::ok(&PlansPage { chrome: Chrome::new(visit, "Planned work"), lines, stopped, plans, next })
        })
        .await
}

fn shown(visit: &Visit, line: PlanLine) -> Line {
    let (state, words) = state_of(&line, today_at(&visit.app, &line.time_zone));
    Line { line, state, words }
}

/// `GET /plans/{id}`.
///
/// # Errors
/// Not found.
pub async fn show_plan(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, *id, Form::default())?)).await
}

fn page(visit: &Visit, id: i64, mut form: Form) -> Result<PlanPage> {
    let view = plans::find_plan(&visit.app, &visit.right::<ViewRegister>()?, id)?;
    if form.value("done_on").is_empty() {
        form.set("done_on", view.today);
    }
    Ok(PlanPage {
        chrome: Chrome::new(visit, view.line.plan.title.clone()),
        state: state_of(&view.line, view.today),
        plans: visit.actor.may::<PlanWork>(),
        works: visit.actor.may::<WorkJob>(),
        view,
        form,
    })
}

/// `POST /plans/{id}/begin`: opens the job of what is due and leads to it.
///
/// # Errors
/// Not found, forbidden; a conflict for a plan that was stopped.
pub async fn begin_plan(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let job = plans::begin_plan(&visit.app, &visit.right::<WorkJob>()?, *id)?;
            Ok(Reply::see_other(&format!("/jobs/{job}"), ""))
        })
        .await
}

/// `POST /plans/{id}/record`: what is due was done without a job, or is left out.
///
/// # Errors
/// Not found, forbidden, stale; field errors and a conflict show the page again.
pub async fn record_run(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let recorded = read(&mut form)
                .and_then(|(version, done)| plans::record_run(&visit.app, &right, (*id, version), &done));
            match recorded {
                Ok(()) => Ok(Reply::see_other(&format!("/plans/{id}"), "recorded")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, *id, form)?)
                }
            }
        })
        .await
}

fn read(form: &mut Form) -> Result<(i64, Done)> {
    let version = form.number("version", 1, i64::MAX).unwrap_or(0);
    let (on, result) = (form.date("done_on"), form.required_code::<RunResult>("result"));
    if form.value("done_on").is_empty() {
        form.fail("done_on", "give the day");
    }
    let note = form.text("note");
    form.check()?;
    match (on, result) {
        (Some(on), Some(result)) => Ok((version, Done { on, result, note })),
        _ => Err(Error::field("result", "choose how it went")),
    }
}

/// `POST /plans/{id}/stop`; `active=yes` takes it up again.
///
/// # Errors
/// Not found, forbidden, stale.
pub async fn stop_plan(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let version = form.number("version", 1, i64::MAX).unwrap_or(0);
            let stop = !form.ticked("active");
            plans::stop_plan(&visit.app, &visit.right::<PlanWork>()?, (*id, version), stop)?;
            Ok(Reply::see_other(&format!("/plans/{id}"), "saved"))
        })
        .await
}

impl PlanPage {
    fn every(&self) -> String {
        self.view.line.plan.every().words()
    }

    fn asset_url(&self, tag: &str) -> String {
        asset_url(tag)
    }
}
