//! Taking a part for a job: out of a place, into the asset that it is for.

use domain::event::Event;
use domain::permission::WorkJob;
use domain::stock::{End, Movement, MovementKind, UnitState, check};
use store::jobs::Job;
use store::jobs::assets::JobAsset;
use store::part_units::{Unit, Whereabouts, find_unit, insert_unit, move_unit};
use store::parts::{Part, find_part};
use store::reservations::{list_reservations_of_job, set_reservation};
use store::stock::{NewMovement, insert_movement};
use store::stock_places::{StockPlace, find_stock_place, find_van};
use store::{Right, Tx};

use super::take_out::{TakeOut, take_out_in};
use super::{asset_of, check_usable, find_open};
use crate::actions::jobs::mark_opened_in;
use crate::actions::stock::{find_shortage, gone, once, request_id, whereabouts, write};
use crate::app::App;
use crate::error::{Error, Result};

/// What to add to the words where the books have too few.
const SAY_WHY: &str =
    "If it is in your hand all the same, say why there are more than the books have, and send again.";

/// What is taken for a job.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Take {
    /// Made by whoever sends it, so that it counts once.
    pub id: Option<String>,
    /// The part; none where something is only taken out.
    pub part_id: Option<i64>,
    /// Where from; the engineer's own van where left out.
    pub place_id: Option<i64>,
    /// How many.
    pub quantity: i64,
    /// The serial number of the piece, where it has one.
    pub serial: String,
    /// The asset that it is for; the job's only one where left out.
    pub asset_id: Option<i64>,
    /// What is taken out in its place.
    pub out: Option<TakeOut>,
    /// Why there are more than the books have.
    pub reason: String,
    /// Whether the enclosure was opened for it: then the asset needs a test after repair.
    pub opened: bool,
}

/// Takes a part for a job, once for the id that it brings.
///
/// # Errors
/// Not found, field errors, a reused id; a conflict that says how many are where, unless a reason is given why there
/// are more.
pub fn take(app: &App, right: &Right<WorkJob>, number: &str, asked: &Take) -> Result<()> {
    let same = |row: &store::stock::MovementRow| {
        asked.part_id.is_none_or(|part| part == row.part_id)
            && (asked.quantity == row.quantity || row.unit_id.is_some())
    };
    once(app, asked.id.as_deref(), same, || {
        app.store.write(right.actor(), |tx| take_in(tx, right, number, asked).map(|(_, events)| ((), events)))
    })
}

/// Takes a part for a job within a transaction; gives the numbers of the movements.
///
/// # Errors
/// As [`take`].
pub fn take_in(
    tx: &mut Tx,
    right: &Right<WorkJob>,
    number: &str,
    asked: &Take,
) -> Result<(Vec<i64>, Vec<Event>)> {
    let job = find_open(tx, right.scope(), number)?;
    let (mut ids, mut events) = (vec![], vec![]);
    match (asked.part_id, &asked.out) {
        (None, None) => return Err(Error::field("part", "choose the part")),
        (None, Some(_)) => {}
        (Some(id), _) => {
            let part = find_part(tx, id)?;
            let asset = asset_of(tx, &job, asked.asset_id)?;
            if part.serialised
                && asset.is_none()
                && !store::jobs::assets::list_job_assets(tx, &job)?.is_empty()
            {
                return Err(Error::field("asset", "say which asset it is fitted in"));
            }
            let taking = Taking { right, job: &job, part: &part, asset: asset.as_ref(), asked };
            ids.push(taking.run(tx, &mut events)?);
        }
    }
    if let Some(out) = &asked.out {
        let request = asked.id.as_deref().filter(|_| ids.is_empty()).map(request_id).transpose()?;
        let out = TakeOut { part_id: out.part_id.or(asked.part_id), ..out.clone() };
        ids.push(take_out_in(
            tx,
            right,
            &job,
            (&out, asked.asset_id),
            (request, ids.first().copied()),
            &mut events,
        )?);
    }
    if asked.opened
        && let Some(asset) = asset_of(tx, &job, asked.asset_id)?
    {
        events.extend(mark_opened_in(tx, &job, asset.id)?);
    }
    Ok((ids, events))
}

