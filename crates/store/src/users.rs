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
use crate::schema::{people, user_customers, user_sites, users};
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
    /// Whether a customer's person sees all of its sites, also a later one.
    pub all_sites: bool,
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

/// The sites that a customer's person is kept to.
///
/// # Errors
/// The database's.
pub fn user_sites(conn: &mut AnyConnection, person_id: i64) -> Result<Vec<i64>> {
    let mine = user_sites::table.filter(user_sites::person_id.eq(person_id));
    Ok(mine.select(user_sites::site_id).order(user_sites::site_id).load(conn)?)
}

/// What a user sees of the register.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sight {
    /// The customers; none for all.
    pub customers: Option<Vec<i64>>,
    /// The sites that a customer's person is kept to, each with its customer; none for all of the customer's.
    pub sites: Option<Vec<(i64, i64)>>,
}

/// A user to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The person.
    pub person_id: i64,
    /// The role.
    pub role: Role,
    /// What the user sees.
    pub sight: Sight,
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
            users::all_customers.eq(user.sight.customers.is_none()),
            users::all_sites.eq(user.sight.sites.is_none()),
            users::password_hash.eq(&user.password_hash),
            users::created_at.eq(Moment::from(now)),
        ))
        .execute(conn)?;
    set_sight(conn, user.person_id, &user.sight)
}

fn set_sight(conn: &mut AnyConnection, person_id: i64, sight: &Sight) -> Result<()> {
    diesel::delete(user_sites::table.filter(user_sites::person_id.eq(person_id))).execute(conn)?;
    diesel::delete(user_customers::table.filter(user_customers::person_id.eq(person_id))).execute(conn)?;
    for id in sight.customers.iter().flatten() {
        diesel::insert_into(user_customers::table)
            .values((user_customers::person_id.eq(person_id), user_customers::customer_id.eq(id)))
            .execute(conn)?;
    }
    for (customer_id, site_id) in sight.sites.iter().flatten() {
        let keys = (user_sites::person_id.eq(person_id), user_sites::customer_id.eq(customer_id));
        diesel::insert_into(user_sites::table)
            .values((keys, user_sites::site_id.eq(site_id)))
            .execute(conn)?;
    }
    Ok(())
}

/// Changes role, sight and whether the user may log in.
///
/// # Errors
/// [`Error::Stale`] when somebody else changed the user meanwhile.
pub fn update_user(
    conn: &mut AnyConnection,
    (person_id, version): (i64, i64),
    (role, sight, active): (Role, &Sight, bool),
) -> Result<()> {
    let rows =
        diesel::update(users::table.filter(users::person_id.eq(person_id).and(users::version.eq(version))))
            .set((
                users::role.eq(Coded(role)),
                users::all_customers.eq(sight.customers.is_none()),
                users::all_sites.eq(sight.sites.is_none()),
                users::active.eq(active),
                users::version.eq(version + 1),
            ))
            .execute(conn)?;
    if rows == 0 {
        return Err(Error::Stale("user"));
    }
    set_sight(conn, person_id, sight)
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
    let columns = (users::role, users::all_customers, users::all_sites, people::name);
    let row: Option<(Coded<Role>, bool, bool, String)> = each_backend!(conn, c => users::table
        .inner_join(people::table)
        .filter(users::person_id.eq(person_id).and(users::active.eq(true)))
        .select(columns)
        .first(c)
        .optional())?;
    let Some((role, all, all_sites, name)) = row else { return Ok(None) };
    // "All customers" is never said of a customer's own person, whatever a row may hold.
    let customers = match (all, role.0) {
        (true, Role::Customer) => Some(vec![]),
        (true, _) => None,
        (false, _) => Some(user_customers(conn, person_id)?),
    };
    let sites = match (all_sites, role.0) {
        (false, Role::Customer) => Some(user_sites(conn, person_id)?),
        _ => None,
    };
    Ok(Some(Actor::new(person_id, name, role.0, (customers, sites), via)))
}

/// The actor as which a scheduled job prepares something for a user: the user's own sight and no more.
///
/// # Errors
/// The database's.
pub fn act_for(conn: &mut AnyConnection, person_id: i64) -> Result<Option<Actor>> {
    actor_of(conn, person_id, Via::Job)
}
