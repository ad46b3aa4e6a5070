//! F14 and attacks 10, 16, 34: whatever is sent to whichever route, nobody sees a panic or a 5xx.

use actix_web::http::Method;
use domain::permission::Role;
use proofmark::web::routes::ROUTES;

use crate::support::{TestApp, fill};

/// Things that somebody might put where an id, a tag, a date or a name belongs.
const NASTY: &[&str] = &[
    "",
    "0",
    "-1",
    "9223372036854775807",
    "99999999999999999999",
    "1e9",
    "NaN",
    "null",
    "' OR 1=1 --",
    "1; DROP TABLE assets",
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "%ff%fe",
    "%F0%9F%92%A3",
    "{{7*7}}",
    "=cmd|'/c calc'!A1",
    "2026-13-45",
    "0000-00-00",
    "<script>alert(1)</script>",
    "\u{202e}evil",
    "c_1 OR *",
    "\"\"\"",
    "*",
];

fn escape(text: &str) -> String {
    let raw = text.starts_with('%') || text.contains("%2f");
    if raw { text.to_owned() } else { proofmark::web::problem::form_urlencoded(text).replace('/', "%2F") }
}

#[actix_web::test]
async fn nasty_paths_and_queries_are_answered() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let admin = app.client(Role::Administrator);
    let names = [
        "q",
        "customer",
        "site",
        "place",
        "category",
        "status",
        "due_before",
        "before",
        "after",
        "sort",
        "cursor",
        "limit",
        "month",
        "year",
        "kind",
        "tags",
        "stock",
        "design",
        "start",
        "next",
        "done",
        "from",
        "to",
    ];
    for (_, path, _) in ROUTES.iter().filter(|(method, ..)| *method == "get") {
        for nasty in NASTY {
            let place =
                path.split('/').map(|p| if p.starts_with('{') { escape(nasty) } else { p.to_owned() });
            let nasty_path = place.collect::<Vec<_>>().join("/");
            let query: Vec<String> = names.iter().map(|name| format!("{name}={}", escape(nasty))).collect();
            for target in [nasty_path.clone(), format!("{}?{}", fill(path, &kettle.tag), query.join("&"))] {
                if target.parse::<actix_web::http::Uri>().is_err() {
                    continue;
                }
                let status = admin.get(&target).await.status.as_u16();
                assert!(status < 500, "GET {target}: {status}");
            }
        }
    }
}

#[actix_web::test]
async fn nasty_bodies_are_answered() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let admin = app.client(Role::Administrator);
    let deep = "[".repeat(20_000);
    let wide = format!("{{\"note\": \"{}\"}}", "x".repeat(2_000_000));
    let bodies: &[(&str, &[u8])] = &[
        ("application/json", b""),
        ("application/json", b"{"),
        ("application/json", b"null"),
        ("application/json", b"[]"),
        ("application/json", b"{\"id\": {}}"),
        ("application/json", b"\xff\xfe\x00"),
        ("application/json", deep.as_bytes()),
        ("application/json", wide.as_bytes()),
        ("application/x-www-form-urlencoded", b"name=%ff%fe&version=x"),
        ("application/x-www-form-urlencoded", b"&&&=&="),
        ("application/x-www-form-urlencoded", b"name=a&name=b&name=c&version=1&version=2"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"../../x\"\r\n\r\nabc",
        ),
        ("multipart/form-data", b"no boundary"),
        ("text/plain", b"hello"),
        ("application/xml", b"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"),
    ];
    for (method, path, _) in ROUTES.iter().filter(|(method, path, _)| *method != "get" && *path != "/logout")
    {
        for (media_type, body) in bodies {
            let path = fill(path, &kettle.tag);
            let method: Method = method.to_uppercase().parse().unwrap();
            let build = |r: actix_web::test::TestRequest| {
                r.insert_header(("content-type", *media_type)).set_payload(body.to_vec())
            };
            let answer = admin.send(method.clone(), &path, build).await;
            let status = answer.status.as_u16();
            assert!(status < 500, "{method} {path} with {media_type}: {status} {}", answer.text());
        }
    }
}
