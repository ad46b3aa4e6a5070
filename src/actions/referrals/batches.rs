//! Consignments: several referrals to one supplier that go, and may come back, together.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::event::Event;
use domain::permission::{ViewRegister, WorkJob};
use domain::referral::ReferralState;
use store::referral_batches::{self as rows, Batch, BatchFields};
use store::referrals::{self, Of, Progress, Referral};
use store::suppliers::{Supplier, find_supplier};
use store::{AnyConnection, Right, Tx};

use super::{End, ReferralLine, event_of, list_referrals, open_one, receive_in, send_in};
use crate::actions::dues::today;
use crate::app::App;
use crate::error::{Error, Result};

/// A consignment with what is in it, as far as somebody sees it.
#[derive(Debug, Clone)]
pub struct BatchView {
    /// The consignment.
    pub batch: Batch,
    /// To whom.
    pub supplier: Supplier,
    /// What is in it.
    pub lines: Vec<ReferralLine>,
    /// How many things of customers outside the scope are in it besides.
    pub others: i64,
}

/// The most things of one consignment.
const MOST: i64 = 500;

/// A consignment by its number.
///
/// # Errors
/// Not found, also when nothing in it is within the scope.
pub fn find_batch(app: &App, right: &Right<ViewRegister>, number: &str) -> Result<BatchView> {
    let day = today(app);
    app.store.read(|conn| {
        let batch = rows::find_batch(conn, number)?;
        let lines = list_referrals(conn, right, (Of::Batch(batch.id), day), (0, MOST))?;
        let all = rows::count_in_batch(conn, batch.id)?;
        let others = all - i64::try_from(lines.len()).unwrap_or(0);
        if lines.is_empty() && right.scope().customers().is_some() {
            return Err(Error::NotFound("consignment".to_owned()));
        }
        Ok(BatchView { supplier: find_supplier(conn, batch.supplier_id)?, batch, lines, others })
    })
}

/// The consignments that have not gone, each with its supplier's name and how many things are in it, that somebody
/// may add to.
///
/// # Errors
/// The store's.
pub fn list_open_batches(
    conn: &mut AnyConnection,
    _: &Right<ViewRegister>,
) -> Result<Vec<(Batch, String, i64)>> {
    Ok(rows::list_open_batches(conn)?)
}

/// Puts referrals into a consignment: the one of this number, else a new one. Gives its number.
///
/// # Errors
/// Not found; a conflict for what has gone, is in another consignment, or goes to another supplier.
pub fn pack(app: &App, right: &Right<WorkJob>, number: Option<&str>, ids: &[i64]) -> Result<String> {
    if ids.is_empty() {
        return Err(Error::field("referral", "tick what goes into the consignment"));
    }
    app.store.write(right.actor(), |tx| {
        let first = referrals::find_referral(tx, right.scope(), ids[0])?;
        let batch = match number {
            Some(number) => rows::find_batch(tx, number)?,
            None => rows::insert_batch(tx, first.supplier_id)?,
        };
        if batch.sent_on.is_some() {
            return Err(Error::Conflict(format!("{} has gone already.", batch.number)));
        }
        let mut events = vec![];
        for id in ids {
            events.push(pack_one(tx, &batch, *id)?);
        }
        Ok((batch.number, events))
    })
}

fn pack_one(tx: &mut Tx, batch: &Batch, id: i64) -> Result<Event> {
    let scope = tx.actor.scope();
    let version = referrals::find_referral(tx, scope, id)?.version;
    let (referral, job) = open_one(tx, id, version)?;
    let refused = |why: &str| Err(Error::Conflict(format!("{}: {why}", referral.what)));
    if referral.supplier_id != batch.supplier_id {
        return refused("it goes to another supplier");
    }
    if referral.state.0 != ReferralState::ToSend {
        return refused("it has gone already");
    }
    if referral.batch_id.is_some_and(|other| other != batch.id) {
        return refused("it is in another consignment");
    }
    let progress = Progress { batch_id: Some(batch.id), ..Progress::from(&referral) };
    referrals::update_progress(tx, id, version, &progress)?;
    Ok(event_of(&job, &referral, "packed").change("consignment", "", &batch.number))
}

