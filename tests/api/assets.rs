use actix_web::http::Method;
use domain::equipment::{EquipmentClass, EquipmentType};
use serde_json::{Value, json};

use super::kettle_json;
use crate::support::TestApp;

fn fields_at_fault(answer: &Value) -> Vec<&str> {
    answer["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn an_asset_is_added_read_and_changed() {
    let app = TestApp::new();
    app.kettle(app.ground("Mills"));
    let program = app.engineer();
    let body = json!({"customer": "Mills", "site": "Head office", "place": "Kitchen", "category": "Kettle",
        "make": "Brewster", "model": "K17", "serial": "1", "customer_number": "M-1", "equipment_class": "I",
        "equipment_type": "portable", "conductor_mm2": "1.25", "lead_length_m": "0.75", "rated_power_w": "2200",
        "fuse_a": "13", "heating": true, "surge_suppressors": false, "sockets": null});
    let added = program.json(Method::POST, "/api/v1/assets", &body).await.expect(201);
    let asset = added.json();
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&asset[name], value, "{name}");
    }
    assert_eq!(asset["description"], "Kettle");
    assert_eq!(added.headers.get("etag").unwrap(), "\"1\"");
    let path = added.location().to_owned();
    assert_eq!(program.get(&path).await.expect(200).json(), asset);
    let spoken = asset["tag"].as_str().unwrap().to_lowercase();
    let spoken = format!("/api/v1/assets/{}-{}", &spoken[..4], &spoken[4..]);
    assert_eq!(program.get(&spoken).await.expect(200).json(), asset);

    let change = json!({"fuse_a": "5", "customer_number": null, "place": null});
    let changed =
        program.send(Method::PATCH, &path, |r| r.set_json(&change).insert_header(("if-match", "\"1\"")));
    let changed = changed.await.expect(200);
    let after = changed.json();
    assert_eq!((&after["fuse_a"], &after["version"]), (&json!("5"), &json!(2)));
    assert_eq!(
        (&after["customer_number"], &after["place"], &after["make"]),
        (&Value::Null, &Value::Null, &json!("Brewster"))
    );
    assert_eq!(changed.headers.get("etag").unwrap(), "\"2\"");
}

#[actix_web::test]
async fn what_is_left_out_comes_from_the_category() {
    let app = TestApp::new();
    app.ground("Mills");
    app.category("Kettle", EquipmentClass::I, EquipmentType::Portable);
    let asset =
        app.engineer().json(Method::POST, "/api/v1/assets", &kettle_json("Mills")).await.expect(201).json();
    assert_eq!((&asset["equipment_class"], &asset["fuse_a"]), (&json!("I"), &json!("13")));
    assert_eq!(asset["status"], "in_service");
}

#[actix_web::test]
async fn a_change_needs_the_version_that_was_read() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let program = app.engineer();
    let path = format!("/api/v1/assets/{}", kettle.tag);
    let change = json!({"make": "Calda"});
    let (program, path, change) = (&program, &path, &change);
    let with = |condition: &'static str| {
        program.send(Method::PATCH, path, move |r| r.set_json(change).insert_header(("if-match", condition)))
    };
    program.json(Method::PATCH, path, change).await.expect(428);
    for condition in ["\"7\"", "1", "*", "", "W/\"1\"", "\"x\""] {
        with(condition).await.expect(412);
    }
    with("\"1\"").await.expect(200);
    let stale = with("\"1\"").await.expect(412);
    assert_eq!(stale.headers.get("content-type").unwrap(), "application/problem+json");
}

