//! Giving back what a job did not use.

use domain::event::Event;
use domain::permission::WorkJob;
use domain::stock::{End, Movement, MovementKind, UnitState, check};
use store::assets::find_asset;
use store::jobs::{Job, find_job};
use store::part_units::{Whereabouts, find_unit, move_unit};
use store::parts::{Part, find_part};
use store::stock::job_parts::hold_job;
use store::stock::{NewMovement, hold_level, list_job_parts};
use store::stock_places::{StockPlace, find_stock_place, find_van};
use store::{Right, Tx};

use super::check_meant;
use crate::actions::stock::{gone, once, request_id, whereabouts, write};
use crate::app::App;
use crate::error::{Error, Result};

/// What is given back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GiveBack {
    /// Made by whoever sends it, so that it counts once.
    pub id: Option<String>,
    /// The part.
    pub part_id: i64,
    /// Where it goes; the engineer's own van where left out.
    pub place_id: Option<i64>,
    /// How many.
    pub quantity: i64,
    /// The serial number of the piece, where it has one.
    pub serial: String,
}

/// Gives back what a job did not use, once for the id that it brings.
///
/// # Errors
/// Not found, field errors, a reused id, a conflict where the job has not as many.
pub fn give_back(app: &App, right: &Right<WorkJob>, number: &str, asked: &GiveBack) -> Result<()> {
    let same = |row: &store::stock::MovementRow| row.part_id == asked.part_id;
    once(app, asked.id.as_deref(), same, || {
        app.store
            .write(right.actor(), |tx| give_back_in(tx, right, number, asked).map(|(_, events)| ((), events)))
    })
}

/// Gives back what a job did not use within a transaction; gives the number of the movement.
///
/// # Errors
/// As [`give_back`].
pub fn give_back_in(
    tx: &mut Tx,
    right: &Right<WorkJob>,
    number: &str,
    asked: &GiveBack,
) -> Result<(i64, Vec<Event>)> {
    let job = find_job(tx, right.scope(), number)?;
    // Two at once must not both give back the same.
    hold_job(tx, job.id)?;
    let part = find_part(tx, asked.part_id)?;
    let place = place(tx, right, asked)?;
    let quantity = if part.serialised { 1 } else { asked.quantity };
    let lines = list_job_parts(tx, right.scope(), job.id)?;
    let has: i64 = lines.iter().filter(|line| line.part_id == part.id).map(|line| line.quantity).sum();
    let (from, unit) = piece(tx, &job, &part, asked)?;
    let movement = Movement {
        kind: MovementKind::Returned,
        from,
        to: End::Place(place.id),
        quantity,
        serialised: part.serialised,
        unit: unit.is_some(),
        job: true,
        reason: "",
    };
    check(&movement)
        .map_err(|(field, words)| Error::field(if field == "serials" { "serial" } else { field }, words))?;
    if has < quantity {
        let words = format!("{} has {has} of {}, not {quantity}.", job.number, part.number);
        return Err(Error::Conflict(words));
    }
    hold_level(tx, (part.id, place.id))?;
    if let Some(unit) = &unit
        && !move_unit(tx, unit, Whereabouts::at(End::Place(place.id), None, UnitState::InStock))?
    {
        return Err(gone(&unit.serial));
    }
    let new = NewMovement {
        request_id: asked.id.as_deref().map(request_id).transpose()?,
        kind: MovementKind::Returned,
        part_id: part.id,
        from,
        to: End::Place(place.id),
        quantity,
        unit_id: unit.as_ref().map(|unit| unit.id),
        job: Some((job.id, job.customer_id)),
        with_id: None,
        cost_pence: part.cost_pence,
        reason: String::new(),
    };
    let id = write(tx, right.scope(), &part, &new)?;
    Ok((id, events(&job, (&part, &place), (asked, quantity), from)))
}

fn place(tx: &mut Tx, right: &Right<WorkJob>, asked: &GiveBack) -> Result<StockPlace> {
    let place = match (asked.place_id, right.actor().person_id()) {
        (Some(id), _) => Some(find_stock_place(tx, id)?),
        (None, Some(me)) => find_van(tx, me)?,
        (None, None) => None,
    };
    match place {
        Some(place) if place.archived => Err(Error::field("to", format!("{} is archived", place.name))),
        Some(place) => Ok(place),
        None => Err(Error::field("to", "say which place it goes to: you have no van of your own")),
    }
}

/// The piece that comes back, and from where: it was fitted, or only taken along.
fn piece(
    tx: &mut Tx,
    job: &Job,
    part: &Part,
    asked: &GiveBack,
) -> Result<(End, Option<store::part_units::Unit>)> {
    if !part.serialised {
        return Ok((End::Job, None));
    }
    let serial = asked.serial.trim();
    if serial.is_empty() {
        return Err(Error::field("serial", "scan or type the serial number of the piece"));
    }
    let Some(unit) = find_unit(tx, part.id, serial)? else {
        return Err(Error::field("serial", format!("there is no piece {serial} of {}", part.number)));
    };
    match (unit.state.0, unit.asset_id) {
        (UnitState::Fitted, Some(asset)) if unit.customer_id == Some(job.customer_id) => {
            let scope = tx.actor.scope().within(job.customer_id);
            let asset = find_asset(tx, &scope, asset)?;
            check_meant(tx, job, (None, &asset), ("serial", serial))?;
            Ok((End::Asset(asset.id), Some(unit)))
        }
        (UnitState::Issued, _) => Ok((End::Job, Some(unit))),
        _ => {
            let words = format!("{serial} is {} by the books", whereabouts(tx, &unit)?);
            Err(Error::field("serial", words))
        }
    }
}

fn events(
    job: &Job,
    (part, place): (&Part, &StockPlace),
    (asked, quantity): (&GiveBack, i64),
    from: End,
) -> Vec<Event> {
    let told = |event: Event| {
        event
            .change("part", "", part.words())
            .change("quantity", "", quantity)
            .change("serial number", "", asked.serial.trim())
            .change("to", "", &place.name)
    };
    let mut events =
        vec![told(Event::new("job", &job.number, "part given back").of_customer(job.customer_id))];
    if let End::Asset(asset) = from {
        let event = Event::new("part", part.id, "taken out").of_asset(job.customer_id, asset);
        events.push(told(event).change("job", "", &job.number));
    }
    events
}
