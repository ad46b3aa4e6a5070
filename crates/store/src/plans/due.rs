//! Plans in the lists of what is due: few, so that each is read along its own index and none is tallied.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::due::DueKind;
use domain::plan::{Every, EveryUnit};
use domain::schedule::DueWhy;

use super::GONE;
use crate::access::Scope;
use crate::due_list::{Area, DueAsset, DueFilter, DueKey, DueRow};
use crate::error::Result;
use crate::in_scope;
use crate::portable::AnyConnection;
use crate::schema::{assets, customers, jobs, places, plans, sites};
use crate::types::Coded;

/// What a row of the due list says of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanDue {
    /// The plan.
    pub id: i64,
    /// How many days ahead it may be begun.
    pub lead_days: i64,
    /// Number of the job that was begun.
    pub job: Option<String>,
}

/// The boxed conditions of a list: what falls due within the scope and the area, and is not of an asset that is gone.
macro_rules! falling_due {
    ($query:expr, $scope:expr, $area:expr) => {{
        let gone = assets::table
            .filter(plans::asset_id.eq(assets::id.nullable()))
            .filter(assets::lifecycle.eq_any(GONE.map(Coded)));
        let query = $query.filter(plans::active.eq(true)).filter(not(exists(gone)));
        let mut query = in_scope!(query, $scope, plans::customer_id);
        let (customer, sites, places) = $area.columns();
        if let Some(id) = customer {
            query = query.filter(plans::customer_id.eq(id));
        }
        if let Some(ids) = sites {
            query = query.filter(plans::site_id.eq_any(ids.to_vec()));
        }
        if let Some(ids) = places {
            let there = assets::table.filter(assets::place_id.eq_any(ids.to_vec())).select(assets::id);
            query = query.filter(plans::asset_id.eq_any(there.nullable()));
        }
        query
    }};
}

/// The plans of a page of the list, in its order, beyond a row already shown.
pub(crate) fn walk_plan_keys(
    conn: &mut AnyConnection,
    scope: &Scope,
    filter: &DueFilter,
    after: Option<DueKey>,
    limit: usize,
) -> Result<Vec<DueKey>> {
    let mut query = falling_due!(plans::table.into_boxed(), scope, filter.area);
    if let Some(first) = filter.first {
        query = query.filter(plans::due_on.ge(first));
    }
    if let Some(before) = filter.before {
        query = query.filter(plans::due_on.lt(before));
    }
    if let Some(after) = after {
        // Of the things due on one day, a plan comes behind the tests of the asset that has its id for a number.
        let same = plans::due_on.eq(after.due_on);
        query = match after.kind {
            DueKind::Planned => {
                query.filter(plans::due_on.gt(after.due_on).or(same.and(plans::id.gt(after.id))))
            }
            DueKind::Test(_) => {
                query.filter(plans::due_on.gt(after.due_on).or(same.and(plans::id.ge(after.id))))
            }
        };
    }
    let rows: Vec<(NaiveDate, i64)> = query
        .order((plans::due_on, plans::id))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select((plans::due_on, plans::id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(due_on, id)| DueKey { due_on, id, kind: DueKind::Planned }).collect())
}

/// What a plan's row is made of: the plan, the names around it, its asset and its job.
type Loaded = (
    (i64, String, i64, Coded<EveryUnit>, i64),
    (String, String, String),
    Option<(i64, String, Option<String>, String, String, String)>,
    Option<String>,
    Option<String>,
);

/// The rows of plans, by id.
pub(crate) fn load_plan_rows(
    conn: &mut AnyConnection,
    scope: &Scope,
    keys: &[DueKey],
) -> Result<HashMap<i64, DueRow>> {
    let planned = keys.iter().filter(|key| key.kind == DueKind::Planned);
    let by_id: HashMap<i64, DueKey> = planned.map(|key| (key.id, *key)).collect();
    if by_id.is_empty() {
        return Ok(HashMap::new());
    }
    let query = plans::table
        .inner_join(customers::table)
        .inner_join(sites::table)
        .left_join(assets::table)
        .left_join(places::table.on(assets::place_id.eq(places::id.nullable())))
        .left_join(jobs::table)
        .filter(plans::id.eq_any(by_id.keys().copied().collect::<Vec<_>>()))
        .into_boxed();
    let thing =
        (assets::id, assets::tag, assets::customer_number, assets::make, assets::model, assets::serial);
    let columns = (
        (plans::id, plans::title, plans::every_count, plans::every_unit, plans::lead_days),
        (customers::name, sites::name, sites::time_zone),
        thing.nullable(),
        places::path.nullable(),
        jobs::number.nullable(),
    );
    let rows: Vec<Loaded> = in_scope!(query, scope, plans::customer_id).select(columns).load(conn)?;
    let found = rows.into_iter().filter_map(|row| Some((row.0.0, row_of(*by_id.get(&row.0.0)?, row))));
    Ok(found.collect())
}

fn row_of(key: DueKey, (plan, names, thing, place, job): Loaded) -> DueRow {
    let (id, title, count, unit, lead_days) = plan;
    let (customer, site, time_zone) = names;
    let (asset_id, tag, customer_number, make, model, serial) = thing.unwrap_or_default();
    DueRow {
        key,
        asset: DueAsset {
            id: asset_id,
            tag,
            customer_number,
            description: title,
            make,
            model,
            serial,
            customer,
            site,
            time_zone,
            place,
        },
        why: DueWhy::ByDate,
        reason: Every { count: u32::try_from(count).unwrap_or(1), unit: unit.0 }.words(),
        plan: Some(PlanDue { id, lead_days, job }),
    }
}

/// How many plans fall due on each day at each customer, in no order.
pub(crate) fn count_plan_days(
    conn: &mut AnyConnection,
    scope: &Scope,
    area: &Area,
) -> Result<Vec<(i64, NaiveDate, i64)>> {
    let columns = (plans::customer_id, plans::due_on);
    let query = plans::table.group_by(columns).select((columns.0, columns.1, sql::<BigInt>("COUNT(*)")));
    Ok(falling_due!(query.into_boxed(), scope, area).load(conn)?)
}

/// How many plans fall due at each site on each day before one: customer, site, day, number.
pub(crate) fn count_plan_groups(
    conn: &mut AnyConnection,
    scope: &Scope,
    area: &Area,
    (first, before): (Option<NaiveDate>, NaiveDate),
    limit: i64,
) -> Result<Vec<(i64, i64, NaiveDate, i64)>> {
    let columns = (plans::customer_id, plans::site_id, plans::due_on);
    let counted = (columns.0, columns.1, columns.2, sql::<BigInt>("COUNT(*)"));
    let query = plans::table.group_by(columns).select(counted).into_boxed();
    let mut query = falling_due!(query, scope, area).filter(plans::due_on.lt(before));
    if let Some(first) = first {
        query = query.filter(plans::due_on.ge(first));
    }
    Ok(query.order((plans::due_on, plans::site_id)).limit(limit).load(conn)?)
}
