//! Job sheets: drawn from the record, signed on the phone.

use actix_web::http::Method;
use domain::job::EntryKind;
use domain::permission::{Role, ViewRegister};
use proofmark::actions::job_sheets::{list_signed, show_sheet};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};

/// A small picture of a line, as a canvas gives it.
pub fn png() -> Vec<u8> {
    let mut picture = image::RgbaImage::new(60, 20);
    for x in 5..55 {
        picture.put_pixel(x, 10, image::Rgba([0, 0, 0, 255]));
    }
    let mut bytes = std::io::Cursor::new(vec![]);
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Signs for a job.
pub async fn sign(client: &Client, number: &str, fields: &[(&str, &str)], picture: &[u8]) -> Answer {
    let mut body: Vec<u8> = vec![];
    for (name, value) in fields {
        let part = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.as_bytes());
    }
    body.extend(b"--b\r\ncontent-disposition: form-data; name=\"signature\"; filename=\"s.png\"\r\ncontent-type: image/png\r\n\r\n");
    body.extend(picture);
    body.extend(b"\r\n--b--\r\n");
    let path = format!("/jobs/{number}/sign");
    client
        .send(Method::POST, &path, |request| {
            request.insert_header(("content-type", "multipart/form-data; boundary=b")).set_payload(body)
        })
        .await
}

#[actix_web::test]
async fn the_customer_signs_for_what_was_shown_and_not_for_what_comes_after() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (engineer, phone) = (app.actor(Role::Engineer, None), app.client(Role::Engineer));
    let job = app.begun_job(&engineer, ground, &[kettle.id]);
    app.log_work(&engineer, &job.number, EntryKind::Work, 45);
    let view = engineer.right::<ViewRegister>().unwrap();
    let shown = show_sheet(&app.app, &view, &job.number).unwrap();
    let page = phone.get(&format!("/jobs/{}/sign", job.number)).await.expect(200).text();
    for words in ["45 min", &shown.record_hash, &kettle.tag, "data-signature=\"signature\""] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let fields = [("name", "Zoë Müller"), ("role", "Facilities"), ("record", shown.record_hash.as_str())];
    sign(&phone, &job.number, &fields, &png()).await.expect(303);
    let first = phone.get(&format!("/jobs/{}/sheet.pdf", job.number)).await.expect(200);
    assert!(first.bytes.starts_with(b"%PDF-"));
    app.pass(chrono::Duration::minutes(5));
    let signature = show_sheet(&app.app, &view, &job.number).unwrap().sheet.signature.unwrap();
    assert!(!signature.before_later_entries && signature.image.is_some(), "{signature:?}");
    app.log_work(&engineer, &job.number, EntryKind::Work, 15);
    let late = sign(&phone, &job.number, &fields, &png()).await.expect(422).text();
    assert!(late.contains("recorded after this was shown"), "{late}");
    let signature = show_sheet(&app.app, &view, &job.number).unwrap().sheet.signature.unwrap();
    assert!(signature.before_later_entries, "more was logged");
    let signed = list_signed(&app.app, &view, &job.number).unwrap();
    assert_eq!((signed.len(), signed[0].name.as_str(), signed[0].current), (1, "Zoë Müller", false));
    let kept = format!("/jobs/{}/signed/{}.pdf", job.number, signed[0].id);
    let (once, twice) = (phone.get(&kept).await.expect(200), phone.get(&kept).await.expect(200));
    assert_eq!(once.bytes, twice.bytes, "what was signed stays as it was");
    app.close_job(&engineer, &job.number);
    let again = show_sheet(&app.app, &view, &job.number).unwrap();
    assert!(again.sheet.closed.is_some());
}

#[actix_web::test]
async fn closing_a_job_is_no_later_entry_and_what_is_internal_stays_inside() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let engineer = app.actor(Role::Engineer, None);
    let job = app.begun_job(&engineer, ground, &[]);
    app.log_work(&engineer, &job.number, EntryKind::Work, 45);
    app.find(&engineer, &job);
    let view = engineer.right::<ViewRegister>().unwrap();
    let before = show_sheet(&app.app, &view, &job.number).unwrap();
    let secret = proofmark::actions::jobs::EntryRequest {
        internal: Some(true),
        minutes: 10,
        ..proofmark::actions::jobs::EntryRequest::words(EntryKind::Note, "They never clean it")
    };
    proofmark::actions::jobs::add_entry(&app.app, &engineer.right().unwrap(), &job.number, &secret).unwrap();
    app.close_job(&engineer, &job.number);
    let after = show_sheet(&app.app, &view, &job.number).unwrap();
    assert_eq!(before.record_hash, after.record_hash);
    assert_eq!(after.sheet.record.entries.len(), 1);
    assert_eq!(after.sheet.outcome, "Repaired");
}

