//! What a job gave up on does not stay in service.

use domain::asset::Lifecycle;
use domain::code::Code;
use domain::event::Event;
use domain::job::Outcome;
use domain::permission::RetireAsset;
use store::Tx;
use store::assets::{find_asset, update_asset};
use store::jobs::Job;
use store::jobs::assets::list_job_assets;
use store::types::Coded;

use crate::actions::assets::settle;
use crate::error::Result;

/// Takes the assets of a job out of service that ended as scrapped or beyond economic repair: disposed of where it was
/// scrapped by somebody who may, else put in store until somebody who may decides.
///
/// # Errors
/// The store's.
pub(super) fn take_out_of_service(tx: &mut Tx, job: &Job, outcome: Option<Outcome>) -> Result<Vec<Event>> {
    let scrapped = outcome == Some(Outcome::Scrapped);
    if !scrapped && outcome != Some(Outcome::BeyondEconomicRepair) {
        return Ok(vec![]);
    }
    let disposes = scrapped && tx.actor.may::<RetireAsset>();
    let to = if disposes { Lifecycle::Disposed } else { Lifecycle::InStore };
    let scope = tx.actor.scope();
    let mut events = vec![];
    for thing in list_job_assets(tx, job)? {
        let leaves = match thing.lifecycle.0 {
            Lifecycle::InService | Lifecycle::InRepair => true,
            Lifecycle::InStore => disposes,
            Lifecycle::Disposed | Lifecycle::Lost | Lifecycle::Merged => false,
        };
        if !leaves {
            continue;
        }
        let asset = find_asset(tx, scope, thing.id)?;
        let mut fields = asset.fields();
        fields.lifecycle = Coded(to);
        update_asset(tx, asset.id, asset.version, fields)?;
        settle(tx, asset.id)?;
        let event = Event::new("asset", asset.id, "taken out of service").of_asset(job.customer_id, asset.id);
        events.push(event.change("lifecycle", asset.lifecycle.label(), to.label()).change(
            "job",
            "",
            &job.number,
        ));
    }
    Ok(events)
}
