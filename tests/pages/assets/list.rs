use domain::permission::Role;

use super::listed_kettle;
use crate::support::TestApp;

#[actix_web::test]
async fn words_and_filters_narrow_the_list() {
    let app = TestApp::new();
    let (mills, docks) = (app.ground("Mills"), app.ground("Docks"));
    listed_kettle(&app, mills);
    listed_kettle(&app, docks);
    let viewer = app.client(Role::Viewer);
    let count = async |query: &str| {
        let page = viewer.get(&format!("/assets?{query}")).await.expect(200).text();
        page.matches("<tr data-hit>").count()
    };
    assert_eq!(count("").await, 2);
    assert_eq!(count("q=kett&sort=due").await, 2);
    assert_eq!(count("q=1234&sort=newest").await, 2, "a part of the serial number");
    assert_eq!(count("q=mills+brew").await, 1);
    assert_eq!(count("q=toaster").await, 0);
    assert_eq!(count(&format!("customer={}", docks.customer_id)).await, 1);
    assert_eq!(count(&format!("site={}&sort=description", docks.site_id)).await, 1);
    assert_eq!(count(&format!("place={}&site={}", docks.place_id, docks.site_id)).await, 1);
    assert_eq!(count("status=in_service&category=1").await, 2);
    assert_eq!(count("status=quarantined").await, 0);
    assert_eq!(count("due_before=2026-12-31").await, 0);
}

#[actix_web::test]
async fn pages_follow_each_other_without_gap_in_every_order() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    for _ in 0..120 {
        listed_kettle(&app, ground);
    }
    let viewer = app.client(Role::Viewer);
    for order in ["newest", "due", "description"] {
        let mut path = format!("/assets?sort={order}&fragment=1");
        let (mut seen, mut pages) = (std::collections::BTreeSet::new(), 0);
        loop {
            let page = viewer.get(&path).await.expect(200).text();
            pages += 1;
            seen.extend(page.split("href=\"/t/").skip(1).map(|rest| rest[..8].to_owned()));
            assert!(page.contains("120 assets"), "{page}");
            match page.split("rel=\"next\" href=\"").nth(1) {
                Some(rest) => path = rest.split('"').next().unwrap().replace("&#38;", "&") + "&fragment=1",
                None => break,
            }
        }
        assert_eq!((seen.len(), pages), (120, 3), "{order}");
    }
}

#[actix_web::test]
async fn a_scanned_tag_in_the_search_box_opens_the_asset() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let viewer = app.client(Role::Viewer);
    let answer = viewer.get(&format!("/assets?q={}", kettle.tag.to_lowercase())).await.expect(303);
    assert_eq!(answer.location(), format!("/t/{}", kettle.tag));
}

#[actix_web::test]
async fn a_filter_that_cannot_be_is_told() {
    let app = TestApp::new();
    let viewer = app.client(Role::Viewer);
    for query in [
        "sort=id;drop+table+assets",
        "sort=tag",
        "status=broken",
        "customer=one",
        "site=-1",
        "due_before=tomorrow",
        "cursor=x",
        "q=%00",
    ] {
        viewer.get(&format!("/assets?{query}")).await.expect(422);
    }
    // Words of a query language are words like others.
    for query in ["q=%22", "q=a*+OR+b", "q=NEAR(a+b)", "q=%27%3B--", "q=c_1", "q=!%26|():*"] {
        viewer.get(&format!("/assets?{query}&sort=newest")).await.expect(200);
    }
}

#[actix_web::test]
async fn nothing_of_another_customer_is_listed_or_counted() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let kettle = listed_kettle(&app, theirs);
    for scope in [vec![ours.customer_id], vec![]] {
        let viewer = app.client_for(Role::Viewer, Some(scope));
        for query in [
            "q=kettle&sort=newest".to_owned(),
            "sort=due".to_owned(),
            "sort=description".to_owned(),
            "due_before=2099-01-01".to_owned(),
            "q=c_2&sort=newest".to_owned(),
        ] {
            let page = viewer.get(&format!("/assets?{query}")).await.expect(200).text();
            assert!(!page.contains(&kettle.tag) && !page.contains("1 asset"), "{query}: {page}");
        }
        for query in [
            format!("customer={}&sort=due", theirs.customer_id),
            format!("site={}&sort=newest", theirs.site_id),
            format!("sort=due&cursor={}", kettle.id),
        ] {
            viewer.get(&format!("/assets?{query}")).await.expect(404);
        }
    }
}
