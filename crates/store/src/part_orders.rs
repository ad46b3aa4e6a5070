//! What was ordered from suppliers and has not all come. Firm-owned.

use diesel::prelude::*;

use crate::Tx;
use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::part_orders;
use crate::types::Moment;

/// An order of one part.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = part_orders)]
pub struct PartOrder {
    /// Id.
    pub id: i64,
    /// The part.
    pub part_id: i64,
    /// Where it is to come to.
    pub place_id: i64,
    /// From whom.
    pub supplier_id: Option<i64>,
    /// How many were ordered.
    pub quantity: i64,
    /// How many have not come.
    pub outstanding: i64,
    /// The number of the order.
    pub reference: String,
    /// When it was ordered.
    pub at: Moment,
}

/// A part to be ordered for a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// The part.
    pub part_id: i64,
    /// Where it is to come to.
    pub place_id: i64,
    /// From whom.
    pub supplier_id: Option<i64>,
    /// How many.
    pub quantity: i64,
    /// The number of the order.
    pub reference: String,
}

/// Writes down an order.
///
/// # Errors
/// The database's.
pub fn insert_order(tx: &mut Tx, order: &NewOrder) -> Result<i64> {
    let row = (
        part_orders::part_id.eq(order.part_id),
        part_orders::place_id.eq(order.place_id),
        part_orders::supplier_id.eq(order.supplier_id),
        part_orders::quantity.eq(order.quantity),
        part_orders::outstanding.eq(order.quantity),
        part_orders::reference.eq(&order.reference),
        part_orders::person_id.eq(tx.actor.person_id()),
        part_orders::at.eq(Moment::from(tx.now)),
    );
    Ok(diesel::insert_into(part_orders::table)
        .values(row)
        .returning(part_orders::id)
        .get_result(&mut **tx)?)
}

/// What has not come, the oldest first; of one part where one is given.
///
/// # Errors
/// The database's.
pub fn list_open_orders(conn: &mut AnyConnection, part_id: Option<i64>) -> Result<Vec<PartOrder>> {
    let mut query = PartOrder::query().filter(part_orders::outstanding.gt(0)).into_boxed();
    if let Some(id) = part_id {
        query = query.filter(part_orders::part_id.eq(id));
    }
    Ok(query.order(part_orders::id).load(conn)?)
}

/// Counts what came off the open orders of a part: those for the place first, then the oldest. The caller holds the
/// level of the place.
///
/// # Errors
/// The database's.
pub fn take_off_orders(tx: &mut Tx, (part_id, place_id): (i64, i64), quantity: i64) -> Result<()> {
    let mut open = list_open_orders(tx, Some(part_id))?;
    open.sort_by_key(|order| (order.place_id != place_id, order.id));
    let mut left = quantity;
    for order in open {
        let off = left.min(order.outstanding);
        if off > 0 {
            // Compared again: a receipt at another place may have taken some off meanwhile.
            let still = part_orders::table.find(order.id).filter(part_orders::outstanding.ge(off));
            let set = part_orders::outstanding.eq(part_orders::outstanding - off);
            let rows = diesel::update(still).set(set).execute(&mut **tx)?;
            left -= if rows > 0 { off } else { 0 };
        }
    }
    Ok(())
}

/// Ends an order of which nothing more is to come; false where it was ended already.
///
/// # Errors
/// The database's.
pub fn end_order(tx: &mut Tx, id: i64) -> Result<bool> {
    let open = part_orders::table.filter(part_orders::id.eq(id).and(part_orders::outstanding.gt(0)));
    Ok(diesel::update(open).set(part_orders::outstanding.eq(0)).execute(&mut **tx)? > 0)
}
