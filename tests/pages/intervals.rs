//! The levels that state an interval: what the nearest says holds, and the asset's page says which it is.

use domain::equipment::{EquipmentClass, EquipmentType};
use domain::permission::Role;
use proofmark::actions::dues::recompute;
use store::Error;
use store::dues::{DueRow, check_tallies};

use crate::support::TestApp;
use crate::support::builders::{Thing, category_fields, kettle_fields};
use crate::support::client::Client;

fn dues(app: &TestApp, thing: &Thing) -> Vec<(String, i64, String)> {
    let rows: Vec<DueRow> =
        app.app.store.read(|conn| store::dues::list_dues_of_asset(conn, thing.id)).unwrap();
    rows.into_iter().map(|row| (row.kind.0.to_string(), row.months, row.why.0.to_string())).collect()
}

fn combined(app: &TestApp, thing: &Thing) -> i64 {
    dues(app, thing).iter().find(|due| due.0 == "combined").map_or(0, |due| due.1)
}

/// A kettle whose category says nothing of intervals.
fn bare(app: &TestApp) -> Thing {
    let ground = app.ground("Mills");
    let mut fields = category_fields("Kettle", EquipmentClass::I, EquipmentType::Portable);
    (fields.formal_visual_months, fields.combined_months) = (None, None);
    let category = app.put(|tx| store::categories::insert_category(tx, fields));
    let kettle = app.kettle(ground);
    assert_eq!(category, 1);
    settle(app, &kettle);
    kettle
}

fn settle(app: &TestApp, thing: &Thing) {
    app.put(|tx| recompute(tx, thing.id).map(drop).map_err(|error| Error::Unavailable(error.to_string())));
}

async fn page(client: &Client, thing: &Thing) -> String {
    client.get(&format!("/t/{}", thing.tag)).await.expect(200).text()
}

#[actix_web::test]
async fn what_nobody_set_falls_due_by_the_firms_default_as_never_tested() {
    let app = TestApp::new();
    let kettle = bare(&app);
    assert_eq!(dues(&app, &kettle), [("combined".to_owned(), 12, "never_tested".to_owned())]);
    let manager = app.client(Role::Manager);
    let shown = page(&manager, &kettle).await;
    assert!(shown.contains("never tested, due since 5 Jan 2026"), "{shown}");
    assert!(shown.contains("Every 12 months by the firm&#39;s default"), "{shown}");
    let list = manager.get("/due").await.expect(200).text();
    assert!(list.contains("<span class=\"status overdue\">never tested</span>"), "{list}");
    let csv = manager.get("/due.csv").await.expect(200).text();
    assert!(csv.contains("Never tested") && csv.contains("firm's default"), "{csv}");
    let json = manager.get("/api/v1/due").await.expect(200).json();
    assert_eq!(json["items"][0]["why"], "never_tested");
    let form = [
        ("version", "0"),
        ("user_check_months", "3"),
        ("formal_visual_why", "the test includes it"),
        ("combined_months", "24"),
    ];
    manager.post("/intervals", &form).await.expect(303);
    assert_eq!(dues(&app, &kettle).iter().map(|due| due.1).collect::<Vec<_>>(), [24, 3]);
    manager.post("/intervals", &form).await.expect(409);
    assert_eq!(app.app.store.read(check_tallies).unwrap(), Vec::<String>::new());
}

#[actix_web::test]
async fn the_nearest_level_decides_and_due_dates_follow_each_change() {
    let app = TestApp::new();
    let kettle = bare(&app);
    let ground = kettle.ground;
    let manager = app.client(Role::Manager);
    let category = [
        ("name", "Kettle"),
        ("equipment_class", "I"),
        ("equipment_type", "portable"),
        ("combined_months", "9"),
        ("version", "1"),
    ];
    manager.post("/categories/1/edit", &category).await.expect(303);
    assert_eq!(combined(&app, &kettle), 9, "the category");
    let place = [("version", "1"), ("name", "Kitchen"), ("environment", "office")];
    manager.post(&format!("/places/{}/edit", ground.place_id), &place).await.expect(303);
    assert_eq!(combined(&app, &kettle), 24, "the environment of its place");
    let choose = |whose: &str| format!("/intervals/choose?{whose}");
    let customer = choose(&format!("customer={}", ground.customer_id));
    let choice = [("version", "0"), ("preset", "asnzs_workshop"), ("reason", "their insurer asks")];
    manager.post(&customer, &choice).await.expect(303);
    assert_eq!(combined(&app, &kettle), 6, "the table chosen for the customer");
    let rows = "combined; I; portable; 18\nuser_check; any; any; 1 ?";
    manager
        .post("/intervals/tables/new?from=iet4_office", &[("name", "House"), ("rows", rows)])
        .await
        .expect(303);
    let site = choose(&format!("site={}", ground.site_id));
    manager.post(&site, &[("version", "0"), ("preset", "own_1")]).await.expect(303);
    assert_eq!(combined(&app, &kettle), 18, "the firm's own table chosen for the site");
    let edit = [("name", "House"), ("rows", "combined; I; portable; 15"), ("version", "1")];
    manager.post("/intervals/tables/1/edit", &edit).await.expect(303);
    assert_eq!(combined(&app, &kettle), 15, "a change of the table");
    let shown = page(&manager, &kettle).await;
    assert!(
        shown.contains(
            "Every 15 months for Class I, portable, by the table chosen for the site Head office: House."
        ),
        "{shown}"
    );
    assert!(shown.contains("It comes before 4 other"), "{shown}");
    let renamed = [("version", "1"), ("name", "Annex"), ("time_zone", "Europe/London")];
    manager.post(&format!("/sites/{}/edit", ground.site_id), &renamed).await.expect(303);
    assert!(page(&manager, &kettle).await.contains("for the site Annex: House"));
    app.put(|tx| {
        let fields = kettle_fields(ground, 1);
        let by_hand = store::assets::AssetFields {
            combined_months: Some(0),
            interval_reason: "kept in a glass case".to_owned(),
            ..fields
        };
        store::assets::update_asset(tx, kettle.id, 1, by_hand)
    });
    settle(&app, &kettle);
    assert_eq!(combined(&app, &kettle), 0);
    assert!(page(&manager, &kettle).await.contains("Not by date as set by hand: kept in a glass case."));
    manager.post(&site, &[("version", "1"), ("preset", "")]).await.expect(303);
    assert!(!page(&manager, &kettle).await.contains("House"), "a choice is taken back");
}

