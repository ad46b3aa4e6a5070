//! Parts and where they lie, for tests to begin from.

use domain::permission::Role;
use domain::stock::{MovementKind, StockPlaceKind};
use proofmark::actions::stock::{MoveRequest, move_stock};
use store::parts::{PartFields, insert_part};
use store::stock::find_quantity;
use store::stock_places::{StockPlaceFields, insert_stock_place};
use store::types::Coded;

use super::TestApp;

impl TestApp {
    /// A store of this name.
    pub fn stock_place(&self, name: &str, kind: StockPlaceKind, person_id: Option<i64>) -> i64 {
        let fields =
            StockPlaceFields { name: name.to_owned(), kind: Coded(kind), person_id, archived: false };
        self.put(|tx| insert_stock_place(tx, &fields))
    }

    /// A part of this number that costs 12.50.
    pub fn part(&self, number: &str, serialised: bool) -> i64 {
        let fields = PartFields {
            number: number.to_owned(),
            description: format!("Part {number}"),
            cost_pence: Some(1250),
            serialised,
            warranty_months: Some(12),
            unit: "each".to_owned(),
            ..PartFields::default()
        };
        self.put(|tx| insert_part(tx, &fields))
    }

    /// Receives so many of a part at a place.
    pub fn receive(&self, part_id: i64, place_id: i64, quantity: i64) {
        self.receive_at(part_id, place_id, (Some(quantity), &[]));
    }

    /// Receives pieces with these serial numbers at a place.
    pub fn receive_pieces(&self, part_id: i64, place_id: i64, serials: &[&str]) {
        self.receive_at(part_id, place_id, (None, serials));
    }

    fn receive_at(&self, part_id: i64, place_id: i64, (quantity, serials): (Option<i64>, &[&str])) {
        let actor = self.actor(Role::Engineer, None);
        let request = MoveRequest {
            id: None,
            kind: MovementKind::Received,
            part_id,
            from: None,
            to: Some(place_id),
            quantity,
            serials: serials.iter().map(|serial| (*serial).to_owned()).collect(),
            cost_pence: None,
            warranty_until: None,
            reason: String::new(),
        };
        move_stock(&self.app, &actor.right().unwrap(), &request).unwrap();
    }

    /// How many of a part a place has.
    pub fn stock_of(&self, part_id: i64, place_id: i64) -> i64 {
        self.app.store.read(|conn| find_quantity(conn, (part_id, place_id))).unwrap()
    }

    /// Says that the stock is the sum of its movements.
    pub fn assert_stock_adds_up(&self) {
        assert_eq!(self.app.store.read(store::stock::drift::find_drift).unwrap(), None);
    }
}
