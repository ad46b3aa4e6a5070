use actix_web::http::Method;
use domain::permission::Role;

use super::{listed_kettle, read};
use crate::support::TestApp;

fn spoilt(tag: &str) -> String {
    // Another check character: the first of the alphabet that is not the right one.
    let other = if tag.ends_with('0') { '1' } else { '0' };
    format!("{}{other}", &tag[..7])
}

#[actix_web::test]
async fn a_label_opens_its_asset_however_it_is_written() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let viewer = app.client(Role::Viewer);
    let lower = kettle.tag.to_lowercase();
    let spoken = format!("{}-{}", &kettle.tag[..4], &kettle.tag[4..]);
    let spaced = format!("{}%20{}", &lower[..2], &lower[2..]);
    let mistaken = kettle.tag.replace('0', "O").replace('1', "l");
    for text in [kettle.tag.as_str(), &lower, &spoken, &spaced, &mistaken] {
        for door in ["t", "T"] {
            let page = viewer.get(&format!("/{door}/{text}")).await.expect(200).text();
            assert!(page.contains("Brew") && page.contains("NOT TESTED YET"), "{text}: {page}");
        }
    }
}

#[actix_web::test]
async fn a_wrong_check_says_so_and_opens_nothing() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let page =
        app.client(Role::Engineer).get(&format!("/t/{}", spoilt(&kettle.tag))).await.expect(404).text();
    assert!(page.contains("check character") && !page.contains("Make this an asset"), "{page}");
    assert!(!page.contains("Brew"));
}

#[actix_web::test]
async fn a_free_code_may_become_an_asset_or_go_on_one() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let page = engineer.get("/t/PLANT-77").await.expect(404).text();
    assert!(
        page.contains("/assets/new?tag=PLANT-77") && page.contains("/assets/attach?tag=PLANT-77"),
        "{page}"
    );
    engineer.post("/assets/attach", &[("tag", "PLANT-77"), ("asset", &kettle.tag)]).await.expect(303);
    assert!(engineer.get("/t/plant77").await.expect(200).text().contains("Brew"));
    engineer.post("/assets/attach", &[("tag", ""), ("asset", "")]).await.expect(422);
    engineer.post("/assets/attach", &[("tag", "X9"), ("asset", "NOSUCH")]).await.expect(422);
}

#[actix_web::test]
async fn a_replaced_label_still_leads_there_and_says_so() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let path = format!("/assets/{}/tag", kettle.id);
    engineer.post(&path, &[("version", "1"), ("tag", ""), ("do", "replace")]).await.expect(303);
    let new = read(&app, kettle.id).tag;
    assert_ne!(new, kettle.tag);
    assert!(engineer.get(&format!("/t/{}", kettle.tag)).await.expect(200).text().contains("is retired"));
    assert!(!engineer.get(&format!("/t/{new}")).await.expect(200).text().contains("is retired"));
    // The code of another asset cannot be taken, and whose it is is not told.
    let other = listed_kettle(&app, app.ground("Other"));
    let page =
        engineer.post(&path, &[("version", "2"), ("tag", &other.tag), ("do", "replace")]).await.expect(422);
    assert!(page.text().contains("cannot be used") && !page.text().contains("Other"), "{}", page.text());
}

#[actix_web::test]
async fn a_customers_number_is_found_and_nothing_guesses_between_two() {
    let app = TestApp::new();
    let (a, b) = (app.ground("Aspen"), app.ground("Birch"));
    let (first, second) = (listed_kettle(&app, a), listed_kettle(&app, b));
    let actor = store::Actor::operator(domain::event::Via::Cli);
    let number = |id| {
        app.put(|tx| {
            let asset = store::assets::find_asset(tx, actor.scope(), id)?;
            let fields =
                store::assets::AssetFields { customer_number: Some("K-7".to_owned()), ..asset.fields() };
            store::assets::update_asset(tx, id, asset.version, fields)
        });
    };
    number(first.id);
    let viewer = app.client(Role::Viewer);
    assert!(viewer.get("/t/k-7").await.expect(200).text().contains("Aspen"));
    number(second.id);
    let page = viewer.get("/t/K-7").await.expect(200).text();
    assert!(
        page.contains("Aspen") && page.contains("Birch") && page.contains("Nothing is guessed"),
        "{page}"
    );
    let scoped = app.client_for(Role::Viewer, Some(vec![a.customer_id]));
    assert!(!scoped.get("/t/K-7").await.expect(200).text().contains("Birch"));
}

#[actix_web::test]
async fn a_stranger_learns_nothing_from_any_tag() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let stranger = app.stranger();
    let mut pages = vec![];
    for tag in [kettle.tag.clone(), spoilt(&kettle.tag), "7K3M9QX1".to_owned(), "PLANT-77".to_owned()] {
        let answer = stranger.get(&format!("/t/{tag}")).await.expect(200);
        assert!(!answer.text().contains("Brew") && !answer.text().contains("Mills"));
        pages.push(answer.text().replace(&tag, "TAG"));
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "{pages:?}");
    assert!(pages[0].contains("/login?next=/t/TAG"), "{}", pages[0]);
}

#[actix_web::test]
async fn a_foreign_tag_looks_unreadable_and_never_free() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let kettle = listed_kettle(&app, theirs);
    let engineer = app.client_for(Role::Engineer, Some(vec![ours.customer_id]));
    let foreign = engineer.get(&format!("/t/{}", kettle.tag)).await.expect(404).text();
    engineer.get("/t/K%00-7").await.expect(404);
    let unreadable = engineer.get("/t/---").await.expect(404).text();
    assert_eq!(foreign, unreadable);
    assert!(!foreign.contains("Make this an asset") && !foreign.contains("Theirs"));
}

#[actix_web::test]
async fn a_label_of_an_earlier_address_leads_to_the_present_one() {
    let app = TestApp::new();
    let administrator = app.client(Role::Administrator);
    let settings = [("name", "Mill PAT"), ("earlier_base_urls", "https://old.test"), ("version", "0")];
    administrator.post("/settings", &settings).await.expect(303);
    let scan = |host: &'static str| {
        let stranger = app.stranger();
        async move { stranger.send(Method::GET, "/T/0000-0000", |r| r.insert_header(("host", host))).await }
    };
    let base = app.app.config.base_url.clone();
    let led = scan("OLD.test").await.expect(303);
    assert_eq!(led.headers.get("location").unwrap().to_str().unwrap(), format!("{base}/t/0000-0000"));
    // A host that nobody named is no way to anywhere.
    scan("evil.test").await.expect(200);
}
