use domain::permission::Role;

use crate::support::TestApp;

#[actix_web::test]
async fn a_category_has_defaults_intervals_and_fields_of_its_own() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    let form = [
        ("name", "Kettle"),
        ("equipment_class", "I"),
        ("fuse_a", "13"),
        ("combined_months", "12"),
        ("field_name", "Colour"),
        ("field_kind", "choice"),
        ("field_choices", "red, blue"),
        ("field_name", ""),
        ("field_kind", "text"),
        ("field_choices", ""),
    ];
    manager.post("/categories/new", &form).await.expect(303);
    let stored = app.app.store.read(|conn| store::categories::find_category(conn, 1)).unwrap();
    assert_eq!((stored.fuse_ma, stored.combined_months), (Some(13_000), Some(12)));
    assert_eq!(stored.fields.0.len(), 1);
    assert_eq!(stored.fields.0[0].choices, ["red", "blue"]);
    assert!(manager.get("/categories/1/edit").await.expect(200).text().contains("red, blue"));
    let model =
        [("category_id", "1"), ("make", "Brew"), ("name", "B3"), ("fuse_a", "10"), ("heating", "true")];
    manager.post("/models/new", &model).await.expect(303);
    manager.post("/models/new", &model).await.expect(422);
    assert!(manager.get("/categories").await.expect(200).text().contains("Brew B3"));
    manager.get("/models/1/edit").await.expect(200);
}

#[actix_web::test]
async fn bad_input_is_named() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    let cases: [(&[(&str, &str)], &str); 8] = [
        (&[("name", "")], "fill this in"),
        (&[("name", "A"), ("equipment_class", "IV")], "not a known equipment class"),
        (&[("name", "A"), ("fuse_a", "13,0")], "comma"),
        (&[("name", "A"), ("combined_months", "-1")], "between 0 and 600"),
        (&[("name", "A"), ("combined_months", "0")], "say why there is none"),
        (
            &[("name", "A"), ("field_name", "X"), ("field_kind", "blob"), ("field_choices", "")],
            "its kind is one of",
        ),
        (
            &[("name", "A"), ("field_name", "X"), ("field_kind", "choice"), ("field_choices", "one")],
            "two choices",
        ),
        (&[("name", "A"), ("version", "1"), ("id", "9")], "no field of this form"),
    ];
    for (form, words) in cases {
        let answer = manager.post("/categories/new", form).await.expect(422).text();
        assert!(answer.contains(words), "{form:?}: {answer}");
    }
    let model = [("category_id", "99"), ("make", "Brew"), ("name", "B3")];
    manager.post("/models/new", &model).await.expect(404);
}

#[actix_web::test]
async fn what_all_customers_share_is_not_changed_by_who_sees_only_some() {
    let app = TestApp::new();
    let some = app.client_for(Role::Manager, Some(vec![app.ground("Ours").customer_id]));
    some.post("/categories/new", &[("name", "A")]).await.expect(403);
    some.post("/instruments/new", &[("make", "A"), ("model", "B"), ("serial", "C")]).await.expect(403);
    app.client(Role::Engineer).post("/categories/new", &[("name", "A")]).await.expect(403);
}

#[actix_web::test]
async fn a_shorter_interval_moves_the_due_dates_of_its_assets() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let category = app.app.store.read(store::categories::list_categories).unwrap().remove(0);
    let months = || -> Vec<i64> {
        let dues = app.app.store.read(|conn| store::dues::list_dues_of_asset(conn, kettle.id)).unwrap();
        dues.iter().map(|due| due.months).collect()
    };
    let manager = app.client(Role::Manager);
    for (version, given) in [("1", "9"), ("2", "3")] {
        let form = [
            ("name", "Kettle"),
            ("equipment_class", "I"),
            ("equipment_type", "portable"),
            ("combined_months", given),
            ("version", version),
        ];
        manager.post(&format!("/categories/{}/edit", category.id), &form).await.expect(303);
        assert_eq!(months(), [given.parse::<i64>().unwrap()]);
    }
}

#[actix_web::test]
async fn an_empty_register_starts_with_the_usual_ones() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    assert!(manager.get("/categories").await.expect(200).text().contains("Start with the usual ones"));
    manager.post("/categories/usual", &[]).await.expect(303);
    let list = manager.get("/categories").await.expect(200).text();
    assert!(list.contains("Kettle") && list.contains("IEC C13 lead"), "{list}");
    manager.post("/categories/usual", &[]).await.expect(409);
}
