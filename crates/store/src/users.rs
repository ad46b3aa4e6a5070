//! Users: people who may log in, with a role and the customers they see.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::event::Via;
use domain::permission::Role;

use crate::Tx;
use crate::access::Actor;
use crate::each_backend;
use crate::error::{Error, Result};
use crate::people::Person;
use crate::portable::AnyConnection;
use crate::schema::{people, user_customers, users};
use crate::types::{Coded, Moment};

/// A user.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = users)]
pub struct User {
    /// The person.
    pub person_id: i64,
    /// The role.
    pub role: Coded<Role>,
    /// Whether every customer, also a later one, is seen.
    pub all_customers: bool,
    /// PHC string; none until a password was set.
    pub password_hash: Option<String>,
    /// Whether the user may log in.
    pub active: bool,
    /// Whether the weekly mail is wanted.
    pub weekly_mail: bool,
    /// Hash of the calendar feed's secret.
    pub feed_hash: Option<String>,
    /// When the user was added.
    pub created_at: Moment,
    /// Version for concurrent edits.
    pub version: i64,
}

/// Whether nobody can log in yet.
///
/// # Errors
/// The database's.
pub fn is_empty(conn: &mut AnyConnection) -> Result<bool> {
    let any: Option<i64> = users::table.select(users::person_id).first(conn).optional()?;
    Ok(any.is_none())
}

/// Every user with the person, by name.
///
/// # Errors
/// The database's.
pub fn list_users(conn: &mut AnyConnection) -> Result<Vec<(User, Person)>> {
    let rows = users::table
        .inner_join(people::table)
        .order(people::name)
        .select((User::as_select(), Person::as_select()))
        .load(conn)?;
    Ok(rows)
}

/// Finds a user by the person.
///
/// # Errors
/// The database's.
pub fn find_user(conn: &mut AnyConnection, person_id: i64) -> Result<Option<(User, Person)>> {
    let query = users::table.inner_join(people::table).filter(users::person_id.eq(person_id));
    Ok(query.select((User::as_select(), Person::as_select())).first(conn).optional()?)
}

/// Finds a user by mail address, whatever its case.
///
/// # Errors
/// The database's.
pub fn find_user_by_email(conn: &mut AnyConnection, email: &str) -> Result<Option<(User, Person)>> {
    let query = users::table.inner_join(people::table).filter(people::email.eq(email.trim().to_lowercase()));
    Ok(query.select((User::as_select(), Person::as_select())).first(conn).optional()?)
}

/// The customers that a user with limited sight sees.
///
/// # Errors
/// The database's.
pub fn user_customers(conn: &mut AnyConnection, person_id: i64) -> Result<Vec<i64>> {
    let mine = user_customers::table.filter(user_customers::person_id.eq(person_id));
    Ok(mine.select(user_customers::customer_id).order(user_customers::customer_id).load(conn)?)
}

/// A user to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The person.
    pub person_id: i64,
    /// The role.
    pub role: Role,
    /// The customers seen; none for all.
    pub customers: Option<Vec<i64>>,
    /// PHC string of the password.
    pub password_hash: Option<String>,
}

/// Adds a user.
///
/// # Errors
/// The database's.
pub fn insert_user(conn: &mut AnyConnection, user: &NewUser, now: DateTime<Utc>) -> Result<()> {
    diesel::insert_into(users::table)
        .values((
            users::person_id.eq(user.person_id),
            users::role.eq(Coded(user.role)),
            users::all_customers.eq(user.customers.is_none()),
            users::password_hash.eq(&user.password_hash),
            users::created_at.eq(Moment::from(now)),
        ))
        .execute(conn)?;
    set_customers(conn, user.person_id, user.customers.as_deref().unwrap_or_default())
}

