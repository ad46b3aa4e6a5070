//! The certificate of one test.

use super::closing::{close, history, instrument_line};
use super::{finish, head, signatures, start};
use crate::RenderError;
use crate::paper::flow::Flow;
use crate::paper::style::{BODY, HEADING, SMALL, STRONG, TITLE};
use crate::paper::table::{Cell, Column, Look, Table};
use crate::paper::{Album, photos};
use chrono::{DateTime, Utc};
use domain::certificate::{NextDue, Outcome, Reading, SingleCertificate, VisualItem};
use domain::label::{Ink, Mark};

/// The certificate of one test.
///
/// # Errors
/// A logo or signature cannot be read.
pub fn single(certificate: &SingleCertificate, created: DateTime<Utc>) -> Result<Vec<u8>, RenderError> {
    let words = certificate.head.language.words();
    let (mut document, mut album) = (start(&certificate.head, words.single_title, created), Album::default());
    let logo = album.add(&mut document, certificate.head.firm.logo.as_ref())?;
    let signed = signatures(&mut album, &mut document, &certificate.closing)?;
    let shown = photos::add(&mut album, &mut document, &certificate.photos)?;
    let mut flow = Flow::new(certificate.head.language, &certificate.head.firm);
    head::top(&mut flow, &certificate.head, logo, words.single_title);
    verdict(&mut flow, certificate);
    asset(&mut flow, certificate);
    readings(&mut flow, &certificate.readings);
    visual(&mut flow, &certificate.visual);
    flow.heading(words.customer_and_test, 12.0);
    head::facts(&mut flow, &certificate.head);
    remarks(&mut flow, certificate);
    history(&mut flow, &certificate.closing);
    close(&mut flow, &certificate.closing, &signed);
    photos::draw(&mut flow, &shown, certificate.photos_left_out);
    finish(document, flow.into_pages(), &[&certificate.head])
}

/// A pass is a framed word with a tick, a failure white on a filled block: they differ without colour.
fn verdict(flow: &mut Flow, certificate: &SingleCertificate) {
    let (word, fail) = match certificate.verdict {
        Some(Outcome::Pass) => (flow.words.verdict_pass, false),
        Some(Outcome::Fail) => (flow.words.verdict_fail, true),
        Some(_) => (flow.words.verdict_incomplete, false),
        None => (flow.words.verdict_none, false),
    };
    let (x_mm, y_mm, w_mm, h_mm, radius_mm) = (flow.left_mm, flow.y_mm, 54.0, 16.0, 1.5);
    if fail {
        flow.push(Mark::Fill { x_mm, y_mm, w_mm, h_mm, radius_mm, ink: Ink::Red });
    } else {
        flow.push(Mark::Frame { x_mm, y_mm, w_mm, h_mm, radius_mm, stroke_mm: 0.7, ink: Ink::Black });
    }
    let style = TITLE.pt(22.0).shrunk_to(word, w_mm - 8.0).ink(if fail { Ink::White } else { Ink::Black });
    let x = x_mm + (w_mm - style.width_mm(word)) / 2.0;
    flow.push(style.line(x, y_mm + (h_mm - style.block_mm(1)) / 2.0 + 0.6, word));
    let bottom = identity(flow, certificate, x_mm + w_mm + 6.0);
    flow.y_mm = bottom.max(y_mm + h_mm) + 1.0;
}

fn identity(flow: &mut Flow, certificate: &SingleCertificate, x: f64) -> f64 {
    let (width, mut y) = (flow.right_mm() - x, flow.y_mm);
    let tag = HEADING.pt(15.0).shrunk_to(&certificate.tag, width);
    flow.push(tag.line(x, y, certificate.tag.as_str()));
    y += tag.block_mm(1) + 1.0;
    let when = [certificate.kind.as_str(), certificate.performed.as_str()].join(", ");
    let when = when.trim_matches([',', ' ']).to_string();
    let due = next_due(flow, certificate);
    let reason = (&certificate.verdict_reason, SMALL.ink(Ink::Black));
    for (text, style) in [(&certificate.description, STRONG), (&when, BODY), reason, (&due, BODY)] {
        let lines = style.wrap(text, width);
        if !lines.is_empty() {
            y += style.lines(flow.marks(), x, y, &lines) + 1.0;
        }
    }
    y
}

