//! Adding and changing users. Only administrators do, so nobody raises themselves or resets somebody higher.

use domain::event::Event;
use domain::permission::{ManageUsers, Role};
use store::customers::list_customers;
use store::people::{self, Person, PersonFields};
use store::sites::find_site;
use store::users::{self, NewUser, Sight, User};
use store::{Right, Tx, api_tokens, password_resets, sessions};

use crate::actions::set_up::new_person;
use crate::actions::{account, resets, sees_all};
use crate::app::App;
use crate::error::{Error, Result};

/// What an administrator fills in of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFields {
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Initials for labels; made from the name where empty.
    pub initials: String,
    /// Qualification as printed on certificates.
    pub qualification: String,
    /// The role.
    pub role: Role,
    /// The customers seen; none for all, later ones too. A customer's own person has exactly one.
    pub customers: Option<Vec<i64>>,
    /// The sites that a customer's own person is kept to; none for all of the customer's, later ones too.
    pub sites: Option<Vec<i64>>,
    /// Whether the user may log in.
    pub active: bool,
}

/// A user as administrators see one.
#[derive(Debug, Clone)]
pub struct FoundUser {
    /// The user.
    pub user: User,
    /// The person.
    pub person: Person,
    /// The customers seen; none for all.
    pub customers: Option<Vec<i64>>,
    /// The sites kept to; none for all of the customers'.
    pub sites: Option<Vec<i64>>,
}

impl FoundUser {
    /// Rises whenever user or person change.
    pub fn version(&self) -> i64 {
        self.user.version + self.person.version
    }
}

/// A link by which a password is set, and how it got away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It was mailed.
    Mailed,
    /// It was not mailed: hand it over; why, in words.
    ByHand {
        /// The link.
        link: String,
        /// Why it was not mailed.
        why: String,
    },
}

/// Every user.
///
/// # Errors
/// The store's.
pub fn list_users(app: &App, _: &Right<ManageUsers>) -> Result<Vec<(User, Person)>> {
    Ok(app.store.read(users::list_users)?)
}

/// One user.
///
/// # Errors
/// Not found.
pub fn find_user(app: &App, _: &Right<ManageUsers>, person_id: i64) -> Result<FoundUser> {
    app.store.read(|conn| {
        let (user, person) = users::find_user(conn, person_id)?.ok_or_else(no_user)?;
        let customers = match user.all_customers {
            true => None,
            false => Some(users::user_customers(conn, person_id)?),
        };
        let sites = match user.all_sites {
            true => None,
            false => Some(users::user_sites(conn, person_id)?),
        };
        Ok(FoundUser { user, person, customers, sites })
    })
}

fn no_user() -> Error {
    Error::NotFound("user".to_owned())
}

/// Adds a user, with a first password where one is given, and gives the person's id.
///
/// # Errors
/// Field errors; not found for a customer; a conflict when somebody has the mail address.
pub fn add_user(
    app: &App,
    right: &Right<ManageUsers>,
    fields: &UserFields,
    password: Option<&str>,
) -> Result<i64> {
    sees_all(right, "add users")?;
    check(fields)?;
    let password_hash = password.map(|password| app.passwords.hash(password)).transpose()?;
    app.store.write(right.actor(), |tx| {
        let sight = find_sight(tx, right, fields)?;
        let mut new = new_person(&fields.name, &fields.email);
        if !fields.initials.is_empty() {
            new.initials.clone_from(&fields.initials);
        }
        new.qualification.clone_from(&fields.qualification);
        let (person, now) = (people::insert_person(tx, &new)?, tx.now);
        let user = NewUser { person_id: person.id, role: fields.role, sight, password_hash };
        users::insert_user(tx, &user, now)?;
        let event = Event::new("user", person.id, "added")
            .change("role", "", fields.role)
            .change("customers", "", seen(&fields.customers))
            .change("sites", "all", seen(&fields.sites));
        Ok((person.id, vec![event]))
    })
}

/// Changes a user that was read at `version`. Who may not log in any more is out at once, everywhere.
///
/// # Errors
/// Field errors, stale; a conflict for the last administrator or a mail address in use.
pub fn change_user(
    app: &App,
    right: &Right<ManageUsers>,
    (person_id, version): (i64, i64),
    fields: &UserFields,
) -> Result<()> {
    sees_all(right, "change users")?;
    check(fields)?;
    let old = find_user(app, right, person_id)?;
    app.store.write(right.actor(), |tx| {
        let administrators = users::hold_administrators(tx)?;
        let sight = find_sight(tx, right, fields)?;
        if old.version() != version {
            return Err(Error::Stale("user".to_owned()));
        }
        let stays = fields.active && fields.role == Role::Administrator;
        if !stays && administrators == [person_id] {
            return Err(Error::Conflict(
                "Make somebody else an administrator first: this is the last one.".to_owned(),
            ));
        }
        let person = person_fields(fields);
        people::update_person(tx, person_id, old.person.version, &person)?;
        users::update_user(tx, (person_id, old.user.version), (fields.role, &sight, fields.active))?;
        let left_the_firm = fields.role == Role::Customer && *old.user.role != Role::Customer;
        if !fields.active || left_the_firm {
            shut_out(tx, person_id)?;
        }
        let event = Event::new("user", person_id, "changed")
            .change("role", *old.user.role, fields.role)
            .change("customers", seen(&old.customers), seen(&fields.customers))
            .change("sites", seen(&old.sites), seen(&fields.sites))
            .change("active", old.user.active, fields.active);
        Ok(((), vec![event, account::told(&old.person, &person)]))
    })
}

