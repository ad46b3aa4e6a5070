//! Appointments: booked in few taps, warned of what speaks against, seen in the calendar and the feed.

use diesel::prelude::*;
use domain::permission::Role;
use store::schema::{appointments, notices, sites, users};

use crate::support::TestApp;
use crate::support::builders::Ground;
use crate::support::client::Client;

struct Scene {
    app: TestApp,
    ground: Ground,
    engineer_id: i64,
    engineer: Client,
    manager: Client,
}

impl Scene {
    /// A job at a site with access notes, an engineer and a manager.
    fn new() -> Self {
        let app = TestApp::new();
        let ground = app.ground("Mills");
        app.put(|tx| {
            let notes = sites::access_notes.eq("Gate code at reception.");
            diesel::update(sites::table.find(ground.site_id)).set(notes).execute(&mut **tx)?;
            Ok(())
        });
        app.put_job(ground, "J-000901", None);
        let (engineer_id, _) = app.add_user(Role::Engineer, None);
        let (engineer, manager) = (app.client_of(engineer_id), app.client(Role::Manager));
        Self { app, ground, engineer_id, engineer, manager }
    }

    /// A booking of the engineer for the job.
    async fn book(&self, on: &str, at: &str, more: &[(&str, &str)]) -> (u16, String) {
        let id = self.engineer_id.to_string();
        let base =
            [("job", "J-000901"), ("person_id", id.as_str()), ("on", on), ("at", at), ("minutes", "90")];
        let answer = self.manager.post("/appointments/new", &[base.as_slice(), more].concat()).await;
        (answer.status.as_u16(), answer.text())
    }

    fn stored(&self) -> Vec<(i64, String, i64)> {
        let columns = (appointments::id, appointments::state, appointments::version);
        let read = |conn: &mut store::AnyConnection| {
            Ok::<_, store::Error>(appointments::table.order(appointments::id).select(columns).load(conn)?)
        };
        self.app.app.store.read(read).unwrap()
    }

    fn told(&self) -> Vec<String> {
        let read = |conn: &mut store::AnyConnection| {
            let mine = notices::table.filter(notices::person_id.eq(self.engineer_id));
            Ok::<_, store::Error>(mine.order(notices::id).select(notices::text).load(conn)?)
        };
        self.app.app.store.read(read).unwrap()
    }
}

#[actix_web::test]
async fn the_next_free_times_are_offered_and_one_tap_books_one() {
    let scene = Scene::new();
    assert_eq!(scene.book("2026-11-23", "10:00", &[]).await.0, 303);
    let id = scene.engineer_id;
    let page = scene.manager.get(&format!("/appointments/new?job=J-000901&person_id={id}&minutes=90")).await;
    let page = page.expect(200).text();
    assert!(page.contains("Mon 23 Nov 2026, 12:00 to 13:30"), "{page}");
    assert!(page.contains("Gate code at reception."), "the access notes come before travel");
    let chosen =
        format!("/appointments/new?job=J-000901&visit=&person_id={id}&minutes=90&on=2026-11-23&at=12:00");
    assert!(page.replace("&#38;", "&").replace("&amp;", "&").contains(&chosen), "{page}");
    let filled = scene.manager.get(&chosen).await.expect(200).text();
    assert!(filled.contains("value=\"12:00\"") && filled.contains("value=\"2026-11-23\""), "{filled}");
}

#[actix_web::test]
async fn what_speaks_against_a_time_is_said_and_can_be_meant() {
    let scene = Scene::new();
    assert_eq!(scene.book("2026-11-24", "09:00", &[]).await.0, 303);
    for (on, at, says) in [
        (
            "2026-11-24",
            "10:00",
            "overlaps with another appointment of theirs, Tue 24 Nov 2026, 09:00 to 10:30",
        ),
        ("2026-11-28", "10:00", "out of the usual hours"),
        ("2026-11-24", "17:00", "out of the usual hours"),
        ("2026-11-20", "10:00", "has passed already"),
    ] {
        let (status, page) = scene.book(on, at, &[]).await;
        assert!(status == 422 && page.contains(says) && page.contains("Book it anyway"), "{at}: {page}");
        assert_eq!(scene.book(on, at, &[("anyway", "on")]).await.0, 303, "{on} {at}");
    }
    assert_eq!(scene.book("2026-11-25", "10:30", &[]).await.0, 303, "what only touches is free");
}

