//! Labels: what goes on the sheet, what is left out and why, and that phones read it.

use clap::Parser;
use domain::label::{Design, Library};
use domain::permission::{DownloadPapers, RecordTest, ReviewLock, Role};
use domain::standing::HoldWhy;
use proofmark::actions::labels::{Batch, Selection, gather};
use proofmark::actions::tests::{TestRequest, record_test, review};

use crate::actions::tests::{failing, passing, repaired, request};
use crate::judges;
use crate::support::TestApp;
use crate::support::builders::{Ground, Thing};

const MORNING: &str = "2026-11-23T08:00:00Z";

fn design(name: &str) -> &'static Design {
    Library::builtin().design(name).unwrap()
}

fn record(app: &TestApp, thing: &Thing, test: &TestRequest) {
    let engineer = app.actor(Role::Engineer, None);
    record_test(&app.app, &engineer.right::<RecordTest>().unwrap(), &thing.tag, test).unwrap();
}

fn labels_for(app: &TestApp, things: &[&Thing], name: &str) -> Batch {
    let tags = things.iter().map(|thing| thing.tag.clone()).collect();
    let viewer = app.actor(Role::Viewer, None);
    let right = viewer.right::<DownloadPapers>().unwrap();
    gather(&app.app, &right, &Selection { tags, ..Selection::default() }, design(name)).unwrap()
}

fn indexed(app: &TestApp, ground: Ground) -> Thing {
    let kettle = app.kettle(ground);
    app.put(|tx| store::assets::reindex_asset(tx, kettle.id));
    kettle
}

fn saved(bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

#[actix_web::test]
async fn every_code_of_a_sheet_leads_to_its_asset() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let things: Vec<Thing> = (0..23).map(|_| app.kettle(ground)).collect();
    let tags: Vec<&str> = things.iter().map(|thing| thing.tag.as_str()).collect();
    let answer =
        app.client(Role::Viewer).get(&format!("/labels.pdf?tags={}", tags.join(","))).await.expect(200);
    assert_eq!(answer.headers.get("x-labels-printed").unwrap(), "23");
    if !judges::present(&["qpdf", "pdftoppm", "pdftotext", "zbarimg", "zxing"]) {
        return;
    }
    let (_folder, pdf) = saved(&answer.bytes);
    judges::check(&pdf);
    let mut urls: Vec<String> = tags.iter().map(|tag| format!("HTTP://PROOFMARK.TEST/T/{tag}")).collect();
    urls.sort();
    // The first sheet holds 21; assets of one place stand by tag.
    let first = judges::zxing(&judges::picture(&pdf, 300, [0.0, 0.0, 210.0, 297.0]));
    assert_eq!(first, urls[..21]);
    let stock = Library::builtin().stock("L7160").unwrap();
    for (index, url) in urls[..21].iter().enumerate() {
        let [x, y] = stock.cell_mm(index).unwrap();
        let cell = judges::picture(&pdf, 300, [x, y, stock.label_mm[0], stock.label_mm[1]]);
        assert_eq!(judges::zbar(&cell), [url.as_str()]);
    }
    let words = judges::words(&pdf);
    let spoken = format!("{}-{}", &tags[0][..4], &tags[0][4..]);
    assert!(words.contains(&spoken) && words.contains("Property of Mills"), "{words}");
}

#[actix_web::test]
async fn the_page_shows_sheet_preview_and_count() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills & <Sons>"));
    let viewer = app.client(Role::Viewer);
    let empty = viewer.get("/labels").await.expect(200).text();
    assert_eq!(empty.matches(" a sheet</option>").count(), 39, "every stock");
    assert!(empty.contains("Choose assets") && !empty.contains("Print 1"));
    let text = viewer.get(&format!("/labels?tags={}&start=4", kettle.tag)).await.expect(200).text();
    assert!(text.contains("Print 1 label") && text.contains("<svg") && text.contains("shape-rendering"));
    assert_eq!(text.matches("type=\"radio\" name=\"start\"").count(), 21);
    assert!(text.contains("value=\"4\" checked") && text.contains("Mills &amp; &lt;Sons&gt;"));
    let small = Library::builtin().stocks.iter().find(|stock| stock.label_mm[1] < 11.0).unwrap();
    let text =
        viewer.get(&format!("/labels?tags={}&stock={}", kettle.tag, small.code)).await.expect(200).text();
    assert!(text.contains("too small for a code"), "{text}");
}

