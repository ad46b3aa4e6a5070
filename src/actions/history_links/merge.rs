//! Merging: an asset registered twice becomes one, under the tag of one of the two.

use domain::asset::Lifecycle;
use domain::history_link::LinkKind;
use domain::permission::LinkHistories;
use store::assets::{Asset, find_asset};
use store::{AnyConnection, Right, Scope, dues};

use super::write::{NewLinks, event, set_lifecycle, write};
use super::{check_reason, find_other};
use crate::actions::tests;
use crate::app::App;
use crate::error::{Error, Result};

/// Two assets that may be one.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The one that stays.
    pub stays: Asset,
    /// The one that goes.
    pub goes: Asset,
}

/// The two assets that a tag and what was typed name, if they can be merged.
///
/// # Errors
/// Not found, a field error that says why they cannot be merged.
pub fn find_pair(app: &App, right: &Right<LinkHistories>, (tag, other): (&str, &str)) -> Result<Pair> {
    app.store.read(|conn| pair(conn, right.scope(), (tag, other)))
}

fn pair(conn: &mut AnyConnection, scope: &Scope, (tag, other): (&str, &str)) -> Result<Pair> {
    let stays = tests::find_asset(conn, scope, tag)?;
    let goes = find_other(conn, scope, (&stays, other))?;
    let why = match (&stays, &goes) {
        (stays, _) if matches!(stays.lifecycle.0, Lifecycle::Disposed | Lifecycle::Lost) => {
            "the asset that stays is recorded as gone: put it back in service, or merge the other way round"
        }
        (_, goes) if !goes.custodian.is_empty() => "somebody has the other one: check it in first",
        (stays, goes) if stays.parent_id == Some(goes.id) || goes.parent_id == Some(stays.id) => {
            "one of the two belongs to the other: they are two things"
        }
        _ => return Ok(Pair { stays, goes }),
    };
    Err(Error::field("other", why))
}

/// Merges another asset of the same customer into this one: its tests and releases count here from now on, its tag
/// and number lead here, it is closed and falls due no more. Nothing recorded is altered, and a lock of either stays:
/// no test made before says anything of a fail that its tester did not know of.
///
/// # Errors
/// Not found, field errors.
pub fn merge(
    app: &App,
    right: &Right<LinkHistories>,
    (tag, other): (&str, &str),
    reason: &str,
) -> Result<Asset> {
    let reason = check_reason(reason)?;
    app.store.write(right.actor(), |tx| {
        let Pair { stays, goes } = pair(tx, right.scope(), (tag, other))?;
        let mut ids = [stays.id, goes.id];
        ids.sort_unstable();
        dues::hold_assets(tx, &ids)?;
        // As they are now that nobody else can change them.
        let Pair { stays, goes } = pair(tx, right.scope(), (tag, other))?;
        if ids.iter().any(|id| ![stays.id, goes.id].contains(id)) {
            return Err(Error::Stale("asset".to_owned()));
        }
        set_lifecycle(tx, &goes, Lifecycle::Merged)?;
        let act = uuid::Uuid::now_v7().to_string();
        let new = NewLinks {
            act: &act,
            kind: LinkKind::Merge,
            from: &goes,
            to: &stays,
            tests: vec![None],
            lifecycle: Some(goes.lifecycle.0),
            reason: &reason,
        };
        let after = write(tx, &new, &ids)?;
        let events = vec![
            event((&stays, after.get(&stays.id)), "merged with another", (&act, &goes, &reason)),
            event((&goes, after.get(&goes.id)), "merged into another", (&act, &stays, &reason)),
        ];
        Ok((find_asset(tx, right.scope(), stays.id)?, events))
    })
}
