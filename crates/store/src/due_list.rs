//! What falls due, read: pages along the indexes, counts from the tallies, never by counting a million rows.
//!
//! Each kind of test at each area asked for is one walk along one index; the walks are merged here. So every
//! mix of filters costs the same, and a page deep in the list as little as the first.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date};
use domain::due::DueKind;
use domain::equipment::TestKind;
use domain::schedule::DueWhy;

use crate::access::Scope;
use crate::error::Result;
use crate::in_scope;
use crate::places::{JOIN, Place};
use crate::plans::{PlanDue, count_plan_days, count_plan_groups, load_plan_rows, walk_plan_keys};
use crate::portable::AnyConnection;
use crate::schema::{assets, customers, due_tallies, dues, places, sites};
use crate::sites::Site;
use crate::types::Coded;

/// Where to look. Made only from records found within a scope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Area(Within);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Within {
    #[default]
    Everywhere,
    Customer(i64),
    Sites(i64, Vec<i64>),
    Places(i64, Vec<i64>),
}

impl Area {
    /// All of a customer.
    pub fn customer(customer_id: i64) -> Self {
        Self(Within::Customer(customer_id))
    }

    /// A site.
    pub fn site(site: &Site) -> Self {
        Self(Within::Sites(site.customer_id, vec![site.id]))
    }

    /// Some sites of a customer.
    pub fn sites(customer_id: i64, ids: Vec<i64>) -> Self {
        Self(Within::Sites(customer_id, ids))
    }

    /// A place and every place within it; `all` are the places of its site.
    pub fn place(place: &Place, all: &[Place]) -> Self {
        let inner = format!("{}{JOIN}", place.path);
        let held = all.iter().filter(|other| other.id == place.id || other.path.starts_with(&inner));
        Self(Within::Places(place.customer_id, held.map(|held| held.id).collect()))
    }

    /// The area as conditions: customer, sites, places.
    pub(crate) fn columns(&self) -> (Option<i64>, Option<&[i64]>, Option<&[i64]>) {
        match &self.0 {
            Within::Everywhere => (None, None, None),
            Within::Customer(id) => (Some(*id), None, None),
            Within::Sites(customer, ids) => (Some(*customer), Some(ids), None),
            Within::Places(customer, ids) => (Some(*customer), None, Some(ids)),
        }
    }

    /// The walks that cover the area as far as the scope reaches.
    fn walks(&self, scope: &Scope) -> Vec<Walk> {
        let held = |customer_id: i64| scope.holds(customer_id);
        match (&self.0, scope.customers()) {
            (Within::Everywhere, None) => vec![Walk::All],
            (Within::Everywhere, Some(ids)) => ids.iter().copied().map(Walk::Customer).collect(),
            (Within::Customer(id), _) if held(*id) => vec![Walk::Customer(*id)],
            (Within::Sites(customer, ids), _) if held(*customer) => {
                ids.iter().copied().map(Walk::Site).collect()
            }
            (Within::Places(customer, ids), _) if held(*customer) => {
                ids.iter().copied().map(Walk::Place).collect()
            }
            _ => vec![],
        }
    }
}

/// One leading column of one index.
#[derive(Debug, Clone, Copy)]
enum Walk {
    All,
    Customer(i64),
    Site(i64),
    Place(i64),
}

/// What to list. Days count from `first` to the day before `before`.
#[derive(Debug, Clone, Default)]
pub struct DueFilter {
    /// Where.
    pub area: Area,
    /// Which kind; none for every kind.
    pub kind: Option<DueKind>,
    /// The first day; none from the beginning.
    pub first: Option<NaiveDate>,
    /// The day before which; none to the end.
    pub before: Option<NaiveDate>,
}

impl DueFilter {
    fn tests(&self) -> &[TestKind] {
        match &self.kind {
            None => TestKind::FALLING_DUE,
            Some(DueKind::Test(kind)) => std::slice::from_ref(kind),
            Some(DueKind::Planned) => &[],
        }
    }

    fn plans(&self) -> bool {
        matches!(self.kind, None | Some(DueKind::Planned))
    }
}

/// Where a row stands in the list, which is in this order: the day, the id, the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueKey {
    /// The day.
    pub due_on: NaiveDate,
    /// The asset, or the plan of planned work.
    pub id: i64,
    /// What is due.
    pub kind: DueKind,
}

impl std::fmt::Display for DueKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.due_on, self.id, self.kind)
    }
}

