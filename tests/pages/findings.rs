//! What was found in repairs, and what is shown of it when the next fault comes.

use actix_web::http::Method;
use chrono::Duration;
use domain::permission::Role;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::jobs::{begin_job, close_job, find_in_job, open_job, step_job};

/// A finding as programs send it.
fn found(symptom: &str, cause: &str, fix: &str) -> Value {
    json!({ "symptom": symptom, "cause": cause, "fix": fix })
}

/// Repairs one fault of an asset from its report to the closed job.
async fn repair(client: &Client, tag: &str, finding: Value) -> String {
    let number = begin_job(client, "Mills", &[tag]).await;
    find_in_job(client, &number, finding).await.expect(201);
    close_job(client, &number, "repaired").await.expect(200);
    number
}

#[actix_web::test]
async fn a_repair_is_closed_only_with_what_was_found() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let number = begin_job(&engineer, "Mills", &[&kettle.tag]).await;
    let refused = close_job(&engineer, &number, "repaired").await.expect(422).text();
    assert!(refused.contains("write down first what was found"), "{refused}");
    let path = format!("/jobs/{number}/findings");
    let words = app.app.store.read(store::fault_words::list_fault_words).unwrap();
    let id = |word: &str| words.iter().find(|one| one.word == word).unwrap().id.to_string();
    let (symptom, cause, fix) = (id("Does not heat"), id("Heating element failed"), id("Part replaced"));
    let form = [("symptom", &*symptom), ("cause", &*cause), ("fix", &*fix), ("words", "open circuit")];
    engineer.post(&path, &form).await.expect(303);
    engineer.post(&path, &form).await.expect(409);
    let page = engineer.get(&format!("/jobs/{number}")).await.expect(200).text();
    assert!(page.contains("Heating element failed") && page.contains("open circuit"), "{page}");
    let swapped = [("symptom", &*fix), ("cause", &*cause), ("fix", &*symptom)];
    let refused = engineer.post(&path, &swapped).await.expect(422).text();
    assert!(refused.contains("choose the symptom") && refused.contains("choose the fix"), "{refused}");
    close_job(&engineer, &number, "repaired").await.expect(200);

    let next = begin_job(&engineer, "Mills", &[&kettle.tag]).await;
    close_job(&engineer, &next, "no_fault_found").await.expect(200);
}

#[actix_web::test]
async fn the_next_fault_of_such_a_thing_shows_what_helped_and_how_often() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (first, second, third) = (app.kettle(ground), app.kettle(ground), app.kettle(ground));
    let engineer = app.client(Role::Engineer);
    let element = || found("Does not heat", "Heating element failed", "Part replaced");
    let held = repair(&engineer, &first.tag, element()).await;
    let again = repair(&engineer, &second.tag, element()).await;
    repair(&engineer, &third.tag, found("does not HEAT", "Loose connection", "Re-seated")).await;
    let job = begin_job(&engineer, "Mills", &[&first.tag]).await;
    let page = engineer.get(&format!("/jobs/{job}")).await.expect(200).text();
    assert!(page.contains("held 2 of 2 times") && page.contains("held the one time it was tried"), "{page}");
    let helped = page.split("What helped before").nth(1).unwrap();
    assert!(
        helped.find("Part replaced").unwrap() < helped.find("Re-seated").unwrap(),
        "the better bet first"
    );

    // Opened again, it did not hold; what is found then is counted by itself.
    step_job(&engineer, &again, json!({ "to": "triaged", "note": "cold again" })).await.expect(200);
    let page = engineer.get(&format!("/jobs/{job}")).await.text();
    assert!(page.contains("held 1 of 2 times"), "{page}");
    // One tap writes the same down for this job, and the same symptom within 90 days is a repeat.
    let words = app.app.store.read(store::fault_words::list_fault_words).unwrap();
    let id = |word: &str| words.iter().find(|one| one.word == word).unwrap().id.to_string();
    let (symptom, cause, fix) = (id("Does not heat"), id("Heating element failed"), id("Part replaced"));
    let tap = [("symptom", &*symptom), ("cause", &*cause), ("fix", &*fix)];
    app.pass(Duration::days(1));
    let repeat = begin_job(&engineer, "Mills", &[&first.tag]).await;
    engineer.post(&format!("/jobs/{repeat}/findings"), &tap).await.expect(303);
    let page = engineer.get(&format!("/jobs/{job}")).await.text();
    assert!(page.contains("held 0 of 2 times"), "{held} is followed by the same symptom: {page}");
    close_job(&engineer, &repeat, "repaired").await.expect(200);
    let page = engineer.get(&format!("/jobs/{job}")).await.text();
    assert!(page.contains("held 1 of 3 times"), "the last repair holds so far: {page}");
}

