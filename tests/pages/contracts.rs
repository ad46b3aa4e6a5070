//! Calendars and contracts on the pages, and the clock that explains itself.

use domain::job::{JobState, WaitingFor};
use domain::permission::Role;

use crate::support::TestApp;

const TERMS: [(&str, &str); 8] = [
    ("calendar", "1"),
    ("response_normal", "30m"),
    ("fix_normal", "4h"),
    ("fix_low", "1d 2h"),
    ("pauses", "customer"),
    ("answer", "in_progress"),
    ("fixed_when", "returned"),
    ("warn_percent", "80"),
];
const CALENDAR: [(&str, &str); 5] = [
    ("name", "Office"),
    ("time_zone", "Europe/London"),
    ("monday", "9-17:30"),
    ("tuesday", "08:00-12:00, 13:00-17:00"),
    ("holidays", "2026-12-24 09:00-12:00 Christmas Eve\n2026-12-25 Christmas Day"),
];

#[actix_web::test]
async fn a_manager_makes_a_calendar_and_a_contract() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let manager = app.client(Role::Manager);
    manager.post("/calendars/new", &CALENDAR).await.expect(303);
    let list = manager.get("/calendars").await.expect(200).text();
    assert!(
        list.contains("Mon 09:00-17:30; Tue 08:00-12:00, 13:00-17:00") && list.contains("2 holidays"),
        "{list}"
    );
    let customer = ground.customer_id.to_string();
    let new = manager.get(&format!("/contracts/new?customer={customer}")).await.expect(200).text();
    assert!(new.contains("Head office") && new.contains("Office (Mon"), "{new}");
    let own = [
        ("customer", customer.as_str()),
        ("name", "Gold"),
        ("starts_on", "2026-11-01"),
        ("assets", &kettle.tag),
    ];
    let made = manager.post("/contracts/new", &[own.as_slice(), &TERMS].concat()).await.expect(303);
    let page = made.location().split('?').next().unwrap().to_owned();
    let shown = manager.get(&page).await.expect(200).text();
    for part in ["30m", "4h", "26h", "the customer", "80 %", &kettle.tag, "In force"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(manager.get(&format!("/customers/{customer}")).await.text().contains("/contracts?customer="));
    let edit = [("name", "Gold"), ("starts_on", "2026-11-01"), ("ends_on", "2026-11-20"), ("version", "1")];
    manager.post(&format!("{page}/edit"), &edit).await.expect(303);
    let ended = manager.get(&page).await.text();
    assert!(ended.contains("Ended") && ended.contains("everything of the customer"), "{ended}");
    let stale = manager.post(&format!("{page}/edit"), &edit).await.expect(409).text();
    assert!(stale.contains("while you were typing"), "{stale}");
    let terms = [TERMS.as_slice(), &[("since", "2026-11-10T09:00")]].concat();
    manager.post(&format!("{page}/terms"), &terms).await.expect(303);
    assert!(manager.get(&page).await.text().contains("Since Tue 10 Nov 2026, 09:00"));
    assert!(manager.get("/contracts").await.expect(200).text().contains("Mills"));
}

#[actix_web::test]
async fn shipped_holidays_are_taken_over_beside_ones_own() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    manager.post("/calendars/new", &CALENDAR).await.expect(303);
    let form = manager.get("/calendars/1/edit?holidays=england_and_wales").await.expect(200).text();
    assert!(
        form.contains("2026-12-24 09:00-12:00 Christmas Eve") && form.contains("2027-03-26 Good Friday"),
        "{form}"
    );
    assert!(form.contains("gov.uk/bank-holidays"), "each with its source");
    manager.get("/calendars/1/edit?holidays=atlantis").await.expect(404);
    manager.get("/calendars/new?holidays=england_and_wales").await.expect(200);
}

#[actix_web::test]
async fn bad_terms_are_shown_again_each_with_what_would_be_right() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let manager = app.client(Role::Manager);
    manager.post("/calendars/new", &CALENDAR).await.expect(303);
    let customer = ours.customer_id.to_string();
    let foreign_site = theirs.site_id.to_string();
    let foreign = app.kettle(theirs).tag;
    let own = [("customer", customer.as_str()), ("name", "Gold"), ("starts_on", "2026-11-01")];
    let good = [own.as_slice(), &TERMS].concat();
    for (name, value, says) in [
        ("response_normal", "soon", "write it as 4h, 30m or 1d 2h"),
        ("response_normal", "5h", "sooner than the response"),
        ("fix_normal", "400d", "too long"),
        ("calendar", "", "choose the calendar"),
        ("calendar", "99", "choose a calendar from the list"),
        ("pauses", "rain", "not a known what is waited for"),
        ("answer", "", "choose the answer"),
        ("warn_percent", "100", "between 1 and 99"),
        ("ends_on", "2026-10-31", "before the first day"),
        ("starts_on", "", "give the first day"),
        ("site", foreign_site.as_str(), "no such site"),
        ("assets", foreign.as_str(), "no asset with the tag"),
        ("category", "99", "no such category"),
        ("surprise", "1", "no field of this form"),
    ] {
        let mut fields: Vec<_> = good.iter().copied().filter(|(known, _)| *known != name).collect();
        fields.push((name, value));
        let answer = manager.post("/contracts/new", &fields).await.expect(422).text();
        assert!(answer.contains(says), "{name}={value}: {answer}");
    }
    assert!(!manager.get("/contracts").await.text().contains("Gold"), "nothing was stored");
    let narrow = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    narrow.get(&format!("/contracts/new?customer={}", theirs.customer_id)).await.expect(404);
    narrow.post("/calendars/new", &CALENDAR).await.expect(403);
    app.client(Role::Engineer).get("/contracts").await.expect(403);
}

#[actix_web::test]
async fn the_clock_explains_itself() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.office_contract(ground, 60, 600);
    let actor = app.actor(Role::Engineer, None);
    let job = app.job_by(&actor, &app.kettle(ground));
    let job = app.moved(&actor, &job, 30, JobState::InProgress, None);
    let job = app.moved(&actor, &job, 60, JobState::Waiting, Some(WaitingFor::Parts));
    app.moved(&actor, &job, 24 * 60, JobState::InProgress, None);
    let page = format!("/jobs/{}/clock", job.number);
    let (engineer, manager) = (app.client(Role::Engineer), app.client(Role::Manager));
    let shown = engineer.get(&page).await.expect(200).text();
    for part in [
        "1 h 30 min of 10 h have counted.",
        "no: waiting: parts",
        "Mon 23 Nov 2026, 10:30",
        "Gold",
        "<svg",
        "Met",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(shown.contains("Not counted: 24 h. Together: 25 h 30 min."), "{shown}");
    assert!(!shown.contains("Which contract it comes under"), "an engineer does not choose");
    let chosen = manager.get(&page).await.text();
    let version = chosen.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let contract = format!("/jobs/{}/contract", job.number);
    manager.post(&contract, &[("version", version), ("contract", "sesame")]).await.expect(422);
    manager.post(&contract, &[("version", version), ("contract", "none")]).await.expect(303);
    manager.post(&contract, &[("version", version), ("contract", "automatic")]).await.expect(412);
    engineer.post(&contract, &[("version", version), ("contract", "none")]).await.expect(403);
    let shown = engineer.get(&page).await.text();
    assert!(shown.contains("No contract covers this job"), "{shown}");
    let foreign = app.ground("Theirs");
    app.client_for(Role::Manager, Some(vec![foreign.customer_id])).get(&page).await.expect(404);
}
