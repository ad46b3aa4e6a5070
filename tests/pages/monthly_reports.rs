//! What a customer's month came to.

use diesel::prelude::*;
use domain::permission::Role;
use proofmark::actions::monthly_reports::find_report;
use store::schema::jobs;
use store::types::Moment;

use crate::support::TestApp;
use crate::support::builders::Ground;

/// A job of the past: when it was opened and closed, its priority, and whether its times were kept.
fn past(
    app: &TestApp,
    ground: Ground,
    times: (&str, Option<&str>),
    priority: &str,
    kept: (Option<bool>, Option<bool>),
) -> i64 {
    let moment = |text: &str| Moment::from(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    app.put(|tx| {
        let number = store::jobs::next_job_number(tx)?;
        let closed = times.1.map(moment);
        let id: i64 = diesel::insert_into(jobs::table)
            .values((
                jobs::customer_id.eq(ground.customer_id),
                jobs::site_id.eq(ground.site_id),
                jobs::number.eq(&number),
                jobs::kind.eq("repair"),
                jobs::title.eq(format!("Job {number}")),
                jobs::state.eq(if closed.is_some() { "closed" } else { "reported" }),
                jobs::outcome.eq(closed.map(|_| "repaired")),
                jobs::priority.eq(priority),
                jobs::impact.eq("person"),
                jobs::opened_at.eq(moment(times.0)),
                jobs::closed_at.eq(closed),
                jobs::response_met.eq(kept.0),
                jobs::fix_met.eq(kept.1),
            ))
            .returning(jobs::id)
            .get_result(&mut **tx)?;
        let scope = tx.actor.scope();
        let job = store::jobs::find_job_by_id(tx, scope, id)?;
        store::measures::settle_measures(tx, &job)?;
        Ok(id)
    })
}

#[actix_web::test]
async fn a_month_is_counted_by_the_firms_clock() {
    let app = TestApp::new();
    let (ground, other) = (app.ground("Mills"), app.ground("Others"));
    let yes = (Some(true), Some(true));
    // 30 June, 23:30 UTC is 1 July in London.
    past(&app, ground, ("2026-06-30T23:30:00Z", Some("2026-07-02T10:00:00Z")), "high", yes);
    past(
        &app,
        ground,
        ("2026-07-03T10:00:00Z", Some("2026-07-04T10:00:00Z")),
        "high",
        (Some(true), Some(false)),
    );
    past(&app, ground, ("2026-07-03T10:00:00Z", Some("2026-07-05T10:00:00Z")), "low", (None, None));
    past(&app, ground, ("2026-07-30T10:00:00Z", Some("2026-08-02T10:00:00Z")), "low", yes);
    past(&app, ground, ("2026-05-01T10:00:00Z", None), "low", (None, None));
    past(&app, ground, ("2026-08-01T10:00:00Z", None), "low", (None, None));
    past(&app, other, ("2026-07-03T10:00:00Z", Some("2026-07-04T10:00:00Z")), "high", yes);
    let manager = app.actor(Role::Manager, None);
    let month = "2026-07-01".parse().unwrap();
    let report = find_report(&app.app, &manager.right().unwrap(), (ground.customer_id, month)).unwrap();
    let numbers = &report.numbers;
    assert_eq!((numbers.opened, numbers.closed(), numbers.open_now()), (4, 3, 2));
    assert_eq!((numbers.response().met, numbers.response().missed), (2, 0));
    assert_eq!((numbers.fix().met, numbers.fix().missed), (1, 1));
    assert_eq!(numbers.open, [1, 0, 0, 1], "one of two days, one of 92");
    let trend: Vec<_> = numbers.trend.iter().map(|one| (one.opened, one.closed)).collect();
    assert_eq!(trend, [(0, 0), (0, 0), (0, 0), (1, 0), (0, 0), (4, 3)]);
    assert_eq!(report.jobs.len(), 3);
    assert!(!report.unfinished && report.jobs[0].closed > report.jobs[2].closed);
}

#[actix_web::test]
async fn failures_tests_due_and_what_came_back_are_named() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let client = app.client(Role::Engineer);
    let test = format!("/assets/{}/test/formal_visual", kettle.tag);
    let form = [("id", "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0001"), ("plug", "fail")];
    client.post(&test, &form).await.expect(303);
    for days in [1, 3, 5] {
        let at = format!("2026-11-0{days}T10:00:00Z");
        let job = past(&app, ground, (&at, None), "low", (None, None));
        app.put(|tx| store::jobs::assets::insert_job_asset(tx, (job, ground.customer_id), kettle.id));
    }
    let manager = app.actor(Role::Manager, None);
    let month = "2026-11-01".parse().unwrap();
    let report = find_report(&app.app, &manager.right().unwrap(), (ground.customer_id, month)).unwrap();
    assert_eq!((report.numbers.tests, report.numbers.failed), (1, 1));
    assert_eq!(
        (report.failures[0].tag.as_str(), report.failures[0].now.as_str()),
        (kettle.tag.as_str(), "Quarantined")
    );
    assert_eq!(
        (report.repeats[0].tag.as_str(), report.repeats[0].month, report.repeats[0].year),
        (kettle.tag.as_str(), 3, 3)
    );
    assert!(report.unfinished);
}

