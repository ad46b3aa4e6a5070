//! Jobs run once a turn, whoever runs them.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use domain::permission::Role;
use proofmark::app::App;
use proofmark::jobs::{self, Schedule};
use store::schema::{idempotency_keys, password_resets, sessions};
use store::types::Moment;

use crate::support::TestApp;

pub fn ran(app: &App) -> Vec<&'static str> {
    let ran = jobs::run_due(app).unwrap().into_iter().map(|(name, _)| name);
    // They have their own tests.
    let own = [
        jobs::sign_heads::NAME,
        jobs::signals::NAME,
        jobs::response_times::NAME,
        jobs::fault_mails::NAME,
        jobs::chasing::NAME,
    ];
    ran.filter(|name| !own.contains(name)).collect()
}

#[test]
fn turns_follow_the_firms_clock() {
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let mail = Schedule::Mondays(7);
    assert_eq!(mail.latest(at("2026-11-23T06:59:59Z")), at("2026-11-16T07:00:00Z"));
    assert_eq!(mail.latest(at("2026-11-23T07:00:00Z")), at("2026-11-23T07:00:00Z"));
    // In summer seven o'clock in London is six in Greenwich.
    assert_eq!(mail.latest(at("2026-07-06T06:30:00Z")), at("2026-07-06T06:00:00Z"));
    assert_eq!(mail.next(at("2026-10-21T12:00:00Z")), at("2026-10-26T07:00:00Z"));
    assert_eq!(Schedule::Daily(3).latest(at("2026-11-23T02:00:00Z")), at("2026-11-22T03:00:00Z"));
    let often = Schedule::Minutes(2);
    assert_eq!(often.latest(at("2026-11-23T07:03:59.5Z")), at("2026-11-23T07:02:00Z"));
    assert_eq!(often.next(at("2026-11-23T07:04:00Z")), at("2026-11-23T07:06:00Z"));
    // The clocks skip from one to two.
    assert_eq!(Schedule::Daily(1).latest(at("2026-03-29T12:00:00Z")), at("2026-03-29T02:00:00Z"));
}

#[test]
fn a_job_runs_once_a_turn_on_one_of_two_servers() {
    let app = TestApp::new();
    let twin = app.twin();
    assert!(ran(&app.app).is_empty(), "a new installation has nothing to catch up on");
    app.pass(Duration::days(1));
    assert_eq!(ran(&twin), ["clean_up"]);
    assert!(ran(&app.app).is_empty() && ran(&twin).is_empty());
    app.pass(Duration::days(1));
    assert_eq!(ran(&app.app), ["clean_up"]);
}

#[test]
fn many_at_once_run_it_once() {
    let app = TestApp::new();
    ran(&app.app);
    app.pass(Duration::days(1));
    let twins: Vec<App> = (0..4).map(|_| app.twin()).collect();
    let total: usize = std::thread::scope(|scope| {
        let runs: Vec<_> = twins.iter().map(|twin| scope.spawn(|| ran(twin).len())).collect();
        runs.into_iter().map(|run| run.join().unwrap()).sum()
    });
    assert_eq!(total, 1);
}

#[test]
fn the_turn_of_a_server_that_died_is_taken_over() {
    let app = TestApp::new();
    ran(&app.app);
    app.pass(Duration::days(1));
    let slot = Schedule::Daily(3).latest(app.app.now());
    let claim = || app.app.store.keep_house(|tx| store::job_runs::claim_job(tx, "clean_up", slot)).unwrap();
    assert!(claim(), "a server takes the turn and dies");
    assert!(ran(&app.app).is_empty());
    app.pass(Duration::minutes(store::job_runs::CLAIM_MINUTES + 1));
    assert_eq!(ran(&app.app), ["clean_up"]);
    assert!(ran(&app.app).is_empty());
}

#[test]
fn the_clean_up_removes_what_ran_out_and_keeps_what_did_not() {
    let app = TestApp::new();
    let (person_id, _) = app.add_user(Role::Viewer, None);
    ran(&app.app);
    let now = app.app.now();
    app.put(|tx| {
        for (number, days) in [(1, 0), (2, 40)] {
            let then = Moment::from(now + Duration::days(days));
            let session = (
                sessions::hash.eq(format!("h{number}")),
                sessions::person_id.eq(person_id),
                sessions::created_at.eq(then),
                sessions::seen_at.eq(then),
                sessions::expires_at.eq(then),
            );
            diesel::insert_into(sessions::table).values(session).execute(&mut **tx)?;
            let reset = (
                password_resets::hash.eq(format!("r{number}")),
                password_resets::person_id.eq(person_id),
                password_resets::expires_at.eq(then),
            );
            diesel::insert_into(password_resets::table).values(reset).execute(&mut **tx)?;
            let key = (
                idempotency_keys::person_id.eq(person_id),
                idempotency_keys::key.eq(format!("k{number}")),
                idempotency_keys::request_hash.eq(""),
                idempotency_keys::status.eq(200),
                idempotency_keys::response.eq(""),
                idempotency_keys::at.eq(then),
            );
            diesel::insert_into(idempotency_keys::table).values(key).execute(&mut **tx)?;
        }
        Ok(())
    });
    app.pass(Duration::days(35));
    let outcome = jobs::run_due(&app.app).unwrap();
    let words = "removed 1 ended sessions, 1 old password links, 1 kept answers, 0 records of ended imports";
    assert_eq!(outcome[0], ("clean_up", words.to_owned()));
}

#[actix_web::test]
async fn administrators_see_what_ran() {
    let app = TestApp::new();
    ran(&app.app);
    app.pass(Duration::days(1));
    ran(&app.app);
    let page = app.client(Role::Administrator).get("/job-runs").await.expect(200).text();
    assert!(page.contains("removed 0 ended sessions") && page.contains("24 Nov 2026, 09:00"), "{page}");
    app.client(Role::Manager).get("/job-runs").await.expect(403);
}
