//! A failed thing goes back into use through a passing test after repair. Every other way is tried here.

use actix_web::http::Method;
use domain::asset::Status;
use domain::permission::Role;
use proofmark::actions::tests::TestRequest;
use serde_json::{Value, json};

use crate::actions::test_imports::given;
use crate::actions::tests::{failing, passing, repaired};
use crate::support::TestApp;
use crate::support::builders::Thing;
use crate::support::client::Client;
use crate::support::tester_files::{SOUND, patguard};

struct Scene {
    app: TestApp,
    kettle: Thing,
    engineer: Client,
    manager: Client,
}

impl Scene {
    /// A kettle that failed.
    async fn new() -> Self {
        let app = TestApp::new();
        let kettle = app.kettle(app.ground("Mills"));
        let (engineer, manager) = (app.client(Role::Engineer), app.client(Role::Manager));
        let scene = Self { app, kettle, engineer, manager };
        scene.record(&failing("2026-11-23T07:00:00Z")).await;
        assert_eq!(scene.status(), Status::Quarantined);
        scene
    }

    fn asset(&self) -> store::assets::Asset {
        let actor = store::Actor::operator(domain::event::Via::Cli);
        self.app
            .app
            .store
            .read(|conn| store::assets::find_asset(conn, actor.scope(), self.kettle.id))
            .unwrap()
    }

    fn status(&self) -> Status {
        self.asset().status()
    }

    async fn record(&self, test: &TestRequest) -> Value {
        let path = format!("/api/v1/assets/{}/tests", self.kettle.tag);
        let body = serde_json::to_value(test).unwrap();
        self.engineer.json(Method::POST, &path, &body).await.expect(201).json()
    }

    async fn patch(&self, change: Value) -> u16 {
        let path = format!("/api/v1/assets/{}", self.kettle.tag);
        let version = format!("\"{}\"", self.asset().version);
        let send = self
            .manager
            .send(Method::PATCH, &path, |r| r.insert_header(("if-match", version)).set_json(change));
        send.await.status.as_u16()
    }

    /// Nothing says pass: neither the asset nor a label.
    async fn stays(&self, after: &str) {
        assert_eq!(self.status(), Status::Quarantined, "after {after}");
        let sheet = format!("/labels.pdf?tags={}&design=pat_pass", self.kettle.tag);
        let label = self.engineer.get(&sheet).await;
        assert_eq!(label.status.as_u16(), 422, "a pass label after {after}");
    }
}

#[actix_web::test]
async fn no_shortcut_leads_out_of_quarantine() {
    let scene = Scene::new().await;
    let (id, tag) = (scene.kettle.id, scene.kettle.tag.clone());
    for (test, what) in [
        (passing("2026-11-23T07:05:00Z"), "measuring again"),
        (TestRequest { kind: "new_to_service".into(), ..passing("2026-11-23T07:06:00Z") }, "calling it new"),
        (
            TestRequest { ruleset: Some("iet5".into()), ..repaired("2026-11-23T07:07:00Z") },
            "a laxer rule set",
        ),
        (repaired("2026-11-23T06:00:00Z"), "a test after repair dated before the fail"),
    ] {
        scene.record(&test).await;
        scene.stays(what).await;
    }
    for (change, status) in [
        (json!({"lifecycle": "in_service"}), 200),
        (json!({"lifecycle": "in_repair"}), 200),
        (json!({"status": "in_service"}), 422),
        (json!({"lock_cause": null}), 422),
        (json!({"last_verdict": "pass"}), 422),
    ] {
        assert_eq!(scene.patch(change.clone()).await, status, "{change}");
        scene.stays(&change.to_string()).await;
    }
    let version = scene.asset().version.to_string();
    let form = [("version", version.as_str()), ("lifecycle", "in_service")];
    scene.manager.post(&format!("/assets/{id}/status"), &form).await.expect(303);
    scene.stays("the status page").await;
    let pick = format!("{id}:{}", scene.asset().version);
    let form =
        [("pick", pick.as_str()), ("change", "lifecycle"), ("lifecycle", "in_service"), ("confirm", "yes")];
    scene.manager.post("/assets/bulk", &form).await;
    scene.stays("changing many at once").await;
    scene.engineer.post(&format!("/assets/{tag}/review"), &[("reason", "it is fine")]).await.expect(403);
    scene.stays("an engineer's word").await;
}

