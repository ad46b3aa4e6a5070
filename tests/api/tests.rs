//! `POST /api/v1/assets/{tag}/tests`, as programs of others use it.

use actix_web::http::Method;
use domain::permission::Role;
use serde_json::{Value, json};
use store::instruments::InstrumentFields;

use crate::support::TestApp;
use crate::support::builders::Thing;
use crate::support::client::{Answer, Client};

fn test() -> Value {
    json!({
        "id": "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0001",
        "kind": "combined",
        "ruleset": "iet5",
        "performed_at": "2026-11-23T08:00:00Z",
        "visual": {"plug": "pass", "flex": "pass", "fuse": "not_applicable"},
        "readings": [
            {"test": "earth_continuity", "value": "0.08", "unit": "ohm", "test_current_a": "0.2"},
            {"test": "insulation_resistance", "value": ">19.99", "unit": "Mohm", "voltage_v": 500},
            {"test": "load", "value": "2900", "unit": "VA"},
        ],
        "note": "",
    })
}

/// The same test with one thing changed.
fn with(path: &str, value: Value) -> Value {
    let mut test = test();
    *test.pointer_mut(path).unwrap() = value;
    test
}

fn and(name: &str, value: Value) -> Value {
    let mut test = test();
    test[name] = value;
    test
}

async fn send(client: &Client, kettle: &Thing, body: &Value) -> Answer {
    client.json(Method::POST, &format!("/api/v1/assets/{}/tests", kettle.tag), body).await
}

fn instrument(app: &TestApp, serial: &str, retired: bool, due: &str) {
    let fields = InstrumentFields {
        make: "Megger".to_owned(),
        model: "PAT420".to_owned(),
        serial: serial.to_owned(),
        owner: String::new(),
        calibration_certificate: "C-77".to_owned(),
        calibrated_on: None,
        calibration_due: due.parse().ok(),
        retired,
        proof_check_days: None,
    };
    app.put(|tx| store::instruments::insert_instrument(tx, fields));
}

#[actix_web::test]
async fn a_test_is_judged_and_answers_the_same_bytes_again() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let first = send(&engineer, &kettle, &test()).await.expect(201);
    let answer = first.json();
    assert_eq!(answer["verdict"], "pass");
    assert_eq!(answer["asset_status"], "in_service");
    assert_eq!(answer["next_due"], json!({"formal_visual": "2027-05-23", "combined": "2027-11-23"}));
    assert_eq!(answer["readings"][0]["limit"], "0.109975");
    assert_eq!(answer["readings"][2]["verdict"], "not_judged");
    let again = send(&engineer, &kettle, &test()).await.expect(201);
    assert_eq!(again.bytes, first.bytes);
    let other = send(&engineer, &kettle, &with("/note", json!("other"))).await.expect(422);
    assert!(other.text().contains("different body"), "{}", other.text());
    let shown = engineer.get(first.location()).await.expect(200).json();
    assert_eq!((&shown["ledger_number"], &shown["verdict"]), (&json!(1), &json!("pass")));
}

#[actix_web::test]
async fn what_proves_nothing_is_incomplete_and_what_is_beyond_locks() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let open = with("/readings/0/value", json!("<5"));
    let answer = send(&engineer, &kettle, &open).await.expect(201).json();
    assert_eq!(answer["verdict"], "incomplete");
    assert_eq!(answer["readings"][0]["verdict"], "not_proven");
    assert_eq!(answer["next_due"]["combined"], Value::Null);
    let mut bad = with("/readings/1/value", json!("0.1"));
    bad["id"] = json!("01939fa2-6d3c-7c1e-9a55-2f6e1f0a0002");
    let answer = send(&engineer, &kettle, &bad).await.expect(201).json();
    assert_eq!((&answer["verdict"], &answer["asset_status"]), (&json!("fail"), &json!("quarantined")));
}

#[actix_web::test]
async fn each_bad_input_names_its_field() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    instrument(&app, "OLD-1", true, "2027-01-01");
    let engineer = app.client(Role::Engineer);
    let long = "x".repeat(10_001);
    let cases = [
        (and("id", json!("not-a-uuid")), "\"id\""),
        (and("id", json!("00000000-0000-0000-0000-000000000000")), "\"id\""),
        (and("kind", json!("thorough")), "\"kind\""),
        (and("kind", json!("")), "\"kind\""),
        (and("ruleset", json!("vde9")), "\"ruleset\""),
        (and("performed_at", json!("2026-11-23T09:06:00Z")), "future"),
        (and("performed_at", json!("1989-12-31T00:00:00Z")), "before 1990"),
        (and("performed_at", json!("yesterday")), "\"performed_at\""),
        (and("performed_at", Value::Null), "\"performed_at\""),
        (and("instrument", json!("nobody's")), "\"instrument\""),
        (and("instrument", json!("OLD-1")), "retired"),
        (with("/readings/0/value", json!("=<5")), "readings[0].value"),
        (with("/readings/0/value", json!("0,08")), "readings[0].value"),
        (with("/readings/1/value", json!("-1")), "readings[1].value"),
        (with("/readings/0/unit", json!("Mohm")), "readings[0].unit"),
        (with("/readings/0/test", json!("earth")), "readings[0].test"),
        (with("/readings/1/voltage_v", json!(0.5)), "readings[1].voltage_v"),
        (with("/visual/plug", json!("good")), "visual.plug"),
        (and("visual", json!({"plog": "pass"})), "visual.plog"),
        (and("note", json!(long)), "10000 characters"),
        (and("note", json!("bell \u{7} and nul \u{0}")), "\"note\""),
        (
            and("readings", json!(vec![json!({"test": "load", "value": "1", "unit": "VA"}); 501])),
            "at most 500",
        ),
        (and("verdict", json!("pass")), "unknown field `verdict`"),
        (and("asset_status", json!("in_service")), "unknown field"),
        (and("person_id", json!(1)), "unknown field"),
        (and("seq", json!(1)), "unknown field"),
        (and("visual", json!([])), "visual items"),
        (json!([]), "\"id\""),
        (json!("test"), "body"),
    ];
    for (body, says) in cases {
        let answer = send(&engineer, &kettle, &body).await.expect(422);
        assert!(answer.text().contains(says), "{says}: {}", answer.text());
    }
    let page = store::tests::Page::first(10);
    let actor = app.actor(Role::Viewer, None);
    let stored =
        app.app.store.read(|conn| store::tests::list_tests_of_asset(conn, actor.scope(), kettle.id, page));
    assert!(stored.unwrap().is_empty(), "nothing was stored of any of them");
}