/// Takes a referral out of a consignment that has not gone.
///
/// # Errors
/// Not found; a conflict once it has gone.
pub fn take_out(app: &App, right: &Right<WorkJob>, number: &str, id: i64) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let batch = rows::find_batch(tx, number)?;
        let version = referrals::find_referral(tx, right.scope(), id)?.version;
        let (referral, job) = open_one(tx, id, version)?;
        if referral.batch_id != Some(batch.id) {
            return Err(Error::NotFound("referral in this consignment".to_owned()));
        }
        if batch.sent_on.is_some() {
            return Err(Error::Conflict(format!("{} has gone already.", batch.number)));
        }
        let progress = Progress { batch_id: None, ..Progress::from(&referral) };
        referrals::update_progress(tx, id, version, &progress)?;
        Ok(((), vec![event_of(&job, &referral, "taken out").change("consignment", &batch.number, "")]))
    })
}

/// Everything in a consignment; a conflict where some of it is another's to decide on.
fn whole(tx: &mut Tx, batch: &Batch) -> Result<Vec<Referral>> {
    let scope = tx.actor.scope();
    let lines = referrals::list_referrals(tx, scope, Of::Batch(batch.id), (0, MOST))?;
    if lines.is_empty() && scope.customers().is_some() {
        return Err(Error::NotFound("consignment".to_owned()));
    }
    if rows::count_in_batch(tx, batch.id)? > i64::try_from(lines.len()).unwrap_or(0) {
        return Err(Error::Conflict(
            "Things of customers that you do not see are in this consignment: somebody who sees them has to do it."
                .to_owned(),
        ));
    }
    Ok(lines.into_iter().map(|line| line.referral).collect())
}

/// Sends a consignment that was read at `version`: everything in it goes on that day with its carrier.
///
/// # Errors
/// Not found, stale, a field error for a day to come; a conflict when it is empty, has gone already, or holds what is
/// outside the scope.
pub fn send_batch(
    app: &App,
    right: &Right<WorkJob>,
    (number, version): (&str, i64),
    fields: &BatchFields,
    sent_on: NaiveDate,
) -> Result<()> {
    let day = today(app);
    app.store.write(right.actor(), |tx| {
        let batch = rows::find_batch(tx, number)?;
        if batch.version != version {
            return Err(Error::Stale("consignment".to_owned()));
        }
        if batch.sent_on.is_some() {
            return Err(Error::Conflict(format!("{} has gone already.", batch.number)));
        }
        let packed = whole(tx, &batch)?;
        if packed.is_empty() {
            return Err(Error::Conflict("There is nothing in it yet.".to_owned()));
        }
        rows::update_batch(tx, &batch, fields, Some(sent_on))?;
        let mut events = vec![];
        for referral in packed.into_iter().filter(|referral| referral.state.0 == ReferralState::ToSend) {
            send_in(tx, day, &referral, sent_on)?;
            let job = store::jobs::find_job_by_id(tx, right.scope(), referral.job_id)?;
            let event = event_of(&job, &referral, "sent").change("on", "", sent_on);
            events.push(event.change("consignment", "", &batch.number));
        }
        Ok(((), events))
    })
}

/// Receives everything of a consignment that is still out, some of it with what it cost, by the referral's id.
///
/// # Errors
/// Not found, field errors; a conflict when nothing is out, or when it holds what is outside the scope.
pub fn receive_batch(
    app: &App,
    right: &Right<WorkJob>,
    number: &str,
    (end, costs): (&End, &BTreeMap<i64, i64>),
) -> Result<usize> {
    let day = today(app);
    app.store.write(right.actor(), |tx| {
        let batch = rows::find_batch(tx, number)?;
        let out: Vec<_> = whole(tx, &batch)?
            .into_iter()
            .filter(|referral| referral.state.0 == ReferralState::Sent)
            .collect();
        if out.is_empty() {
            return Err(Error::Conflict("Nothing of it is out.".to_owned()));
        }
        let mut events = vec![];
        for referral in &out {
            let cost_pence = costs.get(&referral.id).copied().or(end.cost_pence);
            events.extend(receive_in(tx, day, referral, &End { cost_pence, ..end.clone() })?);
        }
        Ok((out.len(), events))
    })
}
