//! Photos of tests by their hashes in the ledger: recorded with the test or later, withdrawn, and never altered,
//! moved, added or lost unseen.

use std::io::Cursor;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::event::Via;
use domain::permission::Role;
use image::{ImageFormat, Rgb, RgbImage};
use store::test_photos::{TestPhoto, list_test_photos};
use store::verify::{Broken, Checked, verify};
use store::{Actor, AnyConnection};

use crate::support::TestApp;
use crate::support::builders::Thing;
use crate::support::client::{Answer, Client};

const FIRST: &str = "01939fa2-6d3c-7c1e-9a55-2f6e1f0b0001";
const SECOND: &str = "01939fa2-6d3c-7c1e-9a55-2f6e1f0b0002";

fn picture(red: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    RgbImage::from_pixel(40, 30, Rgb([red, 30, 30])).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Sends a form with files in one field.
async fn send(
    client: &Client,
    path: &str,
    fields: &[(&str, &str)],
    (field, files): (&str, &[Vec<u8>]),
) -> Answer {
    client.post_files(path, fields, (field, files)).await
}

fn whole(app: &TestApp) -> Checked {
    let checked = app.app.store.read(|conn| verify(conn, &[], &mut |_| {})).unwrap();
    checked.unwrap_or_else(|broken| panic!("{broken}"))
}

fn photos(app: &TestApp, test: &str) -> Vec<TestPhoto> {
    app.app.store.read(|conn| list_test_photos(conn, test)).unwrap()
}

/// A test with two photos through the form, a third added later and withdrawn; another with one through the API.
async fn photographed(app: &TestApp) -> Thing {
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let path = format!("/assets/{}/test/formal_visual", kettle.tag);
    let fields = [("id", FIRST), ("all_good", "yes")];
    send(&engineer, &path, &fields, ("photo", &[picture(1), picture(2)])).await.expect(303);
    let attach = format!("/assets/{}/attach", kettle.id);
    send(&engineer, &attach, &[("test", FIRST)], ("file", &[picture(3)])).await.expect(303);
    let third = photos(app, FIRST)[2].attachment_id;
    engineer.post(&format!("/files/{third}/withdraw"), &[]).await.expect(303);
    let test = format!(
        "{{\"id\":\"{SECOND}\",\"kind\":\"formal_visual\",\"performed_at\":\"2026-11-10T09:00:00Z\",\"visual\":{{\"plug\":\"pass\"}}}}"
    );
    let path = format!("/api/v1/assets/{}/tests", kettle.tag);
    send(&engineer, &path, &[("test", test.as_str())], ("photo", &[picture(4)])).await.expect(201);
    // The same again changes nothing, and the same id with another photo is another test.
    send(&engineer, &path, &[("test", test.as_str())], ("photo", &[picture(4)])).await.expect(201);
    send(&engineer, &path, &[("test", test.as_str())], ("photo", &[picture(5)])).await.expect(422);
    send(&engineer, &path, &[("test", test.as_str())], ("photo", &[])).await.expect(422);
    kettle
}

#[actix_web::test]
async fn photos_come_with_a_test_or_later_and_stand_in_the_ledger() {
    let app = TestApp::new();
    let kettle = photographed(&app).await;
    // Two tests, four photos, one withdrawal.
    assert_eq!(whole(&app).records, 7);
    let of = photos(&app, FIRST);
    assert_eq!(of.len(), 4);
    assert!(of.iter().all(|photo| photo.media_type == "image/jpeg" && photo.person_id.is_some()));
    assert_eq!(of[3].withdraws.as_deref(), Some(of[2].id.as_str()));
    assert_eq!(photos(&app, SECOND).len(), 1);
    let told = app.client(Role::Viewer).get(&format!("/api/v1/tests/{FIRST}")).await.expect(200).json();
    let told = told["photos"].as_array().unwrap().iter().map(|p| p["withdrawn"].as_bool().unwrap());
    assert_eq!(told.collect::<Vec<_>>(), [false, false, true]);
    let engineer = app.client(Role::Engineer);
    let page = engineer.get(&format!("/tests/{FIRST}")).await.expect(200).text();
    assert_eq!(page.matches("/thumbnail\"").count(), 2, "what was withdrawn is not shown: {page}");
    engineer.post(&format!("/files/{}/withdraw", of[2].attachment_id), &[]).await.expect(409);
    assert_eq!(whole(&app).records, 7);
    assert!(
        engineer
            .get(&format!("/assets/{}/test/combined", kettle.tag))
            .await
            .text()
            .contains("name=\"photo\"")
    );
}

#[actix_web::test]
async fn what_is_no_photo_records_nothing_and_nobody_else_may() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let path = format!("/assets/{}/test/formal_visual", kettle.tag);
    let fields = [("id", FIRST), ("all_good", "yes"), ("note", "as found")];
    let page = send(&engineer, &path, &fields, ("photo", &[picture(1), b"<svg/>".to_vec()]))
        .await
        .expect(422)
        .text();
    assert!(page.contains("p.png: send a JPEG") && page.contains("as found"), "{page}");
    assert!(page.contains("Choose the photos again"), "{page}");
    send(&engineer, &path, &fields, ("photo", &vec![picture(1); 6])).await.expect(413);
    send(&engineer, &path, &fields, ("photo", &[vec![b'x'; (10 << 20) + 1]])).await.expect(413);
    send(&app.client(Role::Viewer), &path, &fields, ("photo", &[picture(1)])).await.expect(403);
    send(&app.stranger(), &path, &fields, ("photo", &[picture(1)])).await.expect(303);
    assert_eq!((whole(&app).records, whole(&app).files), (0, 0));
    // A form without any photo sends an empty one.
    send(&engineer, &path, &fields, ("photo", &[vec![]])).await.expect(303);
    assert_eq!((whole(&app).records, photos(&app, FIRST).len()), (1, 0));
}

