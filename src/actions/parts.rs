//! The catalogue of parts, and how each stands.

use std::collections::BTreeMap;

use domain::event::Event;
use domain::permission::{EditPart, SeeParts};
use domain::purchase::Level;
use store::assets::find_asset;
use store::models::{Model, find_model};
use store::part_orders::{PartOrder, list_open_orders};
use store::part_units::{Unit, list_units_of_part};
use store::parts::{self, Part, PartFields, PartFilter};
use store::reservations::{Reservation, list_reservations_of_part};
use store::stock::movements::{NamedMovement, Of, list_movements};
use store::stock::{list_levels, standing};
use store::stock_places::{StockPlace, list_stock_places};
use store::suppliers::{Supplier, find_supplier};
use store::types::Moment;
use store::{AnyConnection, Right, Scope};

use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// Movements on a page of a part.
pub const MOVEMENTS: i64 = 50;
/// Pieces shown of a part.
const UNITS: i64 = 500;
/// The most a part may cost, in pence.
const DEAREST: i64 = 1_000_000_000;

/// A part with how much of it there is.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The part.
    pub part: Part,
    /// How many there are that a job could use.
    pub total: i64,
    /// How many of them jobs have put aside.
    pub reserved: i64,
    /// Where they are, each place with how many.
    pub places: Vec<(StockPlace, i64)>,
    /// Whether it ran low somewhere.
    pub low: bool,
}

/// A part at a place.
#[derive(Debug, Clone)]
pub struct AtPlace {
    /// The place.
    pub place: StockPlace,
    /// How it stands there.
    pub level: Level,
    /// When somebody last counted.
    pub counted_at: Option<Moment>,
}

/// Where a piece is, in words, with the asset's tag where the reader may see it.
#[derive(Debug, Clone)]
pub struct UnitLine {
    /// The piece.
    pub unit: Unit,
    /// Where it is.
    pub place: String,
    /// The tag of the asset that it is fitted in.
    pub tag: Option<String>,
}

/// Everything known of one part.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The part.
    pub part: Part,
    /// Where it is bought.
    pub supplier: Option<Supplier>,
    /// The models that it fits.
    pub models: Vec<Model>,
    /// How it stands at each place that has some, or is to have some.
    pub places: Vec<AtPlace>,
    /// Its pieces, where they have serial numbers.
    pub units: Vec<UnitLine>,
    /// Who has put some aside: each with the job's number, empty for a foreign job, and the place.
    pub reservations: Vec<(Reservation, String, String)>,
    /// What is on its way.
    pub orders: Vec<PartOrder>,
    /// Its latest movements.
    pub movements: Vec<NamedMovement>,
    /// The names of places by id.
    pub names: BTreeMap<i64, String>,
}

impl Whole {
    /// How many there are that a job could use.
    pub fn total(&self) -> i64 {
        let usable = self.places.iter().filter(|at| at.place.kind.is_usable());
        usable.map(|at| at.level.quantity).sum()
    }

    /// The name of a place.
    pub fn name(&self, place_id: Option<i64>) -> &str {
        place_id.and_then(|id| self.names.get(&id)).map_or("", String::as_str)
    }
}

/// The parts that a filter picks, by number, beyond one already shown; only those that ran low where asked.
///
/// # Errors
/// The store's.
pub fn list_parts(
    app: &App,
    _: &Right<SeeParts>,
    filter: &PartFilter,
    low: bool,
    (after, limit): (&str, i64),
) -> Result<Vec<Listed>> {
    app.store.read(|conn| {
        let mut filter = filter.clone();
        if low {
            let levels = standing(conn, None)?;
            let low = levels.iter().filter(|(_, level)| level.is_low()).map(|((part, _), _)| *part);
            filter.only = Some(low.collect());
        }
        let found = parts::list_parts(conn, &filter, after, limit)?;
        listed(conn, found)
    })
}

