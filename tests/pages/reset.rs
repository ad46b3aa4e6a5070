use std::time::Duration;

use domain::permission::Role;
use proofmark::mail::Mail;

use crate::support::TestApp;

/// The mails once there are as many, or after two seconds: they go out in the background.
async fn mails(app: &TestApp, number: usize) -> Vec<Mail> {
    for _ in 0..100 {
        if app.mails().len() >= number {
            break;
        }
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
    app.mails()
}

fn link(mail: &Mail) -> String {
    let line = mail.body.lines().find(|line| line.contains("/reset/")).unwrap();
    line.strip_prefix("http://proofmark.test").unwrap_or_else(|| panic!("not ours: {line}")).to_owned()
}

#[actix_web::test]
async fn a_link_works_once_within_an_hour_and_ends_every_session() {
    let app = TestApp::new();
    let (_, email) = app.add_user(Role::Viewer, None);
    let stranger = app.stranger();
    stranger.post("/login", &[("email", &email), ("password", "correct horse")]).await.expect(303);
    stranger.post("/reset", &[("email", &email.to_uppercase())]).await.expect(200);
    let path = link(&mails(&app, 1).await[0]);
    stranger.post(&path, &[("password", "another password")]).await.expect(200);
    stranger.post(&path, &[("password", "a third password")]).await.expect(404);
    stranger.post("/login", &[("email", &email), ("password", "correct horse")]).await.expect(422);
    stranger.post("/login", &[("email", &email), ("password", "another password")]).await.expect(303);
    stranger.post("/reset", &[("email", &email)]).await.expect(200);
    let late = link(&mails(&app, 2).await[1]);
    app.pass(chrono::Duration::minutes(61));
    stranger.get(&late).await.expect(404);
    stranger.post(&late, &[("password", "a fourth password")]).await.expect(404);
}

#[actix_web::test]
async fn a_forged_host_does_not_get_into_the_link() {
    let app = TestApp::new();
    let (_, email) = app.add_user(Role::Viewer, None);
    let mut stranger = app.stranger();
    for name in ["host", "x-forwarded-host", "forwarded", "origin"] {
        stranger.headers.push((name.to_owned(), "evil.test".to_owned()));
    }
    stranger.post("/reset", &[("email", &email)]).await.expect(200);
    let mail = &mails(&app, 1).await[0];
    assert!(!mail.body.contains("evil") && link(mail).starts_with("/reset/"));
}

#[actix_web::test]
async fn known_unknown_and_shut_out_addresses_look_alike() {
    let app = TestApp::new();
    let (_, email) = app.add_user(Role::Viewer, None);
    let known = app.stranger().post("/reset", &[("email", &email)]).await.expect(200);
    let unknown = app.stranger().post("/reset", &[("email", "nobody@proofmark.test")]).await.expect(200);
    assert_eq!(known.text(), unknown.text());
    assert_eq!(mails(&app, 1).await.len(), 1);
}

#[actix_web::test]
async fn asking_is_limited_and_bad_input_named() {
    let app = TestApp::new();
    let (_, email) = app.add_user(Role::Viewer, None);
    let stranger = app.stranger();
    stranger.post("/reset", &[]).await.expect(422);
    stranger.post("/reset", &[("email", "x\r\nBcc: y@z.test")]).await.expect(422);
    stranger.get("/reset/guess").await.expect(404);
    let mut last = 0;
    for _ in 0..11 {
        last = stranger.post("/reset", &[("email", &email)]).await.status.as_u16();
    }
    assert_eq!(last, 429);
    actix_web::rt::time::sleep(Duration::from_millis(300)).await;
    assert!(mails(&app, 4).await.len() <= 3, "so many links work at once");
}
