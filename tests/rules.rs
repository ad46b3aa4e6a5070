//! The rules of the house, checked.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push((path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

#[test]
fn the_domain_is_pure() {
    for (path, text) in sources("crates/domain/src") {
        for word in ["diesel::", "actix", "std::fs", "std::net", "Utc::now", "Local::now"] {
            assert!(!text.contains(word), "{} holds {word}", path.display());
        }
    }
}

#[test]
fn only_two_files_name_a_backend() {
    for (path, text) in sources("crates/store/src").into_iter().chain(sources("src")) {
        let named = ["SqliteConnection", "PgConnection", "AnyConnection::Sqlite", "AnyConnection::Postgres"];
        let may = path.ends_with("portable.rs") || path.ends_with("search.rs");
        assert!(may || !named.iter().any(|word| text.contains(word)), "{} names a backend", path.display());
    }
}

#[test]
fn no_file_is_longer_than_500_lines() {
    for folder in ["src", "crates", "tests", "benches"] {
        for (path, text) in sources(folder) {
            let lines = text.lines().count();
            assert!(lines <= 500, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |backend: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(backend);
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
