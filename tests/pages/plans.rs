//! Planned work: set up, due in the same lists as tests, begun as a job, done.

use domain::permission::Role;

use crate::support::TestApp;
use crate::support::builders::Ground;
use crate::support::client::Client;
use crate::support::jobs::close_job;

/// The form of a plan of a site that begins on a day, every three months.
fn form<'a>(site: &'a str, first_on: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let base = [
        ("site", site),
        ("title", "Clean the filter"),
        ("every_count", "3"),
        ("every_unit", "months"),
        ("anchor", "fixed"),
        ("first_on", first_on),
        ("lead_days", "7"),
    ];
    [base.as_slice(), more].concat()
}

/// A plan of that form; gives its page.
async fn plan(manager: &Client, ground: Ground, first_on: &str, more: &[(&str, &str)]) -> String {
    let site = ground.site_id.to_string();
    let added = manager.post("/plans/new", &form(&site, first_on, more)).await.expect(303);
    added.location().split('?').next().unwrap().to_owned()
}

#[actix_web::test]
async fn a_plan_falls_due_into_every_list_of_what_is_due() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let kettle = app.due_kettle(ours, "2026-11-10");
    let manager = app.client(Role::Manager);
    plan(&manager, ours, "2026-11-10", &[("asset", &kettle.tag)]).await;
    plan(&manager, theirs, "2026-11-12", &[]).await;
    let list = manager.get("/due").await.expect(200).text();
    assert!(list.contains("Clean the filter") && list.contains("every 3 months"), "{list}");
    assert!(list.contains("<strong>3</strong><span>overdue") && list.contains("/begin"), "{list}");
    let only = manager.get("/due?kind=planned").await.expect(200).text();
    assert!(only.contains("Clean the filter") && !only.contains("/test/combined"), "{only}");
    let tests = manager.get("/due?kind=combined").await.expect(200).text();
    assert!(!tests.contains("Clean the filter"));
    let csv = manager.get("/due.csv").await.expect(200).text();
    assert!(
        csv.contains("Planned work") && csv.contains(&format!("{},,Clean the filter", kettle.tag)),
        "{csv}"
    );
    let json = manager.get("/api/v1/due?customer=Theirs").await.expect(200).json();
    assert_eq!(json["items"][0]["kind"], "planned");
    assert_eq!(
        (&json["items"][0]["description"], &json["items"][0]["tag"]),
        (&"Clean the filter".into(), &"".into())
    );
    assert_eq!(json["items"][0]["days_overdue"], 11);
    let start = manager.get("/").await.expect(200).text();
    assert!(start.contains("<strong>3</strong><span>overdue"), "{start}");
    let narrow = app.client_for(Role::Viewer, Some(vec![ours.customer_id]));
    let list = narrow.get("/due").await.expect(200).text();
    assert!(list.contains("<strong>2</strong><span>overdue") && !list.contains("Theirs"), "{list}");
    assert!(!list.contains("/begin"), "a viewer begins nothing");
}

#[actix_web::test]
async fn pages_of_any_size_hold_plans_and_tests_once_each() {
    use store::due_list::{DueFilter, list_due};
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    for day in ["2026-11-10", "2026-11-10", "2026-11-11"] {
        app.due_kettle(ground, day);
        plan(&manager, ground, day, &[]).await;
    }
    let admin = app.actor(Role::Administrator, None);
    for size in 1..=6 {
        let (mut after, mut found) = (None, vec![]);
        loop {
            let read = |conn: &mut store::AnyConnection| {
                list_due(conn, admin.scope(), &DueFilter::default(), after, size)
            };
            let (rows, next) = app.app.store.read(read).unwrap();
            found.extend(rows.iter().map(|row| row.key));
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found.len(), 6, "pages of {size}: {found:?}");
        assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{found:?}");
    }
}

#[actix_web::test]
async fn a_job_begun_from_a_plan_moves_it_on_when_it_is_closed() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (manager, engineer) = (app.client(Role::Manager), app.client(Role::Engineer));
    let page = plan(&manager, ground, "2026-11-20", &[("asset", &kettle.tag)]).await;
    let begun = engineer.post(&format!("{page}/begin"), &[]).await.expect(303);
    let job = begun.location().rsplit('/').next().unwrap().to_owned();
    let again = engineer.post(&format!("{page}/begin"), &[]).await.expect(303);
    assert_eq!(again.location(), begun.location(), "a second tap leads to the same job");
    assert!(engineer.get("/due").await.text().contains(&format!("/jobs/{job}")));
    let record = [("version", "2"), ("done_on", "2026-11-23"), ("result", "done")];
    let refused = engineer.post(&format!("{page}/record"), &record).await.expect(422).text();
    assert!(refused.contains("A job of this plan is open"), "{refused}");
    close(&app, &job, "done").await;
    let shown = engineer.get(&page).await.expect(200).text();
    assert!(shown.contains("2027-02-20") && shown.contains("due 2026-11-20"), "{shown}");
    assert!(!engineer.get("/due").await.text().contains("overdue</span> <time"), "nothing is overdue");
    // Called off, what was due stays due.
    app.pass(chrono::Duration::days(90));
    let engineer = app.client(Role::Engineer);
    let begun = engineer.post(&format!("{page}/begin"), &[]).await.expect(303);
    let job = begun.location().rsplit('/').next().unwrap().to_owned();
    close(&app, &job, "cancelled").await;
    let shown = engineer.get(&page).await.expect(200).text();
    assert!(shown.contains("2027-02-20") && shown.contains(">Begin<"), "{shown}");
}

