//! Takes out what nobody needs any more.

use chrono::{DateTime, Duration, Utc};

use crate::app::App;
use crate::error::{Error, Result};
use crate::jobs::Outcome;

/// How long the records of an ended import of tests can be looked at after it was begun, in days.
const STAGED_DAYS: i64 = 90;

/// Removes ended sessions, password links that ran out, answers to requests older than thirty days, log-in
/// brakes that have run down, what was looked at of imports that ended long ago, and what
/// an erasure has left in the file.
///
/// # Errors
/// The store's.
pub fn run(app: &App, _: DateTime<Utc>) -> Result<Outcome> {
    app.log_in_limit.forget_old();
    app.report_limit.forget_old();
    let before = app.now() - Duration::days(STAGED_DAYS);
    let (sessions, resets, keys, staged) = app.store.keep_house(|tx| {
        let sessions = store::sessions::delete_expired(tx)?;
        let (resets, keys) = store::job_runs::delete_outdated(tx)?;
        let staged = store::test_imports::clear_staged(tx, before)?;
        Ok::<_, Error>((sessions, resets, keys, staged))
    })?;
    crate::actions::erasures::finish(app, i64::MAX)?;
    let words = format!(
        "removed {sessions} ended sessions, {resets} old password links, {keys} kept answers, \
         {staged} records of ended imports"
    );
    Ok(Outcome { words, again: None })
}
