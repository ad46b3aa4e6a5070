//! The calendar feed: public by its secret, and no wider than its owner's sight.

use diesel::prelude::*;
use domain::permission::Role;
use store::schema::users;

use crate::support::TestApp;

const SECRET: &str = "a-secret-of-the-users-own";

fn give_feed(app: &TestApp, person_id: i64) {
    let hash = store::ledger::sha256(SECRET.as_bytes());
    app.put(|tx| {
        diesel::update(users::table.find(person_id))
            .set(users::feed_hash.eq(Some(hash)))
            .execute(&mut **tx)?;
        Ok(())
    });
}

#[actix_web::test]
async fn a_calendar_program_reads_what_its_owner_sees() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let tags: Vec<String> = (0..23).map(|_| app.due_kettle(ours, "2026-12-07").tag).collect();
    for day in ["2026-11-01", "2026-11-20"] {
        app.due_kettle(ours, day);
    }
    app.due_kettle(ours, "2027-11-23");
    app.due_kettle(ours, "2027-11-24");
    app.due_kettle(ours, "2029-01-01");
    app.due_kettle(theirs, "2026-12-07");
    let (person_id, _) = app.add_user(Role::Viewer, Some(vec![ours.customer_id]));
    give_feed(&app, person_id);
    let answer = app.stranger().get(&format!("/feed/{SECRET}.ics")).await.expect(200);
    assert_eq!(answer.headers.get("content-type").unwrap(), "text/calendar; charset=utf-8");
    let text = answer.text().replace("\r\n ", "");
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 3, "overdue, one day, one a year ahead: {text}");
    assert!(text.contains("SUMMARY:23 due: combined inspection and test (Head office)"), "{text}");
    assert!(text.contains("and 3 more") && !text.contains("Theirs"));
    assert_eq!(tags.iter().filter(|tag| text.contains(*tag)).count(), 20);
    assert!(text.contains("SUMMARY:2 overdue: ") && text.contains("DTSTART;VALUE=DATE:20261123"));
    assert!(text.contains(&format!("UID:site-{}.combined.2026-12-07@proofmark.test", ours.site_id)));
}

#[actix_web::test]
async fn a_wrong_secret_and_a_revoked_user_look_alike() {
    let app = TestApp::new();
    let (person_id, _) = app.add_user(Role::Viewer, None);
    give_feed(&app, person_id);
    let path = format!("/feed/{SECRET}.ics");
    app.stranger().get(&path).await.expect(200);
    let wrong = app.stranger().get("/feed/guess.ics").await.expect(404).text();
    app.put(|tx| {
        diesel::update(users::table.find(person_id)).set(users::active.eq(false)).execute(&mut **tx)?;
        Ok(())
    });
    assert_eq!(app.stranger().get(&path).await.expect(404).text(), wrong);
    let hash = store::ledger::sha256(SECRET.as_bytes());
    app.stranger().get(&format!("/feed/{hash}.ics")).await.expect(404);
}
