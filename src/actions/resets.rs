//! Setting a password by a link: mailed to who forgot it or was invited, used once, soon too old.

use std::net::IpAddr;

use chrono::Duration;
use domain::event::{Event, Via};
use store::password_resets as links;
use store::people::Person;
use store::types::Moment;
use store::{Actor, Tx, sessions, users};

use crate::app::{App, new_secret};
use crate::error::{Error, Result};
use crate::mail::Mail;

/// How long the link of somebody who forgot the password works, in hours.
pub const RESET_HOURS: i64 = 1;
/// How long an invitation works, in hours.
pub const INVITATION_HOURS: i64 = 72;
/// So many links work at once: further mails would only fill somebody's mailbox.
const MOST_LINKS: i64 = 3;

/// Counts a request for a link, the same for every address, known or not.
///
/// # Errors
/// Slow down.
pub fn count_request(app: &App, email: &str, address: Option<IpAddr>) -> Result<()> {
    app.log_in_limit.check(&format!("reset {}", email.trim().to_lowercase()), address)
}

/// Mails a link if somebody active has this address. Runs in the background, so that neither answer nor time tells.
///
/// # Errors
/// The store's or the mail server's, or that enough links work already; for the log only.
pub fn send_reset(app: &App, email: &str) -> Result<()> {
    let now = Moment::from(app.now());
    let Some((user, person)) = app.store.read(|conn| users::find_user_by_email(conn, email))? else {
        return Ok(());
    };
    if !user.active {
        return Ok(());
    }
    let secret = app.store.write(&Actor::operator(Via::Page), |tx| {
        users::hold_user(tx, person.id)?;
        if links::count_password_resets(tx, person.id, now)? >= MOST_LINKS {
            return Err(Error::SlowDown(3600));
        }
        let secret = insert_link(tx, person.id, RESET_HOURS)?;
        Ok((secret, vec![Event::new("user", person.id, "asked for a new password")]))
    })?;
    let mail = reset_mail(&person, &link(app, &secret), RESET_HOURS);
    app.mailer.send(&mail).map_err(Error::Internal)
}

/// Makes a link within a write and gives its secret.
///
/// # Errors
/// The store's.
pub fn insert_link(tx: &mut Tx, person_id: i64, hours: i64) -> Result<String> {
    let secret = new_secret();
    let hash = store::ledger::sha256(secret.as_bytes());
    links::insert_password_reset(tx, &hash, person_id, Duration::hours(hours))?;
    Ok(secret)
}

/// The link's address: from the configuration, never from what a request claims to be its host.
pub fn link(app: &App, secret: &str) -> String {
    format!("{}/reset/{secret}", app.config.base_url)
}

/// The mail that carries a link.
pub fn reset_mail(person: &Person, link: &str, hours: i64) -> Mail {
    let life = if hours == 1 { "one hour".to_owned() } else { format!("{hours} hours") };
    let body = format!(
        "Hello {},\n\nset your password for Proofmark here, once and within {life}:\n\n{link}\n\n\
         If you did not ask for this, do nothing: your password stays as it is.\n",
        person.name
    );
    Mail {
        name: person.name.clone(),
        address: person.email.clone().unwrap_or_default(),
        subject: "Set your password for Proofmark".to_owned(),
        body,
    }
}

/// Whether a link's secret still works.
///
/// # Errors
/// Not found when it is used up, too old or made up; slow down.
pub fn check_link(app: &App, secret: &str, address: Option<IpAddr>) -> Result<()> {
    let hash = store::ledger::sha256(secret.as_bytes());
    app.log_in_limit.check(&format!("link {hash}"), address)?;
    let now = Moment::from(app.now());
    app.store.read(|conn| links::find_password_reset(conn, &hash, now))?;
    Ok(())
}

/// Sets the password of the link's person, uses the link up and ends every session.
///
/// # Errors
/// Not found when the link does not work; a field error for the password.
pub fn set_password(app: &App, secret: &str, password: &str) -> Result<()> {
    let hash = store::ledger::sha256(secret.as_bytes());
    let password_hash = app.passwords.hash(password)?;
    app.store.write(&Actor::operator(Via::Page), |tx| {
        let person_id = links::take_password_reset(tx, &hash)?;
        let active = users::find_user(tx, person_id)?.is_some_and(|(user, _)| user.active);
        if !active {
            return Err(Error::NotFound("link".to_owned()));
        }
        replace_password(tx, person_id, &password_hash, None)?;
        Ok(((), vec![Event::new("user", person_id, "set a password by link")]))
    })
}

/// Stores a new password within a write: open links and all sessions but the one to keep end with the old one.
///
/// # Errors
/// The store's.
pub fn replace_password(tx: &mut Tx, person_id: i64, password_hash: &str, keep: Option<i64>) -> Result<()> {
    users::update_password(tx, person_id, password_hash)?;
    links::delete_password_resets(tx, person_id)?;
    sessions::delete_sessions(tx, person_id, keep)?;
    Ok(())
}
