//! The certificate of a site over a period.

use super::closing::{close, history, instruments, section};
use super::{finish, head, register, signatures, start, totals};
use crate::RenderError;
use crate::paper::flow::Flow;
use crate::paper::style::BODY;
use crate::paper::table::{Cell, Column, Table};
use crate::paper::{Album, Picture, photos};
use crate::pdf::Document;
use chrono::{DateTime, Utc};
use domain::certificate::{Failure, Photo, SiteCertificate};

/// A certificate's pictures, already in the document.
pub(super) struct Pictures<'a> {
    logo: Option<Picture>,
    signed: Vec<Option<Picture>>,
    photos: Vec<(&'a Photo, Picture)>,
}

/// The certificate of a site over a period: head, totals and failures upright, the register across.
///
/// # Errors
/// A logo, signature or photo cannot be read.
pub fn site(certificate: &SiteCertificate, created: DateTime<Utc>) -> Result<Vec<u8>, RenderError> {
    let head = &certificate.head;
    let mut document = start(head, head.language.words().site_title, created);
    let pictures = pictures(&mut Album::default(), &mut document, certificate)?;
    let mut flow = Flow::new(head.language, &head.firm);
    body(&mut flow, certificate, &pictures);
    finish(document, flow.into_pages(), &[head])
}

pub(super) fn pictures<'a>(
    album: &mut Album,
    document: &mut Document,
    certificate: &'a SiteCertificate,
) -> Result<Pictures<'a>, RenderError> {
    Ok(Pictures {
        logo: album.add(document, certificate.head.firm.logo.as_ref())?,
        signed: signatures(album, document, &certificate.closing)?,
        photos: photos::add(album, document, &certificate.photos)?,
    })
}

/// Everything, from where the flow stands.
pub(super) fn body(flow: &mut Flow, certificate: &SiteCertificate, pictures: &Pictures) {
    let (head, words) = (&certificate.head, flow.words);
    let title = [head.site.as_str(), head.number.as_str()].join(" ");
    flow.bookmark(0, if title.trim().is_empty() { words.certificate } else { title.trim() });
    head::top(flow, head, pictures.logo, words.site_title);
    head::facts(flow, head);
    totals::draw(flow, &certificate.totals);
    failures(flow, certificate);
    not_found(flow, certificate);
    repairs(flow, certificate);
    corrections(flow, certificate);
    decisions(flow, certificate);
    section(flow, words.extent, &head.extent);
    section(flow, words.limitations, &head.limitations);
    instruments(flow, head);
    history(flow, &certificate.closing);
    close(flow, &certificate.closing, &pictures.signed);
    register::draw(flow, &certificate.register, &certificate.footnotes);
    photos::draw(flow, &pictures.photos, certificate.photos_left_out);
}

fn failures(flow: &mut Flow, certificate: &SiteCertificate) {
    let words = flow.words;
    flow.bookmark(1, words.failures);
    if certificate.failures.is_empty() {
        flow.heading(words.failures, 6.0);
        // Only the totals know whether there is nothing to list or the list was not given.
        let none =
            if certificate.totals.failed == 0 { words.failures_none } else { words.failures_elsewhere };
        flow.paragraph(none, BODY);
    } else {
        list(flow, words.failures_heading, &certificate.failures);
    }
    if !certificate.incomplete.is_empty() {
        list(flow, words.incomplete_heading, &certificate.incomplete);
    }
}

fn list(flow: &mut Flow, heading: &str, items: &[Failure]) {
    let words = flow.words;
    let titles = [words.tag, words.item, words.location, words.reason, words.action];
    let rows = items.iter().map(|f| {
        let [description, location, action] =
            [&f.description, &f.location, &f.action].map(|t| Cell::plain(t.as_str()));
        vec![Cell::bold(f.tag.as_str()), description, location, Cell::bold(f.reason.as_str()), action]
    });
    table(&titles, &[22.0, 34.0, 34.0, 50.0, 36.0]).draw(flow, heading, rows);
}

fn table(titles: &[&'static str], widths_mm: &[f64]) -> Table {
    let columns = titles.iter().zip(widths_mm);
    let columns = columns.map(|(title, width_mm)| Column::new(title, *width_mm)).collect();
    Table { columns, style: BODY.pt(7.6), zebra: false }
}

fn not_found(flow: &mut Flow, certificate: &SiteCertificate) {
    if certificate.not_found.is_empty() {
        return;
    }
    let words = flow.words;
    let rows = certificate.not_found.iter().map(|n| {
        let [description, location] = [&n.description, &n.location].map(|t| Cell::plain(t.as_str()));
        vec![Cell::bold(n.tag.as_str()), description, location]
    });
    let heading = capital(words.not_found);
    table(&[words.tag, words.item, words.last_location], &[22.0, 70.0, 84.0]).draw(flow, &heading, rows);
}

fn repairs(flow: &mut Flow, certificate: &SiteCertificate) {
    if certificate.repairs.is_empty() {
        return;
    }
    let words = flow.words;
    let rows = certificate.repairs.iter().map(|r| {
        let [description, failed, passed] =
            [&r.description, &r.failed, &r.passed].map(|t| Cell::plain(t.as_str()));
        vec![Cell::bold(r.tag.as_str()), description, failed, passed]
    });
    let titles = [words.tag, words.item, words.was_failed, words.passed_again];
    table(&titles, &[22.0, 40.0, 60.0, 54.0]).draw(flow, words.repairs, rows);
}

fn corrections(flow: &mut Flow, certificate: &SiteCertificate) {
    if certificate.corrections.is_empty() {
        return;
    }
    let words = flow.words;
    let rows = certificate.corrections.iter().map(|c| {
        let [description, test, reason] =
            [&c.description, &c.test, &c.reason].map(|t| Cell::plain(t.as_str()));
        vec![Cell::bold(c.tag.as_str()), description, test, reason]
    });
    let titles = [words.tag, words.item, words.record_of, words.correction_reason];
    table(&titles, &[22.0, 40.0, 44.0, 70.0]).draw(flow, words.corrections, rows);
}

fn decisions(flow: &mut Flow, certificate: &SiteCertificate) {
    if certificate.decisions.is_empty() {
        return;
    }
    let (words, language) = (flow.words, flow.language);
    let rows = certificate.decisions.iter().map(|d| {
        let day = d.on.map(|day| language.day(day)).unwrap_or_default();
        let [description, said] = [&d.description, &d.words].map(|t| Cell::plain(t.as_str()));
        vec![Cell::bold(d.tag.as_str()), description, Cell::plain(day), said]
    });
    let titles = [words.tag, words.item, words.on_day, words.decided];
    table(&titles, &[22.0, 40.0, 24.0, 90.0]).draw(flow, words.decisions, rows);
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
