use domain::permission::Role;

use crate::support::TestApp;

const SITE: [(&str, &str); 2] = [("name", "Mill"), ("time_zone", "Europe/London")];

#[actix_web::test]
async fn a_site_is_added_shown_and_changed() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let to = format!("/sites/new?customer={}", ground.customer_id);
    let answer = manager.post(&to, &SITE).await.expect(303);
    let path = answer.location().split('?').next().unwrap().to_owned();
    assert!(manager.get(&path).await.expect(200).text().contains("Mill"));
    let edit = format!("{path}/edit");
    let second = [("name", "Mill B"), ("time_zone", "Europe/Paris"), ("version", "1")];
    manager.post(&edit, &second).await.expect(303);
    let stale =
        manager.post(&edit, &[("name", "Mine"), ("time_zone", "UTC"), ("version", "1")]).await.expect(409);
    assert!(stale.text().contains("Mill B") && stale.text().contains("Mine"));
    let customer = manager.get(&format!("/customers/{}", ground.customer_id)).await.expect(200).text();
    assert!(customer.contains("Head office") && customer.contains("Mill B"), "{customer}");
}

#[actix_web::test]
async fn bad_input_is_named() {
    let app = TestApp::new();
    let to = format!("/sites/new?customer={}", app.ground("Mills").customer_id);
    let manager = app.client(Role::Manager);
    let long = "x".repeat(201);
    let cases: [(&[(&str, &str)], &str); 5] = [
        (&[("name", ""), ("time_zone", "UTC")], "fill this in"),
        (&[("name", &long), ("time_zone", "UTC")], "at most 200"),
        (&[("name", "A"), ("time_zone", "Mars/Olympus")], "not a known time zone"),
        (&[("name", "Head office"), ("time_zone", "UTC")], "already"),
        (&[("name", "A"), ("time_zone", "UTC"), ("customer_id", "2")], "no field of this form"),
    ];
    for (form, words) in cases {
        let answer = manager.post(&to, form).await.expect(422).text();
        assert!(answer.contains(words), "{form:?}: {answer}");
    }
    manager.post("/sites/new", &SITE).await.expect(404);
    manager.get("/sites/none").await.expect(404);
}

#[actix_web::test]
async fn a_foreign_site_is_no_site_and_an_engineer_changes_none() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let foreigner = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    let engineer = app.client(Role::Engineer);
    let (site, place) = (theirs.site_id, theirs.place_id);
    for path in [
        format!("/customers/{}", theirs.customer_id),
        format!("/sites/{site}"),
        format!("/sites/{site}/edit"),
        format!("/sites/new?customer={}", theirs.customer_id),
        format!("/sites/{site}/places/new"),
        format!("/sites/{}/places/new?parent={place}", ours.site_id),
        format!("/places/{place}/edit"),
    ] {
        foreigner.get(&path).await.expect(404);
        if path.contains("new") || path.contains("edit") {
            let form = [("name", "X"), ("names", "X"), ("time_zone", "UTC"), ("version", "1")];
            foreigner.post(&path, &form).await.expect(404);
        }
    }
    engineer.get(&format!("/sites/{site}")).await.expect(200);
    engineer.get(&format!("/sites/{site}/edit")).await.expect(403);
    engineer.post(&format!("/sites/new?customer={}", ours.customer_id), &SITE).await.expect(403);
}