impl std::str::FromStr for DueKey {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let wrong = || format!("\"{text}\" is no place in this list; start again without it");
        let mut parts = text.split('.');
        let mut next = || parts.next().ok_or_else(wrong);
        let (due_on, id, kind) = (next()?, next()?, next()?);
        let key = Self {
            due_on: due_on.parse().map_err(|_| wrong())?,
            id: id.parse().map_err(|_| wrong())?,
            kind: kind.parse().map_err(|_| wrong())?,
        };
        if key.to_string() == text { Ok(key) } else { Err(wrong()) }
    }
}

/// One thing that is due.
#[derive(Debug, Clone)]
pub struct DueRow {
    /// Its place in the list.
    pub key: DueKey,
    /// The asset.
    pub asset: DueAsset,
    /// What makes it due.
    pub why: DueWhy,
    /// Why the interval is so long.
    pub reason: String,
    /// The plan, of planned work. Its title stands as the description; without an asset of its own the tag is empty.
    pub plan: Option<PlanDue>,
}

/// What a list says of an asset.
#[derive(Debug, Clone, Queryable)]
pub struct DueAsset {
    /// Id.
    pub id: i64,
    /// The printed tag.
    pub tag: String,
    /// The customer's own number.
    pub customer_number: Option<String>,
    /// What it is.
    pub description: String,
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Name of the customer.
    pub customer: String,
    /// Name of the site.
    pub site: String,
    /// The site's time zone, by which its days count.
    pub time_zone: String,
    /// Path of the place.
    pub place: Option<String>,
}

/// One page of the list, soonest first, and where the next begins.
///
/// # Errors
/// The database's.
pub fn list_due(
    conn: &mut AnyConnection,
    scope: &Scope,
    filter: &DueFilter,
    after: Option<DueKey>,
    limit: usize,
) -> Result<(Vec<DueRow>, Option<DueKey>)> {
    let mut keys = vec![];
    for walk in filter.area.walks(scope) {
        for kind in filter.tests() {
            keys.extend(walk_keys(conn, walk, *kind, filter, after, limit + 1)?);
        }
    }
    if filter.plans() {
        keys.extend(walk_plan_keys(conn, scope, filter, after, limit + 1)?);
    }
    keys.sort_unstable();
    let more = keys.len() > limit;
    keys.truncate(limit);
    let next = keys.last().copied().filter(|_| more);
    Ok((load_rows(conn, scope, &keys)?, next))
}

fn walk_keys(
    conn: &mut AnyConnection,
    walk: Walk,
    kind: TestKind,
    filter: &DueFilter,
    after: Option<DueKey>,
    limit: usize,
) -> Result<Vec<DueKey>> {
    let mut query = dues::table.filter(dues::kind.eq(Coded(kind))).into_boxed();
    query = match walk {
        Walk::All => query,
        Walk::Customer(id) => query.filter(dues::customer_id.eq(id)),
        Walk::Site(id) => query.filter(dues::site_id.eq(id)),
        Walk::Place(id) => query.filter(dues::place_id.eq(id)),
    };
    if let Some(first) = filter.first {
        query = query.filter(dues::due_on.ge(first));
    }
    if let Some(before) = filter.before {
        query = query.filter(dues::due_on.lt(before));
    }
    if let Some(after) = after {
        // A row value is what both databases seek by; the same condition spelled with OR would read the whole day.
        let reach = if DueKind::Test(kind) > after.kind { ">=" } else { ">" };
        let reach = format!("(dues.due_on, dues.asset_id) {reach} (");
        let beyond = sql::<Bool>(&reach).bind::<Date, _>(after.due_on).sql(", ");
        query = query.filter(beyond.bind::<BigInt, _>(after.id).sql(")"));
    }
    let rows: Vec<(NaiveDate, i64)> = query
        .order((dues::due_on, dues::asset_id))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select((dues::due_on, dues::asset_id))
        .load(conn)?;
    let kind = DueKind::Test(kind);
    Ok(rows.into_iter().map(|(due_on, id)| DueKey { due_on, id, kind }).collect())
}

