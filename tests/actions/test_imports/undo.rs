//! Undoing a whole import, and when that is refused.

use domain::asset::Lifecycle;
use domain::permission::{ImportAssets, RecordTest, Role};
use domain::test_import::ImportState;
use proofmark::actions::test_imports as imports;
use proofmark::actions::tests::record_test;
use store::Actor;
use store::test_imports::TestImport;

use super::{everything, given, numbers, tested, whole};
use crate::actions::tests::failing;
use crate::support::TestApp;
use crate::support::tester_files::{apollo, class_one};

fn undo(app: &TestApp, import: &TestImport) -> Result<TestImport, String> {
    let actor = Actor::operator(domain::event::Via::Import);
    let right = actor.right::<ImportAssets>().unwrap();
    imports::start_undoing(&app.app, &right, import.id).map_err(|error| error.to_string())?;
    imports::work(&app.app, &right, import.id, &mut |_| true).map_err(|error| error.to_string())
}

#[test]
fn an_import_is_taken_back_and_may_be_done_again() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let tests = [class_one("DRILL-1", 1, 40), class_one(&kettle.tag, 1, 40)];
    let file = given("a.sss", &apollo(&tests));
    let (import, _) = file.run(&app);
    let scope = everything();
    let asset = |id| app.app.store.read(|conn| store::assets::find_asset(conn, &scope, id)).unwrap();
    let (drill, _) = tested(&app, "DRILL-1");
    assert!(asset(kettle.id).last_tested_at.is_some());
    assert_eq!(undo(&app, &import).unwrap().state.0, ImportState::Undone);
    // Two tests and two withdrawals; nothing is deleted, nothing counts.
    assert_eq!(whole(&app), 4);
    assert_eq!((asset(kettle.id).last_tested_at, asset(kettle.id).lifecycle.0), (None, Lifecycle::InService));
    assert_eq!(asset(drill.id).lifecycle.0, Lifecycle::Disposed);
    assert_eq!(tested(&app, "DRILL-1").1.len(), 1);
    // The number leads to what was disposed of, which a person decides about.
    let (_, counts) = file.run(&app);
    assert_eq!((numbers(&counts), counts.recorded), ([0, 0, 1, 0, 1, 0], 1));
    assert!(asset(kettle.id).last_tested_at.is_some());
    assert_eq!(whole(&app), 5);
}

#[actix_web::test]
async fn what_is_built_on_an_import_keeps_it() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (import, _) = given("a.sss", &apollo(&[class_one(&kettle.tag, 1, 40)])).run(&app);
    let scope = everything();
    let page = store::tests::Page::first(10);
    let listed =
        |conn: &mut store::AnyConnection| store::tests::list_tests_of_asset(conn, &scope, kettle.id, page);
    let test = app.app.store.read(listed).unwrap().remove(0);
    let engineer = app.client(Role::Engineer);
    let issued = engineer.post("/certificates", &[("test", test.id.as_str())]).await.expect(303);
    let refused = undo(&app, &import).unwrap_err();
    assert!(refused.contains("certificate") && refused.contains("issued over"), "{refused}");
    assert!(issued.location().starts_with("/certificates/"));
    whole(&app);
}

#[test]
fn a_test_that_returned_a_thing_to_service_is_not_taken_back() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (import, _) = given("a.sss", &apollo(&[class_one(&kettle.tag, 1, 40)])).run(&app);
    // A fail of before arrives after the pass: a conflict, which a manager settles.
    let engineer = app.actor(Role::Engineer, None);
    let right = engineer.right::<RecordTest>().unwrap();
    record_test(&app.app, &right, &kettle.tag, &failing("2024-03-01T09:00:00Z")).unwrap();
    let manager = app.actor(Role::Manager, None);
    let review = manager.right::<domain::permission::ReviewLock>().unwrap();
    proofmark::actions::tests::review(&app.app, &review, &kettle.tag, "looked at it").unwrap();
    // The release settles the fail whatever the import says, so undoing locks nothing that was free.
    assert_eq!(undo(&app, &import).unwrap().state.0, ImportState::Undone);
    whole(&app);
}

#[test]
fn a_late_fail_of_a_file_is_a_conflict() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let mut late = class_one(&kettle.tag, 2, 40);
    given("a.sss", &apollo(&[class_one(&kettle.tag, 1, 40)])).run(&app);
    // The same day, an hour before the pass: byte 114 of the payload is the hour.
    late[114] = 9;
    given("b.sss", &apollo(&[late])).run(&app);
    let scope = everything();
    let asset = app.app.store.read(|conn| store::assets::find_asset(conn, &scope, kettle.id)).unwrap();
    assert!(asset.lock_cause.unwrap().contains("after a later pass"), "no conflict");
}
