use actix_web::http::Method;
use domain::permission::Role;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};

const LIST: &str = "Asset No;Description;Category;Make;Serial;Room;Class;Fuse;Colour\r\n\
    K-1;Kettle;Kettles;Brew;S1;Canteen;I;13A;red\r\n\
    K-2;Toaster;Toasters;Crisp;S2;Canteen;I;13A;\r\n";

async fn send(client: &Client, customer: i64, bytes: &[u8]) -> Answer {
    let mut body = format!(
        "--b\r\ncontent-disposition: form-data; name=\"customer\"\r\n\r\n{customer}\r\n\
         --b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"../../list.csv\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    client
        .send(Method::POST, "/import", |request| {
            request.insert_header(("content-type", "multipart/form-data; boundary=b")).set_payload(body)
        })
        .await
}

fn count(app: &TestApp) -> usize {
    let actor = store::Actor::operator(domain::event::Via::Cli);
    let filter = store::assets::list::Filter::default();
    app.app.store.read(|conn| store::assets::list::count_assets(conn, actor.scope(), &filter)).unwrap()
}

#[actix_web::test]
async fn a_list_is_shown_first_and_then_published_once() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let preview = send(&manager, ground.customer_id, LIST.as_bytes()).await.expect(303).location().to_owned();
    let page = manager.get(&preview).await.expect(200).text();
    assert!(page.contains("2 refused") && page.contains("no site is named"), "{page}");
    assert_eq!(count(&app), 0);
    let site = ground.site_id.to_string();
    let page = manager.post(&preview, &[("site", &site), ("do", "look")]).await.expect(200).text();
    assert!(
        page.contains("2 to add, 0 there already, 0 refused") && page.contains("place Canteen"),
        "{page}"
    );
    assert_eq!(count(&app), 0);
    manager.post(&preview, &[("site", &site), ("do", "publish")]).await.expect(303);
    assert_eq!(count(&app), 2);
    manager.get(&preview).await.expect(404);
    let list = manager.get("/assets?q=crisp+canteen&sort=newest").await.expect(200).text();
    assert!(list.contains("Toaster") && list.contains("Canteen"), "{list}");
    let asset = manager.get("/t/K-1").await.expect(200).text();
    assert!(asset.contains("Colour") && asset.contains("13 A"), "{asset}");
    // The same file again adds nothing.
    let preview = send(&manager, ground.customer_id, LIST.as_bytes()).await.expect(303).location().to_owned();
    let page = manager.post(&preview, &[("site", &site), ("do", "look")]).await.expect(200).text();
    assert!(page.contains("0 to add, 2 there already"), "{page}");
}

#[actix_web::test]
async fn one_bad_row_keeps_all_out_unless_told_otherwise() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let list = format!("{LIST}K-3;Fan;Fans;Air;S3;Canteen;I;banana;\r\n");
    let preview = send(&manager, ground.customer_id, list.as_bytes()).await.expect(303).location().to_owned();
    let site = ground.site_id.to_string();
    let page = manager.post(&preview, &[("site", &site), ("do", "publish")]).await.expect(422).text();
    assert!(page.contains("banana") && page.contains("<th scope=\"row\">4</th>"), "{page}");
    assert_eq!(count(&app), 0);
    let skip = [("site", site.as_str()), ("do", "publish"), ("skip_refused", "on")];
    manager.post(&preview, &skip).await.expect(303);
    assert_eq!(count(&app), 2);
}