#[actix_web::test]
async fn an_item_named_twice_is_refused() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let twice = test().to_string().replace("\"plug\":\"pass\"", "\"plug\":\"fail\",\"plug\":\"pass\"");
    let path = format!("/api/v1/assets/{}/tests", kettle.tag);
    let answer = app
        .client(Role::Engineer)
        .send(Method::POST, &path, |request| {
            request.insert_header(("content-type", "application/json")).set_payload(twice)
        })
        .await
        .expect(422);
    assert!(answer.text().contains("twice"), "{}", answer.text());
}

#[actix_web::test]
async fn the_foreign_is_not_found_and_the_unable_are_refused() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let (kettle, foreign) = (app.kettle(ours), app.kettle(theirs));
    let ours_only = app.client_for(Role::Engineer, Some(vec![ours.customer_id]));
    send(&ours_only, &foreign, &test()).await.expect(404);
    let everything = app.client(Role::Engineer);
    let day = "2026-11-23".parse().unwrap();
    let engineer = app.actor(Role::Engineer, None).person_id().unwrap();
    let visit = app.put(|tx| {
        let fields = store::visits::VisitFields {
            person_id: engineer,
            starts_on: day,
            ends_on: day,
            order_number: String::new(),
            extent: String::new(),
            limitations: String::new(),
        };
        store::visits::insert_visit(tx, (theirs.customer_id, theirs.site_id), &fields)
    });
    send(&everything, &kettle, &and("visit", json!(visit))).await.expect(404);
    send(&everything, &kettle, &and("visit", json!(999))).await.expect(404);
    let recorded = send(&everything, &foreign, &test()).await.expect(201);
    ours_only.get(recorded.location()).await.expect(404);
    // The id of a foreign record is taken, and no more is told of it.
    let taken = send(&ours_only, &kettle, &test()).await.expect(422);
    assert!(!taken.text().contains("Theirs"));
    send(&app.client(Role::Viewer), &kettle, &test()).await.expect(403);
    send(&app.stranger(), &kettle, &test()).await.expect(401);
}

#[actix_web::test]
async fn a_lapsed_calibration_is_written_down() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    instrument(&app, "M-9", false, "2026-11-22");
    let engineer = app.client(Role::Engineer);
    let answer = send(&engineer, &kettle, &and("instrument", json!("M-9"))).await.expect(201).json();
    assert!(answer["warnings"][0].as_str().unwrap().contains("had lapsed"), "{answer}");
}

#[actix_web::test]
async fn what_is_lost_is_not_tested_and_of_what_is_unknown_only_a_fault_is_proven() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    app.put(|tx| {
        let actor = tx.actor;
        let asset = store::assets::find_asset(tx, actor.scope(), kettle.id)?;
        let mut fields = asset.fields();
        fields.equipment_class = None;
        store::assets::update_asset(tx, kettle.id, asset.version, fields)
    });
    let answer = send(&engineer, &kettle, &test()).await.expect(201).json();
    assert_eq!((&answer["verdict"], &answer["asset_status"]), (&json!("incomplete"), &json!("in_service")));
    assert!(answer["reasons"].to_string().contains("set the equipment class"), "{answer}");
    let mut broken = and("visual", json!({"plug": "fail"}));
    broken["id"] = json!("01939fa2-6d3c-7c1e-9a55-2f6e1f0a0002");
    let answer = send(&engineer, &kettle, &broken).await.expect(201).json();
    assert_eq!((&answer["verdict"], &answer["asset_status"]), (&json!("fail"), &json!("quarantined")));
    app.put(|tx| {
        let actor = tx.actor;
        let asset = store::assets::find_asset(tx, actor.scope(), kettle.id)?;
        let mut fields = asset.fields();
        fields.lifecycle = store::types::Coded(domain::asset::Lifecycle::Lost);
        store::assets::update_asset(tx, kettle.id, asset.version, fields)
    });
    broken["id"] = json!("01939fa2-6d3c-7c1e-9a55-2f6e1f0a0003");
    let answer = send(&engineer, &kettle, &broken).await.expect(409);
    assert!(answer.text().contains("recorded as lost"), "{}", answer.text());
}
