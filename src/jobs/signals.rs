//! Counts each night what in the records of the last days asks for a second look.

use chrono::{DateTime, Utc};
use domain::event::Via;
use domain::permission::ReviewLock;
use store::Actor;

use crate::actions::signals;
use crate::app::App;
use crate::error::Result;
use crate::jobs::Outcome;

/// Counts the open signals.
///
/// # Errors
/// The store's.
pub fn run(app: &App, _: DateTime<Utc>) -> Result<Outcome> {
    let actor = Actor::operator(Via::Job);
    let open = signals::count_open(app, &actor.right::<ReviewLock>()?)?;
    Ok(Outcome { words: format!("{open} open"), again: None })
}
