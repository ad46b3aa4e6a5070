//! What is written for many assets at once is what would have been written for each alone.

use domain::asset::Status;
use domain::code::Code;
use domain::equipment::TestKind;
use domain::search_text::query;
use domain::test_import::ImportState;
use domain::verdict::Verdict;
use proofmark::actions::dues::recompute;
use store::assets::list::{Filter, Order, list_assets};
use store::assets::reindex_asset;
use store::dues::{DueRow, list_dues_of_asset};
use store::ledger::{Entry, Place};
use store::tests::{PreparedTest, TestRow, insert_test, insert_tests};
use store::types::{Coded, Moment};

use super::{everything, given, tested, whole};
use crate::support::TestApp;
use crate::support::tester_files::{apollo, class_one};

type Stood = (store::assets::Asset, Vec<DueRow>);

/// Each asset with its lock, its last test and its due dates.
fn stands(app: &TestApp, names: &[String]) -> Vec<Stood> {
    let stand = |name: &String| {
        let (asset, _) = tested(app, name);
        let dues = app.app.store.read(|conn| list_dues_of_asset(conn, asset.id)).unwrap();
        (asset, dues)
    };
    names.iter().map(stand).collect()
}

/// What is found by each number, by a word that all have, and by nothing, under each status.
fn found(app: &TestApp, names: &[String]) -> Vec<Vec<i64>> {
    let words = names.iter().map(String::as_str).chain(["drill", "mills", ""]);
    let filters = words.flat_map(|word| {
        let status = Status::ALL.iter().map(|status| Some(*status)).chain([None]);
        status.map(|status| Filter { words: query(word), status, ..Filter::default() })
    });
    let search = |filter: Filter| {
        let page = (Order::Newest, None, 100);
        let listed = app.app.store.read(|conn| list_assets(conn, &everything(), &filter, page)).unwrap();
        listed.items.iter().map(|item| item.id).collect()
    };
    filters.map(search).collect()
}

#[actix_web::test]
async fn a_batch_leaves_each_asset_as_its_own_tests_would() {
    let app = TestApp::new();
    app.ground("Mills");
    let names: Vec<String> = (0..12).map(|number| format!("DRILL-{number}")).collect();
    // Every third one fails; every fourth passes again, which frees nothing that failed.
    let earth = |number: usize| if number.is_multiple_of(3) { 1250 } else { 40 };
    let first: Vec<_> = names.iter().enumerate().map(|(at, name)| class_one(name, 1, earth(at))).collect();
    let second: Vec<_> = names.iter().step_by(4).map(|name| class_one(name, 1, 50)).collect();
    for (file, bytes) in [("first.sss", apollo(&first)), ("second.sss", apollo(&second))] {
        let (import, counts) = given(file, &bytes).run(&app);
        assert_eq!((import.state.0, counts.recorded > 0), (ImportState::Published, true));
    }
    assert_eq!(whole(&app), 15);
    let (batched, hits) = (stands(&app, &names), found(&app, &names));
    assert_eq!(batched.iter().filter(|(asset, _)| asset.lock_cause.is_some()).count(), 4);
    assert!(batched.iter().any(|(_, dues)| !dues.is_empty()));
    assert!(hits.iter().any(|ids| ids.len() == 4) && hits.iter().any(|ids| ids.len() == 12));
    for (asset, dues) in &batched {
        assert_eq!(asset.due_on, dues.iter().map(|due| due.due_on).min(), "{}", asset.tag);
        app.put(|tx| Ok(recompute(tx, asset.id).unwrap()));
        app.put(|tx| reindex_asset(tx, asset.id));
    }
    assert_eq!((stands(&app, &names), found(&app, &names)), (batched, hits));
    assert_eq!(whole(&app), 15);
}

#[test]
fn a_file_in_one_batch_leaves_what_its_records_one_by_one_leave() {
    let names: Vec<String> = (0..9).map(|number| format!("DRILL-{number}")).collect();
    let records: Vec<_> = [40, 1250, 50]
        .iter()
        .enumerate()
        .flat_map(|(round, earth)| {
            let some = names.iter().skip(round).step_by(round + 1);
            some.map(|name| class_one(name, 1, *earth)).collect::<Vec<_>>()
        })
        .collect();
    let (at_once, alone) = (TestApp::new(), TestApp::new());
    at_once.ground("Mills");
    alone.ground("Mills");
    given("all.sss", &apollo(&records)).run(&at_once);
    for record in &records {
        given("one.sss", &apollo(std::slice::from_ref(record))).run(&alone);
    }
    assert_eq!((whole(&at_once), whole(&alone)), (records.len() as u64, records.len() as u64));
    let outcome = |app: &TestApp| -> Vec<_> {
        let state = |(asset, dues): Stood| {
            let dues: Vec<_> =
                dues.iter().map(|due| (due.kind.0, due.due_on, due.months, due.why.0)).collect();
            let verdicts: Vec<Verdict> = tested(app, asset.customer_number.as_deref().unwrap())
                .1
                .iter()
                .map(|test| test.verdict)
                .collect();
            (asset.lock_cause, asset.last_verdict, asset.last_tested_at, asset.due_on, dues, verdicts)
        };
        stands(app, &names).into_iter().map(state).collect()
    };
    assert_eq!(outcome(&at_once), outcome(&alone));
    assert_eq!(found(&at_once, &names), found(&alone, &names));
}

/// Where 1,200 tests come to stand in the chain of a new database.
fn chain(write: impl Fn(&TestApp, i64, Vec<PreparedTest>) -> Vec<Place>) -> Vec<Place> {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (person_id, _) = app.add_user(domain::permission::Role::Engineer, None);
    let test = |number: u32| {
        let at = Moment::from(chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(number.into()));
        let id = format!("0193{number:028}");
        let row = TestRow {
            id: id.clone(),
            customer_id: ground.customer_id,
            seq: 0,
            site_id: ground.site_id,
            place_id: Some(ground.place_id),
            asset_id: kettle.id,
            kind: Coded(TestKind::Combined),
            performed_at: at,
            received_at: at,
            person_id,
            instrument_id: None,
            visit_id: None,
            ruleset: "iet5".to_owned(),
            verdict: Coded(Verdict::Pass),
            supersedes: None,
            request_hash: None,
            response: None,
            returns: false,
        };
        let entry =
            Entry { kind: "test", record_id: id, row_hash: row.row_hash(), body: format!("{number}") };
        PreparedTest { row, entry }
    };
    let places = write(&app, ground.customer_id, (0..1200).map(test).collect());
    app.put(|tx| Ok(recompute(tx, kettle.id).unwrap()));
    assert_eq!(whole(&app), 1200);
    places
}

#[test]
fn a_batch_is_chained_as_each_record_alone_would_be() {
    let at_once = chain(|app, customer_id, tests| app.put(|tx| insert_tests(tx, customer_id, tests)));
    let alone = chain(|app, _, tests| {
        app.put(|tx| tests.into_iter().map(|test| insert_test(tx, test)).collect::<Result<Vec<_>, _>>())
    });
    assert_eq!(at_once, alone);
}
