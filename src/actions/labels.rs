//! Labels: which assets, what each label says, and the sheets.

mod data;
mod library;
mod parts;
mod select;

pub use data::LeftOut;
pub use library::{find_design, find_stock, open_library, stock_words};
pub use parts::{PartLabels, gather_parts};
pub use select::{MOST_LABELS, Selection, select_path};

use domain::label::{Design, LabelData, LabelError, Stock, lay_out};
use domain::permission::DownloadPapers;
use domain::standing::Marks;
use render::{Fonts, SheetOptions, labels_pdf};
use store::label_rows::{LabelRow, Tested};
use store::{AnyConnection, Right, Scope};

use crate::app::App;
use crate::error::{Error, Result};

/// Dots an inch of an office printer; codes are whole dots of it.
const DPI: u32 = 600;

/// The labels to print, and which of those asked for are not among them.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// What each label says, by place and then by tag.
    pub labels: Vec<LabelData>,
    /// The tags left out, each with the reason.
    pub left_out: Vec<LeftOut>,
}

/// One label as it will look.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The drawing.
    pub svg: String,
    /// What somebody should know before printing.
    pub warnings: Vec<String>,
}

/// Gathers the labels of a selection for a design. A pass label goes only to what passed and is not locked,
/// a fail label only to what is quarantined; the rest is left out with the reason.
///
/// # Errors
/// Not found for a foreign part of the register; too large beyond 10,000; a field error for an empty selection.
pub fn gather(
    app: &App,
    right: &Right<DownloadPapers>,
    selection: &Selection,
    design: &Design,
) -> Result<Batch> {
    let firm = super::set_up::find_firm(app)?;
    app.store.read(|conn| {
        let (ids, mut left_out) = select::select(conn, right.scope(), selection)?;
        let rows = store::label_rows::list_label_rows(conn, right.scope(), &ids)?;
        let tests = store::label_rows::list_tested(conn, &ids)?;
        let marks = store::marks::marks_of_many(conn, &ids)?;
        let unmarked = Marks::default();
        let mut labels = Vec::with_capacity(rows.len());
        for row in rows {
            let known =
                (tests.get(&row.id).map_or(&[][..], Vec::as_slice), marks.get(&row.id).unwrap_or(&unmarked));
            match data::label_of(&row, known, design, (&firm, &app.config.base_url, app.now()))? {
                Ok(mut label) => {
                    if let Some(reason) = fail_reason(conn, right.scope(), &row, known)? {
                        label.set("test.reason", reason);
                    }
                    labels.push(label);
                }
                Err(why) => left_out.push(LeftOut { tag: row.tag, why }),
            }
        }
        Ok(Batch { labels, left_out })
    })
}

/// Why a locked thing failed, in the words of its last failed test; the lock's own words where there is none.
fn fail_reason(
    conn: &mut AnyConnection,
    scope: &Scope,
    row: &LabelRow,
    (tests, marks): (&[Tested], &Marks),
) -> Result<Option<String>> {
    match (row.lock_cause.is_some(), data::failed(tests, marks)) {
        (true, Some(fail)) => {
            let test = store::tests::find_recorded_test(conn, scope, &fail.id)?;
            Ok(Some(super::certificates::reason(&test.evidence)))
        }
        _ => Ok(None),
    }
}

/// The sheets as PDF. `progress` hears the number of labels done after each sheet.
///
/// # Errors
/// A field error for a start cell outside the sheet, for a stock that the design does not fit, and for nothing
/// left to print, naming why.
pub fn print(
    app: &App,
    (stock, design, start): (&Stock, &Design, usize),
    batch: &Batch,
    progress: &mut dyn FnMut(usize),
) -> Result<Vec<u8>> {
    if batch.labels.is_empty() {
        return Err(nothing_left(batch));
    }
    let title = format!("{} labels on {}", batch.labels.len(), stock.code);
    let options = SheetOptions { start_cell: start, dpi: DPI, ..SheetOptions::new(title, app.now()) };
    labels_pdf(stock, design, batch.labels.iter().cloned(), &options, progress).map_err(in_words)
}

/// The first label of a batch, drawn as it will be printed.
///
/// # Errors
/// As [`print()`].
pub fn preview(stock: &Stock, design: &Design, label: &LabelData) -> Result<Preview> {
    let laid = lay_out(stock, design, label, DPI, &Fonts).map_err(in_words)?;
    let of = ["asset.tag", "part.number"].map(|field| label.get(field)).concat();
    let title = format!("Preview of the label for {of}");
    let svg = render::svg(stock.label_mm, &laid.marks, &title).map_err(|e| Error::Internal(e.to_string()))?;
    let mut warnings = laid.notes;
    if !svg.contains("shape-rendering") {
        let words = "This label is too small for a code that a phone can read: it carries the tag in words.";
        warnings.insert(0, words.to_owned());
    }
    let printed = laid.marks.iter().filter_map(|mark| match mark {
        domain::label::Mark::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    let missing = render::missing_glyphs(&printed.collect::<String>());
    if !missing.is_empty() {
        let shown: String = missing.into_iter().take(20).collect();
        warnings.push(format!("The label font has no sign for {shown}: an empty box is printed instead."));
    }
    Ok(Preview { svg, warnings })
}

fn nothing_left(batch: &Batch) -> Error {
    let shown: Vec<_> = batch.left_out.iter().take(10).map(ToString::to_string).collect();
    let more = batch.left_out.len().saturating_sub(10);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    match shown.is_empty() {
        true => Error::field("tags", "there is nothing to print: no asset fits this selection"),
        false => Error::field("tags", format!("there is nothing to print: {}{more}", shown.join("; "))),
    }
}

/// A label error at the field that would put it right.
pub(crate) fn in_words(error: LabelError) -> Error {
    let field = match error {
        LabelError::NoSuchDesign(_) | LabelError::NotAllowed { .. } => "design",
        LabelError::StartCell { .. } => "start",
        LabelError::NoLabels => "tags",
        LabelError::Pdf(_) => return Error::Internal(error.to_string()),
        _ => "stock",
    };
    Error::field(field, error.to_string())
}
