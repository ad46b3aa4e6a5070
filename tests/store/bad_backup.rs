//! Attack 36 and F7: a hostile or damaged backup is refused, and what stood there stands as it was.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use store::Error;

use super::backup::{back_up, content, lived_in, restore};
use crate::support::{TestApp, empty_database};

/// A live database, and a good backup of it taken apart.
struct Ground {
    folder: tempfile::TempDir,
    url: String,
    content: String,
    good: Vec<u8>,
    raw: Vec<u8>,
    _app: TestApp,
}

impl Ground {
    async fn new() -> Self {
        let app = lived_in().await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("good");
        back_up(&app, &file);
        let url = empty_database(folder.path(), "live.sqlite3");
        restore(&url, &file).unwrap();
        let good = std::fs::read(&file).unwrap();
        let mut raw = vec![];
        GzDecoder::new(&good[..]).read_to_end(&mut raw).unwrap();
        Self { content: content(&url), folder, url, good, raw, _app: app }
    }

    /// Tries to restore bytes; gives what was said against them.
    fn refused(&self, bytes: &[u8], what: &str) -> String {
        let file = self.folder.path().join("bad");
        std::fs::write(&file, bytes).unwrap();
        let error = restore(&self.url, &file).expect_err(what);
        assert!(matches!(error, Error::BadFile(_) | Error::Newer { .. }), "{what}: {error}");
        error.to_string()
    }

    fn files(&self) -> Vec<PathBuf> {
        let read = std::fs::read_dir(self.folder.path()).unwrap();
        let mut files: Vec<_> = read.map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| !path.to_string_lossy().ends_with("-shm"));
        files.retain(|path| !path.to_string_lossy().ends_with("-wal"));
        files.sort();
        files
    }

    /// Everything is as it was before the attempts.
    fn assert_unchanged(&self) {
        assert_eq!(content(&self.url), self.content);
        let names = self.files();
        assert!(names.len() <= 3, "left behind: {names:?}");
    }

    /// The parts of the stream: what comes before the schema, the schema, the rows.
    fn parts(&self) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
        let magic = self.raw.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let length = |at: usize| u32::from_be_bytes(self.raw[at..at + 4].try_into().unwrap()) as usize;
        let schema = magic + 4 + length(magic);
        let rows = schema + 4 + length(schema);
        (
            self.raw[..schema].to_vec(),
            self.raw[schema + 4..rows].to_vec(),
            self.raw[rows..self.raw.len() - 32].to_vec(),
        )
    }

    /// A well-formed backup of another schema and other rows, with a hash that fits.
    fn forged(
        &self,
        change: impl FnOnce(&mut serde_json::Value),
        rows: impl FnOnce(Vec<u8>) -> Vec<u8>,
    ) -> Vec<u8> {
        let (mut raw, mut schema, old) = self.parts();
        let json: serde_json::Value = serde_json::from_slice(&schema).unwrap();
        let mut changed = json.clone();
        change(&mut changed);
        if changed != json {
            schema = serde_json::to_vec(&changed).unwrap();
        }
        let rows = rows(old);
        raw.extend(u32::try_from(schema.len()).unwrap().to_be_bytes());
        raw.extend(&schema);
        raw.extend(&rows);
        raw.extend(Sha256::new().chain_update(&schema).chain_update(&rows).finalize());
        pack(&raw)
    }
}

fn pack(raw: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(vec![], Compression::fast());
    gzip.write_all(raw).unwrap();
    gzip.finish().unwrap()
}

fn table<'a>(schema: &'a mut serde_json::Value, name: &str) -> &'a mut serde_json::Value {
    let tables = schema["tables"].as_array_mut().unwrap();
    tables.iter_mut().find(|table| table["name"] == name).unwrap()
}

#[actix_web::test]
async fn what_is_no_backup_is_refused() {
    let ground = Ground::new().await;
    let mut sqlite = b"SQLite format 3\0".to_vec();
    sqlite.resize(8192, 0);
    let others: [(&str, Vec<u8>); 7] = [
        ("empty", vec![]),
        ("text", b"INSERT INTO users VALUES (1)".to_vec()),
        ("a database", sqlite),
        ("a zip", b"PK\x03\x04\x14\0\0\0\x08\0".repeat(100)),
        ("a packed path", pack(b"../../etc/passwd\n")),
        ("packed nothing", pack(b"")),
        ("half a name", pack(b"proofmark-back")),
    ];
    for (what, bytes) in others {
        assert!(ground.refused(&bytes, what).contains("no Proofmark backup"), "{what}");
    }
    assert!(ground.refused(&pack(b"proofmark-backup 2\n...."), "newer").contains("newer Proofmark"));
    let missing = restore(&ground.url, Path::new("/nonexistent/backup")).unwrap_err().to_string();
    assert!(missing.contains("/nonexistent/backup"), "{missing}");
    ground.assert_unchanged();
}

