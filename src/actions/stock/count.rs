//! Counting: what was found becomes what the books have, with the reason where they differ.

use domain::event::Event;
use domain::permission::{CountStock, EditPart};
use domain::stock::{End, Movement, MovementKind, UnitState, check, count, fold};
use store::part_units::{Unit, Whereabouts, find_unit, insert_unit, list_units_at, move_unit};
use store::parts::{Part, find_part};
use store::stock::{NewMovement, hold_level, insert_movement, note_count};
use store::stock_places::{StockPlace, find_stock_place};
use store::{Actor, Right, Tx};

use super::units::{gone, read_serials, whereabouts};
use crate::app::App;
use crate::error::{Error, Result};

/// What was found of a part at a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    /// Made by whoever sends it, so that it counts once.
    pub id: Option<String>,
    /// The part.
    pub part_id: i64,
    /// The place.
    pub place_id: i64,
    /// How many were found, where pieces have no serial numbers.
    pub found: Option<i64>,
    /// The serial numbers found, where they have some.
    pub serials: Vec<String>,
    /// How many the books had when counting began; none where nobody looked.
    pub expected: Option<i64>,
    /// Why they differ.
    pub reason: String,
}

/// Refuses a place that is not somebody's to count.
///
/// # Errors
/// A conflict that names it.
pub fn refuse_foreign(actor: &Actor, place: &StockPlace) -> Result<()> {
    if may_count(actor, place) {
        return Ok(());
    }
    Err(Error::Conflict(format!("{} is not your own van: ask a manager to count it.", place.name)))
}

/// Whether somebody may count a place: a manager any, an engineer their own van.
pub fn may_count(actor: &Actor, place: &StockPlace) -> bool {
    let own = place.person_id.is_some() && place.person_id == actor.person_id();
    actor.may::<EditPart>() || own && actor.may::<CountStock>()
}

/// Counts parts of a place, all or none.
///
/// # Errors
/// As [`count_in`]; a field error when nothing was counted.
pub fn count_place(app: &App, right: &Right<CountStock>, counts: &[Count]) -> Result<()> {
    if counts.is_empty() {
        return Err(Error::field("found", "fill in how many you found of at least one part"));
    }
    app.store.write(right.actor(), |tx| {
        let mut events = vec![];
        for one in counts {
            events.extend(count_in(tx, right, one)?.1);
        }
        Ok(((), events))
    })
}

/// Counts a part at a place within a transaction; gives the numbers of the movements.
///
/// # Errors
/// Not found; field errors; a conflict for a place that is not theirs to count, and where the books changed while
/// somebody counted.
pub fn count_in(tx: &mut Tx, right: &Right<CountStock>, asked: &Count) -> Result<(Vec<i64>, Vec<Event>)> {
    let part = find_part(tx, asked.part_id)?;
    let place = find_stock_place(tx, asked.place_id)?;
    refuse_foreign(right.actor(), &place)?;
    let booked = hold_level(tx, (part.id, place.id))?;
    if asked.expected.is_some_and(|expected| expected != booked) {
        return Err(Error::Conflict(format!(
            "The books now have {booked} of {} in {}: somebody moved some while you counted. Count it again.",
            part.number, place.name
        )));
    }
    let (ids, found) = match part.serialised {
        true => count_units(tx, &part, &place, asked)?,
        false => count_pieces(tx, &part, &place, (booked, asked))?,
    };
    note_count(tx, (part.id, place.id))?;
    let event = Event::new("part", part.id, "counted")
        .change("part", "", part.words())
        .change("place", "", &place.name)
        .change("quantity", format!("{booked} by the books"), format!("{found} found"))
        .change("reason", "", &asked.reason);
    Ok((ids, vec![event]))
}

