//! What the forecast of work is made from: due dates with their intervals, and when tests were done.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use domain::equipment::TestKind;
use domain::forecast::DueGroup;

use crate::access::Scope;
use crate::due_list::Area;
use crate::error::Result;
use crate::in_scope;
use crate::portable::AnyConnection;
use crate::schema::{due_tallies, sites, tests};
use crate::types::{Coded, Moment};

/// The tests of a site, newest first, that its pace is taken from.
const TESTS: i64 = 1500;

/// What falls due before a day by site, kind, day and interval: read from the tallies, not by counting assets.
///
/// # Errors
/// The database's.
pub fn list_due_groups(
    conn: &mut AnyConnection,
    scope: &Scope,
    area: &Area,
    before: NaiveDate,
) -> Result<Vec<DueGroup>> {
    type Row = (i64, Coded<TestKind>, NaiveDate, i64, i64);
    let query = due_tallies::table.filter(due_tallies::due_on.lt(before)).into_boxed();
    let mut query = in_scope!(query, scope, due_tallies::customer_id);
    let (customer, sites, _) = area.columns();
    if let Some(id) = customer {
        query = query.filter(due_tallies::customer_id.eq(id));
    }
    if let Some(ids) = sites {
        query = query.filter(due_tallies::site_id.eq_any(ids.to_vec()));
    }
    let columns = (
        due_tallies::site_id,
        due_tallies::kind,
        due_tallies::due_on,
        due_tallies::months,
        due_tallies::items,
    );
    let rows: Vec<Row> = query.select(columns).load(conn)?;
    let group = |(site_id, kind, due_on, months, items): Row| DueGroup {
        site_id,
        kind: kind.0,
        due_on,
        months: u32::try_from(months).unwrap_or(0),
        items: u64::try_from(items).unwrap_or(0),
    };
    Ok(rows.into_iter().map(group).collect())
}

/// Who did the newest tests of a site, found within a scope, and when.
///
/// # Errors
/// The database's.
pub fn list_test_times(conn: &mut AnyConnection, site_id: i64) -> Result<Vec<(i64, DateTime<Utc>)>> {
    let rows: Vec<(i64, Moment)> = tests::table
        .filter(tests::site_id.eq(site_id))
        .order(tests::performed_at.desc())
        .limit(TESTS)
        .select((tests::person_id, tests::performed_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(person, at)| (person, at.utc())).collect())
}

/// The names of sites, found within a scope, with their customers'.
///
/// # Errors
/// The database's.
pub fn list_site_names(conn: &mut AnyConnection, scope: &Scope) -> Result<BTreeMap<i64, (String, String)>> {
    use crate::schema::customers;
    let query = sites::table.inner_join(customers::table).into_boxed();
    let query = in_scope!(query, scope, sites::customer_id);
    let rows: Vec<(i64, String, String)> =
        query.select((sites::id, customers::name, sites::name)).load(conn)?;
    Ok(rows.into_iter().map(|(id, customer, site)| (id, (customer, site))).collect())
}
