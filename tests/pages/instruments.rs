use actix_web::http::Method;
use domain::permission::Role;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};

/// Sends the form of a calibration, with a file where there is one.
async fn calibrate(client: &Client, id: i64, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    let mut body = vec![];
    for (name, value) in fields {
        let part = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    body.extend_from_slice(
        b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"c.pdf\"\r\n\r\n",
    );
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let path = format!("/instruments/{id}/calibrate");
    client
        .send(Method::POST, &path, |request| {
            request.insert_header(("content-type", "multipart/form-data; boundary=b")).set_payload(body)
        })
        .await
}

async fn add(manager: &Client, serial: &str, on: &str, due: &str) -> i64 {
    let form = [
        ("make", "Seaward"),
        ("model", "Apollo"),
        ("serial", serial),
        ("calibration_certificate", "C-1"),
        ("calibrated_on", on),
        ("calibration_due", due),
    ];
    let answer = manager.post("/instruments/new", &form).await.expect(303);
    let path = answer.location().split('?').next().unwrap_or_default().to_owned();
    path.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id")
}

#[actix_web::test]
async fn calibration_that_has_ended_or_soon_will_is_flagged() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    // Every test begins on 2026-11-23.
    for (serial, due) in [("LATE", "2026-11-22"), ("TODAY", "2026-11-23"), ("GOOD", "2027-06-01")] {
        add(&manager, serial, "2026-01-05", due).await;
    }
    let bare = [("make", "Seaward"), ("model", "Apollo"), ("serial", "NONE")];
    manager.post("/instruments/new", &bare).await.expect(303);
    let page = app.client(Role::Viewer).get("/instruments").await.expect(200).text();
    for words in ["Overdue", "Due soon", "Not known"] {
        assert_eq!(page.matches(&format!(">{words}<")).count(), 1, "{words}: {page}");
    }
}

#[actix_web::test]
async fn a_calibration_is_added_with_its_file_and_put_right_without_being_altered() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    let id = add(&manager, "SN-1", "2025-11-01", "2026-10-31").await;
    let new = [
        ("certificate", "C-2"),
        ("laboratory", "North Lab"),
        ("calibrated_on", "2026-11-02"),
        ("due_on", "2027-11-01"),
        ("as_found", "adjusted"),
    ];
    calibrate(&manager, id, &new, b"%PDF-1.7 a certificate").await.expect(303);
    let viewer = app.client(Role::Viewer);
    let page = viewer.get(&format!("/instruments/{id}")).await.expect(200).text();
    for words in ["In calibration until 2027-11-01", "North Lab", "Out of tolerance, then adjusted", "<svg"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let file = viewer.get(&format!("/instruments/{id}/calibrations/2/file")).await.expect(200);
    assert_eq!(file.text(), "%PDF-1.7 a certificate");
    assert!(file.headers.get("content-disposition").unwrap().to_str().unwrap().contains("attachment"));
    viewer.get(&format!("/instruments/{id}/calibrations/1/file")).await.expect(404);
    let mut right = new.to_vec();
    (right[0], right[3]) = (("certificate", "C-2b"), ("due_on", "2027-05-01"));
    right.push(("supersedes", "2"));
    calibrate(&manager, id, &right, b"").await.expect(422);
    right.push(("note", "The certificate says six months."));
    calibrate(&manager, id, &right, b"").await.expect(303);
    let page = viewer.get(&format!("/instruments/{id}")).await.expect(200).text();
    assert!(page.contains("<del>C-2</del>") && page.contains("In calibration until 2027-05-01"), "{page}");
    let again = calibrate(&manager, id, &right, b"").await.expect(422).text();
    assert!(again.contains("replaced already"), "{again}");
}

