//! A QR code with words beside it.

use super::flow::Flow;
use super::style::{SMALL, STRONG};
use domain::label::Mark;
use domain::label::qr_size::{QUIET_MODULES, QrSpec};

/// The side of the code with its quiet zone.
const SIDE_MM: f64 = 25.0;

fn spec(text: &str) -> Option<QrSpec> {
    QrSpec::for_text(text).filter(|_| !text.is_empty())
}

/// The height that a code takes; nothing where there is none.
pub(crate) fn height_mm(text: &str) -> f64 {
    if spec(text).is_some() { SIDE_MM } else { 0.0 }
}

/// Draws a code at a place, with a heading and a hint beside it, within a width; gives how far below it text may
/// begin.
pub(crate) fn draw(
    flow: &mut Flow,
    [x_mm, y_mm]: [f64; 2],
    width_mm: f64,
    text: &str,
    (heading, hint): (&str, &str),
) -> f64 {
    let Some(spec) = spec(text) else { return 0.0 };
    let module_mm = SIDE_MM / (spec.modules() + 2 * QUIET_MODULES) as f64;
    flow.push(Mark::Qr { x_mm, y_mm, module_mm, text: text.to_owned() });
    let (x, width) = (x_mm + SIDE_MM - 2.0, width_mm - SIDE_MM + 2.0);
    let lines = STRONG.wrap(heading, width);
    STRONG.lines(flow.marks(), x, y_mm, &lines);
    let below = y_mm + STRONG.line_mm() * lines.len() as f64;
    SMALL.lines(flow.marks(), x, below, &SMALL.wrap(hint, width));
    SIDE_MM - module_mm * QUIET_MODULES as f64
}
