//! The PATGuard sheet and the site pack through the command line: what is written is read back, and adds nothing.

use actix_web::http::Method;
use domain::asset::Lifecycle;
use domain::evidence::TestEvidence;
use domain::permission::{RecordTest, Role};
use proofmark::actions::tests::{TestRequest, correct_test};
use proofmark::cli::export::{Days, Patguard, SitePack, Whose};
use proofmark::cli::import_tests::Tests;
use serde_json::json;
use store::assets::{AssetFields, find_asset_by_tag};
use store::tests::Page;
use store::types::Coded;

use super::test_imports::{everything, given, numbers, staged, tested, whole};
use crate::support::TestApp;
use crate::support::builders::Thing;
use crate::support::client::Client;
use crate::support::tester_files::{SOUND, apollo, class_one, patguard};

/// The tests of the asset with this tag, the latest first.
fn tests_of(app: &TestApp, tag: &str) -> Vec<TestEvidence> {
    let scope = everything();
    let found = app.app.store.read(|conn| {
        let asset = find_asset_by_tag(conn, &scope, &domain::tag::fold(tag))?;
        let rows = store::tests::list_tests_of_asset(conn, &scope, asset.id, Page::first(100))?;
        store::tests::with_evidence(conn, rows)
    });
    found.unwrap().into_iter().map(|test| test.evidence).collect()
}

fn whose() -> Whose {
    Whose { customer: "Mills".to_owned(), site: None }
}

fn sheet(app: &TestApp, file: &std::path::Path) -> usize {
    let days = Days { from: None, until: None };
    Patguard { file: file.to_owned(), whose: whose(), days }.run(&app.app).unwrap()
}

async fn record(client: &Client, thing: &Thing, body: serde_json::Value) {
    client.json(Method::POST, &format!("/api/v1/assets/{}/tests", thing.tag), &body).await.expect(201);
}

/// Tests of every kind of reading, recorded here and imported, one of them corrected.
async fn recorded(app: &TestApp) -> Thing {
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let engineer = app.client(Role::Engineer);
    let id = |n: u32| format!("01939fa2-6d3c-7c1e-9a55-2f6e1f0a{n:04}");
    let earth = |value: &str| json!({"test": "earth_continuity", "value": value, "unit": "ohm", "test_current_a": 0.2});
    let rest = [
        json!({"test": "insulation_resistance", "value": ">19.99", "unit": "Mohm", "voltage_v": 500}),
        json!({"test": "rcd_trip_time", "value": "21.5", "unit": "ms", "rated_ma": 30, "multiplier": 5, "phase": "180"}),
        json!({"test": "touch_current", "value": "<0.10", "unit": "mA"}),
        json!({"test": "functional", "value": "pass"}),
    ];
    let with = |value: &str| [&[earth(value)], &rest[..]].concat();
    record(
        &engineer,
        &kettle,
        json!({"id": id(1), "kind": "combined", "performed_at": "2026-10-01T09:00:00.25Z",
        "visual": {"plug": "pass", "flex": "not_applicable"}, "readings": with("0.080"), "note": "=1+1"}),
    )
    .await;
    record(
        &engineer,
        &kettle,
        json!({"id": id(2), "kind": "user_check", "performed_at": "2026-10-02T09:00:00Z",
        "visual": {"plug": "pass"}}),
    )
    .await;
    record(
        &engineer,
        &kettle,
        json!({"id": id(3), "kind": "combined", "performed_at": "2026-10-03T09:00:00Z",
        "visual": {"plug": "pass"}, "readings": [earth("0.05")]}),
    )
    .await;
    let right = app.actor(Role::Manager, None);
    let right = right.right::<RecordTest>().unwrap();
    let corrected: TestRequest = serde_json::from_value(json!({"id": id(4), "kind": "combined",
        "performed_at": "2026-10-01T09:00:00.25Z", "visual": {"plug": "pass"}, "readings": with("0.09")}))
    .unwrap();
    correct_test(&app.app, &right, (&id(1), "misread"), &corrected).unwrap();
    let failed = class_one("DRILL-1", 3, 40);
    given("today.sss", &apollo(&[class_one("DRILL-2", 1, 40), failed])).run(app);
    kettle
}

#[actix_web::test]
async fn a_sheet_imported_again_adds_nothing() {
    let app = TestApp::new();
    recorded(&app).await;
    let (drill, _) = tested(&app, "DRILL-2");
    app.put(|tx| {
        let fields = AssetFields { lifecycle: Coded(Lifecycle::Disposed), ..drill.fields() };
        store::assets::update_asset(tx, drill.id, drill.version, fields)
    });
    let before = whole(&app);
    let folder = tempfile::tempdir().unwrap();
    for name in ["sheet.csv", "sheet.xlsx"] {
        let file = folder.path().join(name);
        assert_eq!(sheet(&app, &file), 5, "what counts: four recorded, one of them corrected, two imported");
        assert!(!folder.path().join(format!("{name}.part")).exists());
        let again = given(name, &std::fs::read(&file).unwrap());
        let (import, counts) = again.run(&app);
        assert_eq!(numbers(&counts), [0, 0, 0, 5, 0, 0], "{name}: {:?}", staged(&app, &import));
        assert_eq!((counts.recorded, counts.made, whole(&app)), (0, 0, before));
    }
    let csv = std::fs::read_to_string(folder.path().join("sheet.csv")).unwrap();
    assert!(
        csv.contains(",Combined inspection and test,")
            && csv.contains(",Insulation resistance (500 V),>19.99,")
    );
    assert!(
        csv.contains("Information,Combined inspection and test,Incomplete, no pass:")
            || csv.contains("\"Incomplete, no pass:"),
        "{csv}"
    );
    assert!(!csv.contains("0.080"), "what was corrected does not count: {csv}");
}

