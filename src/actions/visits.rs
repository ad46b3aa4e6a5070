//! Visits: opened, filled and closed.

use chrono::NaiveDate;
use domain::event::Event;
use domain::job::{Impact, JobKind, Priority};
use domain::permission::{Role, RunVisit, ViewRegister, WorkJob};
use store::assets::find_asset;
use store::customers::find_customer;
use store::people::find_person;
use store::sites::{Site, find_site};
use store::users::{find_user, list_users, user_customers};
use store::visit_jobs;
use store::visits::{self, Expected, Progress, Visit, VisitFields};
use store::{AnyConnection, Right, Scope, Tx};

use crate::actions::jobs::{JobRequest, open_in};
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// A visit with the names behind its ids and how far it has come.
#[derive(Debug, Clone)]
pub struct VisitView {
    /// The visit.
    pub visit: Visit,
    /// The customer's name.
    pub customer: String,
    /// The site.
    pub site: Site,
    /// The engineer's name.
    pub engineer: String,
    /// How far it has come.
    pub progress: Progress,
}

impl VisitView {
    fn of(conn: &mut AnyConnection, scope: &Scope, visit: Visit) -> Result<Self> {
        let customer = find_customer(conn, scope, visit.customer_id)?.name;
        let site = find_site(conn, scope, visit.site_id)?;
        let engineer = find_person(conn, visit.person_id)?.map(|person| person.name).unwrap_or_default();
        let progress = visits::progress_of(conn, &visit)?;
        Ok(Self { visit, customer, site, engineer, progress })
    }

    /// Whether it is still open.
    pub fn is_open(&self) -> bool {
        self.visit.closed_at.is_none()
    }

    /// What the progress bar counts up to: no less than what was seen.
    pub fn whole(&self) -> i64 {
        self.progress.expected.max(self.progress.tested + self.progress.not_found).max(1)
    }
}

/// The visits that somebody sees, the latest first, beyond one already shown.
///
/// # Errors
/// The store's.
pub fn list_visits(
    app: &App,
    right: &Right<ViewRegister>,
    filter: (Option<i64>, Option<i64>),
    limit: i64,
) -> Result<Vec<VisitView>> {
    app.store.read(|conn| {
        let found = visits::list_visits(conn, right.scope(), filter, limit)?;
        found.into_iter().map(|visit| VisitView::of(conn, right.scope(), visit)).collect()
    })
}

/// One visit.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_visit(app: &App, right: &Right<ViewRegister>, id: i64) -> Result<VisitView> {
    app.store.read(|conn| {
        let visit = visits::find_visit(conn, right.scope(), id)?;
        VisitView::of(conn, right.scope(), visit)
    })
}

/// What a visit has neither tested nor marked, beyond an asset already shown.
///
/// # Errors
/// The store's.
pub fn list_missing(
    app: &App,
    right: &Right<ViewRegister>,
    visit: &Visit,
    (after, limit): (i64, i64),
) -> Result<Vec<Expected>> {
    app.store.read(|conn| {
        visits::find_visit(conn, right.scope(), visit.id)?;
        Ok(visits::list_missing(conn, visit, after, limit)?)
    })
}

/// Opens a visit to a site.
///
/// # Errors
/// Not found for a foreign site; field errors.
pub fn open_visit(app: &App, right: &Right<RunVisit>, site_id: i64, fields: &VisitFields) -> Result<i64> {
    app.store.write(right.actor(), |tx| {
        let site = find_site(tx, right.scope(), site_id)?;
        check(tx, site.customer_id, fields)?;
        let id = visits::insert_visit(tx, (site.customer_id, site.id), fields)?;
        let event = Event::new("visit", id, "opened")
            .of_customer(site.customer_id)
            .change("site", "", &site.name)
            .change("first day", "", fields.starts_on)
            .change("last day", "", fields.ends_on);
        Ok((id, vec![event]))
    })
}

/// Changes an open visit that was read at `version`.
///
/// # Errors
/// Not found, stale, field errors, a conflict once it is closed.
pub fn change_visit(
    app: &App,
    right: &Right<RunVisit>,
    (id, version): (i64, i64),
    fields: &VisitFields,
) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let old = find_open(tx, right.scope(), id)?;
        check(tx, old.customer_id, fields)?;
        visits::update_visit(tx, id, version, fields)?;
        let event = Event::new("visit", id, "changed")
            .of_customer(old.customer_id)
            .change("engineer", old.person_id, fields.person_id)
            .change("first day", old.starts_on, fields.starts_on)
            .change("last day", old.ends_on, fields.ends_on)
            .change("order number", &old.order_number, &fields.order_number)
            .change("extent", &old.extent, &fields.extent)
            .change("limitations", &old.limitations, &fields.limitations);
        Ok(((), vec![event]))
    })
}

