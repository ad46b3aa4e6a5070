//! Faults reported and read by programs.

use actix_web::http::Method;
use domain::permission::Role;
use proofmark::actions::api_tokens::TokenFields;
use serde_json::json;

use crate::support::TestApp;

fn token(read_only: bool) -> TokenFields {
    TokenFields { name: "test".to_owned(), read_only, ..TokenFields::default() }
}

#[actix_web::test]
async fn a_program_reports_a_fault_once() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let viewer = app.program(Role::Viewer, None, &token(false));
    let body = json!({"asset": kettle.tag, "symptom": "noisy", "what": "it whistles", "urgency": "can_wait"});
    let first = viewer.json(Method::POST, "/api/v1/faults", &body).await.expect(201).json();
    assert_eq!(
        (first["what"].as_str(), first["dangerous"].as_bool()),
        (Some("Noisy: it whistles"), Some(false))
    );
    assert_eq!((first["asset"].as_str(), first["job"].is_null()), (Some(kettle.tag.as_str()), true));
    let again = viewer.json(Method::POST, "/api/v1/faults", &body).await.expect(201).json();
    assert_eq!(again["id"], first["id"]);
    let sparks = json!({"asset": kettle.tag, "what": "it sparks", "dangerous": true});
    let sparks = viewer.json(Method::POST, "/api/v1/faults", &sparks).await.expect(201).json();
    assert_eq!((sparks["job"].as_str(), sparks["job_state"].as_str()), (Some("J-000001"), Some("reported")));
    let asset = viewer.get(&format!("/api/v1/assets/{}", kettle.tag)).await.expect(200).json();
    assert!(asset["lock_cause"].as_str().unwrap().starts_with("Reported as dangerous"), "{asset}");
    let open = viewer.get("/api/v1/faults?open=true&limit=1").await.expect(200).json();
    assert_eq!(open["items"][0]["id"], sparks["id"]);
    let next = format!("/api/v1/faults?open=true&cursor={}", open["next_cursor"]);
    let rest = viewer.get(&next).await.expect(200).json();
    assert_eq!((rest["items"].as_array().unwrap().len(), rest["next_cursor"].is_null()), (1, true));
    let closed = viewer.get("/api/v1/faults?open=false").await.expect(200).json();
    assert_eq!(closed["items"].as_array().unwrap().len(), 0);
}

#[actix_web::test]
async fn what_may_not_be_is_refused_by_name() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let (kettle, foreign) = (app.kettle(ours), app.kettle(theirs));
    let mine = app.program(Role::Engineer, Some(vec![ours.customer_id]), &token(false));
    for (body, status, says) in [
        (json!({}), 422, "asset"),
        (json!({"asset": kettle.tag}), 422, "what"),
        (json!({"asset": kettle.tag, "what": "x".repeat(2001)}), 422, "2000"),
        (json!({"asset": kettle.tag, "symptom": "sad"}), 422, "symptom"),
        (json!({"asset": kettle.tag, "what": "a", "urgency": "now"}), 422, "urgency"),
        (json!({"asset": kettle.tag, "what": "a", "dangerous": "yes"}), 422, "dangerous"),
        (json!({"asset": kettle.tag, "what": "a", "job": "J-1"}), 422, "job"),
        (json!({"asset": foreign.tag, "what": "a"}), 404, "no such"),
    ] {
        let answer = mine.json(Method::POST, "/api/v1/faults", &body).await.expect(status);
        assert!(answer.text().contains(says), "{body}: {}", answer.text());
    }
    mine.get("/api/v1/faults?open=maybe").await.expect(422);
    mine.get("/api/v1/faults?colour=red").await.expect(422);
    let reads = app.program(Role::Engineer, None, &token(true));
    let body = json!({"asset": kettle.tag, "what": "it hums"});
    reads.json(Method::POST, "/api/v1/faults", &body).await.expect(403);
    let every = app.engineer();
    every
        .json(Method::POST, "/api/v1/faults", &json!({"asset": foreign.tag, "what": "it hums"}))
        .await
        .expect(201);
    let seen = mine.get("/api/v1/faults").await.expect(200).json();
    assert_eq!(seen["items"].as_array().unwrap().len(), 0, "{seen}");
}
