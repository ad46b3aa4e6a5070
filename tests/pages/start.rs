//! The start page shows each role its own numbers.

use diesel::prelude::*;
use domain::permission::Role;
use store::schema::{instruments, visits};

use crate::support::TestApp;

#[actix_web::test]
async fn a_manager_sees_what_is_late_what_failed_and_what_needs_calibration() {
    let app = TestApp::new();
    let (mills, docks) = (app.ground("Mills"), app.ground("Docks"));
    app.due_kettle(mills, "2026-11-11");
    app.due_kettle(docks, "2026-11-25");
    let failed = app.kettle(docks);
    app.lock(&failed, "failed");
    app.put(|tx| {
        let soon: chrono::NaiveDate = "2026-12-01".parse().unwrap();
        let row = (
            instruments::make.eq("M"),
            instruments::model.eq("T"),
            instruments::serial.eq("1"),
            instruments::calibration_due.eq(Some(soon)),
        );
        diesel::insert_into(instruments::table).values(row).execute(&mut **tx)?;
        Ok(())
    });
    let page = app.client(Role::Manager).get("/").await.expect(200).text();
    for words in [
        "<strong>1</strong><span>overdue",
        "<strong>1</strong><span>still due this month",
        "<strong>1</strong><span>quarantined",
        "<strong>1</strong><span>instruments to calibrate",
        "<strong>0</strong><span>tests this week",
        "<title>Overdue: 1 due</title>",
        "<title>November 2026: 1 due</title>",
        &failed.tag,
        "Docks</a>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let viewer =
        app.client_for(Role::Viewer, Some(vec![mills.customer_id])).get("/").await.expect(200).text();
    assert!(viewer.contains("<strong>0</strong><span>quarantined") && !viewer.contains(&failed.tag));
    assert!(!viewer.contains("calibrate") && !viewer.contains("Docks"));
}

#[actix_web::test]
async fn an_engineer_sees_the_open_visit_and_what_is_due_there() {
    let app = TestApp::new();
    let (mills, docks) = (app.ground("Mills"), app.ground("Docks"));
    app.due_kettle(mills, "2026-11-11");
    app.due_kettle(docks, "2026-11-11");
    let (person_id, _) = app.add_user(Role::Engineer, None);
    let origin = proofmark::actions::log_in::Origin { address: None, user_agent: "test".to_owned() };
    let secret = proofmark::actions::log_in::open_session(&app.app, person_id, &origin).unwrap();
    let engineer = crate::support::client::Client::new(app.app.clone(), Some(secret));
    assert!(!engineer.get("/").await.expect(200).text().contains("Your open visit"));
    app.put(|tx| {
        let day: chrono::NaiveDate = "2026-11-23".parse().unwrap();
        let row = (
            visits::customer_id.eq(mills.customer_id),
            visits::site_id.eq(mills.site_id),
            visits::person_id.eq(person_id),
            visits::starts_on.eq(day),
            visits::ends_on.eq(day),
        );
        diesel::insert_into(visits::table).values(row).execute(&mut **tx)?;
        Ok(())
    });
    let page = engineer.get("/").await.expect(200).text();
    assert!(page.contains("Your open visit: Mills, Head office"), "{page}");
    assert!(page.contains("<strong>1</strong><span>due at Head office by the end of the month"), "{page}");
    assert!(page.contains("<strong>0</strong><span>tested by you today"));
}
