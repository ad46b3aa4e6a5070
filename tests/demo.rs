//! The demo: the same for the same seed, and in every respect as if it had been recorded.

use diesel::RunQueryDsl;
use domain::evidence::TestEvidence;
use domain::ruleset::RuleSet;
use domain::standing::{Marks, standing};
use domain::verdict::Verdict;
use proofmark::demo::{self, Built, Plan};
use store::search::{Index, Search, find_documents};
use store::{Actor, Error, Scope};

use crate::support::TestApp;

fn built(seed: u64) -> (TestApp, Built) {
    let app = TestApp::new();
    let plan = Plan { assets: 60, jobs: 120, seed };
    let built = demo::build(&app.app.store, plan, "no password", &|_| ()).unwrap();
    (app, built)
}

fn heads(app: &TestApp) -> Vec<(i64, i64, String)> {
    app.app.store.read(store::seed::list_heads).unwrap()
}

fn everything() -> Scope {
    Actor::operator(domain::event::Via::Cli).scope().clone()
}

#[test]
fn the_same_seed_gives_the_same_ledger() {
    let (one, same, other) = (built(7).0, built(7).0, built(8).0);
    assert_eq!(heads(&one), heads(&same));
    assert_ne!(heads(&one), heads(&other));
}

#[test]
fn the_chains_are_whole_and_the_tallies_right() {
    let (app, built) = built(3);
    let heads = heads(&app);
    assert_eq!(heads.iter().map(|head| head.1).sum::<i64>(), built.tests as i64);
    for (customer_id, seq, hash) in heads {
        let place =
            app.app.store.read(|conn| store::verify::check_chain(conn, customer_id)).unwrap().unwrap();
        assert_eq!((place.seq, place.hash), (seq, hash));
    }
    assert_eq!(app.app.store.read(store::dues::check_tallies).unwrap(), Vec::<String>::new());
}

#[test]
fn every_asset_stands_where_its_tests_have_brought_it() {
    let (app, _) = built(3);
    let (mut failed, mut tested) = (0, 0);
    for id in 1..=60 {
        app.app
            .store
            .read(|conn| {
                let asset = store::assets::find_asset(conn, &everything(), id)?;
                let known = store::tests::tests_for_standing(conn, id)?;
                let stands = standing(&known, &Marks::default());
                assert_eq!(asset.lock_cause.is_some(), stands.locked.is_some(), "{id}");
                assert_eq!(asset.last_verdict.map(|v| v.0), stands.verdict, "{id}");
                let page = store::tests::Page::first(100);
                let rows = store::tests::list_tests_of_asset(conn, &everything(), id, page)?;
                assert_eq!(rows.len(), known.len());
                for test in store::tests::with_evidence(conn, rows)? {
                    judged_again(&test.evidence, &asset);
                    failed += usize::from(test.evidence.verdict == Verdict::Fail);
                    tested += 1;
                }
                let found = store::assets::find_asset_by_tag(conn, &everything(), &asset.tag)?;
                assert_eq!(found.id, id);
                Ok::<_, Error>(())
            })
            .unwrap();
    }
    assert!(tested > 60 && failed > 0 && failed * 8 < tested, "{failed} of {tested}");
}

/// The evidence names the asset's own facts and a verdict that its readings bear out.
fn judged_again(evidence: &TestEvidence, asset: &store::assets::Asset) {
    let subject = domain::subject::Subject::from(&evidence.subject);
    assert_eq!(Some(&subject), asset.subject().as_ref());
    assert_eq!(evidence.asset.serial, asset.serial);
    assert!(RuleSet::find(&evidence.ruleset).is_some());
    let bad = |v: &domain::verdict::ReadingVerdict| *v == domain::verdict::ReadingVerdict::Fail;
    let seen = evidence.visual.values().any(|result| *result == domain::visual::VisualResult::Fail);
    let read = evidence.readings.iter().any(|reading| bad(&reading.verdict));
    assert_eq!(evidence.verdict == Verdict::Fail, seen || read);
}

#[test]
fn working_everything_out_anew_changes_nothing() {
    let (app, _) = built(4);
    let all = |conn: &mut store::AnyConnection| -> Result<_, Error> {
        let mut found = vec![];
        for id in 1..=60 {
            let asset = store::assets::find_asset(conn, &everything(), id)?;
            found.push((asset, store::dues::list_dues_of_asset(conn, id)?));
        }
        Ok(found)
    };
    let before = app.app.store.read(all).unwrap();
    app.app
        .store
        .keep_house(|tx| (1..=60).try_for_each(|id| proofmark::actions::dues::recompute(tx, id).map(drop)))
        .unwrap();
    assert_eq!(app.app.store.read(all).unwrap(), before);
}

