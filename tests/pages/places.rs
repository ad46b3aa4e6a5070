use domain::permission::Role;
use store::search::{Index, Search, find_documents};

use crate::support::TestApp;

#[actix_web::test]
async fn many_places_are_added_at_once_and_inherit_their_environment() {
    let app = TestApp::new();
    let site = app.ground("Mills").site_id;
    let manager = app.client(Role::Manager);
    let form = [("names", "House\n  Floor 10\n  Floor 2 / Lab"), ("environment", "workshop")];
    manager.post(&format!("/sites/{site}/places/new"), &form).await.expect(303);
    let page = manager.get(&format!("/sites/{site}")).await.expect(200).text();
    let at = |name: &str| page.find(&format!(">{name}</a>")).unwrap_or_else(|| panic!("{name}: {page}"));
    assert!(at("House") < at("Floor 2") && at("Floor 2") < at("Lab") && at("Lab") < at("Floor 10"));
    assert_eq!(page.matches("(from around)").count(), 3);
}

#[actix_web::test]
async fn assets_are_counted_with_those_within_and_found_by_a_new_name() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let manager = app.client(Role::Manager);
    let edit = format!("/places/{}/edit", ground.place_id);
    manager.post(&edit, &[("name", "Zanzibar"), ("version", "1")]).await.expect(303);
    let page = manager.get(&format!("/sites/{}", ground.site_id)).await.text();
    assert!(
        page.contains("Zanzibar") && page.contains("<td class=\"num\" data-label=\"Assets\">1</td>"),
        "{page}"
    );
    let words = domain::search_text::query("zanzibar");
    let search = Search { words, ..Search::default() };
    let found = app.app.store.read(|conn| find_documents(conn, Index::Assets, &search, (None, 10))).unwrap();
    assert_eq!(found, [kettle.id]);
}

#[actix_web::test]
async fn bad_input_is_named() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let new = format!("/sites/{}/places/new", ground.site_id);
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[("names", " ")], "at least one place"),
        (&[("names", "Kitchen")], "at least one place"),
        (&[("names", "A /  / B")], "line 1"),
        (&[("names", "A"), ("environment", "moon")], "not a known environment"),
    ];
    for (form, words) in cases {
        let answer = manager.post(&new, form).await.expect(422).text();
        assert!(answer.contains(words), "{form:?}: {answer}");
    }
    let edit = format!("/places/{}/edit", ground.place_id);
    manager.post(&edit, &[("name", "A / B"), ("version", "1")]).await.expect(422);
    manager.post(&edit, &[("name", "A")]).await.expect(422);
    manager.post(&edit, &[("name", "A"), ("version", "1")]).await.expect(303);
    manager.post(&edit, &[("name", "B"), ("version", "1")]).await.expect(409);
}