#[actix_web::test]
async fn who_is_to_be_there_is_told_when_it_is_booked_moved_and_called_off() {
    let scene = Scene::new();
    scene.book("2026-11-24", "09:00", &[]).await;
    let (id, _, _) = scene.stored()[0].clone();
    let person = scene.engineer_id.to_string();
    let moved = [
        ("version", "1"),
        ("person_id", person.as_str()),
        ("on", "2026-11-25"),
        ("at", "14:00"),
        ("minutes", "60"),
        ("confirmed", "on"),
    ];
    let path = format!("/appointments/{id}");
    scene.manager.post(&format!("{path}/edit"), &moved).await.expect(303);
    let late = scene.manager.post(&format!("{path}/edit"), &moved).await.expect(409).text();
    assert!(late.contains("while you were typing"));
    let off = [("version", "2"), ("state", "cancelled")];
    scene.manager.post(&format!("{path}/state"), &off).await.expect(303);
    assert_eq!(scene.stored()[0].1, "cancelled");
    scene
        .manager
        .post(&format!("{path}/state"), &[("version", "3"), ("state", "confirmed")])
        .await
        .expect(409);
    assert_eq!(
        scene.told(),
        [
            "Booked for Tue 24 Nov 2026, 09:00 to 10:30",
            "Moved from Tue 24 Nov 2026, 09:00 to 10:30 to Wed 25 Nov 2026, 14:00 to 15:00",
            "Called off: Wed 25 Nov 2026, 14:00 to 15:00",
        ]
    );
}

#[actix_web::test]
async fn the_calendar_shows_a_week_of_one_or_of_all_with_where_to_go() {
    let scene = Scene::new();
    scene.book("2026-11-24", "09:00", &[("confirmed", "on"), ("note", "bring a ladder")]).await;
    let week = scene.engineer.get("/calendar").await.expect(200).text();
    for words in ["23 Nov to 29 Nov 2026", "J-000901", "09:00 to 10:30", "1 Mill Lane", "Gate code", "ladder"]
    {
        assert!(week.contains(words), "{words}: {week}");
    }
    let next = scene.engineer.get("/calendar?week=2026-12-02").await.expect(200).text();
    assert!(next.contains("30 Nov to 6 Dec 2026") && !next.contains("J-000901"), "{next}");
    let day = scene.engineer.get("/calendar?day=2026-11-24").await.expect(200).text();
    assert!(day.contains("Tuesday 24 November 2026") && day.contains("J-000901"));
    let own = scene.manager.get("/calendar").await.expect(200).text();
    assert!(!own.contains("J-000901"), "one's own at first");
    let all = scene.manager.get("/calendar?person=all").await.expect(200).text();
    assert!(all.contains("J-000901"));
    let elsewhere = scene.app.ground("Docks").customer_id;
    let foreign = scene.app.client_for(Role::Engineer, Some(vec![elsewhere]));
    assert!(!foreign.get("/calendar?person=all").await.expect(200).text().contains("J-000901"));
    foreign.get("/appointments/1/edit").await.expect(404);
    foreign.get("/appointments/new?job=J-000901").await.expect(404);
}

