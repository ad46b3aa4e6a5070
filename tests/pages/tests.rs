//! Recording a test by hand, on a phone.

use domain::permission::Role;

use crate::support::TestApp;
use crate::support::builders::Thing;
use crate::support::client::{Answer, Client};

struct Scene {
    app: TestApp,
    kettle: Thing,
    engineer: Client,
}

/// Value of a hidden field of a page.
fn hidden(page: &Answer, name: &str) -> String {
    let text = page.text();
    let mark = format!("name=\"{name}\" value=\"");
    let from = text.find(&mark).unwrap_or_else(|| panic!("no {name} in {text}")) + mark.len();
    text[from..].split('"').next().unwrap().to_owned()
}

impl Scene {
    fn new() -> Self {
        let app = TestApp::new();
        let kettle = app.kettle(app.ground("Mills"));
        let engineer = app.client(Role::Engineer);
        Self { app, kettle, engineer }
    }

    fn form(&self, kind: &str) -> String {
        format!("/assets/{}/test/{kind}", self.kettle.tag)
    }

    /// Opens the form, fills it in and sends it.
    async fn fill(&self, kind: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.form(kind);
        let opened = self.engineer.get(&form).await.expect(200);
        let (id, offered) = (hidden(&opened, "id"), hidden(&opened, "offered_at"));
        let mut all = vec![("id", id.as_str()), ("offered_at", &offered), ("performed_at", &offered)];
        all.extend(fields);
        self.engineer.post(&form, &all).await
    }
}

#[actix_web::test]
async fn all_good_is_one_tap_on_the_form() {
    let scene = Scene::new();
    let opened = scene.engineer.get(&scene.form("formal_visual")).await.expect(200);
    assert!(opened.text().contains("All visual items good: record it"));
    let id = hidden(&opened, "id");
    let fields = [("id", id.as_str()), ("visit", ""), ("all_good", "yes")];
    let done = scene.engineer.post(&scene.form("formal_visual"), &fields).await.expect(303);
    let result = scene.engineer.get(done.location()).await.expect(200).text();
    assert!(
        result.contains(">PASS<") && result.contains("Next formal visual inspection by 2027-05-23"),
        "{result}"
    );
    // Sent twice, as by a second tap: one record.
    let again = scene.engineer.post(&scene.form("formal_visual"), &fields).await.expect(303);
    assert_eq!(again.location(), done.location());
}

#[actix_web::test]
async fn a_kettle_passes_with_one_tick_and_two_values() {
    let scene = Scene::new();
    let opened = scene.engineer.get(&scene.form("combined")).await.expect(200).text();
    for shown in
        ["Earth continuity", "at most 0.109975", "Insulation resistance", "at least 0.3", "data-next"]
    {
        assert!(opened.contains(shown), "{shown}");
    }
    let fields = [
        ("all_good", "yes"),
        ("earth_continuity", "0.08"),
        ("insulation_resistance", "19.99"),
        ("insulation_resistance-sign", ">"),
        ("insulation_resistance-volts", "500"),
    ];
    let done = scene.fill("combined", &fields).await.expect(303);
    let result = scene.engineer.get(done.location()).await.expect(200).text();
    for shown in [">PASS<", "&#62;19.99", "Next combined test by 2027-11-23", "5th edition", "no. 1"] {
        assert!(result.contains(shown), "{shown}: {result}");
    }
}

#[actix_web::test]
async fn a_fail_is_red_and_the_asset_quarantined() {
    let scene = Scene::new();
    let fields = [("plug", "fail"), ("earth_continuity", "0.08"), ("insulation_resistance", "OL")];
    let done = scene.fill("combined", &fields).await.expect(303);
    let result = scene.engineer.get(done.location()).await.expect(200).text();
    assert!(result.contains("verdict fail") && result.contains("FAILED – DO NOT USE"), "{result}");
    assert!(result.contains("Quarantined"));
    assert!(scene.engineer.get(&scene.form("combined")).await.text().contains("standing quarantined"));
}

#[actix_web::test]
async fn what_would_be_incomplete_is_asked_about_first() {
    let scene = Scene::new();
    let asked = scene.fill("combined", &[("all_good", "yes"), ("earth_continuity", "<5")]).await.expect(422);
    let text = asked.text();
    assert!(text.contains("nothing is recorded") && text.contains("either side of the limit"), "{text}");
    assert!(text.contains("value=\"&#60;5\""), "what was typed is still there: {text}");
    let fields = [("all_good", "yes"), ("earth_continuity", "<5"), ("incomplete", "yes")];
    let done = scene.fill("combined", &fields).await.expect(303);
    let result = scene.engineer.get(done.location()).await.expect(200).text();
    assert!(result.contains("INCOMPLETE"), "{result}");
    scene.fill("formal_visual", &[]).await.expect(422);
}

