//! The top of page 1, and what stands at the top and foot of every page.

use super::Picture;
use super::flow::{Flow, Page};
use super::style::{BODY, CAPTION, HEADING, SMALL, STRONG, Style, TITLE};
use crate::font::Fonts;
use domain::certificate::Firm;
use domain::label::{Ink, MM_PER_PT, Mark, fit};
use domain::wording::{Language, fill};

/// What stands at the top and foot of the pages of a paper.
pub(crate) struct Masthead<'a> {
    /// In which it is written.
    pub language: Language,
    /// Whose paper it is.
    pub firm: &'a Firm,
    /// What its number is called; nothing is drawn where it has none.
    pub caption: &'a str,
    /// Its number.
    pub number: &'a str,
    /// Lines below the number.
    pub below: Vec<String>,
    /// What the paper is called at the foot of each page; empty where that would say nothing.
    pub foot: String,
    /// What stands at the top left of further pages.
    pub left: String,
    /// What stands at the top right of further pages, unless there is a warning.
    pub right: String,
    /// The words that tell a reader not to rely on this copy.
    pub warning: Option<String>,
}

/// The least size of a running head, in points.
const LEAST_PT: f64 = 5.5;

/// Firm, number, title and, where it applies, the warning not to rely on this copy.
pub(crate) fn top(flow: &mut Flow, head: &Masthead, logo: Option<Picture>, title: &str) {
    flow.head_page();
    flow.y_mm = 13.0;
    let firm_bottom = firm(flow, head, logo);
    let number_bottom = number(flow, head);
    flow.y_mm = firm_bottom.max(number_bottom) + 2.0;
    flow.rule(flow.accent, 0.7);
    flow.y_mm += 5.0;
    let style = TITLE.ink(flow.accent);
    for line in style.wrap(title, flow.width_mm) {
        let (x, y) = (flow.left_mm, flow.y_mm);
        flow.push(style.line(x, y, line));
        flow.y_mm += style.line_mm();
    }
    flow.y_mm += style.block_mm(1) - style.line_mm() + 3.0;
    if let Some(text) = &head.warning {
        banner(flow, text);
    }
}

fn firm(flow: &mut Flow, head: &Masthead, logo: Option<Picture>) -> f64 {
    let (mut x, top) = (flow.left_mm, flow.y_mm);
    let mut bottom = top;
    if let Some(picture) = logo {
        let [w_mm, h_mm] = picture.within_mm(42.0, 18.0);
        flow.push(Mark::Image { x_mm: x, y_mm: top, w_mm, h_mm, image: picture.number });
        x += w_mm + 5.0;
        bottom += h_mm;
    }
    let width = flow.right_mm() - 58.0 - x;
    let mut y = top;
    let name = HEADING.pt(12.0);
    y += name.lines(flow.marks(), x, y, &name.wrap(&head.firm.name, width)) + 1.0;
    for text in [&head.firm.address, &head.firm.contact, &head.firm.accreditation] {
        let lines = SMALL.wrap(&text.lines().collect::<Vec<_>>().join(", "), width);
        if !lines.is_empty() {
            y += SMALL.lines(flow.marks(), x, y, &lines) + 0.9;
        }
    }
    bottom.max(y)
}

fn number(flow: &mut Flow, head: &Masthead) -> f64 {
    let (right, mut y) = (flow.right_mm(), flow.y_mm);
    if head.number.is_empty() {
        return y;
    }
    flow.push(CAPTION.line_to(right, y, head.caption));
    y += CAPTION.block_mm(1) + 0.8;
    let style = HEADING.pt(12.0).shrunk_to(head.number, 53.0);
    flow.push(style.line_to(right, y, head.number));
    y += style.block_mm(1) + 1.0;
    for line in &head.below {
        flow.push(SMALL.line_to(right, y, line.as_str()));
        y += SMALL.line_mm();
    }
    y
}

fn banner(flow: &mut Flow, text: &str) {
    let style = STRONG.pt(10.0).ink(Ink::White);
    let lines = style.wrap(text, flow.width_mm - 8.0);
    let h_mm = style.block_mm(lines.len()) + 4.0;
    let (x_mm, y_mm, w_mm) = (flow.left_mm, flow.y_mm, flow.width_mm);
    flow.push(Mark::Fill { x_mm, y_mm, w_mm, h_mm, radius_mm: 1.0, ink: Ink::Black });
    style.lines(flow.marks(), x_mm + 4.0, y_mm + 2.0, &lines);
    flow.y_mm += h_mm + 4.0;
}

/// Running head, page number and, on a copy that no longer counts, the warning.
pub(crate) fn running(page: &mut Page, head: &Masthead, number: usize, count: usize) {
    let [width, height] = page.size_mm;
    let margin = if width > height { 10.0 } else { 17.0 };
    let right = width - margin;
    let foot = height - 11.0;
    let line =
        |y: f64| Mark::Line { from_mm: [margin, y], to_mm: [right, y], stroke_mm: 0.1, ink: Ink::Silver };
    page.marks.push(line(foot - 2.0));
    let pages = fill(head.language.words().page, &[&number.to_string(), &count.to_string()]);
    page.marks.push(SMALL.line_to(right, foot, pages));
    let gap = if head.foot.is_empty() { "" } else { "   " };
    let name = format!("{}{gap}{}", head.firm.name, head.foot);
    page.marks.push(one_line(SMALL, &name, margin, foot, right - margin - 30.0));
    if !page.headed {
        // In full on page 1; up here it only says which paper this is.
        page.marks.push(one_line(SMALL, &head.left, margin, 10.0, (right - margin) / 2.0));
        let style = if head.warning.is_some() { BODY } else { SMALL };
        let text = head.warning.as_ref().unwrap_or(&head.right);
        let style = style.shrunk_to(text, (right - margin) / 2.0 - 4.0);
        page.marks.push(style.line_to(right, 10.0, text.as_str()));
        page.marks.push(line(14.0));
    }
}

fn one_line(style: Style, text: &str, x: f64, y: f64, width: f64) -> Mark {
    let style = style.shrunk_to(text, width);
    if style.pt >= LEAST_PT {
        return style.line(x, y, text);
    }
    let style = style.pt(LEAST_PT);
    style.line(x, y, fit::ellipsis(&Fonts, text, style.bold, width / MM_PER_PT / LEAST_PT))
}
