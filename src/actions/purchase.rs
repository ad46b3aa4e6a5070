//! What to buy, and what is on its way.

use std::collections::BTreeMap;

use domain::event::Event;
use domain::permission::{MoveStock, SeeParts};
use domain::purchase::Level;
use domain::stock::StockPlaceKind;
use store::part_orders::{NewOrder, PartOrder, end_order, insert_order, list_open_orders};
use store::parts::{Part, find_part, list_parts_by_id};
use store::stock::standing;
use store::stock_places::{StockPlace, find_stock_place, list_stock_places};
use store::suppliers::{Supplier, list_suppliers};
use store::{Right, Tx};

use crate::app::App;
use crate::error::{Error, Result};

/// A part to be ordered for a place.
#[derive(Debug, Clone)]
pub struct Need {
    /// The part.
    pub part: Part,
    /// The place.
    pub place: StockPlace,
    /// How it stands there.
    pub level: Level,
    /// How many to order.
    pub quantity: i64,
    /// Where most can be spared, so that they need not be bought: the place and how many it can give.
    pub spare: Option<(StockPlace, i64)>,
}

impl Need {
    /// What the line comes to, in pence.
    pub fn pence(&self) -> Option<i64> {
        self.part.cost_pence.map(|cost| cost.saturating_mul(self.quantity))
    }
}

/// What to order from one supplier.
#[derive(Debug, Clone)]
pub struct Basket {
    /// The supplier; none for parts that name none.
    pub supplier: Option<Supplier>,
    /// The lines, by part number and place.
    pub needs: Vec<Need>,
}

/// What to buy.
#[derive(Debug, Clone, Default)]
pub struct Purchase {
    /// Supplier by supplier, those without one last.
    pub baskets: Vec<Basket>,
    /// What is on its way: the order, the part, the place's name, the supplier's.
    pub orders: Vec<(PartOrder, Part, String, String)>,
}

/// The purchase list.
///
/// # Errors
/// The store's.
pub fn find_purchase(app: &App, _: &Right<SeeParts>) -> Result<Purchase> {
    Ok(app.store.read(|conn| {
        let levels = standing(conn, None)?;
        let open = list_open_orders(conn, None)?;
        let wanted: BTreeMap<(i64, i64), (Level, i64)> = levels
            .iter()
            .filter_map(|(key, level)| level.to_order().map(|order| (*key, (*level, order))))
            .collect();
        let ids = wanted.keys().map(|(part, _)| *part).chain(open.iter().map(|order| order.part_id));
        let parts = list_parts_by_id(conn, &ids.collect::<Vec<_>>())?;
        let places: BTreeMap<i64, StockPlace> =
            list_stock_places(conn)?.into_iter().map(|place| (place.id, place)).collect();
        let suppliers = list_suppliers(conn)?;
        let name = |id: Option<i64>| {
            id.and_then(|id| suppliers.iter().find(|s| s.id == id))
                .map(|s| s.name.clone())
                .unwrap_or_default()
        };
        let spare = |part: i64, wanted: i64| {
            let of_part = levels.range((part, i64::MIN)..=(part, i64::MAX));
            // A van is filled from a store, never a store from a van.
            let is_store = |place: &StockPlace| place.kind.0 == StockPlaceKind::Store && !place.archived;
            let stores = of_part.filter_map(|((_, place), level)| {
                Some((places.get(place).filter(|place| is_store(place))?, level.spare()))
            });
            let (place, most) = stores.max_by_key(|(_, spare)| *spare).filter(|(_, most)| *most > 0)?;
            Some((place.clone(), most.min(wanted)))
        };
        let mut needs: Vec<Need> = vec![];
        for part in parts.iter().filter(|part| !part.archived) {
            for ((_, place), (level, quantity)) in wanted.range((part.id, i64::MIN)..=(part.id, i64::MAX)) {
                let Some(place) = places.get(place).filter(|place| !place.archived) else { continue };
                needs.push(Need {
                    part: part.clone(),
                    place: place.clone(),
                    level: *level,
                    quantity: *quantity,
                    spare: spare(part.id, *quantity),
                });
            }
        }
        let orders = open.into_iter().filter_map(|order| {
            let part = parts.iter().find(|part| part.id == order.part_id)?.clone();
            let place = places.get(&order.place_id)?.name.clone();
            let supplier = name(order.supplier_id);
            Some((order, part, place, supplier))
        });
        let orders = orders.collect();
        Ok::<_, store::Error>(Purchase { baskets: by_supplier(needs, suppliers), orders })
    })?)
}