#[actix_web::test]
async fn a_correction_moves_the_count_and_what_is_taken_back_is_gone() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let number = repair(&engineer, &kettle.tag, found("Dead", "Fuse blown", "Plug or fuse replaced")).await;
    let list = format!("/api/v1/jobs/{number}/findings");
    let first = engineer.get(&list).await.expect(200).json();
    let id = first["items"][0]["id"].clone();
    let mut better = found("Dead", "Lead broken", "Lead replaced");
    better["supersedes"] = id.clone();
    find_in_job(&engineer, &number, better.clone()).await.expect(201);
    find_in_job(&engineer, &number, better).await.expect(404);
    let fixes = |page: String| (page.contains("Lead replaced"), page.contains("Fuse blown</span>"));
    let other = begin_job(&engineer, "Mills", &[&kettle.tag]).await;
    let helped = |page: String| page.split("What helped before").nth(1).unwrap_or_default().to_owned();
    let page = helped(engineer.get(&format!("/jobs/{other}")).await.text());
    assert_eq!(fixes(page.clone()), (true, false), "{page}");
    let now = engineer.get(&list).await.json();
    assert_eq!(now["items"].as_array().unwrap().len(), 1);
    let id = now["items"][0]["id"].to_string();
    engineer.post(&format!("/jobs/{number}/findings/{id}/withdraw"), &[]).await.expect(303);
    engineer.post(&format!("/jobs/{number}/findings/{id}/withdraw"), &[]).await.expect(404);
    let page = engineer.get(&format!("/jobs/{other}")).await.text();
    assert!(page.contains("Nothing is known yet of Brew B3"), "{page}");
}

#[actix_web::test]
async fn a_job_about_several_things_says_on_which_it_was_found() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (one, two) = (app.kettle(ground), app.kettle(ground));
    let stranger = app.kettle(app.ground("Theirs"));
    let engineer = app.client(Role::Engineer);
    let number = begin_job(&engineer, "Mills", &[&one.tag, &two.tag]).await;
    let mut finding = found("Leaks", "Wear", "Part replaced");
    let refused = find_in_job(&engineer, &number, finding.clone()).await.expect(422).text();
    assert!(refused.contains("choose which asset"), "{refused}");
    finding["asset"] = stranger.tag.clone().into();
    find_in_job(&engineer, &number, finding.clone()).await.expect(422);
    finding["asset"] = two.tag.clone().into();
    let item = find_in_job(&engineer, &number, finding).await.expect(201).json();
    assert_eq!(item["asset"], two.tag);
}

#[actix_web::test]
async fn what_matters_is_said_before_anything_is_opened() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (engineer, admin) = (app.client(Role::Engineer), app.client(Role::Administrator));
    app.put(|tx| {
        let scope = tx.actor.scope().clone();
        let asset = store::assets::find_asset(tx, &scope, kettle.id)?;
        let mut fields = asset.fields();
        fields.warranty_until = "2027-03-03".parse().ok();
        fields.supplier = "Urn Supplies".to_owned();
        fields.cost_pence = Some(2800);
        store::assets::update_asset(tx, kettle.id, asset.version, fields)
    });
    let firm = [("version", "0"), ("name", "House"), ("hourly_cost", "42.00")];
    admin.post("/settings", &firm).await.expect(303);
    for _ in 0..2 {
        let number = begin_job(&engineer, "Mills", &[&kettle.tag]).await;
        let entry = json!({ "text": "worked", "minutes": 20 });
        engineer.json(Method::POST, &format!("/api/v1/jobs/{number}/entries"), &entry).await.expect(201);
        find_in_job(&engineer, &number, found("Dead", "Fuse blown", "Plug or fuse replaced"))
            .await
            .expect(201);
        close_job(&engineer, &number, "repaired").await.expect(200);
    }
    let number = begin_job(&engineer, "Mills", &[&kettle.tag]).await;
    for path in [format!("/jobs/{number}"), format!("/t/{}", kettle.tag)] {
        let page = engineer.get(&path).await.expect(200).text();
        assert!(page.contains("Under warranty until 3 Mar 2027: refer it to Urn Supplies"), "{path}: {page}");
        assert!(page.contains("Fuse blown: 2 times in 12 months."), "{path}: {page}");
        assert!(page.contains("Repairs so far cost £28.00; a new one costs £28.00."), "{path}: {page}");
    }
    let viewer = app.client(Role::Viewer).get(&format!("/jobs/{number}")).await.expect(200).text();
    assert!(!viewer.contains("Repairs so far"), "{viewer}");
}