#[test]
fn a_pass_label_goes_only_on_what_passed() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let [passed, failed, incomplete, never, checked, released] = std::array::from_fn(|_| app.kettle(ground));
    record(&app, &passed, &passing(MORNING));
    record(&app, &failed, &passing("2026-11-22T08:00:00Z"));
    record(&app, &failed, &failing(MORNING));
    record(&app, &incomplete, &passing("2026-11-22T08:00:00Z"));
    record(&app, &incomplete, &request("combined", "2026-11-23T07:00:00Z", serde_json::json!([])));
    // A look afterwards proves nothing of what was left open.
    record(&app, &incomplete, &request("formal_visual", MORNING, serde_json::json!([])));
    record(&app, &checked, &request("user_check", MORNING, serde_json::json!([])));
    record(&app, &released, &failing("2026-11-22T08:00:00Z"));
    record(&app, &released, &repaired(MORNING));
    let things = [&passed, &failed, &incomplete, &never, &checked, &released];
    let batch = labels_for(&app, &things, "pat_pass");
    let mut printed: Vec<_> =
        batch.labels.iter().map(|label| label.get("asset.tag").replace('-', "")).collect();
    let mut wanted = [passed.tag.clone(), released.tag.clone()];
    printed.sort();
    wanted.sort();
    assert_eq!(printed, wanted);
    let why = |thing: &Thing| {
        let left = batch.left_out.iter().find(|left| left.tag == thing.tag);
        left.map(|left| left.why.clone()).unwrap_or_default()
    };
    assert!(why(&failed).contains("quarantined"), "{}", why(&failed));
    assert!(why(&incomplete).contains("incomplete"));
    assert!(why(&never).contains("never tested"));
    assert!(why(&checked).contains("no inspection"));
    // And the other way round: DO NOT USE goes only on what is locked.
    let fails = labels_for(&app, &things, "pat_fail");
    assert_eq!(fails.labels.len(), 1);
    assert_eq!(fails.labels[0].get("asset.tag").replace('-', ""), failed.tag);
    assert!(
        fails.labels[0].get("test.reason").contains("beyond the limit")
            && fails.labels[0].get("test.next_due").is_empty()
    );
}

#[test]
fn nothing_on_hold_gets_a_pass_label() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let [held, opened, repaired_since] = std::array::from_fn(|_| app.kettle(ground));
    for thing in [&held, &opened, &repaired_since] {
        record(&app, thing, &failing("2026-11-20T08:00:00Z"));
        record(&app, thing, &repaired("2026-11-20T09:00:00Z"));
    }
    app.hold(&held, HoldWhy::Reported);
    app.hold(&opened, HoldWhy::Opened);
    app.hold(&repaired_since, HoldWhy::Opened);
    app.pass(chrono::TimeDelta::minutes(10));
    record(&app, &repaired_since, &repaired("2026-11-23T09:05:00Z"));
    let manager = app.actor(Role::Manager, None);
    let right = manager.right::<ReviewLock>().unwrap();
    review(&app.app, &right, &opened.tag, "Needed on the ward.").unwrap();
    let things = [&held, &opened, &repaired_since];
    let batch = labels_for(&app, &things, "pat_pass");
    let printed: Vec<_> = batch.labels.iter().map(|label| label.get("asset.tag").replace('-', "")).collect();
    assert_eq!(printed, [repaired_since.tag.as_str()]);
    let why = |thing: &Thing| batch.left_out.iter().find(|left| left.tag == thing.tag).unwrap().why.clone();
    assert!(why(&held).contains("quarantined: Reported as dangerous"), "{}", why(&held));
    assert_eq!(why(&opened), "it was opened, and was released without a test after repair");
    // DO NOT USE says why it is locked now, not what it failed long ago.
    let fails = labels_for(&app, &things, "pat_fail");
    assert_eq!(fails.labels.len(), 1);
    let label = &fails.labels[0];
    assert!(label.get("test.reason").starts_with("Reported as dangerous"), "{}", label.get("test.reason"));
    assert_eq!(label.get("test.date"), "");
}

