//! Reports of faults: by whoever stands before a thing, by whoever is logged in, and what becomes of them.

use std::io::Cursor;

use actix_web::http::Method;
use chrono::TimeDelta;
use domain::asset::Status;
use domain::job::JobState;
use domain::permission::{RecordTest, Role};
use image::{ImageFormat, Rgb, RgbImage};
use proofmark::actions::jobs::{StepRequest, take_step};
use proofmark::actions::tests::record_test;
use store::assets::find_asset;
use store::faults::Fault;

use crate::actions::tests::{passing, repaired};
use crate::support::TestApp;
use crate::support::builders::{Ground, Thing};
use crate::support::client::{Answer, Client};

impl TestApp {
    /// Lets anybody report faults of what is a customer's.
    pub fn allow_reports(&self, ground: Ground) {
        self.put(|tx| {
            use diesel::prelude::*;
            use store::schema::customers::dsl;
            let target = dsl::customers.find(ground.customer_id);
            diesel::update(target).set(dsl::public_reports.eq(true)).execute(&mut **tx)?;
            Ok(())
        });
    }

    /// A kettle that passed, whose customer lets anybody report faults.
    fn public_kettle(&self, customer: &str) -> Thing {
        let ground = self.ground(customer);
        self.allow_reports(ground);
        let kettle = self.kettle(ground);
        let engineer = self.actor(Role::Engineer, None);
        let right = engineer.right::<RecordTest>().unwrap();
        record_test(&self.app, &right, &kettle.tag, &passing("2026-11-23T07:00:00Z")).unwrap();
        kettle
    }

    fn status(&self, thing: &Thing) -> Status {
        let operator = store::Actor::operator(domain::event::Via::Cli);
        let asset = self.app.store.read(|conn| find_asset(conn, operator.scope(), thing.id)).unwrap();
        asset.status()
    }

    fn faults(&self) -> Vec<Fault> {
        let operator = store::Actor::operator(domain::event::Via::Cli);
        let find = |id| self.app.store.read(|conn| store::faults::find_fault(conn, operator.scope(), id));
        (1..).map_while(|id| find(id).ok()).collect()
    }
}

fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    RgbImage::from_pixel(60, 40, Rgb([200, 30, 30])).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The mark of the form on a page.
fn mark(page: &str) -> String {
    let rest = page.split("name=\"mark\" value=\"").nth(1).unwrap_or_else(|| panic!("no form on {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// Opens the form of a label as a stranger, waits as long as typing takes, and sends it.
async fn report(app: &TestApp, stranger: &Client, tag: &str, fields: &[(&str, &str)]) -> Answer {
    let page = stranger.get(&format!("/t/{tag}/fault")).await.expect(200).text();
    app.pass(TimeDelta::seconds(20));
    let mark = mark(&page);
    let fields = [fields, &[("mark", mark.as_str())]].concat();
    stranger.post_files(&format!("/t/{tag}/fault"), &fields, ("photo", &[])).await
}

fn place(answer: &Answer) -> String {
    answer.location().split('?').next().unwrap().to_owned()
}

#[actix_web::test]
async fn a_stranger_reports_follows_and_adds_and_a_manager_takes_it_up() {
    let app = TestApp::new();
    let kettle = app.public_kettle("Mills");
    let (stranger, manager) = (app.stranger(), app.client(Role::Manager));
    let label = stranger.get(&format!("/t/{}", kettle.tag)).await.expect(200);
    assert!(label.text().contains("Report a fault") && !label.text().contains("Mills"), "{}", label.text());
    let form = stranger.get(&format!("/t/{}/fault", kettle.tag)).await.expect(200).text();
    app.pass(TimeDelta::seconds(30));
    let mark = mark(&form);
    let fields = [
        ("mark", mark.as_str()),
        ("symptom", "noisy"),
        ("words", "It whistles"),
        ("place", "Ward 4"),
        ("urgency", "stopped"),
        ("name", "Ada Reporter"),
        ("contact", "ext. 42"),
        ("website", ""),
    ];
    let path = format!("/t/{}/fault", kettle.tag);
    let sent = stranger.post_files(&path, &fields, ("photo", &[picture()])).await.expect(303);
    let follow = place(&sent);
    // Sent twice, as a nervous thumb does, it is one report.
    let again = stranger.post_files(&path, &fields, ("photo", &[picture()])).await.expect(303);
    assert_eq!((place(&again), app.faults().len()), (follow.clone(), 1));
    assert_eq!(app.status(&kettle), Status::InService, "what is not dangerous locks nothing");
    let page = stranger.get(&format!("{follow}?done=sent")).await.expect(200);
    assert_eq!(page.headers.get("x-robots-tag").unwrap(), "noindex, nofollow");
    assert_eq!(page.headers.get("cache-control").unwrap(), "no-store");
    let page = page.text();
    for words in ["Your report was sent", "Noisy: It whistles", "Reported", "What to do meanwhile"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let added = stranger.post(&follow, &[("words", "Now it is silent")]).await.expect(303);
    assert!(added.location().ends_with("done=saved"));
    // The next one who stands there is told, and joins.
    let label = stranger.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(label.contains("Already reported") && label.contains("Noisy") && label.contains("23 Nov 2026"));
    assert!(!label.contains("whistles") && !label.contains("Ada"), "nobody's words, nobody's name");
    let name = label.split("name=\"report\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let same = [("mark", self::mark(&label)), ("report", name.to_owned())];
    let same: Vec<(&str, &str)> = same.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let other = stranger.post(&format!("/t/{}/same", kettle.tag), &same).await.expect(303);
    let other = place(&other);
    assert_ne!(other, follow);
    let page = stranger.get(&other).await.expect(200).text();
    assert!(page.contains("Noisy") && !page.contains("whistles"), "{page}");
    // In the inbox it stands with everything; the photo is served to whoever may see it.
    let inbox = manager.get("/faults").await.expect(200).text();
    let all =
        ["It whistles", "Ward 4", "I cannot work", "Ada Reporter", "ext. 42", "1 more affected", "silent"];
    for words in all {
        assert!(inbox.contains(words), "{words}: {inbox}");
    }
    let photo = inbox.split("src=\"").find(|part| part.contains("/thumbnail")).unwrap();
    let photo = photo.split('"').next().unwrap();
    let bytes = manager.get(photo).await.expect(200).bytes;
    assert!(bytes.starts_with(b"\xff\xd8"), "drawn anew as JPEG");
    stranger.get(photo).await.expect(303);
    // It becomes a job, and the link tells of the job's state.
    let job = manager.post("/faults", &[("fault", "1"), ("do", "begin")]).await.expect(303);
    assert!(place(&job).starts_with("/jobs/J-"), "{}", job.location());
    let page = stranger.get(&follow).await.expect(200).text();
    assert!(page.contains("In progress"), "{page}");
    assert!(manager.get("/faults").await.expect(200).text().contains("Nothing waits"));
    let shown = manager.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(shown.contains("It whistles") && shown.contains("J-000001"), "{shown}");
    manager.post("/faults", &[("fault", "1"), ("do", "job")]).await.expect(409);
}

#[actix_web::test]
async fn a_dangerous_report_quarantines_at_once_and_opens_a_job() {
    let app = TestApp::new();
    let kettle = app.public_kettle("Mills");
    let (stranger, manager) = (app.stranger(), app.client(Role::Manager));
    let sent = report(&app, &stranger, &kettle.tag, &[("symptom", "damaged_plug")]).await.expect(303);
    assert_eq!(app.status(&kettle), Status::Quarantined);
    let fault = app.faults().remove(0);
    assert!(fault.dangerous && fault.job_id == Some(1) && fault.person_id.is_none());
    let page = stranger.get(&place(&sent)).await.expect(200).text();
    assert!(page.contains("Stop using it") && page.contains("emergency"), "{page}");
    let label = stranger.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(label.contains("do not use it"), "{label}");
    let shown = manager.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(shown.contains("QUARANTINED") && shown.contains("Reported as dangerous"), "{shown}");
    // Looked at and repaired, it is safe again, and the link says so only then.
    let engineer = app.actor(Role::Engineer, None);
    let at = app.app.now().to_rfc3339();
    record_test(&app.app, &engineer.right::<RecordTest>().unwrap(), &kettle.tag, &repaired(&at)).unwrap();
    assert_eq!(app.status(&kettle), Status::InService);
    let page = stranger.get(&place(&sent)).await.expect(200).text();
    assert!(!page.contains("safe again"), "{page}");
    let checked = app.app.store.read(|conn| store::verify::verify(conn, &[], &mut |_| {})).unwrap();
    checked.unwrap_or_else(|broken| panic!("{broken}"));
}

#[actix_web::test]
async fn a_prank_is_released_by_a_managers_review() {
    let app = TestApp::new();
    let kettle = app.public_kettle("Mills");
    report(&app, &app.stranger(), &kettle.tag, &[("words", "boo"), ("dangerous", "on")]).await.expect(303);
    assert_eq!(app.status(&kettle), Status::Quarantined);
    let manager = app.client(Role::Manager);
    let review = format!("/assets/{}/review", kettle.tag);
    let page = manager.get(&review).await.expect(200).text();
    assert!(page.contains("Report of 2026-11-23") && !page.contains("Release it without a test"), "{page}");
    manager.post(&review, &[("reason", "Looked at it: a prank.")]).await.expect(303);
    assert_eq!(app.status(&kettle), Status::InService);
    let labels = format!("/labels.pdf?tags={}&design=pat_pass", kettle.tag);
    manager.get(&labels).await.expect(200);
}

#[actix_web::test]
async fn a_label_that_allows_nothing_looks_like_one_that_is_on_nothing() {
    let app = TestApp::new();
    let (kettle, allowed) = (app.kettle(app.ground("Mills")), app.public_kettle("Works"));
    let stranger = app.stranger();
    let gone = app.public_kettle("Gone");
    app.put(|tx| {
        use diesel::prelude::*;
        use store::schema::customers::dsl;
        let target = dsl::customers.find(gone.ground.customer_id);
        diesel::update(target).set(dsl::archived.eq(true)).execute(&mut **tx)?;
        Ok(())
    });
    let mut seen = vec![];
    for tag in [kettle.tag.as_str(), gone.tag.as_str(), "7777-7777", "PLANT-77", "%22%3E", "K%00-7"] {
        let known = mark(&stranger.get(&format!("/t/{}/fault", allowed.tag)).await.expect(200).text());
        app.pass(TimeDelta::seconds(20));
        let label = stranger.get(&format!("/t/{tag}")).await;
        let form = stranger.get(&format!("/t/{tag}/fault")).await.expect(404);
        let fields = [("mark", known.as_str()), ("words", "it hums")];
        let path = format!("/t/{tag}/fault");
        let sent = stranger.post_files(&path, &fields, ("photo", &[])).await.expect(404);
        let same = [("mark", known.as_str()), ("report", "0123456789abcdef")];
        let same = stranger.post(&format!("/t/{tag}/same"), &same).await.expect(404);
        if !tag.contains('%') {
            seen.push([label.text().replace(tag, "TAG"), form.text(), sent.text(), same.text()]);
        }
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(app.faults().is_empty());
    // A mark belongs to its label.
    let other = app.public_kettle("Third");
    let foreign = mark(&stranger.get(&format!("/t/{}/fault", other.tag)).await.expect(200).text());
    app.pass(TimeDelta::seconds(20));
    let fields = [("mark", foreign.as_str()), ("words", "it hums")];
    let path = format!("/t/{}/fault", allowed.tag);
    let answer = stranger.post_files(&path, &fields, ("photo", &[])).await.expect(422);
    assert!(answer.text().contains("not complete") && answer.text().contains("it hums"));
    stranger.get(&format!("/f/{}", "0".repeat(64))).await.expect(404);
    stranger.get("/f/1").await.expect(404);
}

#[actix_web::test]
async fn programs_and_pranksters_are_held_off_and_people_are_not() {
    let app = TestApp::new();
    let kettle = app.public_kettle("Mills");
    let stranger = app.stranger();
    let path = format!("/t/{}/fault", kettle.tag);
    let page = stranger.get(&path).await.expect(200).text();
    let mark = mark(&page);
    let send = |words: &'static str, trap: &'static str| {
        let (path, stranger, mark) = (path.clone(), &stranger, mark.clone());
        async move {
            let fields = [("mark", mark.as_str()), ("words", words), ("website", trap)];
            stranger.post_files(&path, &fields, ("photo", &[])).await
        }
    };
    let quick = send("it hums", "").await.expect(422).text();
    assert!(quick.contains("quicker than anybody types") && quick.contains("it hums"), "{quick}");
    app.pass(TimeDelta::seconds(5));
    let trapped = send("it hums", "https://spam.example").await.expect(422).text();
    assert!(trapped.contains("leave this field empty"), "{trapped}");
    let empty = send(" ", "").await.expect(422).text();
    assert!(empty.contains("say what is wrong"), "{empty}");
    assert!(app.faults().is_empty());
    app.pass(TimeDelta::hours(4));
    let late = send("it hums", "").await.expect(422).text();
    assert!(late.contains("open for too long"), "{late}");
    let fresh = self::mark(&late);
    app.pass(TimeDelta::seconds(5));
    let fields = [("mark", fresh.as_str()), ("words", "it hums")];
    stranger.post_files(&path, &fields, ("photo", &[])).await.expect(303);
    // The same words again are the same report.
    report(&app, &stranger, &kettle.tag, &[("words", "It HUMS!")]).await.expect(303);
    assert_eq!(app.faults().len(), 1);
    // A thing takes no more than so many dangerous reports in an hour.
    for n in 1..=3 {
        let words = format!("sparks {n}");
        report(&app, &stranger, &kettle.tag, &[("words", &words), ("dangerous", "on")]).await.expect(303);
    }
    let fields = [("words", "sparks again"), ("dangerous", "on")];
    let braked = report(&app, &stranger, &kettle.tag, &fields).await.expect(429);
    assert!(braked.text().contains("do not wait: stop using it"), "{}", braked.text());
    assert!(braked.text().contains("sparks again"), "what was typed is still there");
    assert_eq!(app.faults().iter().filter(|fault| fault.job_id == Some(1)).count(), 3, "one job for all");
}

#[actix_web::test]
async fn one_address_sends_so_many_and_no_more() {
    let app = TestApp::new();
    let kettle = app.public_kettle("Mills");
    let path = format!("/t/{}/fault", kettle.tag);
    let mut statuses = vec![];
    for _ in 0..25 {
        let stranger = app.stranger();
        let send = |request: actix_web::test::TestRequest| {
            let from = request.peer_addr("192.0.2.7:4000".parse().unwrap());
            from.set_form([("words", "it hums")])
        };
        statuses.push(stranger.send(Method::POST, &path, send).await.status.as_u16());
    }
    let braked = statuses.iter().filter(|status| **status == 429).count();
    assert_eq!((statuses[0], braked), (422, 5), "{statuses:?}");
}

#[actix_web::test]
async fn only_pictures_are_taken_and_nothing_hidden_survives() {
    let app = TestApp::new();
    let kettle = app.public_kettle("Mills");
    let (stranger, engineer) = (app.stranger(), app.client(Role::Engineer));
    let path = format!("/t/{}/fault", kettle.tag);
    let page = stranger.get(&path).await.expect(200).text();
    app.pass(TimeDelta::seconds(20));
    let mark = mark(&page);
    let fields = [("mark", mark.as_str()), ("words", "it hums")];
    for bad in [
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec(),
        b"%PDF-1.4 not a picture".to_vec(),
        b"GIF89a".to_vec(),
    ] {
        let answer = stranger.post_files(&path, &fields, ("photo", &[bad])).await.expect(422);
        assert!(answer.text().contains("photo"), "{}", answer.text());
    }
    let four = vec![picture(), picture(), picture(), picture()];
    stranger.post_files(&path, &fields, ("photo", &four)).await.expect(413);
    let huge = vec![0u8; (10 << 20) + 1];
    stranger.post_files(&path, &fields, ("photo", &[huge])).await.expect(413);
    assert!(app.faults().is_empty(), "nothing half");
    let mut polyglot = picture();
    polyglot.extend_from_slice(b"<script>alert(1)</script>");
    stranger.post_files(&path, &fields, ("photo", &[polyglot])).await.expect(303);
    let inbox = engineer.get("/faults").await.expect(200).text();
    let photo = inbox.split("href=\"").find(|part| part.starts_with("/job-files/")).unwrap();
    let photo = engineer.get(photo.split('"').next().unwrap()).await.expect(200);
    assert!(photo.bytes.starts_with(b"\xff\xd8") && !photo.text().contains("<script>"));
}

#[actix_web::test]
async fn whoever_is_logged_in_reports_in_two_taps_and_may_begin() {
    let app = TestApp::new();
    let kettle = app.public_kettle("Mills");
    let (viewer, engineer) = (app.client(Role::Viewer), app.client(Role::Engineer));
    let path = format!("/assets/{}/fault", kettle.tag);
    let led = viewer.get(&format!("/t/{}/fault", kettle.tag)).await.expect(303);
    assert_eq!(led.location(), path);
    let page = viewer.get(&path).await.expect(200).text();
    assert!(page.contains("Dead") && !page.contains("Report and begin"), "{page}");
    viewer.post(&path, &[("symptom", "dead"), ("then", "begin")]).await.expect(403);
    let sent = viewer.post(&path, &[("symptom", "dead")]).await.expect(303);
    assert_eq!(place(&sent), format!("/t/{}", kettle.tag));
    assert_eq!(app.status(&kettle), Status::InService);
    let words = viewer.post(&path, &[("symptom", "other")]).await.expect(422).text();
    assert!(words.contains("say what is wrong"), "{words}");
    viewer.post("/faults", &[("fault", "1"), ("do", "job")]).await.expect(403);
    let begun = engineer.post(&path, &[("symptom", "leaks"), ("then", "begin")]).await.expect(303);
    assert_eq!(place(&begun), "/jobs/J-000001");
    // The other one joins the job that is open.
    let inbox = engineer.get("/faults").await.expect(200).text();
    assert!(inbox.contains("J-000001"), "{inbox}");
    let joined = engineer.post("/faults", &[("fault", "1"), ("do", "job"), ("job", "J-000001")]).await;
    assert_eq!(place(&joined.expect(303)), "/jobs/J-000001");
    assert!(app.faults().iter().all(|fault| fault.job_id == Some(1)));
}

#[actix_web::test]
async fn a_dismissed_report_says_why_and_another_customers_is_not_found() {
    let app = TestApp::new();
    let (ours, theirs) = (app.public_kettle("Ours"), app.public_kettle("Theirs"));
    let stranger = app.stranger();
    let follow = place(&report(&app, &stranger, &ours.tag, &[("words", "it hums")]).await.expect(303));
    report(&app, &stranger, &theirs.tag, &[("words", "it hums too")]).await.expect(303);
    let engineer = app.client_for(Role::Engineer, Some(vec![ours.ground.customer_id]));
    let inbox = engineer.get("/faults").await.expect(200).text();
    assert!(inbox.contains("it hums") && !inbox.contains("it hums too"), "{inbox}");
    for act in ["job", "begin", "dismiss"] {
        let form = [("fault", "1"), ("fault", "2"), ("do", act), ("why", "It is meant to hum.")];
        engineer.post("/faults", &form).await.expect(404);
    }
    assert!(app.faults().iter().all(Fault::is_waiting), "nothing half");
    engineer.post("/faults", &[("fault", "1"), ("do", "dismiss")]).await.expect(422);
    let form = [("fault", "1"), ("do", "dismiss"), ("why", "It is meant to hum.")];
    engineer.post("/faults", &form).await.expect(303);
    let page = stranger.get(&follow).await.expect(200).text();
    assert!(page.contains("nothing is to be done") && page.contains("It is meant to hum."), "{page}");
    stranger.post(&follow, &[("words", "but")]).await.expect(422);
    engineer.post("/faults", &form).await.expect(409);
    let both = [("fault", "1"), ("do", "job"), ("job", "J-999999")];
    engineer.post("/faults", &both).await.expect(409);
}

#[actix_web::test]
async fn whoever_reported_can_be_erased() {
    use domain::permission::ErasePerson;
    use proofmark::actions::erasures::{self, Erase};
    let app = TestApp::new();
    let kettle = app.public_kettle("Mills");
    let fields = [("words", "it hums"), ("name", "Ada Reporter"), ("contact", "ada@reporter.example")];
    report(&app, &app.stranger(), &kettle.tag, &fields).await.expect(303);
    let person = app.faults()[0].person_id.unwrap();
    let operator = store::Actor::operator(domain::event::Via::Cli);
    let right = operator.right::<ErasePerson>().unwrap();
    let erase = Erase { people: vec![person], reason: "asked to be".to_owned(), ..Erase::default() };
    erasures::erase(&app.app, &right, &erase).unwrap();
    let fault = app.faults().remove(0);
    assert_eq!((fault.contact.as_str(), fault.what.as_str()), ("", "it hums"));
    let inbox = app.client(Role::Engineer).get("/faults").await.expect(200).text();
    assert!(inbox.contains("it hums") && !inbox.contains("Ada Reporter"), "{inbox}");
}

#[actix_web::test]
async fn danger_that_is_reported_again_after_the_repair_quarantines_again() {
    let app = TestApp::new();
    let kettle = app.public_kettle("Mills");
    let shock = [("symptom", "damaged_plug")];
    report(&app, &app.stranger(), &kettle.tag, &shock).await.expect(303);
    let engineer = app.actor(Role::Engineer, None);
    let at = app.app.now().to_rfc3339();
    record_test(&app.app, &engineer.right::<RecordTest>().unwrap(), &kettle.tag, &repaired(&at)).unwrap();
    assert_eq!(app.status(&kettle), Status::InService);
    // Its job is not put right yet: the same danger is the same report, and the thing is locked again.
    app.pass(TimeDelta::minutes(5));
    report(&app, &app.stranger(), &kettle.tag, &shock).await.expect(303);
    assert_eq!((app.faults().len(), app.status(&kettle)), (1, Status::Quarantined));
    app.pass(TimeDelta::minutes(5));
    let at = app.app.now().to_rfc3339();
    record_test(&app.app, &engineer.right::<RecordTest>().unwrap(), &kettle.tag, &repaired(&at)).unwrap();
    let job = app.job_now(&engineer, "J-000001");
    let back = [JobState::InProgress, JobState::Repaired, JobState::Returned];
    back.iter().fold(job, |job, to| {
        let step = StepRequest { assignee_id: engineer.person_id(), ..StepRequest::to(*to) };
        take_step(&app.app, &engineer.right().unwrap(), ("J-000001", job.version), &step).unwrap()
    });
    // Returned, the job has nothing to do with what is wrong now: it is another report with a job of its own.
    let label = app.stranger().get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(!label.contains("Already reported"), "{label}");
    report(&app, &app.stranger(), &kettle.tag, &shock).await.expect(303);
    assert_eq!(app.status(&kettle), Status::Quarantined);
    let jobs: Vec<_> = app.faults().iter().map(|fault| fault.job_id).collect();
    assert_eq!(jobs, [Some(1), Some(2)]);
}

#[actix_web::test]
async fn danger_told_of_on_the_link_quarantines() {
    let app = TestApp::new();
    let kettle = app.public_kettle("Mills");
    let stranger = app.stranger();
    let sent = report(&app, &stranger, &kettle.tag, &[("symptom", "noisy")]).await.expect(303);
    assert_eq!(app.status(&kettle), Status::InService);
    let more = [("words", "now it sparks"), ("dangerous", "on")];
    stranger.post_files(&place(&sent), &more, ("photo", &[])).await.expect(303);
    assert_eq!(app.status(&kettle), Status::Quarantined);
    assert!(app.faults()[1].dangerous && app.faults()[1].job_id == Some(1));
}

#[actix_web::test]
async fn an_engineer_begins_the_job_that_danger_opened() {
    let app = TestApp::new();
    let kettle = app.public_kettle("Mills");
    let engineer = app.client(Role::Engineer);
    let fields = [("words", "it sparks"), ("dangerous", "on"), ("then", "begin")];
    let begun = engineer.post(&format!("/assets/{}/fault", kettle.tag), &fields).await.expect(303);
    assert!(begun.location().starts_with("/jobs/J-000001"), "{}", begun.location());
    assert!(engineer.get("/jobs/mine").await.expect(200).text().contains("J-000001"));
    // Reported twice, a job may be called off: the thing stays quarantined.
    let version = app.job_now(&app.actor(Role::Engineer, None), "J-000001").version.to_string();
    let off = [("version", &*version), ("to", "closed"), ("outcome", "cancelled"), ("note", "twice")];
    engineer.post("/jobs/J-000001/steps", &off).await.expect(303);
    assert_eq!(app.status(&kettle), Status::Quarantined);
}
