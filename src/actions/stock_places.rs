//! The places of the stock, and what lies in each.

use domain::event::Event;
use domain::permission::{EditPart, Role, SeeParts};
use domain::purchase::Level;
use domain::stock::StockPlaceKind;
use store::part_units::{Unit, list_units_at};
use store::parts::{Part, list_parts_by_id};
use store::people::find_person;
use store::stock::movements::{NamedMovement, Of, list_movements};
use store::stock::standing;
use store::stock_places::{self, StockPlace, StockPlaceFields};
use store::users::find_user;
use store::{AnyConnection, Right};

use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// Movements shown of a place.
const MOVEMENTS: i64 = 30;

/// A place with whose it is and how much lies there.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The place.
    pub place: StockPlace,
    /// Whose van it is.
    pub person: Option<String>,
    /// How many different parts it has.
    pub parts: usize,
    /// How many of them ran low.
    pub low: usize,
}

/// A part at a place.
#[derive(Debug, Clone)]
pub struct Line {
    /// The part.
    pub part: Part,
    /// How it stands there.
    pub level: Level,
    /// Serial numbers of the pieces, where they have some.
    pub units: Vec<Unit>,
}

/// A place with everything that lies there.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The place.
    pub place: StockPlace,
    /// Whose van it is.
    pub person: Option<String>,
    /// What lies there, or is to be filled up, by number.
    pub lines: Vec<Line>,
    /// Its latest movements.
    pub movements: Vec<NamedMovement>,
}

/// Every place with how much lies there, the reader's own van first.
///
/// # Errors
/// The store's.
pub fn list_stock_places(app: &App, right: &Right<SeeParts>) -> Result<Vec<Listed>> {
    let me = right.actor().person_id();
    let mut listed = app.store.read(|conn| {
        let levels = standing(conn, None)?;
        let places = stock_places::list_stock_places(conn)?;
        let listed = places.into_iter().map(|place| {
            let here = || levels.iter().filter(|((_, at), _)| *at == place.id).map(|(_, level)| level);
            let parts = here().filter(|level| level.quantity > 0).count();
            let low = here().filter(|level| level.is_low()).count();
            let person = name_of(conn, place.person_id)?;
            Ok::<_, store::Error>(Listed { place, person, parts, low })
        });
        listed.collect::<store::Result<Vec<_>>>()
    })?;
    listed.sort_by_key(|one| (one.place.archived, me.is_none() || one.place.person_id != me));
    Ok(listed)
}

fn name_of(conn: &mut AnyConnection, person_id: Option<i64>) -> store::Result<Option<String>> {
    let Some(id) = person_id else { return Ok(None) };
    Ok(find_person(conn, id)?.map(|person| person.name))
}

/// One place.
///
/// # Errors
/// Not found.
pub fn find_stock_place(app: &App, _: &Right<SeeParts>, id: i64) -> Result<StockPlace> {
    Ok(app.store.read(|conn| stock_places::find_stock_place(conn, id))?)
}

/// One place with everything that lies there.
///
/// # Errors
/// Not found.
pub fn find_whole(app: &App, right: &Right<SeeParts>, id: i64) -> Result<Whole> {
    app.store.read(|conn| {
        let place = stock_places::find_stock_place(conn, id)?;
        let person = name_of(conn, place.person_id)?;
        let lines = lines_at(conn, id)?;
        let mut movements = list_movements(conn, Of::Place(id), None, MOVEMENTS)?;
        movements.iter_mut().for_each(|movement| super::stock::hide_foreign(right.scope(), movement));
        Ok(Whole { place, person, lines, movements })
    })
}

/// What lies at a place, or is to be filled up there, by number.
///
/// # Errors
/// The database's.
pub fn lines_at(conn: &mut AnyConnection, place_id: i64) -> Result<Vec<Line>> {
    let levels = standing(conn, None)?;
    let here = |part: i64| levels.get(&(part, place_id)).copied().unwrap_or_default();
    let worth = |level: &Level| level.quantity > 0 || level.reorder_level.is_some() || level.reserved > 0;
    let ids: Vec<i64> = levels
        .iter()
        .filter(|((_, at), level)| *at == place_id && worth(level))
        .map(|((part, _), _)| *part)
        .collect();
    let units = list_units_at(conn, place_id, None)?;
    let line = |part: Part| {
        let units = units.iter().filter(|unit| unit.part_id == part.id).cloned().collect();
        Line { level: here(part.id), units, part }
    };
    Ok(list_parts_by_id(conn, &ids)?.into_iter().map(line).collect())
}

/// Adds a place.
///
/// # Errors
/// Forbidden, field errors, a conflict when the name is in use.
pub fn add_stock_place(app: &App, right: &Right<EditPart>, fields: &StockPlaceFields) -> Result<i64> {
    sees_all(right, "add stock places")?;
    app.store.write(right.actor(), |tx| {
        check(tx, None, fields)?;
        let id = stock_places::insert_stock_place(tx, fields)?;
        let event = Event::new("stock place", id, "added").change("name", "", &fields.name);
        Ok((id, vec![event.change("kind", "", fields.kind.0)]))
    })
}

/// Changes a place that was read at `version`.
///
/// # Errors
/// Not found, forbidden, stale, field errors; a conflict when the name is in use, or it is archived and not empty.
pub fn change_stock_place(
    app: &App,
    right: &Right<EditPart>,
    (id, version): (i64, i64),
    fields: &StockPlaceFields,
) -> Result<()> {
    sees_all(right, "change stock places")?;
    app.store.write(right.actor(), |tx| {
        let old = stock_places::find_stock_place(tx, id)?;
        check(tx, Some(id), fields)?;
        let left: i64 = lines_at(tx, id)?.iter().map(|line| line.level.quantity).sum();
        if fields.archived && left > 0 {
            return Err(Error::field("archived", "move what lies there elsewhere first"));
        }
        stock_places::update_stock_place(tx, id, version, fields)?;
        let whose = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let event = Event::new("stock place", id, "changed")
            .change("name", &old.name, &fields.name)
            .change("kind", old.kind.0, fields.kind.0)
            .change("person", whose(old.person_id), whose(fields.person_id))
            .change("archived", old.archived, fields.archived);
        Ok(((), vec![event]))
    })
}

fn check(conn: &mut AnyConnection, id: Option<i64>, fields: &StockPlaceFields) -> Result<()> {
    let van = fields.kind.0 == StockPlaceKind::Van;
    let Some(person) = fields.person_id else {
        return if van && !fields.archived {
            Err(Error::field("person_id", "say whose van it is"))
        } else {
            Ok(())
        };
    };
    match find_user(conn, person)? {
        Some((user, _)) if user.active && user.role.0 >= Role::Engineer => {}
        _ => return Err(Error::field("person_id", "choose an engineer")),
    }
    match stock_places::find_van(conn, person)?
        .filter(|found| van && !fields.archived && Some(found.id) != id)
    {
        Some(other) => {
            Err(Error::field("person_id", format!("this engineer has \"{}\" already", other.name)))
        }
        None => Ok(()),
    }
}