#[actix_web::test]
async fn a_report_is_chosen_and_downloaded_within_ones_customers() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let manager = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    let page = manager.get("/reports").await.expect(200).text();
    assert!(page.contains("Ours") && !page.contains("Theirs") && page.contains("2026-10"), "{page}");
    let (mine, other) = (ours.customer_id, theirs.customer_id);
    let page = manager.get(&format!("/reports?customer={mine}&month=2026-10")).await.expect(200).text();
    assert!(page.contains("Ours, October 2026"), "{page}");
    let pdf = manager.get(&format!("/reports/{mine}/2026-10.pdf")).await.expect(200);
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    manager.get(&format!("/reports/{other}/2026-10.pdf")).await.expect(404);
    manager.get(&format!("/reports?customer={other}&month=2026-10")).await.expect(404);
    for (month, says, status) in [("soon", "not a month", 404), ("2027-01", "has not begun", 422)] {
        let page = manager.get(&format!("/reports?customer={mine}&month={month}")).await.expect(422).text();
        assert!(page.contains(says), "{page}");
        manager.get(&format!("/reports/{mine}/{month}.pdf")).await.expect(status);
    }
    app.client(Role::Engineer).get("/reports").await.expect(403);
}

#[actix_web::test]
async fn the_measures_and_the_report_count_a_job_closed_near_midnight_in_the_same_month() {
    use diesel::prelude::*;
    use store::measures::{Selection, settle_measures};
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.put(|tx| {
        use store::schema::sites;
        let zone = sites::time_zone.eq("Australia/Sydney");
        diesel::update(sites::table.find(ground.site_id)).set(zone).execute(&mut **tx)?;
        Ok(())
    });
    // The first is closed on 1 August by the clock of its site, the second by the firm's clock too.
    for closed in ["2026-07-31T22:30:00Z", "2026-07-31T23:30:00Z"] {
        let id = past(&app, ground, ("2026-07-20T10:00:00Z", Some(closed)), "high", (None, None));
        app.put(|tx| {
            let actor = tx.actor;
            let job = store::jobs::find_job_by_id(tx, actor.scope(), id)?;
            settle_measures(tx, &job)
        });
    }
    let manager = app.actor(Role::Manager, None);
    for (first, next) in [("2026-07-01", "2026-08-01"), ("2026-08-01", "2026-09-01")] {
        let (from, until) = (first.parse().unwrap(), next.parse().unwrap());
        let asked = (ground.customer_id, from);
        let report = find_report(&app.app, &manager.right().unwrap(), asked).unwrap();
        let selection = Selection {
            from,
            until,
            customer_id: Some(ground.customer_id),
            site_id: None,
            engineer_id: None,
            line: None,
            model: None,
        };
        let right = manager.right().unwrap();
        let measures = proofmark::actions::measures::measure(&app.app, &right, &selection).unwrap();
        assert_eq!((report.numbers.closed(), measures.total.closed), (1, 1), "{first}");
    }
}
