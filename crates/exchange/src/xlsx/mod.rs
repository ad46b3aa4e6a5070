//! Workbooks (XLSX), in and out: rows read one by one within bounds, rows written with typed cells.

mod read;
mod styles;
mod write;

pub(crate) use read::XlsxRows;
pub use write::{Cell, Workbook};

/// Undoes the form in which workbooks hide characters that XML cannot hold: "_x000D_".
pub(crate) fn unhide(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.get(at + 6..at + 7) == Some("_"));
        let hidden = code.and_then(|c| u32::from_str_radix(c, 16).ok()).and_then(char::from_u32);
        let (before, after) = rest.split_at_checked(at + 2).unwrap_or((rest, ""));
        match hidden {
            Some(c) => {
                out.push_str(before.strip_suffix("_x").unwrap_or(before));
                out.push(c);
                rest = after.get(5..).unwrap_or_default();
            }
            None => {
                out.push_str(before);
                rest = after;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests;
