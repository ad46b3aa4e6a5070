use domain::equipment::{EquipmentClass, EquipmentType};
use domain::permission::Role;

use super::{kettle_form, listed_kettle, pairs, read};
use crate::support::TestApp;

#[actix_web::test]
async fn the_category_fills_in_what_is_left_empty() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let category = app.category("Kettle", EquipmentClass::I, EquipmentType::Portable);
    let engineer = app.client(Role::Engineer);
    let form = kettle_form(&ground, category, &[("make", "Brew"), ("serial", "SN-1")]);
    let answer = engineer.post("/assets/new", &pairs(&form)).await.expect(303);
    let asset = read(&app, 1);
    assert_eq!(answer.location(), format!("/t/{}?done=added", asset.tag));
    assert_eq!((asset.description.as_str(), asset.fuse_ma), ("Kettle", Some(13_000)));
    assert_eq!(asset.equipment_class.map(|class| class.0), Some(EquipmentClass::I));
    assert!(asset.tag.parse::<domain::tag::Tag>().is_ok(), "{}", asset.tag);
}

#[actix_web::test]
async fn defaults_are_shown_without_scripts_and_may_be_cleared() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let category = app.category("Kettle", EquipmentClass::I, EquipmentType::Portable);
    let engineer = app.client(Role::Engineer);
    let form = kettle_form(&ground, category, &[("do", "defaults")]);
    let page = engineer.post("/assets/new", &pairs(&form)).await.expect(200).text();
    assert!(page.contains(r#"name="fuse_a" value="13""#), "{page}");
    let form = kettle_form(&ground, category, &[("defaults_of", &category.to_string()), ("fuse_a", "")]);
    engineer.post("/assets/new", &pairs(&form)).await.expect(303);
    assert_eq!(read(&app, 1).fuse_ma, None);
    let json = engineer.get(&format!("/assets/defaults?category={category}")).await.expect(200).json();
    assert_eq!((json["fuse_a"].as_str(), json["equipment_class"].as_str()), (Some("13"), Some("I")));
}

#[actix_web::test]
async fn the_fifth_kettle_takes_one_form() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = listed_kettle(&app, ground);
    let engineer = app.client(Role::Engineer);
    let page = engineer.get(&format!("/assets/new?like={}", kettle.id)).await.expect(200).text();
    assert!(page.contains(r#"value="Brew""#) && page.contains(r#"value="0.75""#), "{page}");
    assert!(!page.contains("SN-12/34"), "a serial number is no default");
    let form = kettle_form(&ground, 1, &[("do", "another"), ("make", "Brew")]);
    let next = engineer.post("/assets/new", &pairs(&form)).await.expect(303);
    assert!(next.location().starts_with("/assets/new?like=2"), "{}", next.location());
}

#[actix_web::test]
async fn the_second_of_two_edits_sees_both_versions() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = listed_kettle(&app, ground);
    let engineer = app.client(Role::Engineer);
    let path = format!("/assets/{}/edit", kettle.id);
    let first = kettle_form(&ground, 1, &[("version", "1"), ("description", "Urn"), ("defaults_of", "1")]);
    engineer.post(&path, &pairs(&first)).await.expect(303);
    let second = kettle_form(&ground, 1, &[("version", "1"), ("description", "Pot"), ("defaults_of", "1")]);
    let page = engineer.post(&path, &pairs(&second)).await.expect(409).text();
    assert!(page.contains("Urn") && page.contains("Pot"), "{page}");
    assert_eq!(read(&app, kettle.id).description, "Urn");
}

#[actix_web::test]
async fn every_wrong_field_is_told_at_once_and_what_was_typed_stays() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let category = app.category("Kettle", EquipmentClass::I, EquipmentType::Portable);
    let engineer = app.client(Role::Engineer);
    let long = "x".repeat(201);
    let wrong = [
        ("fuse_a", "thirteen"),
        ("lead_length_m", "1,5"),
        ("sockets", "-1"),
        ("equipment_class", "IV"),
        ("purchased_on", "31/12/2024"),
        ("serial", long.as_str()),
        ("cost", "1.234"),
        ("parent", "NOSUCH"),
    ];
    let form = kettle_form(&ground, category, &wrong);
    let page = engineer.post("/assets/new", &pairs(&form)).await.expect(422).text();
    for (name, _) in wrong {
        assert!(page.contains(&format!("{name}-error")), "{name} is not told: {page}");
    }
    assert!(page.contains(r#"value="thirteen""#));
    for (field, value) in
        [("category", ""), ("where", ""), ("customer", ""), ("where", "a:b"), ("tag", "---")]
    {
        let form = kettle_form(&ground, category, &[(field, value)]);
        engineer.post("/assets/new", &pairs(&form)).await.expect(422);
    }
}

#[actix_web::test]
async fn what_is_never_typed_cannot_be_sent() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = listed_kettle(&app, ground);
    let engineer = app.client(Role::Engineer);
    let forged = [
        ("version", "1"),
        ("description", "Kettle"),
        ("lock_cause", "none"),
        ("last_verdict", "pass"),
        ("due_on", "2099-01-01"),
        ("combined_months", "120"),
        ("interval_reason", "because"),
        ("defaults_of", "1"),
    ];
    // An engineer may not set intervals; the rest is no field at all.
    let form = kettle_form(&ground, 1, &forged);
    engineer.post(&format!("/assets/{}/edit", kettle.id), &pairs(&form)).await.expect(403);
    let manager = app.client(Role::Manager);
    manager.post(&format!("/assets/{}/edit", kettle.id), &pairs(&form)).await.expect(303);
    let asset = read(&app, kettle.id);
    assert_eq!(asset.combined_months, Some(120));
    assert_eq!((asset.last_verdict, asset.tag), (None, kettle.tag));
    let without =
        kettle_form(&ground, 1, &[("version", "2"), ("combined_months", "6"), ("defaults_of", "1")]);
    let page =
        manager.post(&format!("/assets/{}/edit", kettle.id), &pairs(&without)).await.expect(422).text();
    assert!(page.contains("needs its reason"), "{page}");
}

#[actix_web::test]
async fn foreign_ids_are_not_found_in_any_position() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let (mine, kettle) = (listed_kettle(&app, ours), listed_kettle(&app, theirs));
    let engineer = app.client_for(Role::Engineer, Some(vec![ours.customer_id]));
    let their_where = format!("{}:{}", theirs.site_id, theirs.place_id);
    let mixed = format!("{}:{}", ours.site_id, theirs.place_id);
    for (name, value) in
        [("customer", theirs.customer_id.to_string()), ("where", their_where.clone()), ("where", mixed)]
    {
        let form = kettle_form(&ours, 1, &[(name, &value)]);
        engineer.post("/assets/new", &pairs(&form)).await.expect(404);
    }
    let form = kettle_form(&ours, 1, &[("version", "1"), ("where", &their_where), ("defaults_of", "1")]);
    engineer.post(&format!("/assets/{}/edit", mine.id), &pairs(&form)).await.expect(404);
    for path in ["edit", "move", "custody", "status", "tag", "attach"] {
        engineer.get(&format!("/assets/{}/{path}", kettle.id)).await.expect(404);
    }
    engineer.get(&format!("/assets/new?like={}", kettle.id)).await.expect(404);
    // A parent of somebody else's looks like none.
    let form = kettle_form(&ours, 1, &[("parent", kettle.tag.as_str())]);
    let page = engineer.post("/assets/new", &pairs(&form)).await.expect(422).text();
    assert!(page.contains("no asset has this tag"), "{page}");
    assert_eq!(read(&app, mine.id).site_id, ours.site_id);
}

#[actix_web::test]
async fn parts_of_two_customers_do_not_mix_even_for_who_sees_both() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let (_, kettle) = (listed_kettle(&app, ours), listed_kettle(&app, theirs));
    let engineer = app.client(Role::Engineer);
    let their_where = format!("{}:{}", theirs.site_id, theirs.place_id);
    let form = kettle_form(&ours, 1, &[("where", &their_where)]);
    engineer.post("/assets/new", &pairs(&form)).await.expect(422);
    let form = kettle_form(&ours, 1, &[("parent", kettle.tag.as_str())]);
    engineer.post("/assets/new", &pairs(&form)).await.expect(422);
}
