//! Plans: recurring checks set up, begun as jobs, done, left out and stopped.

mod run;

pub use run::{Done, begin_plan, job_closed, record_run};

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::event::Event;
use domain::permission::{PlanWork, Role, ViewRegister};
use domain::plan::{MOST_COUNT, MOST_LEAD_DAYS, standing};
use domain::schedule::local_date;
use store::assets::find_asset;
use store::categories::list_categories;
use store::models::list_models;
use store::plans::{self, Plan, PlanFields, PlanFilter, PlanLine, RunRow};
use store::sites::{Site, find_site};
use store::users::{find_user, user_customers};
use store::{AnyConnection, Right, Scope, Tx};

use crate::actions::checklists::find_in_use;
use crate::actions::dues::FIRM_ZONE;
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// A plan with all that its page shows.
#[derive(Debug, Clone)]
pub struct PlanView {
    /// The plan.
    pub line: PlanLine,
    /// The site's date.
    pub today: NaiveDate,
    /// What it is about, in words.
    pub about: String,
    /// Who usually does it.
    pub assignee: Option<String>,
    /// How its occurrences went, the latest first.
    pub runs: Vec<RunRow>,
}

/// The site's date.
pub fn today_at(app: &App, time_zone: &str) -> NaiveDate {
    local_date(app.now(), time_zone.parse::<Tz>().unwrap_or(FIRM_ZONE))
}

/// The class and the words of when a plan is due, by its site's date.
pub fn state_of(line: &PlanLine, today: NaiveDate) -> (&'static str, String) {
    let words = domain::due::due_words(line.plan.due_on, today);
    match (&line.job, line.plan.active) {
        (_, false) => ("retired", "stopped".to_owned()),
        (None, true) if line.is_gone() => ("retired", "not due: the asset is gone".to_owned()),
        (Some(job), true) => ("active", format!("{words}, begun in {job}")),
        (None, true) => (standing(line.plan.due_on, line.plan.lead_days, today), words),
    }
}

/// Plans with the names around them, soonest first.
///
/// # Errors
/// Not found for a foreign customer, site or asset.
pub fn list_plans(
    app: &App,
    right: &Right<ViewRegister>,
    filter: PlanFilter,
    limit: i64,
) -> Result<Vec<PlanLine>> {
    app.store.read(|conn| {
        let scope = right.scope();
        if let Some(id) = filter.customer_id {
            store::customers::find_customer(conn, scope, id)?;
        }
        if let Some(id) = filter.site_id {
            find_site(conn, scope, id)?;
        }
        if let Some(id) = filter.asset_id {
            find_asset(conn, scope, id)?;
        }
        Ok(plans::list_plans(conn, scope, filter, limit)?)
    })
}

/// A plan.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_plan(app: &App, right: &Right<ViewRegister>, id: i64) -> Result<PlanView> {
    app.store.read(|conn| {
        let scope = right.scope();
        let plan = plans::find_plan(conn, scope, id)?;
        let site = find_site(conn, scope, plan.site_id)?;
        let customer = store::customers::find_customer(conn, scope, plan.customer_id)?.name;
        let asset = match plan.asset_id {
            Some(id) => Some(find_asset(conn, scope, id)?),
            None => None,
        };
        let job = match plan.job_id {
            Some(id) => Some(store::jobs::find_job_by_id(conn, scope, id)?.number),
            None => None,
        };
        let assignee = match plan.assignee_id {
            Some(id) => store::people::find_person(conn, id)?.map(|person| person.name),
            None => None,
        };
        let about = about(conn, &plan, &site)?;
        let runs = plans::list_runs(conn, plan.id, 50)?;
        let today = today_at(app, &site.time_zone);
        let lifecycle = asset.as_ref().map(|asset| asset.lifecycle);
        let asset = asset.map(|asset| (asset.tag, asset.description));
        let (site, time_zone) = (site.name, site.time_zone);
        let line = PlanLine { plan, customer, site, time_zone, asset, job, lifecycle };
        Ok(PlanView { line, today, about, assignee, runs })
    })
}

/// What a plan is about, in words.
fn about(conn: &mut AnyConnection, plan: &Plan, site: &Site) -> Result<String> {
    if plan.asset_id.is_some() {
        return Ok("one asset".to_owned());
    }
    let category = list_categories(conn)?.into_iter().find(|one| Some(one.id) == plan.category_id);
    let model = list_models(conn)?.into_iter().find(|one| Some(one.id) == plan.model_id);
    Ok(match (category, model) {
        (_, Some(model)) => format!("every {} {} at {}", model.make, model.name, site.name),
        (Some(category), None) => format!("every {} at {}", category.name, site.name),
        (None, None) => format!("{} itself", site.name),
    })
}

/// Adds a plan for a site.
///
/// # Errors
/// Not found for a foreign site or asset; field errors.
pub fn add_plan(app: &App, right: &Right<PlanWork>, site_id: i64, fields: &PlanFields) -> Result<i64> {
    app.store.write(right.actor(), |tx| {
        let site = find_site(tx, right.scope(), site_id)?;
        check(tx, right.scope(), &site, fields)?;
        let id = plans::insert_plan(tx, (site.customer_id, site.id), fields)?;
        let event = event(&site, fields, id, "planned")
            .change("what", "", &fields.title)
            .change("site", "", &site.name)
            .change("due on", "", fields.due_on);
        Ok((id, vec![event]))
    })
}