#[actix_web::test]
async fn a_class_changed_in_between_does_not_lead_out() {
    let scene = Scene::new().await;
    assert_eq!(scene.patch(json!({"equipment_class": "II"})).await, 200);
    let mut test = repaired("2026-11-23T07:10:00Z");
    test.readings.retain(|reading| reading.test != "earth_continuity");
    let more = json!({"test": "touch_current", "value": "0.1", "unit": "mA"});
    test.readings.push(serde_json::from_value(more).unwrap());
    let answer = scene.record(&test).await;
    assert_eq!(answer["verdict"], "pass", "{answer}");
    assert!(answer["warnings"].to_string().contains("a manager has to release it"), "{answer}");
    scene.stays("another class").await;
}

#[actix_web::test]
async fn a_file_does_not_lead_out() {
    let scene = Scene::new().await;
    assert_eq!(scene.patch(json!({"customer_number": "K-1"})).await, 200);
    let row = format!("Mills,Works,Kitchen,K-1,Kettle,Class I,Portable,23/11/2026,P,,Jo,{SOUND}");
    let mut file = given("later.csv", patguard(&[&row]).as_bytes());
    file.command.matching = domain::test_import::Matching::Tag;
    file.command.dates.day_first = true;
    file.run(&scene.app);
    scene.stays("a tester's file that says pass").await;
    let list = format!("Tag,Asset No,Description,Status\n{},K-1,Kettle,in service\n", scene.kettle.tag);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    std::fs::write(&path, list).unwrap();
    let assets = proofmark::cli::import::Assets {
        file: path,
        customer: "Mills".to_owned(),
        site: None,
        dry_run: false,
        skip_refused: true,
        dates: proofmark::cli::import::Dates::default(),
    };
    // Whether it is taken or refused: the lock stays.
    let _told = assets.run(&scene.app.app);
    scene.stays("a list of assets").await;
}

#[actix_web::test]
async fn the_way_out_is_a_test_after_repair_or_a_managers_recorded_word() {
    let scene = Scene::new().await;
    let answer = scene.record(&repaired("2026-11-23T07:10:00Z")).await;
    assert_eq!(
        (&answer["verdict"], &answer["asset_status"]),
        (&json!("pass"), &json!("in_service")),
        "{answer}"
    );
    let sheet = format!("/labels.pdf?tags={}&design=pat_pass", scene.kettle.tag);
    scene.engineer.get(&sheet).await.expect(200);

    let scene = Scene::new().await;
    let review = format!("/assets/{}/review", scene.kettle.tag);
    scene.manager.post(&review, &[("reason", "")]).await.expect(422);
    scene.manager.post(&review, &[("reason", "Needed on the ward tonight")]).await.expect(303);
    assert_eq!(scene.status(), Status::InService);
    let page = scene.manager.get(&format!("/t/{}", scene.kettle.tag)).await.expect(200).text();
    assert!(
        page.contains("RELEASED WITHOUT A TEST") && page.contains("Needed on the ward tonight"),
        "{page}"
    );
    assert!(!page.contains("<strong>SAFE"), "{page}");
    // Used on somebody's word, and proven by nobody.
    let sheet = format!("/labels.pdf?tags={}&design=pat_pass", scene.kettle.tag);
    assert!(scene.engineer.get(&sheet).await.expect(422).text().contains("released without a test"));
    assert!(scene.asset().due_on.is_some(), "a test is owed");
}
