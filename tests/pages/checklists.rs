//! Checklists: shipped, copied, demanded, and filled on the phone.

use domain::checklist::Checklist;
use domain::permission::Role;

use crate::support::TestApp;
use crate::support::jobs::{begin_job, close_job, open_job};

const GONE: [(&str, &str); 5] = [
    ("agreed", "A. Mills"),
    ("serial", "SN-12/34"),
    ("storage", "No storage in it"),
    ("labels", "yes"),
    ("goes_to", "Recycling"),
];

#[actix_web::test]
async fn a_removal_is_closed_only_with_its_checklist_finished() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let number = open_job(&engineer, "Mills", ("removal", "Take it away"), &[&kettle.tag]).await;
    let refused = close_job(&engineer, &number, "done").await.expect(422).text();
    assert!(refused.contains("Decommissioning with data wipe of"), "{refused}");
    let path = format!("/jobs/{number}/checklists/decommissioning");
    assert!(engineer.get(&path).await.expect(200).text().contains("Holds data"));
    let with = |more: &[(&'static str, &'static str)]| [&GONE[..], more].concat();

    // Saved partly; a second phone that saw less is told so.
    engineer.post(&path, &with(&[("version", "0"), ("do", "save")])[3..]).await.expect(303);
    engineer.post(&path, &with(&[("version", "0"), ("do", "save")])).await.expect(412);
    let unfinished =
        engineer.post(&path, &with(&[("version", "2"), ("do", "finish")])).await.expect(422).text();
    assert!(unfinished.contains("add a photo before you finish"), "{unfinished}");
    assert!(engineer.get(&path).await.text().contains("A. Mills"), "it was kept all the same");
    let fields = with(&[("version", "3"), ("do", "finish")]);
    let png = app.picture(20, 20);
    engineer.upload(&path, &fields, ("photo-photo", "plate.png", &png)).await.expect(303);
    let done = engineer.get(&path).await.expect(200).text();
    assert!(done.contains("Complete") && done.contains("/checklist-photos/1"), "{done}");
    engineer.post(&path, &with(&[("version", "4"), ("do", "finish")])).await.expect(422);
    close_job(&engineer, &number, "done").await.expect(200);
    let photo = engineer.get("/checklist-photos/1/thumbnail").await.expect(200);
    assert_eq!(photo.headers.get("content-type").unwrap(), "image/jpeg");
    let foreigner = app.client_for(Role::Engineer, Some(vec![]));
    for path in ["/checklist-photos/1", "/checklists/filled/1", &path] {
        foreigner.get(path).await.expect(404);
    }
}

#[actix_web::test]
async fn what_is_finished_is_corrected_never_altered() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let number = begin_job(&engineer, "Mills", &[&kettle.tag]).await;
    let path = format!("/jobs/{number}/checklists/battery");
    let answers = |capacity, rest: &[(&'static str, &'static str)]| {
        [&[("look", "Good"), ("replaced", "No"), ("capacity", capacity)][..], rest].concat()
    };
    let wrong = engineer.post(&path, &answers("80%", &[("do", "finish")])).await.expect(422).text();
    assert!(wrong.contains("not a number"), "{wrong}");
    engineer.post(&path, &answers("60", &[("do", "finish")])).await.expect(303);
    let page = engineer.get(&path).await.expect(200).text();
    assert!(page.contains("Failed") && page.contains("at least 80 %"), "{page}");
    app.put(|tx| {
        use diesel::connection::SimpleConnection;
        let altered = tx.attempt(|tx| {
            tx.batch_execute("UPDATE checklist_fills SET verdict = 'complete'").map_err(store::Error::from)
        });
        assert!(altered.is_err(), "a finished checklist was altered");
        Ok(())
    });
    let id: String =
        page.split("correct=").nth(1).expect("a link").chars().take_while(char::is_ascii_digit).collect();
    let form = engineer.get(&format!("{path}?correct={id}")).await.expect(200).text();
    assert!(form.contains("This corrects what was finished") && form.contains("value=\"60\""), "{form}");
    let corrected =
        [&answers("86", &[("do", "finish"), ("version", "0")])[..], &[("supersedes", &*id)]].concat();
    engineer.post(&path, &corrected).await.expect(303);
    let page = engineer.get(&path).await.text();
    assert!(page.contains("Complete") && page.contains("What this corrects"), "{page}");
    assert!(engineer.get(&format!("/checklists/filled/{id}")).await.expect(200).text().contains("60 %"));
}

