//! Moving the stock: receiving, moving, scrapping, counting. What jobs take is in `job_parts`.

mod count;
mod pieces;
mod units;

pub use count::{Count, count_in, count_place, may_count, refuse_foreign};
pub use pieces::{Piece, change_warranty, find_piece};
pub use units::{gone, read_serials, whereabouts};

use chrono::NaiveDate;
use domain::event::Event;
use domain::job::NoticeKind;
use domain::permission::MoveStock;
use domain::stock::{End, Movement, MovementKind, Shortage, UnitState, check};
use store::jobs::find_job;
use store::notices::list_watchers;
use store::part_orders::take_off_orders;
use store::part_units::Whereabouts;
use store::parts::{Part, find_part};
use store::reservations::{list_reservations_of_part, reserved_by_others};
use store::stock::movements::{MovementRow, NamedMovement, find_request};
use store::stock::{NewMovement, find_quantity, hold_level, insert_movement, list_elsewhere};
use store::stock_places::{StockPlace, find_stock_place};
use store::{AnyConnection, Right, Scope, Tx};

use crate::actions::jobs::tell;
use crate::app::App;
use crate::error::{Error, Result};

/// What somebody wants to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveRequest {
    /// Made by whoever sends it, so that it counts once.
    pub id: Option<String>,
    /// Received, moved or scrapped.
    pub kind: MovementKind,
    /// The part.
    pub part_id: i64,
    /// The place that it is in.
    pub from: Option<i64>,
    /// The place that it goes to.
    pub to: Option<i64>,
    /// How many; of pieces with serial numbers their number, where it is left out.
    pub quantity: Option<i64>,
    /// The serial numbers of the pieces.
    pub serials: Vec<String>,
    /// What one cost, in pence; the catalogue's where left out.
    pub cost_pence: Option<i64>,
    /// Last day of warranty of what is received; counted from today where left out.
    pub warranty_until: Option<NaiveDate>,
    /// Why.
    pub reason: String,
}

/// Moves stock, once for the id that the request brings.
///
/// # Errors
/// Not found, field errors, a reused id, a conflict where a place has not as many.
pub fn move_stock(app: &App, right: &Right<MoveStock>, request: &MoveRequest) -> Result<()> {
    once(
        app,
        request.id.as_deref(),
        |row| same(row, request),
        || app.store.write(right.actor(), |tx| move_in(tx, right, request).map(|(_, events)| ((), events))),
    )
}

/// Does something once for the id that it brings: what was written down under it stands already.
///
/// # Errors
/// The work's; that the id came before with something else.
pub fn once(
    app: &App,
    id: Option<&str>,
    same: impl Fn(&MovementRow) -> bool,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let sent = |app: &App| match id {
        Some(id) => app.store.read(|conn| find_request(conn, id)),
        None => Ok(None),
    };
    if let Some(row) = sent(app)? {
        return if same(&row) { Ok(()) } else { Err(Error::KeyReused) };
    }
    match work() {
        // Another request with the id was quicker.
        Err(error @ Error::Conflict(_)) => match sent(app)? {
            Some(row) if same(&row) => Ok(()),
            _ => Err(error),
        },
        done => done,
    }
}

fn same(row: &MovementRow, request: &MoveRequest) -> bool {
    let quantity = request.serials.is_empty().then_some(request.quantity).flatten();
    (row.kind.0, row.part_id) == (request.kind, request.part_id)
        && (row.from_place_id, row.to_place_id) == (request.from, request.to)
        && quantity.is_none_or(|quantity| quantity == row.quantity)
}

/// The id of a request in its one spelling.
///
/// # Errors
/// A field error when it is no UUID.
pub fn request_id(text: &str) -> Result<String> {
    match uuid::Uuid::parse_str(text.trim()) {
        Ok(id) if !id.is_nil() => Ok(id.to_string()),
        _ => Err(Error::field("id", "give a UUID that you made for this movement")),
    }
}

