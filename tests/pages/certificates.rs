//! Certificates: issued, kept by revision, in the ledger, and checked by whoever holds the paper.

use clap::Parser;
use domain::permission::{IssueCertificate, RecordTest, Role};
use proofmark::actions::certificates::{Issued, Options, Subject, issue_certificate};
use proofmark::actions::tests::{TestRequest, correct_test, record_test};
use proofmark::error::Error;
use store::visits::VisitFields;

use crate::actions::tests::{failing, passing, repaired as after_repair, request};
use crate::judges;
use crate::support::TestApp;
use crate::support::builders::{Ground, Thing};

mod contents;
mod many;
pub mod signed;

const MORNING: &str = "2026-11-23T08:00:00Z";

struct Bench {
    app: TestApp,
    engineer: store::Actor,
    ground: Ground,
}

impl Bench {
    fn new() -> Self {
        let app = TestApp::new();
        let engineer = app.actor(Role::Engineer, None);
        let ground = app.ground("Mills");
        Self { app, engineer, ground }
    }

    fn record(&self, thing: &Thing, test: &TestRequest) -> String {
        let right = self.engineer.right::<RecordTest>().unwrap();
        record_test(&self.app.app, &right, &thing.tag, test).unwrap().id
    }

    fn issue(&self, subject: &Subject) -> Result<Issued, Error> {
        let right = self.engineer.right::<IssueCertificate>().unwrap();
        issue_certificate(&self.app.app, &right, subject, Options::default())
    }

    fn november(&self) -> Subject {
        let day = |text: &str| text.parse().unwrap();
        Subject::Period { site_id: self.ground.site_id, from: day("2026-11-01"), to: day("2026-11-30") }
    }

    fn chain_is_whole(&self) {
        let id = self.ground.customer_id;
        self.app.app.store.read(|conn| store::verify::check_chain(conn, id)).unwrap().expect("a whole chain");
    }
}

