//! Suppliers, parts, a store and an engineer's van with what lies there, and some of it taken for jobs.

use std::collections::HashSet;

use domain::stock::{MovementKind, StockPlaceKind};
use store::categories::list_categories;
use store::jobs::assets::{JobAsset, list_job_assets};
use store::models::list_models;
use store::part_units::list_units_at;
use store::parts::PartFields;
use store::stock_places::{StockPlaceFields, list_stock_places};
use store::suppliers::find_supplier_by_name;
use store::types::Coded;

use super::super::furniture::Part;
use super::Room;
use crate::actions::job_parts::{Take, find_choices, take};
use crate::actions::parts::{add_part, set_reorder};
use crate::actions::stock::{MoveRequest, move_stock, new_request_id};
use crate::actions::stock_places::add_stock_place;
use crate::actions::suppliers::add_supplier;
use crate::error::Result;

/// For how many jobs parts are taken.
const TAKEN: i64 = 12;
/// What fits where nothing else does.
const FUSE: &str = "FUSE-13A";

/// Adds suppliers and parts, and receives what there is.
pub fn fill(room: &Room) -> Result<()> {
    for supplier in &room.furniture.supplier {
        add_supplier(room.app, &room.manager.right()?, &supplier.fields())?;
    }
    let store = add_place(room, "Main store", StockPlaceKind::Store, None)?;
    let van = add_place(room, "Priya's van", StockPlaceKind::Van, room.engineer.person_id())?;
    for part in &room.furniture.part {
        let id = add(room, part)?;
        receive(room, (id, part), (store, part.store, 1000))?;
        receive(room, (id, part), (van, part.van, 2000))?;
        let levels = [(store, Some(part.level), Some(part.to))];
        set_reorder(room.app, &room.manager.right()?, id, &levels)?;
    }
    Ok(())
}

fn add_place(room: &Room, name: &str, kind: StockPlaceKind, person_id: Option<i64>) -> Result<i64> {
    let fields = StockPlaceFields { name: name.to_owned(), kind: Coded(kind), person_id, archived: false };
    add_stock_place(room.app, &room.manager.right()?, &fields)
}

fn add(room: &Room, part: &Part) -> Result<i64> {
    let (supplier, models) = room.app.store.read(|conn| {
        let categories = list_categories(conn)?.into_iter().filter(|one| part.fits.contains(&one.name));
        let categories: HashSet<i64> = categories.map(|one| one.id).collect();
        let models = list_models(conn)?.into_iter().filter(|one| categories.contains(&one.category_id));
        let models: Vec<i64> = models.map(|one| one.id).collect();
        Ok::<_, store::Error>((find_supplier_by_name(conn, &part.supplier)?, models))
    })?;
    let fields = PartFields {
        number: part.number.clone(),
        description: part.description.clone(),
        maker: part.maker.clone(),
        supplier_id: supplier.map(|supplier| supplier.id),
        cost_pence: Some(part.cost_pence),
        serialised: part.serial.is_some(),
        warranty_months: part.warranty_months,
        unit: part.unit.clone(),
        ..PartFields::default()
    };
    add_part(room.app, &room.manager.right()?, (fields, models))
}

fn receive(
    room: &Room,
    (part_id, part): (i64, &Part),
    (place, quantity, first): (i64, i64, i64),
) -> Result<()> {
    let serials =
        part.serial.iter().flat_map(|begin| (0..quantity).map(move |n| format!("{begin}{}", first + n)));
    let serials: Vec<String> = serials.collect();
    let request = MoveRequest {
        id: Some(new_request_id()),
        kind: MovementKind::Received,
        part_id,
        from: None,
        to: Some(place),
        quantity: serials.is_empty().then_some(quantity),
        serials,
        cost_pence: Some(part.cost_pence),
        warranty_until: None,
        reason: String::new(),
    };
    move_stock(room.app, &room.manager.right()?, &request)
}

/// Takes parts from the van for open jobs: one that fits the asset where there is one, else a fuse for its plug.
pub fn use_some(room: &Room) -> Result<()> {
    let places = room.app.store.read(list_stock_places)?;
    let Some(van) = places.iter().find(|place| place.person_id == room.engineer.person_id()) else {
        return Ok(());
    };
    for job in room.jobs(&[], TAKEN)? {
        let Some(asset) = room.app.store.read(|conn| list_job_assets(conn, &job))?.into_iter().next() else {
            continue;
        };
        if let Some(asked) = what_to_take(room, &job.number, (van.id, &asset))? {
            take(room.app, &room.engineer.right()?, &job.number, &asked)?;
        }
    }
    Ok(())
}

fn what_to_take(room: &Room, number: &str, (van, asset): (i64, &JobAsset)) -> Result<Option<Take>> {
    let choices = find_choices(room.app, &room.engineer.right()?, number, "")?;
    let fuses = choices.others.iter().filter(|listed| listed.part.number == FUSE);
    for listed in choices.fitting.iter().chain(fuses) {
        let here = listed.places.iter().any(|(place, quantity)| place.id == van && *quantity > 0);
        if !here {
            continue;
        }
        let serial = match listed.part.serialised {
            true => {
                let units = room.app.store.read(|conn| list_units_at(conn, van, Some(listed.part.id)))?;
                units.into_iter().next().map(|unit| unit.serial)
            }
            false => Some(String::new()),
        };
        let Some(serial) = serial else { continue };
        return Ok(Some(Take {
            id: Some(new_request_id()),
            part_id: Some(listed.part.id),
            place_id: Some(van),
            quantity: 1,
            serial,
            asset_id: Some(asset.id),
            ..Take::default()
        }));
    }
    Ok(None)
}
