//! The rooms of a customer's own people: all of their sites and nothing else.

use domain::job::JobState;
use domain::permission::Role;
use store::assets::AssetFields;

use crate::support::TestApp;
use crate::support::builders::{Ground, site_fields};
use crate::support::client::Client;

const ENTRY: &str = "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0101";
const INTERNAL: &str = "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0102";

/// Another site of a ground's customer.
pub fn annex(app: &TestApp, ground: Ground) -> Ground {
    let site_id = app.put(|tx| store::sites::insert_site(tx, ground.customer_id, &site_fields("Annex")));
    let place_id = app.put(|tx| {
        let room =
            store::places::PlaceFields { name: "Attic".to_owned(), environment: None, archived: false };
        store::places::insert_place(tx, (ground.customer_id, site_id), None, &room)
    });
    Ground { site_id, place_id, ..ground }
}

#[actix_web::test]
async fn a_customers_person_sees_no_page_of_the_firm() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let person = app.customers_own(ground.customer_id, None);
    let home = person.get("/").await.expect(303);
    assert_eq!(home.location(), "/portal");
    for path in ["/assets", "/due", "/customers", "/visits", "/jobs", "/api/v1/assets", "/plans", "/calendar"]
    {
        person.get(path).await.expect(403);
    }
    let led = person.get(&format!("/t/{}", kettle.tag)).await.expect(303);
    assert_eq!(led.location(), format!("/portal/assets/{}", kettle.tag));
    let account = person.get("/account").await.expect(200).text();
    assert!(account.contains("Password") && !account.contains("API tokens"), "{account}");
    assert!(!account.contains("href=\"/customers\"") && account.contains("href=\"/portal/jobs\""));
    for (path, form) in [
        ("/account/tokens", [("token_name", "mine")]),
        ("/account/feed", [("", "")]),
        ("/account/weekly", [("weekly_mail", "on")]),
    ] {
        person.post(path, &form).await.expect(403);
    }
}

#[actix_web::test]
async fn the_start_page_tells_what_is_due_open_and_failed_at_their_sites() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    app.due_kettle(ours, "2026-11-01");
    let failed = app.kettle(ours);
    app.lock(&failed, "failed its test");
    app.due_kettle(theirs, "2026-11-02");
    app.put_job(ours, "J-000901", Some(&failed));
    app.put_job(theirs, "J-000902", None);
    let person = app.customers_own(ours.customer_id, None);
    let page = person.get("/portal").await.expect(200).text();
    assert!(page.contains("<strong>1</strong><span>inspections overdue") && page.contains("22 days overdue"));
    assert!(page.contains("<strong>1</strong><span>open jobs") && page.contains("J-000901"), "{page}");
    assert!(page.contains(&failed.tag) && page.contains("Do not use"));
    assert!(!page.contains("J-000902") && !page.contains("Theirs"));
}

#[actix_web::test]
async fn nothing_of_another_site_is_listed_or_counted() {
    let app = TestApp::new();
    let ours = app.ground("Ours");
    let other = annex(&app, ours);
    let here = app.due_kettle(ours, "2026-11-01");
    let there = app.due_kettle(other, "2026-11-02");
    app.lock(&there, "failed");
    app.put_job(ours, "J-000901", None);
    app.put_job(other, "J-000902", None);
    let kept = app.customers_own(ours.customer_id, Some(vec![ours.site_id]));
    let page = kept.get("/portal").await.expect(200).text();
    assert!(
        page.contains("<strong>1</strong><span>inspections overdue") && !page.contains("Annex"),
        "{page}"
    );
    assert!(page.contains("<strong>0</strong><span>failed") && !page.contains("J-000902"));
    for query in ["", "?q=kettle", "?sort=due", "?show=overdue", "?status=in_service"] {
        let list = kept.get(&format!("/portal/assets{query}")).await.expect(200).text();
        assert!(list.contains(&here.tag) && !list.contains(&there.tag), "{query}: {list}");
    }
    kept.get(&format!("/portal/assets?sort=due&cursor={}", there.id)).await.expect(404);
    let jobs = kept.get("/portal/jobs").await.expect(200).text();
    assert!(jobs.contains("J-000901") && !jobs.contains("J-000902"));
    let all = app.customers_own(ours.customer_id, None);
    let list = all.get("/portal/assets?q=kettle").await.expect(200).text();
    assert!(list.contains(&here.tag) && list.contains(&there.tag));
    // Kept to sites that are gone, or to no customer, somebody sees nothing rather than everything.
    let nobody = app.client(Role::Customer);
    let page = nobody.get("/portal").await.expect(200).text();
    assert!(page.contains("No site is open to you") && page.contains("<strong>0</strong><span>open jobs"));
    let none = app.customers_own(ours.customer_id, Some(vec![]));
    assert!(!none.get("/portal/assets").await.expect(200).text().contains(&here.tag));
}