#[actix_web::test]
async fn columns_can_be_sent_elsewhere_and_dates_are_asked_for() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let list = "Description,Purchase date,Sort\nKettle,01/02/2024,x\n";
    let preview = send(&manager, ground.customer_id, list.as_bytes()).await.expect(303).location().to_owned();
    let page = manager.get(&preview).await.expect(200).text();
    assert!(page.contains("do not say whether the day"), "{page}");
    let site = ground.site_id.to_string();
    let form =
        [("site", site.as_str()), ("dates", "month_first"), ("column2", "supplier"), ("do", "publish")];
    manager.post(&preview, &form).await.expect(303);
    let actor = store::Actor::operator(domain::event::Via::Cli);
    let asset = app.app.store.read(|conn| store::assets::find_asset(conn, actor.scope(), 1)).unwrap();
    assert_eq!(asset.purchased_on.unwrap().to_string(), "2024-01-02");
    assert_eq!(asset.supplier, "x");
}

#[actix_web::test]
async fn nothing_in_a_list_reaches_beyond_its_customer() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let kettle = app.kettle(theirs);
    let manager = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    send(&manager, theirs.customer_id, LIST.as_bytes()).await.expect(404);
    let list = format!(
        "Customer,Site,Description,Tag,Parent,Verdict,locked\n\
         Theirs,Head office,Kettle,,,pass,no\n\
         Ours,Head office,Kettle,{tag},,,\n\
         Ours,Head office,Lead,,{tag},,\n\
         Ours,Head office,'); DROP TABLE assets; --,,,pass,no\n\
         Ours,../../etc,=cmd|' /C calc'!A0,,,,\n",
        tag = kettle.tag
    );
    let preview = send(&manager, ours.customer_id, list.as_bytes()).await.expect(303).location().to_owned();
    let page = manager.get(&preview).await.expect(200).text();
    assert!(page.contains("2 to add, 0 there already, 3 refused"), "{page}");
    assert!(page.contains("this is for Theirs") && page.contains("no asset has this tag"), "{page}");
    manager.post(&preview, &[("do", "publish"), ("skip_refused", "on")]).await.expect(303);
    assert_eq!(count(&app), 3);
    let page = manager.get("/assets?q=drop&sort=newest").await.expect(200).text();
    assert!(page.contains("DROP TABLE"), "{page}");
    // What a list says of a verdict is a custom field, never one.
    let actor = store::Actor::operator(domain::event::Via::Cli);
    let newest = |conn: &mut store::AnyConnection| {
        let filter = store::assets::list::Filter::default();
        let id = store::assets::list::list_ids(conn, actor.scope(), &filter, 1)?[0];
        store::assets::find_asset(conn, actor.scope(), id)
    };
    let asset = app.app.store.read(newest).unwrap();
    assert_eq!((asset.last_verdict, asset.lock_cause), (None, None));
}

#[actix_web::test]
async fn a_waiting_file_is_its_senders_alone() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let preview = send(&manager, ground.customer_id, LIST.as_bytes()).await.expect(303).location().to_owned();
    manager.get(&format!("/import/{}/%00", ground.customer_id)).await.expect(404);
    let other = app.client(Role::Manager);
    other.get(&preview).await.expect(404);
    other.post(&preview, &[("do", "publish")]).await.expect(404);
    app.client(Role::Engineer).get("/import").await.expect(403);
    send(&app.client(Role::Engineer), ground.customer_id, LIST.as_bytes()).await.expect(403);
}

#[actix_web::test]
async fn what_is_no_list_is_told() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    for bytes in [b"".as_slice(), b"a,b\n\"open", b"a\0b\n", b"\xff\xfe\x00", b"\n\n"] {
        send(&manager, ground.customer_id, bytes).await.expect(422);
    }
    send(&manager, 99, LIST.as_bytes()).await.expect(404);
    send(&manager, ground.customer_id, &vec![b'x'; (20 << 20) + 1]).await.expect(413);
    let preview = send(&manager, ground.customer_id, LIST.as_bytes()).await.expect(303).location().to_owned();
    for (name, value) in
        [("column0", "nonsense"), ("column0", "serial"), ("dates", "sometimes"), ("site", "x")]
    {
        manager.post(&preview, &[(name, value), ("do", "publish")]).await.expect(422);
    }
    assert_eq!(count(&app), 0);
}
