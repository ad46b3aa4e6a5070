//! Certificates as PDF, upright A4; the register of a site lies across.
mod assessment;
mod closing;
mod collection;
mod head;
mod letter;
mod register;
mod single;
mod site;
mod totals;

pub use assessment::assessment;
pub use collection::collection;
pub use letter::letters;
pub use single::single;
pub use site::site;

use crate::RenderError;
use crate::paper::flow::Page;
use crate::paper::{self, Album, Picture};
use crate::pdf::{Bookmark, Document};
use chrono::{DateTime, Utc};
use domain::certificate::{Closing, Head, State};
use domain::wording::fill;

fn start(head: &Head, title: &str, created: DateTime<Utc>) -> Document {
    let title = format!("{title} {} {}", number_and_revision(head), head.customer);
    paper::start(&title, (head.language, &head.firm), created)
}

/// Adds running heads and page numbers, which only now are known, and writes everything.
fn finish(
    document: Document,
    filled: (Vec<Page>, Vec<Bookmark>),
    heads: &[&Head],
) -> Result<Vec<u8>, RenderError> {
    let heads: Vec<_> = heads.iter().map(|head| head::masthead(head)).collect();
    paper::finish(document, filled, &heads)
}

/// The signatures, in their order.
fn signatures(
    album: &mut Album,
    document: &mut Document,
    closing: &Closing,
) -> Result<Vec<Option<Picture>>, RenderError> {
    closing.signatures.iter().map(|signature| album.add(document, signature.image.as_ref())).collect()
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
