//! What is due, where, and when: for the page, the calendar, the API and the command line.

mod levels;
mod recompute;

pub use levels::{FIRM_INTERVALS, Levels};
pub use recompute::{ASKED, Outcome, intervals_of, lock_words, recompute, time_zone};
pub(crate) use recompute::{WorkedOut, settle, work_out, write_down_all};

use chrono::NaiveDate;
use domain::due::{DueCounts, DueKind, due_words};
use domain::permission::ViewRegister;
use domain::schedule::{DueWhy, local_date};
use store::Right;
use store::customers::{self, Customer};
use store::due_list::{self, Area, DueFilter, DueKey, DueRow};
use store::places::{self, Place};
use store::sites::{self, Site};
use store::stopped::{self, Stopped, Trouble};

use crate::app::App;
use crate::error::{Error, Result};

pub use domain::schedule::FIRM_ZONE;

/// The firm's date today.
pub fn today(app: &App) -> NaiveDate {
    local_date(app.now(), FIRM_ZONE)
}

/// A part of the register, found within somebody's scope.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    /// The same for the store.
    pub area: Area,
    /// The customer, where one is chosen or follows.
    pub customer: Option<Customer>,
    /// The site, where one is chosen or follows.
    pub site: Option<Site>,
    /// The place, where one is chosen.
    pub place: Option<Place>,
}

impl Ground {
    /// What is looked at, in words.
    pub fn words(&self) -> String {
        let customer = self.customer.as_ref().map(|customer| customer.name.as_str());
        let site = self.site.as_ref().map(|site| site.name.as_str());
        let place = self.place.as_ref().map(|place| place.path.as_str());
        let parts: Vec<&str> = customer.into_iter().chain(site).chain(place).collect();
        if parts.is_empty() { "all customers".to_owned() } else { parts.join(", ") }
    }
}

/// Finds the part of the register that ids name; the narrowest decides, and the wider must hold it.
///
/// # Errors
/// Not found, also for what lies outside the scope or does not belong together.
pub fn find_ground(
    app: &App,
    right: &Right<ViewRegister>,
    (customer, site, place): (Option<i64>, Option<i64>, Option<i64>),
) -> Result<Ground> {
    app.store.read(|conn| {
        let scope = right.scope();
        let mut ground = Ground::default();
        if let Some(id) = place {
            let place = places::find_place(conn, scope, id)?;
            ground.area = Area::place(&place, &places::list_places(conn, scope, place.site_id)?);
            ground.place = Some(place);
        }
        if let Some(id) = ground.place.as_ref().map(|place| place.site_id).or(site) {
            let site = sites::find_site(conn, scope, id)?;
            if ground.place.is_none() {
                ground.area = Area::site(&site);
            }
            ground.site = Some(site);
        }
        if let Some(id) = ground.site.as_ref().map(|site| site.customer_id).or(customer) {
            ground.customer = Some(customers::find_customer(conn, scope, id)?);
            if ground.site.is_none() {
                ground.area = Area::customer(id);
            }
        }
        let site_id = ground.site.as_ref().map(|site| site.id);
        let customer_id = ground.customer.as_ref().map(|customer| customer.id);
        if site.is_some_and(|id| site_id != Some(id)) {
            return Err(Error::NotFound("place of this site".to_owned()));
        }
        if customer.is_some_and(|id| customer_id != Some(id)) {
            return Err(Error::NotFound("site of this customer".to_owned()));
        }
        Ok(ground)
    })
}

/// Finds the part of the register that names or ids name, as programs send them: a name first, then an id.
///
/// # Errors
/// Not found; a field error where a site's name alone fits sites of several customers.
pub fn find_named_ground(
    app: &App,
    right: &Right<ViewRegister>,
    customer: Option<&str>,
    site: Option<&str>,
) -> Result<Ground> {
    let ids = app.store.read(|conn| {
        let scope = right.scope();
        let customer_id = match customer {
            None => None,
            Some(name) => match customers::find_customer_by_name(conn, scope, name) {
                Err(store::Error::NotFound(_)) if is_id(name) => name.parse().ok(),
                found => Some(found?.id),
            },
        };
        let Some(name) = site else { return Ok((customer_id, None)) };
        let called: Vec<i64> = sites::list_sites(conn, scope, customer_id)?
            .into_iter()
            .filter(|site| site.name == name)
            .map(|site| site.id)
            .collect();
        match called.as_slice() {
            [id] => Ok((customer_id, Some(*id))),
            [] if is_id(name) => Ok((customer_id, name.parse().ok())),
            [] => Err(Error::NotFound("site".to_owned())),
            _ => {
                Err(Error::field("site", "several customers have a site of this name; name the customer too"))
            }
        }
    })?;
    find_ground(app, right, (ids.0, ids.1, None))
}

fn is_id(text: &str) -> bool {
    text.parse::<i64>().is_ok()
}

