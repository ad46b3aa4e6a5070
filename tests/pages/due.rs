//! The due list in the browser, as CSV and as JSON.

use actix_web::http::StatusCode;
use domain::equipment::TestKind;
use domain::permission::Role;
use proofmark::cli::due::{Due, Format};

use crate::support::TestApp;
use crate::support::client::Client;

fn written(app: &TestApp, due: &Due) -> String {
    let mut out = vec![];
    due.write(&app.app, &mut out).unwrap_or_else(|error| panic!("{error}"));
    String::from_utf8(out).unwrap()
}

/// A program with a token of a new user.
fn program(app: &TestApp, role: Role, customers: Option<Vec<i64>>) -> Client {
    app.client_for(role, customers)
}

#[actix_web::test]
async fn overdue_comes_first_in_words_with_a_way_to_test_it() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let later = app.due_kettle(ground, "2026-12-10");
    let late = app.due_kettle(ground, "2026-11-11");
    let page = app.client(Role::Engineer).get("/due").await.expect(200).text();
    assert!(page.contains("12 days overdue") && page.contains("due in 17 days"), "{page}");
    assert!(page.find(&late.tag).unwrap() < page.find(&later.tag).unwrap());
    assert!(page.contains(&format!("/t/{}", late.tag)) && page.contains("Mills, Head office, Kitchen"));
    assert!(
        page.contains("<strong>1</strong><span>overdue")
            && page.contains("<strong>1</strong><span>next month")
    );
    assert!(!app.client(Role::Viewer).get("/due").await.text().contains(">Test<"), "a viewer does not test");
}

#[actix_web::test]
async fn filters_narrow_the_list_and_its_counts() {
    let app = TestApp::new();
    let (mills, docks) = (app.ground("Mills"), app.ground("Docks"));
    let kettle = app.due_kettle(mills, "2026-12-10");
    app.make_due(&kettle, TestKind::FormalVisual, "2027-02-01");
    let other = app.due_kettle(docks, "2026-11-30");
    let admin = app.client(Role::Administrator);
    for (query, ours, theirs) in [
        (format!("customer={}", mills.customer_id), true, false),
        (format!("site={}", docks.site_id), false, true),
        (format!("place={}", mills.place_id), true, false),
        ("month=2026-11".to_owned(), false, true),
        ("month=2027-02".to_owned(), true, false),
        ("kind=formal_visual".to_owned(), true, false),
        ("day=2026-11-30".to_owned(), false, true),
        ("before=2026-12-01".to_owned(), false, true),
        ("from=2026-12-01".to_owned(), true, false),
    ] {
        let page = admin.get(&format!("/due?{query}")).await.expect(200).text();
        assert_eq!((page.contains(&kettle.tag), page.contains(&other.tag)), (ours, theirs), "{query}");
    }
    let page = admin.get(&format!("/due?customer={}", mills.customer_id)).await.text();
    assert!(page.contains("<strong>0</strong><span>still due this month"), "{page}");
}

#[actix_web::test]
async fn pages_follow_one_another() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let tags: Vec<String> = (0..53).map(|_| app.due_kettle(ground, "2026-11-11").tag).collect();
    let viewer = app.client(Role::Viewer);
    let first = viewer.get("/due?kind=combined").await.expect(200).text();
    assert_eq!(tags.iter().filter(|tag| first.contains(*tag)).count(), 50);
    let next =
        first.split("href=\"").find(|part| part.contains("after=")).unwrap().split('"').next().unwrap();
    let second = viewer.get(&next.replace("&#38;", "&").replace("&amp;", "&")).await.expect(200).text();
    assert_eq!(tags.iter().filter(|tag| second.contains(*tag)).count(), 3);
}

#[actix_web::test]
async fn what_failed_and_what_was_not_proven_stay_in_sight() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (failed, unproven) = (app.kettle(ground), app.kettle(ground));
    app.lock(&failed, "earth continuity above the limit");
    app.test_incompletely(&unproven);
    let page = app.client(Role::Viewer).get("/due").await.expect(200).text();
    assert!(page.contains(&failed.tag) && page.contains("earth continuity above the limit"), "{page}");
    assert!(page.contains("23 Nov 2026") && page.contains(&unproven.tag));
    let blind = app.client_for(Role::Viewer, Some(vec![])).get("/due").await.expect(200).text();
    assert!(!blind.contains(&failed.tag) && !blind.contains(&unproven.tag));
}

