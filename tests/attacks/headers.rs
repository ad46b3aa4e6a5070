//! What every answer carries, and that no page holds anything inline.

use domain::permission::Role;
use proofmark::web::routes::ROUTES;

use crate::support::{TestApp, fill};

#[actix_web::test]
async fn every_page_is_kept_to_its_own_scripts() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let admin = app.client(Role::Administrator);
    for (_, path, _) in
        ROUTES.iter().filter(|(method, path, _)| *method == "get" && !path.starts_with("/static"))
    {
        let answer = admin.get(&fill(path, &kettle.tag)).await;
        let header =
            |name: &str| answer.headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        if header("content-type").starts_with("text/html") {
            let text = answer.text();
            for inline in [" style=\"", " onclick=", " onload=", "<style", "javascript:"] {
                assert!(!text.contains(inline), "{path} holds {inline}");
            }
            assert!(
                !text.replace("<script type=\"module\" src=", "").contains("<script"),
                "{path} holds a script"
            );
        }
    }
}

#[actix_web::test]
async fn a_redirect_never_leaves_the_site() {
    let app = TestApp::new();
    let mut stranger = app.stranger();
    stranger.headers.push(("host".to_owned(), "evil.test".to_owned()));
    let answer = stranger.get("/customers?x=//evil.test").await.expect(303);
    assert!(answer.location().starts_with("/login?next=/customers"), "{}", answer.location());
}
