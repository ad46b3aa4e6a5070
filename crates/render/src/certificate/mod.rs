//! Certificates as PDF, upright A4; the register of a site lies across.
mod closing;
mod flow;
mod head;
mod register;
mod single;
mod site;
mod style;
mod table;
mod totals;

pub use single::single;
pub use site::site;

use crate::RenderError;
use crate::pdf::{Document, Meta};
use chrono::{DateTime, NaiveDate, Utc};
use domain::certificate::{Head, State};
use flow::Flow;

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

fn add_picture(document: &mut Document, bytes: Option<&Vec<u8>>) -> Result<Option<Picture>, RenderError> {
    let Some(bytes) = bytes.filter(|b| !b.is_empty()) else { return Ok(None) };
    let (number, pixels) = document.add_picture(bytes)?;
    Ok(Some(Picture { number, pixels }))
}

fn start(head: &Head, created: DateTime<Utc>) -> Document {
    let title = format!("Certificate {} {}", number_and_revision(head), head.customer);
    Document::new(Meta { title: title.trim().to_string(), created, lang: "en-GB", unscaled: false })
}

/// Adds running heads and page numbers, which only now are known, and writes everything.
fn finish(mut document: Document, flow: Flow, head: &Head) -> Result<Vec<u8>, RenderError> {
    let pages = flow.into_pages();
    let count = pages.len();
    for (index, mut page) in pages.into_iter().enumerate() {
        head::running(&mut page, head, index + 1, count);
        document.add_page(page.size_mm, &page.marks)?;
    }
    document.finish()
}

fn number_and_revision(head: &Head) -> String {
    if head.revision > 1 { format!("{} rev. {}", head.number, head.revision) } else { head.number.clone() }
}

/// The words that tell a reader not to rely on this copy.
fn warning(state: &State) -> Option<String> {
    match state {
        State::Current => None,
        State::Superseded(by) if by.is_empty() => Some("SUPERSEDED: do not rely on this copy".into()),
        State::Superseded(by) => Some(format!("SUPERSEDED by {by}: do not rely on this copy")),
        State::Redacted(why) if why.is_empty() => Some("REDACTED: personal data left out".into()),
        State::Redacted(why) => Some(format!("REDACTED: {why}")),
    }
}

fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

fn days(from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
    match (from, to) {
        (Some(from), Some(to)) if from != to => format!("{} to {}", day(from), day(to)),
        (Some(date), _) | (None, Some(date)) => day(date),
        (None, None) => String::new(),
    }
}
