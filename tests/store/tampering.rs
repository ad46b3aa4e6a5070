//! F5: whatever is altered at any place of the evidence, by SQL or by a flipped byte of the file, `verify` finds it.
//! A hundred places by default, as many as `PROOFMARK_ROUNDS` says.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::permission::Role;
use store::verify::{Broken, verify};
use store::{AnyConnection, Error, backup};

use super::backup::{back_up, restore};
use crate::support::TestApp;

/// The evidence: what is recorded, what finds it, and the bytes of photos and certificates.
const EVIDENCE: [&str; 6] = ["ledger", "ledger_heads", "tests", "certificates", "files", "test_photos"];

fn rounds() -> usize {
    std::env::var("PROOFMARK_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(100)
}

/// Chance that is the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit as u64).unwrap()
    }
}

/// Two customers with tests, corrections, certificates and photos, in a SQLite file at rest.
async fn evidence(folder: &std::path::Path) -> std::path::PathBuf {
    let app = TestApp::new();
    let engineer = app.client(Role::Engineer);
    for (c, name) in ["Mills", "Works"].into_iter().enumerate() {
        let ground = app.ground(name);
        for n in 0..3 {
            let kettle = app.kettle(ground);
            let id = format!("01939fa2-6d3c-7c1e-9a55-2f6e1f0d{c}{n:03}");
            let form = [("id", id.as_str()), ("all_good", "yes"), ("note", "as found")];
            engineer.post(&format!("/assets/{}/test/formal_visual", kettle.tag), &form).await.expect(303);
            engineer.post("/certificates", &[("test", id.as_str())]).await.expect(303);
            photograph(&app, (ground.customer_id, kettle.id, &id));
        }
    }
    app.put(|tx| {
        for n in 0_u8..4 {
            let bytes = [b"\xff\xd8\xff\xe0".as_slice(), &[n; 3000]].concat();
            store::files::put_file(tx, "image/jpeg", &bytes)?;
        }
        Ok(())
    });
    let (file, database) = (folder.join("backup"), folder.join("evidence.sqlite3"));
    back_up(&app, &file);
    restore(&format!("sqlite:{}", database.display()), &file).unwrap();
    database
}

/// A photo of a test, as it is attached.
fn photograph(app: &TestApp, (customer_id, asset_id, test_id): (i64, i64, &str)) {
    let actor = app.actor(Role::Engineer, None);
    let done = app.app.store.write(&actor, |tx| {
        let asset = store::assets::find_asset(tx, actor.scope(), asset_id)?;
        let bytes = [b"\xff\xd8\xff\xe0", test_id.as_bytes(), &[7; 2500]].concat();
        let hash = store::files::put_file(tx, "image/jpeg", &bytes)?;
        let id = store::files::insert_attachment(tx, &asset, Some(test_id), (&hash, None), "photo")?;
        proofmark::actions::test_photos::prove(tx, customer_id, &[id])?;
        Ok::<_, proofmark::error::Error>(((), vec![domain::event::Event::new("test", 0, "put")]))
    });
    done.unwrap();
}

fn connect(path: &std::path::Path) -> AnyConnection {
    use diesel::r2d2::ManageConnection;
    let url = format!("sqlite:{}", path.display());
    let mut conn = store::portable::Manager::new(&url).unwrap().connect().unwrap();
    conn.batch_execute("PRAGMA foreign_keys = OFF").unwrap();
    conn
}

fn verdict(conn: &mut AnyConnection) -> Result<Result<(), Broken>, Error> {
    Ok(verify(conn, &[], &mut |_| {})?.map(drop))
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    kind: String,
}

fn list(conn: &mut AnyConnection, sql: &str) -> Vec<(String, String)> {
    let rows: Vec<Found> = diesel::sql_query(sql).load(conn).unwrap();
    rows.into_iter().map(|row| (row.name, row.kind)).collect()
}

/// Another value of a column, in SQL.
fn altered(column: &str, kind: &str, chance: &mut Chance) -> String {
    match kind {
        "TEXT" => match chance.below(3) {
            0 => format!("coalesce({column}, '') || 'x'"),
            1 => format!("'x' || substr(coalesce({column}, ''), 2)"),
            _ => format!("upper(coalesce({column}, '')) || ' '"),
        },
        "TIMESTAMP" => "'2001-01-01 00:00:00'".to_owned(),
        "DATE" => "'2001-01-01'".to_owned(),
        "BLOB" => {
            let at = chance.below(2000);
            format!("CAST(substr({column}, 1, {at}) || x'00' || substr({column}, {at} + 1) AS BLOB)")
        }
        _ => format!("coalesce({column}, 0) + {}", 1 + chance.below(3)),
    }
}

