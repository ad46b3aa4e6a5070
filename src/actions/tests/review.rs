//! The review of a lock that no passing test can settle: a fail that arrived late, or one that was corrected.

use domain::asset::Status;
use domain::event::Event;
use domain::evidence::{FORM, ReleaseEvidence};
use domain::permission::ReviewLock;
use domain::standing::{LockWhy, Release, Standing, standing};
use store::assets::{Asset, find_asset, reindex_asset};
use store::tests::{self, ReleaseRow};
use store::types::Moment;
use store::{AnyConnection, Right, Tx, dues};

use super::{facts, request::check_text};
use crate::actions::dues::settle;
use crate::app::App;
use crate::error::{Error, Result};

/// An asset's standing, where a review could release it: locked, but by no fail that a test must undo first.
///
/// # Errors
/// The store's.
pub fn needs_review(conn: &mut AnyConnection, asset_id: i64) -> Result<Option<Standing>> {
    let history = tests::tests_for_standing(conn, asset_id)?;
    let releases = tests::releases_for_standing(conn, asset_id)?;
    let standing = standing(&history, &releases);
    let reviewable =
        !standing.open.is_empty() && standing.open.iter().all(|lock| lock.why != LockWhy::Failed);
    Ok(reviewable.then_some(standing))
}

/// Releases an asset after a person looked at what contradicts itself, with the reason.
///
/// # Errors
/// Not found, a field error without a reason, a conflict when nothing is to be reviewed or a fail still stands.
pub fn review(app: &App, right: &Right<ReviewLock>, tag: &str, reason: &str) -> Result<()> {
    let reason = check_text(reason, 1000)
        .and_then(|text| if text.is_empty() { Err("say why it may be used".to_owned()) } else { Ok(text) })
        .map_err(|message| Error::field("reason", message))?;
    app.store.write(right.actor(), |tx| {
        let asset = super::find_asset(tx, right.scope(), tag)?;
        dues::hold_asset(tx, asset.id)?;
        let asset = find_asset(tx, right.scope(), asset.id)?;
        let event = release(tx, right, &asset, reason)?;
        Ok(((), vec![event]))
    })
}

fn release(tx: &mut Tx, right: &Right<ReviewLock>, asset: &Asset, reason: String) -> Result<Event> {
    let person = right.actor().person_id();
    let person = person.ok_or_else(|| Error::Forbidden("review without being a person".to_owned()))?;
    let Some(before) = needs_review(tx, asset.id)? else {
        let words = "There is nothing to review here: what failed must pass a test of the same kind first.";
        return Err(Error::Conflict(words.to_owned()));
    };
    let history = tests::tests_for_standing(tx, asset.id)?;
    let mut releases = tests::releases_for_standing(tx, asset.id)?;
    releases.push(Release { sequence: i64::MAX });
    let outcome = settle(tx, asset, &history, &releases)?;
    reindex_asset(tx, asset.id)?;
    let status = Status::of(asset.lifecycle.0, outcome.standing.locked.is_some());
    let at = Moment::from(tx.now);
    let id = uuid::Uuid::now_v7().to_string();
    let evidence = ReleaseEvidence {
        form: FORM,
        id: id.clone(),
        customer_id: asset.customer_id,
        asset_id: asset.id,
        tag: asset.tag.clone(),
        at: at.utc(),
        person: facts::committed(tx, person)?,
        reason: reason.clone(),
        settles: before.open.iter().map(|lock| lock.sequence).collect(),
        asset_status: status,
    };
    let event = event(asset, status, &id, &reason);
    let (customer_id, asset_id) = (asset.customer_id, asset.id);
    let row = ReleaseRow { id, customer_id, seq: 0, asset_id, person_id: person, at, reason };
    tests::insert_release(tx, row, evidence.canonical())?;
    Ok(event)
}

fn event(asset: &Asset, status: Status, id: &str, reason: &str) -> Event {
    use domain::code::Code;
    Event::new("release", id, "reviewed")
        .of_asset(asset.customer_id, asset.id)
        .change("status", asset.status().label(), status.label())
        .change("reason", "", reason)
}
