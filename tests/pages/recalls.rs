use actix_web::http::Method;
use domain::permission::Role;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::builders::{Ground, Thing};
use crate::support::client::Client;

/// Two customers with a kettle each, tested with the same instrument, and one kettle tested with another.
struct Scene {
    app: TestApp,
    manager: Client,
    ours: Ground,
    kettles: [Thing; 3],
}

fn id(n: u32) -> String {
    format!("01939fa2-6d3c-7c1e-9a55-2f6e1f0a{n:04}")
}

async fn test(client: &Client, kettle: &Thing, (n, at, instrument): (u32, &str, &str)) -> Value {
    let body = json!({
        "id": id(n), "kind": "combined", "ruleset": "iet5", "performed_at": at, "instrument": instrument,
        "visual": {"plug": "pass"},
        "readings": [{"test": "earth_continuity", "value": "0.08", "unit": "ohm"},
            {"test": "insulation_resistance", "value": ">19.99", "unit": "Mohm", "voltage_v": 500}],
    });
    client.json(Method::POST, &format!("/api/v1/assets/{}/tests", kettle.tag), &body).await.expect(201).json()
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::new();
        let manager = app.client(Role::Manager);
        for serial in ["SN-1", "SN-2"] {
            let form = [
                ("make", "Seaward"),
                ("model", "Apollo"),
                ("serial", serial),
                ("calibration_certificate", "C-1"),
                ("calibrated_on", "2026-01-05"),
                ("calibration_due", "2027-01-04"),
            ];
            manager.post("/instruments/new", &form).await.expect(303);
        }
        let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
        let kettles = [app.kettle(ours), app.kettle(theirs), app.kettle(ours)];
        test(&manager, &kettles[0], (1, "2026-11-10T09:00:00Z", "SN-1")).await;
        test(&manager, &kettles[1], (2, "2026-11-11T09:00:00Z", "SN-1")).await;
        test(&manager, &kettles[2], (3, "2026-11-11T10:00:00Z", "SN-2")).await;
        // Before the doubt began.
        test(&manager, &kettles[2], (4, "2026-02-11T10:00:00Z", "SN-1")).await;
        Self { app, manager, ours, kettles }
    }

    async fn recall(&self) -> String {
        let form =
            [("instrument", "1"), ("from", "2026-11-01"), ("to", "2026-11-23"), ("reason", "Leads worn")];
        let answer = self.manager.post("/recalls/new", &form).await.expect(303);
        answer.location().split('?').next().unwrap().to_owned()
    }
}

