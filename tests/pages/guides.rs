//! From a closed job to a guide that the next one finds.

use domain::permission::Role;
use serde_json::json;

use crate::support::TestApp;
use crate::support::jobs::{begin_job, close_job, find_in_job};

#[actix_web::test]
async fn a_job_becomes_a_guide_that_search_finds_first() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let number = begin_job(&engineer, "Mills", &[&kettle.tag]).await;
    let entry = [("text", "Take off the base plate"), ("minutes", "5"), ("kind", "work")];
    engineer.post(&format!("/jobs/{number}/entries"), &entry).await.expect(303);
    let finding = json!({ "symptom": "Leaks", "cause": "Wear", "fix": "Part replaced", "words": "the seal" });
    find_in_job(&engineer, &number, finding).await.expect(201);
    close_job(&engineer, &number, "repaired").await.expect(200);
    let page = engineer.get(&format!("/jobs/{number}")).await.text();
    assert!(page.contains(&format!("/guides/new?job={number}")), "{page}");
    let form = engineer.get(&format!("/guides/new?job={number}")).await.expect(200).text();
    for prefilled in
        ["Brew B3: leaks", "Take off the base plate", "Cause: Wear. Fix: Part replaced.", "the seal"]
    {
        assert!(form.contains(prefilled), "{prefilled}: {form}");
    }
    let words = app.app.store.read(store::fault_words::list_fault_words).unwrap();
    let id = |word: &str, kind: &str| {
        let found = words.iter().find(|one| one.word == word && one.kind.0.to_string() == kind);
        found.unwrap().id.to_string()
    };
    let (symptom, cause, fix) = (id("Leaks", "symptom"), id("Wear", "cause"), id("Part replaced", "fix"));
    let guide = [
        ("title", "Brew B3 leaks"),
        ("make", "Brew"),
        ("model", "B3"),
        ("symptom", symptom.as_str()),
        ("cause", cause.as_str()),
        ("fix", fix.as_str()),
        ("job_number", number.as_str()),
        ("summary", "A seal kit is needed"),
        ("step-1", "Fit the new seal"),
        ("place-1", "2"),
        ("step-2", "Take off the base plate"),
        ("place-2", "1"),
    ];
    let added = engineer.post("/guides/new", &guide).await.expect(303);
    let path = added.location().split('?').next().unwrap().to_owned();
    let page = engineer.get(&path).await.expect(200).text();
    assert!(page.find("Take off the base").unwrap() < page.find("Fit the new seal").unwrap(), "{page}");
    assert!(page.contains("held the one time it was tried") && page.contains(&number), "{page}");
    let found = engineer.get("/api/v1/knowledge?q=leaking+base+plate").await.expect(200).json();
    assert_eq!(found["items"][0]["kind"], "guide", "{found}");
    let next = begin_job(&engineer, "Mills", &[&kettle.tag]).await;
    assert!(engineer.get(&format!("/jobs/{next}")).await.text().contains("Brew B3 leaks"));

    // A revision is added, and what the guide said before stays to be read.
    let revised = [&guide[..3], &[("step-1", "Fit the seal with grease"), ("version", "1")]].concat();
    engineer.post(&format!("{path}/edit"), &revised).await.expect(303);
    let stale = engineer.post(&format!("{path}/edit"), &revised).await.expect(409).text();
    assert!(stale.contains("Somebody revised this guide"), "{stale}");
    assert!(engineer.get(&path).await.text().contains("with grease"));
    assert!(
        engineer.get(&format!("{path}?revision=1")).await.expect(200).text().contains("Fit the new seal")
    );
    engineer.get(&format!("{path}?revision=7")).await.expect(404);
    let hidden = [&revised[..4], &[("archived", "on"), ("version", "2")]].concat();
    engineer.post(&format!("{path}/edit"), &hidden).await.expect(303);
    let found = engineer.get("/api/v1/knowledge?q=grease").await.expect(200).json();
    assert_eq!(found["items"].as_array().unwrap().len(), 0, "{found}");
}

#[actix_web::test]
async fn pictures_are_drawn_anew_and_stay_with_their_guide() {
    let app = TestApp::new();
    let engineer = app.client(Role::Engineer);
    let png = app.picture(40, 30);
    let send = |path: &'static str,
                fields: Vec<(&'static str, &'static str)>,
                file: &'static str,
                bytes: Vec<u8>| {
        let engineer = &engineer;
        async move { engineer.upload(path, &fields, (file, "a.png", &bytes)).await }
    };
    let fields = vec![("title", "Fan"), ("step-1", "Open it")];
    send("/guides/new", fields.clone(), "photo-1", png.clone()).await.expect(303);
    let picture = engineer.get("/guide-pictures/1").await.expect(200);
    assert_eq!(picture.headers.get("content-type").unwrap(), "image/jpeg");
    assert!(engineer.get("/guides/1").await.text().contains("/guide-pictures/1"));
    send("/guides/new", vec![("title", "Other"), ("step-1", "Open it")], "photo-1", b"no picture".to_vec())
        .await
        .expect(422);
    // Another guide cannot take it over, nor a photo of a job that it was not learnt in.
    for picture in ["1", "job-1", "x"] {
        let fields = [("title", "Thief"), ("step-1", "Take"), ("picture-1", picture)];
        engineer.post("/guides/new", &fields).await.expect(422);
    }
    app.client(Role::Viewer).get("/guide-pictures/1").await.expect(403);
    engineer.get("/guide-pictures/9").await.expect(404);
}

#[actix_web::test]
async fn procedures_stand_on_the_jobs_and_assets_of_their_category() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let (engineer, manager) = (app.client(Role::Engineer), app.client(Role::Manager));
    let fields = [("title", "How to descale"), ("category", "1")];
    let pdf = b"%PDF-1.4 test".as_slice();
    engineer.upload("/procedures/new", &fields, ("file", "descale.pdf", pdf)).await.expect(403);
    manager.upload("/procedures/new", &fields, ("file", "descale.pdf", b"MZ")).await.expect(422);
    manager.upload("/procedures/new", &fields[..1], ("file", "descale.pdf", pdf)).await.expect(422);
    manager.upload("/procedures/new", &fields, ("file", "descale.pdf", pdf)).await.expect(303);
    let number = begin_job(&engineer, "Mills", &[&kettle.tag]).await;
    for path in [format!("/jobs/{number}"), format!("/t/{}", kettle.tag), "/procedures".to_owned()] {
        let page = engineer.get(&path).await.expect(200).text();
        assert!(page.contains("How to descale"), "{path}: {page}");
    }
    let file = engineer.get("/procedures/1").await.expect(200);
    assert!(file.headers.get("content-disposition").unwrap().to_str().unwrap().contains("descale.pdf"));
    manager.post("/procedures/1/withdraw", &[]).await.expect(303);
    manager.post("/procedures/1/withdraw", &[]).await.expect(409);
    assert!(!engineer.get(&format!("/jobs/{number}")).await.text().contains("How to descale"));
}