/// One page of the due list, soonest first, and where the next begins.
///
/// # Errors
/// The store's.
pub fn list_due(
    app: &App,
    right: &Right<ViewRegister>,
    filter: &DueFilter,
    after: Option<DueKey>,
    limit: usize,
) -> Result<(Vec<DueRow>, Option<DueKey>)> {
    Ok(app.store.read(|conn| due_list::list_due(conn, right.scope(), filter, after, limit))?)
}

/// Every row of the due list, page by page, so that a million need no memory.
///
/// # Errors
/// The store's, or what `each` says.
pub fn each_due<E: From<Error>>(
    app: &App,
    right: &Right<ViewRegister>,
    filter: &DueFilter,
    mut each: impl FnMut(DueRow) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut after = None;
    loop {
        let (rows, next) = list_due(app, right, filter, after, 1000)?;
        rows.into_iter().try_for_each(&mut each)?;
        match next {
            Some(key) => after = Some(key),
            None => return Ok(()),
        }
    }
}

/// How many are due on each day.
///
/// # Errors
/// The store's.
pub fn count_days(
    app: &App,
    right: &Right<ViewRegister>,
    area: &Area,
    kind: Option<DueKind>,
) -> Result<Vec<(NaiveDate, i64)>> {
    Ok(app.store.read(|conn| due_list::count_days(conn, right.scope(), area, kind))?)
}

/// How many are overdue, due this month, next month and later.
///
/// # Errors
/// The store's.
pub fn count_due(
    app: &App,
    right: &Right<ViewRegister>,
    area: &Area,
    kind: Option<DueKind>,
) -> Result<DueCounts> {
    Ok(DueCounts::of(count_days(app, right, area, kind)?, today(app)))
}

/// A short list of things in trouble, latest first, and how many there are in all.
#[derive(Debug, Clone, Default)]
pub struct StoppedList {
    /// The latest.
    pub rows: Vec<Stopped>,
    /// How many there are.
    pub total: i64,
}

/// Things that are locked, or last tested incompletely.
///
/// # Errors
/// The store's.
pub fn list_stopped(
    app: &App,
    right: &Right<ViewRegister>,
    area: &Area,
    trouble: Trouble,
    limit: i64,
) -> Result<StoppedList> {
    app.store.read(|conn| {
        let rows = stopped::list_stopped(conn, right.scope(), area, trouble, limit)?;
        let full = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= limit;
        let counted = if full { stopped::count_stopped(conn, right.scope(), area, trouble)? } else { 0 };
        let total = counted.max(i64::try_from(rows.len()).unwrap_or(0));
        Ok(StoppedList { rows, total })
    })
}

/// A row's distance from today by its site's own clock: days (negative when overdue) and words.
pub fn distance(app: &App, row: &DueRow) -> (i64, String) {
    let zone = row.asset.time_zone.parse().unwrap_or(FIRM_ZONE);
    let today = local_date(app.now(), zone);
    ((row.key.due_on - today).num_days(), due_words(row.key.due_on, today))
}

/// A row's state in words: how far from today, or why it is owed whatever the date; and the class that shows it.
pub fn state(app: &App, row: &DueRow) -> (&'static str, String) {
    let (days, words) = distance(app, row);
    match row.why {
        DueWhy::NeverTested if days <= 0 => ("overdue", "never tested".to_owned()),
        DueWhy::NotProven => ("incomplete", "not proven".to_owned()),
        _ if days < 0 => ("overdue", words),
        _ if row.plan.as_ref().is_some_and(|plan| plan.job.is_some()) => {
            ("active", format!("{words}, begun"))
        }
        _ if days <= row.plan.as_ref().map_or(30, |plan| plan.lead_days.max(7)) => ("due", words),
        _ => ("ok", words),
    }
}

/// The header of the list as CSV.
pub const CSV_HEADER: [&str; 14] = [
    "Tag",
    "Customer number",
    "Description",
    "Make",
    "Model",
    "Serial",
    "Customer",
    "Site",
    "Place",
    "Kind of test",
    "Due on",
    "Days overdue",
    "What makes it due",
    "Interval",
];

/// A row as CSV that no spreadsheet runs.
pub fn csv_record(app: &App, row: &DueRow) -> String {
    use domain::code::Code;
    let asset = &row.asset;
    let (days, _) = distance(app, row);
    let overdue = if days < 0 { (-days).to_string() } else { String::new() };
    exchange::csv_write::record([
        asset.tag.as_str(),
        asset.customer_number.as_deref().unwrap_or_default(),
        &asset.description,
        &asset.make,
        &asset.model,
        &asset.serial,
        &asset.customer,
        &asset.site,
        asset.place.as_deref().unwrap_or_default(),
        row.key.kind.label(),
        &row.key.due_on.to_string(),
        &overdue,
        row.why.label(),
        &row.reason,
    ])
}
