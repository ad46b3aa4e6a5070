//! Each morning: whoever referred something is told which third parties are to be asked.

use chrono::{DateTime, Utc};

use crate::actions::referrals::tell_of_chases;
use crate::app::App;
use crate::error::Result;
use crate::jobs::Outcome;

/// The job's name.
pub const NAME: &str = "chasing";

/// Tells of what is to be asked after today.
///
/// # Errors
/// The store's.
pub fn run(app: &App, _: DateTime<Utc>) -> Result<Outcome> {
    let told = tell_of_chases(app)?;
    Ok(Outcome { words: format!("{told} referrals to be asked after"), again: None })
}