/// These parts with how much of each there is.
///
/// # Errors
/// The database's.
pub fn listed(conn: &mut AnyConnection, found: Vec<Part>) -> Result<Vec<Listed>> {
    let ids: Vec<i64> = found.iter().map(|part| part.id).collect();
    let levels = standing(conn, Some(&ids))?;
    let places = list_stock_places(conn)?;
    let one = |part: Part| {
        let here = |place: &StockPlace| levels.get(&(part.id, place.id)).copied().unwrap_or_default();
        let usable = places.iter().filter(|place| place.kind.is_usable());
        let with: Vec<(StockPlace, Level)> = usable.map(|place| (place.clone(), here(place))).collect();
        Listed {
            total: with.iter().map(|(_, level)| level.quantity).sum(),
            reserved: with.iter().map(|(_, level)| level.reserved).sum(),
            low: levels.iter().any(|((id, _), level)| *id == part.id && level.is_low()),
            places: with
                .into_iter()
                .filter(|(_, level)| level.quantity > 0)
                .map(|(place, level)| (place, level.quantity))
                .collect(),
            part,
        }
    };
    Ok(found.into_iter().map(one).collect())
}

/// The columns of an exported list; the import knows them by these names.
pub const COLUMNS: [&str; 13] = [
    "Part number",
    "Description",
    "Maker",
    "Supplier",
    "Supplier's number",
    "Cost",
    "Serialised",
    "Warranty months",
    "Unit",
    "Place",
    "Quantity",
    "Reorder level",
    "Reorder to",
];

/// A part at a place, or at none, as a list shows it.
#[derive(Debug, Clone)]
pub struct ExportLine {
    /// The part.
    pub part: Part,
    /// The supplier's name.
    pub supplier: String,
    /// The place's name; empty where the part is nowhere.
    pub place: String,
    /// How many there are.
    pub quantity: Option<i64>,
    /// From how few on more are ordered.
    pub reorder_level: Option<i64>,
    /// Up to how many.
    pub reorder_to: Option<i64>,
}

/// The parts that a filter picks, each in each place on a line of its own.
///
/// # Errors
/// The store's.
pub fn export(
    app: &App,
    right: &Right<SeeParts>,
    filter: &PartFilter,
    low: bool,
    limit: i64,
) -> Result<Vec<ExportLine>> {
    let found = list_parts(app, right, filter, low, ("", limit))?;
    app.store.read(|conn| {
        let suppliers = store::suppliers::list_suppliers(conn)?;
        let places = list_stock_places(conn)?;
        let levels = list_levels(conn, None)?;
        let mut lines = vec![];
        for Listed { part, .. } in found {
            let named = suppliers.iter().find(|supplier| Some(supplier.id) == part.supplier_id);
            let supplier = named.map(|supplier| supplier.name.clone()).unwrap_or_default();
            let nowhere = ExportLine {
                part,
                supplier,
                place: String::new(),
                quantity: None,
                reorder_level: None,
                reorder_to: None,
            };
            let first = levels.partition_point(|level| level.part_id < nowhere.part.id);
            let before = lines.len();
            for level in levels[first..].iter().take_while(|level| level.part_id == nowhere.part.id) {
                let Some(place) = places.iter().find(|place| place.id == level.place_id) else { continue };
                if level.quantity > 0 || level.reorder_level.is_some() {
                    lines.push(ExportLine {
                        place: place.name.clone(),
                        quantity: Some(level.quantity),
                        reorder_level: level.reorder_level,
                        reorder_to: level.reorder_to,
                        ..nowhere.clone()
                    });
                }
            }
            if lines.len() == before {
                lines.push(nowhere);
            }
        }
        Ok(lines)
    })
}

/// One part with the models that it fits.
///
/// # Errors
/// Not found.
pub fn find_part(app: &App, _: &Right<SeeParts>, id: i64) -> Result<(Part, Vec<Model>)> {
    Ok(app.store.read(|conn| {
        let part = parts::find_part(conn, id)?;
        Ok::<_, store::Error>((part, parts::list_models_of_part(conn, id)?))
    })?)
}

