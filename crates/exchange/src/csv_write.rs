//! CSV that a spreadsheet opens as text: RFC 4180, and no cell starts a formula.

/// Ends every record.
const END: &str = "\r\n";

/// The byte order mark without which Excel takes UTF-8 for Windows-1252; put it before the header.
pub const EXCEL_MARK: &str = "\u{feff}";

/// A cell that no spreadsheet runs: an apostrophe stands before text that would start a formula.
///
/// Plain negative numbers stay numbers. Leading quotes and spaces do not hide a formula, since some programs drop
/// them. [`restore`] undoes it exactly.
pub fn neutralise(cell: &str) -> String {
    if starts_formula(cell) && !is_number(cell) { format!("'{cell}") } else { cell.to_string() }
}

/// Undoes [`neutralise`], so that an exported file can be edited and imported again.
pub fn restore(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if starts_formula(rest) && !is_number(rest) => rest,
        _ => cell,
    }
}

/// One record with its line end.
pub fn record<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|c| quote(&neutralise(c))).collect();
    // A record of one empty cell would be a blank line, which readers skip.
    if cells.len() == 1 && cells[0].is_empty() {
        return format!("\"\"{END}");
    }
    cells.join(",") + END
}

/// A whole file: the header, then the rows; write large exports record by record instead.
pub fn file<S: AsRef<str>>(header: &[S], rows: impl IntoIterator<Item = Vec<S>>) -> String {
    let mut out = format!("{EXCEL_MARK}{}", record(header.iter().map(AsRef::as_ref)));
    for row in rows {
        out.push_str(&record(row.iter().map(AsRef::as_ref)));
    }
    out
}

fn starts_formula(cell: &str) -> bool {
    // The control characters are looked for first: trimming would drop them.
    let bare = cell.trim_start_matches(['\'', '"', ' ', '\u{a0}', '\u{feff}']);
    bare.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

fn is_number(cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let Some(number) = cell.strip_prefix('-') else { return false };
    match number.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(number),
    }
}

/// Quotes what any delimiter could cut: opened where lists are separated by semicolons, `a;=b` would be two cells.
fn quote(cell: &str) -> String {
    let edges = cell.starts_with(char::is_whitespace) || cell.ends_with(char::is_whitespace);
    if edges || cell.starts_with('\u{feff}') || cell.contains([',', ';', '\t', '|', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv_table::Table;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for (given, written) in [
            ("=1+1", "'=1+1"),
            ("+44 20 7946 0000", "'+44 20 7946 0000"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("\"=1", "'\"=1"),
            (" =1", "' =1"),
            ("＝1", "'＝1"),
            ("-", "'-"),
            ("-1e5", "'-1e5"),
            ("-12.50", "-12.50"),
            ("-7", "-7"),
            ("a=1", "a=1"),
            ("'quoted", "'quoted"),
            ("", ""),
        ] {
            assert_eq!(neutralise(given), written);
            assert_eq!(restore(written), given);
        }
    }

    #[test]
    fn a_file_is_rfc_4180_with_a_mark_for_excel() {
        let text = file(&["Tag", "Notes"], [vec!["7K3M9QXT", "says \"hi\",\nbye"], vec!["a;=b", ""]]);
        assert_eq!(text, "\u{feff}Tag,Notes\r\n7K3M9QXT,\"says \"\"hi\"\",\nbye\"\r\n\"a;=b\",\r\n");
        assert_eq!(record([""]), "\"\"\r\n");
    }

    proptest! {
        #[test]
        fn restore_undoes_neutralise(cell in "(?s)['\" ]{0,2}[-=+@\t\r']?.{0,8}") {
            let written = neutralise(&cell);
            prop_assert_eq!(restore(&written), cell.as_str());
            prop_assert!(is_number(&written) || !written.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }

        #[test]
        fn what_is_written_is_read(rows in prop::collection::vec(prop::collection::vec("(?s)[^\0]{0,6}", 3), 0..8)) {
            let header = ["A", "B", "C"].map(String::from);
            let text = file(&header, rows.clone());
            let table = Table::read(text.as_bytes()).unwrap();
            prop_assert_eq!(table.delimiter, ',');
            let read: Vec<Vec<String>> =
                table.rows.iter().map(|r| r.cells.iter().map(|c| restore(c).to_string()).collect()).collect();
            let written: Vec<Vec<String>> =
                rows.into_iter().filter(|r| r.iter().any(|c| !neutralise(c).trim().is_empty())).collect();
            prop_assert_eq!(read, written);
        }
    }
}