/// Closes a job with an outcome.
async fn close(app: &TestApp, number: &str, outcome: &str) {
    use domain::job::JobState;
    use proofmark::actions::jobs::{StepRequest, take_step};
    let engineer = app.actor(Role::Engineer, None);
    let job = app.app.store.read(|conn| store::jobs::find_job(conn, engineer.scope(), number)).unwrap();
    let request = StepRequest {
        outcome: Some(outcome.parse().unwrap()),
        note: "as planned".to_owned(),
        ..StepRequest::to(JobState::Closed)
    };
    take_step(&app.app, &engineer.right().unwrap(), (number, job.version), &request).unwrap();
}

#[actix_web::test]
async fn what_is_done_without_a_job_or_left_out_is_recorded_and_moves_on() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (manager, engineer) = (app.client(Role::Manager), app.client(Role::Engineer));
    let page = plan(&manager, ground, "2026-01-31", &[]).await;
    let record = |version: &'static str, result: &'static str, note: &'static str| {
        vec![("version", version), ("done_on", "2026-11-23"), ("result", result), ("note", note)]
    };
    engineer.post(&format!("{page}/record"), &record("1", "skipped", "")).await.expect(422);
    engineer.post(&format!("{page}/record"), &record("1", "done", "")).await.expect(303);
    let shown = engineer.get(&page).await.text();
    assert!(shown.contains("2027-01-31"), "three missed ones are left out, the 31st comes back: {shown}");
    engineer.post(&format!("{page}/record"), &record("1", "done", "")).await.expect(412);
    engineer.post(&format!("{page}/record"), &record("2", "skipped", "building works")).await.expect(303);
    let shown = engineer.get(&page).await.text();
    assert!(shown.contains("2027-04-30") && shown.contains("building works"), "{shown}");
    engineer.post(&format!("{page}/stop"), &[("version", "3")]).await.expect(403);
    manager.post(&format!("{page}/stop"), &[("version", "3")]).await.expect(303);
    engineer.post(&format!("{page}/begin"), &[]).await.expect(409);
    assert!(!manager.get("/plans").await.text().contains("Clean the filter"));
    assert!(manager.get("/plans?stopped=yes").await.text().contains("Clean the filter"));
    assert!(!manager.get("/due?month=2027-04").await.text().contains("Clean the filter"));
}

#[actix_web::test]
async fn a_plan_of_a_category_begins_a_job_over_each_of_its_assets() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (first, second) = (app.kettle(ground), app.kettle(ground));
    let manager = app.client(Role::Manager);
    let page = plan(&manager, ground, "2026-11-20", &[("category", "1")]).await;
    let begun = manager.post(&format!("{page}/begin"), &[]).await.expect(303);
    let job = begun.location().rsplit('/').next().unwrap().to_owned();
    let admin = app.actor(Role::Administrator, None);
    let tags: Vec<String> = app
        .app
        .store
        .read(|conn| {
            let job = store::jobs::find_job(conn, admin.scope(), &job)?;
            store::jobs::assets::list_job_assets(conn, &job)
        })
        .unwrap()
        .into_iter()
        .map(|asset| asset.tag)
        .collect();
    assert_eq!(tags, [first.tag, second.tag]);
}

#[actix_web::test]
async fn plans_are_of_ones_own_customers_and_their_assets_alone() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let foreign = app.kettle(theirs);
    let all = app.client(Role::Manager);
    let page = plan(&all, theirs, "2026-11-20", &[]).await;
    let manager = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    for path in [page.clone(), format!("{page}/edit")] {
        manager.get(&path).await.expect(404);
    }
    manager.post(&format!("{page}/begin"), &[]).await.expect(404);
    assert!(!manager.get("/plans").await.expect(200).text().contains("Theirs"));
    // Who sees both still cannot plan one customer's asset at another's site.
    let site = ours.site_id.to_string();
    let mixed = [
        ("site", site.as_str()),
        ("asset", &foreign.tag),
        ("title", "Mixed"),
        ("every_count", "1"),
        ("every_unit", "weeks"),
        ("anchor", "done"),
        ("first_on", "2026-12-01"),
    ];
    all.post("/plans/new", &mixed).await.expect(404);
}