#[actix_web::test]
async fn the_sheet_carries_the_test_after_repair() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (engineer, client) = (app.actor(Role::Engineer, None), app.client(Role::Engineer));
    let form = [("id", "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0001"), ("all_good", "yes")];
    client.post(&format!("/assets/{}/test/formal_visual", kettle.tag), &form).await.expect(303);
    app.pass(chrono::Duration::minutes(1));
    let job = app.begun_job(&engineer, ground, &[kettle.id]);
    app.pass(chrono::Duration::minutes(1));
    let form = [("id", "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0002"), ("all_good", "yes")];
    client.post(&format!("/assets/{}/test/formal_visual", kettle.tag), &form).await.expect(303);
    client.post("/certificates", &[("test", form[0].1)]).await.expect(303);
    let view = engineer.right::<ViewRegister>().unwrap();
    let tests = show_sheet(&app.app, &view, &job.number).unwrap().sheet.record.tests;
    assert_eq!(tests.len(), 1, "the one from before the job is not of it: {tests:?}");
    assert_eq!((tests[0].outcome.word(), tests[0].certificate.as_str()), ("Pass", "C-000001"));
}

#[actix_web::test]
async fn bad_and_foreign_signatures_are_refused() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let engineer = app.actor(Role::Engineer, None);
    let (mine, other) = (app.begun_job(&engineer, ours, &[]), app.begun_job(&engineer, theirs, &[]));
    let some = app.client_for(Role::Engineer, Some(vec![ours.customer_id]));
    for path in ["sheet.pdf", "sign", "signed/1.pdf"] {
        some.get(&format!("/jobs/{}/{path}", other.number)).await.expect(404);
    }
    let view = engineer.right::<ViewRegister>().unwrap();
    let record = show_sheet(&app.app, &view, &mine.number).unwrap().record_hash;
    let fields = |name| [("name", name), ("role", ""), ("record", record.as_str())];
    sign(&some, &other.number, &fields("A"), &png()).await.expect(404);
    for (name, picture, says) in [
        ("", png(), "fill this in"),
        ("A", vec![], "sign in the box"),
        ("A", b"no picture".to_vec(), "not a PNG"),
    ] {
        let answer = sign(&some, &mine.number, &fields(name), &picture).await.expect(422).text();
        assert!(answer.contains(says), "{says}: {answer}");
    }
    sign(&app.client(Role::Viewer), &mine.number, &fields("A"), &png()).await.expect(403);
    app.client(Role::Viewer).get(&format!("/jobs/{}/sheet.pdf", mine.number)).await.expect(200);
}

#[actix_web::test]
async fn who_signed_can_be_erased_and_the_paper_goes() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (engineer, phone) = (app.actor(Role::Engineer, None), app.client(Role::Engineer));
    let job = app.begun_job(&engineer, ground, &[]);
    let view = engineer.right::<ViewRegister>().unwrap();
    let record = show_sheet(&app.app, &view, &job.number).unwrap().record_hash;
    let fields = [("name", "Zoë Müller"), ("role", ""), ("record", record.as_str())];
    sign(&phone, &job.number, &fields, &png()).await.expect(303);
    let admin = app.actor(Role::Administrator, None);
    let right = admin.right().unwrap();
    let found = proofmark::actions::erasures::find_named(&app.app, &right, "Zoë").unwrap();
    let [(named, documents)] = found.people.as_slice() else { panic!("{found:?}") };
    assert_eq!(*documents, 1);
    let what = proofmark::actions::erasures::Erase {
        people: vec![named.person.id],
        reason: "She asked".to_owned(),
        ..Default::default()
    };
    proofmark::actions::erasures::erase(&app.app, &right, &what).unwrap();
    let signed = list_signed(&app.app, &view, &job.number).unwrap();
    assert!(signed[0].name.starts_with("erased") && signed[0].current, "{signed:?}");
    phone.get(&format!("/jobs/{}/signed/{}.pdf", job.number, signed[0].id)).await.expect(404);
    phone.get(&format!("/jobs/{}/sheet.pdf", job.number)).await.expect(200);
}
