//! API tokens: shown once, kept as a hash, revocable, never wider than their user.

use diesel::prelude::*;
use domain::event::Via;

use crate::access::Actor;
use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::api_tokens;
use crate::types::Moment;
use crate::{Store, Tx, users};

/// A token as its owner sees it in the list.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = api_tokens)]
pub struct ApiToken {
    /// The id by which it is revoked.
    pub id: i64,
    /// Whose it is.
    pub person_id: i64,
    /// What its owner calls it.
    pub name: String,
    /// Whether it may only read.
    pub read_only: bool,
    /// The one customer it is kept to.
    pub customer_id: Option<i64>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last used, to about an hour.
    pub used_at: Option<Moment>,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
}

/// A token to be made.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = api_tokens)]
pub struct NewApiToken {
    /// SHA-256 of the secret.
    pub hash: String,
    /// Whose it is.
    pub person_id: i64,
    /// What its owner calls it.
    pub name: String,
    /// Whether it may only read.
    pub read_only: bool,
    /// The one customer it is kept to.
    pub customer_id: Option<i64>,
    /// When it was made.
    pub created_at: Moment,
}

/// Adds a token.
///
/// # Errors
/// The database's.
pub fn insert_api_token(conn: &mut AnyConnection, token: &NewApiToken) -> Result<i64> {
    Ok(diesel::insert_into(api_tokens::table).values(token).returning(api_tokens::id).get_result(conn)?)
}

/// A person's tokens, the latest first.
///
/// # Errors
/// The database's.
pub fn list_api_tokens(conn: &mut AnyConnection, person_id: i64) -> Result<Vec<ApiToken>> {
    let mine = ApiToken::query().filter(api_tokens::person_id.eq(person_id));
    Ok(mine.order(api_tokens::id.desc()).load(conn)?)
}

/// Revokes one of a person's tokens.
///
/// # Errors
/// [`Error::NotFound`] when there is no such live token of theirs.
pub fn revoke_api_token(tx: &mut Tx, person_id: i64, id: i64) -> Result<()> {
    let now = Moment::from(tx.now);
    let mine = api_tokens::table
        .filter(api_tokens::id.eq(id).and(api_tokens::person_id.eq(person_id)))
        .filter(api_tokens::revoked_at.is_null());
    let rows = diesel::update(mine).set(api_tokens::revoked_at.eq(now)).execute(&mut **tx)?;
    if rows == 0 { Err(Error::NotFound("token")) } else { Ok(()) }
}

/// Revokes all of a person's tokens.
///
/// # Errors
/// The database's.
pub fn revoke_api_tokens(tx: &mut Tx, person_id: i64) -> Result<usize> {
    let now = Moment::from(tx.now);
    let live = api_tokens::table.filter(api_tokens::person_id.eq(person_id));
    let live = live.filter(api_tokens::revoked_at.is_null());
    Ok(diesel::update(live).set(api_tokens::revoked_at.eq(now)).execute(&mut **tx)?)
}

/// The actor that a token's secret stands for: its user as they are now, kept to what the token allows.
///
/// # Errors
/// The database's.
pub fn authenticate(store: &Store, hash: &str) -> Result<Option<Actor>> {
    let now = Moment::from(store.now());
    let found = store.read(|conn| {
        let live = ApiToken::query().filter(api_tokens::hash.eq(hash).and(api_tokens::revoked_at.is_null()));
        let Some(token) = live.first(conn).optional()? else { return Ok(None) };
        let actor = users::actor_of(conn, token.person_id, Via::Api)?;
        Ok::<_, Error>(actor.map(|actor| (actor.keep_to(token.customer_id, token.read_only), token)))
    })?;
    let Some((actor, token)) = found else { return Ok(None) };
    let used_lately = token.used_at.is_some_and(|used| now.utc() - used.utc() < chrono::Duration::hours(1));
    if !used_lately {
        store.keep_house(|tx| {
            diesel::update(api_tokens::table.find(token.id))
                .set(api_tokens::used_at.eq(now))
                .execute(&mut **tx)?;
            Ok::<_, Error>(())
        })?;
    }
    Ok(Some(actor))
}