#[actix_web::test]
async fn tampering_by_sql_at_any_place_is_found_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let database = evidence(folder.path()).await;
    let mut conn = connect(&database);
    verdict(&mut conn).unwrap().expect("whole before");
    for (trigger, _) in list(&mut conn, "SELECT name, '' AS kind FROM sqlite_master WHERE type = 'trigger'") {
        conn.batch_execute(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    let mut chance = Chance(38);
    let mut places = std::collections::BTreeSet::new();
    let mut done = 0;
    while done < rounds() {
        let table = EVIDENCE[chance.below(EVIDENCE.len())];
        // The number by which a certificate has its address says nothing.
        let columns = format!(
            "SELECT name, type AS kind FROM pragma_table_info('{table}') WHERE '{table}.' || name <> 'certificates.id'"
        );
        let columns = list(&mut conn, &columns);
        let (column, kind) = &columns[chance.below(columns.len())];
        let value = altered(column, kind, &mut chance);
        let row = chance.below(100);
        let statement = format!(
            "UPDATE {table} SET {column} = {value} WHERE rowid = \
             (SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET {row} % (SELECT count(*) FROM {table}))"
        );
        conn.batch_execute("BEGIN").unwrap();
        // A number that is taken already is refused by the database itself: no tampering.
        if conn.batch_execute(&statement).is_ok() {
            let found = verdict(&mut conn);
            if let Ok(found) = found {
                let broken = found.expect_err(&statement);
                let named = [
                    "record ",
                    "chain of customer ",
                    "test ",
                    "certificate ",
                    "file ",
                    "customer ",
                    "photo ",
                ];
                assert!(named.iter().any(|name| broken.what.starts_with(name)), "{statement}: {broken}");
            }
            places.insert(format!("{table}.{column}"));
            done += 1;
        }
        conn.batch_execute("ROLLBACK").unwrap();
    }
    verdict(&mut conn).unwrap().expect("whole again");
    assert!(places.len() > 20, "{places:?}");
}

#[actix_web::test]
async fn a_lost_row_or_file_is_missed_wherever_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut conn = connect(&evidence(folder.path()).await);
    for (trigger, _) in list(&mut conn, "SELECT name, '' AS kind FROM sqlite_master WHERE type = 'trigger'") {
        conn.batch_execute(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    for table in EVIDENCE {
        for row in 0..if table == "ledger_heads" { 2 } else { 5 } {
            conn.batch_execute("BEGIN").unwrap();
            let which = match table {
                // A photo that nothing names is nobody's evidence.
                "files" => "WHERE hash IN (SELECT hash FROM certificates UNION SELECT hash FROM test_photos)",
                _ => "",
            };
            let statement = format!(
                "DELETE FROM {table} WHERE rowid = (SELECT rowid FROM {table} {which} LIMIT 1 OFFSET {row})"
            );
            conn.batch_execute(&statement).unwrap();
            verdict(&mut conn).unwrap().expect_err(&statement);
            conn.batch_execute("ROLLBACK").unwrap();
        }
    }
}

/// Replaces bytes that stand in one page of the file and not in another: in an index, and not in the rows.
fn misguide(bytes: &mut [u8], (page, pattern): (usize, &[u8]), by: u8) {
    let start = page * 4096;
    let found = bytes[start..start + 4096].windows(pattern.len()).position(|some| some == pattern);
    bytes[start + found.expect("the key stands in its index")] = by;
}

#[actix_web::test]
async fn an_index_that_leads_back_ends_the_walk() {
    let folder = tempfile::tempdir().unwrap();
    let database = evidence(folder.path()).await;
    let good = std::fs::read(&database).unwrap();
    for (index, key) in [
        ("sqlite_autoindex_test_photos_1", "SELECT min(id) AS name, '' AS kind FROM test_photos"),
        ("sqlite_autoindex_files_1", "SELECT min(hash) AS name, '' AS kind FROM files"),
    ] {
        let mut conn = connect(&database);
        let root = format!(
            "SELECT CAST(rootpage AS TEXT) AS name, '' AS kind FROM sqlite_master WHERE name = '{index}'"
        );
        let page: usize = list(&mut conn, &root)[0].0.parse().unwrap();
        let key = list(&mut conn, key)[0].0.clone();
        let mut bytes = good.clone();
        misguide(&mut bytes, (page - 1, key.as_bytes()), b'z');
        let copy = folder.path().join("misguided.sqlite3");
        std::fs::write(&copy, &bytes).unwrap();
        let found = verdict(&mut connect(&copy));
        assert!(!matches!(found, Ok(Ok(()))), "{index} is found damaged");
    }
}

#[actix_web::test]
async fn a_flipped_byte_in_the_file_is_found_or_changes_no_evidence() {
    let folder = tempfile::tempdir().unwrap();
    let database = evidence(folder.path()).await;
    let good = std::fs::read(&database).unwrap();
    let contents = |conn: &mut AnyConnection| -> Result<Vec<String>, Error> {
        EVIDENCE.iter().map(|table| backup::content_of(conn, table)).collect()
    };
    let before = contents(&mut connect(&database)).unwrap();
    let mut chance = Chance(5);
    let (mut found, mut elsewhere) = (0, 0);
    let copy = folder.path().join("flipped.sqlite3");
    for round in 0..rounds() {
        let mut bytes = good.clone();
        let at = chance.below(bytes.len());
        bytes[at] ^= 1 << chance.below(8);
        std::fs::write(&copy, &bytes).unwrap();
        let mut conn = connect(&copy);
        match verdict(&mut conn) {
            Err(_) | Ok(Err(_)) => found += 1,
            Ok(Ok(())) => {
                // A flip in the text of the schema alters no record; where it makes a type that is none, a backup is
                // refused for it.
                let Ok(after) = contents(&mut conn) else {
                    found += 1;
                    continue;
                };
                elsewhere += 1;
                assert_eq!(after, before, "round {round}: byte {at} altered evidence unseen");
            }
        }
    }
    assert!(
        found > rounds() / 20 && elsewhere > 0,
        "{found} found, {elsewhere} elsewhere: the flips miss the evidence"
    );
}
