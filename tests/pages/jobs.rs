//! A job from its opening to its end, on the pages.

use actix_web::http::Method;
use domain::code::Code;
use domain::job::{EntryKind, JobState, Need, TRANSITIONS, find_step, steps_from, transitions_markdown};
use domain::permission::Role;
use proofmark::actions::jobs::{EntryRequest, When, add_entry};

use crate::support::TestApp;
use crate::support::client::Client;

/// Opens a job about an asset and gives its address.
async fn open(client: &Client, tag: &str) -> String {
    let fields = [
        ("title", "Kettle does not heat"),
        ("tags", tag),
        ("kind", "repair"),
        ("priority", "normal"),
        ("impact", "team"),
    ];
    let answer = client.post("/jobs/new", &fields).await.expect(303);
    answer.location().split('?').next().unwrap().to_owned()
}

/// The version in a job's page.
async fn version(client: &Client, job: &str) -> String {
    let page = client.get(job).await.expect(200).text();
    let rest = page.split("name=\"version\" value=\"").nth(1).expect("a form with the version");
    rest.split('"').next().unwrap().to_owned()
}

async fn step(client: &Client, job: &str, fields: &[(&str, &str)]) -> crate::support::client::Answer {
    let version = version(client, job).await;
    let fields = [&[("version", version.as_str())], fields].concat();
    client.post(&format!("{job}/steps"), &fields).await
}

#[actix_web::test]
async fn a_job_is_taken_worked_on_and_closed() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (manager, engineer) = (app.client(Role::Manager), app.client(Role::Engineer));
    let job = open(&manager, &kettle.tag).await;
    assert_eq!(job, "/jobs/J-000001");
    let list = manager.get("/jobs").await.expect(200).text();
    assert!(list.contains("Kettle does not heat") && list.contains("nobody"), "{list}");
    step(&manager, &job, &[("to", "triaged")]).await.expect(303);
    let taken = version(&engineer, &job).await;
    let page = engineer.get(&job).await.text();
    let me = page.split("name=\"assignee\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let assign = format!("{job}/assign");
    engineer.post(&assign, &[("version", &taken), ("assignee", &me)]).await.expect(303);
    engineer.post(&assign, &[("version", &taken), ("assignee", &me)]).await.expect(412);
    assert!(engineer.get("/jobs/mine").await.expect(200).text().contains("Kettle does not heat"));
    step(&engineer, &job, &[("to", "in_progress")]).await.expect(303);
    let entry = [("text", "Element is open circuit"), ("minutes", "25"), ("kind", "diagnosis")];
    engineer.post(&format!("{job}/entries"), &entry).await.expect(303);
    step(&engineer, &job, &[("to", "waiting"), ("waiting_for", "parts")]).await.expect(303);
    assert!(engineer.get(&job).await.text().contains("Waiting for parts"));
    step(&engineer, &job, &[("to", "in_progress")]).await.expect(303);
    step(&engineer, &job, &[("to", "repaired"), ("note", "new element")]).await.expect(303);
    step(&engineer, &job, &[("to", "retest")]).await.expect(422);
    step(&engineer, &job, &[("to", "returned")]).await.expect(303);
    let page = engineer.get(&job).await.text();
    assert!(page.contains("25 min") && page.contains("new element"), "{page}");
    let asset = engineer.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(asset.contains("Job moved") || asset.contains("job moved") || asset.contains("moved"), "{asset}");
}

#[actix_web::test]
async fn every_illegal_step_is_refused_with_what_is_legal() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let number = open(&engineer, &kettle.tag).await;
    let number = number.trim_start_matches("/jobs/").to_owned();
    for from in JobState::ALL.iter().copied() {
        for to in JobState::ALL.iter().copied().filter(|to| find_step(from, *to).is_err()) {
            put_at(&app, &number, from);
            let body = serde_json::json!({ "to": to.code(), "outcome": "done", "waiting_for": "parts", "note": "x" });
            let target = format!("/api/v1/jobs/{number}/transitions");
            let answer = engineer.send(Method::POST, &target, |request| request.set_json(&body)).await;
            assert_eq!(answer.status.as_u16(), 409, "{from} to {to}: {}", answer.text());
            for step in steps_from(from) {
                assert!(answer.text().contains(step.to.label()), "{from} to {to}: {}", answer.text());
            }
        }
    }
}

