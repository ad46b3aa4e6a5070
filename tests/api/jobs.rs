//! Jobs by programs.

use actix_web::http::Method;
use domain::permission::Role;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::Client;

async fn post(client: &Client, target: &str, body: &Value) -> crate::support::client::Answer {
    client.send(Method::POST, target, |request| request.set_json(body)).await
}

/// Changes a job as it stands now.
async fn patch(client: &Client, target: &str, body: Value) -> crate::support::client::Answer {
    let version = client.get(target).await.expect(200).json()["version"].to_string();
    let send = client.send(Method::PATCH, target, |request| {
        request.set_json(&body).insert_header(("if-match", format!("\"{version}\"")))
    });
    send.await
}

#[actix_web::test]
async fn a_job_by_the_api_from_opening_to_listing() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let engineer = app.client(Role::Engineer);
    let job = json!({ "customer": "Mills", "site": "Head office", "assets": [kettle.tag], "title": "Does not heat",
        "priority": "high" });
    let opened = post(&engineer, "/api/v1/jobs", &job).await.expect(201);
    let document = opened.json();
    assert_eq!(document["number"], "J-000001");
    assert_eq!(document["state"], "reported");
    assert_eq!(document["assets"][0]["tag"], kettle.tag);
    let (_, mail) = app.add_user(Role::Engineer, None);
    let target = "/api/v1/jobs/J-000001";
    let begin = json!({ "to": "in_progress", "assignee": mail, "version": 1 });
    let begun = post(&engineer, &format!("{target}/transitions"), &begin).await.expect(200).json();
    assert_eq!(begun["state"], "in_progress");
    post(&engineer, &format!("{target}/transitions"), &begin).await.expect(412);
    let wrong =
        post(&engineer, &format!("{target}/transitions"), &json!({ "to": "returned" })).await.expect(409);
    assert!(wrong.text().contains("Repaired"), "{}", wrong.text());
    let entry = json!({ "text": "New element", "minutes": 40, "opened": [kettle.tag] });
    let logged = post(&engineer, &format!("{target}/entries"), &entry).await.expect(201).json();
    assert_eq!(logged["minutes"], 40);
    assert!(logged["assets"][0]["opened_at"].is_string(), "{logged}");
    let listed = engineer.get("/api/v1/jobs?status=in_progress&customer=Mills&overdue=false").await;
    assert_eq!(listed.expect(200).json()["items"][0]["number"], "J-000001");
    let listed = engineer.get(&format!("/api/v1/jobs?assignee={mail}")).await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_change_needs_the_version_and_keeps_what_is_left_out() {
    let app = TestApp::new();
    app.ground("Mills");
    let engineer = app.client(Role::Engineer);
    let job = json!({ "customer": "Mills", "site": "Head office", "title": "Look at the lift" });
    let opened = post(&engineer, "/api/v1/jobs", &job).await.expect(201);
    let etag = format!("\"{}\"", opened.json()["version"]);
    let patch = |condition: Option<String>, body: Value| {
        let engineer = &engineer;
        async move {
            engineer
                .send(Method::PATCH, "/api/v1/jobs/J-000001", |request| {
                    let request = request.set_json(&body);
                    match condition {
                        Some(condition) => request.insert_header(("if-match", condition)),
                        None => request,
                    }
                })
                .await
        }
    };
    patch(None, json!({ "priority": "low" })).await.expect(428);
    let changed = patch(Some(etag.clone()), json!({ "priority": "low" })).await.expect(200).json();
    assert_eq!((&changed["priority"], &changed["title"]), (&json!("low"), &json!("Look at the lift")));
    assert!(changed["steps"].as_array().unwrap().iter().any(|step| step["to"] == "low"));
    patch(Some(etag), json!({ "priority": "high" })).await.expect(412);
    let etag = format!("\"{}\"", changed["version"]);
    let wrong =
        patch(Some(etag), json!({ "priority": "urgent", "colour": "red", "title": "" })).await.expect(422);
    assert!(wrong.text().contains("priority") && wrong.text().contains("colour"), "{}", wrong.text());
}

#[actix_web::test]
async fn a_change_hands_over_tells_what_it_is_about_and_chooses_the_contract() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (kettle, other) = (app.kettle(ground), app.kettle(ground));
    app.office_contract(ground, 60, 240);
    let target = format!("/api/v1/jobs/{}", app.job(ground, &[&kettle]));
    let (engineer, manager) = (app.client(Role::Engineer), app.client(Role::Manager));
    let refused = patch(&engineer, &target, json!({ "line": 2 })).await.expect(422).text();
    assert!(refused.contains("so that nobody begins anew"), "{refused}");
    let handed = json!({ "line": 2, "note": "No spare here", "assets": [other.tag] });
    let changed = patch(&engineer, &target, handed).await.expect(200).json();
    assert_eq!((&changed["line"], &changed["assets"][0]["tag"]), (&json!(2), &json!(other.tag)), "{changed}");
    patch(&engineer, &target, json!({ "contract": "none" })).await.expect(403);
    let wrong = patch(&manager, &target, json!({ "contract": "Silver" })).await.expect(422).text();
    assert!(wrong.contains("automatic, none or one of: Gold"), "{wrong}");
    let without = patch(&manager, &target, json!({ "contract": "none" })).await.expect(200).json();
    assert!(changed["due_at"].is_string() && without["due_at"].is_null(), "{without}");
    patch(&manager, &target, json!({ "assets": ["7K3M9QXT"] })).await.expect(404);
    patch(&manager, &target, json!({ "customer": "Mills" })).await.expect(422);
    let unclear = engineer.get("/api/v1/jobs?overdue=maybe").await.expect(422).text();
    assert!(unclear.contains("write true or false"), "{unclear}");
}

#[actix_web::test]
async fn a_filter_that_no_name_can_be_is_refused() {
    let engineer = TestApp::new().client(Role::Engineer);
    for name in ["customer", "site", "asset", "assignee"] {
        let answer = engineer.get(&format!("/api/v1/jobs?{name}=%00")).await.expect(422);
        assert!(answer.text().contains(name), "{}", answer.text());
    }
}
