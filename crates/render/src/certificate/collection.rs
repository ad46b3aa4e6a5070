//! The certificates of many sites in one file: contents, results by site, then each certificate whole.

use super::{finish, head, site, start, totals};
use crate::RenderError;
use crate::paper::flow::{Flow, Page};
use crate::paper::style::{BODY, SMALL, STRONG};
use crate::paper::{Album, Picture};
use crate::pdf::Bookmark;
use chrono::{DateTime, Utc};
use domain::certificate::{Collection, Head, SiteCertificate, Totals};
use domain::label::Ink;

/// Many sites' certificates with a table of contents, totals over all and bookmarks.
///
/// # Errors
/// A logo, signature or photo cannot be read.
pub fn collection(collection: &Collection, created: DateTime<Utc>) -> Result<Vec<u8>, RenderError> {
    let words = collection.head.language.words();
    let (mut document, mut album) =
        (start(&collection.head, words.collection_title, created), Album::default());
    let logo = album.add(&mut document, collection.head.firm.logo.as_ref())?;
    let mut sections = vec![&collection.head];
    let mut body = Flow::empty(collection.head.language, &collection.head.firm);
    let mut starts = Vec::with_capacity(collection.sites.len());
    for certificate in &collection.sites {
        let pictures = site::pictures(&mut album, &mut document, certificate)?;
        body.begin_section(certificate.head.language);
        starts.push(body.page_count() - 1);
        site::body(&mut body, certificate, &pictures);
        sections.push(&certificate.head);
    }
    // Set twice: how many pages the contents take decides what stands in them.
    let before = cover(collection, logo, &starts, 0).page_count();
    let cover = cover(collection, logo, &starts, before);
    finish(document, joined(cover, body), &sections)
}

fn joined(cover: Flow, body: Flow) -> (Vec<Page>, Vec<Bookmark>) {
    let (mut pages, mut bookmarks) = cover.into_pages();
    let before = pages.len();
    let (more, marks) = body.into_pages();
    pages.extend(more);
    bookmarks.extend(marks.into_iter().map(|mark| Bookmark { page: mark.page + before, ..mark }));
    (pages, bookmarks)
}

fn cover(collection: &Collection, logo: Option<Picture>, starts: &[usize], before: usize) -> Flow {
    let head = &collection.head;
    let mut flow = Flow::new(head.language, &head.firm);
    let words = flow.words;
    flow.bookmark(0, words.contents);
    head::top(&mut flow, head, logo, words.collection_title);
    facts(&mut flow, head, collection.sites.len());
    totals::draw(&mut flow, &collection.sites.iter().map(|one| one.totals).sum());
    flow.paragraph(words.collection_note, SMALL.ink(Ink::Black));
    contents(&mut flow, &collection.sites, starts, before);
    chart(&mut flow, &collection.sites);
    flow
}

fn facts(flow: &mut Flow, head: &Head, sites: usize) {
    let words = flow.words;
    let facts = [
        (words.customer, head.customer.clone()),
        (words.contact, head.contact.clone()),
        (words.dates, flow.language.days(head.from, head.to)),
        (words.sites_word, sites.to_string()),
    ];
    flow.facts(4, &facts);
}

/// One line a site, which leads to its page.
fn contents(flow: &mut Flow, sites: &[SiteCertificate], starts: &[usize], before: usize) {
    flow.heading(flow.words.contents, 14.0);
    for (certificate, start) in sites.iter().zip(starts) {
        let page = (before + start + 1).to_string();
        let name = BODY.wrap(&certificate.head.site, flow.width_mm - 60.0);
        let height = BODY.block_mm(name.len()) + 2.0;
        flow.keep(height);
        let (x, y, right) = (flow.left_mm, flow.y_mm, flow.right_mm());
        BODY.lines(flow.marks(), x, y, &name);
        flow.push(SMALL.line(right - 56.0, y + 0.2, super::number_and_revision(&certificate.head)));
        flow.push(STRONG.line_to(right, y, page));
        flow.link(y - 1.0, height, before + start);
        flow.y_mm += height;
        flow.rule(Ink::Silver, 0.1);
        flow.y_mm += 1.2;
    }
}

/// One bar a site with its numbers beside it, so that it reads without colour.
fn chart(flow: &mut Flow, sites: &[SiteCertificate]) {
    let words = flow.words;
    flow.heading(words.results_by_site, 20.0);
    let most = sites.iter().map(|one| one.totals.tested).max().unwrap_or(0).max(1);
    for certificate in sites {
        bar(flow, &certificate.head.site, &certificate.totals, most);
    }
}

fn bar(flow: &mut Flow, name: &str, totals: &Totals, most: usize) {
    let words = flow.words;
    let (name_mm, numbers_mm) = (52.0, 62.0);
    let name = SMALL.ink(Ink::Black).wrap(name, name_mm - 3.0);
    let count = |number: usize, word: &str| (number > 0).then(|| format!("{number} {word}"));
    let numbers = [
        count(totals.passed, words.passed),
        count(totals.failed, words.failed),
        count(totals.incomplete, words.incomplete),
        count(totals.not_found, words.not_found),
    ];
    let numbers = numbers.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let numbers = SMALL.ink(Ink::Black).wrap(&numbers, numbers_mm);
    let height = SMALL.block_mm(name.len().max(numbers.len())).max(3.4) + 2.0;
    flow.keep(height);
    let (x, y, right) = (flow.left_mm, flow.y_mm, flow.right_mm());
    let style = SMALL.ink(Ink::Black);
    style.lines(flow.marks(), x, y + 0.6, &name);
    let whole = flow.width_mm - name_mm - numbers_mm - 4.0;
    // The longest bar is the site with most items: lengths compare sites, parts compare results.
    let length = (whole * totals.tested as f64 / most as f64).max(2.0);
    if totals.tested > 0 {
        totals::bar(flow.marks(), [x + name_mm, y, length, 3.4], totals);
    }
    style.lines(flow.marks(), right - numbers_mm, y + 0.6, &numbers);
    flow.y_mm += height;
}
