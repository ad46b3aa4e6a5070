//! Signs the heads of the ledger's chains, so that what stood then can be held against what stands later.

use chrono::{DateTime, Utc};
use domain::event::{Event, Via};
use store::Actor;
use store::signed_heads::{SigningKey, fingerprint, has_unsigned, sign_heads};

use crate::app::App;
use crate::error::Result;
use crate::jobs::Outcome;

/// The job's name.
pub const NAME: &str = "sign_heads";

/// Signs each head that moved; makes the key where there is none yet.
///
/// # Errors
/// The store's; that the key file cannot be read or written.
pub fn run(app: &App, _: DateTime<Utc>) -> Result<Outcome> {
    let key = SigningKey::find_or_make(&app.config.key_path())?;
    let name = fingerprint(&key.public());
    if !app.store.read(|conn| has_unsigned(conn, &key))? {
        return Ok(Outcome { words: format!("nothing new to sign with key {name}"), again: None });
    }
    let signed = app.store.write(&Actor::operator(Via::Job), |tx| {
        let signed = sign_heads(tx, &key)?.len();
        let event = Event::new("ledger", &name, "heads signed").change("heads", "", signed);
        Ok::<_, crate::error::Error>((signed, vec![event]))
    })?;
    Ok(Outcome { words: format!("signed {signed} heads with key {name}"), again: None })
}
