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

#[actix_web::test]
async fn a_write_needs_to_say_where_it_comes_from() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let admin = app.client(Role::Administrator);
    let path = format!("/customers/{}/edit", ground.customer_id);
    let origin = |value: &str| vec![("origin".to_owned(), value.to_owned())];
    for (headers, allowed) in [
        (vec![], false),
        (origin("null"), false),
        (origin("https://evil.test"), false),
        (origin("http://proofmark.test.evil.test"), false),
        (origin("http://proofmark.test"), true),
        (vec![("sec-fetch-site".to_owned(), "none".to_owned())], false),
    ] {
        let mut client = app.stranger();
        client.session = admin.session.clone();
        client.headers = headers.clone();
        let status = client.post(&path, &[("version", "99"), ("name", "Taken over")]).await.status.as_u16();
        assert_eq!(status == 403, !allowed, "{headers:?}: {status}");
        // What a form can send without asking is no JSON, whatever it holds.
        let sneaked = client.send(actix_web::http::Method::POST, "/api/v1/assets", |request| {
            request.insert_header(("content-type", "text/plain")).set_payload("{\"customer\": \"Mills\"}")
        });
        assert!([403, 415, 422].contains(&sneaked.await.status.as_u16()), "{headers:?}");
    }
    // Reading changes nothing: no address answers GET where it writes.
    for (method, path, _) in ROUTES.iter().filter(|(method, ..)| *method != "get") {
        if !ROUTES.iter().any(|(other, same, _)| *other == "get" && same == path) {
            let status = admin.get(&fill(path, "1")).await.status.as_u16();
            assert!([404, 405].contains(&status), "GET {path}, which is for {method}: {status}");
        }
    }
}

#[actix_web::test]
async fn no_path_leads_out_of_the_program() {
    let app = TestApp::new();
    for client in [app.client(Role::Administrator), app.stranger()] {
        for path in [
            "/static/x/../../Cargo.toml",
            "/static/x/..%2f..%2fCargo.toml",
            "/static/x/%2e%2e%2fproofmark.css",
            "/files/..%2f..%2fetc%2fpasswd",
            "/setup",
            "/debug",
            "/metrics",
            "/.env",
            "/.git/config",
            "/api/v1/debug",
            "/admin",
            "/proofmark.sqlite3",
        ] {
            let status = client.get(path).await.status.as_u16();
            assert!([303, 401, 404].contains(&status), "{path}: {status}");
        }
    }
}
