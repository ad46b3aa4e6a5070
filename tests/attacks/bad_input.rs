//! Bad input at every form and endpoint, as the table `bad_input.txt` lists it: a clear answer, and nothing stored.

use std::collections::BTreeSet;

use actix_web::http::Method;
use domain::permission::Role;
use proofmark::web::routes::ROUTES;

use crate::support::client::{Answer, Client};
use crate::support::{TestApp, fill};

const TABLE: &str = include_str!("bad_input.txt");
const KINDS: [&str; 5] = ["missing", "oversized", "malformed", "foreign", "stale"];
const TEST: &str = "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0001";
const PLAN_OF_OURS: &str =
    "site=1&title=Filter&every_count=3&every_unit=months&anchor=fixed&first_on=2026-12-01";
const PLAN_OF_THEIRS: &str =
    "site=2&title=Filter&every_count=3&every_unit=months&anchor=fixed&first_on=2026-12-01";
const THEIR_TEST: &str = "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0002";

/// A line of the table.
struct Case<'a> {
    method: &'a str,
    path: &'a str,
    kind: &'a str,
    sent: &'a str,
    /// The status, or none where the line says why there is no such case.
    status: Option<u16>,
    says: &'a str,
}

fn cases() -> Vec<Case<'static>> {
    let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| read(line).unwrap_or_else(|| panic!("not a line of the table: {line}"))).collect()
}

