//! What closed jobs come to, billed once.

use domain::job::EntryKind;
use domain::permission::{BillJob, Role};
use domain::rates::{HourRate, Rates};
use proofmark::actions::bills::{Asked, export_bills, show_bill};
use store::Actor;

use crate::support::TestApp;
use crate::support::billing::rates;

fn asked(customer_id: Option<i64>) -> Asked {
    let day = |text: &str| text.parse().unwrap();
    Asked { customer_id, from: day("2026-11-01"), until: day("2026-12-31") }
}

/// A closed job of two hours and a journey: 120.00, 15.00 and a call-out of 45.00.
fn closed_job(app: &TestApp, engineer: &Actor, ground: crate::support::builders::Ground) -> String {
    let job = app.begun_job(engineer, ground, &[]);
    app.log_work(engineer, &job.number, EntryKind::Work, 120);
    app.log_work(engineer, &job.number, EntryKind::Travel, 30);
    app.close_job(engineer, &job.number).number
}

#[actix_web::test]
async fn a_closed_job_is_billed_once_and_its_file_stays() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.firm_rates(&rates());
    let (engineer, manager) = (app.actor(Role::Engineer, None), app.client(Role::Manager));
    let number = closed_job(&app, &engineer, ground);
    let open = app.begun_job(&engineer, ground, &[]);
    app.log_work(&engineer, &open.number, EntryKind::Work, 60);
    let page = manager.get("/billing").await.expect(200).text();
    assert!(page.contains("£180.00 and £36.00 VAT") && page.contains("Bill 3 lines"), "{page}");
    assert!(!page.contains(&open.number), "an open job is not billed: {page}");
    manager.post("/billing", &[("customer", "")]).await.expect(303);
    let csv = manager.get("/billing/B-000001.csv").await.expect(200);
    let text = csv.text();
    assert!(text.starts_with("\u{feff}Billed with,Customer,Site,Job,"), "{text}");
    assert!(text.contains("Work on 23 Nov 2026,2,hour,60,120,20,24,GBP,No"), "{text}");
    assert_eq!(text.lines().count(), 4, "{text}");
    let page = manager.get("/billing").await.expect(200).text();
    assert!(page.contains("Nothing of these days is left to bill") && page.contains("B-000001"), "{page}");
    let again = manager.post("/billing", &[("customer", "")]).await.expect(422).text();
    assert!(again.contains("billed already"), "{again}");
    app.put(|tx| {
        use diesel::prelude::*;
        use store::schema::customers;
        diesel::update(customers::table).set(customers::name.eq("Mills and Sons")).execute(&mut **tx)?;
        Ok(())
    });
    assert_eq!(
        manager.get("/billing/B-000001.csv").await.expect(200).bytes,
        csv.bytes,
        "as it was given out"
    );
    let book = manager.get("/billing/B-000001.xlsx").await.expect(200);
    assert!(book.bytes.starts_with(b"PK"));
    let listing = manager.get("/billing.csv").await.expect(200).text();
    assert_eq!(listing.matches("B-000001").count(), 3, "what is billed says so: {listing}");
    let bill = manager.get(&format!("/jobs/{number}/bill")).await.expect(200).text();
    assert!(bill.contains("B-000001") && bill.contains("Billed"), "{bill}");
}

#[actix_web::test]
async fn what_changes_after_it_was_billed_becomes_a_correcting_line() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.firm_rates(&rates());
    let (engineer, manager) = (app.actor(Role::Engineer, None), app.actor(Role::Manager, None));
    let right = manager.right::<BillJob>().unwrap();
    let number = closed_job(&app, &engineer, ground);
    export_bills(&app.app, &right, asked(None), 10).unwrap();
    app.reopen_job(&engineer, &number);
    app.log_work(&engineer, &number, EntryKind::Work, 30);
    app.log_work(&engineer, &number, EntryKind::Call, 20);
    assert!(show_bill(&app.app, &right, &number).unwrap().left.is_empty(), "it is open again");
    app.close_job(&engineer, &number);
    let left: Vec<(String, i64)> = show_bill(&app.app, &right, &number)
        .unwrap()
        .left
        .into_iter()
        .map(|line| (line.line.text.clone(), line.line.net()))
        .collect();
    let wanted =
        [("Correction: Work on 23 Nov 2026", 3000), ("Telephone on 23 Nov 2026 (20 min logged)", 3000)];
    assert_eq!(left, wanted.map(|(text, net)| (text.to_owned(), net)));
    assert_eq!(export_bills(&app.app, &right, asked(Some(ground.customer_id)), 10).unwrap().lines, 2);
    assert!(export_bills(&app.app, &right, asked(None), 10).is_err(), "nothing is left");
    let bill = show_bill(&app.app, &right, &number).unwrap();
    assert_eq!(bill.billed.iter().map(|row| row.net).sum::<i64>(), 21_000 + 3000);
    assert_eq!(bill.exports.len(), 2);
}

