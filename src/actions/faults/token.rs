//! The signed mark of a form that anybody may send: which label it is for and when it was opened, with nothing stored.

use chrono::{DateTime, Utc};
use domain::fault::check_age;
use domain::tag::fold;
use store::ledger::{RowHash, sha256};
use store::settings::{find_setting, set_setting};

use crate::app::{App, new_secret, random_u64};
use crate::error::{Error, Result};

/// The setting with the secret that signs.
const KEY: &str = "fault_form_key";

/// A form that was opened here and is sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormToken {
    /// When it was opened.
    pub opened: DateTime<Utc>,
    /// The secret by which what was sent with it can be followed: the same form sent twice is one report.
    pub follow: String,
}

impl FormToken {
    /// The hash under which the follow secret is stored.
    pub fn follow_hash(&self) -> String {
        sha256(self.follow.as_bytes())
    }
}

/// A new mark for a form about what a label is on.
///
/// # Errors
/// The store's.
pub fn issue(app: &App, tag: &str) -> Result<String> {
    let opened = format!("{:x}.{:016x}", app.now().timestamp_micros(), random_u64());
    let mark = sign(&key(app)?, &["form", &fold(tag), &opened]);
    Ok(format!("{opened}.{mark}"))
}

/// Reads the mark of a form about what a label is on, however old.
///
/// # Errors
/// A field error for one that is not ours or of another label.
pub(super) fn read(app: &App, tag: &str, mark: &str) -> Result<FormToken> {
    let unknown = || Error::field("", "this form is not complete; open the label again and send it anew");
    let (opened, signature) = mark.rsplit_once('.').ok_or_else(unknown)?;
    let key = key(app)?;
    // Compared by their hashes, so that the time it takes says nothing of how much was right.
    if sha256(sign(&key, &["form", &fold(tag), opened]).as_bytes()) != sha256(signature.as_bytes()) {
        return Err(unknown());
    }
    let micros = opened.split('.').next().and_then(|text| i64::from_str_radix(text, 16).ok());
    let opened = micros.and_then(DateTime::from_timestamp_micros).ok_or_else(unknown)?;
    Ok(FormToken { opened, follow: sign(&key, &["follow", mark]) })
}

/// As [`read`], of a form that people fill in: neither sent at once nor the next day.
///
/// # Errors
/// As [`read`]; a field error that says what to do.
pub(super) fn read_filled(app: &App, tag: &str, mark: &str) -> Result<FormToken> {
    let token = read(app, tag, mark)?;
    check_age(token.opened, app.now()).map_err(|words| Error::field("", words))?;
    Ok(token)
}

/// A short name for one of the reports of a thing, which tells nothing of how many there are.
pub(super) fn name_of(key: &str, fault_id: i64) -> String {
    let mut name = sign(key, &["fault", &fault_id.to_string()]);
    name.truncate(16);
    name
}

/// Hashed twice with the key: what a hash is taken over cannot be continued.
fn sign(key: &str, parts: &[&str]) -> String {
    let inner = parts.iter().fold(RowHash::default().text(key), |hash, part| hash.text(part)).finish();
    RowHash::default().text(key).text(&inner).finish()
}

/// The secret that signs; made when it is first needed.
///
/// # Errors
/// The store's.
pub(super) fn key(app: &App) -> Result<String> {
    let known = || app.store.read(|conn| find_setting::<String>(conn, KEY));
    if let Some(key) = known()? {
        return Ok(key);
    }
    let made = app.store.keep_house(|tx| match find_setting::<String>(tx, KEY)? {
        Some(key) => Ok::<_, store::Error>(key),
        None => {
            let key = new_secret();
            set_setting(tx, KEY, key.clone())?;
            Ok(key)
        }
    });
    // Another server was first: its key is there now.
    made.or_else(|error| known()?.ok_or(error)).map_err(Error::from)
}
