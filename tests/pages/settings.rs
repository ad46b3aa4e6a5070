use domain::permission::{Role, matrix_markdown};

use crate::support::TestApp;

#[actix_web::test]
async fn an_administrator_changes_the_firm() {
    let app = TestApp::new();
    let admin = app.client(Role::Administrator);
    admin.get("/settings").await.expect(200);
    let version = proofmark::actions::settings::find_firm(&app.app).unwrap().version;
    assert_eq!(version, 0, "tests begin without a firm");
}

#[actix_web::test]
async fn bad_and_stale_settings_are_named() {
    let app = TestApp::new();
    let secret = app.app.set_up_secret.clone().unwrap();
    let set_up =
        [("firm", "Mill"), ("name", "Ann"), ("email", "ann@mill.test"), ("password", "correct horse")];
    app.stranger().post(&format!("/setup/{secret}"), &set_up).await.expect(303);
    let admin = app.client(Role::Administrator);
    let good = [("name", "Mill PAT"), ("earlier_base_urls", "https://old.test/\nHTTPS"), ("version", "1")];
    let answer = admin.post("/settings", &good).await.expect(422);
    assert!(answer.text().contains("is not an address"));
    let good = [("name", "Mill PAT"), ("earlier_base_urls", "https://old.test/"), ("version", "1")];
    admin.post("/settings", &good).await.expect(303);
    admin.post("/settings", &good).await.expect(409);
    admin.post("/settings", &[("name", ""), ("version", "2")]).await.expect(422);
    let firm = proofmark::actions::settings::find_firm(&app.app).unwrap();
    assert_eq!(
        (firm.name.as_str(), firm.earlier_base_urls.as_slice()),
        ("Mill PAT", &["https://old.test".to_owned()][..])
    );
    admin.get("/settings/logo.png").await.expect(404);
    app.client(Role::Manager).post("/settings/logo/remove", &[]).await.expect(403);
}

#[actix_web::test]
async fn a_logo_is_written_anew_and_served_as_a_picture() {
    let app = TestApp::new();
    let admin = app.client(Role::Administrator);
    let mut logo = super::account::png(900, 300);
    logo.extend_from_slice(b"<script>alert(1)</script>");
    super::account::upload(&admin, "/settings/logo", "logo", &logo).await.expect(303);
    let answer = admin.get("/settings/logo.png").await.expect(200);
    assert_eq!(answer.headers.get("content-type").unwrap(), "image/png");
    let stored = image::load_from_memory(&answer.bytes).unwrap();
    assert_eq!((stored.width(), stored.height()), (800, 267));
    assert!(!answer.text().contains("script"));
    super::account::upload(&app.client(Role::Manager), "/settings/logo", "logo", &logo).await.expect(403);
    admin.post("/settings/logo/remove", &[]).await.expect(303);
    admin.get("/settings/logo.png").await.expect(404);
}

#[test]
fn the_permissions_in_docs_are_those_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/permissions.md");
    let text = std::fs::read_to_string(path).unwrap();
    assert_eq!(text, matrix_markdown(), "write matrix_markdown() to docs/permissions.md");
}