#[actix_web::test]
async fn the_feed_holds_appointments_in_utc_and_says_when_one_is_called_off() {
    let scene = Scene::new();
    scene.book("2027-07-06", "09:00", &[("confirmed", "on")]).await;
    let hash = store::ledger::sha256(b"mine");
    scene.app.put(|tx| {
        let target = users::table.find(scene.engineer_id);
        diesel::update(target).set(users::feed_hash.eq(Some(hash))).execute(&mut **tx)?;
        Ok(())
    });
    let feed =
        || async { scene.app.stranger().get("/feed/mine.ics").await.expect(200).text().replace("\r\n ", "") };
    let text = feed().await;
    assert!(
        text.contains("DTSTART:20270706T080000Z\r\nDTEND:20270706T093000Z\r\nSTATUS:CONFIRMED"),
        "{text}"
    );
    assert!(
        text.contains("SUMMARY:J-000901 Job J-000901 (Head office)") && text.contains("Access: Gate code")
    );
    assert!(text.contains("UID:appointment-1@proofmark.test"), "{text}");
    let off = [("version", "1"), ("state", "cancelled")];
    scene.manager.post("/appointments/1/state", &off).await.expect(303);
    let text = feed().await;
    assert!(text.contains("STATUS:CANCELLED\r\nSEQUENCE:2"), "{text}");
    assert_eq!(scene.ground.site_id, 1, "the feed is of this site");
}

#[actix_web::test]
async fn what_is_yet_to_come_for_a_job_that_is_over_is_called_off_and_told() {
    use domain::job::{JobState, Outcome};
    use proofmark::actions::jobs::{StepRequest, take_step};
    let scene = Scene::new();
    scene.book("2026-11-24", "09:00", &[]).await;
    scene.book("2026-11-25", "09:00", &[]).await;
    // What has begun already is not undone: the engineer closes the job while there.
    scene.app.put(|tx| {
        let from = store::types::Moment::from(tx.now - chrono::Duration::minutes(10));
        let first = appointments::table.filter(appointments::id.eq(1));
        diesel::update(first).set(appointments::starts_at.eq(from)).execute(&mut **tx)?;
        Ok(())
    });
    let manager = scene.app.actor(Role::Manager, None);
    let find = |conn: &mut store::AnyConnection| store::jobs::find_job(conn, manager.scope(), "J-000901");
    let job = scene.app.app.store.read(find).unwrap();
    let request = StepRequest {
        outcome: Some(Outcome::Cancelled),
        note: "not wanted any more".to_owned(),
        ..StepRequest::to(JobState::Closed)
    };
    take_step(&scene.app.app, &manager.right().unwrap(), ("J-000901", job.version), &request).unwrap();
    let states: Vec<String> = scene.stored().into_iter().map(|(_, state, _)| state).collect();
    assert_eq!(states, ["planned", "cancelled"]);
    let told = scene.told();
    assert_eq!(told.last().unwrap(), "Called off, the job is over: Wed 25 Nov 2026, 09:00 to 10:30");
    assert_eq!(told.iter().filter(|words| words.starts_with("Called off")).count(), 1, "{told:?}");
}

#[actix_web::test]
async fn whoever_is_to_make_a_visit_is_told_of_its_appointments_by_mail() {
    let scene = Scene::new();
    let (site, who) = (scene.ground.site_id.to_string(), scene.engineer_id.to_string());
    let visit = [
        ("site", site.as_str()),
        ("person_id", who.as_str()),
        ("starts_on", "2026-11-24"),
        ("ends_on", "2026-11-24"),
    ];
    scene.manager.post("/visits/new", &visit).await.expect(303);
    let booking = [
        ("visit", "1"),
        ("person_id", who.as_str()),
        ("on", "2026-11-24"),
        ("at", "09:00"),
        ("minutes", "60"),
    ];
    scene.manager.post("/appointments/new", &booking).await.expect(303);
    let off = [("version", "1"), ("state", "cancelled")];
    scene.manager.post("/appointments/1/state", &off).await.expect(303);
    let subjects: Vec<String> = scene.app.mails().into_iter().map(|mail| mail.subject).collect();
    assert_eq!(
        subjects,
        [
            "Visit 1 at Head office: Booked for Tue 24 Nov 2026, 09:00 to 10:00",
            "Visit 1 at Head office: Called off: Tue 24 Nov 2026, 09:00 to 10:00",
        ]
    );
    // Who books for themselves needs no mail.
    scene.engineer.post("/appointments/new", &booking).await.expect(303);
    assert_eq!(scene.app.mails().len(), 2);
}
