use std::io::Cursor;

use actix_web::http::Method;
use domain::permission::Role;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};

pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    image::DynamicImage::new_rgba8(width, height).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

pub async fn upload(client: &Client, path: &str, field: &str, bytes: &[u8]) -> Answer {
    let mut body = format!(
        "--X\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"../../s.png\"\r\nContent-Type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--X--\r\n");
    let send = |r: actix_web::test::TestRequest| {
        r.insert_header(("content-type", "multipart/form-data; boundary=X")).set_payload(body)
    };
    client.send(Method::POST, path, send).await
}

#[actix_web::test]
async fn a_signature_is_written_anew_and_small() {
    let app = TestApp::new();
    let engineer = app.client(Role::Engineer);
    let mut picture = png(1200, 900);
    picture.extend_from_slice(b"<script>alert(1)</script>");
    upload(&engineer, "/account/signature", "signature", &picture).await.expect(303);
    let answer = engineer.get("/account/signature.png").await.expect(200);
    let stored = image::load_from_memory(&answer.bytes).unwrap();
    assert_eq!((stored.width(), stored.height()), (267, 200));
    assert!(!answer.text().contains("script"), "what hung on the picture is gone");
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let refused = upload(&engineer, "/account/signature", "signature", svg).await.expect(422);
    assert!(refused.text().contains("not a PNG"));
    upload(&engineer, "/account/signature", "other", b"x").await.expect(422);
    upload(&engineer, "/account/signature", "signature", &vec![0; 9 << 20]).await.expect(413);
    engineer.post("/account/signature/remove", &[]).await.expect(303);
    engineer.get("/account/signature.png").await.expect(404);
}

#[actix_web::test]
async fn a_password_is_changed_by_who_knows_it_and_other_sessions_end() {
    let app = TestApp::new();
    let (_, email) = app.add_user(Role::Viewer, None);
    let (here, there) = (log_in(&app, &email).await, log_in(&app, &email).await);
    let wrong = [("old_password", "guess"), ("password", "a new password")];
    assert!(here.post("/account/password", &wrong).await.expect(422).text().contains("not your password"));
    let short = [("old_password", "correct horse"), ("password", "short")];
    here.post("/account/password", &short).await.expect(422);
    let right = [("old_password", "correct horse"), ("password", "a new password")];
    here.post("/account/password", &right).await.expect(303);
    here.get("/account").await.expect(200);
    there.get("/account").await.expect(303);
    app.stranger().post("/login", &[("email", &email), ("password", "correct horse")]).await.expect(422);
}

#[actix_web::test]
async fn sessions_are_listed_ended_and_never_used_again() {
    let app = TestApp::new();
    let (_, email) = app.add_user(Role::Viewer, None);
    let (here, there) = (log_in(&app, &email).await, log_in(&app, &email).await);
    assert_ne!(here.session, there.session, "each log-in has a secret of its own");
    let page = here.get("/account").await.expect(200).text();
    assert_eq!(page.matches("This one").count(), 1);
    here.post("/account/sessions/2/end", &[]).await.expect(303);
    there.get("/account").await.expect(303);
    let other = app.client(Role::Viewer);
    other.post("/account/sessions/1/end", &[]).await.expect(404);
    here.get("/account").await.expect(200);
    here.post("/logout", &[]).await.expect(303);
    here.get("/account").await.expect(303);
}

#[actix_web::test]
async fn a_session_secret_brought_along_is_not_taken_over() {
    let app = TestApp::new();
    let (_, email) = app.add_user(Role::Viewer, None);
    let planted = Client::new(app.app.clone(), Some("planted".to_owned()));
    planted.post("/login", &[("email", &email), ("password", "correct horse")]).await.expect(303);
    planted.get("/account").await.expect(303);
}

#[actix_web::test]
async fn a_token_is_never_wider_than_its_maker_and_makes_no_other() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let manager = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    let theirs_id = theirs.customer_id.to_string();
    let foreign = [("token_name", "x"), ("customer_id", theirs_id.as_str())];
    manager.post("/account/tokens", &foreign).await.expect(404);
    manager.post("/account/tokens", &[("token_name", "x"), ("role", "administrator")]).await.expect(422);
    manager.post("/account/tokens", &[("token_name", "x"), ("person_id", "1")]).await.expect(422);
    manager.post("/account/tokens", &[]).await.expect(422);
    let read_only = [("token_name", "reads"), ("read_only", "on")];
    let page = manager.post("/account/tokens", &read_only).await.expect(200).text();
    let token = format!("pmk_{}", page.split("pmk_").nth(1).unwrap().split('<').next().unwrap());
    assert!(!manager.get("/account").await.text().contains(&token), "shown once");
    let program = Client::with_token(app.app.clone(), &token);
    program.get(&format!("/customers/{}", ours.customer_id)).await.expect(200);
    program.get(&format!("/customers/{}", theirs.customer_id)).await.expect(404);
    let site = [("name", "A"), ("time_zone", "UTC")];
    program.post(&format!("/sites/new?customer={}", ours.customer_id), &site).await.expect(403);
    for path in
        ["/account/tokens", "/account/password", "/account/feed", "/account/sessions/end", "/users/new"]
    {
        program.post(path, &[("token_name", "wider")]).await.expect(403);
    }
    program.get("/account").await.expect(403);
    let other = app.client(Role::Administrator);
    other.post("/account/tokens/1/revoke", &[]).await.expect(404);
    manager.post("/account/tokens/1/revoke", &[]).await.expect(303);
    program.get("/customers").await.expect(401);
}

#[actix_web::test]
async fn details_feed_and_weekly_mail_are_ones_own() {
    let app = TestApp::new();
    let viewer = app.client(Role::Viewer);
    let details =
        [("name", "Vera Viewer"), ("initials", "VV"), ("qualification", "C&G 2377"), ("version", "1")];
    viewer.post("/account/details", &details).await.expect(303);
    viewer.post("/account/details", &details).await.expect(409);
    viewer.post("/account/details", &[("name", ""), ("version", "2")]).await.expect(422);
    let raised = [("name", "Vera"), ("role", "administrator"), ("version", "2")];
    viewer.post("/account/details", &raised).await.expect(422);
    let page = viewer.post("/account/feed", &[]).await.expect(200).text();
    assert!(page.contains("http://proofmark.test/feed/"));
    viewer.post("/account/feed/end", &[]).await.expect(303);
    viewer.post("/account/weekly", &[]).await.expect(303);
    let (user, person) = app.app.store.read(|conn| store::users::find_user(conn, 1)).unwrap().unwrap();
    assert!(!user.weekly_mail && user.feed_hash.is_none());
    assert_eq!(person.initials, "VV");
}

async fn log_in(app: &TestApp, email: &str) -> Client {
    let answer =
        app.stranger().post("/login", &[("email", email), ("password", "correct horse")]).await.expect(303);
    let cookie = answer.headers.get("set-cookie").unwrap().to_str().unwrap();
    let secret = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    Client::new(app.app.clone(), Some(secret))
}