#[test]
fn the_index_is_what_indexing_each_asset_would_make() {
    let (app, _) = built(5);
    let search = |text: &str| {
        let words = domain::search_text::query(text);
        let search = Search { words, ..Search::default() };
        app.app.store.read(|conn| find_documents(conn, Index::Assets, &search, (None, 100))).unwrap()
    };
    let before = (search("lead"), search("office"), search("brewster"));
    assert!(!before.0.is_empty() && !before.1.is_empty());
    app.put(|tx| (1..=60).try_for_each(|id| store::assets::reindex_asset(tx, id)));
    assert_eq!(before, (search("lead"), search("office"), search("brewster")));
}

#[test]
fn its_jobs_stand_in_many_states_and_are_counted_right() {
    use store::jobs::queue::{Filter, Order, list_jobs};
    let (app, _) = built(6);
    let all = Filter { states: domain::code::Code::ALL.to_vec(), ..Filter::default() };
    let list = |filter: &Filter| {
        app.app.store.read(|conn| list_jobs(conn, &everything(), filter, Order::Newest, (0, 500))).unwrap()
    };
    let jobs = list(&all);
    assert_eq!(jobs.len(), 120);
    let states: std::collections::BTreeSet<_> = jobs.iter().map(|line| line.job.state.0).collect();
    assert!(states.len() >= 5, "{states:?}");
    let open = list(&Filter::default()).len();
    assert!((10..70).contains(&open), "{open} open");
    assert!(jobs.windows(2).all(|pair| pair[0].job.number > pair[1].job.number));
    assert_eq!(app.app.store.read(store::measures::check_tallies).unwrap(), Vec::<String>::new());
}

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

/// What follows from findings and closed repairs, a line each.
const FOLLOWS: [&str; 4] = [
    "SELECT finding_id || ' ' || asset_id || ' ' || model_key || ' ' || category_id || ' ' || symptom_id || ' ' || \
     cause_id || ' ' || fix_id || ' ' || CAST(tried_at AS TEXT) || CASE WHEN held THEN ' held' ELSE '' END AS line \
     FROM fix_outcomes ORDER BY finding_id",
    "SELECT subject || ' ' || symptom_id || ' ' || cause_id || ' ' || fix_id || ' ' || tried || ' ' || held AS line \
     FROM fix_tallies WHERE tried <> 0 ORDER BY subject, symptom_id, cause_id, fix_id",
    "SELECT job_id || ' ' || asset_id || ' ' || model_key || ' ' || category_id || ' ' || coalesce(minutes, -1) AS line \
     FROM repair_outcomes ORDER BY job_id, asset_id",
    "SELECT subject || ' ' || failures || ' ' || repairs || ' ' || minutes AS line \
     FROM repair_tallies WHERE failures <> 0 ORDER BY subject",
];

fn follows(app: &TestApp) -> Vec<Vec<String>> {
    let lines = |conn: &mut store::AnyConnection| {
        FOLLOWS
            .iter()
            .map(|sql| Ok(diesel::sql_query(*sql).load::<Line>(conn)?))
            .collect::<Result<Vec<_>, Error>>()
    };
    let lines = app.app.store.read(lines).unwrap();
    lines.into_iter().map(|lines| lines.into_iter().map(|line| line.line).collect()).collect()
}

#[test]
fn its_known_fixes_are_what_settling_each_job_would_give() {
    let (app, _) = built(6);
    let before = follows(&app);
    assert!(before.iter().all(|lines| lines.len() > 5), "{before:?}");
    assert!(before[0].iter().any(|line| line.ends_with("held")));
    assert!(before[0].iter().any(|line| !line.ends_with("held")));
    app.put(|tx| {
        for table in ["fix_outcomes", "fix_tallies", "repair_outcomes", "repair_tallies"] {
            diesel::sql_query(format!("DELETE FROM {table}")).execute(&mut **tx)?;
        }
        (1..=120).try_for_each(|job| store::findings::settle::settle_job(tx, job))
    });
    assert_eq!(follows(&app), before);
    let words = domain::search_text::query("capacitors");
    let search = Search { words, ..Search::default() };
    let found =
        app.app.store.read(|conn| find_documents(conn, Index::Findings, &search, (None, 100))).unwrap();
    app.put(|tx| store::findings::search::index_all(tx));
    let again =
        app.app.store.read(|conn| find_documents(conn, Index::Findings, &search, (None, 100))).unwrap();
    assert_eq!(found, again);
}