#[test]
fn the_next_date_is_printed_only_where_the_customer_asked_for_it() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    record(&app, &kettle, &passing(MORNING));
    let label = labels_for(&app, &[&kettle], "pat_pass").labels.remove(0);
    assert_eq!((label.get("test.date"), label.get("test.next_due")), ("23 Nov 2026", ""));
    app.put(|tx| {
        use diesel::prelude::*;
        use store::schema::customers;
        diesel::update(customers::table).set(customers::label_next_due.eq(true)).execute(&mut **tx)?;
        Ok(())
    });
    let label = labels_for(&app, &[&kettle], "pat_pass").labels.remove(0);
    assert_eq!(label.get("test.next_due"), "May 2027");
}

#[test]
fn a_code_that_was_there_before_is_printed_as_it_is() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    app.put(|tx| {
        use diesel::prelude::*;
        use store::schema::{assets, tags};
        diesel::update(assets::table).set(assets::tag.eq("PAT 0042/Ä")).execute(&mut **tx)?;
        let folded = domain::tag::fold("PAT 0042/Ä");
        diesel::update(tags::table)
            .set((tags::code.eq("PAT 0042/Ä"), tags::folded.eq(folded)))
            .execute(&mut **tx)?;
        Ok(())
    });
    let old = Thing { tag: "pat-0042/ä".to_owned(), ..kettle };
    let label = labels_for(&app, &[&old], "asset").labels.remove(0);
    assert_eq!(label.get("asset.tag"), "PAT 0042/Ä");
    assert_eq!(label.get("asset.url"), "HTTP://PROOFMARK.TEST/T/PAT0042%2F%C3%84");
}

#[actix_web::test]
async fn what_is_not_yours_is_unknown() {
    let app = TestApp::new();
    let (mine, theirs) = (app.ground("Mills"), app.ground("Other"));
    let (kettle, foreign) = (indexed(&app, mine), indexed(&app, theirs));
    let viewer = app.client_for(Role::Viewer, Some(vec![mine.customer_id]));
    let path = |tail: &str| format!("/labels.pdf?{tail}");
    let answer =
        viewer.get(&path(&format!("tags={},{},7777-7777", kettle.tag, foreign.tag))).await.expect(200);
    assert_eq!(answer.headers.get("x-labels-printed").unwrap(), "1");
    let left = answer.headers.get("x-labels-left-out").unwrap().to_str().unwrap().to_owned();
    assert_eq!(left, format!("{},7777-7777", foreign.tag));
    let page = viewer.get(&format!("/labels?tags={}", foreign.tag)).await.expect(200).text();
    assert!(page.contains("no such tag, or it is not yours"));
    let alone = viewer.get(&path(&format!("tags={}", foreign.tag))).await.expect(422).text();
    assert!(alone.contains("nothing to print"));
    for (name, id) in [("customer", theirs.customer_id), ("site", theirs.site_id), ("place", theirs.place_id)]
    {
        viewer.get(&path(&format!("{name}={id}"))).await.expect(404);
    }
    let mixed = format!("customer={}&site={}", mine.customer_id, theirs.site_id);
    app.client(Role::Viewer).get(&path(&mixed)).await.expect(404);
    // A search without a place is kept to what one sees.
    let all = viewer.get(&path("q=kettle")).await.expect(200);
    assert_eq!(all.headers.get("x-labels-printed").unwrap(), "1");
    let place = viewer.get(&path(&format!("place={}", mine.place_id))).await.expect(200);
    assert_eq!(place.headers.get("x-labels-printed").unwrap(), "1");
}

