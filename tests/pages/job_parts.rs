//! Parts on a job: from the van into the asset, serial number out, serial number in.

use domain::permission::Role;
use domain::stock::StockPlaceKind;
use store::stock::list_job_parts;

use crate::support::TestApp;
use crate::support::builders::Thing;
use crate::support::client::Client;

/// An engineer with a van of their own: the client, the person, the van.
fn engineer(app: &TestApp) -> (Client, i64, i64) {
    let client = app.client(Role::Engineer);
    let secret = client.session.clone().unwrap();
    let hash = store::ledger::sha256(secret.as_bytes());
    let (actor, _) = store::sessions::authenticate(&app.app.store, &hash).unwrap().unwrap();
    let me = actor.person_id().unwrap();
    let van = app.stock_place("Van of Amy", StockPlaceKind::Van, Some(me));
    (client, me, van)
}

fn lines(app: &TestApp, number: &str) -> Vec<(i64, Option<String>, Option<String>)> {
    let scope = app.actor(Role::Administrator, None);
    let found = app.app.store.read(|conn| {
        let job = store::jobs::find_job(conn, scope.scope(), number)?;
        list_job_parts(conn, scope.scope(), job.id)
    });
    found.unwrap().into_iter().map(|line| (line.quantity, line.fitted, line.taken_out)).collect()
}

async fn page_of(client: &Client, thing: &Thing) -> String {
    client.get(&format!("/t/{}", thing.tag)).await.expect(200).text()
}

#[actix_web::test]
async fn a_part_comes_from_the_engineers_own_van() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let job = app.job(ground, &[&kettle]);
    let (amy, _, van) = engineer(&app);
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    let part = app.part("FUSE-13", false);
    app.receive(part, van, 2);
    app.receive(part, store, 9);
    let path = format!("/jobs/{job}/parts");
    let page = amy.get(&path).await.expect(200).text();
    assert!(page.contains("In my van") && page.contains("2 in my van, 9 elsewhere"), "{page}");
    let page = amy.get(&format!("{path}?q=fuse-13")).await.expect(200).text();
    assert!(page.contains("Take it") && page.contains("My van: Van of Amy (2 there)"), "{page}");
    // Where no place is named it is the van.
    amy.post(&path, &[("part", "1"), ("quantity", "1")]).await.expect(303);
    assert_eq!((app.stock_of(part, van), app.stock_of(part, store)), (1, 9));
    let answer = amy.post(&path, &[("part", "1"), ("quantity", "2")]).await.expect(422).text();
    assert!(answer.contains("There is 1 of FUSE-13 in Van of Amy; 2 were wanted"), "{answer}");
    assert!(answer.contains("Elsewhere: 9 in Main store") && answer.contains("say why"), "{answer}");
    let why = [("part", "1"), ("quantity", "2"), ("reason", "one was left from the last visit")];
    amy.post(&path, &why).await.expect(303);
    assert_eq!(app.stock_of(part, van), 0);
    assert_eq!(lines(&app, &job), [(3, None, None)]);
    let part_page = amy.get(&format!("/parts/{part}")).await.text();
    assert!(
        part_page.contains("one was left from the last visit") && part_page.contains(&job),
        "{part_page}"
    );
    amy.post(&format!("{path}/return"), &[("part", "1"), ("quantity", "1")]).await.expect(303);
    assert_eq!((app.stock_of(part, van), lines(&app, &job)[0].0), (1, 2));
    amy.post(&format!("{path}/return"), &[("part", "1"), ("quantity", "3")]).await.expect(422);
    assert!(page_of(&amy, &kettle).await.contains("Part used"));
    app.assert_stock_adds_up();
}