/// One part with everything known of it; movements before one already shown.
///
/// # Errors
/// Not found.
pub fn find_whole(app: &App, right: &Right<SeeParts>, id: i64, before: Option<i64>) -> Result<Whole> {
    app.store.read(|conn| {
        let part = parts::find_part(conn, id)?;
        let places = list_stock_places(conn)?;
        let names: BTreeMap<i64, String> =
            places.iter().map(|place| (place.id, place.name.clone())).collect();
        let supplier = part.supplier_id.map(|id| find_supplier(conn, id)).transpose()?;
        let mut movements = list_movements(conn, Of::Part(id), before, MOVEMENTS)?;
        movements.iter_mut().for_each(|movement| super::stock::hide_foreign(right.scope(), movement));
        let reservations = list_reservations_of_part(conn, right.scope(), id)?;
        let units = list_units_of_part(conn, id, None, UNITS)?;
        let lines = units.into_iter().map(|unit| unit_line(conn, right.scope(), &names, unit));
        let units = lines.collect::<Result<Vec<_>>>()?;
        Ok(Whole {
            supplier,
            models: parts::list_models_of_part(conn, id)?,
            units,
            places: at_places(conn, id, places)?,
            reservations: reservations
                .into_iter()
                .map(|(row, number)| {
                    let place = names.get(&row.place_id).cloned().unwrap_or_default();
                    (row, number, place)
                })
                .collect(),
            orders: list_open_orders(conn, Some(id))?,
            movements,
            names,
            part,
        })
    })
}

fn at_places(conn: &mut AnyConnection, part_id: i64, places: Vec<StockPlace>) -> Result<Vec<AtPlace>> {
    let levels = standing(conn, Some(&[part_id]))?;
    let rows = list_levels(conn, Some(&[part_id]))?;
    let at = |place: StockPlace| {
        let level = *levels.get(&(part_id, place.id))?;
        let counted_at = rows.iter().find(|row| row.place_id == place.id).and_then(|row| row.counted_at);
        let worth = level != Level::default() || counted_at.is_some();
        worth.then_some(AtPlace { place, level, counted_at })
    };
    Ok(places.into_iter().filter_map(at).collect())
}

/// A piece with where it is, in words.
///
/// # Errors
/// The database's.
pub fn unit_line(
    conn: &mut AnyConnection,
    scope: &Scope,
    names: &BTreeMap<i64, String>,
    unit: Unit,
) -> Result<UnitLine> {
    let label = domain::code::Code::label(unit.state.0);
    let place = unit.place_id.and_then(|id| names.get(&id)).cloned().unwrap_or_else(|| label.to_owned());
    let tag = match unit.asset_id {
        Some(id) => match find_asset(conn, scope, id) {
            Ok(asset) => Some(asset.tag),
            Err(store::Error::NotFound(_)) => None,
            Err(error) => return Err(error.into()),
        },
        None => None,
    };
    Ok(UnitLine { unit, place, tag })
}

/// Adds a part that fits these models.
///
/// # Errors
/// Forbidden, field errors, a conflict when the number is in use.
pub fn add_part(app: &App, right: &Right<EditPart>, (fields, models): (PartFields, Vec<i64>)) -> Result<i64> {
    sees_all(right, "add parts")?;
    app.store.write(right.actor(), |tx| {
        check(tx, &fields, &models)?;
        let id = parts::insert_part(tx, &fields)?;
        parts::replace_models(tx, id, &models)?;
        Ok((id, vec![added(id, &fields)]))
    })
}

/// The event of a new part.
pub fn added(id: i64, fields: &PartFields) -> Event {
    Event::new("part", id, "added").change("number", "", &fields.number).change(
        "description",
        "",
        &fields.description,
    )
}