#[actix_web::test]
async fn wrong_input_says_what_would_be_right() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let viewer = app.client(Role::Viewer);
    let cases = [
        ("", "choose what to label"),
        ("tags=XXXX&stock=A1", "there are 4232"),
        ("tags=XXXX&design=fancy", "there are asset, part, pat_fail, pat_pass"),
        ("tags=KETTLE&start=22", "cells 1 to 21"),
        ("tags=KETTLE&start=0", "whole number"),
        ("tags=KETTLE&start=99999999999999999999", "whole number"),
        ("tags=KETTLE&design=pat_pass", "never tested"),
        ("customer=x", "whole number"),
    ];
    for (query, wanted) in cases {
        let query = query.replace("KETTLE", &kettle.tag);
        for path in ["/labels.pdf", "/api/v1/labels.pdf"] {
            let text = viewer.get(&format!("{path}?{query}")).await.expect(422).text();
            assert!(text.contains(wanted), "{query}: {text}");
        }
    }
    let many = vec!["7"; 10_001].join(",");
    viewer.get(&format!("/labels.pdf?tags={many}")).await.expect(413);
    let page = viewer.get(&format!("/labels?tags={}&start=22", kettle.tag)).await.expect(422).text();
    assert!(page.contains("this sheet has cells 1 to 21"));
    let page = viewer.get(&format!("/labels?tags={}&stock=A1", kettle.tag)).await.expect(422).text();
    assert!(page.contains("no label stock is called"));
}

#[actix_web::test]
async fn a_broken_design_of_ones_own_is_named_and_not_replaced_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("design")).unwrap();
    let text = "name = \"asset\"\ntitle = \"Mine\"\n[[variant]]\nsize_mm = [40, 20]\n[[variant.box]]\n\
        name = \"b\"\nkind = \"text\"\nat_mm = [1, 1]\nsize_mm = [-1, 5]\ntext = \"{asset.colour}\"\npt = [4, 6]\n";
    std::fs::write(folder.path().join("design/mine.toml"), text).unwrap();
    let path = folder.path().to_owned();
    let app = TestApp::with(|config| config.labels_dir = Some(path));
    let kettle = app.kettle(app.ground("Mills"));
    let viewer = app.client(Role::Viewer);
    for path in ["/labels", "/labels.pdf"] {
        let answer = viewer.get(&format!("{path}?tags={}", kettle.tag)).await.expect(422).text();
        let wanted = "design/mine.toml, box";
        assert!(answer.contains(wanted) && answer.contains("asset.colour"), "{answer}");
    }
    std::fs::write(folder.path().join("design/mine.toml"), text.replace("asset.colour", "asset.tag"))
        .unwrap();
    viewer.get(&format!("/labels.pdf?tags={}&design=asset", kettle.tag)).await.expect(200);
}

#[test]
fn the_command_prints_a_place() {
    let app = TestApp::new();
    let ground = app.ground("Mills/North");
    indexed(&app, ground);
    let run = |arguments: &[&str]| {
        let all = ["proofmark", "labels", "--stock", "L7160", "--design", "asset", "--out", "x.pdf"];
        let cli = proofmark::cli::Cli::try_parse_from(all.iter().chain(arguments)).unwrap();
        let proofmark::cli::Command::Labels(command) = cli.command else { unreachable!() };
        command.print(&app.app)
    };
    let (pdf, batch) = run(&["--place", "Mills/North/Head office/Kitchen", "--start", "21"]).unwrap();
    assert!(pdf.starts_with(b"%PDF") && batch.labels.len() == 1);
    assert_eq!(run(&["--place", "Mills/North/Head office"]).unwrap().1.labels.len(), 1);
    assert_eq!(run(&["--query", "kettle"]).unwrap().1.labels.len(), 1);
    assert!(run(&["--place", "Mills/North/Nowhere"]).unwrap_err().to_string().contains("Nowhere"));
    assert!(run(&["--query", "nothing-like-it"]).is_err());
}
