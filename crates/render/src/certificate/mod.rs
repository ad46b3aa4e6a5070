//! Certificates as PDF, upright A4; the register of a site lies across.
mod assessment;
mod closing;
mod collection;
mod flow;
mod head;
mod letter;
mod photos;
mod register;
mod single;
mod site;
mod style;
mod table;
mod totals;

pub use assessment::assessment;
pub use collection::collection;
pub use letter::letters;
pub use single::single;
pub use site::site;

use crate::RenderError;
use crate::pdf::{Bookmark, Document, Meta};
use chrono::{DateTime, Utc};
use domain::certificate::{Closing, Head, State};
use domain::code::Code;
use domain::wording::fill;
use flow::Page;
use std::collections::HashMap;

/// A picture already in the document.
#[derive(Clone, Copy)]
struct Picture {
    number: usize,
    pixels: [u32; 2],
}

impl Picture {
    /// Its size in millimetres when it must fit a box.
    fn within_mm(self, w_mm: f64, h_mm: f64) -> [f64; 2] {
        let [w, h] = self.pixels.map(|p| f64::from(p.max(1)));
        let scale = (w_mm / w).min(h_mm / h);
        [w * scale, h * scale]
    }
}

/// The pictures of a document, each kept once however often it is drawn: one firm's logo stands on every site's head.
#[derive(Default)]
struct Album(HashMap<Vec<u8>, Picture>);

impl Album {
    fn add(
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

    /// The signatures, in their order.
    fn signatures(
        &mut self,
        document: &mut Document,
        closing: &Closing,
    ) -> Result<Vec<Option<Picture>>, RenderError> {
        closing.signatures.iter().map(|signature| self.add(document, signature.image.as_ref())).collect()
    }
}

fn start(head: &Head, title: &str, created: DateTime<Utc>) -> Document {
    let title = format!("{title} {} {}", number_and_revision(head), head.customer);
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    Document::new(Meta {
        title,
        created,
        lang: head.language.code(),
        author: head.firm.name.clone(),
        unscaled: false,
    })
}

/// Adds running heads and page numbers, which only now are known, and writes everything.
fn finish(
    mut document: Document,
    (pages, bookmarks): (Vec<Page>, Vec<Bookmark>),
    heads: &[&Head],
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

fn number_and_revision(head: &Head) -> String {
    if head.revision <= 1 {
        return head.number.clone();
    }
    let revision = fill(head.language.words().revision, &[&head.revision.to_string()]);
    format!("{}, {revision}", head.number)
}

/// The words that tell a reader not to rely on this copy.
fn warning(head: &Head) -> Option<String> {
    let words = head.language.words();
    match &head.state {
        State::Current => None,
        State::Superseded(by) if by.is_empty() => Some(words.superseded.into()),
        State::Superseded(by) => Some(fill(words.superseded_by, &[by])),
        State::Redacted(why) if why.is_empty() => Some(words.redacted.into()),
        State::Redacted(why) => Some(fill(words.redacted_because, &[why])),
    }
}
