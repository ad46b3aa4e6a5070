//! Sheets of labels as PDF.

use crate::font::Fonts;
use crate::pdf::{Document, Meta};
use chrono::{DateTime, Utc};
use domain::label::{Design, LabelData, LabelError, Mark, Stock, lay_out};

/// How to print a batch.
#[derive(Debug, Clone)]
pub struct SheetOptions {
    /// The first cell of the first sheet to print on, from 1 along the rows.
    pub start_cell: usize,
    /// The printer's dots an inch; QR modules are whole dots of it.
    pub dpi: u32,
    /// The document's title.
    pub title: String,
    /// Stamped into the document; the same stamp gives the same bytes.
    pub created: DateTime<Utc>,
}

impl SheetOptions {
    /// From the first cell, at 600 dpi.
    pub fn new(title: impl Into<String>, created: DateTime<Utc>) -> Self {
        Self { start_cell: 1, dpi: 600, title: title.into(), created }
    }
}

/// Sheets with one label an item. `progress` is called after each sheet with the number of labels done.
///
/// # Errors
/// The start cell lies outside the sheet, there is no item, or a label cannot be laid out.
pub fn labels_pdf(
    stock: &Stock,
    design: &Design,
    items: impl IntoIterator<Item = LabelData>,
    options: &SheetOptions,
    progress: &mut dyn FnMut(usize),
) -> Result<Vec<u8>, LabelError> {
    let cells = stock.cells();
    if options.start_cell == 0 || options.start_cell > cells {
        return Err(LabelError::StartCell { given: options.start_cell, cells });
    }
    let pdf_error = |e: crate::RenderError| LabelError::Pdf(e.to_string());
    let meta = Meta {
        title: options.title.clone(),
        created: options.created,
        lang: "en-GB",
        author: String::new(),
        unscaled: true,
    };
    let mut document = Document::new(meta);
    let mut page = Vec::new();
    let (mut cell, mut done) = (options.start_cell - 1, 0);
    for item in items {
        if cell == cells {
            document.add_page(stock.page_mm, &page, &[]).map_err(pdf_error)?;
            page.clear();
            cell = 0;
            progress(done);
        }
        let laid = lay_out(stock, design, &item, options.dpi, &Fonts)?;
        let [dx, dy] = stock.cell_mm(cell).unwrap_or_default();
        page.extend(laid.marks.into_iter().map(|m| on_dots(m.moved(dx, dy), options.dpi)));
        cell += 1;
        done += 1;
    }
    if done == 0 {
        return Err(LabelError::NoLabels);
    }
    document.add_page(stock.page_mm, &page, &[]).map_err(pdf_error)?;
    progress(done);
    document.finish(&[]).map_err(pdf_error)
}

/// Moves a code onto the printer's dot grid; between dots its modules would print unequal.
fn on_dots(mut mark: Mark, dpi: u32) -> Mark {
    if let Mark::Qr { x_mm, y_mm, .. } = &mut mark {
        let dot_mm = 25.4 / f64::from(dpi.max(1));
        *x_mm = (*x_mm / dot_mm).round() * dot_mm;
        *y_mm = (*y_mm / dot_mm).round() * dot_mm;
    }
    mark
}