#[actix_web::test]
async fn what_is_not_theirs_is_not_found_by_a_customers_person() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let other = annex(&app, ours);
    let person = app.customers_own(ours.customer_id, Some(vec![ours.site_id]));
    for (ground, number) in [(theirs, "J-000902"), (other, "J-000903")] {
        let thing = app.kettle(ground);
        let job = app.put_job(ground, number, Some(&thing));
        let file = app.put_job_file((ground, job), None, "plan.txt");
        for path in [
            format!("/portal/assets/{}", thing.tag),
            format!("/portal/assets?site={}", ground.site_id),
            format!("/portal/jobs/{number}"),
            format!("/portal/jobs?site={}", ground.site_id),
            format!("/portal/jobs/{number}/files/{file}"),
            format!("/portal/certificates?site={}", ground.site_id),
            format!("/portal/intervals?site={}", ground.site_id),
        ] {
            person.get(&path).await.expect(404);
        }
        let stranger = person.get(&format!("/t/{}", thing.tag)).await.expect(200).text();
        assert!(!stranger.contains("Kettle"), "a label elsewhere tells what it tells any stranger");
        let site = ground.site_id.to_string();
        let agree = [("site", site.as_str()), ("category", "1"), ("environment", "")];
        person.post("/portal/intervals", &agree).await.expect(404);
    }
}

#[actix_web::test]
async fn a_thing_that_moves_to_another_site_leaves_their_sight() {
    let app = TestApp::new();
    let ours = app.ground("Ours");
    let other = annex(&app, ours);
    let kettle = app.kettle(ours);
    let person = app.customers_own(ours.customer_id, Some(vec![ours.site_id]));
    let path = format!("/portal/assets/{}", kettle.tag);
    let page = person.get(&path).await.expect(200).text();
    assert!(page.contains("NOT TESTED YET") && page.contains("Kitchen"), "{page}");
    app.put(|tx| {
        let actor = tx.actor;
        let asset = store::assets::find_asset(tx, actor.scope(), kettle.id)?;
        let fields = AssetFields { site_id: other.site_id, place_id: None, ..asset.fields() };
        store::assets::update_asset(tx, kettle.id, asset.version, fields)
    });
    person.get(&path).await.expect(404);
}

#[actix_web::test]
async fn a_job_is_told_in_plain_words_without_what_is_internal() {
    let app = TestApp::new();
    let ours = app.ground("Ours");
    let kettle = app.kettle(ours);
    let job = app.put_job(ours, "J-000901", Some(&kettle));
    app.put_step((ours, job), (JobState::Reported, JobState::Assigned), "");
    app.put_step((ours, job), (JobState::InProgress, JobState::Waiting), "parts");
    app.pass(chrono::Duration::hours(3));
    app.put_step((ours, job), (JobState::Waiting, JobState::InProgress), "");
    app.put_entry((ours, job), ENTRY, "Heating element renewed.", false);
    app.put_entry((ours, job), INTERNAL, "They dropped it, I bet.", true);
    let shown = app.put_job_file((ours, job), Some(ENTRY), "after.txt");
    let hidden = app.put_job_file((ours, job), Some(INTERNAL), "secret.txt");
    let person = app.customers_own(ours.customer_id, None);
    let page = person.get("/portal/jobs/J-000901").await.expect(200).text();
    for words in
        ["Given to an engineer", "Waiting for parts: 23 Nov 2026 09:00 to 23 Nov 2026 12:00", "Work goes on"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains("Heating element renewed.") && page.contains("after.txt"));
    assert!(!page.contains("I bet") && !page.contains("secret.txt"), "{page}");
    person.get(&format!("/portal/jobs/J-000901/files/{shown}")).await.expect(200);
    person.get(&format!("/portal/jobs/J-000901/files/{hidden}")).await.expect(404);
}

#[actix_web::test]
async fn a_file_of_another_job_is_not_found_under_ones_own() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    app.put_job(ours, "J-000901", None);
    let other = app.put_job(theirs, "J-000902", None);
    let file = app.put_job_file((theirs, other), None, "theirs.txt");
    let person = app.customers_own(ours.customer_id, None);
    person.get(&format!("/portal/jobs/J-000901/files/{file}")).await.expect(404);
}

