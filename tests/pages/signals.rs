//! Signals: what is unusual in the records, looked through at night or on request, and what a manager says of it.

use actix_web::http::Method;
use chrono::Duration;
use domain::permission::Role;
use proofmark::jobs;
use serde_json::json;

use crate::support::TestApp;
use crate::support::builders::{Ground, Thing};
use crate::support::client::Client;

/// Records a test of a thing at a time, with an earth reading and a leakage in hundredths.
async fn test(client: &Client, (n, thing): (usize, &Thing), at: &str, (ohms, milliamps): (i64, i64)) {
    let body = json!({
        "id": format!("01939fa2-6d3c-7c1e-9a55-2f6e1f0a{n:04x}"), "kind": "combined", "ruleset": "iet5",
        "performed_at": at, "visual": {"plug": "pass"},
        "readings": [{"test": "earth_continuity", "value": format!("{}.{:02}", ohms / 100, ohms % 100), "unit": "ohm"},
            {"test": "insulation_resistance", "value": ">19.99", "unit": "Mohm", "voltage_v": 500},
            {"test": "substitute_leakage", "value": format!("{}.{:02}", milliamps / 100, milliamps % 100), "unit": "mA"}],
    });
    let path = format!("/api/v1/assets/{}/tests", thing.tag);
    client.json(Method::POST, &path, &body).await.expect(201);
}

/// A kettle without a serial number: nothing but its readings tells it from another.
fn kettle(app: &TestApp, ground: Ground) -> Thing {
    use diesel::prelude::*;
    use store::schema::assets;
    let thing = app.kettle(ground);
    app.put(|tx| {
        let update = diesel::update(assets::table.find(thing.id)).set(assets::serial.eq(""));
        update.execute(&mut **tx)?;
        Ok(())
    });
    thing
}

/// What the night's look comes to.
fn look(app: &TestApp) {
    jobs::signals::run(&app.app, app.app.now()).unwrap();
}

async fn page(client: &Client, path: &str) -> String {
    client.get(path).await.expect(200).text()
}

/// The address of the first signal on a page.
fn first(page: &str) -> String {
    let id = page.split("href=\"/signals/").skip(1).find(|rest| !rest.starts_with("thresholds")).unwrap();
    format!("/signals/{}", id.split('"').next().unwrap())
}

/// Three assets, tested late one evening with readings of their own.
async fn night_work(app: &TestApp, ours: Ground, engineer: &Client) -> Vec<Thing> {
    let kettles: Vec<Thing> = (0..3).map(|_| kettle(app, ours)).collect();
    for (n, kettle) in kettles.iter().enumerate() {
        let at = format!("2026-11-20T23:{}0:00Z", n + 1);
        test(engineer, (n, kettle), &at, (5 + n as i64 * 2, 20 + n as i64 * 15)).await;
    }
    kettles
}

fn qualify(app: &TestApp, name: &str) {
    use diesel::prelude::*;
    use store::schema::people;
    app.put(|tx| {
        let all = people::table.filter(people::name.like(format!("%{name}%")));
        diesel::update(all).set(people::qualification.eq("Level 3")).execute(&mut **tx)?;
        Ok(())
    });
}

