//! A tester's file through pages: sent, looked at, filled in, published, claimed and undone.

use actix_web::http::Method;
use domain::permission::Role;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::tester_files::{SOUND, apollo, class_one, patguard};

pub async fn send(client: &Client, customer: i64, bytes: &[u8]) -> Answer {
    let mut body = format!(
        "--b\r\ncontent-disposition: form-data; name=\"customer\"\r\n\r\n{customer}\r\n\
         --b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"../../today.sss\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    client
        .send(Method::POST, "/test-imports/new", |request| {
            request.insert_header(("content-type", "multipart/form-data; boundary=b")).set_payload(body)
        })
        .await
}

#[actix_web::test]
async fn a_file_is_shown_first_then_published_and_undone() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let file = apollo(&[class_one("DRILL-1", 1, 40), class_one("LONG", 1, 250)]);
    let sent = send(&manager, ground.customer_id, &file).await.expect(303);
    let import = sent.location().to_owned();
    let page = manager.get(&import).await.expect(200).text();
    assert!(page.contains("Nothing is recorded yet") && page.contains("today.sss"), "{page}");
    assert!(page.contains("Length of the lead not known") && page.contains("DRILL-1"), "{page}");
    let only = manager.get(&format!("{import}?suspicious=yes")).await.expect(200).text();
    assert!(only.contains("LONG") && !only.contains("DRILL-1"), "{only}");
    let empty = manager.post(&import, &[("do", "fill"), ("what", "")]).await.expect(422).text();
    assert!(empty.contains("at least one of these"), "{empty}");
    let lead = [("do", "fill"), ("what", ""), ("lead_length_m", "25"), ("conductor_mm2", "1.5")];
    manager.post(&import, &lead).await.expect(303);
    assert!(!manager.get(&import).await.expect(200).text().contains("Suspicious"));
    manager.post(&import, &[("do", "everything")]).await.expect(422);
    manager.post(&import, &[("do", "publish")]).await.expect(303);
    let page = manager.get(&import).await.expect(200).text();
    assert!(page.contains("2 tests recorded, 2 assets made") && page.contains("/tests/"), "{page}");
    let test = page.split("/tests/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let shown = manager.get(&format!("/tests/{test}")).await.expect(200).text();
    assert!(shown.contains("From a tester") && shown.contains("21F-0123"), "{shown}");
    assert!(manager.get("/test-imports").await.expect(200).text().contains("Published"));
    manager.post(&import, &[("do", "undo")]).await.expect(303);
    let shown = manager.get(&format!("/tests/{test}")).await.expect(200).text();
    assert!(shown.contains("withdrawn and counts for nothing"), "{shown}");
    manager.post("/certificates", &[("test", test.as_str())]).await.expect(409);
}

#[actix_web::test]
async fn what_waits_is_claimed_by_a_person() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let manager = app.client(Role::Manager);
    let rows = [
        format!("Mills,Head office,Hall,,Kettle,Class I,Portable,12/03/2024,P,,Jo,{SOUND}"),
        format!("Mills,Head office,Hall,,Fan,Class I,Portable,13/03/2024,P,,Jo,{SOUND}"),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let sent = send(&manager, ground.customer_id, patguard(&rows).as_bytes()).await.expect(303);
    let import = sent.location().to_owned();
    manager.post(&import, &[("do", "publish")]).await.expect(303);
    let first = format!("{import}/records/1");
    assert!(manager.get(&first).await.expect(200).text().contains("names no asset"));
    manager.post(&first, &[("asset", "nothing")]).await.expect(422);
    manager.post(&first, &[("asset", kettle.tag.as_str())]).await.expect(303);
    manager.post(&first, &[("asset", kettle.tag.as_str())]).await.expect(422);
    let site = ground.site_id.to_string();
    let new = [("where", site.as_str()), ("category", "1"), ("description", "Fan")];
    manager.post(&format!("{import}/records/2"), &new).await.expect(303);
    let page = manager.get(&import).await.expect(200).text();
    assert!(page.contains("2 tests recorded"), "{page}");
}

#[actix_web::test]
async fn another_customers_import_is_not_there() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let administrator = app.client(Role::Administrator);
    let file = apollo(&[class_one("DRILL-1", 1, 40)]);
    let import = send(&administrator, theirs.customer_id, &file).await.expect(303).location().to_owned();
    let manager = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    manager.get(&import).await.expect(404);
    manager.post(&import, &[("do", "publish")]).await.expect(404);
    manager.get(&format!("{import}/records/1")).await.expect(404);
    assert!(!manager.get("/test-imports").await.expect(200).text().contains("today.sss"));
    send(&manager, theirs.customer_id, &file).await.expect(404);
    app.client(Role::Engineer).get("/test-imports").await.expect(403);
}
