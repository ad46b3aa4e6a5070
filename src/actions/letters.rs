//! Mails that tell people of the firm of something that is no job's: notices stand on jobs alone.

use store::users::find_user;

use crate::app::App;
use crate::error::Result;
use crate::mail::Mail;

/// A mail to some people of the firm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// To whom, by person.
    pub people: Vec<i64>,
    /// The subject.
    pub subject: String,
    /// What it says, without the greeting.
    pub body: String,
}

/// Sends a letter to those of its readers who are still users and have an address. One that does not go out is
/// noted in the server's log: what it tells of is written down already, and stays so.
///
/// # Errors
/// The store's.
pub fn post(app: &App, letter: &Letter) -> Result<()> {
    if !app.mailer.is_set_up() {
        return Ok(());
    }
    for person in &letter.people {
        let found = app.store.read(|conn| find_user(conn, *person))?;
        let Some((_, reader)) = found.filter(|(user, _)| user.active) else { continue };
        let Some(address) = reader.email.filter(|address| !address.is_empty()) else { continue };
        let body = format!("Hello {},\n\n{}\n", reader.name, letter.body);
        let mail = Mail { name: reader.name, address, subject: letter.subject.clone(), body };
        if let Err(why) = app.mailer.send(&mail) {
            log::warn!("mail \"{}\": {why}", letter.subject);
        }
    }
    Ok(())
}
