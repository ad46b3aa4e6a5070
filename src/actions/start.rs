//! The numbers that matter to whoever logged in.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use domain::calibration::SOON_DAYS;
use domain::due::DueCounts;
use domain::permission::{Role, ViewRegister};
use store::Right;
use store::due_list::{self, Area};
use store::jobs::queue::count_open;
use store::start_figures::{self as figures, OpenVisit};
use store::stopped::{self, Stopped, Trouble};

use crate::actions::dues::{FIRM_ZONE, today};
use crate::app::App;
use crate::error::Result;

/// A number that leads to the list behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The number.
    pub value: i64,
    /// What it counts.
    pub label: String,
    /// Where the list is.
    pub link: String,
    /// The state that it tells of, as a code of the style sheet.
    pub state: &'static str,
}

/// One customer's figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerFigures {
    /// The customer.
    pub id: i64,
    /// The name.
    pub name: String,
    /// What is due.
    pub due: DueCounts,
}

/// What the start page shows.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// The visit that the reader has open.
    pub visit: Option<OpenVisit>,
    /// The numbers, most urgent first.
    pub figures: Vec<Figure>,
    /// What falls due on each day.
    pub days: Vec<(NaiveDate, i64)>,
    /// What is locked and where it is now, latest first.
    pub failed: Vec<Stopped>,
    /// The customers side by side, where there are more than one and not too many.
    pub customers: Vec<CustomerFigures>,
}

/// So many customers stand side by side; more are a list of their own.
const MOST_CUSTOMERS: usize = 20;
/// So many locked things are named.
const MOST_FAILED: i64 = 5;

/// Collects the start page of whoever holds the right.
///
/// # Errors
/// The store's.
pub fn find_start(app: &App, right: &Right<ViewRegister>) -> Result<Start> {
    let (scope, role, today) = (right.scope(), right.actor().role(), today(app));
    let mut start = Start::default();
    app.store.read(|conn| {
        start.days = due_list::count_days(conn, scope, &Area::default(), None)?;
        let due = DueCounts::of(start.days.iter().copied(), today);
        let all = Area::default();
        let locked = stopped::count_stopped(conn, scope, &all, Trouble::Locked)?;
        let incomplete = stopped::count_stopped(conn, scope, &all, Trouble::Incomplete)?;
        if role == Role::Engineer {
            engineer(conn, right, today, &mut start)?;
        }
        start.figures.extend(shared(due, locked, incomplete, today));
        let (open, late) = count_open(conn, scope, app.now())?;
        let open = open.iter().map(|(_, items)| items).sum();
        if late > 0 {
            start.figures.push(figure(
                late,
                "jobs past their deadline",
                "/jobs?overdue=on".to_owned(),
                "overdue",
            ));
        }
        start.figures.push(figure(open, "open jobs", "/jobs".to_owned(), "active"));
        let waiting = store::faults::count_inbox(conn, scope)?;
        if waiting > 0 {
            start.figures.push(figure(waiting, "reported faults waiting", "/faults".to_owned(), "due"));
        }
        if role >= Role::Manager {
            manager(conn, right, today, &mut start)?;
        }
        start.failed = stopped::list_stopped(conn, scope, &all, Trouble::Locked, MOST_FAILED)?;
        let customers = store::customers::list_customers(conn, scope)?;
        if (2..=MOST_CUSTOMERS).contains(&customers.len()) {
            let counts = due_list::count_customers(conn, scope)?;
            start.customers = customers.into_iter().map(|one| by_customer(one, &counts, today)).collect();
        }
        Ok::<_, store::Error>(())
    })?;
    Ok(start)
}

