//! A column mapping through pages: made from a sample, looked at, saved, used for an import, and deleted.

use actix_web::http::Method;
use domain::permission::Role;
use proofmark::jobs;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::tester_files::{SOUND, patguard};

const SAMPLE: &str = "Gerät,Bezeichnung,Datum,Insulation resistance,Ergebnis\n\
    K-1,Kettle,03/04/2024,>200,gut\nK-2,Lamp,05/04/2024,150,mangelhaft\n";

async fn send(client: &Client, path: &str, fields: &[(&str, &str)], file: &str) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"haus.csv\"\r\n\r\n";
    body += &format!("{file}\r\n--b--\r\n");
    let kind = ("content-type", "multipart/form-data; boundary=b");
    client.send(Method::POST, path, |request| request.insert_header(kind).set_payload(body)).await
}

#[actix_web::test]
async fn a_mapping_is_made_from_a_sample_looked_at_saved_used_and_deleted() {
    let app = TestApp::new();
    let customer = app.ground("Mills").customer_id.to_string();
    let manager = app.client(Role::Manager);
    let edit = send(&manager, "/test-mappings/new", &[("name", "Haus")], SAMPLE).await.expect(303);
    let edit = edit.location().to_owned();
    let page = manager.get(&edit).await.expect(200).text();
    assert!(page.contains("Bezeichnung") && page.contains("K-1 · K-2"), "{page}");
    assert!(page.contains("no column is the date"), "nothing is guessed of a foreign name: {page}");
    let mut form = vec![
        ("version", "1"),
        ("name", "Haus 2"),
        ("dates", "day_first"),
        ("column0", "asset_code"),
        ("column1", "description"),
        ("column2", "ignore"),
        ("column3", "reading:insulation_resistance"),
        ("unit3", "MΩ"),
        ("column4", "verdict"),
        ("pass_words", "gut, fail"),
        ("fail_words", "mangelhaft"),
    ];
    let undated = manager.post(&edit, &form).await.expect(422).text();
    assert!(undated.contains("no column is the date") && undated.contains("Haus 2"), "{undated}");
    form[5].1 = "test_date";
    let contrary = manager.post(&edit, &form).await.expect(422).text();
    assert!(contrary.contains("means a fail and cannot mean a pass"), "{contrary}");
    form[9].1 = "gut";
    let looked = form.iter().copied().chain([("do", "look")]).collect::<Vec<_>>();
    let looked = manager.post(&edit, &looked).await.expect(200).text();
    assert!(looked.contains("K-1 · Kettle · 2024-04-03 · tester said Pass"), "{looked}");
    assert!(looked.contains("2024-04-05 · tester said Fail"), "{looked}");
    assert!(!manager.get("/test-mappings").await.expect(200).text().contains("Haus 2"), "only looked at");
    manager.post(&edit, &form).await.expect(303);
    let again = manager.post(&edit, &form).await.expect(422).text();
    assert!(again.contains("changed this mapping meanwhile"), "{again}");
    assert!(manager.get("/test-mappings").await.expect(200).text().contains("mapped:Haus 2"));
    let choose = manager.get("/test-imports/new").await.expect(200).text();
    assert!(choose.contains("value=\"mapped:Haus 2\""), "{choose}");
    let fields = [("customer", customer.as_str()), ("format", "mapped:Haus 2")];
    let import = send(&manager, "/test-imports/new", &fields, SAMPLE).await.expect(303);
    let shown = manager.get(import.location()).await.expect(200).text();
    assert!(shown.contains("K-1") && shown.contains("2024-04-03"), "{shown}");
    let delete = |version| [("version", version), ("do", "delete")];
    manager.post(&edit, &delete("1")).await.expect(422);
    manager.post(&edit, &delete("2")).await.expect(303);
    manager.get(&edit).await.expect(404);
    let gone = send(&manager, "/test-imports/new", &fields, SAMPLE).await.expect(422).text();
    assert!(gone.contains("no column mapping"), "{gone}");
}

#[actix_web::test]
async fn a_name_is_used_once_and_a_sample_is_seen_by_its_sender_alone() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    let edit = send(&manager, "/test-mappings/new", &[("name", "Haus")], SAMPLE).await.expect(303);
    send(&manager, "/test-mappings/new", &[("name", "Haus")], SAMPLE).await.expect(422);
    send(&manager, "/test-mappings/new", &[("name", "Leer")], "").await.expect(422);
    let wide = vec!["x"; 201].join(",") + "\n1\n";
    let wide = send(&manager, "/test-mappings/new", &[("name", "Wide")], &wide).await.expect(422).text();
    assert!(wide.contains("more than 200 columns"), "{wide}");
    let other = app.client(Role::Administrator).get(edit.location()).await.expect(200).text();
    assert!(other.contains("Bezeichnung") && !other.contains("K-1"), "{other}");
    app.client(Role::Engineer).get(edit.location()).await.expect(403);
}

#[actix_web::test]
async fn what_was_looked_at_is_cleared_long_after_an_import_and_its_tests_stay() {
    let app = TestApp::new();
    jobs::run_due(&app.app).unwrap();
    let customer = app.ground("Mills").customer_id.to_string();
    let manager = app.client(Role::Manager);
    let row = |what, code| {
        format!("Mills,Head office,Hall,{code},{what},Class I,Portable,12/03/2024,P,,Jo,{SOUND}")
    };
    let rows = [row("Kettle", "K-1"), row("Fan", "")];
    let file = patguard(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let fields = [("customer", customer.as_str())];
    let import = send(&manager, "/test-imports/new", &fields, &file).await.expect(303);
    manager.post(import.location(), &[("do", "publish")]).await.expect(303);
    for (days, words) in
        [(80, " 0 records of ended"), (20, " 1 records of ended"), (1, " 0 records of ended")]
    {
        app.pass(chrono::Duration::days(days));
        let ran = jobs::run_due(&app.app).unwrap();
        let told = ran.iter().find(|(name, _)| *name == "clean_up").unwrap().1.clone();
        assert!(told.contains(words), "after {days} more days: {told}");
    }
    let page = app.client(Role::Manager).get(import.location()).await.expect(200).text();
    assert!(page.contains("Fan") && !page.contains("Kettle"), "what waits to be claimed stays: {page}");
    let again = send(&app.client(Role::Manager), "/test-imports/new", &fields, &file).await.expect(303);
    let again = app.client(Role::Manager).get(again.location()).await.expect(200).text();
    assert!(again.contains("There already"), "{again}");
}
