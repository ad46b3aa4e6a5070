//! Use cases: authorise, load, decide, write, tell. Pages, the API, jobs and the command line share them.
pub mod account;
pub mod api_tokens;
pub mod appointments;
pub mod assessments;
pub mod assets;
pub mod attachments;
pub mod bills;
pub mod calendars;
pub mod calibrations;
pub mod categories;
pub mod certificates;
pub mod checklists;
pub mod clock;
pub mod contracts;
pub mod customers;
pub mod dues;
pub mod erasures;
pub mod fault_words;
pub mod faults;
pub mod feeds;
pub mod findings;
pub mod forecast;
pub mod guides;
pub mod history_links;
pub mod holds;
pub mod import;
pub mod instruments;
pub mod intervals;
pub mod job_imports;
pub mod job_parts;
pub mod job_sheets;
pub mod jobs;
pub mod known_fixes;
pub mod labels;
pub mod letters;
pub mod log_in;
pub mod measures;
pub mod models;
pub mod monthly_reports;
pub mod output;
pub mod part_import;
pub mod parts;
pub mod passwords;
pub mod patguard;
pub mod paths;
pub mod photos;
pub mod pictures;
pub mod places;
pub mod plans;
pub mod portal;
pub mod procedures;
pub mod proof_checks;
pub mod proposals;
pub mod purchase;
pub mod quotes;
pub mod rates;
pub mod recalls;
pub mod referrals;
pub mod resets;
pub mod ripple;
pub mod sequences;
pub mod set_up;
pub mod settings;
pub mod signals;
pub mod site_pack;
pub mod sites;
pub mod start;
pub mod stock;
pub mod stock_places;
pub mod suppliers;
pub mod test_imports;
pub mod test_log;
pub mod test_photos;
pub mod test_walk;
pub mod tests;
pub mod users;
pub mod visits;

use store::Right;

use crate::error::{Error, Result};

/// Refuses to change what all customers share to somebody who sees only some of them.
///
/// # Errors
/// Forbidden, naming the action.
pub fn sees_all<A>(right: &Right<A>, action: &str) -> Result<()> {
    match right.scope().customers() {
        None => Ok(()),
        Some(_) => Err(Error::Forbidden(format!("{action}, since you see only some of the customers"))),
    }
}

/// What was looked for; none where there is no such thing, so that a form can say so beside its field.
///
/// # Errors
/// Any other error than that.
pub fn known<T>(found: store::Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(store::Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other.into()),
    }
}
