//! Pieces known by serial number: read as they are scanned, received, and taken from where they are.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};
use domain::code::Code;
use domain::schedule::local_date;
use domain::stock::{UnitState, fold, read_scan};
use domain::text::check_text;
use store::part_units::{Unit, Whereabouts, find_unit, insert_unit, move_unit, update_warranty};
use store::parts::Part;
use store::stock_places::find_stock_place;
use store::{AnyConnection, Tx};

use crate::error::{Error, Result};

/// The most serial numbers at once.
const MOST: usize = 500;
/// The longest serial number, in characters.
const LONGEST: usize = 100;

/// Reads serial numbers of a part: each once, with line breaks, commas or semicolons between, typed or scanned off the
/// pieces' own labels.
///
/// # Errors
/// A field error for one that comes twice or cannot be one, for the label of another part, and for too many.
pub fn read_serials(part: &Part, given: &[String]) -> Result<Vec<String>> {
    let pieces = given.iter().flat_map(|text| text.split(['\n', '\r', ',', ';'])).map(str::trim);
    let pieces = pieces.filter(|text| !text.is_empty());
    let serials: Vec<String> = pieces.map(|text| serial_of(part, text)).collect::<Result<_>>()?;
    let mut seen = BTreeSet::new();
    for serial in &serials {
        check_text(serial, LONGEST).map_err(|why| Error::field("serials", why))?;
        if !seen.insert(fold(serial)) {
            return Err(Error::field("serials", format!("{serial} is there twice")));
        }
    }
    if serials.len() > MOST {
        return Err(Error::field("serials", format!("give at most {MOST} serial numbers at once")));
    }
    Ok(serials)
}

fn serial_of(part: &Part, text: &str) -> Result<String> {
    let scanned = read_scan(text);
    match scanned.serial {
        Some(_) if fold(&scanned.text) != fold(&part.number) => {
            let words = format!("this is the label of a piece of {}, not of {}", scanned.text, part.number);
            Err(Error::field("serials", words))
        }
        Some(serial) => Ok(serial),
        None if text.contains("://") => {
            Err(Error::field("serials", format!("\"{text}\" is no label of a piece: scan its serial number")))
        }
        None => Ok(scanned.text),
    }
}

/// Receives a piece: a new one, or one that was away. Its warranty runs from today unless a day is given.
///
/// # Errors
/// A field error where the books have it in stock or fitted.
pub fn receive(
    tx: &mut Tx,
    part: &Part,
    (serial, warranty_until): (&str, Option<NaiveDate>),
    to: Whereabouts,
) -> Result<i64> {
    let warranty = warranty_until.or_else(|| warranty_from_today(tx, part));
    let Some(unit) = find_unit(tx, part.id, serial)? else {
        return Ok(insert_unit(tx, part.id, (serial, warranty), to)?.id);
    };
    if matches!(unit.state.0, UnitState::InStock | UnitState::Fitted) {
        return Err(Error::field("serials", format!("{serial} is {} by the books", whereabouts(tx, &unit)?)));
    }
    if !move_unit(tx, &unit, to)? {
        return Err(gone(serial));
    }
    if warranty_until.is_some() {
        update_warranty(tx, unit.id, warranty_until)?;
    }
    Ok(unit.id)
}

fn warranty_from_today(tx: &Tx, part: &Part) -> Option<NaiveDate> {
    let months = u32::try_from(part.warranty_months?).ok()?;
    local_date(tx.now, chrono_tz::Europe::London).checked_add_months(Months::new(months))
}

/// Takes a piece from the place where it is said to be.
///
/// # Errors
/// A field error that says where the books have it.
pub fn move_from(tx: &mut Tx, part: &Part, (serial, place): (&str, i64), to: Whereabouts) -> Result<i64> {
    let Some(unit) = find_unit(tx, part.id, serial)? else {
        return Err(Error::field("serials", format!("there is no piece {serial} of {}", part.number)));
    };
    if unit.place_id != Some(place) {
        return Err(Error::field("serials", format!("{serial} is {} by the books", whereabouts(tx, &unit)?)));
    }
    if move_unit(tx, &unit, to)? { Ok(unit.id) } else { Err(gone(serial)) }
}

/// Where the books have a piece, in words.
///
/// # Errors
/// The database's.
pub fn whereabouts(conn: &mut AnyConnection, unit: &Unit) -> Result<String> {
    Ok(match unit.place_id {
        Some(id) => format!("in {}", find_stock_place(conn, id)?.name),
        None => match unit.state.0 {
            UnitState::Fitted => "fitted in an asset".to_owned(),
            state => state.noun(),
        },
    })
}

/// What to say where somebody took a piece meanwhile.
pub fn gone(serial: &str) -> Error {
    Error::Conflict(format!("Somebody took {serial} meanwhile."))
}