/// A new id for a form that will be sent.
pub fn new_request_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Moves stock within a transaction; gives the numbers of the movements.
///
/// # Errors
/// As [`move_stock`].
pub fn move_in(
    tx: &mut Tx,
    right: &Right<MoveStock>,
    request: &MoveRequest,
) -> Result<(Vec<i64>, Vec<Event>)> {
    let part = find_part(tx, request.part_id)?;
    let (from, to) = ends(tx, request)?;
    let serials =
        if part.serialised { read_serials(&part, &request.serials)? } else { request.serials.clone() };
    let quantity = quantity_of(&part, request, &serials)?;
    if request.kind == MovementKind::Received && part.archived {
        return Err(Error::Conflict(format!("{} is archived: nothing more of it is received.", part.number)));
    }
    let movement = Movement {
        kind: request.kind,
        from,
        to,
        quantity: if part.serialised { 1 } else { quantity },
        serialised: part.serialised,
        unit: !serials.is_empty(),
        job: false,
        reason: &request.reason,
    };
    check(&movement).map_err(|(field, words)| Error::field(field, words))?;
    hold(tx, part.id, from, to)?;
    if request.kind == MovementKind::Moved {
        refuse_shortage(tx, right.scope(), &part, (place_of(from), quantity), None)?;
    }
    let new = NewMovement {
        request_id: request.id.as_deref().map(request_id).transpose()?,
        kind: request.kind,
        part_id: part.id,
        from,
        to,
        quantity,
        unit_id: None,
        job: None,
        with_id: None,
        cost_pence: request.cost_pence.or(part.cost_pence),
        reason: request.reason.clone(),
    };
    let ids = match part.serialised {
        true => move_units(tx, &part, (&serials, request.warranty_until), &new)?,
        false => vec![write(tx, right.scope(), &part, &new)?],
    };
    if let (MovementKind::Received, Some(place)) = (request.kind, request.to) {
        take_off_orders(tx, (part.id, place), quantity)?;
    }
    if let Some(place) = request.to {
        tell_of_parts(tx, &part, place, quantity)?;
    }
    Ok((ids, vec![event(tx, &part, &new, &serials)?]))
}

/// Tells those at the open jobs that wait at a place for a part that theirs has come: whoever put it aside first is
/// served first, and only whom these pieces serve is told.
fn tell_of_parts(tx: &mut Tx, part: &Part, place_id: i64, quantity: i64) -> Result<()> {
    let scope = tx.actor.scope();
    let place = find_stock_place(tx, place_id)?.name;
    let here = find_quantity(tx, (part.id, place_id))?;
    let waiting = list_reservations_of_part(tx, scope, part.id)?;
    let mut wanted = 0;
    for (row, number) in waiting.into_iter().filter(|(row, _)| row.place_id == place_id) {
        wanted += row.quantity;
        if wanted > here {
            break;
        }
        if wanted <= here - quantity || number.is_empty() {
            continue;
        }
        let job = find_job(tx, scope, &number)?;
        let words = format!("{quantity} of {} {} came to {place}", part.number, part.description);
        let mut people: Vec<i64> = job.assignee_id.into_iter().collect();
        people.extend(list_watchers(tx, job.id)?.into_iter().map(|(id, _)| id));
        tell(tx, &job, &people, NoticeKind::Parts, &words)?;
    }
    Ok(())
}

fn ends(conn: &mut AnyConnection, request: &MoveRequest) -> Result<(End, End)> {
    let mut place = |field: &str, id: Option<i64>| match id {
        None => Ok(End::Outside),
        Some(id) => match find_stock_place(conn, id)? {
            place if place.archived && field == "to" => {
                Err(Error::field("to", format!("{} is archived", place.name)))
            }
            place => Ok(End::Place(place.id)),
        },
    };
    let ends = (place("from", request.from)?, place("to", request.to)?);
    match request.kind {
        MovementKind::Received | MovementKind::Moved | MovementKind::Scrapped => Ok(ends),
        MovementKind::Counted => Err(Error::field("kind", "counting is an action of its own")),
        MovementKind::Issued | MovementKind::Returned => {
            Err(Error::field("kind", "parts are issued and returned on their job"))
        }
    }
}

fn quantity_of(part: &Part, request: &MoveRequest, serials: &[String]) -> Result<i64> {
    let count = i64::try_from(serials.len()).unwrap_or(i64::MAX);
    match (part.serialised, request.quantity) {
        (false, quantity) => {
            quantity.ok_or_else(|| Error::field("quantity", format!("say how many ({})", part.unit)))
        }
        (true, _) if count == 0 => {
            Err(Error::field("serials", "give the serial number of each piece, one a line"))
        }
        (true, Some(quantity)) if quantity != count => {
            Err(Error::field("serials", format!("these are {count} serial numbers for {quantity} pieces")))
        }
        (true, _) => Ok(count),
    }
}

