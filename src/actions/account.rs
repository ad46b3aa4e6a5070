//! One's own account. Each action takes the session as the proof that a person, not a token, is there:
//! a token that could set the password would be wider than its owner made it.

use domain::event::Event;
use domain::permission::{FollowDues, ManageOwnAccount};
use store::api_tokens::{ApiToken, list_api_tokens};
use store::people::{self, Person, PersonFields};
use store::sessions::{self, Session};
use store::users::{self, User};
use store::{Right, Tx};

use crate::actions::{pictures, resets};
use crate::app::{App, new_secret};
use crate::error::{Error, Result};

/// A signature has at most this many pixels.
const SIGNATURE_PIXELS: (u32, u32) = (600, 200);

/// Everything on the account page.
#[derive(Debug, Clone)]
pub struct Account {
    /// The user.
    pub user: User,
    /// The person.
    pub person: Person,
    /// Live sessions, the latest first.
    pub sessions: Vec<Session>,
    /// Tokens, revoked ones included.
    pub tokens: Vec<ApiToken>,
}

/// One's own account.
///
/// # Errors
/// The store's.
pub fn find_account(app: &App, _: &Right<ManageOwnAccount>, session: &Session) -> Result<Account> {
    let (id, now) = (session.person_id, app.now().naive_utc());
    app.store.read(|conn| {
        let (user, person) = users::find_user(conn, id)?.ok_or(Error::LogIn)?;
        let (sessions, tokens) = (sessions::list_sessions(conn, id, now)?, list_api_tokens(conn, id)?);
        Ok(Account { user, person, sessions, tokens })
    })
}

/// Changes one's own name, initials and qualification.
///
/// # Errors
/// Stale.
pub fn change_details(
    app: &App,
    right: &Right<ManageOwnAccount>,
    session: &Session,
    version: i64,
    (name, initials, qualification): (String, String, String),
) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let old = mine(tx, session)?;
        let fields = PersonFields { name, initials, qualification, email: old.email.clone() };
        people::update_person(tx, old.id, version, &fields)?;
        Ok(((), vec![told(&old, &fields)]))
    })
}

/// The event of a person's change. Names are not repeated in it: they stand in one erasable table only.
pub(super) fn told(old: &Person, new: &PersonFields) -> Event {
    let changed = |name: &'static str, differs: bool| differs.then_some(name);
    let which = [
        changed("name", old.name != new.name),
        changed("mail address", old.email != new.email),
        changed("initials", old.initials != new.initials),
        changed("qualification", old.qualification != new.qualification),
    ];
    let which = which.into_iter().flatten().collect::<Vec<_>>().join(", ");
    Event::new("person", old.id, "changed").change("fields", "", which)
}

/// Sets one's signature from a picture, or removes it.
///
/// # Errors
/// A field error for what is no picture.
pub fn change_signature(
    app: &App,
    right: &Right<ManageOwnAccount>,
    session: &Session,
    picture: Option<&[u8]>,
) -> Result<()> {
    let png = picture.map(|bytes| pictures::recode_png("signature", bytes, SIGNATURE_PIXELS)).transpose()?;
    app.store.write(right.actor(), |tx| {
        people::update_signature(tx, session.person_id, png.as_deref())?;
        let done = if png.is_some() { "signature set" } else { "signature removed" };
        Ok(((), vec![Event::new("person", session.person_id, done)]))
    })
}

/// Changes one's password; every other session ends.
///
/// # Errors
/// A field error for a wrong old or an unfit new one; slow down.
pub fn change_password(
    app: &App,
    right: &Right<ManageOwnAccount>,
    session: &Session,
    (old, new): (&str, &str),
) -> Result<()> {
    let id = session.person_id;
    app.log_in_limit.check(&format!("password {id}"), None)?;
    let found = app.store.read(|conn| users::find_user(conn, id))?;
    let (user, _) = found.ok_or(Error::LogIn)?;
    if !app.passwords.check(old, user.password_hash.as_deref()) {
        return Err(Error::field("old_password", "this is not your password"));
    }
    let hash = app.passwords.hash(new)?;
    app.store.write(right.actor(), |tx| {
        resets::replace_password(tx, id, &hash, Some(session.id))?;
        Ok(((), vec![Event::new("user", id, "changed the password")]))
    })
}

/// Ends one of one's sessions.
///
/// # Errors
/// Not found when there is no such session of one's own.
pub fn end_session(app: &App, right: &Right<ManageOwnAccount>, session: &Session, id: i64) -> Result<()> {
    app.store.write(right.actor(), |tx| match sessions::delete_session(tx, session.person_id, id)? {
        true => Ok(((), vec![Event::new("session", id, "ended")])),
        false => Err(Error::NotFound("session".to_owned())),
    })
}

/// Ends all of one's sessions but this one.
///
/// # Errors
/// The store's.
pub fn end_other_sessions(app: &App, right: &Right<ManageOwnAccount>, session: &Session) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let ended = sessions::delete_sessions(tx, session.person_id, Some(session.id))?;
        let event = Event::new("user", session.person_id, "ended other sessions").change("number", "", ended);
        Ok(((), vec![event]))
    })
}

/// Makes one's calendar feed anew and gives its secret, which is not kept; an earlier one stops working.
///
/// # Errors
/// The store's.
pub fn renew_feed(app: &App, right: &Right<FollowDues>, session: &Session) -> Result<String> {
    let secret = new_secret();
    let hash = store::ledger::sha256(secret.as_bytes());
    app.store.write(right.actor(), |tx| {
        users::update_feed_hash(tx, session.person_id, Some(&hash))?;
        Ok::<_, Error>(((), vec![Event::new("user", session.person_id, "renewed the calendar feed")]))
    })?;
    Ok(secret)
}

/// Ends one's calendar feed.
///
/// # Errors
/// The store's.
pub fn end_feed(app: &App, right: &Right<FollowDues>, session: &Session) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        users::update_feed_hash(tx, session.person_id, None)?;
        Ok(((), vec![Event::new("user", session.person_id, "ended the calendar feed")]))
    })
}

/// The address of a calendar feed.
pub fn feed_address(app: &App, secret: &str) -> String {
    format!("{}/feed/{secret}.ics", app.config.base_url)
}

/// Sets whether one wants the weekly mail.
///
/// # Errors
/// The store's.
pub fn change_weekly_mail(
    app: &App,
    right: &Right<FollowDues>,
    session: &Session,
    wanted: bool,
) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        users::update_weekly_mail(tx, session.person_id, wanted)?;
        let event = Event::new("user", session.person_id, "changed").change("weekly mail", !wanted, wanted);
        Ok(((), vec![event]))
    })
}

fn mine(tx: &mut Tx, session: &Session) -> Result<Person> {
    people::find_person(tx, session.person_id)?.ok_or(Error::LogIn)
}