#[actix_web::test]
async fn what_is_wrong_is_said_at_its_field() {
    let scene = Scene::new();
    let long = "x".repeat(10_001);
    for (name, value, says) in [
        ("earth_continuity", "0,08", "decimals after a point"),
        ("insulation_resistance", "good", "not a reading"),
        ("performed_at", "2026-11-24T09:00", "future"),
        ("performed_at", "soon", "write date and time"),
        ("performed_at", "2026-03-29T01:30", "clock skipped"),
        ("instrument", "X-1", "no instrument"),
        ("plug", "great", "visual result"),
        ("note", long.as_str(), "10000 characters"),
    ] {
        let answer = scene.fill("combined", &[("all_good", "yes"), (name, value)]).await.expect(422);
        assert!(answer.text().contains(says), "{name}: {}", answer.text());
    }
    let bad_id = [("id", "1"), ("all_good", "yes")];
    scene.engineer.post(&scene.form("formal_visual"), &bad_id).await.expect(422);
    scene.engineer.get(&scene.form("thorough")).await.expect(404);
    scene.engineer.get("/assets/NOSUCHTAG/test/combined").await.expect(404);
    scene.engineer.get("/tests/01939fa2-6d3c-7c1e-9a55-2f6e1f0a0001").await.expect(404);
    scene.app.client(Role::Viewer).get(&scene.form("combined")).await.expect(403);
    let foreigner = scene.app.client_for(Role::Engineer, Some(vec![]));
    foreigner.get(&scene.form("combined")).await.expect(404);
    foreigner.post(&scene.form("combined"), &[("all_good", "yes")]).await.expect(404);
    let visit = scene.fill("formal_visual", &[("all_good", "yes"), ("visit", "77")]).await;
    visit.expect(404);
}

#[actix_web::test]
async fn an_extension_lead_is_tested_socket_by_socket() {
    let scene = Scene::new();
    scene.app.put(|tx| {
        let actor = tx.actor;
        let asset = store::assets::find_asset(tx, actor.scope(), scene.kettle.id)?;
        let mut fields = asset.fields();
        fields.equipment_type = Some(store::types::Coded(domain::equipment::EquipmentType::ExtensionLead));
        fields.sockets = Some(2);
        store::assets::update_asset(tx, scene.kettle.id, asset.version, fields)
    });
    let text = scene.engineer.get(&scene.form("combined")).await.expect(200).text();
    assert!(text.contains("Earth continuity, socket 2") && text.contains("name=\"polarity\""), "{text}");
    let fields = [
        ("all_good", "yes"),
        ("earth_continuity-1", "0.05"),
        ("earth_continuity-2", "0.06"),
        ("insulation_resistance", ">19.99"),
        ("polarity", "pass"),
    ];
    let done = scene.fill("combined", &fields).await.expect(303);
    assert!(scene.engineer.get(done.location()).await.text().contains(">PASS<"));
}

#[actix_web::test]
async fn the_same_readings_are_shown_under_every_rule_set() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let engineer = app.client(Role::Engineer);
    let form = [
        ("id", "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0001"),
        ("all_good", "yes"),
        ("earth_continuity", "0.25"),
        ("insulation_resistance", ">19.99"),
    ];
    engineer.post(&format!("/assets/{}/test/combined", kettle.tag), &form).await.expect(303);
    let page = engineer.get(&format!("/tests/{}/compare", form[0].1)).await.expect(200).text();
    assert!(page.contains("The rule sets disagree"), "{page}");
    assert!(
        page.contains("0.109975") && page.contains("at most 0.3") && page.contains("as recorded"),
        "{page}"
    );
    let foreigner = app.client_for(Role::Manager, Some(vec![app.ground("Theirs").customer_id]));
    foreigner.get(&format!("/tests/{}/compare", form[0].1)).await.expect(404);
}

