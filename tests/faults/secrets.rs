//! Attack 24: what a log says at its most talkative holds no password, session, token or set-up secret.

use crate::server::{SECRET, Server, agent, prepare};

#[test]
fn no_secret_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("logged.sqlite3");
    let log = folder.path().join("log");
    let tags = prepare(&database, 1);
    let server = Server::start(&database, &format!("exec 2>'{}'; RUST_LOG=trace", log.display()));
    let id = uuid::Uuid::now_v7().to_string();
    assert_eq!(server.record(&tags[0], &id), Some(201));
    let password = "a-password-nobody-else-has";
    let wrong = agent().post(format!("{}/login", server.base)).header("sec-fetch-site", "same-origin");
    let form = format!("email=eve@x.test&password={password}");
    let sent = wrong.header("content-type", "application/x-www-form-urlencoded").send(form).unwrap();
    assert_eq!(sent.status(), 422);
    let session = "0123456789abcdef-a-session";
    let page = agent().get(format!("{}/account", server.base)).header("cookie", format!("session={session}"));
    page.call().unwrap();
    agent().get(format!("{}/reset/a-reset-secret", server.base)).call().unwrap();
    server.kill();
    let text = std::fs::read_to_string(&log).unwrap();
    assert!(text.len() > 1000, "the log is too short to prove anything: {text}");
    for secret in [SECRET, password, session, "a-reset-secret"] {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}