#[actix_web::test]
async fn from_an_instrument_to_every_test_asset_certificate_and_customer() {
    let scene = Scene::new().await;
    let issued = scene.manager.post("/certificates", &[("test", id(1).as_str())]).await.expect(303);
    let paper = scene.manager.get(issued.location()).await.expect(200).text();
    let public = format!("/c/{}", paper.split("/c/").nth(1).unwrap().split('"').next().unwrap());
    assert!(!scene.app.stranger().get(&public).await.expect(200).text().contains("under recall"));
    let counted = "/recalls/new?instrument=1&from=2026-11-01&to=2026-11-23";
    let preview = scene.manager.get(counted).await.expect(200).text();
    assert!(
        preview.contains("<strong>2</strong><span>tests")
            && preview.contains("<strong>2</strong><span>customers"),
        "{preview}"
    );
    let recall = scene.recall().await;
    let page = scene.manager.get(&recall).await.expect(200).text();
    for words in [
        "<strong>2</strong><span>assets",
        "<strong>1</strong><span>certificates",
        "Make 2 assets due now",
        "Leads worn",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    for (kettle, n, doubtful) in [(0, 1, true), (1, 2, true), (2, 3, false)] {
        let tag = &scene.kettles[kettle].tag;
        let asset = scene.manager.get(&format!("/t/{tag}")).await.expect(200).text();
        assert_eq!(asset.contains("Instrument under recall"), doubtful, "{asset}");
        assert!(asset.contains("SAFE"), "a recall alters no verdict: {asset}");
        let shown = scene.manager.get(&format!("/tests/{}", id(n))).await.expect(200).text();
        assert_eq!(shown.contains("Instrument under recall"), doubtful, "{shown}");
        assert!(shown.contains("PASS"), "{shown}");
    }
    assert!(scene.app.stranger().get(&public).await.expect(200).text().contains("Instrument under recall"));
    let csv = scene.manager.get(&format!("{recall}.csv")).await.expect(200).text();
    assert_eq!(csv.lines().count(), 3, "{csv}");
    let pdf = scene.manager.get(&format!("{recall}/letters.pdf")).await.expect(200);
    assert!(pdf.bytes.starts_with(b"%PDF-") && pdf.bytes.len() < 100_000);
}

#[actix_web::test]
async fn what_is_affected_is_made_due_until_it_passes_with_another_instrument() {
    let scene = Scene::new().await;
    let recall = scene.recall().await;
    scene.manager.post(&format!("{recall}/retests"), &[]).await.expect(303);
    let due = scene.manager.get("/api/v1/due?before=2026-11-24").await.expect(200).json();
    let tags: Vec<&str> =
        due["items"].as_array().unwrap().iter().filter_map(|item| item["tag"].as_str()).collect();
    assert_eq!(tags.len(), 2, "{due}");
    let tag = &scene.kettles[0].tag;
    let page = scene.manager.get(&format!("/t/{tag}")).await.expect(200).text();
    assert!(page.contains("asked for because of instrument recall 1") && page.contains("Made due"), "{page}");
    // Asked twice, asked once.
    scene.manager.post(&format!("{recall}/retests"), &[]).await.expect(303);
    scene.app.pass(chrono::Duration::hours(1));
    test(&scene.manager, &scene.kettles[0], (9, "2026-11-23T09:30:00Z", "SN-2")).await;
    let page = scene.manager.get(&format!("/t/{tag}")).await.expect(200).text();
    assert!(!page.contains("asked for because") && !page.contains("Instrument under recall"), "{page}");
    let due = scene.manager.get("/api/v1/due?before=2026-11-24").await.expect(200).json();
    assert_eq!(due["items"].as_array().unwrap().len(), 1, "{due}");
    let wrong = scene.app.app.store.read(store::dues::check_tallies).unwrap();
    assert_eq!(wrong, Vec::<String>::new());
}

#[actix_web::test]
async fn a_recall_ends_once_and_its_record_stays() {
    let scene = Scene::new().await;
    let recall = scene.recall().await;
    scene.manager.post(&format!("{recall}/end"), &[("reason", "")]).await.expect(422);
    scene.manager.post(&format!("{recall}/end"), &[("reason", "It was the leads only")]).await.expect(303);
    let page = scene.manager.get(&recall).await.expect(200).text();
    assert!(
        page.contains("It was the leads only") && page.contains("<strong>2</strong><span>tests"),
        "{page}"
    );
    let shown = scene.manager.get(&format!("/tests/{}", id(1))).await.expect(200).text();
    assert!(!shown.contains("Instrument under recall"), "{shown}");
    let again = scene.manager.post(&format!("{recall}/end"), &[("reason", "again")]).await.expect(422).text();
    assert!(again.contains("ended already"), "{again}");
    scene.manager.post(&format!("{recall}/retests"), &[]).await.expect(409);
}

#[actix_web::test]
async fn nobody_sees_another_customers_part_of_a_recall() {
    let scene = Scene::new().await;
    let recall = scene.recall().await;
    let narrow = scene.app.client_for(Role::Manager, Some(vec![scene.ours.customer_id]));
    let (ours, theirs) = (&scene.kettles[0].tag, &scene.kettles[1].tag);
    let page = narrow.get(&recall).await.expect(200).text();
    assert!(page.contains("<strong>1</strong><span>tests") && page.contains(ours.as_str()), "{page}");
    let csv = narrow.get(&format!("{recall}.csv")).await.expect(200).text();
    assert!(!page.contains(theirs.as_str()) && !csv.contains(theirs.as_str()) && !csv.contains("Theirs"));
    let form = [("instrument", "1"), ("from", "2026-11-01"), ("to", "2026-11-23"), ("reason", "a")];
    narrow.post("/recalls/new", &form).await.expect(403);
    narrow.post(&format!("{recall}/retests"), &[]).await.expect(403);
    narrow.post(&format!("{recall}/end"), &[("reason", "a")]).await.expect(403);
    scene.app.client(Role::Engineer).post("/recalls/new", &form).await.expect(403);
    // The kettles of the test's ground are all Brew B3, SN-12/34.
    let found = narrow.get("/recalls/maker?make=brew&model=b3").await.expect(200).text();
    assert!(found.contains(ours.as_str()) && !found.contains(theirs.as_str()), "{found}");
    let csv =
        scene.manager.get("/recalls/maker.csv?make=Brew&from=SN-12/30&to=SN-12/40").await.expect(200).text();
    assert_eq!(csv.lines().count(), 4, "{csv}");
    let none = scene.manager.get("/recalls/maker?make=Brew&from=SN-13").await.expect(200).text();
    assert!(none.contains("Nothing of the sort"), "{none}");
    scene.manager.get("/recalls/maker?model=B3").await.expect(422);
}