fn shared(due: DueCounts, locked: i64, incomplete: i64, today: NaiveDate) -> Vec<Figure> {
    let next = domain::due::Month::of(today).plus(1).first();
    let mut figures = vec![
        figure(due.overdue, "overdue", format!("/due?before={today}"), "overdue"),
        figure(due.this_month, "still due this month", format!("/due?from={today}&before={next}"), "due"),
        figure(locked, "quarantined", "/due#failed".to_owned(), "quarantined"),
    ];
    if incomplete > 0 {
        figures.push(figure(incomplete, "tested incompletely", "/due#incomplete".to_owned(), "incomplete"));
    }
    figures
}

fn engineer(
    conn: &mut store::AnyConnection,
    right: &Right<ViewRegister>,
    today: NaiveDate,
    start: &mut Start,
) -> store::Result<()> {
    let Some(me) = right.actor().person_id() else { return Ok(()) };
    let scope = right.scope();
    start.visit = figures::find_open_visit(conn, scope, me, today)?;
    if let Some(visit) = &start.visit {
        let site = store::sites::find_site(conn, scope, visit.site_id)?;
        let next = domain::due::Month::of(today).plus(1).first();
        let days = due_list::count_days(conn, scope, &Area::site(&site), None)?;
        let due = days.iter().filter(|(day, _)| *day < next).map(|(_, items)| items).sum();
        let link = format!("/due?site={}&before={next}", visit.site_id);
        start.figures.push(figure(
            due,
            &format!("due at {} by the end of the month", visit.site),
            link,
            "due",
        ));
    }
    let tested = figures::count_tests_by(conn, scope, me, midnight(today))?;
    start.figures.push(figure(tested, "tested by you today", "/visits".to_owned(), "active"));
    let year = midnight(today - Days::new(365));
    let failed = stopped::count_failed_by(conn, scope, me, year)?;
    let link = "/assets?status=quarantined".to_owned();
    start.figures.push(figure(failed, "failed by you and still locked", link, "quarantined"));
    let calibrations = calibrations(conn, today)?;
    if calibrations.value > 0 {
        start.figures.push(calibrations);
    }
    Ok(())
}

fn manager(
    conn: &mut store::AnyConnection,
    right: &Right<ViewRegister>,
    today: NaiveDate,
    start: &mut Start,
) -> store::Result<()> {
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let tested = figures::count_tests(conn, right.scope(), midnight(monday))?;
    start.figures.push(figure(tested, "tests this week", "/visits".to_owned(), "active"));
    start.figures.push(calibrations(conn, today)?);
    let signals = store::signals::count_open(conn, right.scope())?;
    if signals > 0 {
        start.figures.push(figure(signals, "signals to look at", "/signals".to_owned(), "due"));
    }
    Ok(())
}

/// How many instruments have no calibration, or one that ends soon.
fn calibrations(conn: &mut store::AnyConnection, today: NaiveDate) -> store::Result<Figure> {
    let count = figures::count_calibrations(conn, today + Days::new(SOON_DAYS))?;
    let label = format!("instruments to calibrate within {SOON_DAYS} days");
    Ok(figure(count, &label, "/instruments".to_owned(), "due"))
}

/// A figure; a zero tells of nothing wrong.
fn figure(value: i64, label: &str, link: String, state: &'static str) -> Figure {
    // Nothing overdue is good news; nothing tested is neither good nor bad.
    let state = if value == 0 && state != "active" { "ok" } else { state };
    Figure { value, label: label.to_owned(), link, state }
}

fn by_customer(
    customer: store::customers::Customer,
    counts: &[(i64, NaiveDate, i64)],
    today: NaiveDate,
) -> CustomerFigures {
    let mine = counts.iter().filter(|(id, _, _)| *id == customer.id);
    let due = DueCounts::of(mine.map(|(_, day, items)| (*day, *items)), today);
    CustomerFigures { id: customer.id, name: customer.name, due }
}

/// The beginning of a day by the firm's clock.
fn midnight(day: NaiveDate) -> chrono::DateTime<Utc> {
    let local = FIRM_ZONE.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest();
    local.map_or_else(|| day.and_time(NaiveTime::MIN).and_utc(), |time| time.with_timezone(&Utc))
}
