//! Holds: a report of danger or an opened enclosure locks, with no failed test anywhere.

use chrono::{DateTime, TimeDelta, Utc};
use domain::asset::Status;
use domain::condition::Condition;
use domain::permission::{RecordTest, ReviewLock, Role};
use domain::standing::{HoldWhy, LockWhy};
use domain::verdict::Verdict;
use proofmark::actions::holds::{NewHold, hold_opened, place_hold};
use proofmark::actions::tests::{TestRequest, find_override, needs_review, record_test, review};
use proofmark::error::Error;
use store::Actor;
use store::assets::{Asset, find_asset};

use super::tests::{failing, passing, repaired};
use crate::support::TestApp;
use crate::support::builders::Thing;

struct Bench {
    app: TestApp,
    engineer: Actor,
    manager: Actor,
    kettle: Thing,
}

impl Bench {
    fn new() -> Self {
        let app = TestApp::new();
        let (engineer, manager) = (app.actor(Role::Engineer, None), app.actor(Role::Manager, None));
        let kettle = app.kettle(app.ground("Mills"));
        Self { app, engineer, manager, kettle }
    }

    fn record(&self, request: &TestRequest) -> Verdict {
        let right = self.engineer.right::<RecordTest>().unwrap();
        record_test(&self.app.app, &right, &self.kettle.tag, request).unwrap().verdict
    }

    fn hold(&self, why: HoldWhy, at: &str) {
        let done = self.app.app.store.write(&self.engineer, |tx| {
            let asset = find_asset(tx, self.engineer.scope(), self.kettle.id)?;
            let (at, person) = (at.parse().unwrap(), self.engineer.person_id());
            let event = match why {
                HoldWhy::Opened => hold_opened(tx, &asset, "J-000001", (at, person))?,
                HoldWhy::Reported => {
                    let (source, reason) = ("fault 1".to_owned(), "Damaged plug".to_owned());
                    place_hold(tx, &asset, NewHold { why, at, person_id: None, source, reason })?
                }
            };
            Ok::<_, Error>(((), vec![event]))
        });
        done.unwrap();
    }

    fn review(&self, reason: &str) {
        let right = self.manager.right::<ReviewLock>().unwrap();
        review(&self.app.app, &right, &self.kettle.tag, reason).unwrap();
    }

    fn asset(&self) -> Asset {
        let id = self.kettle.id;
        self.app.app.store.read(|conn| find_asset(conn, self.engineer.scope(), id)).unwrap()
    }

    /// Status, verdict and first due date.
    fn stands(&self) -> (Status, Option<Verdict>, Option<String>) {
        let asset = self.asset();
        let due = asset.due_on.map(|due| due.to_string());
        (asset.status(), asset.last_verdict.map(|verdict| verdict.0), due)
    }

    fn why(&self) -> LockWhy {
        let standing = self.app.app.store.read(|conn| needs_review(conn, self.kettle.id)).unwrap();
        standing.and_then(|standing| standing.locked).expect("a lock").why
    }

    fn is_whole(&self) {
        let checked = self.app.app.store.read(|conn| store::verify::verify(conn, &[], &mut |_| {}));
        checked.unwrap().expect("whole evidence");
        let wrong = self.app.app.store.read(store::dues::check_tallies).unwrap();
        assert_eq!(wrong, Vec::<String>::new());
    }
}

#[test]
fn a_report_of_danger_locks_until_a_test_after_repair_passes() {
    let bench = Bench::new();
    bench.record(&passing("2026-11-23T07:00:00Z"));
    let before = bench.stands();
    assert_eq!(before, (Status::InService, Some(Verdict::Pass), Some("2027-05-23".to_owned())));
    bench.hold(HoldWhy::Reported, "2026-11-23T08:00:00Z");
    assert_eq!(bench.stands(), (Status::Quarantined, Some(Verdict::Incomplete), None));
    let cause = bench.asset().lock_cause.unwrap();
    assert_eq!(cause, "Reported as dangerous; no test after repair passed since (report of 2026-11-23)");
    bench.record(&passing("2026-11-23T08:10:00Z"));
    assert_eq!(bench.stands().0, Status::Quarantined, "a plain pass proves nothing of what was reported");
    bench.record(&repaired("2026-11-23T08:20:00Z"));
    assert_eq!(bench.stands(), before, "proven again");
    bench.is_whole();
}