#[actix_web::test]
async fn a_certificate_of_their_site_is_downloaded_and_no_other() {
    let app = TestApp::new();
    let ours = app.ground("Ours");
    let other = annex(&app, ours);
    let engineer = app.client(Role::Engineer);
    let mut numbers = vec![];
    for (ground, id) in [(ours, ENTRY), (other, INTERNAL)] {
        let kettle = app.kettle(ground);
        let form = [("id", id), ("all_good", "yes")];
        engineer.post(&format!("/assets/{}/test/formal_visual", kettle.tag), &form).await.expect(303);
        let issued = engineer.post("/certificates", &[("test", id)]).await.expect(303);
        let number = issued.location().rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
        numbers.push(number);
    }
    let person = app.customers_own(ours.customer_id, Some(vec![ours.site_id]));
    let list = person.get("/portal/certificates").await.expect(200).text();
    assert!(list.contains(&numbers[0]) && !list.contains(&numbers[1]), "{list}");
    let pdf = person.get(&format!("/portal/certificates/{}.pdf", numbers[0])).await.expect(200);
    assert!(pdf.bytes.starts_with(b"%PDF"));
    person.get(&format!("/portal/certificates/{}.pdf", numbers[1])).await.expect(404);
}

/// The form of a user as an administrator sends it.
async fn add_user(admin: &Client, more: &[(&str, &str)]) -> (u16, String) {
    let base = [
        ("name", "Rowan Pike"),
        ("email", "rowan@mills.test"),
        ("role", "customer"),
        ("active", "on"),
        ("password", "a long enough one"),
    ];
    let answer = admin.post("/users/new", &[base.as_slice(), more].concat()).await;
    (answer.status.as_u16(), answer.text())
}

#[actix_web::test]
async fn an_administrator_lets_a_customers_person_in_for_one_customer_and_its_sites() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let other = annex(&app, ours);
    let admin = app.client(Role::Administrator);
    let (customer, foreign) = (ours.customer_id.to_string(), theirs.customer_id.to_string());
    let (site, foreign_site) = (ours.site_id.to_string(), theirs.site_id.to_string());
    for (more, says) in [
        (vec![("sees", "all")], "sees one customer"),
        (vec![("sees", "chosen")], "choose the one customer"),
        (
            vec![("sees", "chosen"), ("customer", &customer), ("customer", &foreign)],
            "choose the one customer",
        ),
        (
            vec![("sees", "chosen"), ("customer", customer.as_str()), ("sees_sites", "chosen")],
            "choose at least one site",
        ),
        (
            vec![
                ("sees", "chosen"),
                ("customer", &customer),
                ("sees_sites", "chosen"),
                ("site", &foreign_site),
            ],
            "no site of this customer",
        ),
    ] {
        let (status, text) = add_user(&admin, &more).await;
        assert!(status == 422 && text.contains(says), "{more:?}: {status} {text}");
    }
    let kept = [("sees", "chosen"), ("customer", &customer), ("sees_sites", "chosen"), ("site", &site)];
    assert_eq!(add_user(&admin, &kept).await.0, 303);
    let log_in = [("email", "rowan@mills.test"), ("password", "a long enough one"), ("next", "/")];
    let entered = app.stranger().post("/login", &log_in).await.expect(303);
    let cookie = entered.headers.get("set-cookie").unwrap().to_str().unwrap();
    let secret = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    let person = Client::new(app.app.clone(), Some(secret));
    assert_eq!(person.get("/").await.expect(303).location(), "/portal");
    person.get(&format!("/portal/assets?site={}", ours.site_id)).await.expect(200);
    person.get(&format!("/portal/assets?site={}", other.site_id)).await.expect(404);
}

#[actix_web::test]
async fn who_becomes_a_customers_person_is_out_of_the_firm_at_once() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let admin = app.client(Role::Administrator);
    let (id, email) = app.add_user(Role::Engineer, None);
    let engineer = app.client_of(id);
    engineer.get("/assets").await.expect(200);
    let customer = ground.customer_id.to_string();
    let form = [
        ("name", "Eve"),
        ("email", email.as_str()),
        ("role", "customer"),
        ("active", "on"),
        ("sees", "chosen"),
        ("customer", &customer),
        ("version", "2"),
    ];
    admin.post(&format!("/users/{id}/edit"), &form).await.expect(303);
    engineer.get("/assets").await.expect(303);
    let person = app.client_of(id);
    person.get("/assets").await.expect(403);
    person.get("/portal").await.expect(200);
}

