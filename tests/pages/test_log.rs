use std::process::Command;

use actix_web::http::Method;
use chrono::NaiveDate;
use clap::Parser;
use domain::permission::Role;
use proofmark::cli::{Cli, Command as Verb, export::What};
use serde_json::json;

use crate::support::TestApp;
use crate::support::builders::Thing;
use crate::support::client::Client;

async fn test(client: &Client, kettle: &Thing, (n, at, earth, note): (u32, &str, &str, &str)) {
    let body = json!({
        "id": format!("01939fa2-6d3c-7c1e-9a55-2f6e1f0a{n:04}"), "kind": "combined", "ruleset": "iet5",
        "performed_at": at, "visual": {"plug": "pass"}, "note": note,
        "readings": [{"test": "earth_continuity", "value": earth, "unit": "ohm"},
            {"test": "insulation_resistance", "value": ">19.99", "unit": "Mohm", "voltage_v": 500}],
    });
    client.json(Method::POST, &format!("/api/v1/assets/{}/tests", kettle.tag), &body).await.expect(201);
}

#[actix_web::test]
async fn each_test_is_a_row_with_readings_limits_and_verdicts() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let (kettle, other) = (app.kettle(ours), app.kettle(theirs));
    let manager = app.client(Role::Manager);
    test(&manager, &kettle, (1, "2026-11-10T09:00:00Z", "0.08", "=1+1")).await;
    test(&manager, &kettle, (2, "2026-11-12T23:30:00Z", "0.9", "")).await;
    test(&manager, &other, (3, "2026-11-12T09:00:00Z", "0.08", "")).await;
    let csv = manager.get(&format!("/log.csv?of={}", ours.customer_id)).await.expect(200).text();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 3, "{csv}");
    let header: Vec<&str> = lines[0].trim_start_matches('\u{feff}').split(',').collect();
    let cells: Vec<&str> = lines[1].split(',').collect();
    let cell = |name: &str| cells[header.iter().position(|h| *h == name).unwrap_or_else(|| panic!("{name}"))];
    for (name, value) in [
        ("Done at", "2026-11-10 09:00:00"),
        ("Verdict", "Pass"),
        ("Earth continuity (Ω)", "0.08"),
        ("Earth continuity limit (Ω)", "0.109975"),
        ("Earth continuity verdict", "Pass"),
        ("Insulation resistance (MΩ)", ">19.99"),
    ] {
        assert_eq!(cell(name), value, "{name}: {csv}");
    }
    // Behind the cell that holds all readings, commas and all: note, corrects, corrected later, ledger number.
    assert!(lines[1].contains(",'=1+1,,No,1,"), "{csv}");
    let narrow = app.client_for(Role::Viewer, Some(vec![ours.customer_id]));
    narrow.get(&format!("/log.csv?of={}", theirs.customer_id)).await.expect(404);
    narrow.get(&format!("/log.csv?of={}:{}", ours.customer_id, theirs.site_id)).await.expect(404);
    assert!(!narrow.get("/log").await.expect(200).text().contains("Theirs"));
    // Days are the site's: half past eleven in the evening is still that day.
    let path = format!("/log.csv?of={}:{}&from=2026-11-12&until=2026-11-12", ours.customer_id, ours.site_id);
    assert_eq!(manager.get(&path).await.expect(200).text().lines().count(), 2);
    let wrong =
        manager.get(&format!("/log.csv?of={}&from=2026-11-12&until=2026-11-01", ours.customer_id)).await;
    assert!(wrong.expect(422).text().contains("before the first"));
    manager.get("/log.csv?of=").await.expect(422);
    manager.get("/log.xlsx?of=one").await.expect(422);
    app.stranger().get("/log.csv?of=1").await.expect(303);
}

#[actix_web::test]
async fn the_workbook_opens_elsewhere_with_numbers_as_numbers() {
    let app = TestApp::new();
    let ours = app.ground("Ours");
    let kettle = app.kettle(ours);
    let manager = app.client(Role::Manager);
    test(&manager, &kettle, (1, "2026-11-10T09:00:00Z", "0.08", "=1+1")).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.xlsx");
    let words = ["proofmark", "export", "log", "--customer", "Ours", "--format", "xlsx", "--out"];
    let cli = Cli::parse_from(words.iter().copied().chain([file.to_str().unwrap()]));
    let Verb::Export(export) = cli.command else { panic!("another command") };
    let What::Log(log) = export.what else { panic!("another export") };
    assert_eq!(log.run(&app.app).unwrap(), 1);
    assert!(!folder.path().join("log.xlsx.part").exists());
    let through_web = manager.get(&format!("/log.xlsx?of={}", ours.customer_id)).await.expect(200);
    assert_eq!(std::fs::read(&file).unwrap(), through_web.bytes, "the same bytes through either door");
    // Python reads archives and XML with what it brings along; where there is none, our own reader's tests stand.
    let script = "import sys,zipfile,re\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
         s=z.read('xl/worksheets/sheet1.xml').decode()\nimport xml.dom.minidom as m\nm.parseString(s)\n\
         assert '<v>0.08</v>' in s and '<v>46336.' in s, s\nassert \"'=1+1\" in s and '<f>' not in s\nprint('whole')";
    match Command::new("python3").args(["-c", script]).arg(&file).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success() && output.stdout.starts_with(b"whole"), "{said}");
        }
        Err(_) => eprintln!("no python3 here"),
    }
    let day: NaiveDate = "2026-11-10".parse().unwrap();
    assert_eq!((day - NaiveDate::from_ymd_opt(1899, 12, 30).unwrap()).num_days(), 46336);
}