#[actix_web::test]
async fn a_models_page_and_api_tell_what_helped() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (engineer, manager) = (app.client(Role::Engineer), app.client(Role::Manager));
    let fields = [("category_id", "1"), ("make", "BREW"), ("name", "b-3"), ("replacement", "31.50")];
    manager.post("/models/new", &fields).await.expect(303);
    repair(&engineer, &kettle.tag, found("Leaks", "Wear", "Part replaced")).await;
    let page = engineer.get("/models/1").await.expect(200).text();
    assert!(page.contains("Part replaced") && page.contains("31.50") && page.contains("Failures"), "{page}");
    let fixes = engineer.get("/api/v1/models/1/fixes").await.expect(200).json();
    assert_eq!((&fixes["items"][0]["fix"], &fixes["items"][0]["held"]), (&"Part replaced".into(), &1.into()));
    assert_eq!((&fixes["failures"], &fixes["minutes_to_repair"]), (&1.into(), &0.into()));
    engineer.get("/api/v1/models/9/fixes").await.expect(404);
    app.client(Role::Viewer).get("/models/1").await.expect(403);
}

#[actix_web::test]
async fn search_ranks_by_the_words_of_the_symptom_and_keeps_to_the_scope() {
    let app = TestApp::new();
    let (ground, theirs) = (app.ground("Mills"), app.ground("Theirs"));
    let (kettle, other) = (app.kettle(ground), app.kettle(theirs));
    let engineer = app.client(Role::Engineer);
    let repair = |customer: &'static str, title: &'static str, tag: String, finding: Value| {
        let engineer = &engineer;
        async move {
            let number = open_job(engineer, customer, ("repair", title), &[&tag]).await;
            find_in_job(engineer, &number, finding).await.expect(201);
            close_job(engineer, &number, "repaired").await.expect(200);
        }
    };
    repair("Mills", "Clicks loudly", kettle.tag.clone(), found("Noisy", "Dirt", "Cleaned")).await;
    repair("Mills", "Clicks and smells of fish", kettle.tag.clone(), found("Noisy", "Wear", "Adjusted"))
        .await;
    repair("Theirs", "Smells of fish", other.tag.clone(), found("Leaks", "Liquid", "Cleaned")).await;
    let titles = |answer: Value| -> Vec<String> {
        let items = answer["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
    };
    let all = titles(engineer.get("/api/v1/knowledge?q=smells+of+fish+clicks").await.expect(200).json());
    assert_eq!(all, ["Clicks and smells of fish", "Smells of fish", "Clicks loudly"]);
    let narrow = app.client_for(Role::Engineer, Some(vec![ground.customer_id]));
    let own = titles(narrow.get("/api/v1/knowledge?q=smells+of+fish+clicks").await.expect(200).json());
    assert_eq!(own, ["Clicks and smells of fish", "Clicks loudly"]);
    let page = engineer.get("/guides?q=fish").await.expect(200).text();
    assert!(page.contains("Adjusted") && page.contains("held the one time it was tried"), "{page}");
    assert!(engineer.get("/guides?q=zebra").await.expect(200).text().contains("Nothing is known of"));
    engineer.get("/api/v1/knowledge").await.expect(422);
    app.client(Role::Viewer).get("/guides").await.expect(403);
}

#[actix_web::test]
async fn the_lists_of_words_are_edited_and_nothing_found_is_lost() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let (engineer, manager) = (app.client(Role::Engineer), app.client(Role::Manager));
    engineer.post("/fault-words/new", &[("kind", "symptom"), ("word", "Hums")]).await.expect(403);
    manager.post("/fault-words/new", &[("kind", "symptom"), ("word", "Hums")]).await.expect(303);
    manager.post("/fault-words/new", &[("kind", "symptom"), ("word", "Hums")]).await.expect(422);
    let number = begin_job(&engineer, "Mills", &[&kettle.tag]).await;
    find_in_job(&engineer, &number, found("Hums", "Wear", "Adjusted")).await.expect(201);
    let words = app.app.store.read(store::fault_words::list_fault_words).unwrap();
    let hums = words.iter().find(|word| word.word == "Hums").unwrap().id;
    let edit = format!("/fault-words/{hums}/edit");
    let renamed = [("kind", "symptom"), ("word", "Hums or buzzes"), ("archived", "on"), ("version", "1")];
    manager.post(&edit, &renamed).await.expect(303);
    manager.post(&edit, &renamed).await.expect(409);
    assert!(engineer.get(&format!("/jobs/{number}")).await.text().contains("Hums or buzzes"));
    let refused = find_in_job(&engineer, &number, found("Hums or buzzes", "Dirt", "Cleaned")).await;
    assert!(refused.expect(422).text().contains("no longer used"));
}

#[actix_web::test]
async fn what_was_chosen_in_the_report_is_chosen_in_the_finding() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    repair(&engineer, &kettle.tag, found("Noisy", "Fan seized", "Part replaced")).await;
    let path = format!("/assets/{}/fault", kettle.tag);
    let form = engineer.get(&path).await.expect(200).text();
    assert!(form.contains("Part replaced"), "what helped before is known when it is reported: {form}");
    let begun = engineer.post(&path, &[("symptom", "noisy"), ("then", "begin")]).await.expect(303);
    let page = engineer.get(begun.location()).await.expect(200).text();
    assert!(page.contains(" selected>Noisy</option>"), "{page}");
}