#[actix_web::test]
async fn they_report_a_fault_of_their_thing_and_of_no_other() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let other = annex(&app, ours);
    let kettle = app.kettle(ours);
    let person = app.customers_own(ours.customer_id, Some(vec![ours.site_id]));
    let path = format!("/portal/assets/{}", kettle.tag);
    assert!(person.get(&format!("{path}/fault")).await.expect(200).text().contains("In your own words"));
    let form = [("words", "It trips the fuse"), ("urgency", "stopped")];
    person.post(&format!("{path}/fault"), &form).await.expect(303);
    let page = person.get(&path).await.expect(200).text();
    assert!(page.contains("It trips the fuse") && page.contains("not looked at yet"), "{page}");
    let inbox = app.client(Role::Engineer).get("/faults").await.expect(200).text();
    assert!(inbox.contains("It trips the fuse"), "{inbox}");
    for ground in [theirs, other] {
        let foreign = format!("/portal/assets/{}/fault", app.kettle(ground).tag);
        person.get(&foreign).await.expect(404);
        person.post(&foreign, &form).await.expect(404);
    }
    let dangerous = [("words", "sparks"), ("dangerous", "on")];
    person.post(&format!("{path}/fault"), &dangerous).await.expect(303);
    assert!(person.get(&path).await.text().contains("DO NOT USE"), "what is dangerous is locked at once");
}

#[actix_web::test]
async fn an_interval_is_agreed_to_by_the_customer_and_by_nobody_of_the_firm() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    crate::pages::proposals::test(&app, &kettle, 25, 0);
    crate::pages::proposals::test(&app, &app.kettle(ground), 8, 8);
    let person = app.customers_own(ground.customer_id, None);
    let page = person.get("/portal/intervals").await.expect(200).text();
    assert!(page.contains("Shorten to 6 months") && page.contains("We agree"), "{page}");
    let site = ground.site_id.to_string();
    let form = [("site", site.as_str()), ("category", "1"), ("environment", ""), ("note", "from spring on")];
    let manager = app.client(Role::Manager);
    let refused = manager.post("/portal/intervals", &form).await.expect(422).text();
    assert!(refused.contains("nobody of the firm answers for them"), "{refused}");
    person.post("/portal/intervals", &form).await.expect(303);
    let again = person.post("/portal/intervals", &form).await.expect(422).text();
    assert!(again.contains("agreed to already"), "{again}");
    let mails = app.mails();
    assert_eq!(mails.len(), 1, "the manager hears of it once: {mails:?}");
    assert!(mails[0].subject.contains("Mills agrees to an interval"), "{mails:?}");
    assert!(mails[0].body.contains("They say: from spring on") && mails[0].body.contains("/proposals?site="));
    // What was agreed to is known by its figures: the store takes a second answer to the same from nobody.
    let operator = store::Actor::operator(domain::event::Via::Cli);
    let twice = app.app.store.write(&operator, |tx| {
        use diesel::prelude::*;
        use store::schema::proposal_agreements as table;
        let known = store::defects::list_agreements(tx, ground.site_id)?.remove(0);
        let who: i64 = table::table.select(table::person_id).first(&mut **tx)?;
        let answer = store::defects::Refusal {
            id: 0,
            customer_id: ground.customer_id,
            site_id: ground.site_id,
            category_id: known.category_id,
            environment: known.environment,
            months: known.months,
            tested: known.tested,
            failed: known.failed,
            reason: String::new(),
            person_id: None,
            at: known.at,
        };
        let taken = store::defects::insert_agreement(tx, who, &answer);
        assert!(matches!(taken, Err(store::Error::Taken(_))), "{taken:?}");
        Err::<((), Vec<domain::event::Event>), _>(store::Error::NotFound("nothing to keep"))
    });
    assert!(twice.is_err());
    let shown = manager.get(&format!("/proposals?site={site}")).await.expect(200).text();
    assert!(shown.contains("The customer agrees") && shown.contains("from spring on"), "{shown}");
    let draft = manager.post("/proposals/take", &form[..3]).await.expect(303);
    let draft = manager.get(draft.location()).await.expect(200).text();
    assert!(draft.contains("The customer agreed on 2026-11-23."), "{draft}");
}

