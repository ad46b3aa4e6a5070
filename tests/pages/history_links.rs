//! One thing under two tags is merged into one history, tests of another thing are split off; both can be undone, and
//! neither releases what failed.

use actix_web::http::Method;
use domain::asset::Status;
use domain::permission::Role;
use domain::standing::HoldWhy;
use proofmark::actions::tests::TestRequest;
use store::AnyConnection;
use store::assets::Asset;
use store::dues::list_dues_of_asset;

use crate::actions::test_imports::{everything, given, numbers, whole};
use crate::actions::tests::{failing, passing, repaired};
use crate::store::backup::{back_up, content, restore};
use crate::support::builders::{Ground, Thing};
use crate::support::client::Client;
use crate::support::tester_files::{apollo, class_one};
use crate::support::{TestApp, empty_database};

struct Scene {
    app: TestApp,
    ground: Ground,
    /// The one that stays.
    one: Thing,
    /// The one registered beside it.
    other: Thing,
    engineer: Client,
    manager: Client,
}

impl Scene {
    fn new() -> Self {
        let app = TestApp::new();
        let ground = app.ground("Mills");
        let (one, other) = (app.kettle(ground), app.kettle(ground));
        let (engineer, manager) = (app.client(Role::Engineer), app.client(Role::Manager));
        Self { app, ground, one, other, engineer, manager }
    }

    fn asset(&self, id: i64) -> Asset {
        self.app.app.store.read(|conn| store::assets::find_asset(conn, &everything(), id)).unwrap()
    }

    fn status(&self, thing: &Thing) -> Status {
        self.asset(thing.id).status()
    }

    fn dues(&self, thing: &Thing) -> usize {
        self.app.app.store.read(|conn| list_dues_of_asset(conn, thing.id)).unwrap().len()
    }

    async fn record(&self, tag: &str, test: &TestRequest) -> String {
        let body = serde_json::to_value(test).unwrap();
        self.engineer.json(Method::POST, &format!("/api/v1/assets/{tag}/tests"), &body).await.expect(201);
        test.id.clone()
    }

    async fn merge(&self) {
        let form = [("other", self.other.tag.as_str()), ("reason", "one kettle, two labels")];
        self.manager.post(&format!("/assets/{}/merge", self.one.tag), &form).await.expect(303);
    }

    /// Moves tests of the one; gives the tag of the asset that they went to.
    async fn split(&self, tests: &[&str], other: &str) -> String {
        let form: Vec<_> = tests.iter().map(|id| ("tests", *id)).collect();
        let form = [&form[..], &[("other", other), ("reason", "it was the other kettle")]].concat();
        let answer = self.manager.post(&format!("/assets/{}/split", self.one.tag), &form).await.expect(303);
        answer.location().split('?').next().unwrap().rsplit('/').next().unwrap().to_owned()
    }

    /// The page of what was decided last about an asset.
    async fn last_act(&self, tag: &str) -> String {
        let page = self.manager.get(&format!("/t/{tag}")).await.expect(200).text();
        let at = page.split("\"/history-links/").nth(1).unwrap_or_else(|| panic!("no link on {page}"));
        format!("/history-links/{}", at.split('"').next().unwrap())
    }

    async fn undo(&self, tag: &str) {
        let act = self.last_act(tag).await;
        self.manager.post(&format!("{act}/undo"), &[("reason", "they are two after all")]).await.expect(303);
        let page = self.manager.get(&act).await.expect(200).text();
        assert!(page.contains("they are two after all") && !page.contains("/undo\""));
        self.manager.post(&format!("{act}/undo"), &[("reason", "once more")]).await.expect(409);
    }
}

