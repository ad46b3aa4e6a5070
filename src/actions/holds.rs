//! Holds: what locks an asset as a fail does though nobody tested it.

use chrono::{DateTime, Utc};
use domain::asset::Status;
use domain::code::Code;
use domain::event::Event;
use domain::evidence::{FORM, HoldEvidence};
use domain::standing::{Hold, HoldWhy};
use store::assets::{Asset, find_asset, find_home, reindex_asset};
use store::holds::{HoldRow, insert_hold};
use store::marks::marks_for_standing;
use store::types::{Coded, Moment};
use store::{Tx, dues, tests};

use super::dues::settle;
use super::tests::facts::committed;
use crate::error::{Error, Result};

/// A hold to be placed.
#[derive(Debug, Clone)]
pub struct NewHold {
    /// Why.
    pub why: HoldWhy,
    /// When it was reported or opened; not in the future.
    pub at: DateTime<Utc>,
    /// Who reported or opened it; none for somebody without an account.
    pub person_id: Option<i64>,
    /// What it comes from, such as "fault 12" or "job J-000123".
    pub source: String,
    /// In a few words of the program's own, what was said: it stays for good, so no stranger's words.
    pub reason: String,
}

/// Puts an asset on hold because a job opened its enclosure; the last thing a transaction does.
///
/// # Errors
/// The store's.
pub fn hold_opened(
    tx: &mut Tx,
    asset: &Asset,
    job_number: &str,
    (at, person_id): (DateTime<Utc>, Option<i64>),
) -> Result<Event> {
    let source = format!("job {job_number}");
    let reason = format!("Opened on job {job_number}");
    place_hold(tx, asset, NewHold { why: HoldWhy::Opened, at, person_id, source, reason })
}

/// Puts an asset on hold; the last thing a transaction does, since it locks the customer's chain. What was merged into
/// another asset holds that one.
///
/// # Errors
/// The store's.
pub fn place_hold(tx: &mut Tx, asset: &Asset, new: NewHold) -> Result<Event> {
    let scope = tx.actor.scope();
    let home = find_home(tx, scope, asset.id)?.id;
    dues::hold_asset(tx, home)?;
    let asset = find_asset(tx, scope, home)?;
    let at = new.at.min(tx.now);
    let history = tests::tests_for_standing(tx, asset.id)?;
    let mut marks = marks_for_standing(tx, asset.id)?;
    marks.holds.push(Hold { sequence: i64::MAX, why: new.why, at, away: vec![] });
    let outcome = settle(tx, &asset, &history, &marks)?;
    let status = Status::of(asset.lifecycle.0, outcome.standing.locked.is_some());
    if status != asset.status() {
        reindex_asset(tx, asset.id)?;
    }
    write(tx, &asset, NewHold { at, ..new }, status)
}

fn write(tx: &mut Tx, asset: &Asset, new: NewHold, status: Status) -> Result<Event> {
    let person = new.person_id.map(|id| committed(tx, id)).transpose()?;
    let id = uuid::Uuid::now_v7().to_string();
    let evidence = HoldEvidence {
        form: FORM,
        id: id.clone(),
        customer_id: asset.customer_id,
        asset_id: asset.id,
        tag: asset.tag.clone(),
        why: new.why,
        at: new.at,
        received_at: Moment::from(tx.now).utc(),
        person,
        source: new.source,
        reason: new.reason,
        asset_status: status,
    };
    let event = Event::new("hold", &id, "placed")
        .of_asset(asset.customer_id, asset.id)
        .change("why", "", new.why.label())
        .change("status", asset.status().label(), status.label())
        .change("from", "", &evidence.source)
        .change("reason", "", &evidence.reason);
    let row = HoldRow {
        id,
        customer_id: asset.customer_id,
        seq: 0,
        asset_id: asset.id,
        why: Coded(new.why),
        at: new.at.into(),
        received_at: tx.now.into(),
        person_id: new.person_id,
        source: evidence.source.clone(),
        reason: evidence.reason.clone(),
    };
    insert_hold(tx, row, evidence.canonical())?;
    Ok::<_, Error>(event)
}