#[actix_web::test]
async fn a_customer_chooses_the_rule_set_and_repairs_have_their_own() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let edit = format!("/customers/{}/edit", ground.customer_id);
    let unknown = [("version", "1"), ("name", "Mills"), ("ruleset", "vde9")];
    assert!(manager.post(&edit, &unknown).await.expect(422).text().contains("vde9"));
    let chosen = [("version", "1"), ("name", "Mills"), ("ruleset", "en50699")];
    manager.post(&edit, &chosen).await.expect(303);
    let page = manager.get(&format!("/customers/{}", ground.customer_id)).await.expect(200).text();
    assert!(page.contains("EN 50699"), "{page}");
    // A form that does not have the field changes nothing of it.
    manager.post(&edit, &[("version", "2"), ("name", "Mills Ltd")]).await.expect(303);
    let kettle = app.kettle(ground);
    for (n, (kind, by)) in [("combined", "EN 50699"), ("after_repair", "EN 50678")].into_iter().enumerate() {
        let id = format!("01939fa2-6d3c-7c1e-9a55-2f6e1f0a000{n}");
        let path = format!("/assets/{}/test/{kind}", kettle.tag);
        manager.get(&path).await.expect(200);
        let form = [
            ("id", id.as_str()),
            ("all_good", "yes"),
            ("earth_continuity", "0.25"),
            ("insulation_resistance", ">19.99"),
            ("protective_conductor_current", "0.4"),
            ("functional", "pass"),
        ];
        manager.post(&path, &form).await.expect(303);
        let page = manager.get(&format!("/tests/{id}")).await.expect(200).text();
        assert!(page.contains("verdict pass") && page.contains(by), "{kind}: {page}");
    }
}

#[actix_web::test]
async fn a_record_is_corrected_by_another_with_a_reason() {
    let scene = Scene::new();
    let fields = [("all_good", "yes"), ("earth_continuity", "0.8"), ("insulation_resistance", ">19.99")];
    let done = scene.fill("combined", &fields).await.expect(303);
    let old = done.location().split('?').next().unwrap().to_owned();
    let form = format!("{old}/correct");
    let opened = scene.engineer.get(&form).await.expect(200);
    assert!(opened.text().contains("value=\"0.8\""), "{}", opened.text());
    let id = hidden(&opened, "id");
    let right = [
        ("id", id.as_str()),
        ("plug", "pass"),
        ("earth_continuity", "0.08"),
        ("insulation_resistance", ">19.99"),
    ];
    scene.engineer.post(&form, &right).await.expect(422);
    let mut with_reason = right.to_vec();
    with_reason.push(("reason", "misread by a factor of ten"));
    let corrected = scene.engineer.post(&form, &with_reason).await.expect(303);
    let text = scene.engineer.get(corrected.location()).await.expect(200).text();
    assert!(text.contains("misread by a factor of ten") && text.contains(">PASS<"), "{text}");
    assert!(scene.engineer.get(&old).await.text().contains("This record was corrected"));
    let review = format!("/assets/{}/review", scene.kettle.tag);
    scene.engineer.post(&review, &[("reason", "fine")]).await.expect(403);
    let manager = scene.app.client(Role::Manager);
    assert!(manager.get(corrected.location()).await.text().contains(&review));
    assert!(manager.get(&review).await.expect(200).text().contains("corrected"));
    manager.post(&review, &[("reason", "")]).await.expect(422);
    manager.post(&review, &[("reason", "measured again, all good")]).await.expect(303);
    assert!(!scene.engineer.get(&scene.form("combined")).await.text().contains("standing quarantined"));
}

#[actix_web::test]
async fn a_document_belongs_to_its_test_and_to_no_other_things() {
    let scene = Scene::new();
    let done = scene.fill("formal_visual", &[("all_good", "yes")]).await.expect(303);
    let test = done.location().split('?').next().unwrap().trim_start_matches("/tests/").to_owned();
    let attach = |asset: i64, client: &Client| {
        let path = format!("/assets/{asset}/attach");
        let body = format!(
            "--b\r\ncontent-disposition: form-data; name=\"test\"\r\n\r\n{test}\r\n--b\r\ncontent-disposition: \
             form-data; name=\"file\"; filename=\"plug.pdf\"\r\n\r\n%PDF-1.4 x\r\n--b--\r\n"
        );
        let app = scene.app.app.clone();
        let session = client.session.clone();
        async move {
            let send = |request: actix_web::test::TestRequest| {
                request.insert_header(("content-type", "multipart/form-data; boundary=b")).set_payload(body)
            };
            Client::new(app, session).send(actix_web::http::Method::POST, &path, send).await
        }
    };
    let added = attach(scene.kettle.id, &scene.engineer).await.expect(303);
    assert_eq!(added.location(), format!("/tests/{test}?done=saved"));
    let page = scene.engineer.get(added.location()).await.expect(200).text();
    assert!(page.contains("plug.pdf") && page.contains("name=\"test\""), "{page}");
    let other = scene.app.kettle(scene.kettle.ground);
    attach(other.id, &scene.engineer).await.expect(404);
}