#[actix_web::test]
async fn merging_a_failed_thing_away_does_not_release_it() {
    let scene = Scene::new();
    let (one, other) = (&scene.one, &scene.other);
    let first = scene.record(&one.tag, &passing("2026-11-20T08:00:00Z")).await;
    let fail = scene.record(&other.tag, &failing("2026-11-21T08:00:00Z")).await;
    let before = (scene.asset(one.id), scene.asset(other.id), scene.dues(one));
    assert_eq!((before.0.status(), before.1.status()), (Status::InService, Status::Quarantined));
    // Both are shown before it is done.
    let look = format!("/assets/{}/merge", one.tag);
    let page = scene.manager.get(&format!("{look}?other={}", other.tag)).await.expect(200).text();
    assert!(page.contains(&other.tag) && page.contains("How you know that they are one"));
    scene.merge().await;
    assert_eq!((scene.status(one), scene.status(other)), (Status::Quarantined, Status::Merged));
    assert_eq!((scene.dues(one), scene.dues(other)), (0, 0));
    let shown = scene.manager.get(&format!("/t/{}", one.tag)).await.expect(200).text();
    for text in [&first, &fail, "QUARANTINED", "merged with another", "one kettle, two labels", &other.tag] {
        assert!(shown.contains(text), "{text}");
    }
    // The other label leads here and says so; what is recorded under it counts here.
    let scanned = scene.engineer.get(&format!("/t/{}", other.tag)).await.expect(200).text();
    assert!(scanned.contains("was merged into this one") && scanned.contains("QUARANTINED"));
    scene.record(&other.tag, &passing("2026-11-22T08:00:00Z")).await;
    assert_eq!(scene.status(one), Status::Quarantined);
    for (tag, design) in [(&one.tag, "pat_pass"), (&other.tag, "asset")] {
        let sheet = format!("/labels.pdf?tags={tag}&design={design}");
        assert_eq!(scene.engineer.get(&sheet).await.status.as_u16(), 422, "{sheet}");
    }
    scene.record(&one.tag, &repaired("2026-11-22T09:00:00Z")).await;
    assert_eq!(scene.status(one), Status::InService);
    assert_eq!(whole(&scene.app), 5);
    // Undone, the one that failed is locked as before: what was tested since was the other.
    scene.undo(&one.tag).await;
    assert_eq!((scene.status(one), scene.status(other)), (Status::InService, Status::Quarantined));
    assert_eq!(scene.asset(other.id).lock_cause, before.1.lock_cause);
    assert_eq!(scene.dues(one), before.2);
    let apart = scene.manager.get(&format!("/t/{}", other.tag)).await.expect(200).text();
    assert!(apart.contains(&fail) && !apart.contains(&first) && !apart.contains("was merged into this one"));
    assert_eq!(whole(&scene.app), 6);
}

#[actix_web::test]
async fn a_hold_goes_with_its_history_and_comes_back() {
    let scene = Scene::new();
    let (one, other) = (&scene.one, &scene.other);
    scene.record(&one.tag, &passing("2026-11-20T08:00:00Z")).await;
    scene.app.hold(other, HoldWhy::Reported);
    let before = (scene.asset(one.id), scene.asset(other.id));
    assert_eq!((before.0.status(), before.1.status()), (Status::InService, Status::Quarantined));
    scene.merge().await;
    assert_eq!((scene.status(one), scene.dues(one)), (Status::Quarantined, 0));
    // What is reported under the label of the one that went holds the one that stayed.
    scene.app.hold(other, HoldWhy::Opened);
    assert_eq!(whole(&scene.app), 4);
    scene.undo(&one.tag).await;
    // Opened as the one that stayed it was, it stays so; what was reported before goes back.
    assert_eq!((scene.status(one), scene.status(other)), (Status::Quarantined, Status::Quarantined));
    assert!(
        scene.asset(one.id).lock_cause.is_some_and(|cause| cause.starts_with("Its enclosure was opened"))
    );
    assert_eq!(scene.asset(other.id).lock_cause, before.1.lock_cause);
    whole(&scene.app);
}

#[actix_web::test]
async fn a_pass_of_the_other_settles_no_fail_and_an_undone_merge_leaves_no_trace() {
    let scene = Scene::new();
    let (one, other) = (&scene.one, &scene.other);
    scene.record(&one.tag, &failing("2026-11-18T08:00:00Z")).await;
    scene.record(&one.tag, &repaired("2026-11-21T08:00:00Z")).await;
    scene.record(&other.tag, &failing("2026-11-20T08:00:00Z")).await;
    let review = [("reason", "needed on the ward")];
    scene.manager.post(&format!("/assets/{}/review", other.tag), &review).await.expect(303);
    scene.record(&other.tag, &failing("2026-11-20T09:00:00Z")).await;
    let before = (scene.asset(one.id), scene.asset(other.id));
    assert_eq!((before.0.status(), before.1.status()), (Status::InService, Status::Quarantined));
    scene.merge().await;
    // Whoever passed the one after its repair knew nothing of what the other had failed.
    let merged = scene.asset(one.id);
    assert!(merged.lock_cause.as_ref().is_some_and(|cause| cause.contains("2026-11-20")), "{merged:?}");
    scene.undo(&one.tag).await;
    let same = |was: &Asset, is: &Asset| {
        let of = |asset: &Asset| {
            let lock = (asset.lock_cause.clone(), asset.last_verdict, asset.last_tested_at);
            (lock, asset.due_on, asset.lifecycle, asset.customer_number.clone())
        };
        of(was) == of(is)
    };
    assert!(same(&before.0, &scene.asset(one.id)) && same(&before.1, &scene.asset(other.id)));
    whole(&scene.app);
}

