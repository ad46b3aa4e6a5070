//! Looks through the records of the last weeks each night for what asks for a second look.

use chrono::{DateTime, Days, Utc};

use crate::actions::dues::today;
use crate::actions::signals::{LOOK_BACK, Look, find_look, go_on};
use crate::app::App;
use crate::error::Result;
use crate::jobs::Outcome;

/// The job's name.
pub const NAME: &str = "signals";

/// Looks through them. A look that somebody asked for and that is under way goes first: ours comes after it.
///
/// # Errors
/// The store's.
pub fn run(app: &App, _: DateTime<Utc>) -> Result<Outcome> {
    if find_look(app)?.is_some_and(|look| look.is_busy(app.now())) {
        let words = "waits for a look that somebody asked for".to_owned();
        return Ok(Outcome { words, again: Some(app.now() + chrono::Duration::minutes(10)) });
    }
    let to = today(app);
    let look = Look { from: to - Days::new(LOOK_BACK - 1), to, done: 0, at: app.now() };
    let open = go_on(app, look)?;
    Ok(Outcome { words: format!("{open} to look at"), again: None })
}
