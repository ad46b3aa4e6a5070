//! Plans: recurring checks that are not electrical tests, and how each of them went.

mod due;

pub use due::PlanDue;
pub(crate) use due::{count_plan_days, count_plan_groups, load_plan_rows, walk_plan_keys};

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::asset::Lifecycle;
use domain::plan::{Anchor, Every, EveryUnit, Rhythm, RunResult};

use crate::access::Scope;
use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::{assets, customers, jobs, people, plan_runs, plans, sites};
use crate::types::{Coded, Moment};
use crate::{Tx, in_scope};

/// Where assets are for which nothing falls due any more.
const GONE: [Lifecycle; 3] = [Lifecycle::Disposed, Lifecycle::Lost, Lifecycle::Merged];

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = plans)]
pub struct Plan {
    /// Id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// The asset, where it is of one.
    pub asset_id: Option<i64>,
    /// The category, where it is of all of one at the site.
    pub category_id: Option<i64>,
    /// The model, where it is of all of one at the site.
    pub model_id: Option<i64>,
    /// What is done.
    pub title: String,
    /// What else is to be known.
    pub notes: String,
    /// Code of the checklist that its jobs demand; empty for none.
    pub checklist: String,
    /// How many units lie between two.
    pub every_count: i64,
    /// The unit.
    pub every_unit: Coded<EveryUnit>,
    /// From which day the next one counts.
    pub anchor: Coded<Anchor>,
    /// The day of the first one.
    pub first_on: NaiveDate,
    /// The day of the next one.
    pub due_on: NaiveDate,
    /// How many days ahead it may be begun.
    pub lead_days: i64,
    /// Who usually does it.
    pub assignee_id: Option<i64>,
    /// How long it takes, in minutes; 0 where nobody knows.
    pub minutes: i64,
    /// Whether it falls due.
    pub active: bool,
    /// The job that was begun for the occurrence that is due.
    pub job_id: Option<i64>,
    /// Version for concurrent edits.
    pub version: i64,
}

impl Plan {
    /// How often it is due.
    pub fn every(&self) -> Every {
        Every { count: u32::try_from(self.every_count).unwrap_or(1), unit: self.every_unit.0 }
    }

    /// When it is due again and again.
    pub fn rhythm(&self) -> Rhythm {
        Rhythm { every: self.every(), anchor: self.anchor.0, first_on: self.first_on }
    }
}

/// What people fill in of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = plans, treat_none_as_null = true)]
pub struct PlanFields {
    /// The asset, where it is of one.
    pub asset_id: Option<i64>,
    /// The category, where it is of all of one at the site.
    pub category_id: Option<i64>,
    /// The model, where it is of all of one at the site.
    pub model_id: Option<i64>,
    /// What is done.
    pub title: String,
    /// What else is to be known.
    pub notes: String,
    /// Code of the checklist that its jobs demand; empty for none.
    pub checklist: String,
    /// How many units lie between two.
    pub every_count: i64,
    /// The unit.
    pub every_unit: Coded<EveryUnit>,
    /// From which day the next one counts.
    pub anchor: Coded<Anchor>,
    /// The day of the first one.
    pub first_on: NaiveDate,
    /// The day of the next one.
    pub due_on: NaiveDate,
    /// How many days ahead it may be begun.
    pub lead_days: i64,
    /// Who usually does it.
    pub assignee_id: Option<i64>,
    /// How long it takes, in minutes; 0 where nobody knows.
    pub minutes: i64,
}

/// Which plans a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlanFilter {
    /// Just this customer's.
    pub customer_id: Option<i64>,
    /// Just this site's.
    pub site_id: Option<i64>,
    /// Just those of this asset alone.
    pub asset_id: Option<i64>,
    /// Those that were stopped, instead of those that fall due.
    pub stopped: bool,
    /// Just those beyond this one: its day and id.
    pub after: Option<(NaiveDate, i64)>,
}

/// A plan in a list, with the names around it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct PlanLine {
    /// The plan.
    pub plan: Plan,
    /// Name of the customer.
    pub customer: String,
    /// Name of the site.
    pub site: String,
    /// The site's time zone.
    pub time_zone: String,
    /// Tag and description of its asset.
    pub asset: Option<(String, String)>,
    /// Number of the job that was begun.
    pub job: Option<String>,
    /// Where its asset is in its life.
    pub lifecycle: Option<Coded<Lifecycle>>,
}