#[actix_web::test]
async fn charges_are_added_with_a_reason_and_never_changed() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.firm_rates(&rates());
    let engineer = app.actor(Role::Engineer, None);
    let manager = app.client(Role::Manager);
    let number = closed_job(&app, &engineer, ground);
    let path = format!("/jobs/{number}/charges");
    let good =
        [("kind", "fixed"), ("text", "Skip hire"), ("quantity", "1"), ("price", "25"), ("reason", "Agreed")];
    for (name, value, says) in [
        ("kind", "", "choose the kind of line"),
        ("kind", "gift", "not a known kind of line"),
        ("text", "", "fill this in"),
        ("quantity", "0", "not more than nothing"),
        ("quantity", "1:99", "1:15 for hours"),
        ("price", "", "give a price"),
        ("price", "0", "give a price"),
        ("price", "2000000", "more than"),
        ("reason", "", "fill this in"),
        ("net", "5", "no field of this form"),
    ] {
        let mut fields: Vec<_> = good.iter().copied().filter(|(known, _)| *known != name).collect();
        fields.push((name, value));
        let answer = manager.post(&path, &fields).await.expect(422).text();
        assert!(answer.contains(says), "{name}={value}: {answer}");
    }
    manager.post(&path, &good).await.expect(303);
    let goodwill = [
        ("kind", "labour"),
        ("text", "Goodwill"),
        ("quantity", "0:30"),
        ("price", "-60"),
        ("reason", "Late"),
    ];
    manager.post(&path, &goodwill).await.expect(303);
    let page = manager.get(&format!("/jobs/{number}/bill")).await.expect(200).text();
    for words in ["Skip hire", "£25.00", "Goodwill", "-£30.00", "Late", "£175.00 and £35.00 VAT"] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let changed = app.app.store.write(&Actor::operator(domain::event::Via::Cli), |tx| {
        use diesel::prelude::*;
        use store::schema::job_charges;
        diesel::update(job_charges::table).set(job_charges::price.eq(1)).execute(&mut **tx)?;
        Ok::<_, store::Error>(((), vec![domain::event::Event::new("test", 0, "changed")]))
    });
    assert!(changed.unwrap_err().to_string().contains("append-only"));
    app.client(Role::Engineer).post(&path, &good).await.expect(403);
}

#[actix_web::test]
async fn without_rates_nothing_is_billed_and_somebody_is_told() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let engineer = app.actor(Role::Engineer, None);
    let number = closed_job(&app, &engineer, ground);
    let manager = app.client(Role::Manager);
    let page = manager.get("/billing").await.expect(200).text();
    assert!(page.contains("1 job has no rates"), "{page}");
    manager.post("/billing", &[]).await.expect(422);
    let bill = manager.get(&format!("/jobs/{number}/bill")).await.expect(200).text();
    assert!(bill.contains("No rates held when this job was opened"), "{bill}");
}

#[actix_web::test]
async fn bills_are_kept_apart_by_customer() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    app.firm_rates(&rates());
    let engineer = app.actor(Role::Engineer, None);
    let (mine, other) = (closed_job(&app, &engineer, ours), closed_job(&app, &engineer, theirs));
    let some = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    let page = some.get("/billing").await.expect(200).text();
    assert!(page.contains(&mine) && !page.contains(&other), "{page}");
    let foreign = theirs.customer_id.to_string();
    some.get(&format!("/billing?customer={foreign}")).await.expect(404);
    some.post("/billing", &[("customer", &foreign)]).await.expect(404);
    some.get(&format!("/jobs/{other}/bill")).await.expect(404);
    app.client(Role::Manager).post("/billing", &[]).await.expect(303);
    some.get("/billing/B-000001.csv").await.expect(404);
    assert!(!some.get("/billing").await.text().contains("B-000001"), "it holds lines of others");
    for (query, says) in [("from=x", "not a date"), ("from=2026-12-01&until=2026-11-01", "before the first")]
    {
        let page = some.get(&format!("/billing?{query}")).await.expect(422).text();
        assert!(page.contains(says), "{query}: {page}");
    }
    app.client(Role::Engineer).get("/billing").await.expect(403);
    app.client(Role::Engineer).get("/billing.csv").await.expect(403);
}

