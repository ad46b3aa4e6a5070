//! The due list as a calendar: one whole-day entry for each site, day and kind of test, so that five hundred
//! kettles on a Monday are one line in it. An engineer's own holds their appointments and the deadlines of their jobs.

mod own;

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};
use domain::code::Code;
use domain::due::DueKind;
use domain::permission::{FollowDues, ViewRegister};
use domain::schedule::add_months;
use exchange::ical;
use store::Right;
use store::due_list::{self, Area, DueFilter, DueGroup};
use store::sites;

use crate::actions::dues::today;
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::problem::form_urlencoded;

/// A calendar holds this many entries; what is beyond is named in an entry of its own.
pub const MOST_ENTRIES: i64 = 2000;
/// An entry names this many things.
pub const MOST_NAMED: usize = 20;

/// The feed of whoever knows its secret: what is overdue, on today, and the coming twelve months.
///
/// # Errors
/// Not found for a wrong secret or a user who was shut out, without saying which.
pub fn show_feed(app: &App, secret: &str) -> Result<String> {
    let hash = store::ledger::sha256(secret.as_bytes());
    let actor = app.store.read(|conn| store::start_figures::find_feed_reader(conn, &hash))?;
    let reader = actor.filter(|actor| actor.may::<FollowDues>());
    let actor = reader.ok_or_else(|| Error::NotFound("page".to_owned()))?;
    let before = add_months(today(app), 12).unwrap_or(NaiveDate::MAX - Duration::days(1)) + Duration::days(1);
    let right = actor.right::<ViewRegister>()?;
    let mut events = due_events(app, &right, &Area::default(), before)?;
    if let Some(person) = actor.person_id() {
        events.extend(own::appointment_events(app, &right, person)?);
        events.extend(own::job_events(app, &right, person)?);
    }
    Ok(ical::feed("Proofmark: due", app.now(), &events))
}

/// The calendar of what is due in an area before a day; what is overdue stands on today.
///
/// # Errors
/// The store's.
pub fn calendar(app: &App, right: &Right<ViewRegister>, area: &Area, before: NaiveDate) -> Result<String> {
    Ok(ical::feed("Proofmark: due", app.now(), &due_events(app, right, area, before)?))
}

fn due_events(
    app: &App,
    right: &Right<ViewRegister>,
    area: &Area,
    before: NaiveDate,
) -> Result<Vec<ical::Event>> {
    let today = today(app);
    let late = groups(app, right, area, (None, before.min(today)), i64::MAX)?;
    let coming = groups(app, right, area, (Some(today), before), MOST_ENTRIES + 1)?;
    let mut events = vec![];
    for group in merge_overdue(late).into_iter().take(1000) {
        events.push(entry(app, right, &group, None)?);
    }
    let cut = coming.len() > usize::try_from(MOST_ENTRIES).unwrap_or(usize::MAX);
    let last = if cut { coming.last().map(|group| group.due_on) } else { None };
    // A day that is shown is shown whole: the one where the calendar is cut off is left out.
    for group in coming.iter().filter(|group| last.is_none_or(|last| group.due_on < last)) {
        events.push(entry(app, right, group, Some(group.due_on))?);
    }
    if let Some(day) = last {
        events.push(cut_off(app, day));
    }
    Ok(events)
}

fn groups(
    app: &App,
    right: &Right<ViewRegister>,
    area: &Area,
    days: (Option<NaiveDate>, NaiveDate),
    limit: i64,
) -> Result<Vec<DueGroup>> {
    Ok(app.store.read(|conn| due_list::list_groups(conn, right.scope(), area, days, limit))?)
}

/// Adds up the overdue days of each site and kind, the first day kept.
fn merge_overdue(groups: Vec<DueGroup>) -> Vec<DueGroup> {
    let mut merged: BTreeMap<(i64, DueKind), DueGroup> = BTreeMap::new();
    for group in groups {
        merged.entry((group.site_id, group.kind)).and_modify(|all| all.items += group.items).or_insert(group);
    }
    merged.into_values().collect()
}

/// The entry of a group; without a day it is the site's overdue ones, on today.
fn entry(
    app: &App,
    right: &Right<ViewRegister>,
    group: &DueGroup,
    day: Option<NaiveDate>,
) -> Result<ical::Event> {
    let today = today(app);
    let (first, before) = match day {
        Some(day) => (Some(day), day + Duration::days(1)),
        None => (None, today),
    };
    let rows = app.store.read(|conn| {
        let site = sites::find_site(conn, right.scope(), group.site_id)?;
        let kind = Some(group.kind);
        let filter = DueFilter { area: Area::site(&site), kind, first, before: Some(before) };
        Ok::<_, Error>(due_list::list_due(conn, right.scope(), &filter, None, MOST_NAMED)?.0)
    })?;
    let mut lines: Vec<String> = rows.iter().map(|row| line(&row.asset)).collect();
    let rest = group.items - i64::try_from(rows.len()).unwrap_or(0);
    if rest > 0 {
        lines.push(format!("and {rest} more"));
    }
    let (what, uid, query) = match day {
        Some(day) => ("due", day.to_string(), format!("day={day}")),
        None => ("overdue", "overdue".to_owned(), format!("before={today}")),
    };
    let kind = group.kind;
    Ok(ical::Event {
        uid: format!("site-{}.{}.{uid}@{}", group.site_id, kind.code(), host(app)),
        time: ical::Time::Day(day.unwrap_or(today)),
        status: None,
        summary: format!("{} {what}: {} ({})", group.items, kind.noun(), group.site),
        location: format!("{}, {}", group.customer, group.site),
        description: lines.join("\n"),
        url: format!("{}/due?site={}&kind={}&{query}", app.config.base_url, group.site_id, kind.code()),
    })
}

fn line(asset: &due_list::DueAsset) -> String {
    let what = format!("{} {}", asset.tag, asset.description);
    match &asset.place {
        Some(place) => format!("{} ({place})", what.trim()),
        None => what.trim().to_owned(),
    }
}

fn cut_off(app: &App, day: NaiveDate) -> ical::Event {
    ical::Event {
        uid: format!("cut-off@{}", host(app)),
        time: ical::Time::Day(day),
        status: None,
        summary: "More falls due from here on than a calendar holds: see Proofmark".to_owned(),
        location: String::new(),
        description: String::new(),
        url: format!("{}/due?from={}", app.config.base_url, form_urlencoded(&day.to_string())),
    }
}

fn host(app: &App) -> &str {
    let base = app.config.base_url.as_str();
    base.split_once("://").map_or(base, |(_, rest)| rest).split('/').next().unwrap_or("proofmark")
}
