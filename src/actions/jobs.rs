//! Jobs: opened, moved step by step, logged, escalated, closed.

mod assign;
mod change;
mod entries;
mod escalate;
mod find;
mod gone;
mod notify;
mod open;
mod step;
mod things;

pub use assign::{Assignable, assign_in, assign_job, list_assignable};
pub use change::{JobChange, change_in, change_job};
pub use entries::{EntryRequest, When, add_entry, entry_in, withdraw_file};
pub use escalate::{Handover, escalate_in, escalate_job};
pub use find::{Deadline, JobLine, JobView, find_job, list_jobs, read_file, view_in};
pub use notify::{mentionable, see_notices, tell, watch_job};
pub use open::{JobRequest, open_in, open_job};
pub use step::{StepRequest, step_in, take_step, unmet};
pub use things::{
    add_asset, add_asset_in, mark_opened, mark_opened_in, remove_asset, remove_asset_in, replace_assets_in,
};

use store::Tx;
use store::jobs::{Job, find_job_by_id};
use store::measures::settle_measures;

use crate::error::Result;

/// What follows from every change of a job: its search document, its clock and what is counted of it
/// are worked out anew.
///
/// # Errors
/// The store's.
pub(in crate::actions) fn settle(tx: &mut Tx, id: i64) -> Result<Job> {
    store::jobs::search::reindex_job(tx, id)?;
    crate::actions::clock::settle_clock(tx, id)?;
    let scope = tx.actor.scope();
    let job = find_job_by_id(tx, scope, id)?;
    // The measures may know better whether the first work was enough.
    if settle_measures(tx, &job)? { Ok(find_job_by_id(tx, scope, id)?) } else { Ok(job) }
}
