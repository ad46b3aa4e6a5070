//! What signals are worked out from, and which of them somebody looked at and laid aside.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::Tx;
use crate::access::Scope;
use crate::error::{Result, taken};
use crate::in_scope;
use crate::portable::AnyConnection;
use crate::schema::{assets, people, signal_dismissals, sites, tests};
use crate::tests::TestRow;
use crate::types::Moment;

/// What signals need of a test beside its record.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Around {
    /// The test's row.
    pub test: TestRow,
    /// Address of the site.
    pub address: String,
    /// The site's time zone.
    pub time_zone: String,
    /// When the asset was bought.
    pub purchased_on: Option<NaiveDate>,
    /// The asset's tag.
    pub tag: String,
}

/// The tests of one person from one moment up to (not with) another, the earliest first.
///
/// # Errors
/// The database's.
pub fn list_tests_by(
    conn: &mut AnyConnection,
    scope: &Scope,
    (person_id, from, to): (i64, Moment, Moment),
    limit: i64,
) -> Result<Vec<Around>> {
    let query = tests::table
        .inner_join(assets::table)
        .inner_join(sites::table.on(sites::id.eq(tests::site_id)))
        .filter(tests::person_id.eq(person_id))
        .filter(tests::performed_at.ge(from).and(tests::performed_at.lt(to)))
        .into_boxed();
    Ok(in_scope!(query, scope, tests::customer_id)
        .order((tests::performed_at, tests::id))
        .limit(limit)
        .select((
            TestRow::as_select(),
            sites::address,
            sites::time_zone,
            assets::purchased_on,
            assets::tag,
        ))
        .load(conn)?)
}

/// Everybody who ever recorded a test may have: their numbers, names and qualifications.
///
/// # Errors
/// The database's.
pub fn list_testers(conn: &mut AnyConnection) -> Result<Vec<(i64, String, String)>> {
    use crate::schema::users;
    Ok(people::table
        .inner_join(users::table)
        .order(people::name)
        .select((people::id, people::name, people::qualification))
        .load(conn)?)
}

/// A signal that was laid aside: its name, the reason, who and when.
pub type Dismissed = (String, String, Option<String>, Moment);

/// Which of these signals were laid aside.
///
/// # Errors
/// The database's.
pub fn list_dismissed(conn: &mut AnyConnection, names: &[String]) -> Result<Vec<Dismissed>> {
    let mut found = vec![];
    for names in names.chunks(500) {
        let rows: Vec<Dismissed> = signal_dismissals::table
            .left_join(people::table)
            .filter(signal_dismissals::signal.eq_any(names.to_vec()))
            .select((
                signal_dismissals::signal,
                signal_dismissals::reason,
                people::name.nullable(),
                signal_dismissals::at,
            ))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Lays a signal aside.
///
/// # Errors
/// [`crate::Error::Taken`] when somebody did so before.
pub fn insert_dismissal(tx: &mut Tx, (signal, words, reason): (&str, &str, &str)) -> Result<()> {
    let (by, at) = (tx.actor.person_id(), Moment::from(tx.now));
    let insert = diesel::insert_into(signal_dismissals::table)
        .values((
            signal_dismissals::signal.eq(signal),
            signal_dismissals::words.eq(words),
            signal_dismissals::reason.eq(reason),
            signal_dismissals::person_id.eq(by),
            signal_dismissals::at.eq(at),
        ))
        .execute(&mut **tx);
    taken(insert, || "this was looked at already".to_owned())?;
    Ok(())
}
