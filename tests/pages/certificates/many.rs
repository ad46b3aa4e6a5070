//! Many certificates at once, and photos on them.

use actix_web::http::Method;
use domain::permission::AttachFile;
use proofmark::actions::attachments::attach_file;
use proofmark::actions::certificates::{Options, Subject, issue_certificate};
use serde_json::json;

use super::*;

/// Another site of the same customer.
fn annexe(bench: &Bench) -> Ground {
    let ground = bench.ground;
    bench.app.put(|tx| {
        let site_id = store::sites::insert_site(
            tx,
            ground.customer_id,
            &crate::support::records::site_fields("Annexe"),
        )?;
        let room = store::places::PlaceFields { name: "Hall".to_owned(), environment: None, archived: false };
        let place_id = store::places::insert_place(tx, (ground.customer_id, site_id), None, &room)?;
        Ok(Ground { customer_id: ground.customer_id, site_id, place_id })
    })
}

#[actix_web::test]
async fn all_sites_of_a_customer_come_in_one_file() {
    let bench = Bench::new();
    let annexe = annexe(&bench);
    let [here, there] = [bench.app.kettle(bench.ground), bench.app.kettle(annexe)];
    bench.record(&here, &passing(MORNING));
    bench.record(&there, &failing(MORNING));
    let engineer = bench.app.client(Role::Engineer);
    let customer = bench.ground.customer_id.to_string();
    let form = [("customer", customer.as_str()), ("from", "2026-11-01"), ("to", "2026-11-30")];
    let answer = engineer.post("/certificates/merged", &form).await.expect(200);
    assert_eq!(answer.headers.get("content-type").unwrap(), "application/pdf");
    assert_eq!(answer.headers.get("x-certificates").unwrap(), "C-000001 C-000002");
    // Each is a certificate of its own, found by its number; asked again nothing new is issued.
    engineer.get("/certificates/C-000002.pdf").await.expect(200);
    let body = json!({"customer": "Mills", "from": "2026-11-01", "to": "2026-11-30"});
    let again = engineer.json(Method::POST, "/api/v1/certificates/merged", &body).await.expect(200);
    assert_eq!(again.headers.get("x-certificates").unwrap(), "C-000001 C-000002");
    bench.chain_is_whole();
    if let Some(words) = words(&answer.bytes) {
        let pages: Vec<&str> = words.split('\u{c}').collect();
        assert!(
            pages[0].contains("Contents") && pages[0].contains("C-000001") && pages[0].contains("C-000002")
        );
        assert!(squeezed(pages[0]).contains("50.0%of2testeditemspassed"), "{}", pages[0]);
        for thing in [&here, &there] {
            assert!(words.contains(&thing.tag[4..]));
        }
    }
    let run = |arguments: &[&str]| {
        let all = ["proofmark", "certificate", "--out", "x.pdf"];
        let cli =
            proofmark::cli::Cli::try_parse_from(all.iter().chain(arguments)).map_err(|e| e.to_string())?;
        let proofmark::cli::Command::Certificate(command) = cli.command else { unreachable!() };
        command.collect(&bench.app.app).map_err(|e| e.to_string())
    };
    let days = ["--from", "2026-11-01", "--to", "2026-11-30"];
    let collected = run(&[&["--customer", "Mills", "--merged"], &days[..]].concat()).unwrap();
    assert_eq!(collected.rows.len(), 2);
    assert!(run(&["--customer", "Nobody", "--merged"]).unwrap_err().contains("customer"));
}

#[actix_web::test]
async fn a_collection_is_refused_clearly() {
    let bench = Bench::new();
    let kettle = bench.app.kettle(bench.ground);
    bench.record(&kettle, &passing(MORNING));
    let customer = bench.ground.customer_id.to_string();
    let engineer = bench.app.client(Role::Engineer);
    let november = [("customer", customer.as_str()), ("from", "2026-11-01"), ("to", "2026-11-30")];
    let early = [("customer", customer.as_str()), ("from", "2020-11-01"), ("to", "2020-11-30")];
    assert!(
        engineer.post("/certificates/merged", &early).await.expect(422).text().contains("Nothing was tested")
    );
    assert!(engineer.post("/certificates/merged", &[]).await.expect(422).text().contains("fill this in"));
    bench.app.client(Role::Viewer).post("/certificates/merged", &november).await.expect(403);
    let other = bench.app.ground("Other");
    let stranger = bench.app.client_for(Role::Engineer, Some(vec![other.customer_id]));
    stranger.post("/certificates/merged", &november).await.expect(404);
    let body = json!({"customer": "Mills", "from": "2026-11-01", "to": "2026-11-30"});
    stranger.json(Method::POST, "/api/v1/certificates/merged", &body).await.expect(404);
}