#[actix_web::test]
async fn a_sheet_makes_the_same_tests_in_an_empty_house() {
    let app = TestApp::new();
    let kettle = recorded(&app).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sheet.xlsx");
    sheet(&app, &file);
    let other = TestApp::new();
    other.ground("Mills");
    let (_, counts) = given("sheet.xlsx", &std::fs::read(&file).unwrap()).run(&other);
    assert_eq!((counts.recorded, counts.made), (5, 3));
    let here = tests_of(&other, &kettle.tag);
    let verdicts: Vec<_> = here.iter().map(|test| (test.kind.to_string(), test.verdict)).collect();
    use domain::verdict::Verdict::{Incomplete, Pass};
    let expected = [("combined", Incomplete), ("user_check", Pass), ("combined", Pass)];
    assert_eq!(verdicts, expected.map(|(kind, verdict)| (kind.to_owned(), verdict)));
    assert_eq!(here[2].readings.iter().filter(|reading| reading.given.is_some()).count(), 5);
    // And from there once more: the same again.
    let back = folder.path().join("back.csv");
    sheet(&other, &back);
    let (_, counts) = given("back.csv", &std::fs::read(&back).unwrap()).run(&app);
    assert_eq!(numbers(&counts), [0, 0, 0, 5, 0, 0]);
}

#[actix_web::test]
async fn what_its_tester_failed_is_never_taken_for_a_pass_of_the_same_readings() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let row = |word: &str| {
        format!(
            "Mills,Head office,Kitchen,{},Kettle,Class I,Portable,2024-03-12 10:00:00,{word},,Jo,{SOUND}",
            kettle.tag
        )
    };
    given("passed.csv", patguard(&[&row("P")]).as_bytes()).run(&app);
    let (_, counts) = given("failed.csv", patguard(&[&row("F")]).as_bytes()).run(&app);
    assert_eq!((numbers(&counts), counts.recorded), ([1, 0, 0, 0, 0, 0], 1));
    let asset = app.app.store.read(|conn| store::assets::find_asset(conn, &everything(), kettle.id)).unwrap();
    assert!(asset.lock_cause.is_some());
}

#[actix_web::test]
async fn a_site_pack_names_what_is_in_use_with_its_last_test_and_dates() {
    let app = TestApp::new();
    let kettle = recorded(&app).await;
    let never = app.kettle(kettle.ground);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pack.csv");
    let pack = |due_by| SitePack { file: file.clone(), whose: whose(), due_by };
    assert_eq!(pack(None).run(&app.app).unwrap(), 4);
    let csv = std::fs::read_to_string(&file).unwrap();
    let line = |tag: &str| {
        csv.lines()
            .find(|line| line.contains(&format!(",{tag},")))
            .unwrap_or_else(|| panic!("{tag}: {csv}"))
            .to_owned()
    };
    assert!(line(&kettle.tag).contains("2026-10-03") && line(&never.tag).contains("Kitchen"), "{csv}");
    assert!(csv.contains("Quarantined"), "{csv}");
    assert_eq!(pack(Some("2020-01-01".parse().unwrap())).run(&app.app).unwrap(), 0);
    // Sent back untouched it adds nothing: what was never tested has no date, and no record is made of it.
    let (_, counts) = Tests { dry_run: true, ..given("pack.csv", csv.as_bytes()).command.clone() }
        .import(&app.app)
        .unwrap();
    assert_eq!(numbers(&counts), [0, 0, 0, 3, 0, 1]);
}

#[actix_web::test]
async fn pages_give_both_to_whom_may_have_them() {
    let app = TestApp::new();
    let kettle = recorded(&app).await;
    let theirs = app.ground("Theirs");
    let viewer = app.client_for(Role::Viewer, Some(vec![kettle.ground.customer_id]));
    let of = format!("{}:{}", kettle.ground.customer_id, kettle.ground.site_id);
    for path in ["/patguard.csv", "/site-pack.csv"] {
        let csv = viewer.get(&format!("{path}?of={of}")).await.expect(200).text();
        assert!(csv.contains(&kettle.tag), "{csv}");
        viewer.get(&format!("{path}?of={}", theirs.customer_id)).await.expect(404);
        viewer.get(&format!("{path}?of={}:{}", kettle.ground.customer_id, theirs.site_id)).await.expect(404);
        viewer.get(&format!("{path}?of=")).await.expect(422);
        app.stranger().get(&format!("{path}?of={of}")).await.expect(303);
    }
    assert!(viewer.get(&format!("/patguard.xlsx?of={of}")).await.expect(200).bytes.starts_with(b"PK"));
    assert!(
        viewer
            .get(&format!("/site-pack.xlsx?of={of}&due_by=2030-01-01"))
            .await
            .expect(200)
            .bytes
            .starts_with(b"PK")
    );
    let chosen = format!("<option value=\"{of}\" selected>");
    for query in
        [format!("of={of}"), format!("customer={}&site={}", kettle.ground.customer_id, kettle.ground.site_id)]
    {
        let page = viewer.get(&format!("/patguard?{query}")).await.expect(200).text();
        assert!(page.contains(&chosen) && !page.contains("Theirs"), "{page}");
    }
    let site = viewer.get(&format!("/sites/{}", kettle.ground.site_id)).await.expect(200).text();
    assert!(site.contains(&format!("/patguard?of={of}")), "{site}");
}