#[actix_web::test]
async fn bad_input_names_every_field() {
    let app = TestApp::new();
    app.kettle(app.ground("Mills"));
    let program = app.engineer();
    let post = async |body: Value| program.json(Method::POST, "/api/v1/assets", &body).await;
    let missing = post(json!({})).await.expect(422).json();
    assert_eq!(fields_at_fault(&missing), ["customer", "site", "category"]);
    let mut wrong = kettle_json("Mills");
    for (name, value) in [
        ("fuse_a", json!(1.5)),
        ("rated_power_w", json!("-1")),
        ("conductor_mm2", json!("1,5")),
        ("lead_length_m", json!("0.0001")),
        ("sockets", json!("four")),
        ("equipment_class", json!("IV")),
        ("heating", json!("yes")),
        ("in_service_on", json!("22/11/2026")),
        ("make", json!(["x"])),
        ("custom", json!({"a": 1})),
        ("id", json!(1)),
        ("version", json!(9)),
        ("status", json!("in_service")),
        ("lock_cause", Value::Null),
        ("due_on", json!("2030-01-01")),
        ("customer_id", json!(1)),
    ] {
        wrong[name] = value;
    }
    let answer = post(wrong).await.expect(422).json();
    let mut fields = fields_at_fault(&answer);
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "conductor_mm2",
            "custom",
            "customer_id",
            "due_on",
            "equipment_class",
            "fuse_a",
            "heating",
            "id",
            "in_service_on",
            "lead_length_m",
            "lock_cause",
            "make",
            "rated_power_w",
            "sockets",
            "status",
            "version"
        ]
    );
    let mut long = kettle_json("Mills");
    long["make"] = json!("x".repeat(201));
    assert_eq!(fields_at_fault(&post(long).await.expect(422).json()), ["make"]);
    let mut huge = kettle_json("Mills");
    huge["notes"] = json!("x".repeat(2 << 20));
    post(huge).await.expect(413);
    for body in ["", "[]", "{", "null", "\u{0}"] {
        let answer = program.send(Method::POST, "/api/v1/assets", |r| {
            r.set_payload(body).insert_header(("content-type", "application/json"))
        });
        answer.await.expect(422);
    }
}

#[actix_web::test]
async fn what_is_another_customers_is_not_found_in_any_position() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let (mine, foreign) = (app.kettle(ours), app.kettle(theirs));
    app.put(|tx| [mine.id, foreign.id].into_iter().try_for_each(|id| store::assets::reindex_asset(tx, id)));
    let program =
        app.program(domain::permission::Role::Engineer, Some(vec![ours.customer_id]), &Default::default());
    program.json(Method::POST, "/api/v1/assets", &kettle_json("Theirs")).await.expect(404);
    let mut child = kettle_json("Ours");
    child["parent"] = json!(foreign.tag);
    program.json(Method::POST, "/api/v1/assets", &child).await.expect(404);
    let path = format!("/api/v1/assets/{}", foreign.tag);
    program.get(&path).await.expect(404);
    let change = json!({"make": "x"});
    program
        .send(Method::PATCH, &path, |r| r.set_json(&change).insert_header(("if-match", "\"1\"")))
        .await
        .expect(404);
    for query in [
        "customer=Theirs",
        "site=Nowhere",
        "cursor=x",
        "q=%00",
        "limit=0",
        "limit=201",
        "colour=red",
        "due_before=x",
    ] {
        let answer = program.get(&format!("/api/v1/assets?{query}")).await;
        assert!(answer.status.is_client_error(), "{query}: {}", answer.text());
    }
    let listed = program.get("/api/v1/assets").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["tag"], json!(mine.tag));
    program.get("/api/v1/places?customer=Theirs&site=Head+office").await.expect(404);
    program.get("/api/v1/sites?customer=Theirs").await.expect(404);
    let known = program.get("/api/v1/customers").await.expect(200).json();
    assert_eq!(known["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_list_is_read_page_by_page() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let tags: Vec<String> = (0..5).map(|_| app.kettle(ground).tag).collect();
    app.put(|tx| (1..=5).try_for_each(|id| store::assets::reindex_asset(tx, id)));
    let program = app.engineer();
    let (mut seen, mut cursor) = (vec![], String::new());
    loop {
        let page = program
            .get(&format!("/api/v1/assets?q=kett&customer=Mills&limit=2{cursor}"))
            .await
            .expect(200)
            .json();
        for item in page["items"].as_array().unwrap() {
            assert_eq!(item["place"], "Kitchen");
            seen.push(item["tag"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    seen.reverse();
    assert_eq!(seen, tags);
}