/// Changes a part that was read at `version`.
///
/// # Errors
/// Not found, forbidden, stale, field errors, a conflict when the number is in use.
pub fn change_part(
    app: &App,
    right: &Right<EditPart>,
    (id, version): (i64, i64),
    (fields, models): (PartFields, Vec<i64>),
) -> Result<()> {
    sees_all(right, "change parts")?;
    app.store.write(right.actor(), |tx| {
        let old = parts::find_part(tx, id)?;
        check(tx, &fields, &models)?;
        if old.serialised != fields.serialised && parts::has_moved(tx, id)? {
            let words = "the part has moved already, so its pieces cannot change how they are known; add another part";
            return Err(Error::field("serialised", words));
        }
        let before = parts::list_models_of_part(tx, id)?;
        parts::update_part(tx, id, version, &fields)?;
        parts::replace_models(tx, id, &models)?;
        let after = parts::list_models_of_part(tx, id)?;
        let event = changed(id, &old, &fields).change("models", names_of(&before), names_of(&after));
        Ok(((), vec![event]))
    })
}

/// The event of a changed part.
pub fn changed(id: i64, old: &Part, new: &PartFields) -> Event {
    let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    Event::new("part", id, "changed")
        .change("number", &old.number, &new.number)
        .change("description", &old.description, &new.description)
        .change("maker", &old.maker, &new.maker)
        .change("supplier", number(old.supplier_id), number(new.supplier_id))
        .change("supplier's number", &old.supplier_number, &new.supplier_number)
        .change("cost in pence", number(old.cost_pence), number(new.cost_pence))
        .change("serial numbers", old.serialised, new.serialised)
        .change("months of warranty", number(old.warranty_months), number(new.warranty_months))
        .change("unit", &old.unit, &new.unit)
        .change("notes", &old.notes, &new.notes)
        .change("archived", old.archived, new.archived)
}

fn names_of(models: &[Model]) -> String {
    models.iter().map(|model| format!("{} {}", model.make, model.name)).collect::<Vec<_>>().join(", ")
}

/// Checks what a form cannot know: that what a part names is there.
fn check(conn: &mut AnyConnection, fields: &PartFields, models: &[i64]) -> Result<()> {
    if let Some(id) = fields.supplier_id {
        find_supplier(conn, id)?;
    }
    for id in models {
        find_model(conn, *id)?;
    }
    check_fields(fields)
}

/// Checks the fields of a part alone.
///
/// # Errors
/// A field error.
pub fn check_fields(fields: &PartFields) -> Result<()> {
    if domain::stock::fold(&fields.number).is_empty() {
        return Err(Error::field("number", "give the part a number"));
    }
    if fields.description.trim().is_empty() {
        return Err(Error::field("description", "say what it is"));
    }
    if fields.cost_pence.is_some_and(|cost| !(0..=DEAREST).contains(&cost)) {
        return Err(Error::field("cost", format!("a cost is between 0 and {}", DEAREST / 100)));
    }
    if fields.warranty_months.is_some_and(|months| !(0..=600).contains(&months)) {
        return Err(Error::field("warranty_months", "give 0 to 600 months"));
    }
    Ok(())
}

/// Says for each place from how few on a part is ordered, and up to how many.
///
/// # Errors
/// Not found, forbidden; a field error where the second number is not above the first.
pub fn set_reorder(
    app: &App,
    right: &Right<EditPart>,
    part_id: i64,
    levels: &[(i64, Option<i64>, Option<i64>)],
) -> Result<()> {
    sees_all(right, "change when parts are ordered")?;
    app.store.write(right.actor(), |tx| {
        parts::find_part(tx, part_id)?;
        let mut event = Event::new("part", part_id, "reorder levels set");
        for (place_id, level, to) in levels {
            let place = store::stock_places::find_stock_place(tx, *place_id)?;
            if let (Some(level), Some(to)) = (level, to)
                && to <= level
            {
                let words = format!("must be more than {level}, from which on it is ordered");
                return Err(Error::field(format!("to_{place_id}"), words));
            }
            if level.is_none() && to.is_some() {
                return Err(Error::field(format!("level_{place_id}"), "say from how few on it is ordered"));
            }
            store::stock::set_reorder(tx, (part_id, *place_id), (*level, *to))?;
            let shown = |number: &Option<i64>| number.map(|n| n.to_string()).unwrap_or_default();
            event = event.change(&place.name, "", format!("{} {}", shown(level), shown(to)).trim());
        }
        Ok(((), vec![event]))
    })
}