#[actix_web::test]
async fn a_serial_goes_in_and_another_comes_out_and_both_assets_tell() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (first, second) = (app.kettle(ground), app.kettle(ground));
    let (one, two) = (app.job(ground, &[&first]), app.job(ground, &[&second]));
    let (amy, _, van) = engineer(&app);
    let back = app.stock_place("To Mercer", StockPlaceKind::Returns, None);
    let psu = app.part("PSU-1", true);
    app.receive_pieces(psu, van, &["NEW-1", "NEW-2"]);
    let path = format!("/jobs/{one}/parts");
    // The old one came with the kettle: nobody knew its serial number before.
    let swap = [("part", "1"), ("serial", "new-1"), ("out_serial", "OLD-1"), ("out_to", "place:2")];
    amy.post(&path, &swap).await.expect(303);
    assert_eq!(lines(&app, &one), [(1, Some("NEW-1".to_owned()), Some("OLD-1".to_owned()))]);
    assert_eq!((app.stock_of(psu, van), app.stock_of(psu, back)), (1, 1));
    let page = page_of(&amy, &first).await;
    assert!(
        page.contains("Part fitted") && page.contains("Part taken out") && page.contains("OLD-1"),
        "{page}"
    );
    assert!(page.contains("Fitted parts") && page.contains("2027-11-23"), "with its warranty: {page}");
    // Out of one kettle and into the other, on the other's job.
    let path = format!("/jobs/{two}/parts");
    let moved = [("out_serial", "NEW-1"), ("out_to", "asset"), ("out_asset", second.tag.as_str())];
    amy.post(&path, &moved).await.expect(303);
    let (there, here) = (page_of(&amy, &first).await, page_of(&amy, &second).await);
    assert!(
        there.contains("Part fitted") && there.contains("taken out") && !there.contains("Fitted parts"),
        "{there}"
    );
    assert!(
        here.contains("Part fitted") && here.contains("Fitted parts") && here.contains("2027-11-23"),
        "{here}"
    );
    assert_eq!(lines(&app, &two), [(0, Some("NEW-1".to_owned()), None)]);
    // What the books have elsewhere cannot come out here, nor go in from there.
    let wrong = amy.post(&path, &[("out_serial", "NEW-2"), ("out_part", "1")]).await.expect(422).text();
    assert!(wrong.contains("NEW-2 is in Van of Amy by the books"), "{wrong}");
    let wrong = amy.post(&path, &[("part", "1"), ("serial", "NEW-1")]).await.expect(422).text();
    assert!(wrong.contains("fitted in an asset by the books"), "{wrong}");
    let wrong = amy.post(&path, &[("part", "1"), ("serial", "GHOST")]).await.expect(422).text();
    assert!(wrong.contains("The books know no piece GHOST") && wrong.contains("say why"), "{wrong}");
    amy.post(&path, &[("part", "1"), ("serial", "GHOST"), ("reason", "bought on the way")]).await.expect(303);
    app.assert_stock_adds_up();
}

#[actix_web::test]
async fn what_is_put_aside_is_not_taken_for_another_job() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (one, two) = (app.job(ground, &[&kettle]), app.job(ground, &[&kettle]));
    let (amy, _, van) = engineer(&app);
    let part = app.part("FAN-1", false);
    app.receive(part, van, 1);
    let aside = [("part", "1"), ("from", "1"), ("quantity", "1")];
    amy.post(&format!("/jobs/{one}/parts/reserve"), &aside).await.expect(303);
    let refused = amy.post(&format!("/jobs/{two}/parts"), &aside).await.expect(422).text();
    assert!(refused.contains("1 is put aside for J-000001"), "{refused}");
    amy.post(&format!("/jobs/{one}/parts"), &aside).await.expect(303);
    let page = amy.get(&format!("/jobs/{one}/parts")).await.text();
    assert!(!page.contains("Put aside</span>"), "what was taken is no longer put aside: {page}");
    // A job may wait for what is not there yet: then it is to be bought.
    amy.post(&format!("/jobs/{two}/parts/reserve"), &aside).await.expect(303);
    let list = amy.get("/stock/purchase").await.text();
    assert!(list.contains("FAN-1") && list.contains("0 there, 1 put aside"), "{list}");
    let release = [("part", "1"), ("from", "1"), ("quantity", "0")];
    amy.post(&format!("/jobs/{two}/parts/reserve"), &release).await.expect(303);
    assert!(amy.get("/stock/purchase").await.text().contains("Nothing: no part"));
}

#[actix_web::test]
async fn a_job_of_another_customer_is_not_there() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let (kettle, other) = (app.kettle(ours), app.kettle(theirs));
    let (mine, foreign) = (app.job(ours, &[&kettle]), app.job(theirs, &[&other]));
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    let psu = app.part("PSU-1", true);
    app.receive_pieces(psu, store, &["A1", "A2"]);
    let everybody = app.client(Role::Engineer);
    let take = [("part", "1"), ("from", "1"), ("serial", "A1")];
    everybody.post(&format!("/jobs/{foreign}/parts"), &take).await.expect(303);
    let narrow = app.client_for(Role::Engineer, Some(vec![ours.customer_id]));
    narrow.get(&format!("/jobs/{foreign}/parts")).await.expect(404);
    narrow.post(&format!("/jobs/{foreign}/parts"), &take).await.expect(404);
    let page = narrow.get(&format!("/parts/{psu}")).await.expect(200).text();
    assert!(!page.contains(&foreign) && !page.contains(&other.tag), "{page}");
    // A piece in a foreign asset can neither be taken out here nor put into it.
    let path = format!("/jobs/{mine}/parts");
    narrow.post(&path, &[("out_serial", "A1"), ("out_part", "1")]).await.expect(422);
    let into =
        [("out_serial", "X9"), ("out_part", "1"), ("out_to", "asset"), ("out_asset", other.tag.as_str())];
    narrow.post(&path, &into).await.expect(422);
    narrow.post(&path, &[("part", "1"), ("from", "1"), ("serial", "A2"), ("asset", "2")]).await.expect(404);
    app.assert_stock_adds_up();
}