/// What a look into an altered database ends with: nothing of it is kept.
enum End {
    Seen(Box<Result<Checked, Broken>>),
    Wrong(store::Error),
}

impl From<store::Error> for End {
    fn from(error: store::Error) -> Self {
        Self::Wrong(error)
    }
}

impl From<diesel::result::Error> for End {
    fn from(error: diesel::result::Error) -> Self {
        Self::Wrong(error.into())
    }
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// What `verify` says after these statements of somebody who owns the server: no triggers, no keys.
fn tampered(app: &TestApp, (sqlite, postgres): (&str, &str)) -> Result<Checked, Broken> {
    let ended = app.app.store.write(&Actor::operator(Via::Cli), |tx| {
        let conn: &mut AnyConnection = tx;
        match conn {
            AnyConnection::Sqlite(c) => {
                let found: Vec<Name> =
                    diesel::sql_query("SELECT name FROM sqlite_master WHERE type = 'trigger'").load(c)?;
                for trigger in found {
                    c.batch_execute(&format!("DROP TRIGGER {}", trigger.name))?;
                }
                c.batch_execute("PRAGMA defer_foreign_keys = ON")?;
                c.batch_execute(sqlite)?;
            }
            AnyConnection::Postgres(c) => {
                for table in ["test_photos", "attachments", "files"] {
                    c.batch_execute(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"))?;
                }
                c.batch_execute(
                    "ALTER TABLE test_photos DROP CONSTRAINT test_photos_attachment_id_fkey, \
                     DROP CONSTRAINT test_photos_hash_fkey, DROP CONSTRAINT test_photos_withdraws_fkey, \
                     DROP CONSTRAINT test_photos_thumbnail_hash_fkey; \
                     ALTER TABLE attachments DROP CONSTRAINT attachments_hash_fkey, \
                     DROP CONSTRAINT attachments_thumbnail_hash_fkey",
                )?;
                c.batch_execute(postgres)?;
            }
        }
        let seen = verify(tx, &[], &mut |_| {})?;
        Err::<((), Vec<domain::event::Event>), _>(End::Seen(Box::new(seen)))
    });
    match ended {
        Err(End::Seen(seen)) => *seen,
        Err(End::Wrong(error)) => panic!("{sqlite}: {error}"),
        Ok(()) => panic!("kept"),
    }
}

#[actix_web::test]
async fn a_photo_is_altered_moved_added_or_lost_by_nobody_unseen() {
    let app = TestApp::new();
    photographed(&app).await;
    let of = photos(&app, FIRST);
    let (one, other, withdrawn) = (&of[0], &of[1], &of[2]);
    let at = format!("WHERE attachment_id = {}", one.attachment_id);
    let on = format!("WHERE id = {}", one.attachment_id);
    let (hash, small) = (&other.hash, other.thumbnail_hash.as_deref().unwrap());
    let gone = withdrawn.attachment_id;
    let row = format!("of customer {} (test_photo {})", one.customer_id, one.id);
    let photo = format!("photo {} of test {FIRST}", one.id);
    let statements = [
        (format!("UPDATE test_photos SET hash = '{hash}' {at}"), row.as_str(), "its row was altered"),
        (format!("UPDATE test_photos SET thumbnail_hash = '{small}' {at}"), &row, "its row was altered"),
        (format!("UPDATE test_photos SET size = size + 1 {at}"), &row, "its row was altered"),
        (format!("UPDATE test_photos SET media_type = 'image/png' {at}"), &row, "its row was altered"),
        (format!("UPDATE test_photos SET test_id = '{SECOND}' {at}"), &row, "its row was altered"),
        (format!("UPDATE test_photos SET person_id = NULL {at}"), &row, "its row was altered"),
        (format!("DELETE FROM test_photos {at}"), &row, "its row is gone"),
        (
            format!("DELETE FROM test_photos WHERE withdraws = '{}'", withdrawn.id),
            "(test_photo ",
            "its row is gone",
        ),
        (format!("UPDATE attachments SET hash = '{hash}' {on}"), &photo, "shows another file"),
        (format!("UPDATE attachments SET thumbnail_hash = '{small}' {on}"), &photo, "shows another file"),
        (format!("UPDATE attachments SET test_id = '{SECOND}' {on}"), &photo, "shown as another's"),
        (format!("UPDATE attachments SET test_id = NULL {on}"), &photo, "shown as another's"),
        (format!("UPDATE attachments SET withdrawn_at = at {on}"), &photo, "without a record"),
        (format!("UPDATE attachments SET withdrawn_at = NULL WHERE id = {gone}"), "photo ", "shown again"),
        (format!("DELETE FROM attachments {on}"), &photo, "is gone"),
        (format!("DELETE FROM files WHERE hash = '{}'", one.hash), &photo, "is gone"),
        (format!("UPDATE files SET size = size + 1 WHERE hash = '{}'", one.hash), &photo, "was altered"),
        (
            format!(
                "INSERT INTO attachments (customer_id, asset_id, test_id, hash, thumbnail_hash, name, person_id, at) \
                 SELECT customer_id, asset_id, test_id, hash, thumbnail_hash, 'mine', person_id, at FROM attachments {on}"
            ),
            "attachment ",
            "not in the ledger",
        ),
    ];
    for (statement, what, why) in &statements {
        let broken = tampered(&app, (statement, statement)).expect_err(statement);
        assert!(broken.what.contains(what) && broken.why.contains(why), "{statement}: {broken}");
    }
    for hash in [&one.hash, one.thumbnail_hash.as_ref().unwrap()] {
        let here = format!("WHERE hash = '{hash}'");
        let sqlite = format!(
            "UPDATE files SET bytes = CAST(substr(bytes, 1, 50) || x'07' || substr(bytes, 52) AS BLOB) {here}"
        );
        let postgres =
            format!("UPDATE files SET bytes = set_byte(bytes, 50, (get_byte(bytes, 50) + 1) % 256) {here}");
        let broken = tampered(&app, (&sqlite, &postgres)).expect_err(&sqlite);
        assert_eq!(broken.what, format!("file {hash}, a photo of test {FIRST}"), "{broken}");
    }
    assert_eq!(whole(&app).records, 7);
}

#[actix_web::test]
async fn the_database_itself_refuses_to_alter_them() {
    let app = TestApp::new();
    photographed(&app).await;
    for statement in [
        "UPDATE test_photos SET size = 1",
        "DELETE FROM test_photos",
        "UPDATE attachments SET hash = (SELECT min(hash) FROM files)",
        "UPDATE attachments SET test_id = NULL",
        "DELETE FROM attachments",
    ] {
        let refused = app.app.store.write(&Actor::operator(Via::Cli), |tx| {
            let conn: &mut AnyConnection = tx;
            diesel::sql_query(statement).execute(conn)?;
            Ok::<_, store::Error>(((), vec![domain::event::Event::new("test", 0, "tampered")]))
        });
        assert!(refused.unwrap_err().to_string().contains("append-only"), "{statement}");
    }
    assert_eq!(whole(&app).records, 7);
}