#[actix_web::test]
async fn none_on_purpose_is_shown_and_differs_from_what_nobody_set() {
    let app = TestApp::new();
    let kettle = bare(&app);
    let manager = app.client(Role::Manager);
    let none = [
        ("name", "Kettle"),
        ("equipment_class", "I"),
        ("equipment_type", "portable"),
        ("combined_months", "0"),
        ("version", "1"),
    ];
    manager.post("/categories/1/edit", &none).await.expect(422);
    let reason = [none.as_slice(), &[("interval_reason", "display models, never plugged in")]].concat();
    manager.post("/categories/1/edit", &reason).await.expect(303);
    assert_eq!(dues(&app, &kettle), []);
    let shown = page(&manager, &kettle).await;
    assert!(
        shown.contains("Not by date by the category Kettle: display models, never plugged in."),
        "{shown}"
    );
}

#[actix_web::test]
async fn tables_are_shown_with_what_is_not_confirmed() {
    let app = TestApp::new();
    let (manager, viewer) = (app.client(Role::Manager), app.client(Role::Viewer));
    let page = viewer.get("/intervals/tables/iet4_public").await.expect(200).text();
    assert!(page.contains("3 of its 5 figures") && page.contains("Not confirmed"), "{page}");
    assert!(
        !page.contains("Make a copy")
            && manager.get("/intervals/tables/iet4_public").await.text().contains("Make a copy")
    );
    let new = manager.get("/intervals/tables/new?from=hse_low_risk").await.expect(200).text();
    assert!(new.contains("user_check; III; any; none: battery or extra-low voltage"), "{new}");
    for form in [["Ours", "office"], ["Ours too", "office"]] {
        let fields = [("name", form[0]), ("rows", "combined; any; any; 7"), ("environments", form[1])];
        let answer = manager.post("/intervals/tables/new", &fields).await;
        assert_eq!(answer.status.as_u16() == 303, form[0] == "Ours", "{}", answer.text());
    }
    viewer.get("/intervals").await.expect(200);
    viewer.get("/intervals/tables/none").await.expect(404);
    let some = app.client_for(Role::Manager, Some(vec![app.ground("Ours").customer_id]));
    some.post("/intervals/tables/new", &[("name", "A"), ("rows", "combined;any;any;6")]).await.expect(403);
}

#[actix_web::test]
async fn a_firms_table_takes_the_place_of_the_shipped_one() {
    let app = TestApp::new();
    let kettle = bare(&app);
    let manager = app.client(Role::Manager);
    let place = [("version", "1"), ("name", "Kitchen"), ("environment", "kitchen")];
    manager.post(&format!("/places/{}/edit", kettle.ground.place_id), &place).await.expect(303);
    assert_eq!(combined(&app, &kettle), 12);
    let table = [("name", "Canteens"), ("rows", "combined; any; any; 5"), ("environments", "kitchen")];
    manager.post("/intervals/tables/new", &table).await.expect(303);
    assert_eq!(combined(&app, &kettle), 5);
}

#[actix_web::test]
async fn what_is_left_of_a_large_change_is_gone_on_with_and_shown() {
    let app = TestApp::new();
    let kettle = bare(&app);
    app.put(|tx| {
        let under = store::under::Under::Everywhere;
        store::ripples::insert_ripple(tx, ("the firm's intervals", &under), (true, true), (0, 0, 5000))
            .map(drop)
    });
    app.put(|tx| {
        let actor = tx.actor;
        let asset = store::assets::find_asset(tx, actor.scope(), kettle.id)?;
        let state = store::dues::TestedState {
            lock_cause: None,
            locked_at: None,
            last_verdict: asset.last_verdict,
            last_tested_at: asset.last_tested_at,
        };
        store::dues::write_settled(tx, &[store::dues::Settled { asset: &asset, state, dues: vec![] }])
    });
    let page = app.client(Role::Manager).get("/intervals").await.expect(200).text();
    assert!(page.contains("0 of 5000 assets"), "{page}");
    assert_eq!(proofmark::actions::ripple::go_on(&app.app).unwrap(), 1);
    assert_eq!(combined(&app, &kettle), 12);
    assert_eq!(proofmark::actions::ripple::go_on(&app.app).unwrap(), 0);
}
