//! Quotes on paper.

use crate::RenderError;
use crate::paper::flow::Flow;
use crate::paper::head::{self, Masthead};
use crate::paper::style::{BODY, HEADING, SMALL, STRONG};
use crate::paper::table::{Cell, Column, Table};
use crate::paper::{self, Album, code};
use chrono::{DateTime, Utc};
use domain::charge::{Line, Unit};
use domain::code::Code;
use domain::label::{Ink, Mark};
use domain::money;
use domain::quote::{Answer, QuotePaper, QuoteState};
use domain::wording::Language;

const LANGUAGE: Language = Language::EnGb;
/// The width of the column that leads to the page of approval.
const APPROVE_MM: f64 = 62.0;

/// A quote on paper.
///
/// # Errors
/// A logo cannot be read.
pub fn quote(paper: &QuotePaper, created: DateTime<Utc>) -> Result<Vec<u8>, RenderError> {
    let title = format!("Quote {}, revision {}: {}", paper.number, paper.revision, paper.customer);
    let mut document = paper::start(&title, (LANGUAGE, &paper.firm), created);
    let logo = Album::default().add(&mut document, paper.firm.logo.as_ref())?;
    let mut flow = Flow::new(LANGUAGE, &paper.firm);
    let around = masthead(paper);
    head::top(&mut flow, &around, logo, &format!("Quote: {}", paper.content.kind.noun()));
    facts(&mut flow, paper);
    if !paper.content.scope.trim().is_empty() {
        flow.heading("What is to be done", 6.0);
        paragraphs(&mut flow, &paper.content.scope);
    }
    lines(&mut flow, paper);
    totals(&mut flow, paper);
    flow.heading("Terms", 10.0);
    flow.paragraph(paper.content.kind.meaning(), BODY);
    paragraphs(&mut flow, &paper.content.terms);
    close(&mut flow, paper);
    paper::finish(document, flow.into_pages(), &[around])
}

fn masthead(paper: &QuotePaper) -> Masthead<'_> {
    Masthead {
        language: LANGUAGE,
        firm: &paper.firm,
        caption: "Quote",
        number: &paper.number,
        below: vec![format!("Revision {}", paper.revision), LANGUAGE.day(paper.dated)],
        foot: format!("Quote {}, revision {}", paper.number, paper.revision),
        left: [paper.customer.as_str(), paper.site.as_str()].join(", "),
        right: paper.job.clone(),
        warning: warning(paper),
    }
}

fn warning(paper: &QuotePaper) -> Option<String> {
    match paper.state {
        QuoteState::Draft => Some("Draft: this is no offer yet.".to_owned()),
        QuoteState::Expired => {
            Some(format!("Expired: it could be approved until {}.", LANGUAGE.day(paper.content.valid_until)))
        }
        QuoteState::Superseded => Some("Superseded: a later revision took its place.".to_owned()),
        QuoteState::Declined => Some("Declined.".to_owned()),
        QuoteState::Sent | QuoteState::Approved => None,
    }
}

fn facts(flow: &mut Flow, paper: &QuotePaper) {
    let to = [paper.customer.as_str(), paper.contact.as_str(), paper.address.as_str()];
    let to: Vec<&str> = to.into_iter().filter(|part| !part.trim().is_empty()).collect();
    let assets: Vec<String> = paper.assets.iter().map(|parts| joined(parts)).collect();
    let facts = [
        ("To", to.join("\n")),
        ("Site", paper.site.clone()),
        ("Job", paper.job.clone()),
        ("Valid until", LANGUAGE.day(paper.content.valid_until)),
        ("Equipment", assets.join("\n")),
    ];
    flow.facts(4, &facts);
}