#[actix_web::test]
async fn work_at_night_is_told_with_its_tests_and_looked_at_with_a_note() {
    let app = TestApp::new();
    let engineer = app.client(Role::Engineer);
    qualify(&app, "engineer");
    let kettles = night_work(&app, app.ground("Mills"), &engineer).await;
    let manager = app.client(Role::Manager);
    assert!(page(&manager, "/signals").await.contains("Nothing that you may see"));
    assert!(!page(&manager, "/").await.contains("signals to look at"));
    look(&app);
    assert!(page(&manager, "/").await.contains("<strong>1</strong><span>signals to look at"));
    let list = page(&manager, "/signals").await;
    assert!(list.contains("3 tests between 23:00 and 5:00 by the site&#39;s clock"), "{list}");
    let signal = first(&list);
    let shown = page(&manager, &signal).await;
    for words in
        ["2026-11-20 23:10", "clock of the tester was wrong", "Earth continuity 0.05", &kettles[2].tag]
    {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(shown.contains("/tests/01939fa2-6d3c-7c1e-9a55-2f6e1f0a0002"), "{shown}");
    manager.post(&signal, &[("note", "")]).await.expect(422);
    manager.post(&signal, &[("note", "A bakery: they wanted us at night.")]).await.expect(303);
    let again = manager.post(&signal, &[("note", "Twice")]).await.expect(422).text();
    assert!(again.contains("somebody has looked at this already"), "{again}");
    assert!(!page(&manager, "/").await.contains("signals to look at"));
    look(&app);
    assert!(page(&manager, "/signals").await.contains("Nothing that you may see"), "told once");
    assert!(page(&manager, "/signals?looked=yes").await.contains("A bakery"));
    // One more test that night is another fact.
    test(&engineer, (9, &kettles[0]), "2026-11-20T23:50:00Z", (9, 77)).await;
    look(&app);
    assert!(page(&manager, "/signals").await.contains("4 tests between"));
}

#[actix_web::test]
async fn what_was_corrected_or_is_explained_by_a_change_is_not_told_any_more() {
    let app = TestApp::new();
    let engineer = app.client(Role::Engineer);
    qualify(&app, "engineer");
    night_work(&app, app.ground("Mills"), &engineer).await;
    look(&app);
    let administrator = app.client(Role::Administrator);
    assert!(page(&administrator, "/signals").await.contains("Tests at night"));
    let form = [
        ("version", "0"),
        ("per_hour", "60"),
        ("same_readings", "5"),
        ("alike_tests", "6"),
        ("twin_minutes", "15"),
        ("night_from", "0"),
        ("night_until", "0"),
        ("site_minutes", "10"),
    ];
    administrator.post("/signals/thresholds", &form).await.expect(303);
    look(&app);
    assert!(page(&administrator, "/signals").await.contains("Nothing that you may see"));
    app.client(Role::Manager).get("/signals/thresholds").await.expect(403);
    app.client(Role::Engineer).get("/signals").await.expect(403);
}

#[actix_web::test]
async fn one_appliance_under_many_tags_and_no_qualification_are_told() {
    let app = TestApp::new();
    let (ours, engineer) = (app.ground("Mills"), app.client(Role::Engineer));
    for n in 0..7 {
        let kettle = kettle(&app, ours);
        let at = format!("2026-11-20T10:{:02}:00Z", n * 2);
        test(&engineer, (n, &kettle), &at, (8 + n as i64 % 2, 63 + n as i64 % 2)).await;
    }
    look(&app);
    let manager = app.client(Role::Manager);
    let list = page(&manager, "/signals").await;
    assert!(
        list.contains("7 assets tested one directly after the other, with readings that hardly differ"),
        "{list}"
    );
    assert!(list.contains("7 tests on 2026-11-20 by somebody of whom no qualification is on file"), "{list}");
    qualify(&app, "engineer");
    look(&app);
    let list = page(&manager, "/signals").await;
    assert!(!list.contains("no qualification") && list.contains("hardly differ"), "{list}");
}

#[actix_web::test]
async fn a_signal_is_seen_by_who_sees_all_its_records() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let engineer = app.client(Role::Engineer);
    qualify(&app, "engineer");
    night_work(&app, ours, &engineer).await;
    look(&app);
    let of = |customer| app.client_for(Role::Manager, Some(vec![customer]));
    let (our_manager, their_manager) = (of(ours.customer_id), of(theirs.customer_id));
    let signal = first(&page(&our_manager, "/signals").await);
    assert!(page(&their_manager, "/signals").await.contains("Nothing that you may see"));
    assert!(!page(&their_manager, "/").await.contains("signals to look at"));
    their_manager.get(&signal).await.expect(404);
    their_manager.post(&signal, &[("note", "ours now")]).await.expect(404);
    our_manager.post("/signals/look", &[("from", "2026-11-20"), ("to", "2026-11-20")]).await.expect(403);
    // With one of theirs among them it is nobody's who sees only one customer.
    test(&engineer, (20, &kettle(&app, theirs)), "2026-11-20T23:45:00Z", (9, 91)).await;
    look(&app);
    assert!(page(&our_manager, "/signals").await.contains("Nothing that you may see"));
    our_manager.get(&signal).await.expect(404);
    assert!(page(&app.client(Role::Manager), "/signals").await.contains("4 tests between"));
}

#[actix_web::test]
async fn older_days_are_looked_through_when_asked_and_tell_how_far_they_are() {
    let app = TestApp::new();
    let engineer = app.client(Role::Engineer);
    qualify(&app, "engineer");
    let kettle = app.kettle(app.ground("Mills"));
    test(&engineer, (1, &kettle), "2026-02-20T23:30:00Z", (5, 40)).await;
    look(&app);
    let manager = app.client(Role::Manager);
    assert!(page(&manager, "/signals").await.contains("Nothing that you may see"), "too long ago");
    let days = [("from", "2026-02-01"), ("to", "2026-03-01")];
    manager.post("/signals/look", &days).await.expect(303);
    for _ in 0..200 {
        let shown = page(&manager, "/signals").await;
        if shown.contains("Last looked through: 2026-02-01 to 2026-03-01.") {
            assert!(shown.contains("1 test between 23:00 and 5:00"), "{shown}");
            return;
        }
        assert!(shown.contains("of 29 days done") && shown.contains("<progress"), "{shown}");
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    panic!("the look did not come to its end");
}

#[actix_web::test]
async fn two_looks_at_once_are_one_too_many_and_one_that_died_holds_up_nobody() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    let actor = app.actor(Role::Manager, None);
    let day = "2026-11-20".parse().unwrap();
    proofmark::actions::signals::begin_look(&app.app, &actor.right().unwrap(), (day, day)).unwrap();
    let days = [("from", "2026-11-01"), ("to", "2026-11-20")];
    let busy = manager.post("/signals/look", &days).await.expect(422).text();
    assert!(busy.contains("under way"), "{busy}");
    assert!(jobs::signals::run(&app.app, app.app.now()).unwrap().again.is_some());
    app.pass(Duration::minutes(11));
    assert!(page(&manager, "/signals").await.contains("but it stopped after 0 of 1 days"));
    manager.post("/signals/look", &days).await.expect(303);
}