#[actix_web::test]
async fn a_proof_check_is_judged_and_its_fail_warns_on_the_next_test() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    let id = add(&manager, "SN-1", "2026-01-05", "2027-01-04").await;
    let values = "Earth continuity; 0.50 ohm; 0.05\nInsulation; 2.00 Mohm; 5 %";
    manager.post("/check-boxes/new", &[("name", "CB-4"), ("points", values)]).await.expect(303);
    let engineer = app.client(Role::Engineer);
    let path = format!("/instruments/{id}/check/1");
    assert!(engineer.get(&path).await.expect(200).text().contains("0.5 ± 0.05 ohm"));
    let form = |earth: &'static str| [("version", "1"), ("point-0", earth), ("point-1", "2.01")];
    engineer.post(&path, &form("0.51")).await.expect(303);
    engineer.post(&path, &[("version", "1"), ("point-0", "0.51"), ("verdict", "pass")]).await.expect(422);
    let page = engineer.get(&format!("/instruments/{id}")).await.expect(200).text();
    assert!(page.contains("In calibration until"), "{page}");
    engineer.post(&path, &form("0.61")).await.expect(303);
    let page = engineer.get(&format!("/instruments/{id}")).await.expect(200).text();
    assert!(page.contains("Failed its last proof check"), "{page}");
    let kettle = app.kettle(app.ground("Mills"));
    let body = test(&kettle.tag, "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0001", "2026-11-23T08:30:00Z", "0.08");
    let answer = engineer.json(Method::POST, &body.0, &body.1).await.expect(201).json();
    assert!(answer["warnings"][0].as_str().unwrap().contains("failed its last proof check"), "{answer}");
    // A box that changed meanwhile judges nothing by values that were never shown.
    let change = [("version", "1"), ("name", "CB-4"), ("points", "Earth continuity; 0.70 ohm; 0.05")];
    manager.post("/check-boxes/1/edit", &change).await.expect(303);
    assert!(engineer.post(&path, &form("0.51")).await.expect(422).text().contains("changed meanwhile"));
}

fn test(tag: &str, id: &str, at: &str, earth: &str) -> (String, serde_json::Value) {
    let body = serde_json::json!({
        "id": id, "kind": "combined", "ruleset": "iet5", "performed_at": at, "instrument": "SN-1",
        "visual": {"plug": "pass"},
        "readings": [{"test": "earth_continuity", "value": earth, "unit": "ohm"},
            {"test": "insulation_resistance", "value": ">19.99", "unit": "Mohm", "voltage_v": 500}],
    });
    (format!("/api/v1/assets/{tag}/tests"), body)
}

#[actix_web::test]
async fn a_test_is_told_by_the_calibration_of_its_own_day() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    let id = add(&manager, "SN-1", "2025-11-01", "2026-10-31").await;
    let kettle = app.kettle(app.ground("Mills"));
    let (path, late) =
        test(&kettle.tag, "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0001", "2026-11-20T09:00:00Z", "0.08");
    let answer = manager.json(Method::POST, &path, &late).await.expect(201).json();
    assert!(answer["warnings"][0].as_str().unwrap().contains("due on 2026-10-31"), "{answer}");
    let issued = manager.post("/certificates", &[("test", late["id"].as_str().unwrap())]).await.expect(303);
    let pdf = |bytes: &[u8]| bytes.to_vec();
    let number = issued.location().split('?').next().unwrap().to_owned();
    let before = pdf(&manager.get(&format!("{number}.pdf")).await.expect(200).bytes);
    // Calibrated today: what was recorded stays, on the page, beside other rule sets and on the certificate.
    let new = [
        ("certificate", "C-2"),
        ("calibrated_on", "2026-11-23"),
        ("due_on", "2027-11-22"),
        ("as_found", "within"),
    ];
    calibrate(&manager, id, &new, b"").await.expect(303);
    for page in ["", "/compare"] {
        let path = format!("/tests/{}{page}", late["id"].as_str().unwrap());
        assert!(manager.get(&path).await.expect(200).text().contains("had lapsed"), "{path}");
    }
    let again = manager.post("/certificates", &[("test", late["id"].as_str().unwrap())]).await.expect(303);
    assert_eq!(again.location().split('?').next().unwrap(), number, "no new revision: nothing changed");
    assert_eq!(pdf(&manager.get(&format!("{number}.pdf")).await.expect(200).bytes), before);
    // One that arrives late, for a day when the old one held, names the old one and carries no warning.
    let (_, earlier) =
        test(&kettle.tag, "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0002", "2026-10-20T09:00:00Z", "0.08");
    let answer = manager.json(Method::POST, &path, &earlier).await.expect(201).json();
    assert_eq!(answer["warnings"], serde_json::json!([]), "{answer}");
    let shown = manager.get(&format!("/tests/{}", earlier["id"].as_str().unwrap())).await.expect(200).text();
    assert!(shown.contains("certificate C-1, calibrated until 2026-10-31"), "{shown}");
}

