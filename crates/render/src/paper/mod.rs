//! What every paper of ours is made of: pages filled from top to bottom, heads, tables, charts, pictures.
pub(crate) mod chart;
pub(crate) mod code;
pub(crate) mod flow;
pub(crate) mod head;
pub(crate) mod photos;
pub(crate) mod signature;
pub(crate) mod style;
pub(crate) mod table;

use crate::RenderError;
use crate::pdf::{Bookmark, Document, Meta};
use chrono::{DateTime, Utc};
use domain::certificate::Firm;
use domain::code::Code;
use domain::wording::Language;
use flow::Page;
use head::Masthead;
use std::collections::HashMap;

/// A picture already in the document.
#[derive(Clone, Copy)]
pub(crate) struct Picture {
    pub number: usize,
    pub pixels: [u32; 2],
}

impl Picture {
    /// Its size in millimetres when it must fit a box.
    pub fn within_mm(self, w_mm: f64, h_mm: f64) -> [f64; 2] {
        let [w, h] = self.pixels.map(|p| f64::from(p.max(1)));
        let scale = (w_mm / w).min(h_mm / h);
        [w * scale, h * scale]
    }
}

/// The pictures of a document, each kept once however often it is drawn: one firm's logo stands on every site's head.
#[derive(Default)]
pub(crate) struct Album(HashMap<Vec<u8>, Picture>);

impl Album {
    pub fn add(
        &mut self,
        document: &mut Document,
        bytes: Option<&Vec<u8>>,
    ) -> Result<Option<Picture>, RenderError> {
        let Some(bytes) = bytes.filter(|b| !b.is_empty()) else { return Ok(None) };
        if let Some(known) = self.0.get(bytes) {
            return Ok(Some(*known));
        }
        let (number, pixels) = document.add_picture(bytes)?;
        let picture = Picture { number, pixels };
        self.0.insert(bytes.clone(), picture);
        Ok(Some(picture))
    }
}

/// A document with a title, in a language, by a firm.
pub(crate) fn start(title: &str, (language, firm): (Language, &Firm), created: DateTime<Utc>) -> Document {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let (lang, author) = (language.code(), firm.name.clone());
    Document::new(Meta { title, created, lang, author, unscaled: false })
}

/// Adds running heads and page numbers, which only now are known, and writes everything.
pub(crate) fn finish(
    mut document: Document,
    (pages, bookmarks): (Vec<Page>, Vec<Bookmark>),
    heads: &[Masthead],
) -> Result<Vec<u8>, RenderError> {
    let count = pages.len();
    document.expect_pages(count);
    for (index, mut page) in pages.into_iter().enumerate() {
        if let Some(head) = heads.get(page.section) {
            head::running(&mut page, head, index + 1, count);
        }
        document.add_page(page.size_mm, &page.marks, &page.links)?;
    }
    document.finish(&bookmarks)
}
