use actix_web::http::Method;
use domain::permission::Role;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};

const LIST: &str = "Ticket;Datum;Status;Kategorie;Marke;Fehler;Techniker\r\n\
    1;13.01.2024;erledigt;Drucker;Kaiser;Zieht kein Papier;Ö. Groß\r\n\
    2;14.01.2024;offen;Monitor;;Bleibt dunkel;\r\n";

async fn send(client: &Client, customer: i64, bytes: &[u8]) -> Answer {
    let mut body = format!(
        "--b\r\ncontent-disposition: form-data; name=\"customer\"\r\n\r\n{customer}\r\n\
         --b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"jobs.csv\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    client
        .send(Method::POST, "/import/jobs", |request| {
            request.insert_header(("content-type", "multipart/form-data; boundary=b")).set_payload(body)
        })
        .await
}

fn count(app: &TestApp) -> i64 {
    use diesel::prelude::*;
    let jobs = store::schema::jobs::table.count();
    app.app.store.read(|conn| Ok::<_, store::Error>(jobs.get_result(conn)?)).unwrap()
}

#[actix_web::test]
async fn a_history_is_shown_first_and_then_published_once() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let preview = send(&manager, ground.customer_id, LIST.as_bytes()).await.expect(303).location().to_owned();
    let page = manager.get(&preview).await.expect(200).text();
    assert!(page.contains("2 to add, 1 of them still open, 0 there already, 0 refused"), "{page}");
    assert!(page.contains("With the description") && page.contains("category Drucker"), "{page}");
    assert_eq!(count(&app), 0);
    manager.post(&preview, &[("do", "publish")]).await.expect(303);
    assert_eq!(count(&app), 2);
    let job = manager.get("/jobs/J-000001").await.expect(200).text();
    assert!(job.contains("Status there") && job.contains("erledigt") && job.contains("Drucker"), "{job}");
    manager.get(&preview).await.expect(404);
    let preview = send(&manager, ground.customer_id, LIST.as_bytes()).await.expect(303).location().to_owned();
    let page = manager.get(&preview).await.expect(200).text();
    assert!(page.contains("0 to add, 0 of them still open, 2 there already"), "{page}");
}

#[actix_web::test]
async fn columns_can_be_sent_elsewhere_and_questions_are_asked() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let list = "Nr,Wann,Was\n1,03/04/2024,Lüfter steht\n";
    let preview = send(&manager, ground.customer_id, list.as_bytes()).await.expect(303).location().to_owned();
    let page = manager.get(&preview).await.expect(200).text();
    assert!(page.contains("nothing says what it is about"), "{page}");
    let columns = [("column1", "opened"), ("column2", "problem")];
    let page = manager.post(&preview, &columns).await.expect(200).text();
    assert!(page.contains("do not say whether the day or the month comes first"), "{page}");
    let page =
        manager.post(&preview, &[columns[0], columns[1], ("dates", "day_first"), ("do", "publish")]).await;
    page.expect(303);
    assert_eq!(count(&app), 1);
    let two = [("column1", "opened"), ("column2", "opened")];
    let preview = send(&manager, ground.customer_id, list.as_bytes()).await.expect(303).location().to_owned();
    let page = manager.post(&preview, &two).await.expect(422).text();
    assert!(page.contains("which another column fills already"), "{page}");
}

#[actix_web::test]
async fn a_file_waits_for_its_sender_alone_and_engineers_import_nothing() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let preview = send(&manager, ground.customer_id, LIST.as_bytes()).await.expect(303).location().to_owned();
    app.client(Role::Administrator).get(&preview).await.expect(404);
    app.client(Role::Engineer).get("/import/jobs").await.expect(403);
    send(&app.client(Role::Engineer), ground.customer_id, LIST.as_bytes()).await.expect(403);
    send(&manager, ground.customer_id, b"").await.expect(422);
    send(&manager, 999, LIST.as_bytes()).await.expect(404);
}

#[actix_web::test]
async fn what_comes_again_is_known_by_its_day_and_told_where_it_stands_otherwise() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let preview = send(&manager, ground.customer_id, LIST.as_bytes()).await.expect(303).location().to_owned();
    manager.post(&preview, &[("do", "publish")]).await.expect(303);
    // The same days, now with a time, and the second one is done.
    let again = LIST.replace("13.01.2024", "13.01.2024 08:15").replace("offen", "erledigt");
    let preview =
        send(&manager, ground.customer_id, again.as_bytes()).await.expect(303).location().to_owned();
    let page = manager.get(&preview).await.expect(200).text();
    assert!(page.contains("2 there already (1 differ in status), 0 refused"), "{page}");
    assert!(page.contains("Line 3: the file says"), "{page}");
    let later = LIST.replace("13.01.2024", "14.01.2024");
    let preview =
        send(&manager, ground.customer_id, later.as_bytes()).await.expect(303).location().to_owned();
    let page = manager.get(&preview).await.expect(200).text();
    assert!(page.contains("1 there already, 1 refused") && page.contains("opened on 2024-01-13"), "{page}");
}

#[actix_web::test]
async fn a_status_that_is_not_known_is_translated_on_the_page() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let list = LIST.replace("erledigt", "Rep. i. O.");
    let preview = send(&manager, ground.customer_id, list.as_bytes()).await.expect(303).location().to_owned();
    let page = manager.get(&preview).await.expect(200).text();
    assert!(page.contains("it is no status that is known") && page.contains("1 refused"), "{page}");
    for (words, says) in
        [("Rep. i. O.", "has no equals sign"), ("Rep. i. O. = shiny", "no status that is known")]
    {
        let page = manager.post(&preview, &[("statuses", words)]).await.expect(422).text();
        assert!(page.contains(says), "{says}: {page}");
    }
    let statuses = ("statuses", "Rep. i. O. = repaired");
    let page = manager.post(&preview, &[statuses]).await.expect(200).text();
    assert!(page.contains("2 to add, 1 of them still open, 0 there already, 0 refused"), "{page}");
    manager.post(&preview, &[statuses, ("do", "publish")]).await.expect(303);
    let job = manager.get("/jobs/J-000001").await.expect(200).text();
    assert!(job.contains("Closed: repaired") && job.contains("Rep. i. O."), "{job}");
}