#[test]
fn ten_who_export_at_once_bill_each_line_once() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.firm_rates(&rates());
    let engineer = app.actor(Role::Engineer, None);
    for _ in 0..3 {
        closed_job(&app, &engineer, ground);
    }
    let manager = app.actor(Role::Manager, None);
    let done: Vec<bool> = std::thread::scope(|scope| {
        let one = || export_bills(&app.app, &manager.right().unwrap(), asked(None), 100).is_ok();
        let threads: Vec<_> = (0..10).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    use diesel::prelude::*;
    use store::schema::bill_lines;
    let lines: i64 = app
        .app
        .store
        .read(|conn| Ok::<_, store::Error>(bill_lines::table.count().get_result(conn)?))
        .unwrap();
    assert_eq!(lines, 9);
}

#[actix_web::test]
async fn work_outside_the_contracts_hours_and_what_a_supplier_took_are_billed() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let outside = HourRate { within: 6000, outside: Some(9000) };
    app.firm_rates(&Rates { work: outside, minimum_minutes: 0, ..rates() });
    app.office_contract(ground, 60, 240);
    app.supplier("Maker & Co");
    let (engineer, manager) = (app.actor(Role::Engineer, None), app.actor(Role::Manager, None));
    // It is nine by the clock of London on a Monday: of an hour that ends at half past, half was before the hours.
    let number = app.begun_job(&engineer, ground, &[]).number;
    app.pass(chrono::Duration::minutes(30));
    app.log_work(&engineer, &number, EntryKind::Work, 60);
    let referred = [("supplier", "1"), ("what", "Base"), ("cost", "12.50")];
    app.client(Role::Engineer).post(&format!("/jobs/{number}/refer"), &referred).await.expect(303);
    let lines = || {
        let bill = show_bill(&app.app, &manager.right::<BillJob>().unwrap(), &number).unwrap();
        let line = |one: &domain::bill::BillLine| (one.line.text.clone(), one.line.net());
        bill.lines.iter().map(line).collect::<Vec<_>>()
    };
    let expected = [
        ("Work on 23 Nov 2026 (30 min logged)".to_owned(), 3000),
        ("Work on 23 Nov 2026, outside hours (30 min logged)".to_owned(), 4500),
        ("Maker & Co: Base".to_owned(), 1250),
    ];
    assert_eq!(lines(), expected.map(|(text, net)| (text.replace(" (30 min logged)", ""), net)));
}

#[actix_web::test]
async fn items_tested_on_a_visit_stand_on_the_bill_of_its_job() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.firm_rates(&Rates { pat_item: 250, pat_minimum: 2000, ..rates() });
    let engineer = app.client(Role::Engineer);
    let me = app.actor(Role::Engineer, None).person_id().unwrap().to_string();
    let site = ground.site_id.to_string();
    let visit =
        [("site", &*site), ("person_id", &*me), ("starts_on", "2026-11-23"), ("ends_on", "2026-11-23")];
    let visit = engineer.post("/visits/new", &visit).await.expect(303).location().to_owned();
    let visit = visit.split('?').next().unwrap().to_owned();
    for _ in 0..2 {
        let tag = app.kettle(ground).tag;
        let id = uuid::Uuid::now_v7().to_string();
        let fields = [("id", &*id), ("visit", "1"), ("all_good", "yes")];
        engineer.post(&format!("/assets/{tag}/test/formal_visual"), &fields).await.expect(303);
    }
    let begun = engineer.post(&format!("{visit}/job"), &[]).await.expect(303).location().to_owned();
    let again = engineer.post(&format!("{visit}/job"), &[]).await.expect(303);
    assert_eq!(again.location(), begun, "a visit has one job");
    assert!(engineer.get(&visit).await.expect(200).text().contains("Billed by"));
    let job = begun.split('?').next().unwrap().to_owned();
    assert!(engineer.get(&job).await.expect(200).text().contains("the items tested on it stand on the bill"));
    let bill = app.client(Role::Manager).get(&format!("{job}/bill")).await.expect(200).text();
    for words in ["Items tested, visit 1", "£5.00", "Up to the least charge of a visit, visit 1", "£15.00"]
    {
        assert!(bill.contains(words), "{words}: {bill}");
    }
}
