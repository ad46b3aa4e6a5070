//! The release of a lock by a person: a report of danger, a fail that arrived late or was corrected are reviewed; a
//! fail or an opening that stands is overridden.

use domain::asset::Status;
use domain::event::Event;
use domain::evidence::{FORM, ReleaseEvidence};
use domain::permission::ReviewLock;
use domain::standing::{LockCause, Release, Standing, standing};
use domain::text::check_text;
use store::assets::{Asset, find_asset, reindex_asset};
use store::marks::marks_for_standing;
use store::tests::{self, ReleaseRow};
use store::types::Moment;
use store::{AnyConnection, Right, Tx, dues};

use super::facts;
use crate::actions::dues::settle;
use crate::app::App;
use crate::error::{Error, Result};

/// An asset's standing, where it is locked: what a manager who looks at it needs to see.
///
/// # Errors
/// The store's.
pub fn needs_review(conn: &mut AnyConnection, asset_id: i64) -> Result<Option<Standing>> {
    let history = tests::tests_for_standing(conn, asset_id)?;
    let marks = marks_for_standing(conn, asset_id)?;
    Ok(Some(standing(&history, &marks)).filter(|standing| standing.locked.is_some()))
}

/// The fail or opening that an asset is used in spite of, on a manager's word, with that word.
///
/// # Errors
/// The store's.
pub fn find_override(conn: &mut AnyConnection, asset_id: i64) -> Result<Option<(LockCause, ReleaseRow)>> {
    let releases = tests::list_releases(conn, asset_id)?;
    let Some(word) = releases.last().cloned() else { return Ok(None) };
    let history = tests::tests_for_standing(conn, asset_id)?;
    let marks = marks_for_standing(conn, asset_id)?;
    Ok(standing(&history, &marks).overridden.map(|fail| (fail, word)))
}

/// Releases an asset by a person's decision, with the reason: what contradicts itself was looked at, or a fail is
/// overridden, which the record says.
///
/// # Errors
/// Not found, a field error without a reason, a conflict when nothing is locked.
pub fn review(app: &App, right: &Right<ReviewLock>, tag: &str, reason: &str) -> Result<()> {
    let reason = check_text(reason, 1000)
        .and_then(|text| {
            if text.is_empty() { Err("say why it may be used".to_owned()) } else { Ok(text.to_owned()) }
        })
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
        return Err(Error::Conflict("There is nothing to release here: it is not locked.".to_owned()));
    };
    let history = tests::tests_for_standing(tx, asset.id)?;
    let mut marks = marks_for_standing(tx, asset.id)?;
    marks.releases.push(Release { sequence: i64::MAX, then: None });
    let outcome = settle(tx, asset, &history, &marks)?;
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
        overrides: before.would_override(),
        asset_status: status,
    };
    let action = if evidence.overrides { "overridden" } else { "reviewed" };
    let event = event(asset, (action, status), &id, &reason);
    let (customer_id, asset_id) = (asset.customer_id, asset.id);
    let row = ReleaseRow { id, customer_id, seq: 0, asset_id, person_id: person, at, reason };
    tests::insert_release(tx, row, evidence.canonical())?;
    Ok(event)
}

fn event(asset: &Asset, (action, status): (&'static str, Status), id: &str, reason: &str) -> Event {
    use domain::code::Code;
    Event::new("release", id, action)
        .of_asset(asset.customer_id, asset.id)
        .change("status", asset.status().label(), status.label())
        .change("reason", "", reason)
}