fn read(line: &'static str) -> Option<Case<'static>> {
    let mut parts = line.split(" | ");
    let (method, path) = parts.next()?.split_once(' ')?;
    let (kind, sent) = (parts.next()?, parts.next()?);
    let status = parts.next()?;
    let status = if status == "-" { None } else { Some(status.parse().ok()?) };
    let says = parts.next()?;
    (parts.next().is_none() && KINDS.contains(&kind)).then_some(Case {
        method,
        path,
        kind,
        sent,
        status,
        says,
    })
}

/// Two customers with the same things each, and what all share.
struct World {
    app: TestApp,
    administrator: Client,
    /// A manager who sees only the first customer.
    manager: Client,
    fillings: Vec<(&'static str, String)>,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::new();
        let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
        app.allow_reports(ours);
        let (kettle, other) = (app.kettle(ours), app.kettle(theirs));
        app.supplier("Maker");
        let administrator = app.client(Role::Administrator);
        let (their_id, email) = app.add_user(Role::Manager, Some(vec![ours.customer_id]));
        let manager = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
        for (path, form) in [
            ("/instruments/new".to_owned(), "make=Test&model=T1&serial=SN-1"),
            ("/check-boxes/new".to_owned(), "name=Box+1&points=Earth;+0.5+ohm;+0.1"),
            ("/recalls/new".to_owned(), "instrument=1&from=2026-11-01&to=2026-11-20&reason=a"),
            ("/models/new".to_owned(), "category_id=1&make=Brew&name=B3"),
            ("/assets/new".to_owned(), "customer=1&where=1:1&category=1&customer_number=C-1"),
            ("/suppliers/new".to_owned(), "name=Mercer"),
            ("/parts/new".to_owned(), "number=FAN-1&description=Fan&unit=each"),
            ("/stock/places/new".to_owned(), "name=Main+store&kind=store"),
            ("/stock/movements".to_owned(), "kind=received&part=1&to=1&quantity=3"),
            ("/assessments/new?customer=1".to_owned(), "rows=combined;any;any;12"),
            ("/assessments/new?customer=2".to_owned(), "rows=combined;any;any;12"),
            ("/intervals/tables/new".to_owned(), "name=House&rows=combined;any;any;12"),
            ("/visits/new".to_owned(), "site=1&person_id=1&starts_on=2026-11-23&ends_on=2026-11-23"),
            ("/visits/new".to_owned(), "site=2&person_id=1&starts_on=2026-11-23&ends_on=2026-11-23"),
            ("/guides/new".to_owned(), "title=Fan&step-1=Open"),
            ("/calendars/new".to_owned(), "name=Office&time_zone=Europe/London&monday=09:00-17:00"),
            (
                "/contracts/new".to_owned(),
                "customer=1&name=Gold&starts_on=2026-11-01&calendar=1&fix_normal=8h&answer=in_progress&fixed_when=returned&warn_percent=75",
            ),
            (
                "/contracts/new".to_owned(),
                "customer=2&name=Gold&starts_on=2026-11-01&calendar=1&fix_normal=8h&answer=in_progress&fixed_when=returned&warn_percent=75",
            ),
            ("/jobs/new".to_owned(), "site=1&title=a&kind=repair&priority=low&impact=person"),
            ("/jobs/new".to_owned(), "site=2&title=a&kind=repair&priority=low&impact=person"),
            ("/plans/new".to_owned(), PLAN_OF_OURS),
            ("/plans/new".to_owned(), PLAN_OF_THEIRS),
            ("/appointments/new".to_owned(), "visit=1&person_id=1&on=2026-11-24&at=13:00&minutes=60"),
            ("/appointments/new".to_owned(), "visit=2&person_id=1&on=2026-11-24&at=14:00&minutes=60"),
            ("/jobs/J-000001/refer".to_owned(), "supplier=1&what=PSU"),
            ("/jobs/J-000002/refer".to_owned(), "supplier=1&what=PSU"),
            ("/referrals/pack".to_owned(), "referral=1"),
            ("/referrals/pack".to_owned(), "referral=2"),
            ("/jobs/J-000001/quotes".to_owned(), ""),
            ("/jobs/J-000002/quotes".to_owned(), ""),
            ("/rates/new".to_owned(), "whose=1&since=2026-01-01&currency=GBP"),
            ("/rates/new".to_owned(), "whose=2&since=2026-01-01&currency=GBP"),
        ] {
            send(&administrator, Method::POST, &path, form).await.expect(303);
        }
        let quote = "version=1&kind=fixed&currency=GBP&vat=20&valid_until=2026-12-23&line_kind=fixed&line_text=PSU&line_quantity=1&line_price=199";
        send(&administrator, Method::POST, "/jobs/J-000001/quotes", "").await.expect(303);
        send(&administrator, Method::POST, "/quotes/3/edit", quote).await.expect(303);
        send(&administrator, Method::POST, "/quotes/3/send", "version=2&email=a@b.example").await.expect(200);
        for (tag, id) in [(&kettle.tag, TEST), (&other.tag, THEIR_TEST)] {
            let path = format!("/assets/{tag}/test/formal_visual");
            send(&administrator, Method::POST, &path, &format!("all_good=yes&id={id}")).await.expect(303);
        }
        let origin = proofmark::actions::log_in::Origin { address: None, user_agent: "theirs".to_owned() };
        proofmark::actions::log_in::open_session(&app.app, their_id, &origin).unwrap();
        let now = app.app.now().naive_utc();
        let their_session = app.app.store.read(|conn| store::sessions::list_sessions(conn, their_id, now));
        let fillings = vec![
            ("{tag}", kettle.tag),
            ("{their-tag}", other.tag),
            ("{test}", TEST.to_owned()),
            ("{their-test}", THEIR_TEST.to_owned()),
            ("{email}", email),
            ("{their-session}", their_session.unwrap()[0].id.to_string()),
        ];
        Self { app, administrator, manager, fillings }
    }

    /// What stands in the database, as far as bad input must not change it.
    fn stored(&self) -> (i64, i64, i64) {
        use diesel::prelude::*;
        use store::schema::{events, ledger, uploads};
        let count = |conn: &mut store::AnyConnection| {
            let events: i64 = events::table.count().get_result(conn)?;
            let records: i64 = ledger::table.count().get_result(conn)?;
            let files: i64 = uploads::table.count().get_result(conn)?;
            Ok::<_, store::Error>((events, records, files))
        };
        self.app.app.store.read(count).unwrap()
    }

    fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in &self.fillings {
            text = text.replace(name, value);
        }
        while let Some((before, rest)) = text.clone().split_once("{x*") {
            let (count, after) = rest.split_once('}').expect("an end of {x*");
            text = format!("{before}{}{after}", "x".repeat(count.parse().expect("a count")));
        }
        text
    }

    async fn ask(&self, case: &Case<'_>) -> Answer {
        let shared = [
            "/users",
            "/settings",
            "/calendars",
            "/categories",
            "/models",
            "/instruments",
            "/check-boxes",
            "/intervals/tables",
            "/api/v1/instruments",
            "/recalls",
            "/suppliers",
            "/parts",
            "/stock",
            "/api/v1/stock",
            "/checklists",
            "/fault-words",
            "/guides",
            "/procedures",
        ];
        let narrow = case.kind == "foreign" && !shared.iter().any(|start| case.path.starts_with(start));
        let client = if narrow { &self.manager } else { &self.administrator };
        let (path, sent) = (self.fill(case.path), self.fill(case.sent));
        match case.method {
            "get" => client.get(&format!("{path}?{sent}")).await,
            method => send(client, method.to_uppercase().parse().unwrap(), &path, &sent).await,
        }
    }
}

