//! Sessions: kept here under the hash of their secret, so that each can be listed and ended.

use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;
use domain::event::Via;

use crate::access::Actor;
use crate::each_backend;
use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::sessions;
use crate::types::Moment;
use crate::{Store, Tx, users};

/// How long an unused session lasts.
pub const SESSION_DAYS: i64 = 14;

/// A session as its owner sees it in the list.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// The id by which it is ended.
    pub id: i64,
    /// Whose it is.
    pub person_id: i64,
    /// When it began.
    pub created_at: Moment,
    /// When it was last used, to about five minutes.
    pub seen_at: Moment,
    /// When it ends unless used.
    pub expires_at: Moment,
    /// The browser's name of itself.
    pub user_agent: String,
    /// The address it began from.
    pub address: String,
}

/// Opens a session under the hash of its secret.
///
/// # Errors
/// The database's.
pub fn insert_session(
    tx: &mut Tx,
    person_id: i64,
    hash: &str,
    user_agent: &str,
    address: &str,
) -> Result<i64> {
    let (now, expires) = (tx.now, tx.now + Duration::days(SESSION_DAYS));
    Ok(diesel::insert_into(sessions::table)
        .values((
            sessions::hash.eq(hash),
            sessions::person_id.eq(person_id),
            sessions::created_at.eq(Moment::from(now)),
            sessions::seen_at.eq(Moment::from(now)),
            sessions::expires_at.eq(Moment::from(expires)),
            sessions::user_agent.eq(user_agent),
            sessions::address.eq(address),
        ))
        .returning(sessions::id)
        .get_result(&mut **tx)?)
}

/// The actor that a session's secret stands for, and the session; nobody when it ended or its user was shut out.
///
/// # Errors
/// The database's.
pub fn authenticate(store: &Store, hash: &str) -> Result<Option<(Actor, Session)>> {
    let now = Moment::from(store.now());
    let found = store.read(|conn| {
        let session: Option<Session> = each_backend!(conn, c => {
            let live = Session::query().filter(sessions::hash.eq(hash).and(sessions::expires_at.gt(now)));
            live.first(c).optional()
        })?;
        let Some(session) = session else { return Ok(None) };
        let actor = users::actor_of(conn, session.person_id, Via::Page)?;
        Ok::<_, crate::Error>(actor.map(|actor| (actor, session)))
    })?;
    if let Some((_, session)) = &found
        && now.utc() - session.seen_at.utc() > Duration::minutes(5)
    {
        touch_session(store, session.id)?;
    }
    Ok(found)
}

fn touch_session(store: &Store, id: i64) -> Result<()> {
    store.keep_house(|tx| {
        let seen = Moment::from(tx.now);
        let expires = Moment::from(tx.now + Duration::days(SESSION_DAYS));
        diesel::update(sessions::table.find(id))
            .set((sessions::seen_at.eq(seen), sessions::expires_at.eq(expires)))
            .execute(&mut **tx)?;
        Ok(())
    })
}

/// A person's live sessions, the latest first.
///
/// # Errors
/// The database's.
pub fn list_sessions(conn: &mut AnyConnection, person_id: i64, now: NaiveDateTime) -> Result<Vec<Session>> {
    let live = Session::query().filter(sessions::person_id.eq(person_id));
    let live = live.filter(sessions::expires_at.gt(Moment::from(now.and_utc())));
    Ok(live.order(sessions::seen_at.desc()).load(conn)?)
}

/// Ends one of a person's sessions; false when there is no such session of theirs.
///
/// # Errors
/// The database's.
pub fn delete_session(conn: &mut AnyConnection, person_id: i64, id: i64) -> Result<bool> {
    let mine = sessions::table.filter(sessions::id.eq(id).and(sessions::person_id.eq(person_id)));
    Ok(diesel::delete(mine).execute(conn)? > 0)
}

/// Ends all of a person's sessions but one.
///
/// # Errors
/// The database's.
pub fn delete_sessions(conn: &mut AnyConnection, person_id: i64, keep: Option<i64>) -> Result<usize> {
    let mine = sessions::table.filter(sessions::person_id.eq(person_id));
    Ok(diesel::delete(mine.filter(sessions::id.ne(keep.unwrap_or(0)))).execute(conn)?)
}

/// Removes sessions that have ended.
///
/// # Errors
/// The database's.
pub fn delete_expired(tx: &mut Tx) -> Result<usize> {
    let now = Moment::from(tx.now);
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.le(now))).execute(&mut **tx)?)
}