#[actix_web::test]
async fn an_engineer_counts_their_own_van_and_no_other_place() {
    let app = TestApp::new();
    let (amy, _, van) = engineer(&app);
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    let fuse = app.part("FUSE-13", false);
    app.receive(fuse, van, 5);
    let place = amy.get(&format!("/stock/places/{van}")).await.expect(200).text();
    assert!(place.contains(&format!("/stock/places/{van}/count")), "{place}");
    let found = [("expected_1", "5"), ("found_1", "4"), ("reason", "one was used at home")];
    amy.post(&format!("/stock/places/{van}/count"), &found).await.expect(303);
    assert_eq!(app.stock_of(fuse, van), 4);
    let refused = amy.post(&format!("/stock/places/{store}/count"), &found).await.expect(409).text();
    assert!(refused.contains("not your own van"), "{refused}");
    let place = amy.get(&format!("/stock/places/{store}")).await.expect(200).text();
    assert!(!place.contains("/count"), "{place}");
}

#[actix_web::test]
async fn whoever_waits_for_a_part_is_told_that_it_came() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (amy, me, van) = engineer(&app);
    let job = app.job(ground, &[&kettle]);
    let part = app.part("PSU-1", false);
    amy.post(&format!("/jobs/{job}/assign"), &[("version", "1"), ("assignee", &me.to_string())])
        .await
        .expect(303);
    let aside = [("part", "1"), ("from", &van.to_string()), ("quantity", "1")];
    amy.post(&format!("/jobs/{job}/parts/reserve"), &aside).await.expect(303);
    let later = app.job(ground, &[&kettle]);
    amy.post(&format!("/jobs/{later}/watch"), &[("watch", "yes")]).await.expect(303);
    let three = [("part", "1"), ("from", &*van.to_string()), ("quantity", "3")];
    amy.post(&format!("/jobs/{later}/parts/reserve"), &three).await.expect(303);
    let told = || {
        let told = app.app.store.read(|conn| store::notices::list_notices(conn, me, 9)).unwrap();
        told.into_iter()
            .map(|notice| notice.text)
            .filter(|text| text.contains(" came to "))
            .collect::<Vec<_>>()
    };
    app.receive(part, van, 2);
    assert_eq!(told(), ["2 of PSU-1 Part PSU-1 came to Van of Amy"], "one is enough for the first job alone");
    app.receive(part, van, 2);
    assert_eq!(told().len(), 2, "now there are three for the second, and the first is not told again");
}

#[actix_web::test]
async fn the_second_part_of_a_kind_in_a_year_and_what_it_all_cost_are_said_before_the_next() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let (amy, _, van) = engineer(&app);
    let part = app.part("PSU-1", false);
    app.receive(part, van, 5);
    for _ in 0..2 {
        let job = app.job(ground, &[&kettle]);
        amy.post(&format!("/jobs/{job}/parts"), &[("part", "1"), ("quantity", "1")]).await.expect(303);
    }
    app.supplier("Maker & Co");
    let job = app.job(ground, &[&kettle]);
    let referral = [("supplier", "1"), ("asset", &kettle.id.to_string()), ("cost", "30.00")];
    amy.post(&format!("/jobs/{job}/refer"), &referral).await.expect(303);
    for page in [format!("/jobs/{job}"), format!("/t/{}", kettle.tag)] {
        let page = amy.get(&page).await.expect(200).text();
        assert!(page.contains("Second Part PSU-1 in 12 months."), "{page}");
    }
    let page = page_of(&amy, &kettle).await;
    assert!(page.contains("Repairs so far cost £55.00."), "two parts of 12.50 and the maker's 30.00: {page}");
    assert!(page.contains("To be sent to Maker &#38; Co"), "{page}");
}
