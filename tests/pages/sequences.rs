//! Sequences: shipped, copied, chosen by a category, and what they ask for.

use domain::permission::Role;
use domain::sequence::Sequence;

use crate::support::TestApp;

/// The shipped sequence for class I under another code, with the functional check asked for.
fn own() -> String {
    let text = Sequence::shipped_text("class_1").unwrap();
    let text = text.replace("code = \"class_1\"", "code = \"kettles\"");
    text.replace("test = \"functional\"", "test = \"functional\"\nrequired = true")
        .replace("name = \"Class I appliance\"", "name = \"Kettles\"\nby_choice = true")
}

#[actix_web::test]
async fn a_copy_asks_for_more_and_is_used_where_the_category_says_so() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let (manager, engineer) = (app.client(Role::Manager), app.client(Role::Engineer));
    let list = manager.get("/sequences").await.expect(200).text();
    assert!(list.contains("110 V tool") && !list.contains("Your own"), "{list}");
    assert!(manager.get("/sequences/new?from=class_1").await.expect(200).text().contains("class_1_own"));
    engineer.get("/sequences/new").await.expect(403);
    let text = own();
    manager.post("/sequences/new", &[("text", text.as_str())]).await.expect(303);
    manager.post("/sequences/new", &[("text", text.as_str())]).await.expect(422);
    let shown = engineer.get("/sequences/kettles").await.expect(200).text();
    assert!(shown.contains("Kettles") && shown.contains("always"), "{shown}");

    let form = format!("/assets/{}/test/combined?sequence=kettles", kettle.tag);
    assert!(engineer.get(&form).await.expect(200).text().contains("By sequence: Kettles"));
    let none = format!("/assets/{}/test/combined?sequence=nothing", kettle.tag);
    engineer.get(&none).await.expect(422);
    let path = format!("/assets/{}/test/combined", kettle.tag);
    let fields = [
        ("id", "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0001"),
        ("sequence", "kettles"),
        ("all_good", "yes"),
        ("earth_continuity", "0.08"),
        ("earth_continuity-amps", "0.2"),
        ("insulation_resistance", ">19.99"),
    ];
    let missing = engineer.post(&path, &fields).await.expect(422).text();
    assert!(
        missing.contains("the sequence &#34;Kettles&#34; asks for it") || missing.contains("Kettles"),
        "{missing}"
    );
    let whole: Vec<_> = fields.into_iter().chain([("functional", "pass")]).collect();
    let done = engineer.post(&path, &whole).await.expect(303);
    let page = engineer.get(done.location()).await.expect(200).text();
    assert!(page.contains(">PASS<") && page.contains("Kettles, version 1"), "{page}");
}

#[actix_web::test]
async fn a_copy_cannot_leave_out_what_a_rule_set_requires() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    let weak = own().replace("test = \"insulation_resistance\"", "test = \"load\"");
    let answer = manager.post("/sequences/new", &[("text", weak.as_str())]).await.expect(422).text();
    assert!(answer.contains("insulation"), "{answer}");
    let taken = own().replace("kettles", "class_1");
    let answer = manager.post("/sequences/new", &[("text", taken.as_str())]).await.expect(422).text();
    assert!(answer.contains("shipped"), "{answer}");
}

#[actix_web::test]
async fn a_change_is_a_new_version_and_the_code_stays() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    let text = own();
    manager.post("/sequences/new", &[("text", text.as_str())]).await.expect(303);
    let edit = "/sequences/kettles/edit";
    let other = text.replace("code = \"kettles\"", "code = \"urns\"");
    manager.post(edit, &[("version", "1"), ("text", other.as_str())]).await.expect(422);
    let renamed = text.replace("name = \"Kettles\"", "name = \"Kettles and urns\"");
    manager.post(edit, &[("version", "1"), ("text", renamed.as_str())]).await.expect(303);
    let shown = manager.get("/sequences/kettles").await.expect(200).text();
    assert!(shown.contains("Kettles and urns") && shown.contains("version 2"), "{shown}");
    manager.post(edit, &[("version", "1"), ("text", text.as_str())]).await.expect(409);
}

#[actix_web::test]
async fn programs_get_the_plan_of_a_test() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let plan =
        engineer.get(&format!("/api/v1/assets/{}/plan?kind=after_repair", kettle.tag)).await.expect(200);
    let plan = plan.json();
    assert_eq!((&plan["ruleset"], &plan["sequence"]), (&"en50678".into(), &"class_1".into()));
    assert_eq!(plan["readings"][0]["test"], "earth_continuity");
    assert!(plan["readings"].to_string().contains("functional"));
    engineer.get(&format!("/api/v1/assets/{}/plan?kind=guess", kettle.tag)).await.expect(422);
    assert!(engineer.get("/api/v1/sequences").await.expect(200).text().contains("microwave"));
}
