//! Testers' files from the command line: every format, each way of matching, twice, killed midway, undone.

mod batches;
mod formats;
mod undo;

use domain::evidence::TestEvidence;
use domain::permission::ImportAssets;
use domain::test_import::{Cause, Counts, ImportState, Matching, Outcome};
use domain::verdict::Verdict;
use proofmark::actions::test_imports as imports;
use proofmark::cli::import::Dates;
use proofmark::cli::import_tests::Tests;
use store::test_imports::{StagedFilter, StagedTest, TestImport, list_staged};
use store::{Actor, Scope};

use crate::support::TestApp;
use crate::support::tester_files::{SOUND, apollo, class_one, patguard};

/// A file in a folder of its own.
pub struct Given {
    _folder: tempfile::TempDir,
    pub command: Tests,
}

pub fn given(name: &str, bytes: &[u8]) -> Given {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, bytes).unwrap();
    let command = Tests {
        file,
        customer: "Mills".to_owned(),
        site: None,
        format: "auto".to_owned(),
        matching: Matching::Tag,
        moves: false,
        visual_done: false,
        texts: None,
        dry_run: false,
        json: false,
        dates: Dates::default(),
    };
    Given { _folder: folder, command }
}

impl Given {
    pub fn run(&self, app: &TestApp) -> (TestImport, Counts) {
        self.command.import(&app.app).unwrap()
    }
}

pub fn everything() -> Scope {
    Actor::operator(domain::event::Via::Cli).scope().clone()
}

pub fn numbers(counts: &Counts) -> [i64; 6] {
    use Outcome::{Duplicate, Inbox, Matched, Moves, New, Refused};
    [Matched, New, Moves, Duplicate, Inbox, Refused].map(|outcome| counts.of(outcome))
}

pub fn staged(app: &TestApp, import: &TestImport) -> Vec<StagedTest> {
    app.app.store.read(|conn| list_staged(conn, import.id, StagedFilter::default(), 0, 1000)).unwrap()
}

/// The asset that goes by a number, and its tests, the latest first.
pub fn tested(app: &TestApp, number: &str) -> (store::assets::Asset, Vec<TestEvidence>) {
    let scope = everything();
    app.app
        .store
        .read(|conn| {
            let mut found = store::assets::find_assets_by_number(conn, &scope, number)?;
            let asset = found.pop().unwrap_or_else(|| panic!("nothing goes by {number}"));
            let page = store::tests::Page::first(100);
            let rows = store::tests::list_tests_of_asset(conn, &scope, asset.id, page)?;
            let tests = store::tests::with_evidence(conn, rows)?;
            Ok::<_, store::Error>((asset, tests.into_iter().map(|test| test.evidence).collect()))
        })
        .unwrap()
}

pub fn whole(app: &TestApp) -> u64 {
    let checked = app.app.store.read(|conn| store::verify::verify(conn, &[], &mut |_| {})).unwrap();
    let checked = checked.unwrap_or_else(|broken| panic!("{broken}"));
    let tallies = app.app.store.read(store::dues::check_tallies).unwrap();
    assert!(tallies.is_empty(), "{tallies:?}");
    checked.records
}