fn joined(parts: &[String]) -> String {
    parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn paragraphs(flow: &mut Flow, text: &str) {
    for paragraph in text.lines().filter(|line| !line.trim().is_empty()) {
        flow.paragraph(paragraph, BODY);
    }
}

fn lines(flow: &mut Flow, paper: &QuotePaper) {
    let columns = vec![
        Column::new("", 8.0),
        Column::new("What", 84.0),
        Column::figures("Quantity", 26.0),
        Column::figures("Price", 30.0),
        Column::figures("Net", 28.0),
    ];
    let currency = paper.content.currency;
    let rows = paper.content.lines.iter().enumerate().map(|(at, line)| {
        vec![
            Cell::plain((at + 1).to_string()),
            Cell::plain(line.text.as_str()),
            Cell::plain(line.quantity.show()),
            Cell::plain(price(line, currency.show(line.price))),
            Cell::plain(currency.show(line.net())),
        ]
    });
    Table { columns, style: BODY, zebra: false }.draw(flow, "What it costs", rows);
}

fn price(line: &Line, shown: String) -> String {
    if line.quantity.unit == Unit::Minute { format!("{shown} an hour") } else { shown }
}

/// Net, VAT and the whole, at the right below the lines' last column.
fn totals(flow: &mut Flow, paper: &QuotePaper) {
    let (totals, currency) = (paper.content.totals(), paper.content.currency);
    let rows = [
        ("Net".to_owned(), totals.net, BODY),
        (format!("VAT {}", money::percent(paper.content.vat)), totals.vat, BODY),
        ("Total".to_owned(), totals.gross(), HEADING),
    ];
    flow.keep(22.0);
    flow.y_mm += 2.0;
    for (word, amount, style) in rows {
        let (right, y) = (flow.right_mm() - 2.2, flow.y_mm);
        flow.push(style.line_to(right - 34.0, y, word));
        flow.push(style.line_to(right, y, currency.show(amount)));
        flow.y_mm += style.line_mm() + 0.8;
    }
}

/// How it was answered, or where and by whom it can be.
fn close(flow: &mut Flow, paper: &QuotePaper) {
    match &paper.answer {
        Some(answer) => answered(flow, answer),
        None if paper.state == QuoteState::Sent => to_answer(flow, paper),
        None => {}
    }
}

fn answered(flow: &mut Flow, answer: &Answer) {
    let word = if answer.approved { "Approved" } else { "Declined" };
    flow.heading(word, 12.0);
    let at = answer.at.map(|at| LANGUAGE.moment(at)).unwrap_or_default();
    let facts = [
        (if answer.approved { "Approved by" } else { "Declined by" }, answer.by.clone()),
        ("On", at),
        ("Order number", answer.order_number.clone()),
        ("Reason", answer.reason.clone()),
    ];
    flow.facts(4, &facts);
}

fn to_answer(flow: &mut Flow, paper: &QuotePaper) {
    flow.heading("To approve", 28.0);
    let (left, top) = (flow.left_mm, flow.y_mm);
    let code = code::height_mm(&paper.approve_url);
    let width = if code > 0.0 { flow.width_mm - APPROVE_MM - 8.0 } else { flow.width_mm };
    let x = flow.right_mm() - APPROVE_MM;
    let beside =
        ("Approve or decline here", "Scan the code or open the link you were sent: no account is needed.");
    code::draw(flow, [x, top], APPROVE_MM, &paper.approve_url, beside);
    let words = "Approve by the link you were sent, or sign here and send this page back.";
    STRONG.lines(flow.marks(), left, top, &STRONG.wrap(words, width));
    let line = top + 18.0;
    for (at, caption) in ["Name", "Signature", "Order number, date"].into_iter().enumerate() {
        let w = (width - 8.0) / 3.0;
        let x = left + at as f64 * (w + 4.0);
        flow.push(Mark::Line { from_mm: [x, line], to_mm: [x + w, line], stroke_mm: 0.2, ink: Ink::Black });
        flow.push(SMALL.line(x, line + 1.4, caption));
    }
    flow.y_mm = (top + 24.0).max(top + code);
}
