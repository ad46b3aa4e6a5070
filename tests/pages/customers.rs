use domain::permission::Role;

use crate::support::TestApp;

#[actix_web::test]
async fn a_manager_adds_and_changes_a_customer() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    let answer = manager.post("/customers/new", &[("name", "Łódź Mills")]).await.expect(303);
    assert_eq!(answer.location(), "/customers/1?done=added");
    assert!(manager.get("/customers").await.expect(200).text().contains("Łódź Mills"));
    manager.post("/customers/1/edit", &[("version", "1"), ("name", "Lodz Mills")]).await.expect(303);
    assert!(manager.get("/customers").await.text().contains("Lodz Mills"));
}

#[actix_web::test]
async fn the_second_of_two_edits_sees_both_versions() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    manager.post("/customers/new", &[("name", "Mills")]).await.expect(303);
    manager.post("/customers/1/edit", &[("version", "1"), ("name", "First")]).await.expect(303);
    let answer = manager.post("/customers/1/edit", &[("version", "1"), ("name", "Second")]).await.expect(409);
    assert!(answer.text().contains("First") && answer.text().contains("Second"));
}

#[actix_web::test]
async fn a_name_is_needed_and_taken_only_once() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    assert!(
        manager.post("/customers/new", &[("name", " ")]).await.expect(422).text().contains("fill this in")
    );
    manager.post("/customers/new", &[("name", "Mills")]).await.expect(303);
    let again = manager.post("/customers/new", &[("name", "Mills")]).await.expect(422);
    assert!(again.text().contains("there is a customer"), "{}", again.text());
}

#[actix_web::test]
async fn an_engineer_may_not_and_a_foreigner_cannot_even_see() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    manager.post("/customers/new", &[("name", "Mills")]).await.expect(303);
    app.client(Role::Engineer).post("/customers/new", &[("name", "Other")]).await.expect(403);
    let foreigner = app.client_for(Role::Manager, Some(vec![]));
    foreigner.get("/customers/1/edit").await.expect(404);
    foreigner.post("/customers/1/edit", &[("version", "1"), ("name", "Mine")]).await.expect(404);
    assert!(!foreigner.get("/customers").await.expect(200).text().contains("Mills"));
}
