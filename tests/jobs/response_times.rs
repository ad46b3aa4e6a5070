//! Warnings before a deadline and word when it has passed: to whom it matters, and each once.

use chrono::Duration;
use diesel::prelude::*;
use domain::code::Code;
use domain::job::{JobState, NoticeKind, WaitingFor};
use domain::permission::Role;
use proofmark::actions::jobs::watch_job;
use proofmark::jobs::{self, response_times};
use proofmark::mail::Mailer;
use store::notices::list_notices;
use store::schema::people;

use crate::support::TestApp;

fn run(app: &TestApp) -> String {
    response_times::run(&app.app, app.app.now()).unwrap().words
}

/// What a person was told of deadlines, the first first: kind and words.
fn told(app: &TestApp, person_id: i64) -> Vec<(&'static str, String)> {
    let all = app.app.store.read(|conn| list_notices(conn, person_id, 50)).unwrap();
    let of_clock =
        all.into_iter().rev().filter(|n| [NoticeKind::Warning, NoticeKind::Missed].contains(&n.kind.0));
    of_clock.map(|notice| (notice.kind.0.code(), notice.text)).collect()
}

#[test]
fn those_in_charge_are_warned_once_and_told_once() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.office_contract(ground, 60, 240);
    let (manager, elsewhere) = (app.add_user(Role::Manager, None).0, app.ground("Theirs"));
    let stranger = app.add_user(Role::Manager, Some(vec![elsewhere.customer_id])).0;
    let engineer = app.actor(Role::Engineer, None);
    let watcher = app.actor(Role::Viewer, None);
    let job = app.job_by(&engineer, &app.kettle(ground));
    watch_job(&app.app, &watcher.right().unwrap(), &job.number, true).unwrap();
    app.pass(Duration::minutes(44));
    assert_eq!(run(&app), "looked at 0 clocks, told of 0 deadlines");
    app.pass(Duration::minutes(1));
    assert_eq!(run(&app), "looked at 1 clocks, told of 1 deadlines; 2 mails sent, 0 failed");
    assert_eq!(run(&app), "looked at 0 clocks, told of 0 deadlines");
    let warning = ("warning", "The response is due on Mon 23 Nov, 10:00".to_owned());
    for person in [manager, watcher.person_id().unwrap()] {
        assert_eq!(told(&app, person), std::slice::from_ref(&warning));
    }
    assert!(told(&app, stranger).is_empty() && told(&app, engineer.person_id().unwrap()).is_empty());
    app.pass(Duration::minutes(15));
    assert_eq!(run(&app), "looked at 0 clocks, told of 0 deadlines", "at ten it is not late yet");
    app.pass(Duration::seconds(1));
    assert_eq!(run(&app), "looked at 1 clocks, told of 1 deadlines; 2 mails sent, 0 failed");
    assert_eq!(told(&app, manager)[1], ("missed", "The response was due on Mon 23 Nov, 10:00".to_owned()));
    let job = app.moved(&engineer, &job, 0, JobState::InProgress, None);
    app.pass(Duration::minutes(120));
    run(&app);
    let fix = ("warning", "The fix is due on Mon 23 Nov, 13:00".to_owned());
    assert_eq!(
        told(&app, engineer.person_id().unwrap()),
        std::slice::from_ref(&fix),
        "now it is the assignee's"
    );
    assert_eq!(told(&app, manager).len(), 2);
    // A pause moves the deadline; the same warning is not given twice.
    let job = app.moved(&engineer, &job, 0, JobState::Waiting, Some(WaitingFor::Parts));
    app.moved(&engineer, &job, 30, JobState::InProgress, None);
    run(&app);
    assert_eq!(told(&app, engineer.person_id().unwrap()), [fix]);
}

#[test]
fn two_servers_tell_once() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.office_contract(ground, 60, 240);
    let engineer = app.actor(Role::Engineer, None);
    let manager = app.add_user(Role::Manager, None).0;
    for _ in 0..5 {
        app.job_by(&engineer, &app.kettle(ground));
    }
    app.pass(Duration::minutes(50));
    let twins = [app.twin(), app.twin()];
    std::thread::scope(|scope| {
        for twin in &twins {
            scope.spawn(|| response_times::run(twin, twin.now()).unwrap());
        }
    });
    assert_eq!(told(&app, manager).len(), 5);
}

#[test]
fn a_warning_is_mailed_once_and_again_when_the_server_refused() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.office_contract(ground, 60, 240);
    let engineer = app.actor(Role::Engineer, None);
    let manager = app.add_user(Role::Manager, None).0;
    let job = app.job_by(&engineer, &app.kettle(ground));
    let address = |email: &str| {
        app.put(|tx| {
            diesel::update(people::table.find(manager)).set(people::email.eq(email)).execute(&mut **tx)?;
            Ok(())
        });
    };
    address("none at all");
    app.pass(Duration::minutes(50));
    let said = run(&app);
    assert!(said.ends_with("0 mails sent, 1 failed"), "{said}");
    address("lead@firm.test");
    let said = run(&app);
    assert!(said.ends_with("1 mails sent, 0 failed"), "{said}");
    let mail = app.mails().pop().unwrap();
    assert_eq!(mail.subject, format!("{}: The response is due on Mon 23 Nov, 10:00", job.number));
    assert!(mail.body.contains(&format!("http://proofmark.test/jobs/{}/clock", job.number)), "{}", mail.body);
    assert!(!run(&app).contains("mails"));
    assert!(matches!(app.app.mailer, Mailer::Memory(_)));
}

#[test]
fn it_runs_every_two_minutes() {
    let app = TestApp::new();
    let ran = |app: &TestApp| {
        jobs::run_due(&app.app).unwrap().iter().any(|(name, _)| *name == response_times::NAME)
    };
    assert!(!ran(&app), "noted first");
    app.pass(Duration::minutes(2));
    assert!(ran(&app) && !ran(&app));
    app.pass(Duration::minutes(2));
    assert!(ran(&app));
}