#[actix_web::test]
async fn a_split_takes_the_fail_to_the_thing_that_it_belongs_to() {
    let scene = Scene::new();
    let one = &scene.one;
    let pass = scene.record(&one.tag, &passing("2026-11-19T08:00:00Z")).await;
    let fail = scene.record(&one.tag, &failing("2026-11-20T08:00:00Z")).await;
    let issued = scene.engineer.post("/certificates", &[("test", fail.as_str())]).await.expect(303);
    let paper = scene.engineer.get(issued.location()).await.expect(200).text();
    let code = paper.split("/c/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let public = format!("/c/{code}");
    let stranger = scene.app.stranger();
    assert!(!stranger.get(&public).await.expect(200).text().contains("belong to another item"));
    // Without the pass the fail stays.
    let moved = scene.split(&[&pass], "").await;
    assert_eq!(scene.status(one), Status::Quarantined);
    scene.undo(&moved).await;
    let to = scene.split(&[&fail], "").await;
    let found = |tag: &str| {
        let tag = domain::tag::fold(tag);
        let found = |conn: &mut AnyConnection| store::assets::find_asset_by_tag(conn, &everything(), &tag);
        scene.app.app.store.read(found).unwrap()
    };
    let (from, new) = (scene.asset(one.id), found(&to));
    assert_eq!((from.status(), new.status()), (Status::InService, Status::Quarantined));
    assert!(from.due_on.is_some() && new.due_on.is_none());
    assert_eq!((new.description.as_str(), new.serial.as_str()), ("Kettle", ""));
    let pages = [&one.tag, &to].map(|tag| format!("/t/{tag}"));
    let [left, right] = pages;
    let left = scene.manager.get(&left).await.expect(200).text();
    let right = scene.manager.get(&right).await.expect(200).text();
    assert!(left.contains(&pass) && !left.contains(&fail), "{left}");
    assert!(right.contains(&fail) && !right.contains(&pass), "{right}");
    let record = scene.manager.get(&format!("/tests/{fail}")).await.expect(200).text();
    assert!(record.contains(&to) && record.contains("counts for"), "{record}");
    let told = stranger.get(&public).await.expect(200).text();
    assert!(told.contains("belong to another item"), "{told}");
    // A correction goes where what it corrects is known to belong.
    let mut correction = serde_json::to_value(failing("2026-11-20T08:00:00Z")).unwrap();
    correction["id"] = "01939fa2-6d3c-7c1e-9a55-2f6e1f0acafe".into();
    let right_of = scene.app.actor(Role::Manager, None);
    let request: TestRequest = serde_json::from_value(correction).unwrap();
    let may = right_of.right().unwrap();
    proofmark::actions::tests::correct_test(&scene.app.app, &may, (&fail, "the lead was longer"), &request)
        .unwrap();
    assert_eq!((scene.status(one), found(&to).status()), (Status::InService, Status::Quarantined));
    let shown = scene.manager.get(&format!("/t/{to}")).await.expect(200).text();
    assert!(shown.contains("01939fa2-6d3c-7c1e-9a55-2f6e1f0acafe"));
    scene.undo(&to).await;
    assert_eq!((scene.status(one), found(&to).status()), (Status::Quarantined, Status::InService));
    let back = scene.manager.get(&format!("/t/{}", one.tag)).await.expect(200).text();
    assert!(back.contains("01939fa2-6d3c-7c1e-9a55-2f6e1f0acafe") && back.contains(&fail));
    whole(&scene.app);
}

#[actix_web::test]
async fn a_repair_that_moves_with_its_fail_still_settles_it_and_alone_settles_nothing() {
    let scene = Scene::new();
    let (one, other) = (&scene.one, &scene.other);
    let fail = scene.record(&one.tag, &failing("2026-11-19T08:00:00Z")).await;
    let repair = scene.record(&one.tag, &repaired("2026-11-20T08:00:00Z")).await;
    scene.record(&other.tag, &failing("2026-11-18T08:00:00Z")).await;
    scene.split(&[&repair], &other.tag).await;
    assert_eq!((scene.status(one), scene.status(other)), (Status::Quarantined, Status::Quarantined));
    scene.split(&[&fail], &other.tag).await;
    let (from, to) = (scene.asset(one.id), scene.asset(other.id));
    assert_eq!((from.status(), from.last_verdict), (Status::InService, None));
    assert!(to.lock_cause.as_ref().is_some_and(|cause| cause.contains("2026-11-18")), "{to:?}");
    whole(&scene.app);
}

#[actix_web::test]
async fn what_counts_and_lists_tests_follows_the_link() {
    let scene = Scene::new();
    let (one, other) = (&scene.one, &scene.other);
    let (customer, site) = (scene.ground.customer_id, scene.ground.site_id.to_string());
    let engineer = scene.app.add_user(Role::Engineer, None).0.to_string();
    let days = [("starts_on", "2026-11-23"), ("ends_on", "2026-11-23")];
    let visit = [&[("site", site.as_str()), ("person_id", engineer.as_str())][..], &days].concat();
    let visit = scene.manager.post("/visits/new", &visit).await.expect(303);
    let visit = visit.location().split('?').next().unwrap().to_owned();
    let number: i64 = visit.rsplit('/').next().unwrap().parse().unwrap();
    let mut test = passing("2026-11-22T08:00:00Z");
    test.visit = Some(number);
    scene.record(&other.tag, &test).await;
    let (log, pack) = (format!("/log.csv?of={customer}"), format!("/site-pack.csv?of={customer}:{site}"));
    let home = format!("/customers/{customer}");
    let shows = async |path: &str| scene.manager.get(path).await.expect(200).text();
    assert!(shows(&visit).await.contains("1 of 2 items tested") && shows(&log).await.contains(&other.tag));
    assert!(shows(&home).await.contains("2 assets") && shows(&pack).await.contains(&other.tag));
    scene.merge().await;
    let day = shows(&visit).await;
    assert!(
        day.contains("1 of 1 items tested") && !day.contains(&format!("asset\" value=\"{}\"", one.id)),
        "{day}"
    );
    for list in [&log, &pack] {
        let list = shows(list).await;
        assert!(list.contains(&one.tag) && !list.contains(&other.tag), "{list}");
        assert_eq!(list.lines().count(), 2, "{list}");
    }
    assert!(!shows(&home).await.contains("2 assets"));
    scene.undo(&one.tag).await;
    let day = shows(&visit).await;
    assert!(day.contains("1 of 2 items tested"), "{day}");
    assert!(shows(&log).await.contains(&other.tag) && shows(&home).await.contains("2 assets"));
}

#[actix_web::test]
async fn what_cannot_be_linked_says_why() {
    let scene = Scene::new();
    let (one, other) = (&scene.one, &scene.other);
    let theirs = scene.app.kettle(scene.app.ground("Theirs"));
    let (merge, split) = (format!("/assets/{}/merge", one.tag), format!("/assets/{}/split", one.tag));
    let test = scene.record(&one.tag, &passing("2026-11-20T08:00:00Z")).await;
    let foreign = scene.record(&theirs.tag, &passing("2026-11-20T08:00:00Z")).await;
    for (tag, reason, says) in [
        (other.tag.as_str(), "", "say how you know"),
        ("", "one thing", "scan or type"),
        ("NOTHING", "one thing", "no asset has this"),
        (one.tag.as_str(), "one thing", "the same asset already"),
        (theirs.tag.as_str(), "one thing", "another customer"),
    ] {
        let answer = scene.manager.post(&merge, &[("other", tag), ("reason", reason)]).await.expect(422);
        assert!(answer.text().contains(says), "{says}");
        if tag.is_empty() {
            continue;
        }
        let form = [("tests", test.as_str()), ("other", tag), ("reason", reason)];
        assert!(scene.manager.post(&split, &form).await.expect(422).text().contains(says), "{says}");
    }
    let form = [("tests", foreign.as_str()), ("reason", "mine")];
    assert!(scene.manager.post(&split, &form).await.expect(422).text().contains("not of this asset"));
    assert!(
        scene.manager.post(&split, &[("reason", "a")]).await.expect(422).text().contains("choose the tests")
    );
    let form = [("other", other.tag.as_str()), ("reason", "one thing")];
    scene.engineer.post(&merge, &form).await.expect(403);
    scene.engineer.get(&merge).await.expect(403);
    scene.engineer.post(&split, &[("tests", test.as_str()), ("reason", "a")]).await.expect(403);
    let narrow = scene.app.client_for(Role::Manager, Some(vec![theirs.ground.customer_id]));
    narrow.post(&merge, &form).await.expect(404);
    scene.merge().await;
    let act = scene.last_act(&one.tag).await;
    narrow.get(&act).await.expect(404);
    narrow.post(&format!("{act}/undo"), &[("reason", "a")]).await.expect(404);
    scene.engineer.post(&format!("{act}/undo"), &[("reason", "a")]).await.expect(403);
    // What was merged away is changed by no other door, and cannot be merged or named so by hand.
    let version = scene.asset(other.id).version.to_string();
    let form = [("version", version.as_str()), ("lifecycle", "in_service")];
    let refused = scene.manager.post(&format!("/assets/{}/status", other.id), &form).await;
    assert!(refused.status.as_u16() >= 400 && refused.text().contains("merged into another asset"));
    let version = scene.asset(one.id).version.to_string();
    let form = [("version", version.as_str()), ("lifecycle", "merged")];
    scene.manager.post(&format!("/assets/{}/status", one.id), &form).await.expect(422);
    assert_eq!((scene.status(one), scene.status(other)), (Status::InService, Status::Merged));
    whole(&scene.app);
}

#[actix_web::test]
async fn an_import_meets_the_one_thing_under_both_numbers() {
    let scene = Scene::new();
    let file = apollo(&[class_one("DRILL-1", 1, 40), class_one("DRILL-2", 1, 50)]);
    let file = given("both.sss", &file);
    let (import, counts) = file.run(&scene.app);
    assert_eq!(counts.recorded, 2);
    let form = [("other", "DRILL-2"), ("reason", "the number was read wrong")];
    scene.manager.post("/assets/DRILL-1/merge", &form).await.expect(404);
    let drill = |number: &str| {
        let find =
            |conn: &mut AnyConnection| store::assets::find_assets_by_number(conn, &everything(), number);
        scene.app.app.store.read(find).unwrap().remove(0)
    };
    let tag = drill("DRILL-1").tag;
    scene.manager.post(&format!("/assets/{tag}/merge"), &form).await.expect(303);
    assert_eq!(drill("DRILL-2").id, drill("DRILL-1").id);
    // The same file twice adds nothing; a new record under either number is of the one thing.
    assert_eq!(numbers(&file.run(&scene.app).1), [0, 0, 0, 2, 0, 0]);
    let later = given("later.sss", &apollo(&[class_one("DRILL-2", 1, 60)]));
    let (_, counts) = later.run(&scene.app);
    assert_eq!((numbers(&counts), counts.recorded), ([1, 0, 0, 0, 0, 0], 1));
    let page = scene.manager.get(&format!("/t/{tag}")).await.expect(200).text();
    assert_eq!(page.matches("href=\"/tests/").count(), 3, "{page}");
    // Undoing the import would pull tests from under the link.
    let right = scene.app.actor(Role::Manager, None);
    let right = right.right().unwrap();
    let built = proofmark::actions::test_imports::built_on(&scene.app.app, &right, &import).unwrap();
    assert!(!built.is_empty());
    whole(&scene.app);
}

#[actix_web::test]
async fn links_are_evidence() {
    use diesel::connection::SimpleConnection;
    let scene = Scene::new();
    scene.merge().await;
    let run = |statement: &str| {
        scene.app.app.store.write(&store::Actor::operator(domain::event::Via::Cli), |tx| {
            match &mut **tx {
                AnyConnection::Sqlite(c) => c.batch_execute(statement)?,
                AnyConnection::Postgres(c) => c.batch_execute(statement)?,
            }
            Ok::<_, store::Error>(((), vec![domain::event::Event::new("test", 0, "tried")]))
        })
    };
    let away = format!("UPDATE history_links SET to_asset_id = {}", scene.other.id);
    for statement in [away.as_str(), "DELETE FROM history_links"] {
        assert!(run(statement).is_err(), "{statement}");
    }
    whole(&scene.app);
    // They are in a backup, and what they say holds where it is restored.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("linked.proofmark");
    let summary = back_up(&scene.app, &file);
    let url = empty_database(folder.path(), "elsewhere.sqlite3");
    assert!(restore(&url, &file).unwrap().evidence.is_ok());
    assert_eq!(content(&url), summary.content);
    let unguarded = run("DROP TRIGGER history_links_no_update")
        .or_else(|_| run("DROP TRIGGER history_links_guard ON history_links"));
    unguarded.unwrap();
    run(&away).unwrap();
    let verified = scene.app.app.store.read(|conn| store::verify::verify(conn, &[], &mut |_| {})).unwrap();
    let broken = verified.unwrap_err();
    assert!(broken.what.contains("history_link") && broken.why.contains("its row was altered"), "{broken}");
    assert_eq!(scene.ground.customer_id, 1);
}