/// Puts a job into a state behind everybody's back.
fn put_at(app: &TestApp, number: &str, state: JobState) {
    app.put(|tx| {
        let scope = tx.actor.scope().clone();
        let job = store::jobs::find_job(tx, &scope, number)?;
        let mut standing = store::jobs::Standing::from(&job);
        standing.state = state.into();
        standing.waiting_for = (state == JobState::Waiting).then_some(domain::job::WaitingFor::Parts.into());
        standing.outcome = (state == JobState::Closed).then_some(domain::job::Outcome::Done.into());
        store::jobs::update_standing(tx, job.id, job.version, &standing)
    });
}

#[test]
fn the_table_of_steps_is_the_one_in_the_documentation() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/jobs.md")).unwrap();
    assert!(text.contains(&transitions_markdown()), "write transitions_markdown() into docs/jobs.md");
    assert!(TRANSITIONS.iter().any(|step| step.needs.contains(&Need::NothingLocked)));
}

#[actix_web::test]
async fn what_is_quarantined_does_not_go_back_without_a_passing_test() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let fail = [("id", "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0019"), ("plug", "fail")];
    let test = format!("/assets/{}/test/formal_visual", kettle.tag);
    engineer.post(&test, &fail).await.expect(303);
    let job = open(&engineer, &kettle.tag).await;
    let me = app.add_user(Role::Engineer, None).0.to_string();
    step(&engineer, &job, &[("to", "in_progress"), ("assignee", &me)]).await.expect(303);
    step(&engineer, &job, &[("to", "repaired")]).await.expect(303);
    let refused = step(&engineer, &job, &[("to", "returned")]).await.expect(422).text();
    assert!(refused.contains("quarantined") && refused.contains(&kettle.tag), "{refused}");
    step(&engineer, &job, &[("to", "retest")]).await.expect(303);
    let close = [("to", "closed"), ("outcome", "no_fault_found"), ("note", "works again")];
    step(&engineer, &job, &close).await.expect(422);
    let scrap = [("to", "closed"), ("outcome", "scrapped"), ("note", "not worth it")];
    step(&engineer, &job, &scrap).await.expect(303);
    assert!(engineer.get(&job).await.text().contains("Closed: scrapped"));
    let page = engineer.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(page.contains("QUARANTINED") && page.contains("Taken out of service"), "{page}");
    let asset = app.app.store.read(|conn| {
        let all = store::Actor::operator(domain::event::Via::Cli);
        store::assets::find_asset(conn, all.scope(), kettle.id)
    });
    assert_eq!(
        asset.unwrap().lifecycle.0,
        domain::asset::Lifecycle::InStore,
        "an engineer disposes of nothing"
    );
}

#[actix_web::test]
async fn a_hand_over_says_what_was_found_and_calls_tell_people() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let (first, second) = (app.client(Role::Engineer), app.client(Role::Engineer));
    let job = open(&first, &kettle.tag).await;
    let line = format!("{job}/line");
    let read = version(&first, &job).await;
    first.post(&line, &[("version", &read), ("line", "2")]).await.expect(422);
    let note =
        [("version", read.as_str()), ("line", "2"), ("note", "Element and fuse are good, board is not")];
    first.post(&line, &note).await.expect(303);
    let page = second.get(&job).await.text();
    assert!(page.contains("To line 2") && page.contains("Element and fuse are good"), "{page}");
    second.post(&format!("{job}/watch"), &[("watch", "yes")]).await.expect(303);
    let me = app.add_user(Role::Engineer, None).0.to_string();
    step(&first, &job, &[("to", "in_progress"), ("assignee", &me)]).await.expect(303);
    let told = second.get("/notices").await.expect(200).text();
    assert!(told.contains("A job you watch") && told.contains("In progress"), "{told}");
    second.get(&job).await.expect(200);
    assert!(!second.get("/jobs/mine").await.text().contains("New for you"));
}

