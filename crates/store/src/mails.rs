//! Mails, written down before they go out: sent twice is worse than explained once.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{mails, people, users};
use crate::types::Moment;
use crate::{Tx, each_backend};

/// How often one mail is tried.
pub const MOST_ATTEMPTS: i64 = 2;
/// How long after a failed try the next may come.
pub const WAIT_MINUTES: i64 = 60;
/// How long after the first try it may come at the latest.
pub const RETRY_HOURS: i64 = 24;

/// A mail to somebody for a period, such as the weekly mail of 2026-W48.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = mails)]
pub struct MailRecord {
    /// Whose it is.
    pub person_id: i64,
    /// Which mail.
    pub name: String,
    /// For which period.
    pub period: String,
    /// When it was last tried.
    pub at: Moment,
    /// When the mail server took it.
    pub sent_at: Option<Moment>,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it did not go out.
    pub error: String,
}

/// Somebody who wants the weekly mail.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Reader {
    /// The person.
    pub person_id: i64,
    /// The name.
    pub name: String,
    /// The mail address.
    pub email: String,
}

/// Active users with an address who want the weekly mail.
///
/// # Errors
/// The database's.
pub fn list_weekly_readers(conn: &mut AnyConnection) -> Result<Vec<Reader>> {
    let rows: Vec<(i64, String, Option<String>)> = users::table
        .inner_join(people::table)
        .filter(users::active.eq(true).and(users::weekly_mail.eq(true)))
        .filter(people::erased_at.is_null().and(people::email.is_not_null()))
        .order(users::person_id)
        .select((users::person_id, people::name, people::email))
        .load(conn)?;
    let reader = |(person_id, name, email): (i64, String, Option<String>)| {
        email.map(|email| Reader { person_id, name, email })
    };
    Ok(rows.into_iter().filter_map(reader).collect())
}

/// Takes a mail to be sent now, and by nobody else: the number of this try, or none when it was sent, is being
/// sent, may have been sent by a server that died, or failed too often.
///
/// # Errors
/// The database's.
pub fn claim_mail(tx: &mut Tx, person_id: i64, name: &str, period: &str) -> Result<Option<i64>> {
    let now = Moment::from(tx.now);
    let first =
        (mails::person_id.eq(person_id), mails::name.eq(name), mails::period.eq(period), mails::at.eq(now));
    let new: usize = each_backend!(&mut **tx, c => diesel::insert_into(mails::table)
        .values(first)
        .on_conflict_do_nothing()
        .execute(c)?);
    if new > 0 {
        return Ok(Some(1));
    }
    // Only a try that is known to have failed is made again: one that ended without a word may have gone out.
    let failed = mails::table
        .find((person_id, name, period))
        .filter(mails::sent_at.is_null().and(mails::error.ne("")).and(mails::attempts.lt(MOST_ATTEMPTS)))
        .filter(mails::at.le(Moment::from(tx.now - Duration::minutes(WAIT_MINUTES))))
        .filter(mails::at.gt(Moment::from(tx.now - Duration::hours(RETRY_HOURS))));
    Ok(diesel::update(failed)
        .set((mails::attempts.eq(mails::attempts + 1), mails::at.eq(now), mails::error.eq("")))
        .returning(mails::attempts)
        .get_result(&mut **tx)
        .optional()?)
}

/// Notes that the mail server took a mail, or why it did not.
///
/// # Errors
/// The database's.
pub fn finish_mail(
    tx: &mut Tx,
    person_id: i64,
    (name, period): (&str, &str),
    result: std::result::Result<(), &str>,
) -> Result<()> {
    let sent = result.is_ok().then(|| Moment::from(tx.now));
    // An empty reason would read as "nothing known".
    let error = result.err().map_or("", |why| if why.is_empty() { "refused without a reason" } else { why });
    diesel::update(mails::table.find((person_id, name, period)))
        .set((mails::sent_at.eq(sent), mails::error.eq(error)))
        .execute(&mut **tx)?;
    Ok(())
}

/// The latest mails with the receivers' names.
///
/// # Errors
/// The database's.
pub fn list_mails(conn: &mut AnyConnection, limit: i64) -> Result<Vec<(MailRecord, String)>> {
    let rows = mails::table
        .inner_join(people::table.on(people::id.eq(mails::person_id)))
        .order((mails::at.desc(), mails::person_id))
        .limit(limit)
        .select((MailRecord::as_select(), people::name))
        .load(conn)?;
    Ok(rows)
}

/// When a failed mail may be tried again, if any may.
///
/// # Errors
/// The database's.
pub fn find_retry(
    conn: &mut AnyConnection,
    name: &str,
    period: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let failed = mails::table
        .filter(mails::name.eq(name).and(mails::period.eq(period)))
        .filter(mails::sent_at.is_null().and(mails::error.ne("")).and(mails::attempts.lt(MOST_ATTEMPTS)))
        .filter(mails::at.gt(Moment::from(now - Duration::hours(RETRY_HOURS))));
    let first: Option<Moment> = failed.order(mails::at).select(mails::at).first(conn).optional()?;
    Ok(first.map(|at| at.utc() + Duration::minutes(WAIT_MINUTES)))
}