fn shut_out(tx: &mut Tx, person_id: i64) -> Result<()> {
    sessions::delete_sessions(tx, person_id, None)?;
    api_tokens::revoke_api_tokens(tx, person_id)?;
    password_resets::delete_password_resets(tx, person_id)?;
    users::update_feed_hash(tx, person_id, None)?;
    Ok(())
}

fn person_fields(fields: &UserFields) -> PersonFields {
    let new = new_person(&fields.name, &fields.email);
    let initials = if fields.initials.is_empty() { new.initials } else { fields.initials.clone() };
    PersonFields { name: new.name, email: new.email, initials, qualification: fields.qualification.clone() }
}

/// Makes a link by which a user sets the password, and mails it where a mail server is configured.
///
/// # Errors
/// Not found; a conflict for a user who may not log in.
pub fn send_link(app: &App, right: &Right<ManageUsers>, person_id: i64) -> Result<Sent> {
    sees_all(right, "reset passwords")?;
    let found = find_user(app, right, person_id)?;
    if !found.user.active {
        return Err(Error::Conflict("This user may not log in; let them in first.".to_owned()));
    }
    let hours =
        if found.user.password_hash.is_none() { resets::INVITATION_HOURS } else { resets::RESET_HOURS };
    let secret = app.store.write(right.actor(), |tx| {
        password_resets::delete_password_resets(tx, person_id)?;
        let secret = resets::insert_link(tx, person_id, hours)?;
        Ok::<_, Error>((secret, vec![Event::new("user", person_id, "given a link to set the password")]))
    })?;
    let link = resets::link(app, &secret);
    match app.mailer.send(&resets::reset_mail(&found.person, &link, hours)) {
        Ok(()) => Ok(Sent::Mailed),
        Err(why) => Ok(Sent::ByHand { link, why }),
    }
}

/// Sets a user's password, as the operator on the command line does; every session ends.
///
/// # Errors
/// Not found; a field error for the password.
pub fn set_password(app: &App, right: &Right<ManageUsers>, person_id: i64, password: &str) -> Result<()> {
    let hash = app.passwords.hash(password)?;
    app.store.write(right.actor(), |tx| {
        users::find_user(tx, person_id)?.ok_or_else(no_user)?;
        resets::replace_password(tx, person_id, &hash, None)?;
        Ok(((), vec![Event::new("user", person_id, "given a password")]))
    })
}

fn check(fields: &UserFields) -> Result<()> {
    if fields.email.parse::<lettre::Address>().is_err() {
        return Err(Error::field("email", format!("\"{}\" is not a mail address", fields.email)));
    }
    // One who manages users could give themselves every customer: a smaller sight would only pretend.
    if fields.role == Role::Administrator && fields.customers.is_some() {
        return Err(Error::field("role", "an administrator sees all customers; choose all, or another role"));
    }
    match (fields.role, &fields.customers, &fields.sites) {
        (Role::Customer, Some(one), _) if one.len() != 1 => {
            Err(Error::field("customer", "choose the one customer whose person this is"))
        }
        (Role::Customer, None, _) => Err(Error::field(
            "customer",
            "a customer's person sees one customer; choose \"Only these\" and which",
        )),
        (Role::Customer, _, Some(sites)) if sites.is_empty() => {
            Err(Error::field("site", "choose at least one site, or all of them"))
        }
        (Role::Customer, ..) | (_, _, None) => Ok(()),
        _ => Err(Error::field("site", "only a customer's own person is kept to sites; choose all")),
    }
}

/// What the user is to see: the customers within the administrator's own sight, the sites with their customer.
fn find_sight(tx: &mut Tx, right: &Right<ManageUsers>, fields: &UserFields) -> Result<Sight> {
    if let Some(chosen) = &fields.customers {
        let known: Vec<i64> =
            list_customers(tx, right.scope())?.into_iter().map(|customer| customer.id).collect();
        if !chosen.iter().all(|id| known.contains(id)) {
            return Err(Error::NotFound("customer".to_owned()));
        }
    }
    let sites = match &fields.sites {
        None => None,
        Some(ids) => Some(ids.iter().map(|id| site_of(tx, right, fields, *id)).collect::<Result<_>>()?),
    };
    Ok(Sight { customers: fields.customers.clone(), sites })
}

fn site_of(tx: &mut Tx, right: &Right<ManageUsers>, fields: &UserFields, id: i64) -> Result<(i64, i64)> {
    let site = find_site(tx, right.scope(), id)?;
    match fields.customers.as_ref().is_some_and(|ids| ids.contains(&site.customer_id)) {
        true => Ok((site.customer_id, site.id)),
        false => Err(Error::field("site", format!("\"{}\" is no site of this customer", site.name))),
    }
}

fn seen(customers: &Option<Vec<i64>>) -> String {
    match customers {
        None => "all".to_owned(),
        Some(ids) => ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", "),
    }
}
