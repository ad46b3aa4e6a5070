//! One piece by its serial number: where it is, where it has been, how long its warranty runs.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::event::Event;
use domain::permission::{MoveStock, SeeParts};
use store::assets::find_asset;
use store::part_units::{find_unit, update_warranty};
use store::parts::{Part, find_part};
use store::stock::movements::{NamedMovement, Of, list_movements};
use store::stock_places::list_stock_places;
use store::{AnyConnection, Right, Scope};

use super::hide_foreign;
use crate::actions::parts::{UnitLine, unit_line};
use crate::app::App;
use crate::error::{Error, Result};

/// Movements of a piece that are shown.
const MOVEMENTS: i64 = 200;

/// A piece with everything known of it.
#[derive(Debug, Clone)]
pub struct Piece {
    /// What it is a piece of.
    pub part: Part,
    /// The piece and where it is.
    pub line: UnitLine,
    /// Its movements, the latest first.
    pub movements: Vec<NamedMovement>,
    /// The names of the places.
    pub places: BTreeMap<i64, String>,
    /// The tags of the assets that it was in, as far as they are seen.
    pub tags: BTreeMap<i64, String>,
}

/// A piece of a part, by its serial number.
///
/// # Errors
/// Not found.
pub fn find_piece(app: &App, right: &Right<SeeParts>, (part_id, serial): (i64, &str)) -> Result<Piece> {
    app.store.read(|conn| {
        let part = find_part(conn, part_id)?;
        let unit = find_unit(conn, part_id, serial)?.ok_or_else(|| Error::NotFound("piece".to_owned()))?;
        let places: BTreeMap<i64, String> =
            list_stock_places(conn)?.into_iter().map(|place| (place.id, place.name)).collect();
        let mut movements = list_movements(conn, Of::Unit(unit.id), None, MOVEMENTS)?;
        movements.iter_mut().for_each(|movement| hide_foreign(right.scope(), movement));
        let tags = tags_of(conn, right.scope(), &movements)?;
        Ok(Piece { line: unit_line(conn, right.scope(), &places, unit)?, part, movements, places, tags })
    })
}

fn tags_of(
    conn: &mut AnyConnection,
    scope: &Scope,
    movements: &[NamedMovement],
) -> Result<BTreeMap<i64, String>> {
    let mut tags = BTreeMap::new();
    let ids = movements.iter().flat_map(|one| [one.row.from_asset_id, one.row.to_asset_id]);
    for id in ids.flatten() {
        match find_asset(conn, scope, id) {
            Ok(asset) => drop(tags.insert(id, asset.tag)),
            Err(store::Error::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(tags)
}

/// Writes down until when a piece is under warranty, where it said `was` when it was read.
///
/// # Errors
/// Not found, stale.
pub fn change_warranty(
    app: &App,
    right: &Right<MoveStock>,
    (part_id, serial): (i64, &str),
    (was, until): (Option<NaiveDate>, Option<NaiveDate>),
) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let part = find_part(tx, part_id)?;
        let unit = find_unit(tx, part_id, serial)?.ok_or_else(|| Error::NotFound("piece".to_owned()))?;
        if unit.warranty_until != was {
            return Err(Error::Stale("piece".to_owned()));
        }
        update_warranty(tx, unit.id, until)?;
        let shown = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let event =
            Event::new("part", part.id, "warranty of a piece changed").change("piece", "", &unit.serial);
        Ok(((), vec![event.change("warranty until", shown(was), shown(until))]))
    })
}
