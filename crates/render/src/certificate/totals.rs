//! Totals as large numbers and a bar.

use crate::paper::chart;
use crate::paper::flow::Flow;
use crate::paper::style::{CAPTION, SMALL, Style, TITLE};
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

/// The bar of totals.
pub(super) fn bar(marks: &mut Vec<Mark>, area: [f64; 4], totals: &Totals) {
    chart::parts(marks, area, [totals.passed, totals.failed, totals.incomplete]);
}
