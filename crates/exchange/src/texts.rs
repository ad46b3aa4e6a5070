//! A cell as text.

use crate::measures::{Wrong, means_nothing};

/// The longest text of a field, in characters.
pub(crate) const LONGEST_TEXT: usize = 200;

/// What is in a cell, without what stands around it.
pub(crate) fn bare(cell: &str) -> &str {
    crate::csv_write::restore(cell.trim_matches(|c: char| c.is_whitespace() || invisible(c)))
}

/// A text that identifies something, so "n/a" in a hundred rows must not become a hundred times the same one.
pub(crate) fn code(cell: &str) -> Result<Option<String>, Wrong> {
    if means_nothing(cell) {
        return Ok(None);
    }
    let exponent = cell.to_ascii_uppercase();
    let mangled = exponent.split_once("E+").is_some_and(|(digits, power)| {
        digits.contains(['.', ',']) && power.bytes().all(|b| b.is_ascii_digit()) && !power.is_empty()
    });
    if mangled {
        let reason = "a spreadsheet has turned a long number into this and lost its last digits";
        return Err(Wrong::new(reason, "the number itself, from a column formatted as text"));
    }
    text(cell)
}

/// One line of text: line breaks and tabs become spaces, control and invisible characters go.
pub(crate) fn text(cell: &str) -> Result<Option<String>, Wrong> {
    let spaced: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let kept: String = spaced.chars().filter(|c| !invisible(*c)).collect();
    let joined = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    bounded(joined, LONGEST_TEXT)
}

/// Text with its line breaks, of at most so many characters.
pub(crate) fn long(cell: &str, most: usize) -> Result<Option<String>, Wrong> {
    let lines = cell.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String =
        lines.chars().filter(|c| (!c.is_control() || matches!(c, '\n' | '\t')) && !invisible(*c)).collect();
    bounded(kept.trim().to_string(), most)
}

fn bounded(text: String, most: usize) -> Result<Option<String>, Wrong> {
    let count = text.chars().count();
    if count > most {
        return Err(Wrong::new(format!("it has {count} characters; at most {most} fit"), "a shorter text"));
    }
    Ok((!text.is_empty()).then_some(text))
}

/// Marks that steer the direction of text or take no room: they make two names look alike that are not.
fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
