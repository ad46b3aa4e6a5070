//! Keeps `list.txt` true: each test that it names is there.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// The names of all functions below a folder.
fn functions(folder: &Path, found: &mut HashSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            functions(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.extend(
                text.split("fn ").skip(1).filter_map(|rest| rest.split('(').next().map(str::to_owned)),
            );
        }
    }
}

#[test]
fn each_attack_has_the_tests_that_the_list_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = HashSet::new();
    functions(&root.join("tests"), &mut found);
    functions(&root.join("src/web"), &mut found);
    let lines = include_str!("list.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut listed = 0;
    for line in lines {
        let tests = line.get(44..).unwrap_or_default().split_whitespace();
        let missing: Vec<&str> = tests.filter(|test| !found.contains(*test)).collect();
        assert!(missing.is_empty() && line.len() > 44, "{line}: {missing:?}");
        listed += 1;
    }
    assert!(listed > 30, "{listed}");
}
