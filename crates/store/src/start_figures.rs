//! The few numbers of the start page that no other list counts.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use domain::event::Via;

use crate::access::{Actor, Scope};
use crate::error::Result;
use crate::in_scope;
use crate::portable::AnyConnection;
use crate::schema::{customers, instruments, sites, tests, users, visits};
use crate::types::Moment;

/// A visit that somebody has open.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OpenVisit {
    /// The visit.
    pub id: i64,
    /// The site.
    pub site_id: i64,
    /// Name of the site.
    pub site: String,
    /// Name of the customer.
    pub customer: String,
    /// Its first day.
    pub starts_on: NaiveDate,
}

/// Somebody's latest open visit that has begun.
///
/// # Errors
/// The database's.
pub fn find_open_visit(
    conn: &mut AnyConnection,
    scope: &Scope,
    person_id: i64,
    today: NaiveDate,
) -> Result<Option<OpenVisit>> {
    let query = visits::table
        .inner_join(sites::table)
        .inner_join(customers::table.on(customers::id.eq(visits::customer_id)))
        .filter(visits::person_id.eq(person_id).and(visits::closed_at.is_null()))
        .filter(visits::starts_on.le(today))
        .into_boxed();
    let columns = (visits::id, visits::site_id, sites::name, customers::name, visits::starts_on);
    let latest =
        in_scope!(query, scope, visits::customer_id).order((visits::starts_on.desc(), visits::id.desc()));
    Ok(latest.select(columns).first(conn).optional()?)
}

/// How many tests somebody performed since a moment.
///
/// # Errors
/// The database's.
pub fn count_tests_by(
    conn: &mut AnyConnection,
    scope: &Scope,
    person_id: i64,
    since: DateTime<Utc>,
) -> Result<i64> {
    let since = Moment::from(since);
    let mine = tests::table.filter(tests::person_id.eq(person_id).and(tests::performed_at.ge(since)));
    Ok(in_scope!(mine.into_boxed(), scope, tests::customer_id).count().get_result(conn)?)
}

/// How many tests were performed since a moment, counted site by site along the sites' index.
///
/// # Errors
/// The database's.
pub fn count_tests(conn: &mut AnyConnection, scope: &Scope, since: DateTime<Utc>) -> Result<i64> {
    let ids: Vec<i64> =
        in_scope!(sites::table.into_boxed(), scope, sites::customer_id).select(sites::id).load(conn)?;
    let since = Moment::from(since);
    let mut total = 0;
    // PostgreSQL and SQLite both take some tens of thousands of values in one statement, no more.
    for some in ids.chunks(1000) {
        let tests =
            tests::table.filter(tests::site_id.eq_any(some.to_vec()).and(tests::performed_at.ge(since)));
        total += tests.count().get_result::<i64>(conn)?;
    }
    Ok(total)
}

/// How many instruments in use need calibration by a day, or have no date for it.
///
/// # Errors
/// The database's.
pub fn count_calibrations(conn: &mut AnyConnection, by: NaiveDate) -> Result<i64> {
    let due = instruments::calibration_due.le(by).or(instruments::calibration_due.is_null());
    let due = instruments::table.filter(instruments::retired.eq(false)).filter(due);
    Ok(due.count().get_result(conn)?)
}

/// The actor whose calendar feed has this hash of its secret; nobody when there is none or the user was shut out.
///
/// # Errors
/// The database's.
pub fn find_feed_reader(conn: &mut AnyConnection, hash: &str) -> Result<Option<Actor>> {
    let person: Option<i64> =
        users::table.filter(users::feed_hash.eq(hash)).select(users::person_id).first(conn).optional()?;
    match person {
        Some(id) => crate::users::actor_of(conn, id, Via::Page),
        None => Ok(None),
    }
}
