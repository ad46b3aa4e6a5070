//! Takes out what nobody needs any more.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::error::{Error, Result};
use crate::jobs::Outcome;

/// Removes ended sessions, password links that ran out, answers to requests older than thirty days, and log-in
/// brakes that have run down.
///
/// # Errors
/// The store's.
pub fn run(app: &App, _: DateTime<Utc>) -> Result<Outcome> {
    app.log_in_limit.forget_old();
    let (sessions, resets, keys) = app.store.keep_house(|tx| {
        let sessions = store::sessions::delete_expired(tx)?;
        let (resets, keys) = store::job_runs::delete_outdated(tx)?;
        Ok::<_, Error>((sessions, resets, keys))
    })?;
    let words =
        format!("removed {sessions} ended sessions, {resets} old password links, {keys} kept answers");
    Ok(Outcome { words, again: None })
}