#[actix_web::test]
async fn a_copy_of_ones_own_is_checked_and_demanded() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (one, two) = (app.kettle(ground), app.kettle(ground));
    let (engineer, manager) = (app.client(Role::Engineer), app.client(Role::Manager));
    let form = manager.get("/checklists/new?from=filter").await.expect(200).text();
    assert!(form.contains("filter_own"), "{form}");
    let text =
        Checklist::shipped_text("filter").unwrap().replace("code = \"filter\"", "code = \"limescale\"");
    let text = text.replace("name = \"Filter\"", "name = \"Limescale\"");
    let broken = text.replace("kind = \"choice\"", "kind = \"choose\"");
    let refused = manager.post("/checklists/new", &[("text", &*broken)]).await.expect(422).text();
    assert!(refused.contains("line 12"), "{refused}");
    engineer.post("/checklists/new", &[("text", &*text)]).await.expect(403);
    manager.post("/checklists/new", &[("text", &*text)]).await.expect(303);
    let demand = [("job_kind", "repair"), ("category_id", "1"), ("checklist", "limescale")];
    manager.post("/checklists/demands", &demand).await.expect(303);
    manager.post("/checklists/demands", &demand).await.expect(422);
    let number = begin_job(&engineer, "Mills", &[&one.tag, &two.tag]).await;
    let page = engineer.get(&format!("/jobs/{number}")).await.expect(200).text();
    assert_eq!(page.matches("to fill before it is closed").count(), 2, "{page}");
    let answers = [("filter", "Clean"), ("vents", "yes"), ("noise", "Yes"), ("do", "finish")];
    let path = format!("/jobs/{number}/checklists/limescale");
    engineer.post(&path, &answers).await.expect(422);
    for thing in [&one, &two] {
        let refused = close_job(&engineer, &number, "no_fault_found").await.expect(422).text();
        assert!(refused.contains(&thing.tag) && refused.contains("Limescale"), "{refused}");
        let id = thing.id.to_string();
        let answers = [&answers[..], &[("asset", &*id)]].concat();
        engineer.post(&path, &answers).await.expect(303);
    }
    close_job(&engineer, &number, "no_fault_found").await.expect(200);
    // What is no longer used is demanded no more; what was filled stays.
    let archive = [("text", &*text), ("archived", "on"), ("version", "1")];
    manager.post("/checklists/limescale/edit", &archive).await.expect(303);
    let next = begin_job(&engineer, "Mills", &[&one.tag]).await;
    close_job(&engineer, &next, "no_fault_found").await.expect(200);
    manager.post("/checklists/demands/2/remove", &[]).await.expect(303);
}

#[actix_web::test]
async fn a_checklist_is_filled_on_an_asset_without_a_job_as_often_as_need_be() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let path = format!("/assets/{}/checklists/filter", kettle.tag);
    let page = engineer.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(page.contains(&path), "{page}");
    let answers =
        [("version", "0"), ("do", "finish"), ("filter", "Cleaned"), ("vents", "yes"), ("noise", "Yes")];
    for after in [None, Some(("after", "1"))] {
        let form = engineer.get(&path).await.expect(200).text();
        assert!(form.contains("0 of"), "a new one");
        assert_eq!(form.contains("name=\"after\" value=\"1\""), after.is_some(), "{form}");
        let answers: Vec<_> = answers.into_iter().chain(after).collect();
        let saved = engineer.post(&path, &answers).await.expect(303);
        assert!(saved.location().starts_with(&format!("/t/{}", kettle.tag)), "{}", saved.location());
    }
    // A second tap on the same form does not finish another one.
    let twice = engineer.post(&path, &[&answers[..], &[("after", "1")]].concat()).await.expect(422).text();
    assert!(
        twice.contains("finished a moment ago") && twice.contains("name=\"after\" value=\"2\""),
        "{twice}"
    );
    let page = engineer.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(!page.contains("/checklists/filled/3"), "{page}");
    assert!(page.contains("/checklists/filled/1") && page.contains("/checklists/filled/2"), "{page}");
    let filled = engineer.get("/checklists/filled/1").await.expect(200).text();
    assert!(filled.contains("Cleaned"), "{filled}");
    app.client_for(Role::Engineer, Some(vec![])).get(&path).await.expect(404);
}

#[actix_web::test]
async fn the_page_of_an_asset_tells_of_its_repairs_and_its_history_leads_to_them() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let number = begin_job(&engineer, "Mills", &[&kettle.tag]).await;
    let page = engineer.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    let repairs = page.split("<h2>Repairs</h2>").nth(1).expect("a section").to_owned();
    assert!(repairs.contains(&format!("href=\"/jobs/{number}\"")), "{repairs}");
    let history = page.split("id=\"history\"").nth(1).expect("a history");
    assert!(history.contains(&format!("{number} opened")), "{history}");
    let chosen = engineer.get(&format!("/jobs/{number}/checklists?code=filter")).await.expect(303);
    assert_eq!(chosen.location(), format!("/jobs/{number}/checklists/filter"));
}
