//! Recording tests, as pages, the API and jobs do it.

use domain::asset::Status;
use domain::evidence::TestEvidence;
use domain::permission::{RecordTest, ReviewLock, Role};
use domain::reading::ReadingInput;
use domain::verdict::Verdict;
use proofmark::actions::tests::{Recorded, TestRequest, correct_test, needs_review, record_test, review};
use proofmark::error::Error;
use store::Actor;
use store::assets::Asset;

use crate::support::TestApp;
use crate::support::builders::Thing;

const MORNING: &str = "2026-11-23T08:00:00Z";

pub fn request(kind: &str, at: &str, readings: serde_json::Value) -> TestRequest {
    serde_json::from_value(serde_json::json!({
        "id": uuid::Uuid::now_v7().to_string(),
        "kind": kind,
        "ruleset": "iet5",
        "performed_at": at,
        "visual": {"plug": "pass", "flex": "pass"},
        "readings": readings,
    }))
    .unwrap()
}

pub fn passing(at: &str) -> TestRequest {
    request("combined", at, readings("0.08"))
}

/// A passing test after repair under the rule set that is set for that.
pub fn repaired(at: &str) -> TestRequest {
    let mut request = TestRequest { kind: "after_repair".to_owned(), ruleset: None, ..passing(at) };
    let more = [("protective_conductor_current", "0.4", Some("mA")), ("functional", "pass", None)];
    request.readings.extend(more.map(|(test, value, unit)| ReadingInput {
        test: test.to_owned(),
        value: value.to_owned(),
        unit: unit.map(str::to_owned),
        ..ReadingInput::default()
    }));
    request
}

pub fn failing(at: &str) -> TestRequest {
    request("combined", at, readings("0.9"))
}

fn readings(earth: &str) -> serde_json::Value {
    serde_json::json!([
        {"test": "earth_continuity", "value": earth, "unit": "ohm"},
        {"test": "insulation_resistance", "value": ">19.99", "unit": "Mohm", "voltage_v": 500},
    ])
}

struct Bench {
    app: TestApp,
    engineer: Actor,
    kettle: Thing,
}

impl Bench {
    fn new() -> Self {
        let app = TestApp::new();
        let engineer = app.actor(Role::Engineer, None);
        let kettle = app.kettle(app.ground("Mills"));
        Self { app, engineer, kettle }
    }

    fn record(&self, request: &TestRequest) -> Result<Recorded, Error> {
        record_test(&self.app.app, &self.engineer.right::<RecordTest>().unwrap(), &self.kettle.tag, request)
    }

    fn asset(&self) -> Asset {
        let (scope, id) = (self.engineer.scope(), self.kettle.id);
        self.app.app.store.read(|conn| store::assets::find_asset(conn, scope, id)).unwrap()
    }

    fn chain_is_whole(&self) {
        let customer = self.kettle.ground.customer_id;
        let found = self.app.app.store.read(|conn| store::verify::check_chain(conn, customer)).unwrap();
        found.expect("a whole chain");
        let wrong = self.app.app.store.read(store::dues::check_tallies).unwrap();
        assert_eq!(wrong, Vec::<String>::new());
    }
}

#[test]
fn a_pass_moves_the_dates_and_leaves_evidence() {
    let bench = Bench::new();
    let recorded = bench.record(&passing(MORNING)).unwrap();
    assert_eq!(recorded.verdict, Verdict::Pass);
    let document: serde_json::Value = serde_json::from_str(&recorded.document).unwrap();
    assert_eq!(document["next_due"]["combined"], "2027-11-23");
    assert_eq!(document["next_due"]["formal_visual"], "2027-05-23");
    assert_eq!(document["asset_status"], "in_service");
    assert_eq!(document["readings"][0]["limit"], "0.109975");
    let asset = bench.asset();
    assert_eq!(asset.due_on, "2027-05-23".parse().ok());
    assert_eq!(asset.last_verdict.map(|verdict| verdict.0), Some(Verdict::Pass));
    let scope = bench.engineer.scope();
    let found = bench.app.app.store.read(|conn| store::tests::find_recorded_test(conn, scope, &recorded.id));
    let evidence: TestEvidence = found.unwrap().evidence;
    assert_eq!(
        (evidence.asset.place.as_deref(), evidence.edition.as_str()),
        (Some("Kitchen"), "5th edition")
    );
    bench.chain_is_whole();
}

