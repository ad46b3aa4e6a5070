//! The clock of a job as programs read it.

use domain::job::{JobState, WaitingFor};
use domain::permission::Role;
use proofmark::actions::api_tokens::TokenFields;
use serde_json::{Value, json};

use crate::support::TestApp;

/// The seconds of a deadline's intervals that counted, and of all.
fn sums(deadline: &Value) -> (i64, i64) {
    let all = deadline["intervals"].as_array().unwrap();
    let seconds = |one: &Value| one["seconds"].as_i64().unwrap();
    let counted = all.iter().filter(|one| one["counted"] == true).map(seconds).sum();
    (counted, all.iter().map(seconds).sum())
}

#[actix_web::test]
async fn a_clock_tells_targets_due_times_and_intervals() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.office_contract(ground, 60, 600);
    let actor = app.actor(Role::Engineer, None);
    let job = app.job_by(&actor, &app.kettle(ground));
    let job = app.moved(&actor, &job, 30, JobState::InProgress, None);
    app.moved(&actor, &job, 60, JobState::Waiting, Some(WaitingFor::Parts));
    let program = app.engineer();
    let path = format!("/api/v1/jobs/{}/clock", job.number);
    let clock = program.get(&path).await.expect(200).json();
    assert_eq!((&clock["contract"], &clock["time_zone"]), (&json!("Gold"), &json!("Europe/London")));
    assert_eq!(clock["response"]["state"], "met");
    assert_eq!(clock["response"]["stopped_at"], "2026-11-23T09:30:00Z");
    assert_eq!(clock["response"]["due"], "2026-11-23T10:00:00Z");
    let fix = &clock["fix"];
    assert_eq!(
        (&fix["state"], &fix["due"], &fix["no_due"]),
        (&json!("paused"), &Value::Null, &json!("waiting"))
    );
    assert_eq!((fix["target_minutes"].as_i64(), fix["elapsed_seconds"].as_i64()), (Some(600), Some(5400)));
    app.moved(&actor, &job, 90, JobState::InProgress, None);
    let fix = program.get(&path).await.json()["fix"].clone();
    assert_eq!(fix["due"], "2026-11-24T12:00:00Z");
    let waited = &fix["intervals"][1];
    assert_eq!(
        (&waited["why"], &waited["detail"], &waited["counted"]),
        (&json!("waiting"), &json!("parts"), &json!(false))
    );
    assert_eq!(sums(&fix), (fix["elapsed_seconds"].as_i64().unwrap(), 3 * 3600));
}

#[actix_web::test]
async fn a_clock_of_somebody_else_is_not_found() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let actor = app.actor(Role::Engineer, None);
    let job = app.job_by(&actor, &app.kettle(theirs));
    let only = TokenFields { customer_id: Some(ours.customer_id), name: "x".to_owned(), read_only: true };
    let narrow = app.program(Role::Administrator, None, &only);
    narrow.get(&format!("/api/v1/jobs/{}/clock", job.number)).await.expect(404);
    narrow.get("/api/v1/jobs/nonsense/clock").await.expect(404);
    let clock = app
        .engineer()
        .get(&format!("/api/v1/jobs/{}/clock", job.number.to_lowercase()))
        .await
        .expect(200)
        .json();
    assert_eq!((&clock["contract"], &clock["fix"]["no_due"]), (&Value::Null, &json!("no_contract")));
}
