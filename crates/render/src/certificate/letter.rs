//! Letters to customers about tests in doubt: one after the other in one file, each with pages of its own count.

use super::{head, start};
use crate::RenderError;
use crate::paper::flow::{Flow, Page};
use crate::paper::style::{BODY, STRONG};
use crate::paper::table::{Cell, Column, Look, Table, natural_mm};
use crate::paper::{Album, Picture};
use chrono::{DateTime, Utc};
use domain::certificate::Head;
use domain::recall::{Letter, LetterItem};

/// A letter for each customer.
///
/// # Errors
/// A logo cannot be read.
pub fn letters(letters: &[Letter], created: DateTime<Utc>) -> Result<Vec<u8>, RenderError> {
    let heads: Vec<Head> = letters.iter().map(head_of).collect();
    let first = heads.first().cloned().unwrap_or_default();
    let (mut document, mut album) = (start(&first, "Letters about a recall", created), Album::default());
    let mut flow = Flow::empty(first.language, &first.firm);
    for (letter, head) in letters.iter().zip(&heads) {
        let logo = album.add(&mut document, head.firm.logo.as_ref())?;
        flow.begin_section(head.language);
        flow.bookmark(0, letter.customer.clone());
        draw(&mut flow, (letter, head), logo);
    }
    if letters.is_empty() {
        flow.new_page();
        flow.paragraph("Nothing is affected, so there is nothing to write.", BODY);
    }
    let (mut pages, bookmarks) = flow.into_pages();
    document.expect_pages(pages.len());
    // Sections count from 1; each letter counts its own pages.
    let counts: Vec<usize> =
        (1..=heads.len()).map(|n| pages.iter().filter(|page| page.section == n).count()).collect();
    let mut at = (0, 0);
    for page in &mut pages {
        at = if page.section == at.0 { (at.0, at.1 + 1) } else { (page.section, 1) };
        run(page, &heads, at.1, &counts);
        document.add_page(page.size_mm, &page.marks, &page.links)?;
    }
    document.finish(&bookmarks)
}

fn run(page: &mut Page, heads: &[Head], number: usize, counts: &[usize]) {
    let index = page.section.wrapping_sub(1);
    if let (Some(head), Some(count)) = (heads.get(index), counts.get(index)) {
        head::running(page, head, number, *count);
    }
}

fn head_of(letter: &Letter) -> Head {
    Head {
        firm: letter.firm.clone(),
        customer: letter.customer.clone(),
        site: format!("recall {}", letter.number),
        ..Head::default()
    }
}

fn draw(flow: &mut Flow, (letter, head): (&Letter, &Head), logo: Option<Picture>) {
    head::top(flow, head, logo, &letter.subject);
    let to = [letter.customer.as_str(), letter.contact.as_str(), letter.address.as_str()];
    let to: Vec<&str> = to.into_iter().filter(|part| !part.trim().is_empty()).collect();
    let date = letter.date.map(|date| flow.language.day(date)).unwrap_or_default();
    flow.facts(2, &[("To", to.join("\n")), ("Date", date)]);
    flow.y_mm += 3.0;
    for paragraph in &letter.opening {
        flow.paragraph(paragraph, BODY.pt(9.5));
        flow.y_mm += 1.6;
    }
    items(flow, &letter.items);
    if !letter.certificates.is_empty() {
        flow.heading("Certificates that rest on these tests", 8.0);
        flow.paragraph(&letter.certificates.join(", "), BODY);
    }
    flow.y_mm += 4.0;
    flow.keep(30.0);
    for paragraph in &letter.closing {
        flow.paragraph(paragraph, BODY.pt(9.5));
        flow.y_mm += 1.6;
    }
    flow.y_mm += 4.0;
    flow.paragraph(&letter.firm.name, STRONG.pt(9.5));
}

fn items(flow: &mut Flow, items: &[LetterItem]) {
    let style = BODY.pt(7.8);
    let natural = |title: &'static str, of: fn(&LetterItem) -> &str, most: f64| {
        natural_mm(style, title, items.iter().map(of), most)
    };
    let (tag, tested) = (natural("Tag", |i| &i.tag, 26.0), natural("Tested", |i| &i.tested, 24.0));
    let (result, now) = (natural("Result then", |i| &i.result, 24.0), natural("Now", |i| &i.now, 30.0));
    let rest = flow.width_mm - tag - tested - result - now;
    let columns = [
        ("Tag", tag),
        ("Description", rest * 0.42),
        ("Site, place", rest * 0.58),
        ("Tested", tested),
        ("Result then", result),
        ("Now", now),
    ];
    let columns = columns.map(|(title, width_mm)| Column::new(title, width_mm)).into();
    let rows = items.iter().map(|item| {
        let now = Cell { text: item.now.clone(), look: Look::Bold };
        let plain = [&item.tag, &item.description, &item.place, &item.tested, &item.result];
        plain.map(|text| Cell::plain(text.as_str())).into_iter().chain([now]).collect()
    });
    let heading = format!("What was tested with it: {} records", items.len());
    Table { columns, style, zebra: true }.draw(flow, &heading, rows);
}