fn counted(part: &Part, (from, to, quantity): (End, End, i64), asked: &Count) -> Result<NewMovement> {
    let movement = Movement {
        kind: MovementKind::Counted,
        from,
        to,
        quantity,
        serialised: part.serialised,
        unit: part.serialised,
        job: false,
        reason: &asked.reason,
    };
    check(&movement).map_err(|(field, words)| match field {
        "reason" => Error::field("reason", format!("the books say otherwise of {}: say why", part.number)),
        field => Error::field(field, words),
    })?;
    Ok(NewMovement {
        request_id: asked.id.as_deref().map(super::request_id).transpose()?,
        kind: MovementKind::Counted,
        part_id: part.id,
        from,
        to,
        quantity,
        unit_id: None,
        job: None,
        with_id: None,
        cost_pence: part.cost_pence,
        reason: asked.reason.clone(),
    })
}

fn count_pieces(
    tx: &mut Tx,
    part: &Part,
    place: &StockPlace,
    (booked, asked): (i64, &Count),
) -> Result<(Vec<i64>, i64)> {
    if !asked.serials.is_empty() {
        return Err(Error::field("serials", "this part has no serial numbers"));
    }
    let found = asked.found.ok_or_else(|| Error::field("found", "say how many there are"))?;
    if !(0..=domain::stock::MOST).contains(&found) {
        return Err(Error::field("found", format!("give 0 to {}", domain::stock::MOST)));
    }
    let new = counted(part, count(place.id, booked, found), asked)?;
    let id = insert_movement(tx, &new)?.ok_or_else(|| Error::Internal("a held level changed".to_owned()))?;
    Ok((vec![id], found))
}

/// One movement for each piece that is missing or was found; those that are where they should be need none.
fn count_units(tx: &mut Tx, part: &Part, place: &StockPlace, asked: &Count) -> Result<(Vec<i64>, i64)> {
    let serials = read_serials(part, &asked.serials)?;
    let known = list_units_at(tx, place.id, Some(part.id))?;
    let folded: Vec<String> = serials.iter().map(|serial| fold(serial)).collect();
    let mut ids: Vec<i64> = vec![];
    for unit in known.iter().filter(|unit| !folded.contains(&fold(&unit.serial))) {
        let ends = (End::Place(place.id), End::Outside);
        let lost = Whereabouts::at(End::Outside, None, UnitState::Lost);
        if !move_unit(tx, unit, lost)? {
            return Err(gone(&unit.serial));
        }
        ids.push(note(tx, part, ends, (unit.id, asked))?);
    }
    let here: Vec<String> = known.iter().map(|unit| fold(&unit.serial)).collect();
    for serial in serials.iter().filter(|serial| !here.contains(&fold(serial))) {
        let unit = found(tx, part, place, serial)?;
        ids.push(note(tx, part, (End::Outside, End::Place(place.id)), (unit, asked))?);
    }
    Ok((ids, i64::try_from(serials.len()).unwrap_or(i64::MAX)))
}

fn note(tx: &mut Tx, part: &Part, (from, to): (End, End), (unit, asked): (i64, &Count)) -> Result<i64> {
    let new = NewMovement { unit_id: Some(unit), request_id: None, ..counted(part, (from, to, 1), asked)? };
    insert_movement(tx, &new)?.ok_or_else(|| Error::Internal("a held level changed".to_owned()))
}

/// A piece that the books did not have here.
fn found(tx: &mut Tx, part: &Part, place: &StockPlace, serial: &str) -> Result<i64> {
    let here = Whereabouts::at(End::Place(place.id), None, UnitState::InStock);
    let Some(unit): Option<Unit> = find_unit(tx, part.id, serial)? else {
        return Ok(insert_unit(tx, part.id, (serial, None), here)?.id);
    };
    if matches!(unit.state.0, UnitState::InStock | UnitState::Fitted) {
        let words = format!("{serial} is {} by the books; move it from there", whereabouts(tx, &unit)?);
        return Err(Error::field("serials", words));
    }
    if move_unit(tx, &unit, here)? { Ok(unit.id) } else { Err(gone(serial)) }
}
