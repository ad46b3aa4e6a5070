//! What goes to suppliers and comes back, on the pages.

use chrono::Duration;
use domain::job::{JobState, WaitingFor};
use domain::permission::Role;
use store::jobs::{Job, find_job};
use store::referrals::{Referral, find_referral};

use crate::support::TestApp;
use crate::support::builders::Thing;
use crate::support::client::Client;

struct Scene {
    app: TestApp,
    engineer: Client,
    kettle: Thing,
}

impl Scene {
    /// A job about a kettle, J-000001, that somebody has begun, and a supplier.
    async fn new() -> Self {
        let app = TestApp::new();
        let kettle = app.kettle(app.ground("Mills"));
        app.supplier("Maker & Co");
        app.supplier("Other");
        let engineer = app.client(Role::Engineer);
        let scene = Self { app, engineer, kettle };
        scene.open(&scene.kettle.tag).await;
        scene
    }

    async fn open(&self, tag: &str) {
        let fields = [
            ("title", "Base is dead"),
            ("tags", tag),
            ("kind", "repair"),
            ("priority", "normal"),
            ("impact", "team"),
        ];
        self.engineer.post("/jobs/new", &fields).await.expect(303);
    }

    fn job(&self, number: &str) -> Job {
        let actor = store::Actor::operator(domain::event::Via::Cli);
        self.app.app.store.read(|conn| find_job(conn, actor.scope(), number)).unwrap()
    }

    fn referral(&self, id: i64) -> Referral {
        let actor = store::Actor::operator(domain::event::Via::Cli);
        self.app.app.store.read(|conn| find_referral(conn, actor.scope(), id)).unwrap()
    }

    fn version(&self, id: i64) -> String {
        self.referral(id).version.to_string()
    }

    async fn refer(&self, fields: &[(&str, &str)]) -> String {
        let answer = self.engineer.post("/jobs/J-000001/refer", fields).await.expect(303);
        answer.location().split('?').next().unwrap().to_owned()
    }
}

#[actix_web::test]
async fn a_thing_is_referred_chased_and_received_back_for_the_retest() {
    let mut scene = Scene::new().await;
    let form = scene.engineer.get("/jobs/J-000001/refer").await.expect(200).text();
    assert!(form.contains("Maker &#38; Co") && form.contains(&scene.kettle.tag), "{form}");
    let asset = scene.kettle.id.to_string();
    let fields = [
        ("supplier", "1"),
        ("asset", asset.as_str()),
        ("request", "Base is dead, please repair"),
        ("rma", "RMA-77"),
        ("due_on", "2026-12-04"),
        ("waits", "yes"),
        ("cost", "12.50"),
    ];
    let page = scene.refer(&fields).await;
    let job = scene.job("J-000001");
    assert_eq!(
        (job.state.0, job.waiting_for.map(|reason| reason.0)),
        (JobState::Waiting, Some(WaitingFor::ThirdParty))
    );
    let shown = scene.engineer.get("/jobs/J-000001").await.expect(200).text();
    assert!(shown.contains("their number RMA-77") && shown.contains("To be sent"), "{shown}");
    let version = scene.version(1);
    scene
        .engineer
        .post(&format!("{page}/send"), &[("version", &version), ("sent_on", "2026-11-20")])
        .await
        .expect(303);
    let list = scene.engineer.get("/referrals").await.expect(200).text();
    assert!(list.contains("promised for 2026-12-04") && list.contains("12.50"), "{list}");
    scene.app.pass(Duration::days(20));
    scene.engineer = scene.app.client(Role::Engineer);
    let list = scene.engineer.get("/referrals?supplier=1").await.expect(200).text();
    assert!(list.contains("days late") && list.contains("later than promised"), "{list}");
    let chased = [("note", "They look for it"), ("back", "list")];
    let answer = scene.engineer.post(&format!("{page}/chase"), &chased).await.expect(303);
    assert!(answer.location().starts_with("/referrals?"));
    let shown = scene.engineer.get(&page).await.expect(200).text();
    assert!(shown.contains("They look for it") && shown.contains("Asked; again on"), "{shown}");
    // Somebody takes the job meanwhile, so that it can go to the retest.
    let me = scene.app.actor(Role::Engineer, None).person_id().unwrap().to_string();
    let job = scene.job("J-000001").version.to_string();
    scene.engineer.post("/jobs/J-000001/assign", &[("version", &job), ("assignee", &me)]).await.expect(303);
    let state = scene.job("J-000001").state.0;
    let version = scene.version(1);
    let today = scene.app.app.now().date_naive().to_string();
    let end = [
        ("version", version.as_str()),
        ("state", "received_back"),
        ("ended_on", &today),
        ("result", "New base fitted"),
        ("cost", "14"),
        ("opened", "yes"),
        ("next", "retest"),
    ];
    scene.engineer.post(&format!("{page}/end"), &end).await.expect(303);
    let shown = scene.engineer.get(&page).await.expect(200).text();
    assert!(shown.contains("New base fitted") && shown.contains("£14.00"), "{shown}");
    let expected = if state == JobState::Waiting { JobState::Retest } else { state };
    assert_eq!(scene.job("J-000001").state.0, expected);
    let over = scene.engineer.get("/referrals?ended=yes").await.expect(200).text();
    assert!(over.contains("New base fitted"), "{over}");
    scene.engineer.post(&format!("{page}/chase"), &[("note", "")]).await.expect(409);
}

