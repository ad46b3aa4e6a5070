//! Taking a piece out of an asset: into the bin, back into the stock, to its supplier, or into another asset.

use domain::event::Event;
use domain::permission::WorkJob;
use domain::stock::{End, Movement, MovementKind, UnitState, check};
use domain::text::check_text;
use store::assets::{Asset, find_asset};
use store::jobs::Job;
use store::part_units::{Unit, Whereabouts, find_unit, insert_unit, list_units_by_serial, move_unit};
use store::parts::{Part, find_part};
use store::stock::{NewMovement, hold_level};
use store::stock_places::find_stock_place;
use store::types::Coded;
use store::{Right, Scope, Tx};

use super::{asset_of, check_meant};
use crate::actions::stock::{gone, whereabouts, write};
use crate::error::{Error, Result};

/// Where a piece goes that is taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Destination {
    /// Into the bin.
    #[default]
    Scrap,
    /// To a place of the stock.
    Place(i64),
    /// Into another asset of the customer.
    Asset(i64),
}

/// A piece that is taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakeOut {
    /// Its serial number.
    pub serial: String,
    /// The part that it is; where left out the one fitted in its place, or the one the books know it by.
    pub part_id: Option<i64>,
    /// Where it goes.
    pub to: Destination,
}

/// Takes a piece out of an asset of the job; one that the books did not know is known from now on.
///
/// # Errors
/// Not found; field errors, among them where the books have the piece.
pub(super) fn take_out_in(
    tx: &mut Tx,
    right: &Right<WorkJob>,
    job: &Job,
    (out, asset_id): (&TakeOut, Option<i64>),
    (request_id, with_id): (Option<String>, Option<i64>),
    events: &mut Vec<Event>,
) -> Result<i64> {
    let serial = serial_of(out)?;
    let (part, unit, asset) = find_piece(tx, right.scope(), job, (out, asset_id), &serial)?;
    let (kind, to, other) = destination(tx, right.scope(), job, out.to)?;
    let movement = Movement {
        kind,
        from: End::Asset(asset.id),
        to,
        quantity: 1,
        serialised: true,
        unit: true,
        job: true,
        reason: "",
    };
    check(&movement).map_err(|(_, words)| Error::field("out_to", words))?;
    if let End::Place(place) = to {
        hold_level(tx, (part.id, place))?;
    }
    let gone_as = if kind == MovementKind::Scrapped { UnitState::Scrapped } else { UnitState::Lost };
    if !move_unit(tx, &unit, Whereabouts::at(to, Some(job.customer_id), gone_as))? {
        return Err(gone(&serial));
    }
    let new = NewMovement {
        request_id,
        kind,
        part_id: part.id,
        from: End::Asset(asset.id),
        to,
        quantity: 1,
        unit_id: Some(unit.id),
        job: Some((job.id, job.customer_id)),
        with_id,
        cost_pence: None,
        reason: String::new(),
    };
    let id = write(tx, right.scope(), &part, &new)?;
    let place = match to {
        End::Place(id) => find_stock_place(tx, id)?.name,
        End::Asset(_) => other.as_ref().map(|other| other.tag.clone()).unwrap_or_default(),
        End::Outside | End::Job => "scrap".to_owned(),
    };
    let told = |event: Event| {
        event.change("part", "", part.words()).change("serial number", "", &serial).change("to", "", &place)
    };
    events.push(told(Event::new("job", &job.number, "part taken out").of_customer(job.customer_id)));
    let of_asset = Event::new("part", part.id, "taken out").of_asset(job.customer_id, asset.id);
    events.push(told(of_asset).change("job", "", &job.number));
    if let Some(other) = other {
        let event = Event::new("part", part.id, "fitted").of_asset(job.customer_id, other.id);
        let event = event.change("part", "", part.words()).change("serial number", "", &serial);
        events.push(event.change("from", "", &asset.tag).change("job", "", &job.number));
    }
    Ok(id)
}

fn serial_of(out: &TakeOut) -> Result<String> {
    let serial = out.serial.trim();
    check_text(serial, 100).map_err(|why| Error::field("out_serial", why))?;
    if serial.is_empty() {
        return Err(Error::field("out_serial", "scan or type the serial number of what came out"));
    }
    Ok(serial.to_owned())
}

/// The piece as the books have it, with the asset that it is in. One that came with the asset is written down now.
fn find_piece(
    tx: &mut Tx,
    scope: &Scope,
    job: &Job,
    (out, asset_id): (&TakeOut, Option<i64>),
    serial: &str,
) -> Result<(Part, Unit, Asset)> {
    let known = match out.part_id {
        Some(part) => find_unit(tx, part, serial)?,
        None => None,
    };
    // Another part may have the number too: what is fitted in an asset of the customer is meant.
    let known = match known {
        Some(unit) => Some(unit),
        None => list_units_by_serial(tx, serial)?
            .into_iter()
            .find(|unit| unit.customer_id == Some(job.customer_id)),
    };
    let within = scope.within(job.customer_id);
    if let Some(unit) = known {
        let part = find_part(tx, unit.part_id)?;
        let Some(asset) = unit.asset_id.filter(|_| unit.customer_id == Some(job.customer_id)) else {
            let words =
                format!("{serial} is {} by the books, so it cannot come out here", whereabouts(tx, &unit)?);
            return Err(Error::field("out_serial", words));
        };
        let asset = find_asset(tx, &within, asset)?;
        // Into another asset it may come out of any of the customer's: the books tell which.
        if !matches!(out.to, Destination::Asset(_)) {
            check_meant(tx, job, (asset_id, &asset), ("out_serial", serial))?;
        }
        return Ok((part, unit, asset));
    }
    let Some(asset) = asset_of(tx, job, asset_id)? else {
        return Err(Error::field("asset", "say which asset it came out of"));
    };
    let Some(part_id) = out.part_id else {
        return Err(Error::field("out_part", "the books do not know this piece: say which part it is"));
    };
    let part = find_part(tx, part_id)?;
    if !part.serialised {
        let words = format!("{} has no serial numbers, so what came out is not written down", part.number);
        return Err(Error::field("out_serial", words));
    }
    let there = Whereabouts {
        state: Coded(UnitState::Fitted),
        place_id: None,
        asset_id: Some(asset.id),
        customer_id: Some(job.customer_id),
    };
    let unit = insert_unit(tx, part.id, (serial, None), there)?;
    Ok((part, unit, find_asset(tx, &within, asset.id)?))
}

fn destination(
    tx: &mut Tx,
    scope: &Scope,
    job: &Job,
    to: Destination,
) -> Result<(MovementKind, End, Option<Asset>)> {
    Ok(match to {
        Destination::Scrap => (MovementKind::Scrapped, End::Outside, None),
        Destination::Place(id) => {
            let place = find_stock_place(tx, id)?;
            if place.archived {
                return Err(Error::field("out_to", format!("{} is archived", place.name)));
            }
            (MovementKind::Returned, End::Place(place.id), None)
        }
        Destination::Asset(id) => {
            let other = find_asset(tx, &scope.within(job.customer_id), id)?;
            (MovementKind::Moved, End::Asset(other.id), Some(other))
        }
    })
}
