//! Risk assessments: a draft changes nothing, a signature does, and what was signed cannot be altered.

use actix_web::http::Method;
use domain::permission::Role;
use store::dues::DueRow;

use crate::support::TestApp;
use crate::support::builders::Thing;
use crate::support::client::{Answer, Client};

fn combined(app: &TestApp, thing: &Thing) -> (i64, String) {
    let rows: Vec<DueRow> =
        app.app.store.read(|conn| store::dues::list_dues_of_asset(conn, thing.id)).unwrap();
    rows.into_iter()
        .find(|row| row.kind.0.to_string() == "combined")
        .map(|row| (row.months, row.reason))
        .unwrap_or_default()
}

const FACTORS: [(&str, &str); 7] = [
    ("environment_score", "1"),
    ("environment_note", "dry office"),
    ("users_score", "2"),
    ("construction_score", "1"),
    ("movement_score", "2"),
    ("use_score", "2"),
    ("history_score", "1"),
];

fn content<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let rest =
        [("reasoning", "Dry offices, trained users.\nNo faults in five years."), ("review_on", "2028-11-01")];
    [FACTORS.as_slice(), &rest, more].concat()
}

/// Sends the signing form as a browser does.
async fn sign(client: &Client, path: &str, fields: &[(&str, &str)], picture: Option<&[u8]>) -> Answer {
    let mut body: Vec<u8> = vec![];
    for (name, value) in fields {
        let part = format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.as_bytes());
    }
    let head = "--x\r\ncontent-disposition: form-data; name=\"signature\"; filename=\"s.png\"\r\ncontent-type: image/png\r\n\r\n";
    body.extend(head.as_bytes());
    body.extend(picture.unwrap_or_default());
    body.extend(b"\r\n--x--\r\n");
    let build = |request: actix_web::test::TestRequest| {
        request.insert_header(("content-type", "multipart/form-data; boundary=x")).set_payload(body)
    };
    client.send(Method::POST, path, build).await
}

fn signature(version: &str) -> Vec<(&str, &str)> {
    vec![("duty_holder", "Dana Duty"), ("signed_on", "2026-11-23"), ("agreed", "on"), ("version", version)]
}