fn load_rows(conn: &mut AnyConnection, scope: &Scope, keys: &[DueKey]) -> Result<Vec<DueRow>> {
    let mut planned = load_plan_rows(conn, scope, keys)?;
    let tests = keys.iter().filter(|key| key.kind != DueKind::Planned);
    let mut ids: Vec<i64> = tests.map(|key| key.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let query = assets::table
        .inner_join(customers::table)
        .inner_join(sites::table)
        .left_join(places::table)
        .filter(assets::id.eq_any(ids))
        .into_boxed();
    let columns = (
        assets::id,
        assets::tag,
        assets::customer_number,
        assets::description,
        assets::make,
        assets::model,
        assets::serial,
        customers::name,
        sites::name,
        sites::time_zone,
        places::path.nullable(),
    );
    let found: Vec<DueAsset> = in_scope!(query, scope, assets::customer_id).select(columns).load(conn)?;
    let by_id: HashMap<i64, DueAsset> = found.into_iter().map(|asset| (asset.id, asset)).collect();
    let stored: Vec<(i64, Coded<TestKind>, Coded<DueWhy>, String)> = dues::table
        .filter(dues::asset_id.eq_any(by_id.keys().copied().collect::<Vec<_>>()))
        .select((dues::asset_id, dues::kind, dues::why, dues::reason))
        .load(conn)?;
    let mut said: HashMap<(i64, TestKind), (DueWhy, String)> =
        stored.into_iter().map(|(id, kind, why, reason)| ((id, kind.0), (why.0, reason))).collect();
    let row = |key: &DueKey| match key.kind {
        DueKind::Planned => planned.remove(&key.id),
        DueKind::Test(kind) => {
            let (why, reason) = said.remove(&(key.id, kind))?;
            Some(DueRow { key: *key, asset: by_id.get(&key.id)?.clone(), why, reason, plan: None })
        }
    };
    Ok(keys.iter().filter_map(row).collect())
}

/// How many fall due on each day, days in order: from the tallies, and for a place along its index.
///
/// # Errors
/// The database's.
pub fn count_days(
    conn: &mut AnyConnection,
    scope: &Scope,
    area: &Area,
    kind: Option<DueKind>,
) -> Result<Vec<(NaiveDate, i64)>> {
    let mut days: BTreeMap<NaiveDate, i64> = match kind {
        Some(DueKind::Planned) => BTreeMap::new(),
        Some(DueKind::Test(kind)) => count_tests(conn, scope, area, Some(kind))?.into_iter().collect(),
        None => count_tests(conn, scope, area, None)?.into_iter().collect(),
    };
    if matches!(kind, None | Some(DueKind::Planned)) {
        for (_, day, items) in count_plan_days(conn, scope, area)? {
            *days.entry(day).or_default() += items;
        }
    }
    Ok(days.into_iter().collect())
}

fn count_tests(
    conn: &mut AnyConnection,
    scope: &Scope,
    area: &Area,
    kind: Option<TestKind>,
) -> Result<Vec<(NaiveDate, i64)>> {
    if let Within::Places(_, ids) = &area.0 {
        return count_places(conn, scope, ids, kind);
    }
    let sum = sql::<BigInt>("CAST(SUM(due_tallies.items) AS BIGINT)");
    let query =
        due_tallies::table.group_by(due_tallies::due_on).select((due_tallies::due_on, sum)).into_boxed();
    let mut query = in_scope!(query, scope, due_tallies::customer_id);
    query = match &area.0 {
        Within::Customer(id) => query.filter(due_tallies::customer_id.eq(*id)),
        Within::Sites(customer, ids) => {
            let these = due_tallies::site_id.eq_any(ids.clone());
            query.filter(due_tallies::customer_id.eq(*customer).and(these))
        }
        Within::Everywhere | Within::Places(..) => query,
    };
    if let Some(kind) = kind {
        query = query.filter(due_tallies::kind.eq(Coded(kind)));
    }
    let days: Vec<(NaiveDate, i64)> = query.order(due_tallies::due_on).load(conn)?;
    Ok(days.into_iter().filter(|(_, items)| *items > 0).collect())
}

fn count_places(
    conn: &mut AnyConnection,
    scope: &Scope,
    ids: &[i64],
    kind: Option<TestKind>,
) -> Result<Vec<(NaiveDate, i64)>> {
    let query = dues::table.group_by(dues::due_on).select((dues::due_on, sql::<BigInt>("COUNT(*)")));
    let query = query.into_boxed().filter(dues::place_id.eq_any(ids.to_vec()));
    let mut query = in_scope!(query, scope, dues::customer_id);
    if let Some(kind) = kind {
        query = query.filter(dues::kind.eq(Coded(kind)));
    }
    Ok(query.order(dues::due_on).load(conn)?)
}

/// How many fall due at each customer on each day, for customers side by side.
///
/// # Errors
/// The database's.
pub fn count_customers(conn: &mut AnyConnection, scope: &Scope) -> Result<Vec<(i64, NaiveDate, i64)>> {
    let sum = sql::<BigInt>("CAST(SUM(due_tallies.items) AS BIGINT)");
    let columns = (due_tallies::customer_id, due_tallies::due_on);
    let query = due_tallies::table.group_by(columns).select((columns.0, columns.1, sum)).into_boxed();
    let mut counts: Vec<(i64, NaiveDate, i64)> =
        in_scope!(query, scope, due_tallies::customer_id).load(conn)?;
    counts.extend(count_plan_days(conn, scope, &Area::default())?);
    Ok(counts)
}

/// What falls due at one site on one day, or before it where `overdue`.
#[derive(Debug, Clone)]
pub struct DueGroup {
    /// The customer.
    pub customer_id: i64,
    /// Name of the customer.
    pub customer: String,
    /// The site.
    pub site_id: i64,
    /// Name of the site.
    pub site: String,
    /// What is due.
    pub kind: DueKind,
    /// The day.
    pub due_on: NaiveDate,
    /// How many.
    pub items: i64,
}

/// Groups by site, day and kind, planned work among them, from `first` to the day before `before`, soonest first, at most `limit`.
///
/// # Errors
/// The database's.
pub fn list_groups(
    conn: &mut AnyConnection,
    scope: &Scope,
    area: &Area,
    (first, before): (Option<NaiveDate>, NaiveDate),
    limit: i64,
) -> Result<Vec<DueGroup>> {
    let columns = (due_tallies::customer_id, due_tallies::site_id, due_tallies::kind, due_tallies::due_on);
    let query = due_tallies::table
        .filter(due_tallies::items.gt(0).and(due_tallies::due_on.lt(before)))
        .group_by(columns)
        .select((
            due_tallies::customer_id,
            due_tallies::site_id,
            due_tallies::kind,
            due_tallies::due_on,
            sql::<BigInt>("CAST(SUM(due_tallies.items) AS BIGINT)"),
        ))
        .into_boxed();
    let mut query = in_scope!(query, scope, due_tallies::customer_id);
    if let Some(first) = first {
        query = query.filter(due_tallies::due_on.ge(first));
    }
    match &area.0 {
        Within::Customer(id) => query = query.filter(due_tallies::customer_id.eq(*id)),
        Within::Sites(_, ids) => query = query.filter(due_tallies::site_id.eq_any(ids.clone())),
        Within::Everywhere | Within::Places(..) => {}
    }
    let order = (due_tallies::due_on, due_tallies::site_id, due_tallies::kind);
    let rows: Vec<(i64, i64, Coded<TestKind>, NaiveDate, i64)> =
        query.order(order).limit(limit).load(conn)?;
    let test = |(customer_id, site_id, kind, due_on, items): (i64, i64, Coded<TestKind>, NaiveDate, i64)| {
        (customer_id, site_id, DueKind::Test(kind.0), due_on, items)
    };
    let mut rows: Vec<(i64, i64, DueKind, NaiveDate, i64)> = rows.into_iter().map(test).collect();
    for (customer_id, site_id, due_on, items) in count_plan_groups(conn, scope, area, (first, before), limit)?
    {
        rows.push((customer_id, site_id, DueKind::Planned, due_on, items));
    }
    rows.sort_by_key(|(_, site_id, kind, due_on, _)| (*due_on, *site_id, *kind));
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let ids: std::collections::BTreeSet<i64> = rows.iter().map(|row| row.1).collect();
    let names: Vec<(i64, String, String)> = sites::table
        .inner_join(customers::table)
        .filter(sites::id.eq_any(ids))
        .select((sites::id, sites::name, customers::name))
        .load(conn)?;
    let names: HashMap<i64, (String, String)> =
        names.into_iter().map(|(id, site, customer)| (id, (site, customer))).collect();
    let group = |(customer_id, site_id, kind, due_on, items)| {
        let (site, customer) = names.get(&site_id).cloned().unwrap_or_default();
        DueGroup { customer_id, customer, site_id, site, kind, due_on, items }
    };
    Ok(rows.into_iter().map(group).collect())
}
