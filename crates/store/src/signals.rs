//! Signals: what they are worked out from, what was found, and what somebody said who looked at one.

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use domain::signals::SignalKind;

use crate::Tx;
use crate::access::Scope;
use crate::error::{Error, Result};
use crate::in_scope;
use crate::portable::AnyConnection;
use crate::schema::{assets, customers, people, signal_customers, signals, sites, tests};
use crate::tests::TestRow;
use crate::types::{Coded, Json, Moment};

/// What signals need of a test beside its record.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Around {
    /// The test's row.
    pub test: TestRow,
    /// The site's name.
    pub site: String,
    /// The site's address.
    pub address: String,
    /// The site's time zone.
    pub time_zone: String,
    /// The customer's name.
    pub customer: String,
    /// The asset's tag.
    pub tag: String,
    /// When the asset was bought.
    pub purchased_on: Option<NaiveDate>,
}

/// Somebody who recorded tests.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Tester {
    /// Id.
    pub id: i64,
    /// The qualification on file.
    pub qualification: String,
    /// When the person was erased: nothing is on file of them any more.
    pub erased_at: Option<Moment>,
}

/// Everybody who ever recorded a test.
///
/// # Errors
/// The database's.
pub fn list_testers(conn: &mut AnyConnection) -> Result<Vec<Tester>> {
    Ok(people::table
        .filter(exists(tests::table.filter(tests::person_id.eq(people::id))))
        .order(people::id)
        .select((people::id, people::qualification, people::erased_at))
        .load(conn)?)
}

macro_rules! around {
    ($tests:expr) => {
        $tests
            .inner_join(assets::table)
            .inner_join(sites::table.on(sites::id.eq(tests::site_id)))
            .inner_join(customers::table.on(customers::id.eq(tests::customer_id)))
            .order((tests::performed_at, tests::id))
            .select((
                TestRow::as_select(),
                sites::name,
                sites::address,
                sites::time_zone,
                customers::name,
                assets::tag,
                assets::purchased_on,
            ))
    };
}

/// A page of one person's tests from one moment up to (not with) another, the earliest first, of every customer.
///
/// # Errors
/// The database's.
pub fn list_tests_by(
    conn: &mut AnyConnection,
    (person_id, from, to): (i64, Moment, Moment),
    after: Option<&(Moment, String)>,
    limit: i64,
) -> Result<Vec<Around>> {
    let mine =
        tests::person_id.eq(person_id).and(tests::performed_at.ge(from).and(tests::performed_at.lt(to)));
    let query = tests::table.filter(mine).into_boxed();
    let query = match after {
        None => query,
        Some((at, id)) => query.filter(
            // The first condition is the index's, the second keeps those of the same moment apart.
            tests::performed_at.ge(*at).and(tests::performed_at.gt(*at).or(tests::id.gt(id.clone()))),
        ),
    };
    Ok(around!(query).limit(limit).load(conn)?)
}

/// The tests with these ids within a scope, the earliest first.
///
/// # Errors
/// The database's.
pub fn list_tests_behind(conn: &mut AnyConnection, scope: &Scope, ids: &[String]) -> Result<Vec<Around>> {
    let query = in_scope!(tests::table.into_boxed(), scope, tests::customer_id);
    Ok(around!(query.filter(tests::id.eq_any(ids.to_vec()))).load(conn)?)
}

/// A signal as it is kept.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = signals)]
pub struct SignalRow {
    /// Id, which follows from what it rests on: the same facts are the same signal.
    pub id: String,
    /// What was noticed.
    pub kind: Coded<SignalKind>,
    /// Whose tests.
    pub person_id: i64,
    /// The day, by the firm's calendar.
    pub day: NaiveDate,
    /// The facts in one or two sentences.
    pub words: String,
    /// The first of the tests behind it.
    pub tests: Json<Vec<String>>,
    /// How many there are.
    pub test_count: i64,
    /// When it was found.
    pub found_at: Moment,
    /// When somebody looked at it.
    pub looked_at: Option<Moment>,
    /// Who did.
    pub looked_by: Option<i64>,
    /// What they found.
    pub note: String,
}

/// A signal to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSignal {
    /// Id, which follows from what it rests on.
    pub id: String,
    /// What was noticed.
    pub kind: SignalKind,
    /// Whose tests.
    pub person_id: i64,
    /// The day.
    pub day: NaiveDate,
    /// The facts.
    pub words: String,
    /// The first of the tests behind it.
    pub tests: Vec<String>,
    /// How many there are.
    pub test_count: i64,
    /// Whose records they are.
    pub customers: Vec<i64>,
}

/// Whether a day has signals that nobody has looked at.
///
/// # Errors
/// The database's.
pub fn has_open(conn: &mut AnyConnection, day: NaiveDate) -> Result<bool> {
    let open = signals::table.filter(signals::day.eq(day).and(signals::looked_at.is_null()));
    let first: Option<String> = open.select(signals::id).first(conn).optional()?;
    Ok(first.is_some())
}

/// Keeps what a day gave: what is not given any more goes, unless somebody has looked at it.
///
/// # Errors
/// The database's.
pub fn replace_day(tx: &mut Tx, day: NaiveDate, found: &[NewSignal]) -> Result<()> {
    let ids: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
    let of_day = signals::day.eq(day).and(signals::looked_at.is_null());
    let lasting = Coded(SignalKind::Unqualified);
    diesel::delete(signals::table.filter(of_day))
        .filter(signals::kind.ne(lasting).and(signals::id.ne_all(ids)))
        .execute(&mut **tx)?;
    found.iter().try_for_each(|one| insert_signal(tx, one))
}

