//! F6: a backup taken while others write, restored elsewhere, holds the same.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::permission::Role;
use store::backup::{self, Before, Restored, Summary};
use store::{AnyConnection, Error};

use crate::support::{TestApp, empty_database};

/// Backs an application up.
pub fn back_up(app: &TestApp, file: &Path) -> Summary {
    app.app.store.read(|conn| backup::write_file(conn, file, app.app.now(), &mut |_| {})).unwrap()
}

pub fn restore(url: &str, file: &Path) -> Result<Restored, Error> {
    backup::restore(url, file, "2026-11-23T12:00:00.5Z".parse().unwrap(), false, &mut |_| {})
}

/// The name of a database's content.
pub fn content(url: &str) -> String {
    let now: chrono::DateTime<chrono::Utc> = "2026-11-23T12:00:00Z".parse().unwrap();
    let store = store::Store::open(url, std::sync::Arc::new(move || now)).unwrap();
    store.read(|conn: &mut AnyConnection| backup::content(conn, now)).unwrap()
}

/// An application with assets, tests, certificates, a photo's worth of files and people.
pub async fn lived_in() -> TestApp {
    let app = TestApp::new();
    let engineer = app.client(Role::Engineer);
    let ground = app.ground("Mills & Sons");
    for n in 0..3 {
        let kettle = app.kettle(ground);
        let id = format!("01939fa2-6d3c-7c1e-9a55-2f6e1f0b0{n:03}");
        let form = [("id", id.as_str()), ("all_good", "yes"), ("note", "as found \u{2014} \u{e4}\u{1f50c}")];
        engineer.post(&format!("/assets/{}/test/formal_visual", kettle.tag), &form).await.expect(303);
        engineer.post("/certificates", &[("test", id.as_str())]).await.expect(303);
    }
    app
}

#[actix_web::test]
async fn a_backup_restored_elsewhere_holds_the_same() {
    let app = lived_in().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.proofmark");
    let summary = back_up(&app, &file);
    assert!(summary.rows > 60, "{summary:?}");

    let url = empty_database(folder.path(), "elsewhere.sqlite3");
    let restored = restore(&url, &file).unwrap();
    assert_eq!(restored.summary, summary);
    assert_eq!(restored.evidence.unwrap().records, 6);
    assert_eq!(restored.before, None);
    assert_eq!(content(&url), summary.content);
    assert!(!folder.path().join("backup.proofmark.part").exists());

    // It is found by the search there, and the next of each kind gets an id of its own.
    let config = proofmark::config::Config { database_url: url, ..app.app.config.clone() };
    let there = TestApp::with(|mine| *mine = config);
    let found = there.client(Role::Engineer).get("/assets?q=kettle").await.expect(200);
    assert_eq!(found.text().matches("Kettle").count().min(3), 3, "{}", found.text());
    there.ground("Another customer");
}

/// SQLite to PostgreSQL and back: the form knows neither. On SQLite alone it goes there and back by files.
#[actix_web::test]
async fn a_backup_moves_from_one_kind_of_database_to_the_other() {
    let app = lived_in().await;
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("first");
    let summary = back_up(&app, &first);
    let file_url = format!("sqlite:{}", folder.path().join("file.sqlite3").display());
    restore(&file_url, &first).unwrap();

    let second = folder.path().join("second");
    let moment = app.app.now();
    let store = store::Store::open(&file_url, std::sync::Arc::new(move || moment)).unwrap();
    store.read(|conn| backup::write_file(conn, &second, moment, &mut |_| {})).unwrap();
    let back = empty_database(folder.path(), "back.sqlite3");
    assert_eq!(restore(&back, &second).unwrap().summary.content, summary.content);
    assert_eq!(content(&back), summary.content);
    assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap(), "the same bytes");
}

#[actix_web::test]
async fn a_backup_under_fifty_writes_a_second_is_of_one_moment() {
    static STOP: AtomicBool = AtomicBool::new(false);
    let app = lived_in().await;
    let folder = tempfile::tempdir().unwrap();
    let (store, path) = (app.app.store.clone(), folder.path().to_owned());
    let backups = std::thread::spawn(move || {
        let mut made = vec![];
        while !STOP.load(Ordering::SeqCst) || made.len() < 3 {
            let file = path.join(format!("backup{}", made.len()));
            let now = store.now();
            made.push((store.read(|conn| backup::write_file(conn, &file, now, &mut |_| {})).unwrap(), file));
            std::thread::sleep(Duration::from_millis(400));
        }
        made
    });
    let engineer = app.client(Role::Engineer);
    let kettle = app.kettle(app.ground("Works"));
    let rounds = 60;
    for n in 0..rounds {
        let id = format!("01939fa2-6d3c-7c1e-9a55-2f6e1f0c0{n:03}");
        let form = [("id", id.as_str()), ("all_good", "yes")];
        engineer.post(&format!("/assets/{}/test/formal_visual", kettle.tag), &form).await.expect(303);
        std::thread::sleep(Duration::from_millis(15));
    }
    STOP.store(true, Ordering::SeqCst);
    let made = backups.join().unwrap();
    for (n, (summary, file)) in made.iter().enumerate() {
        let url = empty_database(folder.path(), &format!("restored{n}.sqlite3"));
        let restored = restore(&url, file).unwrap();
        assert_eq!(content(&url), summary.content, "backup {n}");
        // What the restored database holds is a beginning of what the live one holds now.
        let heads = restored.evidence.unwrap().heads;
        let begun: Vec<_> = heads.into_iter().filter(|head| head.place.seq > 0).collect();
        app.app.store.read(|conn| store::verify::verify(conn, &begun, &mut |_| {})).unwrap().unwrap();
    }
    let last = made.last().unwrap();
    let now = app.app.now();
    let live = app.app.store.read(|conn| backup::content(conn, now)).unwrap();
    assert!(made.len() >= 3 && made.iter().any(|(summary, _)| summary.content != last.0.content));
    assert_ne!(made[0].0.content, live);
}

#[actix_web::test]
async fn a_database_in_use_is_not_replaced_and_one_at_rest_is_kept_aside() {
    let app = lived_in().await;
    let folder = tempfile::tempdir().unwrap();
    let (file, other) = (folder.path().join("backup"), folder.path().join("other"));
    let first = back_up(&app, &file);
    app.ground("Added later");
    let second = back_up(&app, &other);
    let in_use = restore(&app.app.config.database_url, &file).unwrap_err();
    assert!(matches!(&in_use, Error::Taken(words) if words.contains("stop the server")), "{in_use}");

    let url = empty_database(folder.path(), "rest.sqlite3");
    restore(&url, &file).unwrap();
    assert_eq!(content(&url), first.content);
    let restored = restore(&url, &other).unwrap();
    assert_eq!(content(&url), second.content);
    let before = match restored.before.unwrap() {
        Before::File(path) => format!("sqlite:{}", path.display()),
        Before::Schema(name) => format!("{}{name}", url.split_inclusive("%3D").next().unwrap()),
    };
    assert_eq!(content(&before), first.content);
}
