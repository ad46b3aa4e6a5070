//! Logging in and out.

use std::net::IpAddr;

use domain::event::{Event, Via};
use store::Actor;
use store::sessions::Session;

use crate::app::{App, new_secret};
use crate::error::{Error, Result};

/// Where a log-in comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The client's address.
    pub address: Option<IpAddr>,
    /// The browser's name of itself.
    pub user_agent: String,
}

/// Checks mail address and password and opens a new session; its secret goes into the cookie.
/// An unknown address and a wrong password look alike, also in time.
///
/// # Errors
/// A field error that does not say which of both was wrong; slow down.
pub fn log_in(app: &App, email: &str, password: &str, origin: &Origin) -> Result<String> {
    app.log_in_limit.check(email, origin.address)?;
    let found = app.store.read(|conn| store::users::find_user_by_email(conn, email))?;
    let user = found.map(|(user, _)| user).filter(|user| user.active);
    let hash = user.as_ref().and_then(|user| user.password_hash.as_deref());
    let fits = app.passwords.check(password, hash);
    let Some(user) = user.filter(|_| fits) else {
        return Err(Error::field("password", "this mail address and password do not belong together"));
    };
    open_session(app, user.person_id, origin)
}

/// Opens a session for somebody who proved who they are; its secret goes into the cookie.
///
/// # Errors
/// The store's.
pub fn open_session(app: &App, person_id: i64, origin: &Origin) -> Result<String> {
    let secret = new_secret();
    let hash = store::ledger::sha256(secret.as_bytes());
    let address = origin.address.map(|a| a.to_string()).unwrap_or_default();
    app.store.write(&Actor::operator(Via::Page), |tx| {
        let id = store::sessions::insert_session(tx, person_id, &hash, &origin.user_agent, &address)?;
        let event = Event::new("session", id, "opened").change("person", "", person_id);
        Ok::<_, Error>(((), vec![event]))
    })?;
    Ok(secret)
}

/// Ends the session one is in.
///
/// # Errors
/// The store's.
pub fn log_out(app: &App, actor: &Actor, session: &Session) -> Result<()> {
    app.store.write(actor, |tx| {
        store::sessions::delete_session(tx, session.person_id, session.id)?;
        Ok(((), vec![Event::new("session", session.id, "ended")]))
    })
}
