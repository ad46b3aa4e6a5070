//! Who hears of a report, of what nobody has, and of what is still with a third party.

use chrono::Duration;
use domain::job::NoticeKind;
use domain::permission::Role;
use proofmark::actions::faults::{Report, report};
use proofmark::actions::jobs::{Handover, escalate_job};
use proofmark::actions::referrals::{ReferralRequest, chase_referral, refer};
use proofmark::jobs::{chasing, fault_mails, response_times};
use store::notices::list_notices;
use store::referrals::ReferralFields;

use crate::support::TestApp;

fn told(app: &TestApp, person_id: i64, kind: NoticeKind) -> Vec<String> {
    let all = app.app.store.read(|conn| list_notices(conn, person_id, 50)).unwrap();
    all.into_iter().filter(|notice| notice.kind.0 == kind).map(|notice| notice.text).collect()
}

#[test]
fn a_report_is_mailed_once_to_those_who_are_to_look_at_it() {
    let app = TestApp::new();
    let (ground, elsewhere) = (app.ground("Mills"), app.ground("Theirs"));
    app.add_user(Role::Manager, Some(vec![elsewhere.customer_id]));
    app.add_user(Role::Manager, Some(vec![ground.customer_id]));
    let engineer = app.actor(Role::Engineer, None);
    let words = Report { words: "Hums and stops".to_owned(), ..Report::default() };
    report(&app.app, &engineer.right().unwrap(), app.kettle(ground).id, &words).unwrap();
    let run = || fault_mails::run(&app.app, app.app.now()).unwrap().words;
    assert_eq!(run(), "1 mails sent, 0 failed");
    let mail = app.mails().pop().unwrap();
    assert!(mail.subject.starts_with("Fault reported: Kettle") && mail.subject.contains("Mills"), "{mail:?}");
    assert!(mail.body.contains("Hums and stops") && mail.body.contains("/faults"), "{}", mail.body);
    assert_eq!(run(), "0 mails sent, 0 failed");
}

#[test]
fn what_nobody_has_is_told_to_the_managers_and_whoever_gets_it_is_mailed() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.add_user(Role::Manager, None).0;
    let engineer = app.actor(Role::Engineer, None);
    let job = app.job_by(&engineer, &app.kettle(ground));
    let to = |line, assignee_id| Handover { line, assignee_id, note: "No board here".to_owned() };
    let right = engineer.right().unwrap();
    let job = escalate_job(&app.app, &right, (&job.number, job.version), &to(2, None)).unwrap();
    assert_eq!(told(&app, manager, NoticeKind::Unassigned), ["For line 2: No board here"]);
    let second = app.add_user(Role::Engineer, None).0;
    escalate_job(&app.app, &right, (&job.number, job.version), &to(3, Some(second))).unwrap();
    let words = response_times::run(&app.app, app.app.now()).unwrap().words;
    assert!(words.ends_with("2 mails sent, 0 failed"), "{words}");
    assert!(app.mails().iter().any(|mail| mail.body.contains("Assigned to you")));
}

#[test]
fn whoever_referred_something_is_told_each_morning_until_they_have_asked() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let supplier = app.supplier("Maker & Co");
    let engineer = app.actor(Role::Engineer, None);
    let me = engineer.person_id().unwrap();
    let job = app.job_by(&engineer, &app.kettle(ground));
    let fields =
        ReferralFields { supplier_id: supplier, what: "Base".to_owned(), ..ReferralFields::default() };
    let sent_on = Some(app.app.now().date_naive());
    let request = ReferralRequest { fields, sent_on, waits: false };
    let right = engineer.right().unwrap();
    let referral = refer(&app.app, &right, &job.number, &request).unwrap();
    let run = || chasing::run(&app.app, app.app.now()).unwrap().words;
    assert_eq!(run(), "0 referrals to be asked after");
    app.pass(Duration::days(7));
    assert_eq!(run(), "1 referrals to be asked after");
    assert_eq!(told(&app, me, NoticeKind::Chase), ["Ask Maker & Co after Base"]);
    chase_referral(&app.app, &right, referral.id, ("Next week", None)).unwrap();
    assert_eq!(run(), "0 referrals to be asked after");
}