#[test]
fn a_report_that_a_manager_finds_to_be_wrong_leaves_no_trace_in_the_dates() {
    let bench = Bench::new();
    bench.record(&passing("2026-11-23T07:00:00Z"));
    let before = bench.stands();
    bench.hold(HoldWhy::Reported, "2026-11-23T08:00:00Z");
    bench.review("A prank: looked at it, nothing is wrong.");
    assert_eq!(bench.stands(), before);
    assert!(bench.app.app.store.read(|conn| find_override(conn, bench.kettle.id)).unwrap().is_none());
    bench.hold(HoldWhy::Reported, "2026-11-23T08:30:00Z");
    assert_eq!(bench.why(), LockWhy::Reported, "the next report locks again");
    bench.is_whole();
}

#[test]
fn what_was_opened_and_released_untested_is_owed_a_test() {
    let bench = Bench::new();
    bench.record(&passing("2026-11-20T07:00:00Z"));
    bench.hold(HoldWhy::Opened, "2026-11-23T08:00:00Z");
    assert_eq!(bench.why(), LockWhy::Opened);
    bench.review("Needed on the ward.");
    let owed = (Status::InService, Some(Verdict::Incomplete), Some("2026-11-23".to_owned()));
    assert_eq!(bench.stands(), owed);
    let (opened, word) =
        bench.app.app.store.read(|conn| find_override(conn, bench.kettle.id)).unwrap().expect("an override");
    assert_eq!((opened.why, word.reason.as_str()), (LockWhy::Opened, "Needed on the ward."));
    let known = domain::condition::Known {
        lifecycle: bench.asset().lifecycle.0,
        locked: false,
        overridden: true,
        last_verdict: Some(Verdict::Incomplete),
        due_on: bench.asset().due_on,
    };
    let today = "2026-11-23".parse().unwrap();
    assert_eq!(domain::condition::condition(known, today), Condition::Overridden);
    bench.record(&repaired("2026-11-23T08:30:00Z"));
    assert_eq!(bench.stands().1, Some(Verdict::Pass));
    bench.is_whole();
}

#[test]
fn a_report_that_arrives_after_the_repair_is_a_conflict() {
    let bench = Bench::new();
    bench.record(&failing("2026-11-23T07:00:00Z"));
    bench.record(&repaired("2026-11-23T08:00:00Z"));
    bench.hold(HoldWhy::Reported, "2026-11-23T07:30:00Z");
    assert_eq!(bench.why(), LockWhy::Conflict);
    let cause = bench.asset().lock_cause.unwrap();
    assert!(cause.contains("report of danger arrived") && cause.contains("must review it"), "{cause}");
    bench.record(&repaired("2026-11-23T08:30:00Z"));
    assert_eq!(bench.why(), LockWhy::Conflict, "it waits for a person");
    bench.review("It was that fault which was repaired.");
    assert_eq!(bench.stands().0, Status::InService);
    bench.is_whole();
}

#[test]
fn nothing_is_reported_or_opened_in_the_future() {
    let bench = Bench::new();
    bench.hold(HoldWhy::Opened, "2031-01-01T00:00:00Z");
    bench.app.pass(TimeDelta::minutes(5));
    let at: DateTime<Utc> = bench.app.app.now();
    bench.record(&repaired(&at.to_rfc3339()));
    assert_eq!(bench.stands().0, Status::InService);
    bench.is_whole();
}