/// Changes a plan that was read at `version`.
///
/// # Errors
/// Not found, stale; field errors.
pub fn change_plan(
    app: &App,
    right: &Right<PlanWork>,
    (id, version): (i64, i64),
    fields: &PlanFields,
) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let old = plans::find_plan(tx, right.scope(), id)?;
        let site = site_of(tx, right.scope(), (old.customer_id, old.site_id), fields.asset_id)?;
        check(tx, right.scope(), &site, fields)?;
        plans::update_plan(tx, (id, version), site.id, fields)?;
        let every = |count: i64, unit: domain::plan::EveryUnit| format!("{count} {unit}");
        let event = event(&site, fields, id, "changed")
            .change("what", &old.title, &fields.title)
            .change(
                "every",
                every(old.every_count, old.every_unit.0),
                every(fields.every_count, fields.every_unit.0),
            )
            .change("counted", old.anchor.0, fields.anchor.0)
            .change("due on", old.due_on, fields.due_on)
            .change("checklist", &old.checklist, &fields.checklist)
            .change("lead days", old.lead_days, fields.lead_days);
        Ok(((), vec![event]))
    })
}

/// Where a plan is: where its asset is now, if it is of one.
fn site_of(
    tx: &mut Tx,
    scope: &Scope,
    (customer_id, site_id): (i64, i64),
    asset_id: Option<i64>,
) -> Result<Site> {
    let site_id = match asset_id {
        Some(id) => find_asset(tx, &scope.within(customer_id), id)?.site_id,
        None => site_id,
    };
    Ok(find_site(tx, scope, site_id)?)
}

/// Stops a plan that was read at `version`, or lets it go on.
///
/// # Errors
/// Not found, stale.
pub fn stop_plan(app: &App, right: &Right<PlanWork>, (id, version): (i64, i64), stop: bool) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let plan = plans::find_plan(tx, right.scope(), id)?;
        plans::update_active(tx, id, version, !stop)?;
        let verb = if stop { "stopped" } else { "taken up again" };
        Ok(((), vec![of_plan(&plan, verb)]))
    })
}

fn event(site: &Site, fields: &PlanFields, id: i64, verb: &'static str) -> Event {
    let event = Event::new("plan", id, verb);
    match fields.asset_id {
        Some(asset) => event.of_asset(site.customer_id, asset),
        None => event.of_customer(site.customer_id),
    }
}

/// An event of a plan, on the timeline of its asset where it is of one.
fn of_plan(plan: &Plan, verb: &'static str) -> Event {
    let event = Event::new("plan", plan.id, verb);
    match plan.asset_id {
        Some(asset) => event.of_asset(plan.customer_id, asset),
        None => event.of_customer(plan.customer_id),
    }
}

fn check(tx: &mut Tx, scope: &Scope, site: &Site, fields: &PlanFields) -> Result<()> {
    let mut errors = vec![];
    let mut wrong = |field: &str, message: String| {
        errors.push(FieldError { field: field.to_owned(), message });
    };
    if let Some(id) = fields.asset_id {
        let asset = find_asset(tx, &scope.within(site.customer_id), id)?;
        if asset.site_id != site.id {
            wrong("asset", format!("{} is not at {}", asset.tag, site.name));
        }
        if fields.category_id.is_some() || fields.model_id.is_some() {
            wrong("asset", "choose one asset, or a category or model, not both".to_owned());
        }
    }
    if let Some(id) = fields.category_id
        && !list_categories(tx)?.iter().any(|one| one.id == id)
    {
        wrong("category", "choose a category from the list".to_owned());
    }
    if let Some(id) = fields.model_id {
        match list_models(tx)?.iter().find(|one| one.id == id) {
            None => wrong("model", "choose a model from the list".to_owned()),
            Some(model) if fields.category_id.is_some_and(|category| category != model.category_id) => {
                wrong("model", "this model is of another category".to_owned());
            }
            Some(_) => {}
        }
    }
    if !fields.checklist.is_empty() && find_in_use(tx, &fields.checklist).is_err() {
        wrong("checklist", "choose a checklist that is in use".to_owned());
    }
    if !(1..=MOST_COUNT).contains(&fields.every_count) {
        wrong("every_count", format!("give a number between 1 and {MOST_COUNT}"));
    }
    if !(0..=MOST_LEAD_DAYS).contains(&fields.lead_days) {
        wrong("lead_days", format!("give a number between 0 and {MOST_LEAD_DAYS}"));
    }
    if let Some(person) = fields.assignee_id {
        match find_user(tx, person)? {
            Some((user, _)) if user.active && user.role.0 >= Role::Engineer => {
                let sees = user.all_customers || user_customers(tx, person)?.contains(&site.customer_id);
                if !sees {
                    wrong("assignee", "this engineer does not see this customer".to_owned());
                }
            }
            _ => wrong("assignee", "choose an engineer".to_owned()),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}