impl PlanLine {
    /// Whether its asset is gone, so that nothing falls due.
    pub fn is_gone(&self) -> bool {
        self.lifecycle.is_some_and(|at| GONE.contains(&at.0))
    }
}

/// Plans with the names around them, soonest first.
///
/// # Errors
/// The database's.
pub fn list_plans(
    conn: &mut AnyConnection,
    scope: &Scope,
    filter: PlanFilter,
    limit: i64,
) -> Result<Vec<PlanLine>> {
    let query = plans::table
        .inner_join(customers::table)
        .inner_join(sites::table)
        .left_join(assets::table)
        .left_join(jobs::table)
        .filter(plans::active.eq(!filter.stopped))
        .into_boxed();
    let mut query = in_scope!(query, scope, plans::customer_id);
    if let Some(id) = filter.customer_id {
        query = query.filter(plans::customer_id.eq(id));
    }
    if let Some(id) = filter.site_id {
        query = query.filter(plans::site_id.eq(id));
    }
    if let Some(id) = filter.asset_id {
        query = query.filter(plans::asset_id.eq(id));
    }
    if let Some((day, id)) = filter.after {
        query = query.filter(plans::due_on.gt(day).or(plans::due_on.eq(day).and(plans::id.gt(id))));
    }
    let columns = (
        Plan::as_select(),
        customers::name,
        sites::name,
        sites::time_zone,
        (assets::tag, assets::description).nullable(),
        jobs::number.nullable(),
        assets::lifecycle.nullable(),
    );
    Ok(query.order((plans::due_on, plans::id)).limit(limit).select(columns).load(conn)?)
}

/// Finds a plan.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_plan(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Plan> {
    let query = in_scope!(Plan::query().into_boxed(), scope, plans::customer_id);
    query.filter(plans::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("plan"))
}

/// The plan whose occurrence a job is, found within the scope.
///
/// # Errors
/// The database's.
pub fn find_plan_of_job(conn: &mut AnyConnection, job_id: i64) -> Result<Option<Plan>> {
    Ok(Plan::query().filter(plans::job_id.eq(job_id)).first(conn).optional()?)
}

/// Adds a plan for a site that the caller has found within the scope.
///
/// # Errors
/// The database's.
pub fn insert_plan(tx: &mut Tx, (customer_id, site_id): (i64, i64), fields: &PlanFields) -> Result<i64> {
    let keys = (plans::customer_id.eq(customer_id), plans::site_id.eq(site_id));
    let insert = diesel::insert_into(plans::table).values((fields, keys)).returning(plans::id);
    Ok(insert.get_result(&mut **tx)?)
}

/// Changes a plan that the caller has found within the scope, at a site of the same customer.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn update_plan(tx: &mut Tx, (id, version): (i64, i64), site_id: i64, fields: &PlanFields) -> Result<()> {
    let target = plans::table.filter(plans::id.eq(id).and(plans::version.eq(version)));
    let change = (fields, plans::site_id.eq(site_id), plans::version.eq(version + 1));
    let rows = diesel::update(target).set(change).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("plan")) } else { Ok(()) }
}

/// Lets the plans of an asset follow it to the site where it is now.
///
/// # Errors
/// The database's.
pub(crate) fn follow_asset(tx: &mut Tx, asset_id: i64, site_id: i64) -> Result<()> {
    let left = plans::table.filter(plans::asset_id.eq(asset_id).and(plans::site_id.ne(site_id)));
    diesel::update(left).set(plans::site_id.eq(site_id)).execute(&mut **tx)?;
    Ok(())
}

/// Lets a plan fall due, or no more.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn update_active(tx: &mut Tx, id: i64, version: i64, active: bool) -> Result<()> {
    let target = plans::table.filter(plans::id.eq(id).and(plans::version.eq(version)));
    let change = (plans::active.eq(active), plans::version.eq(version + 1));
    let rows = diesel::update(target).set(change).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("plan")) } else { Ok(()) }
}

