//! Changing an asset that somebody read at a version.

use domain::asset::Lifecycle;
use domain::event::Event;
use domain::permission::{EditAsset, RetireAsset, SetInterval};
use store::assets::{self, Asset, AssetFields};
use store::{Actor, Right, Tx};

use super::belongs::find_ground;
use super::{changes, check_fields, settle};
use crate::actions::tests::facts::MERGED;
use crate::app::App;
use crate::error::{Error, Result};

/// Changes an asset that was read at `version`.
///
/// # Errors
/// Not found, stale, forbidden (retiring and intervals need more than editing), field errors, a conflict when the
/// customer's number is in use.
pub fn change_asset(
    app: &App,
    right: &Right<EditAsset>,
    (id, version): (i64, i64),
    fields: AssetFields,
) -> Result<Asset> {
    app.store.write(right.actor(), |tx| {
        let (asset, event) = change_in(tx, right.actor(), (id, version), fields, "changed")?;
        Ok((asset, vec![event]))
    })
}

/// Changes an asset within a write under way, and gives the event to be told under a verb.
///
/// # Errors
/// As [`change_asset`].
pub fn change_in(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    mut fields: AssetFields,
    verb: &'static str,
) -> Result<(Asset, Event)> {
    let scope = actor.scope();
    let old = assets::find_asset(tx, scope, id)?;
    refuse_merged(&old)?;
    let ground = find_ground(tx, scope, (old.customer_id, Some(id)), &fields)?;
    fields.model_id = ground.model.as_ref().map(|model| model.id);
    check_rights(actor, &old, &fields)?;
    check_fields(&fields, &ground.category)?;
    assets::update_asset(tx, id, version, fields)?;
    settle(tx, id)?;
    let new = assets::find_asset(tx, scope, id)?;
    let event = Event::new("asset", id, verb).of_asset(new.customer_id, id);
    let event = changes(tx, event, &old, &new)?;
    Ok((new, event))
}

/// Refuses to change what counts no more: what is written of it belongs to the asset that it was merged into.
///
/// # Errors
/// A conflict that says where to go.
pub(super) fn refuse_merged(asset: &Asset) -> Result<()> {
    match asset.lifecycle.0 {
        Lifecycle::Merged => Err(Error::Conflict(MERGED.to_owned())),
        _ => Ok(()),
    }
}

fn check_rights(actor: &Actor, old: &Asset, fields: &AssetFields) -> Result<()> {
    let gone = |lifecycle| lifecycle == Lifecycle::Disposed;
    if gone(old.lifecycle.0) != gone(fields.lifecycle.0) {
        actor.right::<RetireAsset>()?;
    }
    let was = (old.user_check_months, old.formal_visual_months, old.combined_months, &old.interval_reason);
    let is = (
        fields.user_check_months,
        fields.formal_visual_months,
        fields.combined_months,
        &fields.interval_reason,
    );
    if was != is {
        actor.right::<SetInterval>()?;
    }
    Ok(())
}
