//! Rows of a table of intervals as people type them, one a line:
//! `combined; II, II_FE; portable, hand_held; 12`, `user_check; any; any; none: battery only`, `combined; I; it; 60 ?`.

use crate::code::Code;
use crate::equipment::TestKind;
use crate::preset::PresetRow;
use crate::ruleset::Confidence;

/// The longest interval, in months.
pub const MOST_MONTHS: u32 = 120;
/// How many rows a table has at most.
pub const MOST_ROWS: usize = 200;
const LONGEST_WHY: usize = 200;

/// Reads rows, in which `?` marks a figure as not confirmed and anything else counts as one source.
///
/// # Errors
/// The number of the line at fault and what would be right.
pub fn read_rows(text: &str) -> Result<Vec<PresetRow>, String> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let mut rows = vec![];
    for (line, number) in lines {
        rows.push(read_row(line).map_err(|why| format!("line {number}: {why}"))?);
        if rows.len() > MOST_ROWS {
            return Err(format!("line {number}: a table has at most {MOST_ROWS} lines"));
        }
    }
    Ok(rows)
}

/// Writes rows as [`read_rows`] reads them.
pub fn write_rows(rows: &[PresetRow]) -> String {
    rows.iter().map(|row| write_row(row) + "\n").collect()
}

fn read_row(line: &str) -> Result<PresetRow, String> {
    let parts: Vec<&str> = line.splitn(4, ';').map(str::trim).collect();
    let [kind, class, types, interval] = parts.as_slice() else {
        return Err("write kind; class; type; months, such as combined; I; portable; 12".to_owned());
    };
    let kind: TestKind = word(kind)?;
    if !TestKind::FALLING_DUE.contains(&kind) {
        return Err("only user_check, formal_visual and combined fall due by date".to_owned());
    }
    let (interval, confidence) = match interval.strip_suffix('?') {
        Some(rest) => (rest.trim(), Confidence::Unconfirmed),
        None => (*interval, Confidence::OneSource),
    };
    let (months, why) = read_months(interval)?;
    Ok(PresetRow { kind, class: words(class)?, types: words(types)?, months, why, confidence })
}

fn read_months(text: &str) -> Result<(Option<u32>, String), String> {
    let lower = text.to_ascii_lowercase();
    if lower == "none" || lower.starts_with("none:") {
        let why = text.get(5..).unwrap_or_default().trim().to_owned();
        if why.chars().count() > LONGEST_WHY || why.chars().any(char::is_control) {
            return Err(format!("a reason has at most {LONGEST_WHY} characters"));
        }
        return Ok((None, why));
    }
    let number = lower.trim_end_matches("months").trim_end_matches("month").trim();
    match number.parse() {
        Ok(months @ 1..=MOST_MONTHS) => Ok((Some(months), String::new())),
        _ => Err(format!(
            "\"{}\" is neither months from 1 to {MOST_MONTHS} nor \"none: reason\"",
            text.chars().take(40).collect::<String>()
        )),
    }
}

fn words<T: Code>(text: &str) -> Result<Vec<T>, String> {
    if matches!(text.to_ascii_lowercase().as_str(), "" | "any" | "all") {
        return Ok(vec![]);
    }
    text.split(',').map(|part| word(part.trim())).collect()
}

/// A code or label, whatever the case.
fn word<T: Code>(text: &str) -> Result<T, String> {
    let same =
        |member: &T| member.code().eq_ignore_ascii_case(text) || member.label().eq_ignore_ascii_case(text);
    let short: String = text.chars().take(40).collect();
    T::ALL.iter().copied().find(same).map_or_else(|| T::parse_code(&short), Ok)
}

fn write_row(row: &PresetRow) -> String {
    let class = list(&row.class);
    let types = list(&row.types);
    let interval = match row.months {
        Some(months) => months.to_string(),
        None if row.why.is_empty() => "none".to_owned(),
        None => format!("none: {}", row.why),
    };
    let mark = if row.is_unconfirmed() { " ?" } else { "" };
    format!("{}; {class}; {types}; {interval}{mark}", row.kind.code())
}

fn list<T: Code>(members: &[T]) -> String {
    match members {
        [] => "any".to_owned(),
        some => some.iter().map(|member| member.code()).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
#[path = "preset_text_tests.rs"]
mod tests;
