//! The assets of a job: added, taken off, opened.

use domain::event::Event;
use domain::permission::WorkJob;
use store::assets::find_asset;
use store::jobs::assets::{delete_job_asset, insert_job_asset, list_job_assets, update_opened};
use store::jobs::{Job, find_job};
use store::{Right, Tx};

use super::settle;
use crate::actions::holds::hold_opened;
use crate::app::App;
use crate::error::{Error, Result};

/// Puts an asset of the same customer on an open job.
///
/// # Errors
/// Not found for a foreign job or asset, a conflict once the job is closed.
pub fn add_asset(app: &App, right: &Right<WorkJob>, number: &str, asset_id: i64) -> Result<Job> {
    app.store.write(right.actor(), |tx| {
        let job = open_one(tx, right, number)?;
        let event = add_asset_in(tx, &job, asset_id)?;
        Ok((settle(tx, job.id)?, vec![event]))
    })
}

/// As [`add_asset`], within a transaction, of an open job just found within the scope; the caller settles it.
///
/// # Errors
/// As [`add_asset`].
pub fn add_asset_in(tx: &mut Tx, job: &Job, asset_id: i64) -> Result<Event> {
    let scope = tx.actor.scope().within(job.customer_id);
    let asset = find_asset(tx, &scope, asset_id)?;
    insert_job_asset(tx, (job.id, job.customer_id), asset.id)?;
    let event = Event::new("job", &job.number, "about this too").of_asset(job.customer_id, asset.id);
    Ok(event.change("asset", "", &asset.tag))
}

/// Takes an asset off an open job again.
///
/// # Errors
/// Not found; a conflict once the job is closed or where the asset was opened in it.
pub fn remove_asset(app: &App, right: &Right<WorkJob>, number: &str, asset_id: i64) -> Result<Job> {
    app.store.write(right.actor(), |tx| {
        let job = open_one(tx, right, number)?;
        let event = remove_asset_in(tx, &job, asset_id)?;
        Ok((settle(tx, job.id)?, vec![event]))
    })
}

/// As [`remove_asset`], within a transaction, of an open job just found within the scope; the caller settles it.
///
/// # Errors
/// As [`remove_asset`].
pub fn remove_asset_in(tx: &mut Tx, job: &Job, asset_id: i64) -> Result<Event> {
    let scope = tx.actor.scope().within(job.customer_id);
    let asset = find_asset(tx, &scope, asset_id)?;
    if !delete_job_asset(tx, job.id, asset.id)? {
        return Err(Error::Conflict(format!(
            "{} is not on this job, or was opened in it and belongs to its record.",
            asset.tag
        )));
    }
    let event = Event::new("job", &job.number, "no longer about this").of_asset(job.customer_id, asset.id);
    Ok(event.change("asset", &asset.tag, ""))
}

/// Lets an open job, just found within the scope, be about these assets and no others.
///
/// # Errors
/// As [`add_asset`] and [`remove_asset`].
pub fn replace_assets_in(tx: &mut Tx, job: &Job, wanted: &[i64]) -> Result<(Job, Vec<Event>)> {
    if !job.is_open() {
        return Err(closed());
    }
    let now: Vec<i64> = list_job_assets(tx, job)?.iter().map(|asset| asset.id).collect();
    let mut events = vec![];
    for asset in wanted.iter().filter(|id| !now.contains(id)) {
        events.push(add_asset_in(tx, job, *asset)?);
    }
    for asset in now.iter().filter(|id| !wanted.contains(id)) {
        events.push(remove_asset_in(tx, job, *asset)?);
    }
    Ok((settle(tx, job.id)?, events))
}

/// Notes that an asset's enclosure was opened: from now on it needs a test after repair.
///
/// # Errors
/// Not found; a conflict once the job is closed.
pub fn mark_opened(app: &App, right: &Right<WorkJob>, number: &str, asset_id: i64) -> Result<Job> {
    app.store.write(right.actor(), |tx| {
        let job = open_one(tx, right, number)?;
        let events = mark_opened_in(tx, &job, asset_id)?;
        Ok((settle(tx, job.id)?, events))
    })
}

/// As [`mark_opened`], within a transaction, of an open job just found within the scope.
///
/// # Errors
/// As [`mark_opened`].
pub fn mark_opened_in(tx: &mut Tx, job: &Job, asset_id: i64) -> Result<Vec<Event>> {
    let scope = tx.actor.scope().within(job.customer_id);
    let asset = find_asset(tx, &scope, asset_id)?;
    insert_job_asset(tx, (job.id, job.customer_id), asset.id)?;
    let first = update_opened(tx, job.id, asset.id)?;
    let event = Event::new("job", &job.number, "enclosure opened").of_asset(job.customer_id, asset.id);
    let mut events = vec![event.change("asset", "", &asset.tag)];
    // Opened again after its test, it needs another one.
    if first || asset.lock_cause.is_none() {
        let opened = (tx.now, tx.actor.person_id());
        events.push(hold_opened(tx, &asset, &job.number, opened)?);
    }
    Ok(events)
}

fn open_one(tx: &mut Tx, right: &Right<WorkJob>, number: &str) -> Result<Job> {
    let job = find_job(tx, right.scope(), number)?;
    match job.is_open() {
        true => Ok(job),
        false => Err(closed()),
    }
}

fn closed() -> Error {
    Error::Conflict("This job is closed; open it again to change it.".to_owned())
}
