use actix_web::http::Method;
use domain::permission::Role;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};

async fn send(client: &Client, key: &str, body: &Value) -> Answer {
    client
        .send(Method::POST, "/api/v1/jobs/J-000001/referrals", |request| {
            request
                .insert_header(("content-type", "application/json"))
                .insert_header(("idempotency-key", key))
                .set_payload(body.to_string())
        })
        .await
}

#[actix_web::test]
async fn a_referral_is_made_once_for_one_key_and_listed() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    app.supplier("Maker");
    let engineer = app.client(Role::Engineer);
    let fields = [
        ("title", "Dead"),
        ("tags", kettle.tag.as_str()),
        ("kind", "repair"),
        ("priority", "low"),
        ("impact", "team"),
    ];
    engineer.post("/jobs/new", &fields).await.expect(303);
    let body = json!({
        "supplier": "Maker", "asset": kettle.tag, "rma": "R-1", "due_on": "2026-12-01", "cost": "9.99", "waits": true
    });
    let first = send(&engineer, "one", &body).await.expect(201).json();
    assert_eq!(
        (&first["state"], &first["cost_pence"], &first["asset"]),
        (&json!("to_send"), &json!(999), &json!(kettle.tag))
    );
    let again = send(&engineer, "one", &body).await.expect(201).json();
    assert_eq!(first["id"], again["id"]);
    send(&engineer, "one", &json!({"supplier": "Maker", "what": "Lid"})).await.expect(422);
    let list = engineer.get("/api/v1/jobs/J-000001/referrals").await.expect(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let job = engineer.get("/api/v1/jobs/J-000001").await.expect(200).json();
    assert_eq!((&job["state"], &job["waiting_for"]), (&json!("waiting"), &json!("third_party")));
    app.client(Role::Viewer).get("/api/v1/jobs/J-000001/referrals").await.expect(200);
    send(&app.client(Role::Viewer), "two", &body).await.expect(403);
}