fn drawing() -> Vec<u8> {
    let mut png = std::io::Cursor::new(vec![]);
    let picture =
        image::RgbaImage::from_fn(60, 20, |x, y| image::Rgba([0, 0, 0, if x == y * 3 { 255 } else { 0 }]));
    image::DynamicImage::from(picture).write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

async fn draft(manager: &Client, customer: i64, more: &[(&str, &str)]) -> String {
    let form = content(more);
    let answer = manager.post(&format!("/assessments/new?customer={customer}"), &form).await.expect(303);
    answer.location().split('?').next().unwrap().to_owned()
}

#[actix_web::test]
async fn only_a_signature_makes_it_act_and_revisions_supersede() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (manager, viewer) = (app.client(Role::Manager), app.client(Role::Viewer));
    let area = format!("place:{}", ground.place_id);
    let path = draft(
        &manager,
        ground.customer_id,
        &[("area", &area), ("category", "1"), ("rows", "combined; I; any; 30")],
    )
    .await;
    assert_ne!(combined(&app, &kettle).0, 30, "a draft changes nothing");
    let signing = manager.get(&format!("{path}/sign")).await.expect(200).text();
    assert!(signing.contains("combined; I; any; 30") && signing.contains("data-signature"), "{signing}");
    let signed = sign(&manager, &format!("{path}/sign"), &signature("1"), Some(&drawing())).await.expect(303);
    let page = signed.location().split('?').next().unwrap().to_owned();
    let (months, reason) = combined(&app, &kettle);
    assert_eq!(months, 30);
    assert!(reason.contains("signed risk assessment RA-000001, revision 1"), "{reason}");
    let shown = viewer.get(&page).await.expect(200).text();
    assert!(
        shown.contains("It acts") && shown.contains("Dana Duty") && shown.contains("9 of 18 points"),
        "{shown}"
    );
    let asset = viewer.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(asset.contains(&page), "{asset}");
    let pdf = viewer.get(&format!("{page}.pdf")).await.expect(200);
    assert!(pdf.bytes.starts_with(b"%PDF"));
    let public = shown.split("/ra/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let check = app.stranger().get(&format!("/ra/{public}")).await.expect(200).text();
    assert!(check.contains("Genuine") && !check.contains("Dana"), "{check}");
    app.stranger().get("/ra/0123456789abcdef0123456789abcdef").await.expect(404);

    let next = manager.post(&format!("{page}/revise"), &[]).await.expect(303);
    let next = next.location().split('?').next().unwrap().to_owned();
    let form = [content(&[("rows", "combined; any; any; 18")]), vec![("version", "1")]].concat();
    manager.post(&next, &form).await.expect(303);
    manager.post(&next, &form).await.expect(409);
    let second = sign(&manager, &format!("{next}/sign"), &signature("2"), None).await.expect(303);
    let second = second.location().split('?').next().unwrap().to_owned();
    assert_eq!(combined(&app, &kettle).0, 18);
    assert!(viewer.get(&page).await.text().contains("Superseded"));
    assert!(app.stranger().get(&format!("/ra/{public}")).await.text().contains("superseded"));
    manager.post(&format!("{page}/revise"), &[]).await.expect(422);
    manager.post(&format!("{second}/withdraw"), &[("reason", " ")]).await.expect(422);
    manager.post(&format!("{second}/withdraw"), &[("reason", "the office was let")]).await.expect(303);
    assert_eq!(combined(&app, &kettle).0, 12, "the category's again");
    assert!(app.app.store.read(|conn| store::verify::check_chain(conn, ground.customer_id)).unwrap().is_ok());
}

#[actix_web::test]
async fn what_is_missing_is_named_and_nothing_is_signed() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let bare =
        manager.post(&format!("/assessments/new?customer={}", ground.customer_id), &[]).await.expect(303);
    let path = bare.location().split('?').next().unwrap().to_owned();
    let answer = sign(&manager, &format!("{path}/sign"), &signature("1"), None).await.expect(422).text();
    for words in ["weigh each factor", "say why these intervals", "at least one interval"] {
        assert!(answer.contains(words), "{answer}");
    }
    let whole = draft(&manager, ground.customer_id, &[("rows", "combined; any; any; 12")]).await;
    for (name, value, words) in [
        ("signed_on", "2026-11-25", "a day to come"),
        ("duty_holder", "", "fill this in"),
        ("agreed", "", "must have read it"),
    ] {
        let mut form = signature("1");
        form.iter_mut().filter(|(field, _)| *field == name).for_each(|field| field.1 = value);
        let answer = sign(&manager, &format!("{whole}/sign"), &form, None).await.expect(422).text();
        assert!(answer.contains(words), "{name}: {answer}");
    }
    let text = sign(&manager, &format!("{whole}/sign"), &signature("1"), Some(b"no picture")).await;
    assert!(text.expect(422).text().contains("not a PNG"));
    sign(&manager, &format!("{whole}/sign"), &signature("7"), None).await.expect(412);
    manager.post(&format!("{whole}/remove"), &[("version", "1")]).await.expect(303);
    manager.get(&whole).await.expect(404);
    assert!(manager.get("/assessments").await.expect(200).text().contains("None is signed"));
}

#[actix_web::test]
async fn others_neither_see_nor_sign_and_the_row_cannot_be_altered() {
    use diesel::prelude::*;
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let manager = app.client(Role::Manager);
    let path = draft(&manager, theirs.customer_id, &[("rows", "combined; any; any; 12")]).await;
    let some = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    some.get(&path).await.expect(404);
    sign(&some, &format!("{path}/sign"), &signature("1"), None).await.expect(404);
    sign(&app.client(Role::Engineer), &format!("{path}/sign"), &signature("1"), None).await.expect(403);
    let foreign = [("area", "site:2"), ("rows", "combined; any; any; 12")];
    let answer =
        some.post(&format!("/assessments/new?customer={}", ours.customer_id), &content(&foreign)).await;
    answer.expect(404);
    let signed = sign(&manager, &format!("{path}/sign"), &signature("1"), None).await.expect(303);
    let page = signed.location().split('?').next().unwrap().to_owned();
    some.get(&page).await.expect(404);
    some.get(&format!("{page}.pdf")).await.expect(404);
    assert!(!some.get("/assessments").await.text().contains("RA-000001"));
    let altered = app.app.store.write(&store::Actor::operator(domain::event::Via::Cli), |tx| {
        diesel::sql_query("UPDATE assessments SET rows = '[]'").execute(&mut **tx)?;
        Ok::<_, store::Error>(((), vec![domain::event::Event::new("test", 0, "altered")]))
    });
    assert!(altered.unwrap_err().to_string().contains("append-only"));
}