#[actix_web::test]
async fn several_go_in_one_consignment_and_come_back_together() {
    let scene = Scene::new().await;
    for what in ["Base", "Lid", "Cord"] {
        scene.refer(&[("supplier", "1"), ("what", what)]).await;
    }
    scene.refer(&[("supplier", "2"), ("what", "Elsewhere")]).await;
    let wrong = [("referral", "1"), ("referral", "4")];
    let refused = scene.engineer.post("/referrals/pack", &wrong).await.expect(409).text();
    assert!(refused.contains("another supplier"), "{refused}");
    let packed = [("referral", "1"), ("referral", "2"), ("referral", "3")];
    let answer = scene.engineer.post("/referrals/pack", &packed).await.expect(303);
    assert!(answer.location().starts_with("/referral-batches/C-000001"), "{}", answer.location());
    let batch = "/referral-batches/C-000001";
    scene.engineer.post(&format!("{batch}/take-out"), &[("referral", "3")]).await.expect(303);
    let list = scene.engineer.get(batch).await.expect(200).text();
    assert!(list.contains("Base") && list.contains("Lid") && !list.contains("Cord"), "{list}");
    let today = scene.app.app.now().date_naive().to_string();
    let send = [("version", "1"), ("sent_on", &today), ("carrier", "Parcels Ltd"), ("tracking", "P-1")];
    scene.engineer.post(&format!("{batch}/send"), &send).await.expect(303);
    scene.engineer.post(&format!("{batch}/send"), &send).await.expect(412);
    let list = scene.engineer.get(batch).await.expect(200).text();
    assert!(list.contains("by Parcels Ltd, P-1") && list.contains("2 of it are still out"), "{list}");
    let back = [("state", "received_back"), ("ended_on", today.as_str()), ("result", "Both mended")];
    let with_cost = [&back[..], &[("cost_1", "45.00")]].concat();
    scene.engineer.post(&format!("{batch}/receive"), &with_cost).await.expect(303);
    assert_eq!([1, 2].map(|id| scene.referral(id).cost_pence), [Some(4500), None]);
    scene.engineer.post(&format!("{batch}/receive"), &back).await.expect(409);
    let over = scene.engineer.get("/referrals?ended=yes").await.expect(200).text();
    assert!(over.contains("Base") && over.contains("Lid") && !over.contains("Cord"), "{over}");
    // Their bill for the other comes weeks later.
    scene
        .engineer
        .post("/referrals/2/cost", &[("version", &scene.version(2)), ("cost", "12.50")])
        .await
        .expect(303);
    assert_eq!(scene.referral(2).cost_pence, Some(1250));
    let page = scene.engineer.get("/referrals/2").await.expect(200).text();
    assert!(page.contains("<dd>£12.50</dd>") && page.contains("Cost noted: £12.50"), "{page}");
}