/// Takes hold of the levels that a movement changes, in the order of places.
///
/// # Errors
/// The database's.
pub fn hold(tx: &mut Tx, part_id: i64, from: End, to: End) -> Result<()> {
    for (place, _) in domain::stock::deltas(from, to, 0) {
        hold_level(tx, (part_id, place))?;
    }
    Ok(())
}

/// The place of an end.
pub fn place_of(end: End) -> Option<i64> {
    if let End::Place(id) = end { Some(id) } else { None }
}

/// Refuses to take from a place what it has not, or what other jobs have put aside there. The caller holds the level.
///
/// # Errors
/// A conflict that says how many are where.
pub fn refuse_shortage(
    tx: &mut Tx,
    scope: &Scope,
    part: &Part,
    (place, wanted): (Option<i64>, i64),
    job_id: Option<i64>,
) -> Result<()> {
    let Some(place) = place else { return Ok(()) };
    match find_shortage(tx, scope, part, (place, wanted), job_id)? {
        Some(shortage) => Err(Error::Conflict(shortage.to_string())),
        None => Ok(()),
    }
}

/// What keeps a place from giving so many, if anything does.
///
/// # Errors
/// The database's.
pub fn find_shortage(
    tx: &mut Tx,
    scope: &Scope,
    part: &Part,
    (place, wanted): (i64, i64),
    job_id: Option<i64>,
) -> Result<Option<Shortage>> {
    let here = hold_level(tx, (part.id, place))?;
    let reserved = reserved_by_others(tx, scope, (part.id, place), job_id)?;
    if here - reserved.0 >= wanted {
        return Ok(None);
    }
    let elsewhere = list_elsewhere(tx, (part.id, place))?;
    let place = find_stock_place(tx, place)?.name;
    Ok(Some(Shortage { part: part.number.clone(), wanted, place, here, reserved, elsewhere }))
}

/// Writes a movement of pieces that are not told apart.
///
/// # Errors
/// A conflict where the place has not as many.
pub fn write(tx: &mut Tx, scope: &Scope, part: &Part, new: &NewMovement) -> Result<i64> {
    if let Some(id) = insert_movement(tx, new)? {
        return Ok(id);
    }
    refuse_shortage(tx, scope, part, (place_of(new.from), new.quantity), new.job.map(|(id, _)| id))?;
    Err(Error::Conflict(format!("There are not as many of {} there.", part.number)))
}

/// Writes one movement a piece; the first carries the request's id.
fn move_units(
    tx: &mut Tx,
    part: &Part,
    (serials, warranty_until): (&[String], Option<NaiveDate>),
    new: &NewMovement,
) -> Result<Vec<i64>> {
    let mut ids: Vec<i64> = vec![];
    for serial in serials {
        let to = Whereabouts::at(new.to, None, UnitState::Scrapped);
        let unit_id = match place_of(new.from) {
            None => units::receive(tx, part, (serial, warranty_until), to)?,
            Some(place) => units::move_from(tx, part, (serial, place), to)?,
        };
        let request_id = new.request_id.clone().filter(|_| ids.is_empty());
        let one = NewMovement { quantity: 1, unit_id: Some(unit_id), request_id, ..new.clone() };
        let id = insert_movement(tx, &one)?;
        ids.push(id.ok_or_else(|| units::gone(serial))?);
    }
    Ok(ids)
}

fn event(tx: &mut Tx, part: &Part, new: &NewMovement, serials: &[String]) -> Result<Event> {
    let mut name = |end: End| match place_of(end) {
        Some(id) => find_stock_place(tx, id).map(|place: StockPlace| place.name),
        None => Ok(String::new()),
    };
    let (from, to) = (name(new.from)?, name(new.to)?);
    Ok(Event::new("part", part.id, domain::code::Code::code(new.kind))
        .change("part", "", part.words())
        .change("quantity", "", new.quantity)
        .change("place", from, to)
        .change("serial numbers", "", serials.join(", "))
        .change("reason", "", &new.reason))
}

/// Leaves out of a movement what is of a customer outside the scope: the job, and why.
pub fn hide_foreign(scope: &Scope, movement: &mut NamedMovement) {
    if movement.row.customer_id.is_some_and(|id| !scope.holds(id)) {
        movement.job = None;
        movement.row.reason = String::new();
    }
}