/// Closes a visit that was read at `version`, or opens it again.
///
/// # Errors
/// Not found, stale.
pub fn close_visit(app: &App, right: &Right<RunVisit>, (id, version): (i64, i64), close: bool) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let visit = visits::find_visit(tx, right.scope(), id)?;
        visits::update_closed(tx, id, version, close)?;
        let verb = if close { "closed" } else { "opened again" };
        Ok(((), vec![Event::new("visit", id, verb).of_customer(visit.customer_id)]))
    })
}

/// The number of the job that a visit is billed by.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_job(app: &App, right: &Right<ViewRegister>, visit: &Visit) -> Result<Option<String>> {
    app.store.read(|conn| {
        visits::find_visit(conn, right.scope(), visit.id)?;
        Ok(visit_jobs::find_job_of_visit(conn, visit)?)
    })
}

/// Opens the job that a visit is billed by, beside its travel, labour and parts; gives its number, which is the one
/// there is where it was opened before.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn begin_job(app: &App, right: &Right<WorkJob>, id: i64) -> Result<String> {
    let begun = app.store.read(|conn| {
        let visit = visits::find_visit(conn, right.scope(), id)?;
        visit_jobs::find_job_of_visit(conn, &visit)
    })?;
    if let Some(number) = begun {
        return Ok(number);
    }
    app.store.write(right.actor(), |tx| {
        let visit = visits::find_visit(tx, right.scope(), id)?;
        let site = find_site(tx, right.scope(), visit.site_id)?;
        let request = JobRequest {
            site_id: visit.site_id,
            assets: vec![],
            kind: JobKind::Visit,
            title: format!("Inspection and test at {}", site.name),
            description: visit.extent.clone(),
            priority: Priority::Normal,
            impact: Impact::Person,
            assignee_id: Some(visit.person_id),
            order_number: visit.order_number.clone(),
        };
        let (job, events) = open_in(tx, &request)?;
        visit_jobs::insert_visit_job(tx, &visit, &job)?;
        Ok((job.number, events))
    })
}

/// Marks an asset as looked for and not found, or takes the mark back.
///
/// # Errors
/// Not found for a foreign visit or asset, or one of another site; a conflict once the visit is closed.
pub fn mark_not_found(
    app: &App,
    right: &Right<RunVisit>,
    (visit_id, asset_id): (i64, i64),
    note: Option<&str>,
) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let visit = find_open(tx, right.scope(), visit_id)?;
        let asset = find_asset(tx, &right.scope().within(visit.customer_id), asset_id)?;
        if asset.site_id != visit.site_id {
            return Err(Error::NotFound("asset at this site".to_owned()));
        }
        let verb = match note {
            Some(note) => visits::insert_not_found(tx, &visit, asset_id, note).map(|()| "not found")?,
            None => visits::delete_not_found(tx, visit_id, asset_id).map(|_| "found")?,
        };
        let event = Event::new("visit", visit_id, verb).of_asset(visit.customer_id, asset_id).change(
            "note",
            "",
            note.unwrap_or_default(),
        );
        Ok(((), vec![event]))
    })
}

fn find_open(tx: &mut Tx, scope: &Scope, id: i64) -> Result<Visit> {
    let visit = visits::find_visit(tx, scope, id)?;
    match visit.closed_at {
        None => Ok(visit),
        Some(_) => Err(Error::Conflict("This visit is closed; open it again to change it.".to_owned())),
    }
}

/// The people who may be a visit's engineer for a customer, by name.
///
/// # Errors
/// The store's.
pub fn list_engineers(conn: &mut AnyConnection) -> Result<Vec<(i64, String)>> {
    let able = list_users(conn)?.into_iter().filter(|(user, _)| user.active && user.role.0 >= Role::Engineer);
    Ok(able.map(|(user, person)| (user.person_id, person.name)).collect())
}

fn check(conn: &mut AnyConnection, customer_id: i64, fields: &VisitFields) -> Result<()> {
    let mut errors = vec![];
    let mut wrong = |field: &str, message: &str| {
        errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
    };
    if fields.ends_on < fields.starts_on {
        wrong("ends_on", "the last day cannot be before the first");
    } else if days(fields.starts_on, fields.ends_on) > 366 {
        wrong("ends_on", "a visit lasts a year at most");
    }
    match find_user(conn, fields.person_id)? {
        Some((user, _)) if user.active && user.role.0 >= Role::Engineer => {
            let sees = user.all_customers || user_customers(conn, user.person_id)?.contains(&customer_id);
            if !sees {
                wrong("person_id", "this engineer does not see this customer");
            }
        }
        _ => wrong("person_id", "choose an engineer"),
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

fn days(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}
