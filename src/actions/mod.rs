//! Use cases: authorise, load, decide, write, tell. Pages, the API, jobs and the command line share them.
pub mod account;
pub mod api_tokens;
pub mod assessments;
pub mod assets;
pub mod attachments;
pub mod calibrations;
pub mod categories;
pub mod certificates;
pub mod customers;
pub mod dues;
pub mod erasures;
pub mod faults;
pub mod feeds;
pub mod forecast;
pub mod history_links;
pub mod holds;
pub mod import;
pub mod instruments;
pub mod intervals;
pub mod jobs;
pub mod labels;
pub mod log_in;
pub mod models;
pub mod output;
pub mod passwords;
pub mod patguard;
pub mod paths;
pub mod photos;
pub mod pictures;
pub mod places;
pub mod proof_checks;
pub mod proposals;
pub mod recalls;
pub mod resets;
pub mod ripple;
pub mod sequences;
pub mod set_up;
pub mod settings;
pub mod signals;
pub mod site_pack;
pub mod sites;
pub mod start;
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