/// How many assets are quarantined.
fn locked(app: &TestApp) -> usize {
    let is_locked = |conn: &mut store::AnyConnection, id: i64| {
        Ok::<_, Error>(store::assets::find_asset(conn, &everything(), id)?.lock_cause.is_some())
    };
    let count = |conn: &mut store::AnyConnection| {
        (1..=60).map(|id| is_locked(conn, id).map(usize::from)).sum::<Result<usize, Error>>()
    };
    app.app.store.read(count).unwrap()
}

#[test]
fn it_is_furnished_through_the_programs_own_actions() {
    use proofmark::actions::{contracts, faults, guides, parts, plans, quotes};
    use store::jobs::queue::{Filter, Order, list_jobs};
    let (app, _) = built(6);
    let before = locked(&app);
    demo::furnish(&app.app).unwrap();
    let manager = Actor::operator(domain::event::Via::Cli);
    let (all, today) = (everything(), app.app.now().date_naive());
    let agreed = contracts::list_contracts(&app.app, &manager.right().unwrap(), None).unwrap();
    assert_eq!(agreed.len(), 2);
    let open =
        |conn: &mut store::AnyConnection| list_jobs(conn, &all, &Filter::default(), Order::Newest, (0, 500));
    let open = app.app.store.read(open).unwrap();
    for line in open.iter().filter(|line| line.job.is_open()) {
        let covered = agreed.iter().any(|(contract, _)| contract.customer_id == line.job.customer_id);
        assert_eq!(covered, line.job.contract_id.is_some(), "{}", line.job.number);
        // Nobody knows when something is due while the customer is waited for.
        let waits = line.job.waiting_for.is_some();
        assert!(!covered || waits || line.job.fix_due.is_some(), "{}", line.job.number);
    }
    let ended = Filter { states: vec![domain::job::JobState::Closed], ..Filter::default() };
    let ended = |conn: &mut store::AnyConnection| list_jobs(conn, &all, &ended, Order::Closed, (0, 500));
    let ended = app.app.store.read(ended).unwrap();
    let in_time = |met: bool| ended.iter().filter(|line| line.job.response_met == Some(met)).count();
    assert!(in_time(true) > 0 && in_time(false) > 0, "{} and {}", in_time(true), in_time(false));
    let (waiting, _) = faults::list_waiting(&app.app, &manager.right().unwrap()).unwrap();
    assert_eq!(waiting.len(), 3);
    assert_eq!(locked(&app), before + 1, "what is dangerous is quarantined");
    let list = |conn: &mut store::AnyConnection| {
        let catalogue = store::parts::list_parts(conn, &store::parts::PartFilter::default(), "", 100)?;
        parts::listed(conn, catalogue)
    };
    let catalogue = app.app.store.read(list).unwrap();
    assert_eq!(catalogue.len(), 15);
    assert!((2..6).contains(&catalogue.iter().filter(|part| part.low).count()), "{catalogue:?}");
    app.assert_stock_adds_up();
    let due =
        plans::list_plans(&app.app, &manager.right().unwrap(), store::plans::PlanFilter::default(), 100)
            .unwrap();
    assert_eq!(due.len(), 5);
    assert_eq!(guides::list_guides(&app.app, &manager.right().unwrap(), false, (None, 10)).unwrap().len(), 1);
    let states = open.iter().flat_map(|line| {
        app.app.store.read(|conn| quotes::list_quotes(conn, &all, &line.job, today)).unwrap()
    });
    let mut states: Vec<_> = states.map(|quote| quote.state).collect();
    states.sort();
    assert_eq!(states.len(), 2);
    assert_ne!(states[0], states[1]);
    assert_eq!(app.app.store.read(store::measures::check_tallies).unwrap(), Vec::<String>::new());
}

#[test]
fn a_database_in_use_is_refused() {
    let app = TestApp::new();
    app.add_user(domain::permission::Role::Viewer, None);
    let plan = Plan { assets: 60, jobs: 0, seed: 1 };
    let refused = demo::build(&app.app.store, plan, "no password", &|_| ());
    assert!(matches!(refused, Err(Error::Taken(_))), "{refused:?}");
}