#[actix_web::test]
async fn single_certificates_come_in_an_archive_that_is_sent_as_it_is_made() {
    let bench = Bench::new();
    let things: Vec<Thing> = (0..3).map(|_| bench.app.kettle(bench.ground)).collect();
    for thing in &things {
        bench.record(thing, &passing(MORNING));
    }
    let engineer = bench.app.client(Role::Engineer);
    let site = bench.ground.site_id.to_string();
    let form = [("site", site.as_str()), ("from", "2026-11-01"), ("to", "2026-11-30")];
    let answer = engineer.post("/certificates/singles", &form).await.expect(200);
    assert_eq!(answer.headers.get("content-type").unwrap(), "application/zip");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.zip");
    std::fs::write(&path, &answer.bytes).unwrap();
    let text = String::from_utf8_lossy(&answer.bytes);
    for (thing, number) in things.iter().zip(["C-000001", "C-000002", "C-000003"]) {
        let name = format!("{}-{}_Kettle_2026-11-23_{number}.pdf", &thing.tag[..4], &thing.tag[4..]);
        // Once before the file and once in the list at the end.
        assert_eq!(text.matches(&name).count(), 2, "{name}");
        engineer.get(&format!("/certificates/{number}.pdf")).await.expect(200);
    }
    if judges::present(&["unzip"]) {
        assert!(judges::ask("unzip", &["-t", judges::text(&path)]).contains("No errors detected"));
    }
    bench.chain_is_whole();
    let again = engineer.post("/certificates/singles", &form).await.expect(200);
    assert_eq!(again.bytes, answer.bytes, "the same certificates, the same archive");
    let none = [("site", site.as_str()), ("from", "2020-11-01"), ("to", "2020-11-30")];
    assert!(
        engineer.post("/certificates/singles", &none).await.expect(422).text().contains("Nothing was tested")
    );
    let other = bench.app.ground("Other");
    let stranger = bench.app.client_for(Role::Engineer, Some(vec![other.customer_id]));
    stranger.post("/certificates/singles", &form).await.expect(404);
}

#[test]
fn photos_of_what_failed_are_added_small_or_left_out() {
    let bench = Bench::new();
    let [bad, good] = std::array::from_fn(|_| bench.app.kettle(bench.ground));
    let id = bench.record(&bad, &failing(MORNING));
    bench.record(&good, &passing(MORNING));
    let attach = |thing: &Thing, test: Option<&str>| {
        let right = bench.engineer.right::<AttachFile>().unwrap();
        let mut picture = std::io::Cursor::new(vec![]);
        let colour = image::Rgb([40, (thing.id * 40 % 200) as u8, if test.is_some() { 9 } else { 200 }]);
        image::RgbImage::from_pixel(1500, 1000, colour)
            .write_to(&mut picture, image::ImageFormat::Jpeg)
            .unwrap();
        attach_file(&bench.app.app, &right, (thing.id, test), "photo.jpg", &picture.into_inner()).unwrap();
    };
    attach(&bad, Some(&id));
    attach(&bad, None);
    // The look of a thing that passed is nobody's proof.
    attach(&good, None);
    let right = bench.engineer.right::<IssueCertificate>().unwrap();
    let issue =
        |photos| issue_certificate(&bench.app.app, &right, &bench.november(), Options { photos }).unwrap();
    let with = issue(true);
    let without = issue(false);
    assert_eq!((with.row.revision, without.row.revision), (1, 2));
    assert!(judges::present(&[]));
    if judges::present(&["pdfimages"]) {
        let folder = tempfile::tempdir().unwrap();
        let count = |pdf: &[u8]| {
            let path = folder.path().join("paper.pdf");
            std::fs::write(&path, pdf).unwrap();
            let list = judges::ask("pdfimages", &["-list", judges::text(&path)]);
            assert!(
                list.lines().filter(|line| line.contains("jpeg")).all(|line| line.contains(" 800 ")),
                "{list}"
            );
            list.lines().filter(|line| line.contains("jpeg")).count()
        };
        assert_eq!((count(&with.pdf), count(&without.pdf)), (2, 0));
    }
    assert!(bench.issue(&Subject::Test(id)).unwrap().pdf.len() > 10_000);
}