#[actix_web::test]
async fn bad_input_is_answered_with_what_is_wrong() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let viewer = app.client(Role::Viewer);
    for query in [
        "month=2026-13",
        "month=x",
        "day=yesterday",
        "before=2026-02-30",
        "from=0001-01-01",
        "kind=magic",
        "customer=abc",
        "site=-1",
        "after=junk",
        "after=2026-01-01.1",
        "place=99999999999999999999",
        "year=x",
    ] {
        for path in ["/due", "/due.csv", "/due/calendar"] {
            let answer = viewer.get(&format!("{path}?{query}")).await;
            let wrong = if query == "year=x" && path != "/due/calendar" { 200 } else { 422 };
            assert_eq!(answer.status.as_u16(), wrong, "{path}?{query}: {}", answer.text());
        }
    }
    for (name, id) in [("customer", ground.customer_id), ("site", ground.site_id), ("place", ground.place_id)]
    {
        let foreigner = app.client_for(Role::Manager, Some(vec![]));
        for path in ["/due", "/due.csv", "/due/calendar"] {
            foreigner.get(&format!("{path}?{name}={id}")).await.expect(404);
            viewer.get(&format!("{path}?{name}={}", id + 1000)).await.expect(404);
        }
    }
    let other = app.ground("Docks");
    viewer.get(&format!("/due?customer={}&site={}", ground.customer_id, other.site_id)).await.expect(404);
    viewer.get(&format!("/due?site={}&place={}", ground.site_id, other.place_id)).await.expect(404);
}

#[actix_web::test]
async fn a_formula_in_a_name_is_text_in_the_file() {
    let app = TestApp::new();
    let ground = app.ground("=HYPERLINK(\"http://evil\")");
    app.due_kettle(ground, "2026-11-11");
    let answer = app.client(Role::Viewer).get("/due.csv").await.expect(200);
    let text = answer.text();
    assert!(
        answer.headers.get("content-disposition").unwrap().to_str().unwrap().contains("due-2026-11-23.csv")
    );
    assert!(text.starts_with('\u{feff}') && text.contains("\"'=HYPERLINK(\"\"http://evil\"\")\""), "{text}");
    assert!(text.contains(",2026-11-11,12,Its interval has run,test\r\n"), "{text}");
    let command = Due { before: "2026-12-01".parse().unwrap(), customer: None, format: Format::Csv };
    assert_eq!(written(&app, &command), text);
}

#[actix_web::test]
async fn programs_page_by_cursor() {
    let app = TestApp::new();
    let (mills, docks) = (app.ground("Mills"), app.ground("Docks"));
    let tags: Vec<String> =
        ["2026-11-01", "2026-11-02", "2026-11-03"].map(|day| app.due_kettle(mills, day).tag).to_vec();
    app.due_kettle(docks, "2026-11-01");
    let client = program(&app, Role::Viewer, None);
    let first = client.get("/api/v1/due?customer=Mills&limit=2&before=2026-12-01").await.expect(200).json();
    assert_eq!(first["items"][0]["tag"], tags[0].as_str());
    assert_eq!(first["items"][1]["days_overdue"], 21);
    assert_eq!(first["items"][1]["kind"], "combined");
    let cursor = first["next_cursor"].as_str().unwrap();
    let path = format!("/api/v1/due?customer=Mills&limit=2&cursor={cursor}");
    let second = client.get(&path).await.expect(200).json();
    assert_eq!(
        (second["items"].as_array().unwrap().len(), &second["next_cursor"]),
        (1, &serde_json::Value::Null)
    );
    let both = client.get("/api/v1/due?site=Head+office").await.expect(422).json();
    assert_eq!(both["errors"][0]["field"], "site");
    let site = format!("/api/v1/due?site={}", docks.site_id);
    assert_eq!(client.get(&site).await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    for query in ["limit=0", "limit=201", "cursor=x", "before=x", "kind=x"] {
        client.get(&format!("/api/v1/due?{query}")).await.expect(422);
    }
    client.get("/api/v1/due?customer=Nobody").await.expect(404);
    let foreigner = program(&app, Role::Viewer, Some(vec![docks.customer_id]));
    for query in [
        "customer=Mills".to_owned(),
        format!("site={}", mills.site_id),
        format!("customer={}", mills.customer_id),
    ] {
        foreigner.get(&format!("/api/v1/due?{query}")).await.expect(404);
    }
    assert_eq!(foreigner.get("/api/v1/due").await.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.stranger().get("/api/v1/due").await.status, StatusCode::UNAUTHORIZED);
}

#[actix_web::test]
async fn the_command_line_writes_json_and_a_calendar() {
    let app = TestApp::new();
    let kettle = app.due_kettle(app.ground("Mills"), "2026-11-25");
    app.due_kettle(app.ground("Docks"), "2026-12-01");
    let mut command = Due {
        before: "2026-12-01".parse().unwrap(),
        customer: Some("Mills".to_owned()),
        format: Format::Json,
    };
    let json: serde_json::Value = serde_json::from_str(&written(&app, &command)).unwrap();
    assert_eq!(
        (json["items"][0]["tag"].as_str(), json["items"].as_array().unwrap().len()),
        (Some(&*kettle.tag), 1)
    );
    command.format = Format::Ics;
    let text = written(&app, &command);
    assert!(text.contains("DTSTART;VALUE=DATE:20261125") && text.contains(&kettle.tag), "{text}");
    command.customer = Some("Nobody".to_owned());
    assert!(command.write(&app.app, &mut vec![]).is_err());
}