fn by_supplier(needs: Vec<Need>, suppliers: Vec<Supplier>) -> Vec<Basket> {
    let (mut baskets, mut left) = (vec![], needs);
    for supplier in suppliers {
        let (mine, others): (Vec<Need>, Vec<Need>) =
            left.into_iter().partition(|need| need.part.supplier_id == Some(supplier.id));
        if !mine.is_empty() {
            baskets.push(Basket { supplier: Some(supplier), needs: mine });
        }
        left = others;
    }
    if !left.is_empty() {
        baskets.push(Basket { supplier: None, needs: left });
    }
    baskets
}

/// A line that was ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ordered {
    /// The part.
    pub part_id: i64,
    /// The place that it is for.
    pub place_id: i64,
    /// How many.
    pub quantity: i64,
    /// How many were on order when the list was shown; a second tap finds more.
    pub on_order: i64,
}

/// Writes down that lines were ordered under a number of the supplier's or the firm's.
///
/// # Errors
/// Not found; field errors for no line and for quantities that cannot be; a conflict where some was ordered meanwhile.
pub fn order_parts(app: &App, right: &Right<MoveStock>, lines: &[Ordered], reference: &str) -> Result<()> {
    if lines.is_empty() {
        return Err(Error::field("line", "tick at least one line"));
    }
    app.store.write(right.actor(), |tx| {
        let levels = standing(tx, None)?;
        let ordered = |line: &&Ordered| {
            let now = levels.get(&(line.part_id, line.place_id)).map_or(0, |level| level.on_order);
            now != line.on_order
        };
        if let Some(line) = lines.iter().find(ordered) {
            let part = find_part(tx, line.part_id)?.number;
            return Err(Error::Conflict(format!("{part} was ordered meanwhile: look at the list again.")));
        }
        let events = lines.iter().map(|line| order_one(tx, line, reference));
        Ok(((), events.collect::<Result<Vec<_>>>()?))
    })
}

fn order_one(tx: &mut Tx, line: &Ordered, reference: &str) -> Result<Event> {
    let Ordered { quantity, .. } = *line;
    let part = find_part(tx, line.part_id)?;
    let place = find_stock_place(tx, line.place_id)?;
    if !(1..=domain::stock::MOST).contains(&quantity) {
        return Err(Error::field(
            "quantity",
            format!("order 1 to {} of {}", domain::stock::MOST, part.number),
        ));
    }
    insert_order(
        tx,
        &NewOrder {
            part_id: part.id,
            place_id: place.id,
            supplier_id: part.supplier_id,
            quantity,
            reference: reference.to_owned(),
        },
    )?;
    Ok(Event::new("part", part.id, "ordered")
        .change("part", "", part.words())
        .change("quantity", "", quantity)
        .change("place", "", place.name)
        .change("order number", "", reference))
}

/// Ends an order of which nothing more is to come.
///
/// # Errors
/// Not found when it is ended already.
pub fn end_one(app: &App, right: &Right<MoveStock>, id: i64) -> Result<()> {
    app.store.write(right.actor(), |tx| match end_order(tx, id)? {
        true => Ok(((), vec![Event::new("part order", id, "ended")])),
        false => Err(Error::NotFound("open order".to_owned())),
    })
}
