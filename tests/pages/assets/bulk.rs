use domain::permission::Role;

use super::{listed_kettle, read};
use crate::support::TestApp;

#[actix_web::test]
async fn many_move_after_showing_what_will_change() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (a, b) = (listed_kettle(&app, ground), listed_kettle(&app, ground));
    let manager = app.client(Role::Manager);
    let (a1, b1, site) = (format!("{}:1", a.id), format!("{}:1", b.id), ground.site_id.to_string());
    let picks = [("pick", a1.as_str()), ("pick", &b1), ("change", "move")];
    let page = manager.post("/assets/bulk", &picks).await.expect(200).text();
    assert!(page.contains("Move to"), "{page}");
    let with = [&picks[..], &[("where", site.as_str())]].concat();
    let page = manager.post("/assets/bulk", &with).await.expect(200).text();
    assert!(page.contains("place: Kitchen") && read(&app, a.id).place_id.is_some(), "{page}");
    let yes = [&with[..], &[("confirm", "yes")]].concat();
    manager.post("/assets/bulk", &yes).await.expect(303);
    assert_eq!((read(&app, a.id).place_id, read(&app, b.id).place_id), (None, None));
}

#[actix_web::test]
async fn all_of_them_or_none() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (a, b) = (listed_kettle(&app, ground), listed_kettle(&app, ground));
    let manager = app.client(Role::Manager);
    // The second was changed meanwhile.
    let (a1, b0) = (format!("{}:1", a.id), format!("{}:0", b.id));
    let form = [
        ("pick", a1.as_str()),
        ("pick", &b0),
        ("change", "lifecycle"),
        ("lifecycle", "disposed"),
        ("confirm", "yes"),
    ];
    manager.post("/assets/bulk", &form).await.expect(409);
    assert_eq!(read(&app, a.id).version, 1);
    app.client(Role::Engineer).post("/assets/bulk", &form).await.expect(403);
    let foreigner = app.client_for(Role::Manager, Some(vec![]));
    foreigner.post("/assets/bulk", &form).await.expect(404);
    for form in [vec![("change", "move")], vec![("pick", "x"), ("change", "move")], vec![("pick", &a1)]] {
        manager.post("/assets/bulk", &form).await.expect(422);
    }
}

#[actix_web::test]
async fn labels_are_printed_of_what_is_ticked() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let pick = format!("{}:1", kettle.id);
    let answer = app
        .client(Role::Engineer)
        .post("/assets/bulk", &[("pick", &pick), ("change", "labels")])
        .await
        .expect(303);
    assert_eq!(answer.location(), format!("/labels?tags={}", kettle.tag));
}