/// Sends a form, a JSON document with or without its condition, or an upload.
async fn send(client: &Client, method: Method, path: &str, sent: &str) -> Answer {
    if let Some(upload) = sent.strip_prefix("file ") {
        let (field, rest) = upload.split_once(' ').expect("a field");
        let (text, others) = match rest.rsplit_once(' ') {
            Some((text, others)) if others.contains('=') => (text, others),
            _ => (rest, ""),
        };
        return client.send(method, path, |request| multipart(request, (field, text), others)).await;
    }
    client
        .send(method, path, |request| match sent.find('{') {
            Some(at) => {
                let (condition, body) = sent.split_at(at);
                let request = request.insert_header(("content-type", "application/json"));
                let request = match condition.trim() {
                    "" => request,
                    version => request.insert_header(("if-match", version)),
                };
                request.set_payload(body.to_owned())
            }
            None => request
                .insert_header(("content-type", "application/x-www-form-urlencoded"))
                .set_payload(sent.to_owned()),
        })
        .await
}

fn multipart(
    request: actix_web::test::TestRequest,
    (field, text): (&str, &str),
    others: &str,
) -> actix_web::test::TestRequest {
    let text = text.replace("%0A", "\n").replace("%00", "\0").replace("%01", "\u{1}");
    let mut body = format!(
        "--x\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"a.csv\"\r\n\r\n{text}\r\n"
    );
    for (name, value) in others.split('&').filter_map(|pair| pair.split_once('=')) {
        body += &format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += "--x--\r\n";
    request.insert_header(("content-type", "multipart/form-data; boundary=x")).set_payload(body)
}

#[actix_web::test]
async fn bad_input_is_answered_clearly_and_stores_nothing() {
    let world = World::new().await;
    let mut before = world.stored();
    let mut wrong = vec![];
    for case in cases() {
        let Some(status) = case.status else { continue };
        let answer = world.ask(&case).await;
        let says = readable(&answer);
        if answer.status.as_u16() != status || !says.to_lowercase().contains(&case.says.to_lowercase()) {
            let says: String = says.chars().take(1500).collect();
            wrong.push(format!(
                "{} {} | {} | {}\n  expected {status} {:?}, got {} {says}",
                case.method,
                case.path,
                case.kind,
                &case.sent[..case.sent.len().min(80)],
                case.says,
                answer.status
            ));
        }
        let after = world.stored();
        if after != before {
            wrong.push(format!("{} {} | {}: something was stored", case.method, case.path, case.sent));
            before = after;
        }
    }
    assert!(wrong.is_empty(), "{} lines do not hold:\n{}", wrong.len(), wrong.join("\n"));
}

/// The words of an answer: what stands in the page's main part, or the problem document.
fn readable(answer: &Answer) -> String {
    let text = answer.text();
    let main = text.split_once("<main").map_or(text.as_str(), |(_, main)| main);
    let mut words = String::new();
    let mut within = false;
    for c in main.chars() {
        match c {
            '<' => within = true,
            '>' if within => within = false,
            c if !within => words.push(c),
            _ => {}
        }
    }
    let words = words.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_address_that_takes_something_is_in_the_table() {
    let cases = cases();
    let mut left_out = vec![];
    for (method, path, _) in ROUTES.iter().filter(|(method, ..)| *method != "get") {
        let found: BTreeSet<&str> = cases
            .iter()
            .filter(|case| case.method == *method && is_of(path, case.path))
            .map(|case| case.kind)
            .collect();
        let open: Vec<&str> = KINDS.into_iter().filter(|kind| !found.contains(kind)).collect();
        if !open.is_empty() {
            left_out.push(format!("{method} {path}: {}", open.join(", ")));
        }
    }
    assert!(left_out.is_empty(), "not in the table:\n{}", left_out.join("\n"));
}

/// Whether a path is one of a route's: the same parts, where the route's are not in braces.
fn is_of(route: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(&path).all(|(r, p)| r.starts_with('{') || r == p)
}

#[actix_web::test]
async fn every_address_with_an_id_refuses_the_foreign_and_the_malformed() {
    let world = World::new().await;
    let their_tag = world.fill("{their-tag}");
    for (_, path, _) in ROUTES.iter().filter(|(method, path, _)| {
        *method == "get" && path.contains('{') && !path.starts_with("/static") && !path.starts_with("/setup")
    }) {
        // A foreign tag, and an id that is the second customer's or nobody's.
        let foreign = fill(path, &their_tag).replace("/1", "/2").replace("J-000001", "J-000002");
        let nobodys = fill(path, "0000").replace("/1", "/none").replace("J-000001", "J-none");
        for target in [foreign, nobodys] {
            let shared = [
                "/calendars/2",
                "/categories/2",
                "/models/2",
                "/instruments/2",
                "/users/2",
                "/intervals/tables/2",
                "/fault-words/2",
                "/suppliers/2",
            ];
            let client = if shared.iter().any(|start| target.starts_with(start)) {
                continue;
            } else {
                &world.manager
            };
            let status = client.get(&target).await.status.as_u16();
            let expected: &[u16] = if path.starts_with("/t/") || path.starts_with("/T/") {
                &[200, 404, 422]
            } else {
                &[404, 403]
            };
            assert!(expected.contains(&status), "GET {target}: {status}");
        }
    }
}