#[test]
fn a_fail_locks_at_once_and_only_a_passing_test_after_repair_releases() {
    let bench = Bench::new();
    bench.record(&failing("2026-11-23T08:00:00Z")).unwrap();
    assert_eq!(bench.asset().status(), Status::Quarantined);
    assert_eq!(bench.asset().due_on, None, "a locked thing is due for release, not for a date");
    bench.record(&request("formal_visual", "2026-11-23T08:10:00Z", serde_json::json!([]))).unwrap();
    assert_eq!(bench.asset().status(), Status::Quarantined, "a look repairs nothing");
    bench.record(&passing("2026-11-23T08:20:00Z")).unwrap();
    assert_eq!(bench.asset().status(), Status::Quarantined, "nor does measuring again");
    let laxer = TestRequest { ruleset: Some("iet5".to_owned()), ..repaired("2026-11-23T08:30:00Z") };
    let laxer = bench.record(&laxer).unwrap();
    assert!(laxer.verdict == Verdict::Pass && laxer.document.contains("EN 50678"), "{}", laxer.document);
    assert_eq!(bench.asset().status(), Status::Quarantined, "not the rule set set for repaired items");
    let mut short = repaired("2026-11-23T08:40:00Z");
    short.readings.pop();
    assert_eq!(bench.record(&short).unwrap().verdict, Verdict::Incomplete);
    assert_eq!(bench.asset().status(), Status::Quarantined, "nobody tried whether it works");
    assert_eq!(bench.record(&repaired("2026-11-23T08:50:00Z")).unwrap().verdict, Verdict::Pass);
    assert_eq!(bench.asset().status(), Status::InService);
    bench.chain_is_whole();
}

#[test]
fn a_fail_that_arrives_late_locks_until_a_manager_reviews_it() {
    let bench = Bench::new();
    bench.record(&passing("2026-11-23T08:20:00Z")).unwrap();
    bench.record(&failing("2026-11-23T08:00:00Z")).unwrap();
    let asset = bench.asset();
    assert!(asset.lock_cause.unwrap().contains("must review it"));
    let manager = bench.app.actor(Role::Manager, None);
    let right = manager.right::<ReviewLock>().unwrap();
    assert!(bench.engineer.right::<ReviewLock>().is_err());
    let blank = review(&bench.app.app, &right, &bench.kettle.tag, " ");
    assert!(matches!(blank, Err(Error::Invalid(_))), "{blank:?}");
    review(&bench.app.app, &right, &bench.kettle.tag, "The earth lead was repaired in between.").unwrap();
    assert_eq!(bench.asset().status(), Status::InService);
    bench.chain_is_whole();
    let again = review(&bench.app.app, &right, &bench.kettle.tag, "again");
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
}

#[test]
fn correcting_a_fail_alone_unlocks_nothing() {
    let bench = Bench::new();
    let right = bench.engineer.right::<RecordTest>().unwrap();
    let fail = bench.record(&failing(MORNING)).unwrap();
    let pass = passing(MORNING);
    let corrected = correct_test(&bench.app.app, &right, (&fail.id, "0.09 was meant"), &pass).unwrap();
    assert_eq!(corrected.verdict, Verdict::Pass);
    assert_eq!(bench.asset().status(), Status::Quarantined);
    let open = bench.app.app.store.read(|conn| needs_review(conn, bench.kettle.id)).unwrap();
    assert_eq!(open.unwrap().open.len(), 1);
    let again = correct_test(&bench.app.app, &right, (&fail.id, "again"), &passing(MORNING));
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let other = bench.app.actor(Role::Engineer, None);
    let foreign = correct_test(
        &bench.app.app,
        &other.right::<RecordTest>().unwrap(),
        (&corrected.id, "mine"),
        &passing(MORNING),
    );
    assert!(matches!(foreign, Err(Error::Forbidden(_))), "{foreign:?}");
    bench.chain_is_whole();
}

#[test]
fn the_same_id_answers_the_same_bytes_and_takes_no_other_body() {
    let bench = Bench::new();
    let mut request = passing(MORNING);
    let first = bench.record(&request).unwrap();
    let second = bench.record(&request).unwrap();
    assert_eq!((second.document, second.repeated), (first.document, true));
    request.note = "another".to_owned();
    assert!(matches!(bench.record(&request), Err(Error::KeyReused)));
    bench.chain_is_whole();
}

#[test]
fn fifty_at_once_make_one_record() {
    let bench = Bench::new();
    let request = passing(MORNING);
    let answers: Vec<String> = std::thread::scope(|threads| {
        let runs: Vec<_> =
            (0..50).map(|_| threads.spawn(|| bench.record(&request).unwrap().document)).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let page = store::tests::Page::first(100);
    let (scope, id) = (bench.engineer.scope(), bench.kettle.id);
    let stored =
        bench.app.app.store.read(|conn| store::tests::list_tests_of_asset(conn, scope, id, page)).unwrap();
    assert_eq!(stored.len(), 1);
    bench.chain_is_whole();
}

#[test]
fn two_tests_of_one_asset_at_once_both_count() {
    let bench = Bench::new();
    let (pass, fail) = (passing("2026-11-23T08:00:00Z"), failing("2026-11-23T08:30:00Z"));
    std::thread::scope(|threads| {
        for request in [&pass, &fail] {
            let bench = &bench;
            threads.spawn(move || bench.record(request).unwrap());
        }
    });
    assert_eq!(bench.asset().status(), Status::Quarantined);
    bench.chain_is_whole();
}
