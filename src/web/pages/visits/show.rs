//! The list of visits, and one visit with its tests.

use std::collections::BTreeMap;

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::{IssueCertificate, RunVisit, ViewRegister, WorkJob};
use store::places::list_places;
use store::tests::{Page, TestRow, list_tests_of_visit, superseded_ids};
use store::types::Moment;
use store::visits::{Expected, list_not_found};

use crate::actions::dues::time_zone;
use crate::actions::visits::{self, VisitView};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::appointments::section;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Visits on a page, and tests or items on one.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "visits/list.html")]
struct VisitsPage {
    chrome: Chrome,
    visits: Vec<VisitView>,
    runs: bool,
    next: Option<i64>,
}

/// A test as a line of the visit.
struct Line {
    test: TestRow,
    tag: String,
    description: String,
    done: String,
    corrected: bool,
}

#[derive(Template)]
#[template(path = "visits/show.html")]
struct VisitPage {
    chrome: Chrome,
    view: VisitView,
    lines: Vec<Line>,
    missing: Vec<Expected>,
    not_found: Vec<(Expected, String)>,
    places: BTreeMap<i64, String>,
    runs: bool,
    works: bool,
    issues: bool,
    /// The job that it is billed by.
    job: Option<String>,
    /// Its appointments, drawn.
    appointments: String,
    /// Cursors of the next page of tests and of missing items.
    next_tests: Option<String>,
    next_missing: Option<i64>,
}

impl VisitPage {
    fn place(&self, item: &Expected) -> &str {
        item.place_id.and_then(|id| self.places.get(&id)).map_or("", String::as_str)
    }
}

/// `GET /visits`; `?site=` keeps to a site.
///
/// # Errors
/// Log in first.
pub async fn list_visits(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let filter = (form.id("site"), form.id("before"));
            form.check()?;
            let visits = visits::list_visits(&visit.app, &visit.right::<ViewRegister>()?, filter, PAGE)?;
            let full = visits.len() == PAGE as usize;
            let next = visits.last().filter(|_| full).map(|view| view.visit.id);
            let runs = visit.actor.may::<RunVisit>();
            Reply::ok(&VisitsPage { chrome: Chrome::new(visit, "Visits"), visits, runs, next })
        })
        .await
}

/// `GET /visits/{id}`.
///
/// # Errors
/// Not found.
pub async fn show_visit(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let (after, missing_after) = (cursor(form.value("after")), form.id("missing_after"));
            Reply::ok(&page(visit, *id, after, missing_after.unwrap_or(0))?)
        })
        .await
}

fn cursor(text: &str) -> Option<(Moment, i64)> {
    let (at, seq) = text.split_once('_')?;
    let at = chrono::DateTime::from_timestamp_micros(at.parse().ok()?)?;
    Some((at.into(), seq.parse().ok()?))
}

fn page(visit: &Visit, id: i64, after: Option<(Moment, i64)>, missing_after: i64) -> Result<VisitPage> {
    let right = visit.right::<ViewRegister>()?;
    let view = visits::find_visit(&visit.app, &right, id)?;
    let missing = match view.is_open() {
        true => visits::list_missing(&visit.app, &right, &view.visit, (missing_after, PAGE))?,
        false => vec![],
    };
    let job = visits::find_job(&visit.app, &right, &view.visit)?;
    let zone = time_zone(&view.site.time_zone)?;
    visit.app.store.read(|conn| {
        let scope = visit.actor.scope();
        let tests = list_tests_of_visit(conn, scope, id, Page { after, limit: PAGE })?;
        let corrected = superseded_ids(conn, &tests)?;
        let mut lines = vec![];
        for test in tests {
            let asset = store::assets::find_asset(conn, scope, test.asset_id)?;
            let done = test.performed_at.utc().with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
            let corrected = corrected.contains(&test.id);
            lines.push(Line { test, tag: asset.tag, description: asset.description, done, corrected });
        }
        let not_found = list_not_found(conn, id)?;
        let appointments = section::of_visit(conn, visit, (id, view.is_open()))?;
        let places = list_places(conn, scope, view.site.id)?;
        let full = |count: usize| count == PAGE as usize;
        Ok::<_, Error>(VisitPage {
            chrome: Chrome::new(visit, format!("Visit {id}: {}, {}", view.customer, view.site.name)),
            next_tests: lines.last().filter(|_| full(lines.len())).map(|line| {
                let at = line.test.performed_at.utc().timestamp_micros();
                format!("{at}_{}", line.test.seq)
            }),
            next_missing: missing.last().filter(|_| full(missing.len())).map(|item| item.id),
            view,
            lines,
            missing,
            not_found,
            places: places.into_iter().map(|place| (place.id, place.path)).collect(),
            runs: visit.actor.may::<RunVisit>(),
            works: visit.actor.may::<WorkJob>(),
            job,
            appointments,
            issues: visit.actor.may::<IssueCertificate>(),
        })
    })
}

/// `POST /visits/{id}/close`; `open=yes` opens it again.
///
/// # Errors
/// Not found, forbidden, stale.
pub async fn close_visit(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Form<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let version = form.number("version", 1, i64::MAX).unwrap_or(0);
            let close = !form.ticked("open");
            visits::close_visit(&visit.app, &visit.right::<RunVisit>()?, (*id, version), close)?;
            Ok(Reply::see_other(&format!("/visits/{id}"), "saved"))
        })
        .await
}

/// `POST /visits/{id}/job`.
///
/// # Errors
/// Not found, forbidden.
pub async fn begin_job(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let number = visits::begin_job(&visit.app, &visit.right::<WorkJob>()?, *id)?;
            Ok(Reply::see_other(&format!("/jobs/{number}"), "added"))
        })
        .await
}

/// `POST /visits/{id}/not-found`; `found=yes` takes the mark back.
///
/// # Errors
/// Not found, forbidden, field errors, a conflict once the visit is closed.
pub async fn mark_not_found(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Form<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<RunVisit>()?;
            let mut form = Form::new(pairs.into_inner());
            let asset = form.id("asset");
            if form.value("asset").is_empty() {
                form.fail("asset", "choose the asset");
            }
            let note = form.text("note");
            form.check()?;
            let note = (!form.ticked("found")).then_some(note.as_str());
            visits::mark_not_found(&visit.app, &right, (*id, asset.unwrap_or_default()), note)?;
            Ok(Reply::see_other(&format!("/visits/{id}"), "saved"))
        })
        .await
}