#[actix_web::test]
async fn what_falls_due_is_told_month_by_month_at_their_sites_alone() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let other = annex(&app, ours);
    let [late, soon, later] = ["2026-11-01", "2026-11-28", "2027-01-04"].map(|day| app.due_kettle(ours, day));
    let elsewhere = [other, theirs].map(|ground| app.due_kettle(ground, "2026-11-28"));
    let site = ours.site_id.to_string();
    let plan = [
        ("site", site.as_str()),
        ("title", "Clean the filter"),
        ("every_count", "3"),
        ("every_unit", "months"),
        ("anchor", "fixed"),
        ("first_on", "2027-01-12"),
        ("lead_days", "7"),
    ];
    app.client(Role::Manager).post("/plans/new", &plan).await.expect(303);
    let kept = app.customers_own(ours.customer_id, Some(vec![ours.site_id]));
    let start = kept.get("/portal").await.expect(200).text();
    assert!(start.contains("href=\"/portal/due?month=overdue\""), "{start}");
    let page = kept.get("/portal/due").await.expect(200).text();
    for words in [late.tag.as_str(), &soon.tag, &later.tag, "Clean the filter", "January 2027"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(elsewhere.iter().all(|thing| !page.contains(&thing.tag)), "{page}");
    let overdue = kept.get("/portal/due?month=overdue").await.expect(200).text();
    assert!(overdue.contains(&late.tag) && !overdue.contains(&soon.tag), "{overdue}");
    let month = kept.get("/portal/due?month=2027-01").await.expect(200).text();
    assert!(month.contains(&later.tag) && month.contains("Planned work") && !month.contains(&soon.tag));
    kept.get(&format!("/portal/due?site={}", other.site_id)).await.expect(404);
    let all = app.customers_own(ours.customer_id, None);
    let annex = all.get(&format!("/portal/due?site={}", other.site_id)).await.expect(200).text();
    assert!(annex.contains(&elsewhere[0].tag) && !annex.contains(&late.tag), "{annex}");
}

#[actix_web::test]
async fn when_somebody_comes_what_is_away_and_what_was_promised_is_told() {
    use diesel::prelude::*;
    let app = TestApp::new();
    let ours = app.ground("Ours");
    let other = annex(&app, ours);
    app.office_contract(ours, 60, 480);
    app.supplier("Maker & Co");
    let (engineer, manager) = (app.actor(Role::Engineer, None), app.client(Role::Manager));
    let job = app.job_by(&engineer, &app.kettle(ours));
    let elsewhere = app.put_job(other, "J-000902", None);
    let who = engineer.person_id().unwrap().to_string();
    for (number, at) in [(job.number.as_str(), "10:00"), ("J-000902", "14:00")] {
        let booking = [
            ("job", number),
            ("person_id", who.as_str()),
            ("on", "2026-11-24"),
            ("at", at),
            ("minutes", "90"),
        ];
        manager.post("/appointments/new", &booking).await.expect(303);
    }
    let refer = [
        ("supplier", "1"),
        ("what", "The base"),
        ("request", "Repair it, please"),
        ("due_on", "2026-12-04"),
        ("cost", "12.50"),
    ];
    let page = manager.post(&format!("/jobs/{}/refer", job.number), &refer).await.expect(303);
    let page = page.location().split('?').next().unwrap().to_owned();
    let sent = [("version", "1"), ("sent_on", "2026-11-20")];
    manager.post(&format!("{page}/send"), &sent).await.expect(303);
    // The columns that lists go by say nothing here: the page asks the clock.
    app.put(|tx| {
        use store::schema::jobs;
        let none = None::<store::types::Moment>;
        let empty = (jobs::response_due.eq(none), jobs::fix_due.eq(none));
        diesel::update(jobs::table.find(job.id)).set(empty).execute(&mut **tx)?;
        Ok(())
    });
    let kept = app.customers_own(ours.customer_id, Some(vec![ours.site_id]));
    let start = kept.get("/portal").await.expect(200).text();
    assert!(start.contains("Tue 24 Nov 2026, 10:00 to 11:30") && !start.contains("14:00 to"), "{start}");
    let shown = kept.get(&format!("/portal/jobs/{}", job.number)).await.expect(200).text();
    for words in [
        "Tue 24 Nov 2026, 10:00 to 11:30",
        "With a supplier since 20 Nov 2026; promised for 4 Dec 2026",
        "<dt>Mended</dt>",
        "by 23 Nov 2026",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("Maker") && !shown.contains("12.50"), "{shown}");
    let all = app.customers_own(ours.customer_id, None);
    assert!(all.get("/portal").await.expect(200).text().contains("14:00 to"), "job {elsewhere}");
}
