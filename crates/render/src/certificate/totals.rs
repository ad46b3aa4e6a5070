//! Totals as large numbers and a bar.

use super::flow::Flow;
use super::style::{CAPTION, SMALL, Style, TITLE};
use domain::certificate::Totals;
use domain::label::{Ink, Mark};
use domain::wording::{Words, fill};

const NUMBER: Style = TITLE.pt(20.0);

/// Draws the totals on a panel.
pub(super) fn draw(flow: &mut Flow, totals: &Totals) {
    let height = 31.0;
    flow.keep(height);
    let (left, top, width) = (flow.left_mm, flow.y_mm + 1.0, flow.width_mm);
    let panel =
        Mark::Fill { x_mm: left, y_mm: top, w_mm: width, h_mm: height - 3.0, radius_mm: 1.5, ink: Ink::Mist };
    flow.push(panel);
    let inner = width - 12.0;
    let words = flow.words;
    let columns = [
        (totals.tested, words.tested.to_string(), Ink::Black),
        (totals.passed, format!("✓ {}", words.passed), Ink::Black),
        (totals.failed, format!("✗ {}", words.failed), if totals.failed > 0 { Ink::Red } else { Ink::Black }),
        (totals.incomplete, words.incomplete.to_string(), Ink::Black),
        (totals.not_found, words.not_found.to_string(), Ink::Black),
    ];
    for (index, (number, word, ink)) in columns.into_iter().enumerate() {
        let x = left + 6.0 + index as f64 * inner / 5.0;
        let text = number.to_string();
        flow.push(NUMBER.shrunk_to(&text, inner / 5.0 - 3.0).ink(ink).line(x, top + 4.0, text));
        flow.push(SMALL.ink(Ink::Black).line(x, top + 11.2, word));
    }
    bar(flow.marks(), [left + 6.0, top + 17.0, inner, 3.4], totals);
    flow.push(CAPTION.line(left + 6.0, top + 22.8, share(words, totals)));
    flow.y_mm += height;
}

/// Rounded down: 99.96 % passed must not read 100 %.
fn share(words: &Words, totals: &Totals) -> String {
    if totals.tested == 0 {
        return words.nothing_tested.into();
    }
    let tenths = totals.passed * 1000 / totals.tested;
    fill(words.share, &[&format!("{}.{}", tenths / 10, tenths % 10), &totals.tested.to_string()])
}

/// Passed is solid, failed is striped and incomplete is hollow, so that the bar reads without colour.
pub(super) fn bar(marks: &mut Vec<Mark>, [x, y, w, h]: [f64; 4], totals: &Totals) {
    let all = (totals.passed + totals.failed + totals.incomplete).max(1) as f64;
    // A single failure among thousands must still show.
    let part = |n: usize| if n == 0 { 0.0 } else { (w * n as f64 / all).max(1.6) };
    let (failed, incomplete) = (part(totals.failed), part(totals.incomplete));
    let passed = if totals.passed == 0 { 0.0 } else { (w - failed - incomplete).max(1.6) };
    let fill = |x_mm, w_mm, ink| Mark::Fill { x_mm, y_mm: y, w_mm, h_mm: h, radius_mm: 0.0, ink };
    marks.push(Mark::Frame {
        x_mm: x,
        y_mm: y,
        w_mm: w,
        h_mm: h,
        radius_mm: 0.0,
        stroke_mm: 0.2,
        ink: Ink::Black,
    });
    marks.push(fill(x, passed, Ink::Green));
    if totals.failed > 0 {
        marks.push(fill(x + passed, failed, Ink::Red));
        let mut stripe = x + passed + 0.8;
        while stripe < x + passed + failed {
            let (from_mm, to_mm) = ([stripe, y], [stripe, y + h]);
            marks.push(Mark::Line { from_mm, to_mm, stroke_mm: 0.25, ink: Ink::White });
            stripe += 0.8;
        }
    }
    if totals.incomplete > 0 {
        marks.push(fill(x + passed + failed, incomplete, Ink::White));
        let x_mm = x + passed + failed;
        marks.push(Mark::Frame {
            x_mm,
            y_mm: y,
            w_mm: incomplete,
            h_mm: h,
            radius_mm: 0.0,
            stroke_mm: 0.2,
            ink: Ink::Black,
        });
    }
}
