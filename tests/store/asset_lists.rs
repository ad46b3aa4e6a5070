//! Lists of assets never read the table from end to end: every walk is along an index.

use std::sync::{Arc, Mutex};

use diesel::connection::{Connection, InstrumentationEvent};
use diesel::prelude::*;
use diesel::r2d2::ManageConnection;
use domain::asset::Status;
use domain::event::Via;
use store::assets::list::{Filter, Order, list_beyond};
use store::{Actor, AnyConnection};

use crate::support::TestApp;

#[derive(QueryableByName)]
struct Plan {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

/// The queries that a list asks, as the database is asked them.
fn queries(conn: &mut AnyConnection, filter: &Filter, order: Order, cursor: Option<i64>) -> Vec<String> {
    let asked = Arc::new(Mutex::new(vec![]));
    let ear = asked.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            ear.lock().unwrap().push(query.to_string());
        }
    });
    let actor = Actor::operator(Via::Cli);
    // None are few: what is met walks the order's index, as for a customer with half a million.
    list_beyond(conn, actor.scope(), filter, (order, cursor, 50), 0).unwrap();
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    asked.lock().unwrap().clone()
}

#[test]
fn every_filter_in_every_order_walks_an_index() {
    let app = TestApp::new();
    if app.app.store.kind() != store::portable::Kind::Sqlite {
        return;
    }
    let ground = app.ground("Mills");
    let kettle = app.due_kettle(ground, "2026-12-01");
    app.put(|tx| store::assets::reindex_asset(tx, kettle.id));
    let mut conn = store::portable::Manager::new(&app.app.config.database_url).unwrap().connect().unwrap();
    let filters = [
        ("nothing", Filter::default()),
        ("customer", Filter { customer_id: Some(ground.customer_id), ..Filter::default() }),
        ("site", Filter { site_id: Some(ground.site_id), ..Filter::default() }),
        ("place", Filter { place_id: Some(ground.place_id), ..Filter::default() }),
        ("category", Filter { category_id: Some(1), ..Filter::default() }),
        ("status", Filter { status: Some(Status::InService), ..Filter::default() }),
        ("quarantined", Filter { status: Some(Status::Quarantined), ..Filter::default() }),
        ("due", Filter { due_before: "2027-01-01".parse().ok(), ..Filter::default() }),
    ];
    let mut plans = String::new();
    for (name, filter) in &filters {
        for order in [Order::Newest, Order::Due, Order::Description] {
            for cursor in [None, Some(kettle.id)] {
                for query in queries(&mut conn, filter, order, cursor) {
                    let Some(sql) = query.split(" -- binds").next().filter(|q| q.contains("`assets`")) else {
                        continue;
                    };
                    let plan: Vec<Plan> =
                        diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(&mut conn).unwrap();
                    for step in plan {
                        plans += &format!("{name} {order:?}: {}\n", step.detail);
                        let whole = step.detail.starts_with("SCAN assets") && !step.detail.contains("USING");
                        // Newest first along the table's own key is a walk too, ended by the page's limit.
                        assert!(!whole || order == Order::Newest, "{name} {order:?}: {}\n{sql}", step.detail);
                    }
                }
            }
        }
    }
    for line in plans.lines().filter(|line| line.contains("TEMP B-TREE")) {
        // Only what the search index has narrowed to a page or a few is sorted.
        assert!(line.contains(" Newest"), "{line}\n{plans}");
    }
    assert!(!plans.contains("assets_lifecycle") && !plans.contains("assets_category"), "{plans}");
    assert!(plans.contains("assets_customer_description") && plans.contains("assets_due"), "{plans}");
}