#[actix_web::test]
async fn where_the_firm_refuses_a_lapsed_instrument_only_a_fail_is_recorded() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    add(&manager, "SN-1", "2025-11-01", "2026-10-31").await;
    let admin = app.client(Role::Administrator);
    let settings = [("name", "Mill PAT"), ("version", "0"), ("refuse_uncalibrated", "on")];
    admin.post("/settings", &settings).await.expect(303);
    let kettle = app.kettle(app.ground("Mills"));
    let (path, good) =
        test(&kettle.tag, "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0001", "2026-11-20T09:00:00Z", "0.08");
    let refused = manager.json(Method::POST, &path, &good).await.expect(422).text();
    assert!(refused.contains("had lapsed") && refused.contains("refuse"), "{refused}");
    let (_, bad) = test(&kettle.tag, "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0002", "2026-11-20T09:00:00Z", "0.9");
    let answer = manager.json(Method::POST, &path, &bad).await.expect(201).json();
    assert_eq!((&answer["verdict"], &answer["asset_status"]), (&"fail".into(), &"quarantined".into()));
    let (_, earlier) =
        test(&kettle.tag, "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0003", "2026-10-20T09:00:00Z", "0.08");
    manager.json(Method::POST, &path, &earlier).await.expect(201);
}

#[actix_web::test]
async fn who_sees_only_some_customers_reads_instruments_and_changes_none() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let manager = app.client(Role::Manager);
    let id = add(&manager, "SN-1", "2026-01-05", "2027-01-04").await;
    let kettle = app.kettle(theirs);
    let (path, body) =
        test(&kettle.tag, "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0001", "2026-11-20T09:00:00Z", "0.08");
    manager.json(Method::POST, &path, &body).await.expect(201);
    let narrow = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    let page = narrow.get(&format!("/instruments/{id}")).await.expect(200).text();
    assert!(page.contains("<dt>Tests in a year</dt><dd>0</dd>"), "{page}");
    let page = manager.get(&format!("/instruments/{id}")).await.expect(200).text();
    assert!(page.contains("<dt>Tests in a year</dt><dd>1</dd>"), "{page}");
    let new = [
        ("certificate", "C-2"),
        ("calibrated_on", "2026-11-02"),
        ("due_on", "2027-11-01"),
        ("as_found", "within"),
    ];
    calibrate(&narrow, id, &new, b"").await.expect(403);
    narrow.post("/check-boxes/new", &[("name", "A"), ("points", "Earth; 0.5 ohm; 0.1")]).await.expect(403);
}

#[actix_web::test]
async fn programs_read_the_history_and_add_to_it_once() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    let id = add(&manager, "SN-1", "2025-11-01", "2026-10-31").await;
    let path = format!("/api/v1/instruments/{id}/calibrations");
    let body =
        serde_json::json!({"certificate": "C-2", "calibrated_on": "2026-11-02", "due_on": "2027-11-01"});
    let send = || {
        manager.send(Method::POST, &path, |request| {
            request.insert_header(("idempotency-key", "k-1")).set_json(&body)
        })
    };
    let first = send().await.expect(201);
    assert_eq!(send().await.expect(201).bytes, first.bytes);
    let shown = manager.get(first.location()).await.expect(200).json();
    assert_eq!(shown["calibrations"].as_array().unwrap().len(), 2, "{shown}");
    assert_eq!(shown["calibration_due"], "2027-11-01");
    app.client(Role::Engineer).json(Method::POST, &path, &body).await.expect(403);
}

#[actix_web::test]
async fn bad_and_stale_input_is_named() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    let good = [("make", "A"), ("model", "B"), ("serial", "C"), ("version", "1")];
    manager.post("/instruments/new", &good).await.expect(303);
    manager.post("/instruments/new", &good).await.expect(422);
    manager.post("/instruments/new", &[("make", "A")]).await.expect(422);
    let wrong = [
        ("make", "A"),
        ("model", "B"),
        ("serial", "D"),
        ("calibrated_on", "2026-02-01"),
        ("calibration_due", "2026-01-01"),
    ];
    let answer = manager.post("/instruments/new", &wrong).await.expect(422);
    assert!(answer.text().contains("before the day of calibration"));
    manager.post("/instruments/1/edit", &good).await.expect(303);
    manager.post("/instruments/1/edit", &good).await.expect(409);
    manager.post("/instruments/9/edit", &good).await.expect(404);
    app.client(Role::Engineer).post("/instruments/1/edit", &good).await.expect(403);
}