fn set_customers(conn: &mut AnyConnection, person_id: i64, customers: &[i64]) -> Result<()> {
    diesel::delete(user_customers::table.filter(user_customers::person_id.eq(person_id))).execute(conn)?;
    for id in customers {
        diesel::insert_into(user_customers::table)
            .values((user_customers::person_id.eq(person_id), user_customers::customer_id.eq(id)))
            .execute(conn)?;
    }
    Ok(())
}

/// Changes role, customers and whether the user may log in; none for all customers.
///
/// # Errors
/// [`Error::Stale`] when somebody else changed the user meanwhile.
pub fn update_user(
    conn: &mut AnyConnection,
    (person_id, version): (i64, i64),
    (role, customers, active): (Role, Option<&[i64]>, bool),
) -> Result<()> {
    let rows =
        diesel::update(users::table.filter(users::person_id.eq(person_id).and(users::version.eq(version))))
            .set((
                users::role.eq(Coded(role)),
                users::all_customers.eq(customers.is_none()),
                users::active.eq(active),
                users::version.eq(version + 1),
            ))
            .execute(conn)?;
    if rows == 0 {
        return Err(Error::Stale("user"));
    }
    set_customers(conn, person_id, customers.unwrap_or_default())
}

/// Sets a password.
///
/// # Errors
/// The database's.
pub fn update_password(conn: &mut AnyConnection, person_id: i64, password_hash: &str) -> Result<()> {
    diesel::update(users::table.find(person_id)).set(users::password_hash.eq(password_hash)).execute(conn)?;
    Ok(())
}

/// Sets or removes the hash of a calendar feed's secret.
///
/// # Errors
/// The database's.
pub fn update_feed_hash(conn: &mut AnyConnection, person_id: i64, hash: Option<&str>) -> Result<()> {
    diesel::update(users::table.find(person_id)).set(users::feed_hash.eq(hash)).execute(conn)?;
    Ok(())
}

/// Sets whether the weekly mail is wanted.
///
/// # Errors
/// The database's.
pub fn update_weekly_mail(conn: &mut AnyConnection, person_id: i64, wanted: bool) -> Result<()> {
    diesel::update(users::table.find(person_id)).set(users::weekly_mail.eq(wanted)).execute(conn)?;
    Ok(())
}

/// Holds a user until the end of the write: what is counted of theirs stays true.
///
/// # Errors
/// The database's.
pub fn hold_user(tx: &mut Tx, person_id: i64) -> Result<()> {
    let target = users::table.find(person_id);
    diesel::update(target).set(users::version.eq(users::version)).execute(&mut **tx)?;
    Ok(())
}

/// The active administrators, held until the end of the write: two who remove each other wait for one another.
///
/// # Errors
/// The database's.
pub fn hold_administrators(tx: &mut Tx) -> Result<Vec<i64>> {
    let active = users::table.filter(users::role.eq(Coded(Role::Administrator)).and(users::active.eq(true)));
    diesel::update(active).set(users::version.eq(users::version)).execute(&mut **tx)?;
    Ok(active.select(users::person_id).order(users::person_id).load(&mut **tx)?)
}

/// The actor that an active user is; nobody when the user may not log in.
pub(crate) fn actor_of(conn: &mut AnyConnection, person_id: i64, via: Via) -> Result<Option<Actor>> {
    let columns = (users::role, users::all_customers, people::name);
    let row: Option<(Coded<Role>, bool, String)> = each_backend!(conn, c => users::table
        .inner_join(people::table)
        .filter(users::person_id.eq(person_id).and(users::active.eq(true)))
        .select(columns)
        .first(c)
        .optional())?;
    let Some((role, all, name)) = row else { return Ok(None) };
    let customers = if all { None } else { Some(user_customers(conn, person_id)?) };
    Ok(Some(Actor::new(person_id, name, role.0, customers, via)))
}

/// The actor as which a scheduled job prepares something for a user: the user's own sight and no more.
///
/// # Errors
/// The database's.
pub fn act_for(conn: &mut AnyConnection, person_id: i64) -> Result<Option<Actor>> {
    actor_of(conn, person_id, Via::Job)
}
