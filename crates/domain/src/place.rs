//! Places as people write them down: many at once, nested, and in the order they expect.

use std::cmp::Ordering;

/// What joins the names of a path, from the outermost place to the innermost.
pub const JOIN: &str = " / ";
/// The longest name of a place, in characters.
pub const LONGEST_NAME: usize = 200;
/// How many places one text may name.
pub const MOST: usize = 1000;
/// How deep places nest: building, wing, floor, room, bay, shelf and two to spare.
pub const DEEPEST: usize = 8;
const TAB: usize = 4;

/// Reads places written one a line, nested by indentation or by " / ", and gives each path once, outer places first.
///
/// # Errors
/// The number of the line at fault and what would be right.
pub fn read_outline(text: &str) -> Result<Vec<Vec<String>>, String> {
    let mut found: Vec<Vec<String>> = vec![];
    let mut open: Vec<(usize, Vec<String>)> = vec![];
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        let indent = indentation(line);
        open.retain(|(outer, _)| *outer < indent);
        let mut path = open.last().map(|(_, path)| path.clone()).unwrap_or_default();
        for name in line.trim().split(JOIN) {
            path.push(check_name(name).map_err(|why| format!("line {number}: {why}"))?);
            if path.len() > DEEPEST {
                return Err(format!("line {number}: places nest at most {DEEPEST} deep"));
            }
            if !found.contains(&path) {
                found.push(path.clone());
            }
        }
        if found.len() > MOST {
            return Err(format!("line {number}: add at most {MOST} places at once"));
        }
        open.push((indent, path));
    }
    Ok(found)
}

/// The name without outer spaces.
///
/// # Errors
/// Says what a name cannot be.
pub fn check_name(name: &str) -> Result<String, String> {
    let name = name.trim();
    match name {
        "" | "/" => Err("a name is missing".to_owned()),
        _ if name.chars().count() > LONGEST_NAME => {
            Err(format!("a name has at most {LONGEST_NAME} characters"))
        }
        _ if name.chars().any(char::is_control) => {
            Err("a name cannot hold tabs or other control characters".to_owned())
        }
        // "A / B" as one name would read as B inside A.
        _ if name.contains(JOIN) || name.starts_with("/ ") || name.ends_with(" /") => {
            Err("a name cannot hold \" / \", which stands between a place and what is in it".to_owned())
        }
        _ => Ok(name.to_owned()),
    }
}

fn indentation(line: &str) -> usize {
    line.chars().take_while(|c| c.is_whitespace()).fold(0, |at, c| match c {
        '\t' => (at / TAB + 1) * TAB,
        _ => at + 1,
    })
}

/// Compares names as people count: "Room 2" before "Room 10", whatever the case.
pub fn compare_names(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (parts(a).into_iter(), parts(b).into_iter());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x != y => return x.cmp(&y),
            _ => {}
        }
    }
}

/// A run of digits by length and digits, which orders numbers of any size; or other letters in lower case.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(usize, String),
    Letters(String),
}

fn parts(name: &str) -> Vec<Part> {
    let lower = name.to_lowercase();
    let mut parts = vec![];
    let mut rest = lower.as_str();
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let number = run.trim_start_matches('0');
        parts.push(match digits {
            true => Part::Number(number.len(), number.to_owned()),
            false => Part::Letters(run.to_owned()),
        });
        rest = after;
    }
    parts
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
