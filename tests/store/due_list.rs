//! The due list walks along its indexes, page by page, within a scope.

use std::sync::{Arc, Mutex};

use diesel::connection::InstrumentationEvent;
use diesel::prelude::*;
use diesel::r2d2::ManageConnection;
use domain::due::DueKind;
use domain::equipment::TestKind;
use domain::permission::Role;
use store::due_list::{Area, DueFilter, DueKey, count_days, list_due, list_groups};
use store::stopped::{Trouble, count_stopped, list_stopped};

use crate::support::TestApp;

fn days(app: &TestApp, role: &store::Actor, filter: &DueFilter, page: usize) -> Vec<(String, DueKind)> {
    let mut found = vec![];
    let mut after = None;
    loop {
        let (rows, next) =
            app.app.store.read(|conn| list_due(conn, role.scope(), filter, after, page)).unwrap();
        assert!(rows.len() <= page);
        found.extend(rows.iter().map(|row| (row.key.due_on.to_string(), row.key.kind)));
        match next {
            Some(key) => after = Some(key),
            None => return found,
        }
    }
}

#[test]
fn pages_of_any_size_join_to_the_whole_list_soonest_first() {
    let app = TestApp::new();
    let (mills, docks) = (app.ground("Mills"), app.ground("Docks"));
    for (ground, day) in
        [(mills, "2026-11-01"), (docks, "2026-11-01"), (mills, "2026-10-01"), (docks, "2027-01-01")]
    {
        let kettle = app.due_kettle(ground, day);
        app.make_due(&kettle, TestKind::FormalVisual, "2026-11-01");
    }
    let admin = app.actor(Role::Administrator, None);
    let whole = days(&app, &admin, &DueFilter::default(), 100);
    assert_eq!(whole.len(), 8);
    assert!(whole.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{whole:?}");
    for page in 1..=8 {
        assert_eq!(days(&app, &admin, &DueFilter::default(), page), whole, "pages of {page}");
    }
    let both = app.actor(Role::Viewer, Some(vec![mills.customer_id, docks.customer_id]));
    assert_eq!(days(&app, &both, &DueFilter::default(), 3), whole);
}

#[test]
fn a_scope_bounds_lists_and_counts() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    app.due_kettle(ours, "2026-11-01");
    let foreign = app.due_kettle(theirs, "2026-11-02");
    app.lock(&foreign, "failed");
    let viewer = app.actor(Role::Viewer, Some(vec![ours.customer_id]));
    let all = app.app.store.read(|conn| count_days(conn, viewer.scope(), &Area::default(), None)).unwrap();
    assert_eq!(all, [("2026-11-01".parse().unwrap(), 1)]);
    // An area made for somebody who sees it gives nothing to somebody who does not.
    let admin = app.actor(Role::Administrator, None);
    let site =
        app.app.store.read(|conn| store::sites::find_site(conn, admin.scope(), theirs.site_id)).unwrap();
    for area in [Area::customer(theirs.customer_id), Area::site(&site)] {
        let filter = DueFilter { area: area.clone(), ..DueFilter::default() };
        assert_eq!(days(&app, &viewer, &filter, 10), []);
        assert_eq!(days(&app, &admin, &filter, 10).len(), 1);
        let read = |actor: &store::Actor| {
            app.app.store.read(|conn| count_stopped(conn, actor.scope(), &area, Trouble::Locked)).unwrap()
        };
        assert_eq!((read(&viewer), read(&admin)), (0, 1));
    }
}

#[test]
fn a_place_holds_the_places_within_it() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let admin = app.actor(Role::Administrator, None);
    let places =
        app.app.store.read(|conn| store::places::list_places(conn, admin.scope(), ground.site_id)).unwrap();
    let cupboard = app.put(|tx| {
        let fields =
            store::places::PlaceFields { name: "Cupboard".into(), environment: None, archived: false };
        store::places::insert_place(tx, (ground.customer_id, ground.site_id), Some(&places[0]), &fields)
    });
    app.due_kettle(ground, "2026-11-01");
    app.due_kettle(crate::support::builders::Ground { place_id: cupboard, ..ground }, "2026-11-02");
    let all =
        app.app.store.read(|conn| store::places::list_places(conn, admin.scope(), ground.site_id)).unwrap();
    let counted = |name: &str| {
        let place = all.iter().find(|place| place.name == name).unwrap();
        let area = Area::place(place, &all);
        let filter = DueFilter { area: area.clone(), ..DueFilter::default() };
        let counts = app.app.store.read(|conn| count_days(conn, admin.scope(), &area, None)).unwrap();
        assert_eq!(counts.len(), days(&app, &admin, &filter, 10).len());
        counts.len()
    };
    assert_eq!((counted("Kitchen"), counted("Cupboard")), (2, 1));
}

