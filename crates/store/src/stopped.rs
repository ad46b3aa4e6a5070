//! Things that fall out of the due list because something is wrong: locked ones, and those last tested incompletely.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use domain::asset::Lifecycle;

use crate::access::Scope;
use crate::due_list::Area;
use crate::error::Result;
use crate::in_scope;
use crate::portable::AnyConnection;
use crate::schema::{assets, customers, places, sites, tests};
use crate::types::{Coded, Moment};

/// What is wrong with a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The safety lock stands: it failed, or something else made it unsafe.
    Locked,
    /// The last test did not prove enough, so there is no next date.
    Incomplete,
}

/// A thing that is not to be used, or not known to be safe.
#[derive(Debug, Clone, Queryable)]
pub struct Stopped {
    /// Id.
    pub id: i64,
    /// The printed tag.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// Name of the customer.
    pub customer: String,
    /// Name of the site.
    pub site: String,
    /// Path of the place.
    pub place: Option<String>,
    /// Who has it.
    pub custodian: String,
    /// Where it is in its life.
    pub lifecycle: Coded<Lifecycle>,
    /// Why it is locked.
    pub lock_cause: Option<String>,
    /// Since when it is locked.
    pub locked_at: Option<Moment>,
    /// When it was last tested.
    pub last_tested_at: Option<Moment>,
}

/// The boxed conditions of a list: the partial index's own words, so that SQLite knows it may use it, and a plus
/// before the columns whose own indexes would lead through a customer's whole register (340 ms at a million).
macro_rules! troubled {
    ($query:expr, $trouble:expr, $scope:expr, $area:expr) => {{
        let query = match $trouble {
            Trouble::Locked => $query
                .filter(assets::lock_cause.is_not_null())
                .filter(assets::lifecycle.ne_all(vec![Coded(Lifecycle::Disposed), Coded(Lifecycle::Merged)])),
            Trouble::Incomplete => $query
                .filter(sql::<Bool>("assets.last_verdict = 'incomplete'"))
                .filter(assets::lock_cause.is_null())
                // Said the other way round: "is one of" would lure SQLite to the index of lifecycles, a million long.
                .filter(assets::lifecycle.ne_all(vec!["in_repair", "disposed", "lost", "merged"])),
        };
        let mut query = in_scope!(query, $scope, sql::<BigInt>("+assets.customer_id"));
        let (customer, sites, held) = $area.columns();
        if let Some(id) = customer {
            query = query.filter(sql::<BigInt>("+assets.customer_id").eq(id));
        }
        if let Some(ids) = sites {
            query = query.filter(sql::<BigInt>("+assets.site_id").eq_any(ids.to_vec()));
        }
        if let Some(ids) = held {
            query = query.filter(assets::place_id.eq_any(ids.to_vec()));
        }
        query
    }};
}

/// How many there are.
///
/// # Errors
/// The database's.
pub fn count_stopped(conn: &mut AnyConnection, scope: &Scope, area: &Area, trouble: Trouble) -> Result<i64> {
    let query = troubled!(assets::table.into_boxed(), trouble, scope, area);
    Ok(query.count().get_result(conn)?)
}

/// The latest, at most `limit`.
///
/// # Errors
/// The database's.
pub fn list_stopped(
    conn: &mut AnyConnection,
    scope: &Scope,
    area: &Area,
    trouble: Trouble,
    limit: i64,
) -> Result<Vec<Stopped>> {
    let joined = assets::table
        .inner_join(customers::table)
        .inner_join(sites::table)
        .left_join(places::table)
        .into_boxed();
    let query = troubled!(joined, trouble, scope, area);
    let query = match trouble {
        Trouble::Locked => query.order((assets::locked_at.desc(), assets::id.desc())),
        Trouble::Incomplete => query.order((assets::last_tested_at.desc(), assets::id.desc())),
    };
    let columns = (
        assets::id,
        assets::tag,
        assets::description,
        customers::name,
        sites::name,
        places::path.nullable(),
        assets::custodian,
        assets::lifecycle,
        assets::lock_cause,
        assets::locked_at,
        assets::last_tested_at,
    );
    Ok(query.limit(limit).select(columns).load(conn)?)
}

/// How many things somebody failed since a moment and that are locked still.
///
/// # Errors
/// The database's.
pub fn count_failed_by(
    conn: &mut AnyConnection,
    scope: &Scope,
    person_id: i64,
    since: DateTime<Utc>,
) -> Result<i64> {
    let query = tests::table
        .inner_join(assets::table)
        .filter(sql::<Bool>("tests.verdict = 'fail'"))
        .filter(tests::person_id.eq(person_id).and(tests::performed_at.ge(Moment::from(since))))
        .filter(assets::lock_cause.is_not_null())
        .into_boxed();
    let query = in_scope!(query, scope, assets::customer_id);
    Ok(query.select(sql::<diesel::sql_types::BigInt>("COUNT(DISTINCT tests.asset_id)")).first(conn)?)
}