#[actix_web::test]
async fn entries_are_corrected_never_altered_and_a_closed_job_takes_none() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let job = open(&engineer, &kettle.tag).await;
    let entries = format!("{job}/entries");
    let id = "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0029";
    let entry = [("id", id), ("text", "Looked at it"), ("minutes", "250")];
    engineer.post(&entries, &entry).await.expect(303);
    engineer.post(&entries, &entry).await.expect(303);
    let other = [("id", id), ("text", "Something else")];
    engineer.post(&entries, &other).await.expect(422);
    let fix = [("supersedes", id), ("text", "Looked at it"), ("minutes", "25")];
    engineer.post(&entries, &fix).await.expect(303);
    engineer.post(&entries, &fix).await.expect(409);
    let page = engineer.get(&job).await.text();
    assert!(page.contains("corrected below") && page.contains("Time logged</dt><dd>25 min"), "{page}");
    let close = [("to", "closed"), ("outcome", "cancelled"), ("note", "reported twice")];
    step(&engineer, &job, &close).await.expect(303);
    engineer.post(&entries, &[("text", "late")]).await.expect(409);
}

#[actix_web::test]
async fn a_correction_keeps_what_it_does_not_tell_anew() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let (engineer, manager) = (app.actor(Role::Engineer, None), app.client(Role::Manager));
    let job = open(&app.client(Role::Engineer), &kettle.tag).await;
    let number = job.rsplit('/').next().unwrap();
    let id = "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0030";
    let request = EntryRequest {
        id: Some(id.to_owned()),
        // Twenty past six in the evening by the clock of London, in summer.
        at: Some(When::Local("2026-07-20T18:20:00".parse().unwrap())),
        minutes: 40,
        internal: Some(true),
        ..EntryRequest::words(EntryKind::Travel, "They never clean it")
    };
    add_entry(&app.app, &engineer.right().unwrap(), number, &request).unwrap();
    let fix = [("supersedes", id), ("text", "They seldom clean it"), ("minutes", "45")];
    manager.post(&format!("{job}/entries"), &fix).await.expect(303);
    let read = |conn: &mut store::AnyConnection| {
        let job = store::jobs::find_job(conn, engineer.scope(), number)?;
        store::job_entries::list_entries(conn, &job)
    };
    let all = app.app.store.read(read).unwrap();
    let new = &all.iter().find(|entry| !entry.corrected).unwrap().row;
    let kept = (new.kind.0, new.internal, new.person_id, new.at.utc().to_rfc3339());
    let was = (EntryKind::Travel, true, engineer.person_id(), "2026-07-20T17:20:00+00:00".to_owned());
    assert_eq!((kept, new.minutes), (was, 45));
}

#[actix_web::test]
async fn the_queue_is_narrowed_and_foreign_jobs_are_not_there() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let (our, their) = (app.kettle(ours), app.kettle(theirs));
    let all = app.client(Role::Manager);
    let (our_job, their_job) = (open(&all, &our.tag).await, open(&all, &their.tag).await);
    let engineer = app.client_for(Role::Engineer, Some(vec![ours.customer_id]));
    let list = engineer.get("/jobs").await.expect(200).text();
    assert!(list.contains(&our_job) && !list.contains(&their_job));
    for path in ["", "/edit"] {
        engineer.get(&format!("{their_job}{path}")).await.expect(404);
    }
    for path in ["steps", "assign", "line", "entries", "assets", "watch", "edit"] {
        engineer
            .post(&format!("{their_job}/{path}"), &[("version", "1"), ("to", "triaged")])
            .await
            .expect(404);
    }
    engineer.post(&format!("{our_job}/assets"), &[("tag", &their.tag)]).await.expect(422);
    for (query, found) in [
        ("?q=kettle", true),
        ("?q=zebra", false),
        ("?status=closed", false),
        ("?status=reported", true),
        ("?assignee=none", true),
        ("?assignee=me", false),
        ("?line=2", false),
        ("?overdue=on", false),
        ("?order=impact", true),
        ("?order=place", true),
        ("?status=all", true),
        ("?outcome=repaired", false),
        ("?from=2026-01-01", false),
    ] {
        let list = engineer.get(&format!("/jobs{query}")).await.expect(200).text();
        assert_eq!(list.contains(&our_job), found, "{query}");
    }
    engineer.get("/jobs?status=lost").await.expect(422);
    engineer.get("/jobs?colour=red").await.expect(422);
}