/// Changes what people fill in of an asset.
fn alter(app: &TestApp, id: i64, change: impl Fn(store::assets::AssetFields) -> store::assets::AssetFields) {
    app.put(|tx| {
        let actor = tx.actor;
        let asset = store::assets::find_asset(tx, actor.scope(), id)?;
        store::assets::update_asset(tx, id, asset.version, change(asset.fields()))
    });
}

#[actix_web::test]
async fn a_plan_follows_its_asset_to_another_site_and_out_of_use() {
    use domain::asset::Lifecycle;
    use store::types::Coded;
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let manager = app.client(Role::Manager);
    let page = plan(&manager, ground, "2026-11-10", &[("asset", &kettle.tag)]).await;
    let fields = crate::support::builders::site_fields("Annex");
    let annex = app.put(|tx| store::sites::insert_site(tx, ground.customer_id, &fields));
    alter(&app, kettle.id, |fields| store::assets::AssetFields { site_id: annex, place_id: None, ..fields });
    let due = manager.get(&format!("/due?site={annex}&customer={}", ground.customer_id)).await.expect(200);
    assert!(due.text().contains("Clean the filter"));
    let change = [
        ("asset", kettle.tag.as_str()),
        ("title", "Clean both filters"),
        ("every_count", "3"),
        ("every_unit", "months"),
        ("anchor", "fixed"),
        ("first_on", "2026-11-10"),
        ("version", "1"),
    ];
    manager.post(&format!("{page}/edit"), &change).await.expect(303);
    let begun = manager.post(&format!("{page}/begin"), &[]).await.expect(303);
    let number = begun.location().rsplit('/').next().unwrap().to_owned();
    let admin = app.actor(Role::Administrator, None);
    let job = app.app.store.read(|conn| store::jobs::find_job(conn, admin.scope(), &number)).unwrap();
    assert_eq!(job.site_id, annex, "the job opens where the asset is now");
    close(&app, &number, "cancelled").await;
    for gone in [Lifecycle::Disposed, Lifecycle::Lost] {
        alter(&app, kettle.id, |fields| store::assets::AssetFields { lifecycle: Coded(gone), ..fields });
        let due = manager.get("/due").await.expect(200).text();
        assert!(
            !due.contains("Clean both filters") && due.contains("<strong>0</strong><span>overdue"),
            "{due}"
        );
        assert!(manager.get("/plans").await.expect(200).text().contains("not due: the asset is gone"));
        let refused = manager.post(&format!("{page}/begin"), &[]).await.expect(409).text();
        assert!(refused.contains("stop the plan, or give it another asset"), "{refused}");
    }
    let back = Lifecycle::InService;
    alter(&app, kettle.id, |fields| store::assets::AssetFields { lifecycle: Coded(back), ..fields });
    assert!(manager.get("/due").await.expect(200).text().contains("Clean both filters"));
}

#[actix_web::test]
async fn a_plan_over_too_many_assets_for_one_job_says_to_split_it() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    for _ in 0..201 {
        app.kettle(ground);
    }
    let page = plan(&manager, ground, "2026-11-10", &[("category", "1")]).await;
    let refused = manager.post(&format!("{page}/begin"), &[]).await.expect(409).text();
    assert!(refused.contains("more than 200 assets") && refused.contains("split it"), "{refused}");
    assert!(manager.get(&page).await.expect(200).text().contains(">Begin<"), "nothing was begun");
}

#[actix_web::test]
async fn a_plan_with_a_checklist_is_done_only_with_it_filled() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (manager, engineer) = (app.client(Role::Manager), app.client(Role::Engineer));
    let site = ground.site_id.to_string();
    let unknown = form(&site, "2026-11-20", &[("checklist", "fliter")]);
    let refused = manager.post("/plans/new", &unknown).await.expect(422).text();
    assert!(refused.contains("choose a checklist that is in use"), "{refused}");
    let more = [("asset", kettle.tag.as_str()), ("checklist", "filter")];
    let page = plan(&manager, ground, "2026-11-20", &more).await;
    let record = [("version", "1"), ("done_on", "2026-11-23"), ("result", "done")];
    let refused = engineer.post(&format!("{page}/record"), &record).await.expect(422).text();
    assert!(refused.contains("begin its job, and fill it in there"), "{refused}");
    let begun = engineer.post(&format!("{page}/begin"), &[]).await.expect(303);
    let job = begun.location().rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    let shown = engineer.get(&format!("/jobs/{job}")).await.expect(200).text();
    assert!(shown.contains("to fill before it is closed"), "{shown}");
    let refused = close_job(&engineer, &job, "done").await.expect(422).text();
    assert!(refused.contains("Filter"), "{refused}");
    let answers =
        [("version", "0"), ("do", "finish"), ("filter", "Cleaned"), ("vents", "yes"), ("noise", "Yes")];
    engineer.post(&format!("/jobs/{job}/checklists/filter"), &answers).await.expect(303);
    close_job(&engineer, &job, "done").await.expect(200);
    assert!(engineer.get(&page).await.expect(200).text().contains("2027-02-20"));
}
