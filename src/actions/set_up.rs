//! The first start: the firm and its first administrator, once.

use domain::event::{Event, Via};
use domain::permission::Role;
use store::people::NewPerson;
use store::users::{NewUser, Sight};
use store::{Actor, settings};

pub use crate::actions::settings::{FIRM, Firm, find_firm};
use crate::app::{App, new_secret};
use crate::error::{Error, Result};

/// What the set-up page asks for.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// The firm's name.
    pub firm: String,
    /// The administrator's name.
    pub name: String,
    /// The administrator's mail address.
    pub email: String,
    /// The administrator's password.
    pub password: String,
}

/// Makes the firm and its first administrator, and gives the administrator's person id.
///
/// # Errors
/// Not found once anybody can log in, also for the second of two at the same moment; field errors.
pub fn set_up(app: &App, secret: &str, given: &SetUp) -> Result<i64> {
    check_secret(app, secret)?;
    let password_hash = Some(app.passwords.hash(&given.password)?);
    app.store.write(&Actor::operator(Via::Page), |tx| {
        if !store::users::is_empty(tx)? {
            return Err(Error::NotFound("page".to_owned()));
        }
        settings::set_setting(tx, FIRM, Firm { name: given.firm.clone(), version: 1, ..Firm::default() })?;
        let now = tx.now;
        let person = store::people::insert_person(tx, &new_person(&given.name, &given.email))?;
        let user = NewUser {
            person_id: person.id,
            role: Role::Administrator,
            sight: Sight::default(),
            password_hash,
        };
        store::users::insert_user(tx, &user, now)?;
        let event = Event::new("firm", 1, "set up").change("name", "", &given.firm);
        Ok((person.id, vec![event]))
    })
}

/// Whether the secret opens the set-up page.
///
/// # Errors
/// Not found when it does not, or when set-up is over.
pub fn check_secret(app: &App, secret: &str) -> Result<()> {
    let gone = || Error::NotFound("page".to_owned());
    let ours = app.set_up_secret.as_deref().ok_or_else(gone)?;
    let hash = |text: &str| store::ledger::sha256(text.as_bytes());
    let open = app.store.read(store::users::is_empty)?;
    if open && hash(ours) == hash(secret) { Ok(()) } else { Err(gone()) }
}

/// A person with fresh salt and initials from the name.
pub fn new_person(name: &str, email: &str) -> NewPerson {
    let initials = name.split_whitespace().filter_map(|word| word.chars().next()).take(4).collect::<String>();
    NewPerson {
        salt: new_secret(),
        name: name.trim().to_owned(),
        email: Some(email.trim().to_lowercase()),
        initials: initials.to_uppercase(),
        qualification: String::new(),
    }
}
