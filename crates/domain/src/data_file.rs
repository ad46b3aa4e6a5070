//! What every file of the firm's own has: a head that names it, and tables whose place in the text an error names.

/// Checks the code, name and version at the head of a data file.
///
/// # Errors
/// Says what would be right.
pub(crate) fn check_head(code: &str, name: &str, version: u32) -> Result<(), String> {
    check_key("code", code)?;
    if name.trim().is_empty() || name.chars().count() > 120 {
        return Err("name: write 1 to 120 characters".to_owned());
    }
    match version {
        0 => Err("version counts from 1".to_owned()),
        _ => Ok(()),
    }
}

/// Checks a short name by which a program finds something.
///
/// # Errors
/// Says what would be right.
pub(crate) fn check_key(field: &str, key: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    match key.is_empty() || key.len() > 60 || !key.chars().all(plain) {
        true => Err(format!("{field}: write 1 to 60 of a to z, 0 to 9 and _")),
        false => Ok(()),
    }
}

/// The line, from 1, on which the n-th table of this name begins, counted from 0; none where it cannot be told.
pub(crate) fn line_of(text: &str, table: &str, n: usize) -> Option<usize> {
    let head = format!("[[{table}]]");
    text.lines()
        .enumerate()
        .filter(|(_, line)| line.trim_start().starts_with(&head))
        .nth(n)
        .map(|(i, _)| i + 1)
}
