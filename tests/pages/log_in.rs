use domain::permission::Role;
use proofmark::web::routes::{Access, ROUTES};

use crate::support::{TestApp, fill};

#[actix_web::test]
async fn setting_up_works_once() {
    let app = TestApp::new();
    let stranger = app.stranger();
    let secret = app.app.set_up_secret.clone().unwrap();
    stranger.get("/setup/guess").await.expect(404);
    let form = [
        ("firm", "Mill Lane PAT"),
        ("name", "Ann Admin"),
        ("email", "Ann@Mill.test"),
        ("password", "correct horse"),
    ];
    let answer = stranger.post(&format!("/setup/{secret}"), &form).await.expect(303);
    assert!(answer.headers.get("set-cookie").unwrap().to_str().unwrap().contains("HttpOnly"));
    stranger.get(&format!("/setup/{secret}")).await.expect(404);
    stranger.post(&format!("/setup/{secret}"), &form).await.expect(404);
    stranger.post("/login", &[("email", "ann@mill.test"), ("password", "correct horse")]).await.expect(303);
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_address_look_alike() {
    let app = TestApp::new();
    let (_, email) = app.add_user(Role::Viewer, None);
    let wrong = app.stranger().post("/login", &[("email", &email), ("password", "wrong")]).await.expect(422);
    let unknown = app
        .stranger()
        .post("/login", &[("email", "nobody@proofmark.test"), ("password", "wrong")])
        .await
        .expect(422);
    assert_eq!(wrong.text().replace(&email, ""), unknown.text().replace("nobody@proofmark.test", ""));
}

#[test]
fn an_unknown_address_takes_as_much_work_as_a_known_one() {
    let app = TestApp::new();
    let hash = app.app.passwords.hash("correct horse").unwrap();
    // The same work takes about the same time; leaving it out would take none. The least of several tries, since
    // a busy machine makes any one of them longer, and none shorter.
    let time = |hash: Option<&str>| {
        let once = || {
            let begun = std::time::Instant::now();
            assert!(!app.app.passwords.check("wrong", hash));
            begun.elapsed()
        };
        (0..6).map(|_| once()).min().unwrap()
    };
    let (known, unknown) = (time(Some(&hash)), time(None));
    assert!(unknown > known / 4 && known > unknown / 4, "{known:?} against {unknown:?}");
}

#[actix_web::test]
async fn guessing_is_slowed_down_whatever_address_is_forged() {
    let app = TestApp::new();
    let (_, email) = app.add_user(Role::Viewer, None);
    let mut stranger = app.stranger();
    let mut last = 0;
    for n in 0..12 {
        stranger.headers.push(("x-forwarded-for".to_owned(), format!("192.0.2.{n}")));
        last = stranger.post("/login", &[("email", &email), ("password", "wrong")]).await.status.as_u16();
    }
    assert_eq!(last, 429);
}

#[actix_web::test]
async fn a_session_ends_for_good() {
    let app = TestApp::new();
    let viewer = app.client(Role::Viewer);
    viewer.get("/").await.expect(200);
    viewer.post("/logout", &[]).await.expect(303);
    assert_eq!(viewer.get("/").await.expect(303).location(), "/login?next=/");
}

#[actix_web::test]
async fn after_log_in_one_stays_on_this_site() {
    let app = TestApp::new();
    let (_, email) = app.add_user(Role::Viewer, None);
    for (next, to) in
        [("/due", "/due"), ("//evil.test", "/"), ("https://evil.test", "/"), ("/\\evil.test", "/"), ("", "/")]
    {
        let form = [("email", email.as_str()), ("password", "correct horse"), ("next", next)];
        assert_eq!(app.stranger().post("/login", &form).await.expect(303).location(), to);
    }
}

#[actix_web::test]
async fn every_route_but_the_public_ones_wants_a_session() {
    let app = TestApp::new();
    let stranger = app.stranger();
    for (method, path, _) in ROUTES.iter().filter(|(_, _, access)| *access == Access::LoggedIn) {
        let path = fill(path, "1");
        let answer =
            stranger.send(method.to_uppercase().parse().unwrap(), &path, |r| r.set_form([("x", "")])).await;
        assert!(
            [303, 401].contains(&answer.status.as_u16()),
            "{method} {path}: {} {}",
            answer.status,
            answer.text()
        );
    }
}

#[actix_web::test]
async fn every_write_refuses_another_site() {
    let app = TestApp::new();
    let admin = app.client(Role::Administrator);
    for (method, path, _) in ROUTES.iter().filter(|(method, ..)| *method != "get") {
        for site in [Some("cross-site"), Some("same-site"), None] {
            let mut client = app.stranger();
            client.session = admin.session.clone();
            client.headers = site.map(|s| ("sec-fetch-site".to_owned(), s.to_owned())).into_iter().collect();
            let answer = client.send(method.to_uppercase().parse().unwrap(), &fill(path, "1"), |r| r).await;
            assert_eq!(answer.status.as_u16(), 403, "{method} {path} from {site:?}: {}", answer.text());
        }
    }
}