#[test]
fn an_incomplete_test_is_listed_until_the_thing_is_locked() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let admin = app.actor(Role::Administrator, None);
    let listed = |trouble| {
        let list =
            |conn: &mut store::AnyConnection| list_stopped(conn, admin.scope(), &Area::default(), trouble, 9);
        app.app.store.read(list).unwrap().len()
    };
    assert_eq!((listed(Trouble::Incomplete), listed(Trouble::Locked)), (0, 0));
    app.test_incompletely(&kettle);
    assert_eq!((listed(Trouble::Incomplete), listed(Trouble::Locked)), (1, 0));
    app.lock(&kettle, "damaged");
    assert_eq!((listed(Trouble::Incomplete), listed(Trouble::Locked)), (0, 1));
}

#[derive(QueryableByName)]
struct Plan {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

/// What SQLite says of each query that the work runs.
fn plans(app: &TestApp, work: impl Fn(&mut store::AnyConnection)) -> Vec<(String, String)> {
    let mut conn = store::portable::Manager::new(&app.app.config.database_url).unwrap().connect().unwrap();
    let seen = Arc::new(Mutex::new(vec![]));
    let sink = seen.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            sink.lock().unwrap().push(query.to_string());
        }
    });
    work(&mut conn);
    let queries = seen.lock().unwrap().clone();
    assert!(!queries.is_empty());
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    let explain = |query: String| {
        let plan: Vec<Plan> =
            diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}")).load(&mut conn).unwrap();
        let lines: Vec<String> = plan.into_iter().map(|row| row.detail).collect();
        (query, lines.join("; "))
    };
    queries.into_iter().map(explain).collect()
}

#[test]
fn every_filter_is_a_search_along_an_index_that_needs_no_sorting() {
    let app = TestApp::new();
    if app.app.store.kind() == store::portable::Kind::Postgres {
        return;
    }
    let ground = app.ground("Mills");
    app.due_kettle(ground, "2026-11-01");
    let admin = app.actor(Role::Administrator, None);
    let some = app.actor(Role::Viewer, Some(vec![ground.customer_id, app.ground("Docks").customer_id]));
    let (site, places) = app
        .app
        .store
        .read(|conn| {
            let site = store::sites::find_site(conn, admin.scope(), ground.site_id)?;
            Ok::<_, store::Error>((site, store::places::list_places(conn, admin.scope(), ground.site_id)?))
        })
        .unwrap();
    let areas = [
        (Area::default(), "INDEX dues_due (kind=?"),
        (Area::customer(ground.customer_id), "INDEX dues_customer (customer_id=? AND kind=?"),
        (Area::site(&site), "INDEX dues_site (site_id=? AND kind=?"),
        (Area::place(&places[0], &places), "INDEX dues_place (place_id=? AND kind=?"),
    ];
    let after =
        Some(DueKey { due_on: "2026-01-01".parse().unwrap(), id: 1, kind: TestKind::FormalVisual.into() });
    for (area, index) in areas {
        for after in [None, after] {
            let filter =
                DueFilter { area: area.clone(), before: "2027-01-01".parse().ok(), ..DueFilter::default() };
            let seen = plans(&app, |conn| {
                list_due(conn, admin.scope(), &filter, after, 50).unwrap();
            });
            let walk = |query: &str| query.starts_with("SELECT `dues`.`due_on`");
            let walks: Vec<_> = seen.iter().filter(|(query, _)| walk(query)).collect();
            assert_eq!(walks.len(), 3, "one for each kind: {seen:?}");
            for (query, plan) in walks {
                assert!(plan.contains("COVERING") && plan.contains(index), "{query}\n{plan}");
                assert!(!plan.contains("TEMP B-TREE"), "{query}\n{plan}");
                assert!(after.is_none() || plan.contains("(due_on,asset_id)>"), "{query}\n{plan}");
            }
            let rows = seen.last().unwrap();
            assert!(!rows.1.contains("SCAN"), "{}\n{}", rows.0, rows.1);
        }
    }
    for actor in [&admin, &some] {
        let seen = plans(&app, |conn| {
            for trouble in [Trouble::Locked, Trouble::Incomplete] {
                list_stopped(conn, actor.scope(), &Area::default(), trouble, 20).unwrap();
                count_stopped(conn, actor.scope(), &Area::default(), trouble).unwrap();
            }
            list_groups(conn, actor.scope(), &Area::site(&site), (None, "2027-01-01".parse().unwrap()), 9)
                .unwrap();
        });
        for (query, plan) in seen {
            let partial = plan.contains("INDEX assets_locked") || plan.contains("INDEX assets_incomplete");
            let by_id = query.contains("FROM (`sites`") && !plan.contains("SCAN");
            // Of one site there are a few plans, however many there are in all.
            let plans_of_site = plan.contains("SEARCH plans USING INDEX plans_site");
            assert!(partial || by_id || plans_of_site || query.contains("`due_tallies`"), "{query}\n{plan}");
        }
    }
}