pub fn words(pdf: &[u8]) -> Option<String> {
    if !judges::present(&["qpdf", "pdftotext"]) {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, pdf).unwrap();
    judges::check(&path);
    Some(judges::words(&path))
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn a_test_gets_its_certificate_once_and_a_place_in_the_ledger() {
    let bench = Bench::new();
    let kettle = bench.app.kettle(bench.ground);
    let id = bench.record(&kettle, &passing(MORNING));
    let first = bench.issue(&Subject::Test(id.clone())).unwrap();
    assert_eq!((first.row.number.as_str(), first.row.revision, first.repeated), ("C-000001", 1, false));
    assert_eq!(first.row.hash, store::ledger::sha256(&first.pdf));
    let again = bench.issue(&Subject::Test(id)).unwrap();
    assert_eq!(
        (again.row.clone(), again.pdf.clone(), again.repeated),
        (first.row.clone(), first.pdf.clone(), true)
    );
    bench.chain_is_whole();
    let Some(words) = words(&first.pdf) else { return };
    let spoken = format!("{}-{}", &kettle.tag[..4], &kettle.tag[4..]);
    for wanted in [
        "C-000001",
        "PASS",
        "0.08 Ω",
        ">19.99 MΩ",
        "≥ 0.3 MΩ",
        "23 Nov 2026",
        "Mills",
        "Page 1 of 1",
        &spoken,
    ] {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
    let evidence =
        bench.app.app.store.read(|conn| store::certificates::find_evidence(conn, &first.row)).unwrap();
    assert_eq!(
        first.row.seq,
        evidence.head_seq + 1,
        "nothing came between the head printed and the certificate"
    );
    assert!(words.contains(&evidence.head_hash[..12]), "the head stands on the paper");
}

#[test]
fn a_site_certificate_shows_failures_first_and_repairs() {
    let bench = Bench::new();
    let [good, bad, repaired, open] = std::array::from_fn(|_| bench.app.kettle(bench.ground));
    bench.record(&good, &passing(MORNING));
    bench.record(&bad, &failing(MORNING));
    bench.record(&repaired, &failing("2026-11-20T08:00:00Z"));
    bench.record(&repaired, &after_repair(MORNING));
    bench.record(&open, &passing("2026-11-19T08:00:00Z"));
    bench.record(&open, &request("combined", "2026-11-23T07:00:00Z", serde_json::json!([])));
    bench.record(&open, &request("formal_visual", MORNING, serde_json::json!([])));
    let issued = bench.issue(&bench.november()).unwrap();
    let evidence =
        bench.app.app.store.read(|conn| store::certificates::find_evidence(conn, &issued.row)).unwrap();
    let totals = evidence.totals;
    assert_eq!((totals.tested, totals.passed, totals.failed, totals.incomplete), (4, 2, 1, 1));
    assert_eq!(evidence.tests.len(), 7);
    let Some(words) = words(&issued.pdf) else { return };
    let pages: Vec<_> = words.split('\u{c}').collect();
    let first = squeezed(pages[0]);
    for wanted in ["Failures:donotuse", "Quarantined,nowat", "Repairsdone", "Incomplete:neither"] {
        assert!(first.contains(wanted), "{wanted} in {first}");
    }
    for thing in [&good, &bad, &repaired, &open] {
        assert!(words.contains(&thing.tag[4..]), "{} in {words}", thing.tag);
    }
}

#[test]
fn a_pass_by_the_user_does_not_outweigh_a_failed_test() {
    let bench = Bench::new();
    let kettle = bench.app.kettle(bench.ground);
    bench.record(&kettle, &failing("2026-11-22T08:00:00Z"));
    bench.record(&kettle, &request("user_check", MORNING, serde_json::json!([])));
    let issued = bench.issue(&bench.november()).unwrap();
    let evidence =
        bench.app.app.store.read(|conn| store::certificates::find_evidence(conn, &issued.row)).unwrap();
    assert_eq!((evidence.totals.failed, evidence.totals.passed), (1, 0));
}

#[test]
fn a_change_makes_a_new_revision_of_the_same_number() {
    let bench = Bench::new();
    let kettle = bench.app.kettle(bench.ground);
    let id = bench.record(&kettle, &passing(MORNING));
    let first = bench.issue(&bench.november()).unwrap();
    let right = bench.engineer.right::<RecordTest>().unwrap();
    correct_test(&bench.app.app, &right, (&id, "wrong scale"), &failing(MORNING)).unwrap();
    let second = bench.issue(&bench.november()).unwrap();
    assert_eq!((second.row.number.as_str(), second.row.revision), ("C-000001", 2));
    assert_ne!(second.row.public_code, first.row.public_code);
    let evidence =
        bench.app.app.store.read(|conn| store::certificates::find_evidence(conn, &second.row)).unwrap();
    assert_eq!(
        (evidence.totals.tested, evidence.totals.failed),
        (1, 1),
        "the corrected record counts no more"
    );
    assert!(matches!(bench.issue(&Subject::Test(id)), Err(Error::Conflict(_))));
    bench.chain_is_whole();
    if let Some(words) = words(&second.pdf) {
        assert!(squeezed(&words).contains("anearlierone:wrongscale"), "{words}");
    }
}

#[test]
fn a_visit_lists_what_was_not_found() {
    let bench = Bench::new();
    let [there, lost] = std::array::from_fn(|_| bench.app.kettle(bench.ground));
    let fields = VisitFields {
        person_id: bench.engineer.person_id().unwrap(),
        starts_on: "2026-11-23".parse().unwrap(),
        ends_on: "2026-11-24".parse().unwrap(),
        order_number: "PO 88".to_owned(),
        extent: "Everything in the kitchen".to_owned(),
        limitations: "The cellar was locked".to_owned(),
    };
    let ground = bench.ground;
    let visit = bench.app.put(|tx| {
        let id = store::visits::insert_visit(tx, (ground.customer_id, ground.site_id), &fields)?;
        let actor = tx.actor;
        let visit = store::visits::find_visit(tx, actor.scope(), id)?;
        store::visits::insert_not_found(tx, &visit, lost.id, "moved out?")?;
        Ok(id)
    });
    bench.record(&there, &passing(MORNING));
    let issued = bench.issue(&Subject::Visit(visit)).unwrap();
    let Some(words) = words(&issued.pdf) else { return };
    let words = squeezed(&words);
    for wanted in
        ["PO88", "Everythinginthekitchen", "Thecellarwaslocked", "Notfound", "movedout?", &lost.tag[4..]]
    {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
}

#[actix_web::test]
async fn issued_found_and_downloaded_on_the_pages() {
    let bench = Bench::new();
    let kettle = bench.app.kettle(bench.ground);
    let id = bench.record(&kettle, &passing(MORNING));
    let engineer = bench.app.client(Role::Engineer);
    let asked = engineer.get(&format!("/certificates/new?test={id}")).await.expect(200).text();
    assert!(
        asked.contains(&format!("name=\"test\" value=\"{id}\"")) && !asked.contains("There is one already")
    );
    engineer.get("/certificates/new?test=none").await.expect(404);
    engineer.get("/certificates/new?visit=99").await.expect(404);
    bench.app.client(Role::Viewer).get(&format!("/certificates/new?test={id}")).await.expect(403);
    let answer = engineer.post("/certificates", &[("test", &id)]).await.expect(303);
    assert_eq!(answer.location(), "/certificates/C-000001?done=issued");
    assert_eq!(
        engineer.post("/certificates", &[("test", &id)]).await.expect(303).location(),
        "/certificates/C-000001"
    );
    let site = bench.ground.site_id.to_string();
    let period = [("site", site.as_str()), ("from", "2026-11-01"), ("to", "2026-11-30")];
    engineer.post("/certificates", &period).await.expect(303);
    let viewer = bench.app.client(Role::Viewer);
    let list = viewer.get("/certificates").await.expect(200).text();
    assert!(list.find("C-000002").unwrap() < list.find("C-000001").unwrap(), "the newest first");
    assert!(!list.contains("Issue a certificate"), "a viewer issues none");
    for (search, found) in
        [("c-1", true), ("Head", true), ("mills", true), ("2", false), ("elsewhere", false)]
    {
        let list = viewer.get(&format!("/certificates?q={search}")).await.expect(200).text();
        assert_eq!(list.contains("C-000001"), found, "{search}");
    }
    let ground = bench.ground;
    for query in [format!("site={}", ground.site_id), format!("customer={}", ground.customer_id)] {
        let list = viewer.get(&format!("/certificates?{query}")).await.expect(200).text();
        assert!(list.contains("C-000001"), "{query}");
    }
    viewer.get("/certificates?site=999").await.expect(404);
    let page = viewer.get("/certificates/C-000001").await.expect(200).text();
    assert!(page.contains("SHA-256") && page.contains("/certificates/C-000001.pdf?revision=1"));
    let pdf = viewer.get("/certificates/C-000001.pdf").await.expect(200);
    assert!(pdf.bytes.starts_with(b"%PDF"));
    assert_eq!(viewer.get("/api/v1/certificates/C-000001.pdf").await.expect(200).bytes, pdf.bytes);
    viewer.get("/certificates/C-000001.pdf?revision=2").await.expect(404);
    viewer.get("/certificates/C-000009").await.expect(404);
}

#[actix_web::test]
async fn wrong_and_foreign_input_is_refused() {
    let bench = Bench::new();
    let kettle = bench.app.kettle(bench.ground);
    let id = bench.record(&kettle, &passing(MORNING));
    let number = bench.issue(&Subject::Test(id.clone())).unwrap().row.number;
    let engineer = bench.app.client(Role::Engineer);
    let site = bench.ground.site_id.to_string();
    let post = async |form: &[(&str, &str)], status: u16| {
        engineer.post("/certificates", form).await.expect(status).text()
    };
    assert!(post(&[], 422).await.contains("fill this in"));
    assert!(
        post(&[("site", &site), ("from", "2026-11-30"), ("to", "2026-11-01")], 422)
            .await
            .contains("before the first")
    );
    assert!(
        post(&[("site", &site), ("from", "x"), ("to", "2026-11-01")], 422).await.contains("is not a date")
    );
    assert!(
        post(&[("site", &site), ("from", "2020-01-01"), ("to", "2020-01-31")], 422)
            .await
            .contains("Nothing was tested")
    );
    post(&[("test", &id), ("visit", "1")], 422).await;
    post(&[("test", &"x".repeat(5000))], 422).await;
    post(&[("test", "no-such-test")], 404).await;
    post(&[("visit", "99")], 404).await;
    let viewer = bench.app.client(Role::Viewer);
    viewer.post("/certificates", &[("test", &id)]).await.expect(403);
    let other = bench.app.ground("Other");
    let stranger = bench.app.client_for(Role::Engineer, Some(vec![other.customer_id]));
    stranger.post("/certificates", &[("test", &id)]).await.expect(404);
    let period = [("site", site.as_str()), ("from", "2026-11-01"), ("to", "2026-11-30")];
    stranger.post("/certificates", &period).await.expect(404);
    for path in [format!("/certificates/{number}"), format!("/certificates/{number}.pdf")] {
        stranger.get(&path).await.expect(404);
    }
    stranger.get(&format!("/api/v1/certificates/{number}.pdf")).await.expect(404);
    assert!(!stranger.get("/certificates?q=C-000001").await.expect(200).text().contains("Mills"));
}

#[actix_web::test]
async fn anybody_with_the_paper_sees_how_things_stand_today() {
    let bench = Bench::new();
    let [kettle, other] = std::array::from_fn(|_| bench.app.kettle(bench.ground));
    let id = bench.record(&kettle, &passing("2026-11-22T08:00:00Z"));
    bench.record(&other, &passing("2026-11-22T08:00:00Z"));
    let one = bench.issue(&Subject::Test(id)).unwrap().row;
    let site = bench.issue(&bench.november()).unwrap().row;
    assert!(one.public_code.len() == 32 && one.public_code != site.public_code);
    let anybody = bench.app.stranger();
    let text = anybody.get(&format!("/c/{}", one.public_code)).await.expect(200).text();
    assert!(text.contains("Genuine") && text.contains("It passed its last test on 22 Nov 2026"), "{text}");
    assert!(!text.contains("Test engineer") && !text.contains("Mills"), "nobody is named");
    bench.record(&kettle, &failing(MORNING));
    let text = anybody.get(&format!("/c/{}", one.public_code)).await.expect(200).text();
    assert!(text.contains("Do not use"), "{text}");
    let text = anybody.get(&format!("/c/{}", site.public_code)).await.expect(200).text();
    assert!(squeezed(&text).contains("<dt>Failedorquarantined</dt><dd>1</dd>"), "{text}");
    bench.app.pass(chrono::Duration::days(900));
    let text = anybody.get(&format!("/c/{}", site.public_code)).await.expect(200).text();
    assert!(squeezed(&text).contains("<dt>Overdue</dt><dd>1</dd>"), "{text}");
    bench.issue(&bench.november()).unwrap();
    let text = anybody.get(&format!("/c/{}", site.public_code)).await.expect(200).text();
    assert!(text.contains("superseded"), "{text}");
    let unknown = anybody.get(&format!("/c/{}", "0".repeat(32))).await.expect(404).text();
    for code in ["x", "0", &"f".repeat(31), &"f".repeat(400), "%27%20OR%201=1"] {
        assert_eq!(anybody.get(&format!("/c/{code}")).await.expect(404).text(), unknown, "{code}");
    }
}

#[test]
fn the_command_issues_by_name_and_days() {
    let bench = Bench::new();
    let kettle = bench.app.kettle(bench.ground);
    bench.record(&kettle, &passing(MORNING));
    let run = |arguments: &[&str]| {
        let all = ["proofmark", "certificate", "--out", "x.pdf"];
        let cli =
            proofmark::cli::Cli::try_parse_from(all.iter().chain(arguments)).map_err(|e| e.to_string())?;
        let proofmark::cli::Command::Certificate(command) = cli.command else { unreachable!() };
        command.issue(&bench.app.app).map_err(|e| e.to_string())
    };
    let days = ["--from", "2026-11-01", "--to", "2026-11-30"];
    let issued = run(&[&["--site", "Mills/Head office"], &days[..]].concat()).unwrap();
    assert!(issued.pdf.starts_with(b"%PDF") && issued.row.person_id.is_none());
    assert!(run(&[&["--site", "Mills/Nowhere"], &days[..]].concat()).unwrap_err().contains("Nowhere"));
    assert!(run(&[&["--site", "Mills"], &days[..]].concat()).is_err());
    assert!(run(&["--site", "Mills/Head office"]).unwrap_err().contains("--from"));
    assert!(run(&["--customer", "Mills"]).unwrap_err().contains("--merged"));
    assert!(run(&["--visit", "7"]).unwrap_err().contains("visit"));
}