#[test]
fn a_download_makes_assets_and_tests_once() {
    let app = TestApp::new();
    app.ground("Mills");
    let tests = [class_one("DRILL-1", 1, 40), class_one("DRILL-2", 1, 40), class_one("DRILL-1", 1, 50)];
    let file = given("today.sss", &apollo(&tests));
    let (_, counts) = Tests { dry_run: true, ..file.command.clone() }.import(&app.app).unwrap();
    assert_eq!((numbers(&counts), whole(&app)), ([0, 3, 0, 0, 0, 0], 0));
    let (import, counts) = file.run(&app);
    assert_eq!(numbers(&counts), [0, 3, 0, 0, 0, 0]);
    assert_eq!((import.state.0, counts.made, counts.recorded), (ImportState::Published, 2, 3));
    let (drill, tests) = tested(&app, "DRILL-1");
    assert_eq!((tests.len(), whole(&app)), (2, 3));
    let evidence = &tests[0];
    assert_eq!((evidence.verdict, evidence.ruleset.as_str()), (Verdict::Pass, "iet5"));
    let source = evidence.source.as_ref().unwrap();
    assert_eq!((source.tester_verdict.as_deref(), source.format.as_str()), (Some("pass"), "sss"));
    assert_eq!(source.instrument.as_ref().unwrap().serial, "21F-0123");
    assert!(evidence.warnings[0].contains("none of ours"), "{:?}", evidence.warnings);
    assert_eq!(drill.equipment_class.map(|class| class.0), Some(domain::equipment::EquipmentClass::I));
    assert!(evidence.judged_again().is_ok());
    // The same file again, and the same record in another file: nothing new.
    let (_, again) = file.run(&app);
    assert_eq!((numbers(&again), again.recorded), ([0, 0, 0, 3, 0, 0], 0));
    let other = given("other.sss", &apollo(&[class_one("DRILL-2", 1, 40), class_one("DRILL-3", 1, 40)]));
    assert_eq!(numbers(&other.run(&app).1), [0, 1, 0, 1, 0, 0]);
    assert_eq!(whole(&app), 4);
}

#[test]
fn a_testers_pass_over_the_limit_is_no_pass_and_its_fail_stays_one() {
    let app = TestApp::new();
    app.ground("Mills");
    // 0.25 ohm with an unknown lead is not proven; 1.25 ohm is beyond any lead; the last was failed with good figures.
    let tests = [class_one("LONG", 1, 250), class_one("BAD", 1, 1250), class_one("FAILED", 2, 40)];
    let (import, counts) = given("a.sss", &apollo(&tests)).run(&app);
    let causes: Vec<_> = counts.causes.iter().map(|(cause, count)| (*cause, *count)).collect();
    assert_eq!(causes, [(Cause::OverLimit, 1), (Cause::LeadUnknown, 1)]);
    let verdicts: Vec<_> = staged(&app, &import).iter().map(|row| row.verdict.unwrap().0).collect();
    assert_eq!(verdicts, [Verdict::Incomplete, Verdict::Fail, Verdict::Fail]);
    assert_eq!(tested(&app, "LONG").1[0].verdict, Verdict::Incomplete);
    assert!(tested(&app, "BAD").0.lock_cause.is_some() && tested(&app, "LONG").0.lock_cause.is_none());
    let (failed, tests) = tested(&app, "FAILED");
    assert!(failed.lock_cause.is_some() && failed.due_on.is_none());
    assert!(tests[0].readings.iter().any(|reading| reading.phase.as_deref() == Some("its tester failed it")));
}

#[test]
fn what_is_missing_is_added_for_many_at_once_and_judged_again() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let row = |id: usize| {
        format!(
            "Mills,Head office,Hall,R-{id},Reel,Class I,Portable,12/03/2024,P,,Jo,Visual,Pass,,P,\
             Earth continuity,0.25,ohm,P,Insulation (500 V),>19.99,Mohm,P"
        )
    };
    let (first, all) = (i64::try_from(imports::BATCH).unwrap(), imports::BATCH + 100);
    let rows: Vec<String> = (0..all).map(row).collect();
    let all = i64::try_from(all).unwrap();
    let sheet = patguard(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let actor = Actor::operator(domain::event::Via::Import);
    let right = actor.right::<ImportAssets>().unwrap();
    let reading = imports::reading(&app.app, "auto", (sheet.as_bytes(), "a.csv"), (None, Default::default()));
    let reading = reading.unwrap();
    let new = store::test_imports::NewImport {
        customer_id: ground.customer_id,
        file_name: "a.csv".to_owned(),
        file_hash: store::ledger::sha256(sheet.as_bytes()),
        format: reading.kept(),
    };
    let import = imports::begin(&app.app, &right, &new, &imports::plain_options()).unwrap();
    let source = (sheet.as_bytes(), &reading);
    let (import, counts) =
        imports::read_file(&app.app, &right, (&import, false), source, &mut |_| {}).unwrap();
    assert_eq!((counts.of(Outcome::New), counts.suspicious()), (all, all));
    let mut options = import.options();
    options.additions.push(store::test_imports::Addition {
        what: "Reel".to_owned(),
        lead_length_mm: Some(25_000),
        conductor_milli_mm2: Some(1500),
        ..Default::default()
    });
    imports::change_options(&app.app, &right, import.id, &options).unwrap();
    let import = imports::work(&app.app, &right, import.id, &mut |_| true).unwrap();
    assert_eq!((import.state.0, import.counts.0.suspicious()), (ImportState::Staged, 0));
    assert_eq!(import.counts.0.of(Outcome::New), all);
    imports::start_publishing(&app.app, &right, import.id).unwrap();
    // Killed after each batch, it goes on where it was.
    let import = imports::work(&app.app, &right, import.id, &mut |_| false).unwrap();
    assert_eq!((import.state.0, import.counts.0.recorded), (ImportState::Publishing, first));
    let import = imports::work(&app.twin(), &right, import.id, &mut |_| true).unwrap();
    assert_eq!((import.state.0, import.counts.0.recorded), (ImportState::Published, all));
    assert_eq!(i64::try_from(whole(&app)).unwrap(), all);
    let (reel, tests) = tested(&app, "R-3");
    assert_eq!((reel.lead_length_mm, tests[0].verdict), (Some(25_000), Verdict::Pass));
}