#[actix_web::test]
async fn what_is_out_is_not_referred_again() {
    let scene = Scene::new().await;
    let asset = scene.kettle.id.to_string();
    scene.refer(&[("supplier", "1"), ("asset", &asset)]).await;
    let again = [("supplier", "2"), ("asset", asset.as_str())];
    let refused = scene.engineer.post("/jobs/J-000001/refer", &again).await.expect(422).text();
    assert!(refused.contains("it is to be sent to Maker &#38; Co already (J-000001)"), "{refused}");
    let end = [
        ("version", scene.version(1)),
        ("state", "refused".to_owned()),
        ("ended_on", scene.app.app.now().date_naive().to_string()),
        ("result", "No parts".to_owned()),
    ];
    let end: Vec<_> = end.iter().map(|(name, value)| (*name, value.as_str())).collect();
    scene.engineer.post("/referrals/1/end", &end).await.expect(303);
    scene.refer(&again).await;
}

#[actix_web::test]
async fn what_cannot_be_is_refused_with_what_would_be_right() {
    let scene = Scene::new().await;
    let page = scene.refer(&[("supplier", "1"), ("what", "Base"), ("sent_on", "2026-11-10")]).await;
    let version = scene.version(1);
    let end = |state: &'static str, day: &'static str, result: &'static str| {
        [
            ("version", version.clone()),
            ("state", state.to_owned()),
            ("ended_on", day.to_owned()),
            ("result", result.to_owned()),
        ]
    };
    for (fields, status, words) in [
        (end("received_back", "2026-11-09", ""), 422, "before it went"),
        (end("received_back", "2199-01-01", ""), 422, "a day that has come"),
        (end("refused", "2026-11-12", ""), 422, "say what the supplier said"),
        (end("sent", "2026-11-12", ""), 409, "cannot become"),
    ] {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = scene.engineer.post(&format!("{page}/end"), &fields).await.expect(status).text();
        assert!(answer.contains(words), "{words}: {answer}");
    }
    scene
        .engineer
        .post(&format!("{page}/send"), &[("version", &version), ("sent_on", "2026-11-11")])
        .await
        .expect(409);
    scene.app.client(Role::Viewer).get(&page).await.expect(200);
    scene.app.client(Role::Viewer).post(&format!("{page}/chase"), &[]).await.expect(403);
    let theirs = scene.app.client_for(Role::Engineer, Some(vec![scene.app.ground("Others").customer_id]));
    theirs.get(&page).await.expect(404);
    theirs.post(&format!("{page}/chase"), &[]).await.expect(404);
    assert!(!theirs.get("/referrals").await.expect(200).text().contains("Base"));
}

#[actix_web::test]
async fn what_a_supplier_opened_needs_its_test_also_when_the_job_is_over() {
    let scene = Scene::new().await;
    let asset = scene.kettle.id.to_string();
    let page = scene.refer(&[("supplier", "1"), ("asset", &asset), ("sent_on", "2026-11-20")]).await;
    let version = scene.job("J-000001").version.to_string();
    let over = [("version", &*version), ("to", "closed"), ("outcome", "referred"), ("note", "at the maker")];
    scene.engineer.post("/jobs/J-000001/steps", &over).await.expect(303);
    assert!(scene.engineer.get(&page).await.expect(200).text().contains("name=\"opened\""));
    let version = scene.version(1);
    let end = [
        ("version", version.as_str()),
        ("state", "received_back"),
        ("ended_on", "2026-11-23"),
        ("opened", "yes"),
        ("next", "stay"),
    ];
    scene.engineer.post(&format!("{page}/end"), &end).await.expect(303);
    let shown = scene.engineer.get(&format!("/t/{}", scene.kettle.tag)).await.expect(200).text();
    assert!(shown.contains("QUARANTINED") && shown.contains("Opened on job J-000001"), "{shown}");
}

#[actix_web::test]
async fn a_change_of_the_promise_is_kept_and_moves_the_day_to_ask() {
    let scene = Scene::new().await;
    let page = scene.refer(&[("supplier", "1"), ("what", "Base"), ("sent_on", "2026-11-10")]).await;
    let version = scene.version(1);
    let change =
        [("version", version.as_str()), ("supplier", "1"), ("what", "Base"), ("due_on", "2026-12-11")];
    scene.engineer.post(&format!("{page}/edit"), &change).await.expect(303);
    let shown = scene.engineer.get(&page).await.expect(200).text();
    assert!(shown.contains("Promised for 2026-12-11") && shown.contains("<dd>2026-12-12</dd>"), "{shown}");
    let late = scene.engineer.post(&format!("{page}/edit"), &change).await.expect(409).text();
    assert!(late.contains("while you were typing"), "{late}");
}
