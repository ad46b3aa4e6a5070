use domain::permission::Role;

use crate::support::TestApp;
use crate::support::client::Client;

fn form<'a>(email: &'a str, role: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("name", "Eve Engineer"), ("email", email), ("role", role), ("sees", "all"), ("active", "on")]
}

fn with<'a>(mut form: Vec<(&'a str, &'a str)>, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    form.extend(more);
    form
}

#[actix_web::test]
async fn an_administrator_invites_by_mail_and_the_link_sets_the_password() {
    let app = TestApp::new();
    let admin = app.client(Role::Administrator);
    admin.post("/users/new", &form("eve@mill.test", "engineer")).await.expect(303);
    let mail = app.mails().remove(0);
    assert_eq!(mail.address, "eve@mill.test");
    let link = mail.body.lines().find(|line| line.starts_with("http")).unwrap().to_owned();
    let path = link.strip_prefix("http://proofmark.test").expect("the configured address").to_owned();
    let stranger = app.stranger();
    stranger.get(&path).await.expect(200);
    stranger.post(&path, &[("password", "short")]).await.expect(422);
    stranger.post(&path, &[("password", "a long enough one")]).await.expect(200);
    stranger.post(&path, &[("password", "a second long one")]).await.expect(404);
    let log_in = [("email", "eve@mill.test"), ("password", "a long enough one")];
    stranger.post("/login", &log_in).await.expect(303);
}

#[actix_web::test]
async fn only_administrators_manage_users_whoever_it_is_about() {
    let app = TestApp::new();
    let (target, _) = app.add_user(Role::Administrator, None);
    let (lower, _) = app.add_user(Role::Viewer, None);
    for role in [Role::Viewer, Role::Engineer, Role::Manager] {
        let client = app.client(role);
        client.get("/users").await.expect(403);
        client.get("/users/new").await.expect(403);
        client.post("/users/new", &form("x@mill.test", "administrator")).await.expect(403);
        for id in [target, lower] {
            client.get(&format!("/users/{id}/edit")).await.expect(403);
            client.post(&format!("/users/{id}/edit"), &form("x@mill.test", "viewer")).await.expect(403);
            client.post(&format!("/users/{id}/link"), &[]).await.expect(403);
        }
        client.get("/settings").await.expect(403);
        client.post("/settings", &[("name", "Mine"), ("version", "1")]).await.expect(403);
    }
    assert!(app.mails().is_empty());
}

#[actix_web::test]
async fn who_is_shut_out_is_out_at_once_session_and_token_alike() {
    let app = TestApp::new();
    let admin = app.client(Role::Administrator);
    let (id, email) = app.add_user(Role::Engineer, None);
    let session = log_in(&app, &email).await;
    let page = session.post("/account/tokens", &[("token_name", "van")]).await.expect(200).text();
    let token = page.split("pmk_").nth(1).unwrap().split('<').next().unwrap();
    let program = Client::with_token(app.app.clone(), &format!("pmk_{token}"));
    program.get("/customers").await.expect(200);
    let out = form(&email, "engineer").into_iter().filter(|(name, _)| *name != "active").collect();
    admin.post(&format!("/users/{id}/edit"), &with(out, &[("version", "2")])).await.expect(303);
    session.get("/customers").await.expect(303);
    program.get("/customers").await.expect(401);
    let back = with(form(&email, "engineer"), &[("version", "4")]);
    admin.post(&format!("/users/{id}/edit"), &back).await.expect(303);
    session.get("/customers").await.expect(303);
    program.get("/customers").await.expect(401);
}

#[actix_web::test]
async fn a_lowered_role_and_a_narrowed_sight_hold_for_tokens_at_once() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let admin = app.client(Role::Administrator);
    let (id, email) = app.add_user(Role::Manager, None);
    let session = log_in(&app, &email).await;
    let page = session.post("/account/tokens", &[("token_name", "van")]).await.expect(200).text();
    let token = page.split("pmk_").nth(1).unwrap().split('<').next().unwrap();
    let program = Client::with_token(app.app.clone(), &format!("pmk_{token}"));
    program.get(&format!("/customers/{}", theirs.customer_id)).await.expect(200);
    let ours_id = ours.customer_id.to_string();
    let fewer = [
        ("name", "M"),
        ("email", email.as_str()),
        ("role", "viewer"),
        ("sees", "chosen"),
        ("customer", &ours_id),
        ("active", "on"),
        ("version", "2"),
    ];
    admin.post(&format!("/users/{id}/edit"), &fewer).await.expect(303);
    program.get(&format!("/customers/{}", theirs.customer_id)).await.expect(404);
    program.get(&format!("/customers/{}", ours.customer_id)).await.expect(200);
}

#[actix_web::test]
async fn the_last_administrator_stays() {
    let app = TestApp::new();
    let (id, email) = app.add_user(Role::Administrator, None);
    let admin = log_in(&app, &email).await;
    let path = format!("/users/{id}/edit");
    let lower = with(form(&email, "viewer"), &[("version", "2")]);
    let answer = admin.post(&path, &lower).await.expect(422);
    assert!(answer.text().contains("the last one"), "{}", answer.text());
    app.add_user(Role::Administrator, None);
    admin.post(&path, &lower).await.expect(303);
    admin.get("/users").await.expect(403);
}

#[actix_web::test]
async fn bad_foreign_and_stale_input_is_named() {
    let app = TestApp::new();
    let admin = app.client(Role::Administrator);
    let (id, email) = app.add_user(Role::Viewer, None);
    let cases: [(Vec<(&str, &str)>, &str); 6] = [
        (form("no address", "viewer"), "not a mail address"),
        (form("a@b.test", "king"), "not a known role"),
        (form(&email, "viewer"), "somebody has this mail address"),
        (with(form("a@b.test", "viewer"), &[("password", "short")]), "at least 10"),
        (with(form("a@b.test", "viewer"), &[("all_customers", "1")]), "no field of this form"),
        (with(form("a@b.test", "viewer"), &[("customer", "x")]), "choose from the list"),
    ];
    for (form, words) in cases {
        let answer = admin.post("/users/new", &form).await.expect(422).text();
        assert!(answer.contains(words), "{form:?}: {answer}");
    }
    let unknown =
        [("name", "A"), ("email", "a@b.test"), ("role", "viewer"), ("sees", "chosen"), ("customer", "99")];
    admin.post("/users/new", &unknown).await.expect(404);
    admin.get("/users/99/edit").await.expect(404);
    admin.post("/users/99/link", &[]).await.expect(404);
    admin
        .post(&format!("/users/{id}/edit"), &with(form(&email, "viewer"), &[("version", "1")]))
        .await
        .expect(409);
}

async fn log_in(app: &TestApp, email: &str) -> Client {
    let answer =
        app.stranger().post("/login", &[("email", email), ("password", "correct horse")]).await.expect(303);
    let cookie = answer.headers.get("set-cookie").unwrap().to_str().unwrap();
    let secret = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    Client::new(app.app.clone(), Some(secret))
}