#[actix_web::test]
async fn a_backup_cut_off_or_altered_anywhere_is_refused() {
    let ground = Ground::new().await;
    let rounds: usize = std::env::var("PROOFMARK_ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(40);
    let length = ground.good.len();
    for n in 0..rounds {
        ground.refused(&ground.good[..length * n / rounds], "cut off");
    }
    // The ten bytes of the packing's own head carry a time and a system that mean nothing.
    for n in 0..rounds {
        let mut bytes = ground.good.clone();
        let at = 10 + (length - 11) * n / rounds;
        bytes[at] ^= 1 << (n % 8);
        ground.refused(&bytes, &format!("byte {at} flipped"));
    }
    let mut longer = ground.good.clone();
    longer.extend(&ground.good);
    assert!(ground.refused(&longer, "twice").contains("follows its end"));
    let mut raw = ground.raw.clone();
    let last = raw.len() - 40;
    raw[last] ^= 1;
    let said = ground.refused(&pack(&raw), "a row altered and packed again");
    assert!(said.contains("does not fit its own hash") || said.contains("table"), "{said}");
    ground.assert_unchanged();
}

#[actix_web::test]
async fn a_forged_backup_is_refused_whatever_it_claims() {
    let ground = Ground::new().await;
    let same = |rows: Vec<u8>| rows;
    let evil = "users\" (x) VALUES (1); DROP TABLE users; --";
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "a table by another name",
            ground.forged(|s| table(s, "users")["name"] = evil.into(), same),
            "users",
        ),
        (
            "a column by another name",
            ground.forged(|s| table(s, "users")["columns"][0]["name"] = evil.into(), same),
            "\"users\" is not as its migrations make it",
        ),
        (
            "a table beyond ours",
            ground.forged(
                |s| {
                    let mut more = table(s, "settings").clone();
                    (more["name"], more["rows"]) = ("sqlite_master".into(), 0.into());
                    s["tables"].as_array_mut().unwrap().push(more);
                },
                same,
            ),
            "sqlite_master",
        ),
        (
            "a table less",
            ground.forged(
                |s| {
                    let tables = s["tables"].as_array_mut().unwrap();
                    tables.retain(|table| table["name"] != "idempotency_keys");
                },
                same,
            ),
            "idempotency_keys",
        ),
        (
            "rows without columns",
            ground.forged(
                |s| {
                    table(s, "counters")["columns"] = serde_json::json!([]);
                    table(s, "counters")["rows"] = u64::MAX.into();
                },
                same,
            ),
            "no columns",
        ),
        ("too many rows", ground.forged(|s| table(s, "users")["rows"] = 1_000_000.into(), same), ""),
        ("a negative number", ground.forged(|s| table(s, "users")["rows"] = (-1).into(), same), "its tables"),
        (
            "a later migration",
            ground.forged(|s| s["migrations"].as_array_mut().unwrap().push("20991231000000".into()), same),
            "newer Proofmark",
        ),
        (
            "no migrations",
            ground.forged(|s| s["migrations"] = serde_json::json!([]), same),
            "not as its migrations",
        ),
        ("no rows", ground.forged(|_| {}, |_| vec![]), "row 1 of table"),
        ("rows of ones", ground.forged(|_| {}, |rows| vec![1; rows.len()]), "table"),
        (
            "a length of four gigabytes",
            ground.forged(|_| {}, |rows| [&[1, 0xff, 0xff, 0xff, 0xff], &rows[5..]].concat()),
            "table",
        ),
        (
            "a field that is none",
            ground.forged(|s| s["sql"] = "DROP TABLE users".into(), same),
            "unknown field",
        ),
    ];
    for (what, bytes, says) in cases {
        let said = ground.refused(&bytes, what);
        assert!(said.contains(says), "{what}: {said}");
    }
    ground.assert_unchanged();
}

#[actix_web::test]
async fn a_backup_that_unpacks_without_end_is_refused_early() {
    let ground = Ground::new().await;
    let (head, schema, _) = ground.parts();
    let mut gzip = GzEncoder::new(vec![], Compression::fast());
    gzip.write_all(&head).unwrap();
    gzip.write_all(&u32::try_from(schema.len()).unwrap().to_be_bytes()).unwrap();
    gzip.write_all(&schema).unwrap();
    // The first table by name has no rows here: whatever comes first, a text of 256 MiB is claimed and is there.
    gzip.write_all(&[1]).unwrap();
    gzip.write_all(&(256_u32 << 20).to_be_bytes()).unwrap();
    for _ in 0..90 {
        gzip.write_all(&vec![b'a'; 1 << 20]).unwrap();
    }
    let bomb = gzip.finish().unwrap();
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let said = ground.refused(&bomb, "a bomb");
    assert!(said.contains("unpacks to far more") || said.contains("table"), "{said}");
    ground.assert_unchanged();
}

/// Somebody who owns a backup may give it a hash that fits: the evidence itself still tells.
#[actix_web::test]
async fn a_backup_with_altered_evidence_is_refused_by_the_evidence() {
    let ground = Ground::new().await;
    let bytes = ground.forged(
        |_| {},
        |mut rows| {
            let at = rows.windows(8).rposition(|window| window == b"as found").expect("a note of a test");
            rows[at..at + 8].copy_from_slice(b"no fault");
            rows
        },
    );
    let said = ground.refused(&bytes, "altered evidence");
    assert!(said.contains("evidence is broken") && said.contains("record"), "{said}");
    ground.assert_unchanged();
}
