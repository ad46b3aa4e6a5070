//! Changing many assets at once: all of them or none, each with its own event.

use domain::asset::Lifecycle;
use domain::permission::RetireAsset;
use store::Right;
use store::assets::{self, Asset};
use store::types::Coded;

use super::change_in;
use crate::app::App;
use crate::error::{Error, Result};

/// The most assets changed at once.
pub const MOST: usize = 1000;

/// What is done to each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkChange {
    /// Moved to a site, and a place of it.
    Move {
        /// The site.
        site_id: i64,
        /// The place.
        place_id: Option<i64>,
    },
    /// Given another lifecycle.
    Lifecycle(Lifecycle),
}

impl BulkChange {
    /// The asset's fields after the change.
    pub fn of(self, asset: &Asset) -> assets::AssetFields {
        let mut fields = asset.fields();
        match self {
            Self::Move { site_id, place_id } => (fields.site_id, fields.place_id) = (site_id, place_id),
            Self::Lifecycle(lifecycle) => fields.lifecycle = Coded(lifecycle),
        }
        fields
    }
}

/// Changes each of these assets as it was read, given as id and version.
///
/// # Errors
/// Not found for any outside the scope, stale when any was changed meanwhile, field errors: nothing is changed then.
pub fn change_many(
    app: &App,
    right: &Right<RetireAsset>,
    chosen: &[(i64, i64)],
    change: BulkChange,
) -> Result<usize> {
    if chosen.is_empty() {
        return Err(Error::field("id", "choose at least one asset"));
    }
    if chosen.len() > MOST {
        return Err(Error::field("id", format!("choose at most {MOST} assets at once")));
    }
    let verb = if matches!(change, BulkChange::Move { .. }) { "moved" } else { "changed" };
    app.store.write(right.actor(), |tx| {
        let mut events = vec![];
        for (id, version) in chosen {
            let asset = assets::find_asset(tx, right.scope(), *id)?;
            let fields = change.of(&asset);
            events.push(change_in(tx, right.actor(), (*id, *version), fields, verb)?.1);
        }
        Ok((chosen.len(), events))
    })
}
