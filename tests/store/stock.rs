//! The stock at the store: whatever is written in whatever order, each level is the sum of its movements.

use diesel::prelude::*;
use domain::stock::{End, MovementKind, StockPlaceKind, count};
use proofmark::demo::chance::Chance;
use store::parts::{PartFields, insert_part};
use store::schema::{stock_levels, stock_movements};
use store::stock::drift::find_drift;
use store::stock::{NewMovement, find_quantity, hold_level, insert_movement};
use store::stock_places::{StockPlaceFields, insert_stock_place};
use store::types::Coded;

use crate::support::TestApp;

/// Operations of the long test, and how many stand in one transaction.
const OPERATIONS: usize = 10_000;
const TOGETHER: usize = 1_000;

fn ground(app: &TestApp, parts: i64, places: i64) {
    app.put(|tx| {
        for n in 1..=places {
            let kind = Coded(StockPlaceKind::Store);
            let name = format!("Store {n}");
            insert_stock_place(tx, &StockPlaceFields { name, kind, person_id: None, archived: false })?;
        }
        for n in 1..=parts {
            let fields = PartFields {
                number: format!("P-{n}"),
                description: "Fan".to_owned(),
                unit: "each".to_owned(),
                ..PartFields::default()
            };
            insert_part(tx, &fields)?;
        }
        Ok(())
    });
}

fn movement(kind: MovementKind, part_id: i64, (from, to): (End, End), quantity: i64) -> NewMovement {
    NewMovement {
        request_id: None,
        kind,
        part_id,
        from,
        to,
        quantity,
        unit_id: None,
        job: None,
        with_id: None,
        cost_pence: None,
        reason: String::new(),
    }
}

#[test]
fn after_ten_thousand_random_operations_the_stock_is_the_sum_of_the_ledger() {
    let app = TestApp::new();
    ground(&app, 5, 4);
    let mut chance = Chance::of(20_261_128, 1);
    let (mut refused, mut written) = (0, 0);
    for _ in 0..OPERATIONS / TOGETHER {
        app.put(|tx| {
            for _ in 0..TOGETHER {
                let (part, a, b) = (chance.between(1, 5), chance.between(1, 4), chance.between(1, 4));
                let quantity = chance.between(1, 9);
                let (a, b) = (End::Place(a), End::Place(b));
                let before = all(tx)?;
                let new = match chance.below(5) {
                    0 => movement(MovementKind::Received, part, (End::Outside, a), quantity),
                    1 if a != b => movement(MovementKind::Moved, part, (a, b), quantity),
                    2 => movement(MovementKind::Scrapped, part, (a, End::Outside), quantity),
                    3 => {
                        let End::Place(place) = a else { unreachable!("a is a place") };
                        let booked = hold_level(tx, (part, place))?;
                        let (from, to, change) = count(place, booked, quantity);
                        movement(MovementKind::Counted, part, (from, to), change)
                    }
                    _ => movement(MovementKind::Issued, part, (a, End::Job), quantity),
                };
                match insert_movement(tx, &new)? {
                    Some(_) => written += 1,
                    None => {
                        refused += 1;
                        assert_eq!(all(tx)?, before, "a refused movement changed something: {new:?}");
                    }
                }
            }
            Ok(())
        });
        assert_eq!(app.app.store.read(find_drift).unwrap(), None);
    }
    let rows: i64 = app
        .app
        .store
        .read(|conn| Ok::<_, store::Error>(stock_movements::table.count().get_result(conn)?))
        .unwrap();
    assert_eq!((written + refused, rows), (OPERATIONS as i64, written));
    assert!(refused > 500 && written > 5_000, "{refused} refused, {written} written");
}

/// Every level above nothing: rows that say nothing may come and go.
fn all(conn: &mut store::AnyConnection) -> store::Result<Vec<(i64, i64, i64)>> {
    let columns = (stock_levels::part_id, stock_levels::place_id, stock_levels::quantity);
    let query = stock_levels::table.filter(stock_levels::quantity.gt(0));
    Ok(query.order((stock_levels::part_id, stock_levels::place_id)).select(columns).load(conn)?)
}

#[test]
fn of_fifty_that_take_the_last_one_exactly_one_gets_it() {
    let app = TestApp::new();
    ground(&app, 1, 1);
    let received = movement(MovementKind::Received, 1, (End::Outside, End::Place(1)), 1);
    app.put(|tx| insert_movement(tx, &received));
    let take = movement(MovementKind::Issued, 1, (End::Place(1), End::Job), 1);
    let got = std::thread::scope(|scope| {
        let one = || app.put(|tx| insert_movement(tx, &take)).is_some();
        let threads: Vec<_> = (0..50).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|got| *got).count()
    });
    assert_eq!(got, 1);
    assert_eq!(app.app.store.read(|conn| find_quantity(conn, (1, 1))).unwrap(), 0);
    assert_eq!(app.app.store.read(find_drift).unwrap(), None);
}

#[test]
fn a_level_that_somebody_altered_is_found() {
    let app = TestApp::new();
    ground(&app, 1, 2);
    let received = movement(MovementKind::Received, 1, (End::Outside, End::Place(2)), 3);
    app.put(|tx| insert_movement(tx, &received));
    app.put(|tx| {
        diesel::update(stock_levels::table).set(stock_levels::quantity.eq(5)).execute(&mut **tx)?;
        Ok(())
    });
    let drift = app.app.store.read(find_drift).unwrap().unwrap();
    assert_eq!((drift.place.as_str(), drift.level, drift.comes_to), ("Store 2", 5, 3));
    assert_eq!(drift.to_string(), "shows 5, and its movements come to 3");
}

#[test]
fn movements_are_appended_and_no_level_goes_below_nothing() {
    let app = TestApp::new();
    ground(&app, 1, 1);
    app.put(|tx| insert_movement(tx, &movement(MovementKind::Received, 1, (End::Outside, End::Place(1)), 2)));
    for change in [
        diesel::sql_query("UPDATE stock_movements SET quantity = 9"),
        diesel::sql_query("DELETE FROM stock_movements"),
        diesel::sql_query("UPDATE stock_levels SET quantity = -1"),
    ] {
        let tried = app.app.store.keep_house(|tx| Ok::<_, store::Error>(change.execute(&mut **tx)?));
        let said = tried.unwrap_err().to_string();
        assert!(said.contains("append-only") || said.to_lowercase().contains("check"), "{said}");
    }
    assert_eq!(app.app.store.read(|conn| find_quantity(conn, (1, 1))).unwrap(), 2);
}
