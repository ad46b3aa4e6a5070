//! The style sheet and the scripts: small, found by every page, kept by browsers, and never inline.

use std::fs;
use std::path::{Path, PathBuf};

use proofmark::web::assets;

use crate::support::TestApp;

/// Every file below a folder whose name ends so.
fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push((path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(!found.is_empty(), "no {ending} in {folder}");
    found
}

/// What stands between each `before` and the next `after`.
fn between<'a>(text: &'a str, before: &'a str, after: char) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).filter_map(move |rest| rest.split(after).next())
}

#[actix_web::test]
async fn a_browser_keeps_a_file_for_good_under_the_address_of_this_release() {
    let app = TestApp::new();
    let kept = app.stranger().get(&assets::url("proofmark.css")).await.expect(200);
    assert!(kept.headers.get("cache-control").unwrap().to_str().unwrap().contains("immutable"));
    assert_eq!(kept.headers.get("content-type").unwrap(), "text/css; charset=utf-8");
    let other = app.stranger().get("/static/000000000000/proofmark.css").await.expect(200);
    assert_eq!(other.headers.get("cache-control").unwrap(), "no-store");
    app.stranger().get("/static/000000000000/nothing.css").await.expect(404);
}

#[test]
fn pages_and_scripts_name_only_files_that_there_are() {
    for (path, text) in files("src/web", ".html") {
        for name in between(&text, "chrome.asset(\"", '"') {
            assert!(!assets::url(name).is_empty(), "{} names {name}", path.display());
        }
    }
    for (path, text) in files("src/web/assets", ".js") {
        for name in between(&text, "\"./", '"') {
            assert!(!assets::url(name).is_empty(), "{} fetches {name}", path.display());
        }
    }
}

#[test]
fn the_style_sheet_stays_small() {
    let (_, text) = files("src/web/assets", ".css").remove(0);
    assert!(text.len() < 32_000, "{} bytes", text.len());
}

#[test]
fn no_page_holds_a_style_or_script_that_the_policy_forbids() {
    for (path, text) in files("src/web", ".html") {
        for forbidden in [" style=", "<style", " onclick=", " onchange=", " onsubmit=", "javascript:"] {
            assert!(!text.contains(forbidden), "{} holds {forbidden}", path.display());
        }
        let inline = between(&text, "<script", '>').any(|attributes| !attributes.contains("src="));
        assert!(!inline, "{} holds a script", path.display());
    }
}
