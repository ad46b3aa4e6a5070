//! Proposals from the measured defect rate: drawn with their numbers, drafted or refused, never applied by themselves.

use domain::permission::{RecordTest, Role};
use proofmark::actions::tests::record_test;

use crate::support::TestApp;
use crate::support::builders::Thing;

/// Tests a thing so many times, of which the first ones fail.
pub fn test(app: &TestApp, thing: &Thing, times: i64, failing: i64) {
    let engineer = app.actor(Role::Engineer, None);
    let right = engineer.right::<RecordTest>().unwrap();
    for number in 0..times {
        let at =
            (app.app.now() - chrono::Duration::days(30) + chrono::Duration::minutes(number)).to_rfc3339();
        let test = match number < failing {
            true => crate::actions::tests::failing(&at),
            false => crate::actions::tests::passing(&at),
        };
        record_test(&app.app, &right, &thing.tag, &test).unwrap();
    }
}

#[actix_web::test]
async fn a_high_rate_is_proposed_shorter_drafted_or_refused() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let manager = app.client(Role::Manager);
    let path = format!("/proposals?site={}", ground.site_id);
    test(&app, &kettle, 3, 0);
    let few = manager.get(&path).await.expect(200).text();
    assert!(few.contains("none beyond 12 months") && few.contains("0 of 3 failed"), "{few}");
    // Another one fails: it is locked, and the first one stays on the list with its interval.
    test(&app, &app.kettle(ground), 8, 8);
    test(&app, &kettle, 22, 0);
    let shown = manager.get(&path).await.expect(200).text();
    assert!(shown.contains("Shorten to 6 months") && shown.contains("8 of 33 failed"), "{shown}");
    assert!(!app.client(Role::Viewer).get(&path).await.text().contains("Draft it"));
    let site = ground.site_id.to_string();
    let group = [("site", site.as_str()), ("category", "1"), ("environment", "")];
    app.client(Role::Engineer).post("/proposals/take", &group).await.expect(403);
    let draft = manager.post("/proposals/take", &group).await.expect(303);
    let draft = manager.get(draft.location()).await.expect(200).text();
    assert!(draft.contains("combined; any; any; 6") && draft.contains("Of 33 inspections"), "{draft}");
    let dues = app.app.store.read(|conn| store::dues::list_dues_of_asset(conn, kettle.id)).unwrap();
    assert!(
        dues.iter().all(|due| due.months != 6 || due.kind.0.to_string() != "combined"),
        "nothing changed"
    );
    manager.post("/proposals/refuse", &[group.as_slice(), &[("reason", "")]].concat()).await.expect(422);
    let reason = [group.as_slice(), &[("reason", "one bad batch, replaced")]].concat();
    manager.post("/proposals/refuse", &reason).await.expect(303);
    let refused = manager.get(&path).await.expect(200).text();
    assert!(refused.contains("Refused at these figures: one bad batch"), "{refused}");
    let other = app.client_for(Role::Manager, Some(vec![app.ground("Docks").customer_id]));
    other.get(&path).await.expect(404);
    other.post("/proposals/take", &group).await.expect(404);
}
