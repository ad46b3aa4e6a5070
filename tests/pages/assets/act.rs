use domain::asset::Lifecycle;
use domain::permission::Role;

use super::{listed_kettle, read};
use crate::support::TestApp;

#[actix_web::test]
async fn an_asset_moves_within_its_customer_and_tells_it() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = listed_kettle(&app, ground);
    let engineer = app.client(Role::Engineer);
    let path = format!("/assets/{}/move", kettle.id);
    let site = ground.site_id.to_string();
    engineer.post(&path, &[("version", "1"), ("where", &site)]).await.expect(303);
    assert_eq!(read(&app, kettle.id).place_id, None);
    let page = engineer.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(page.contains("Moved") && page.contains("<del>Kitchen</del>"), "{page}");
    engineer.post(&path, &[("version", "1"), ("where", &site)]).await.expect(409);
    engineer.post(&path, &[("version", "2"), ("where", "nowhere")]).await.expect(422);
    let theirs = app.ground("Theirs");
    engineer.post(&path, &[("version", "2"), ("where", &theirs.site_id.to_string())]).await.expect(422);
}

#[actix_web::test]
async fn moving_a_locked_thing_keeps_it_locked() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = listed_kettle(&app, ground);
    let failed = serde_json::json!({
        "id": uuid::Uuid::now_v7().to_string(),
        "kind": "combined",
        "ruleset": "iet5",
        "performed_at": "2026-11-23T08:00:00Z",
        "visual": {"plug": "fail"},
        "readings": [],
    });
    let tester = app.actor(Role::Engineer, None);
    let right = tester.right::<domain::permission::RecordTest>().unwrap();
    let request = serde_json::from_value(failed).unwrap();
    proofmark::actions::tests::record_test(&app.app, &right, &kettle.tag, &request).unwrap();
    let engineer = app.client(Role::Engineer);
    let site = ground.site_id.to_string();
    engineer
        .post(&format!("/assets/{}/move", kettle.id), &[("version", "1"), ("where", &site)])
        .await
        .expect(303);
    let status = [("version", "2"), ("lifecycle", "in_store")];
    engineer.post(&format!("/assets/{}/status", kettle.id), &status).await.expect(303);
    let page = engineer.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(page.contains("QUARANTINED: do not use"), "{page}");
    assert!(!page.contains("<strong>SAFE"));
    let out = [("version", "3"), ("do", "out"), ("holder", "Ann")];
    let refused = engineer.post(&format!("/assets/{}/custody", kettle.id), &out).await.expect(422).text();
    assert!(refused.contains("must not be handed out"), "{refused}");
}

#[actix_web::test]
async fn only_a_manager_disposes() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let path = format!("/assets/{}/status", kettle.id);
    let disposed = [("version", "1"), ("lifecycle", "disposed")];
    app.client(Role::Viewer).post(&path, &disposed).await.expect(403);
    app.client(Role::Engineer).post(&path, &disposed).await.expect(403);
    assert_eq!(read(&app, kettle.id).lifecycle.0, Lifecycle::InService);
    app.client(Role::Manager).post(&path, &disposed).await.expect(303);
    assert_eq!(read(&app, kettle.id).lifecycle.0, Lifecycle::Disposed);
    app.client(Role::Manager).post(&path, &[("version", "2"), ("lifecycle", "gone")]).await.expect(422);
}

#[actix_web::test]
async fn one_person_at_a_time_has_it() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let path = format!("/assets/{}/custody", kettle.id);
    let out = [("version", "1"), ("do", "out"), ("holder", "Ann Lee"), ("back_by", "2026-12-01")];
    engineer.post(&path, &out).await.expect(303);
    let page = engineer.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(page.contains("with Ann Lee") && page.contains("2026-12-01"), "{page}");
    let again = [("version", "2"), ("do", "out"), ("holder", "Bob")];
    let refused = engineer.post(&path, &again).await.expect(422).text();
    assert!(refused.contains("Ann Lee has it already"), "{refused}");
    engineer.post(&path, &[("version", "2"), ("do", "in")]).await.expect(303);
    assert_eq!(read(&app, kettle.id).custodian, "");
    engineer.post(&path, &[("version", "3"), ("do", "in")]).await.expect(422);
    engineer.post(&path, &[("version", "3"), ("do", "out"), ("holder", "")]).await.expect(422);
}