struct Taking<'a> {
    right: &'a Right<'a, WorkJob>,
    job: &'a Job,
    part: &'a Part,
    asset: Option<&'a JobAsset>,
    asked: &'a Take,
}

impl Taking<'_> {
    fn run(&self, tx: &mut Tx, events: &mut Vec<Event>) -> Result<i64> {
        let serial = self.asked.serial.trim();
        let to = self.asset.map_or(End::Job, |asset| End::Asset(asset.id));
        self.check(to, serial)?;
        let unit = match self.part.serialised {
            true => find_unit(tx, self.part.id, serial)?,
            false => None,
        };
        // A piece is where the books have it, wherever it was looked for.
        let place = match unit.as_ref().and_then(|unit| unit.place_id) {
            Some(id) => find_stock_place(tx, id)?,
            None => self.place(tx)?,
        };
        check_usable(&place)?;
        let quantity = if self.part.serialised { 1 } else { self.asked.quantity };
        let unit = if self.part.serialised { Some(self.piece(tx, unit, &place, events)?) } else { None };
        self.cover(tx, &place, quantity, events)?;
        if let Some(unit) = &unit
            && !move_unit(tx, unit, Whereabouts::at(to, Some(self.job.customer_id), UnitState::Issued))?
        {
            return Err(gone(&unit.serial));
        }
        let new = NewMovement {
            request_id: self.asked.id.as_deref().map(request_id).transpose()?,
            unit_id: unit.as_ref().map(|unit| unit.id),
            ..self.movement((End::Place(place.id), to), MovementKind::Issued, quantity)
        };
        let id = write(tx, self.right.scope(), self.part, &new)?;
        self.use_reservation(tx, &place, quantity)?;
        events.extend(self.events(&place, quantity));
        Ok(id)
    }

    fn check(&self, to: End, serial: &str) -> Result<()> {
        if self.part.serialised && serial.is_empty() {
            return Err(Error::field("serial", "scan or type the serial number of the piece"));
        }
        if self.part.archived {
            return Err(Error::Conflict(format!("{} is archived; choose another part.", self.part.number)));
        }
        let movement = Movement {
            kind: MovementKind::Issued,
            from: End::Place(0),
            to,
            quantity: if self.part.serialised { 1 } else { self.asked.quantity },
            serialised: self.part.serialised,
            unit: !serial.is_empty(),
            job: true,
            reason: "",
        };
        check(&movement)
            .map_err(|(field, words)| Error::field(if field == "serials" { "serial" } else { field }, words))
    }

    fn place(&self, tx: &mut Tx) -> Result<StockPlace> {
        let me = self.right.actor().person_id();
        let place = match (self.asked.place_id, me) {
            (Some(id), _) => Some(find_stock_place(tx, id)?),
            (None, Some(me)) => find_van(tx, me)?,
            (None, None) => None,
        };
        place.ok_or_else(|| {
            Error::field("from", "say which place it is taken from: you have no van of your own")
        })
    }

    /// The piece, in stock at the place: counted in where nobody knew of it and the reason is given.
    fn piece(
        &self,
        tx: &mut Tx,
        unit: Option<Unit>,
        place: &StockPlace,
        events: &mut Vec<Event>,
    ) -> Result<Unit> {
        let serial = self.asked.serial.trim();
        let here = Whereabouts::at(End::Place(place.id), None, UnitState::InStock);
        let unit = match unit {
            Some(unit) if unit.place_id.is_some() => return Ok(unit),
            Some(unit) if unit.state.0 == UnitState::Fitted => {
                return Err(Error::field(
                    "serial",
                    format!("{serial} is fitted in an asset by the books: take it out there first"),
                ));
            }
            other => other,
        };
        if self.asked.reason.trim().is_empty() {
            let known = match &unit {
                Some(unit) => format!("{serial} is {} by the books", whereabouts(tx, unit)?),
                None => format!("The books know no piece {serial} of {}", self.part.number),
            };
            return Err(Error::Conflict(format!("{known}. {SAY_WHY}")));
        }
        let unit = match unit {
            Some(unit) => {
                if !move_unit(tx, &unit, here)? {
                    return Err(gone(serial));
                }
                Unit { state: here.state, place_id: here.place_id, asset_id: None, customer_id: None, ..unit }
            }
            None => insert_unit(tx, self.part.id, (serial, None), here)?,
        };
        self.count_in(tx, place, (1, Some(unit.id)), events)?;
        Ok(unit)
    }

    /// Sees that the place has as many: what is missing is counted in where the reason is given.
    fn cover(&self, tx: &mut Tx, place: &StockPlace, quantity: i64, events: &mut Vec<Event>) -> Result<()> {
        let scope = self.right.scope();
        let found = find_shortage(tx, scope, self.part, (place.id, quantity), Some(self.job.id))?;
        let Some(shortage) = found else { return Ok(()) };
        // What is there and put aside for another job is not missing from the books: no reason makes more of it.
        let missing = quantity - shortage.here;
        let explains = missing > 0 && !self.part.serialised;
        if self.asked.reason.trim().is_empty() || !explains {
            let hint = if explains { SAY_WHY } else { "" };
            return Err(Error::Conflict(format!("{shortage} {hint}").trim().to_owned()));
        }
        self.count_in(tx, place, (missing, None), events)
    }

    fn count_in(
        &self,
        tx: &mut Tx,
        place: &StockPlace,
        (quantity, unit_id): (i64, Option<i64>),
        events: &mut Vec<Event>,
    ) -> Result<()> {
        let ends = (End::Outside, End::Place(place.id));
        let new = NewMovement {
            unit_id,
            reason: self.asked.reason.trim().to_owned(),
            ..self.movement(ends, MovementKind::Counted, quantity)
        };
        insert_movement(tx, &new)?;
        let event = Event::new("part", self.part.id, "counted")
            .of_customer(self.job.customer_id)
            .change("part", "", self.part.words())
            .change("place", "", &place.name)
            .change("quantity", "", format!("{quantity} more than the books had"))
            .change("job", "", &self.job.number)
            .change("reason", "", &self.asked.reason);
        events.push(event);
        Ok(())
    }

    fn movement(&self, (from, to): (End, End), kind: MovementKind, quantity: i64) -> NewMovement {
        NewMovement {
            request_id: None,
            kind,
            part_id: self.part.id,
            from,
            to,
            quantity,
            unit_id: None,
            job: Some((self.job.id, self.job.customer_id)),
            with_id: None,
            cost_pence: self.part.cost_pence,
            reason: String::new(),
        }
    }

    /// What was put aside for the job there is so many fewer now.
    fn use_reservation(&self, tx: &mut Tx, place: &StockPlace, quantity: i64) -> Result<()> {
        let mine = list_reservations_of_job(tx, self.right.scope(), self.job.id)?;
        let mine = mine.into_iter().find(|row| (row.part_id, row.place_id) == (self.part.id, place.id));
        if let Some(row) = mine {
            let job = (self.job.id, self.job.customer_id);
            set_reservation(tx, job, (row.part_id, row.place_id), (row.quantity - quantity).max(0))?;
        }
        Ok(())
    }

    fn events(&self, place: &StockPlace, quantity: i64) -> Vec<Event> {
        let told = |event: Event| {
            event
                .change("part", "", self.part.words())
                .change("quantity", "", quantity)
                .change("serial number", "", self.asked.serial.trim())
                .change("from", "", &place.name)
        };
        let of_job = Event::new("job", &self.job.number, "part taken").of_customer(self.job.customer_id);
        let mut events = vec![told(of_job)];
        if let Some(asset) = self.asset {
            let verb = if self.part.serialised { "fitted" } else { "used" };
            let of_asset = Event::new("part", self.part.id, verb).of_asset(self.job.customer_id, asset.id);
            events.push(told(of_asset).change("job", "", &self.job.number));
        }
        events
    }
}