fn next_due(flow: &Flow, certificate: &SingleCertificate) -> String {
    let one = |due: &NextDue| {
        let reason = if due.reason.is_empty() { String::new() } else { format!(" ({})", due.reason) };
        format!("{} {}{reason}", due.kind, flow.language.day(due.date))
    };
    let all: Vec<_> = certificate.next_due.iter().map(one).collect();
    if all.is_empty() { String::new() } else { format!("{}: {}", flow.words.next_due, all.join("; ")) }
}

fn asset(flow: &mut Flow, certificate: &SingleCertificate) {
    flow.heading(flow.words.equipment, 12.0);
    let facts: Vec<(&str, String)> =
        certificate.asset.iter().map(|(caption, value)| (caption.as_str(), value.clone())).collect();
    flow.facts(4, &facts);
    // The grid already ends with a gap and the next heading brings its own.
    flow.y_mm -= 2.0;
}

fn readings(flow: &mut Flow, readings: &[Reading]) {
    if readings.is_empty() {
        return;
    }
    let (w, language) = (flow.words, flow.language);
    let titles = [w.test, w.conditions, w.reading, w.limit, w.margin, w.result, w.why];
    let columns = titles.into_iter().zip([34.0, 19.0, 22.0, 22.0, 27.0, 20.0, 32.0]);
    let columns = columns.map(|(title, width_mm)| Column::new(title, width_mm)).collect();
    let rows = readings.iter().map(|r| {
        let [conditions, limit, margin, reason] =
            [&r.conditions, &r.limit, &r.margin, &r.reason].map(|t| Cell::plain(t.as_str()));
        let result = Cell { text: language.outcome(r.outcome).into(), look: look(r.outcome) };
        vec![
            Cell::plain(r.test.as_str()),
            conditions,
            Cell::bold(r.value.as_str()),
            limit,
            margin,
            result,
            reason,
        ]
    });
    Table { columns, style: BODY.pt(7.8), zebra: false }.draw(flow, w.readings, rows);
}

fn look(outcome: Outcome) -> Look {
    match outcome {
        Outcome::Fail => Look::Alarm,
        Outcome::Incomplete | Outcome::NotProven | Outcome::Missing => Look::Doubt,
        Outcome::Pass => Look::Bold,
        Outcome::NotJudged | Outcome::NotApplicable => Look::Plain,
    }
}

/// What a site certificate gives headings of its own, set small so that one test stays one page.
fn remarks(flow: &mut Flow, certificate: &SingleCertificate) {
    let head = &certificate.head;
    let instruments: Vec<_> = head.instruments.iter().map(|i| instrument_line(flow, i)).collect();
    let words = flow.words;
    let remarks = [
        (words.instruments, instruments.join("\n")),
        (words.note, certificate.note.clone()),
        (words.extent, head.extent.clone()),
        (words.limitations, head.limitations.clone()),
    ];
    flow.facts(if certificate.note.is_empty() && head.extent.is_empty() { 1 } else { 2 }, &remarks);
    flow.y_mm -= 2.0;
}

/// Visual items in four columns; a failed one stands in a filled block.
fn visual(flow: &mut Flow, items: &[VisualItem]) {
    if items.is_empty() {
        return;
    }
    flow.heading(flow.words.visual_inspection, 10.0);
    let width = flow.width_mm / 4.0;
    for row in items.chunks(4) {
        flow.keep(5.4);
        for (index, item) in row.iter().enumerate() {
            let (x, y) = (flow.left_mm + index as f64 * width, flow.y_mm);
            let (sign, style) = match item.outcome {
                Outcome::Pass => ("✓", BODY),
                Outcome::Fail => ("✗", STRONG.ink(Ink::White)),
                _ => ("–", BODY.ink(Ink::Grey)),
            };
            let text = format!("{sign}  {}: {}", item.item, flow.language.outcome(item.outcome));
            if item.outcome == Outcome::Fail {
                let (w_mm, h_mm) = (width - 3.0, 4.6);
                flow.push(Mark::Fill { x_mm: x, y_mm: y - 0.9, w_mm, h_mm, radius_mm: 0.6, ink: Ink::Red });
            }
            flow.push(style.shrunk_to(&text, width - 5.0).line(x + 1.0, y, text));
        }
        flow.y_mm += 5.2;
    }
}