#[test]
fn a_known_asset_is_filled_in_and_never_overwritten() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let row = format!(
        "Mills,Head office,Canteen,{},Other words,Class II,Hand held,12/03/2024,P,,Jo,{SOUND}",
        kettle.tag
    );
    let (import, counts) = given("a.csv", patguard(&[&row]).as_bytes()).run(&app);
    assert_eq!(numbers(&counts), [0, 0, 1, 0, 0, 0], "{:?}", staged(&app, &import));
    let scope = everything();
    let asset = app.app.store.read(|conn| store::assets::find_asset(conn, &scope, kettle.id)).unwrap();
    assert_eq!((asset.description.as_str(), asset.place_id), ("Kettle", Some(ground.place_id)));
    assert!(staged(&app, &import)[0].why.contains("The file says Head office, Canteen"));
    // Asked for, it moves; an older file moves nothing back.
    let row = row.replace("12/03/2024", "13/03/2024");
    let file = given("b.csv", patguard(&[&row]).as_bytes());
    Tests { moves: true, ..file.command.clone() }.import(&app.app).unwrap();
    let asset = app.app.store.read(|conn| store::assets::find_asset(conn, &scope, kettle.id)).unwrap();
    assert_ne!(asset.place_id, Some(ground.place_id));
    let row = row.replace("Canteen", "Kitchen").replace("13/03/2024", "01/03/2024");
    let file = given("c.csv", patguard(&[&row]).as_bytes());
    Tests { moves: true, ..file.command.clone() }.import(&app.app).unwrap();
    let still = app.app.store.read(|conn| store::assets::find_asset(conn, &scope, kettle.id)).unwrap();
    assert_eq!(still.place_id, asset.place_id);
    whole(&app);
}

#[test]
fn by_place_the_same_number_is_another_thing_in_another_room() {
    let app = TestApp::new();
    app.ground("Mills");
    let row = |room: &str, day: u32| {
        format!("Mills,Head office,{room},1,Kettle,Class I,Portable,{day:02}/03/2024,P,,Jo,{SOUND}")
    };
    let rows = [row("Kitchen", 1), row("Bar", 1), row("Kitchen", 2), row("", 3)];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let file = given("a.csv", patguard(&rows).as_bytes());
    let by_place = Tests { matching: Matching::Place, ..file.command.clone() };
    let (_, counts) = by_place.import(&app.app).unwrap();
    assert_eq!((numbers(&counts), counts.made), ([0, 3, 0, 0, 1, 0], 2));
    let later = [row("Kitchen", 20), row("Bar", 20)];
    let later: Vec<&str> = later.iter().map(String::as_str).collect();
    let file = given("b.csv", patguard(&later).as_bytes());
    let (_, counts) = Tests { matching: Matching::Place, ..file.command.clone() }.import(&app.app).unwrap();
    assert_eq!((numbers(&counts), counts.made), ([2, 0, 0, 0, 0, 0], 0));
    whole(&app);
}