/// Sets the job that is begun for what is due; none when it was given up.
///
/// # Errors
/// [`Error::Stale`] when the plan was changed meanwhile.
pub fn update_begun(tx: &mut Tx, plan: &Plan, job_id: Option<i64>) -> Result<()> {
    let target = plans::table.filter(plans::id.eq(plan.id).and(plans::version.eq(plan.version)));
    let change = (plans::job_id.eq(job_id), plans::version.eq(plan.version + 1));
    let rows = diesel::update(target).set(change).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("plan")) } else { Ok(()) }
}

/// How one occurrence went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The day it went.
    pub done_on: NaiveDate,
    /// How.
    pub result: RunResult,
    /// The job it was done in.
    pub job_id: Option<i64>,
    /// What else is to be said.
    pub note: String,
    /// The day of the next one; none beyond the calendar's end, where the plan stops.
    pub next_on: Option<NaiveDate>,
}

/// Writes down how the occurrence that is due went, and moves the plan to the next one.
///
/// # Errors
/// [`Error::Stale`] when the plan was changed meanwhile.
pub fn insert_run(tx: &mut Tx, plan: &Plan, run: &Run) -> Result<()> {
    let row = (
        (plan_runs::plan_id.eq(plan.id), plan_runs::customer_id.eq(plan.customer_id)),
        (plan_runs::due_on.eq(plan.due_on), plan_runs::done_on.eq(run.done_on)),
        (plan_runs::result.eq(Coded(run.result)), plan_runs::job_id.eq(run.job_id)),
        (plan_runs::note.eq(&run.note), plan_runs::person_id.eq(tx.actor.person_id())),
        plan_runs::at.eq(Moment::from(tx.now)),
    );
    diesel::insert_into(plan_runs::table).values(row).execute(&mut **tx)?;
    let target = plans::table.filter(plans::id.eq(plan.id).and(plans::version.eq(plan.version)));
    let moved = (
        plans::due_on.eq(run.next_on.unwrap_or(plan.due_on)),
        plans::active.eq(plan.active && run.next_on.is_some()),
        plans::job_id.eq(None::<i64>),
        plans::version.eq(plan.version + 1),
    );
    let rows = diesel::update(target).set(moved).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("plan")) } else { Ok(()) }
}

/// An occurrence as its plan's page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct RunRow {
    /// The day it was due.
    pub due_on: NaiveDate,
    /// The day it went.
    pub done_on: NaiveDate,
    /// How.
    pub result: Coded<RunResult>,
    /// What else is to be said.
    pub note: String,
    /// Number of its job.
    pub job: Option<String>,
    /// Who said so.
    pub who: Option<String>,
}

/// How the occurrences of a plan found within the scope went, the latest first.
///
/// # Errors
/// The database's.
pub fn list_runs(conn: &mut AnyConnection, plan_id: i64, limit: i64) -> Result<Vec<RunRow>> {
    let rows = plan_runs::table
        .left_join(jobs::table)
        .left_join(people::table)
        .filter(plan_runs::plan_id.eq(plan_id))
        .order(plan_runs::id.desc())
        .limit(limit)
        .select((
            plan_runs::due_on,
            plan_runs::done_on,
            plan_runs::result,
            plan_runs::note,
            jobs::number.nullable(),
            people::name.nullable(),
        ));
    Ok(rows.load(conn)?)
}

/// The assets in use that a plan is about: its own unless it is gone, or those of its category and model at its site.
///
/// # Errors
/// The database's.
pub fn list_plan_assets(conn: &mut AnyConnection, plan: &Plan, limit: i64) -> Result<Vec<i64>> {
    if let Some(id) = plan.asset_id {
        let own = assets::table.filter(assets::id.eq(id).and(assets::lifecycle.ne_all(GONE.map(Coded))));
        return Ok(own.select(assets::id).load(conn)?);
    }
    if plan.category_id.is_none() && plan.model_id.is_none() {
        return Ok(vec![]);
    }
    let mut query = assets::table
        .filter(assets::site_id.eq(plan.site_id).and(assets::customer_id.eq(plan.customer_id)))
        .filter(assets::lifecycle.eq_any(["in_service", "in_store"]))
        .into_boxed();
    if let Some(id) = plan.category_id {
        query = query.filter(assets::category_id.eq(id));
    }
    if let Some(id) = plan.model_id {
        query = query.filter(assets::model_id.eq(id));
    }
    Ok(query.order(assets::id).limit(limit).select(assets::id).load(conn)?)
}
