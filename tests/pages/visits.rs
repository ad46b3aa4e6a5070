//! A day at a site.

use domain::permission::Role;

use crate::support::TestApp;
use crate::support::builders::site_fields;

const DAYS: [(&str, &str); 2] = [("starts_on", "2026-11-23"), ("ends_on", "2026-11-23")];

#[actix_web::test]
async fn a_visit_gathers_its_tests_and_what_was_not_found() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (first, second) = (app.kettle(ground), app.kettle(ground));
    let engineer = app.client(Role::Engineer);
    let site = ground.site_id.to_string();
    let opened = engineer.get(&format!("/visits/new?site={site}")).await.expect(200).text();
    let me = opened.split(" selected>Test engineer").next().unwrap().rsplit("value=\"").next().unwrap();
    let me = me.trim_end_matches('"').to_owned();
    let mut fields = vec![("site", site.as_str()), ("person_id", &me), ("order_number", "PO-7")];
    fields.extend(DAYS);
    let visit = engineer.post("/visits/new", &fields).await.expect(303);
    let visit = visit.location().split('?').next().unwrap().to_owned();
    let test = format!("/assets/{}/test/formal_visual", first.tag);
    let id = "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0009";
    engineer.post(&test, &[("id", id), ("all_good", "yes")]).await.expect(303);
    let page = engineer.get(&visit).await.expect(200).text();
    assert!(page.contains("1 of 2 items tested") && page.contains("PO-7"), "{page}");
    assert!(page.contains(&format!("/tests/{id}")), "it joined by itself: {page}");
    let not_found = format!("{visit}/not-found");
    let asset = second.id.to_string();
    engineer.post(&not_found, &[("asset", &asset), ("note", "room locked")]).await.expect(303);
    let page = engineer.get(&visit).await.text();
    assert!(page.contains("1 not found") && page.contains("room locked"), "{page}");
    engineer.post(&format!("{visit}/close"), &[("version", "1")]).await.expect(303);
    engineer.post(&format!("{visit}/close"), &[("version", "1")]).await.expect(412);
    engineer.post(&not_found, &[("asset", &asset), ("found", "yes")]).await.expect(409);
    assert!(engineer.get("/visits").await.expect(200).text().contains("Closed"));
}

#[actix_web::test]
async fn the_second_of_two_edits_sees_both_versions() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let engineer = app.client(Role::Engineer);
    let (site, me) = (ground.site_id.to_string(), app.add_user(Role::Engineer, None).0.to_string());
    let mut fields = vec![("site", site.as_str()), ("person_id", me.as_str()), ("version", "1")];
    fields.extend(DAYS);
    engineer.post("/visits/new", &fields).await.expect(303);
    let edit = |extent| [fields.as_slice(), &[("extent", extent)]].concat();
    engineer.post("/visits/1/edit", &edit("first floor")).await.expect(303);
    let answer = engineer.post("/visits/1/edit", &edit("all floors")).await.expect(409);
    assert!(answer.text().contains("first floor") && answer.text().contains("all floors"));
}

#[actix_web::test]
async fn bad_and_foreign_input_is_refused() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let annex = app.put(|tx| store::sites::insert_site(tx, ours.customer_id, &site_fields("Annex")));
    let (foreign, elsewhere) = (app.kettle(theirs), {
        let kettle = app.kettle(ours);
        app.put(|tx| {
            let actor = tx.actor;
            let asset = store::assets::find_asset(tx, actor.scope(), kettle.id)?;
            let mut fields = asset.fields();
            (fields.site_id, fields.place_id) = (annex, None);
            store::assets::update_asset(tx, kettle.id, asset.version, fields)
        });
        kettle
    });
    let engineer = app.client_for(Role::Engineer, Some(vec![ours.customer_id]));
    let person = app.add_user(Role::Engineer, Some(vec![ours.customer_id])).0.to_string();
    let viewer = app.add_user(Role::Viewer, None).0.to_string();
    let blind = app.add_user(Role::Engineer, Some(vec![theirs.customer_id])).0.to_string();
    let (site, their_site) = (ours.site_id.to_string(), theirs.site_id.to_string());
    let long = "x".repeat(10_001);
    let good = [("site", site.as_str()), ("person_id", &person), DAYS[0], DAYS[1]];
    for (name, value, status) in [
        ("site", "", 422),
        ("site", "x", 422),
        ("site", their_site.as_str(), 404),
        ("site", "999", 404),
        ("person_id", "", 422),
        ("person_id", viewer.as_str(), 422),
        ("person_id", blind.as_str(), 422),
        ("person_id", "999", 422),
        ("starts_on", "", 422),
        ("starts_on", "2026-02-30", 422),
        ("ends_on", "2026-11-22", 422),
        ("ends_on", "2028-11-22", 422),
        ("extent", long.as_str(), 422),
    ] {
        let mut fields: Vec<_> = good.iter().copied().filter(|(known, _)| *known != name).collect();
        fields.push((name, value));
        let answer = engineer.post("/visits/new", &fields).await;
        assert_eq!(answer.status.as_u16(), status, "{name}={value}: {}", answer.text());
    }
    engineer.post("/visits/new", &good).await.expect(303);
    for (asset, status) in [(foreign.id, 404), (elsewhere.id, 404), (999, 404)] {
        let asset = asset.to_string();
        engineer.post("/visits/1/not-found", &[("asset", &asset)]).await.expect(status);
    }
    engineer.post("/visits/1/not-found", &[]).await.expect(422);
    let foreigner = app.client_for(Role::Engineer, Some(vec![theirs.customer_id]));
    for path in ["/visits/1", "/visits/1/edit"] {
        foreigner.get(path).await.expect(404);
    }
    foreigner.post("/visits/1/edit", &good).await.expect(404);
    foreigner.post("/visits/1/close", &[("version", "1")]).await.expect(404);
    assert!(!foreigner.get("/visits").await.expect(200).text().contains("Ours"));
    app.client(Role::Viewer).post("/visits/new", &good).await.expect(403);
}