#[test]
fn what_is_not_known_waits_and_is_claimed() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let tests = [class_one("OLD-7", 1, 40), class_one(&kettle.tag, 1, 40)];
    let file = given("a.sss", &apollo(&tests));
    let command = Tests { matching: Matching::Inbox, ..file.command.clone() };
    let (import, counts) = command.import(&app.app).unwrap();
    assert_eq!((numbers(&counts), counts.recorded), ([0, 0, 1, 0, 1, 0], 1));
    let actor = app.actor(domain::permission::Role::Manager, None);
    let right = actor.right::<ImportAssets>().unwrap();
    let claim =
        |code: &str| imports::claim(&app.app, &right, (import.id, 1), imports::Claim::Asset(code.to_owned()));
    assert!(claim("NOTHING").is_err());
    // The kettle has that very test already.
    claim(&kettle.tag).unwrap();
    assert_eq!(staged(&app, &import)[0].outcome.0, Outcome::Duplicate);
    assert!(claim(&kettle.tag).is_err());
    whole(&app);
}

#[test]
fn nothing_of_another_customer_is_touched() {
    let app = TestApp::new();
    app.ground("Mills");
    let theirs = app.ground("Theirs");
    let kettle = app.kettle(theirs);
    let row = |client: &str, id: &str| {
        format!(
            "{client},Head office,Kitchen,{id},=cmd|' /C calc'!A0,Class I,Portable,12/03/2024,F,,Jo,{SOUND}"
        )
    };
    let rows =
        [row("Mills", &kettle.tag), row("Theirs", "K-1"), row("Mill & Co", "'); DROP TABLE assets; --")];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let (import, counts) = given("a.csv", patguard(&rows).as_bytes()).run(&app);
    assert_eq!(numbers(&counts), [0, 2, 0, 0, 0, 1], "{:?}", staged(&app, &import));
    assert!(staged(&app, &import)[1].why.contains("this is for Theirs"));
    let scope = everything();
    let asset = app.app.store.read(|conn| store::assets::find_asset(conn, &scope, kettle.id)).unwrap();
    assert_eq!((asset.lock_cause, asset.last_verdict), (None, None));
    let (ours, _) = tested(&app, &kettle.tag);
    assert_ne!((ours.customer_id, ours.tag.as_str()), (theirs.customer_id, kettle.tag.as_str()));
    whole(&app);
}

#[test]
fn a_hostile_file_records_nothing_forged() {
    let app = TestApp::new();
    app.ground("Mills");
    let sheet = "Asset Id,Test Date,Pass/Fail,Site Name,verdict,hash,seq,customer_id,Test,Result,Unit,Status\n\
                 A,12/03/2024,P,Head office,pass,00,1,2,Insulation,0.1,Mohm,P\n\
                 B,12/03/2094,P,Head office,pass,00,1,2,Insulation,>19.99,Mohm,P\n\
                 C,12/03/1804,P,Head office,pass,00,1,2,Insulation,>19.99,Mohm,P\n\
                 D,12/03/2024,P,../../etc/passwd,pass,\u{7},1,2,Insulation,>19.99,Mohm,P\n\
                 E\u{0},12/03/2024,P,Head office,pass,\u{0},1,2,Insulation,>19.99,Mohm,P\n";
    let (import, counts) = given("a.csv", sheet.as_bytes()).run(&app);
    assert_eq!(numbers(&counts), [0, 2, 0, 0, 0, 3], "{:?}", staged(&app, &import));
    let (_, tests) = tested(&app, "A");
    assert_eq!(tests[0].verdict, Verdict::Fail);
    let kept = &tests[0].source.as_ref().unwrap().kept;
    assert!(kept.iter().any(|(name, _)| name == "customer_id"), "{kept:?}");
    whole(&app);
}