/// Keeps that a person has no qualification on file. Once somebody has looked at it, it is not told again; a look at
/// older records does not take the place of one at newer ones.
///
/// # Errors
/// The database's.
pub fn replace_unqualified(tx: &mut Tx, new: &NewSignal) -> Result<()> {
    let old = signals::table.filter(signals::id.eq(new.id.clone()).and(signals::looked_at.is_null()));
    diesel::delete(old.filter(signals::day.le(new.day))).execute(&mut **tx)?;
    insert_signal(tx, new)
}

/// Takes back that a person has no qualification on file, unless somebody has looked at it.
///
/// # Errors
/// The database's.
pub fn delete_unqualified(tx: &mut Tx, person_id: i64) -> Result<()> {
    let told = signals::person_id.eq(person_id).and(signals::kind.eq(Coded(SignalKind::Unqualified)));
    diesel::delete(signals::table.filter(told.and(signals::looked_at.is_null()))).execute(&mut **tx)?;
    Ok(())
}

fn insert_signal(tx: &mut Tx, new: &NewSignal) -> Result<()> {
    let known: i64 = signals::table.filter(signals::id.eq(&new.id)).count().get_result(&mut **tx)?;
    if known > 0 {
        return Ok(());
    }
    let tests = String::from(Json(new.tests.clone()));
    let at = Moment::from(tx.now);
    diesel::insert_into(signals::table)
        .values((
            signals::id.eq(&new.id),
            signals::kind.eq(Coded(new.kind)),
            signals::person_id.eq(new.person_id),
            signals::day.eq(new.day),
            signals::words.eq(&new.words),
            signals::tests.eq(tests),
            signals::test_count.eq(new.test_count),
            signals::found_at.eq(at),
        ))
        .execute(&mut **tx)?;
    for customer_id in &new.customers {
        let row = (signal_customers::signal_id.eq(&new.id), signal_customers::customer_id.eq(customer_id));
        diesel::insert_into(signal_customers::table).values(row).execute(&mut **tx)?;
    }
    Ok(())
}

/// Keeps a boxed query to signals all of whose records are within a scope.
macro_rules! all_in_scope {
    ($query:expr, $scope:expr) => {
        match $scope.customers() {
            None => $query,
            Some(ids) => $query.filter(not(exists(
                signal_customers::table
                    .filter(signal_customers::signal_id.eq(signals::id))
                    .filter(signal_customers::customer_id.ne_all(ids.to_vec())),
            ))),
        }
    };
}

/// A page of signals within a scope, those that somebody has looked at or those that nobody has, the latest day
/// first, each with whose tests they are of.
///
/// # Errors
/// The database's.
pub fn list_signals(
    conn: &mut AnyConnection,
    scope: &Scope,
    (looked_at, kind): (bool, Option<SignalKind>),
    before: Option<&(NaiveDate, String)>,
    limit: i64,
) -> Result<Vec<(SignalRow, String)>> {
    let query = signals::table.inner_join(people::table.on(people::id.eq(signals::person_id))).into_boxed();
    let mut query = all_in_scope!(query, scope);
    query = match looked_at {
        true => query.filter(signals::looked_at.is_not_null()),
        false => query.filter(signals::looked_at.is_null()),
    };
    if let Some(kind) = kind {
        query = query.filter(signals::kind.eq(Coded(kind)));
    }
    if let Some((day, id)) = before {
        query = query.filter(signals::day.le(*day).and(signals::day.lt(*day).or(signals::id.lt(id.clone()))));
    }
    let order = (signals::day.desc(), signals::id.desc());
    Ok(query.order(order).limit(limit).select((SignalRow::as_select(), people::name)).load(conn)?)
}

/// Finds a signal within a scope, with whose tests it is of.
///
/// # Errors
/// [`Error::NotFound`], also where one of its records is not within the scope.
pub fn find_signal(conn: &mut AnyConnection, scope: &Scope, id: &str) -> Result<(SignalRow, String)> {
    let query = signals::table.inner_join(people::table.on(people::id.eq(signals::person_id))).into_boxed();
    let query = all_in_scope!(query, scope).filter(signals::id.eq(id));
    let found = query.select((SignalRow::as_select(), people::name)).first(conn).optional()?;
    found.ok_or(Error::NotFound("signal"))
}

/// How many signals within a scope nobody has looked at.
///
/// # Errors
/// The database's.
pub fn count_open(conn: &mut AnyConnection, scope: &Scope) -> Result<i64> {
    let query = signals::table.filter(signals::looked_at.is_null()).into_boxed();
    Ok(all_in_scope!(query, scope).count().get_result(conn)?)
}

/// Writes down that somebody has looked at a signal, and what they found.
///
/// # Errors
/// [`Error::Taken`] when somebody did so before.
pub fn look_at(tx: &mut Tx, id: &str, note: &str) -> Result<()> {
    let (by, at) = (tx.actor.person_id(), Moment::from(tx.now));
    let open = signals::table.filter(signals::id.eq(id).and(signals::looked_at.is_null()));
    let rows = diesel::update(open)
        .set((signals::looked_at.eq(Some(at)), signals::looked_by.eq(by), signals::note.eq(note)))
        .execute(&mut **tx)?;
    match rows {
        0 => Err(Error::Taken("somebody has looked at this already".to_owned())),
        _ => Ok(()),
    }
}
