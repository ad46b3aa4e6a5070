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

/// Words that the program writes itself, or that describe things and rules: nobody's name is looked for in them.
const ABOUT_THINGS: &[(&str, &str)] = &[
    ("assets", "description"),
    ("checklists", "text"),
    ("dues", "reason"),
    ("parts", "description"),
    ("plan_runs", "result"),
    ("preset_choices", "reason"),
    ("ripples", "what"),
    ("sequences", "text"),
    ("signals", "words"),
];

#[test]
fn every_column_of_free_words_is_looked_through_for_somebody_who_is_to_be_erased() {
    use store::erasures::{FIXED_TEXTS, TEXTS};
    const FREE: [&str; 10] =
        ["text", "note", "notes", "reason", "words", "title", "description", "what", "request", "result"];
    let known: Vec<&str> = TEXTS.iter().chain(FIXED_TEXTS).map(|text| text.code).collect();
    let mut seen = 0;
    for (_, source) in sources("crates/store/src/schema") {
        for table in source.split("table! {").skip(1) {
            let name = table.trim().split([' ', '(']).next().unwrap();
            let columns = table.lines().filter_map(|line| line.trim().split_once(" -> "));
            let free = |(column, kind): &(&str, &str)| FREE.contains(column) && kind.contains("Text");
            for (column, _) in columns.filter(free) {
                seen += 1;
                let code = format!("{name}.{column}");
                let listed = known.contains(&code.as_str()) || ABOUT_THINGS.contains(&(name, column));
                assert!(listed, "{code} is neither looked through nor said to be about things");
            }
        }
    }
    assert!(seen > 40, "the test would be blind: {seen}");
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
