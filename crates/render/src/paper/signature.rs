//! Signatures over a line, with name, capacity and date below.

use super::Picture;
use super::flow::Flow;
use super::style::{SMALL, STRONG};
use domain::certificate::Signature;
use domain::label::{Ink, Mark};

/// The height of a row of signatures.
pub(crate) const ROW_MM: f64 = 23.0;

/// Draws up to two beside each other, with a picture each where there is one.
pub(crate) fn row(flow: &mut Flow, row: &[Signature], images: &[Option<Picture>], width_mm: f64) {
    flow.keep(ROW_MM);
    let (top, width) = (flow.y_mm + 1.0, (width_mm - 6.0) / 2.0);
    for (index, (signature, image)) in row.iter().zip(images).enumerate() {
        let x_mm = flow.left_mm + index as f64 * (width + 6.0);
        if let Some(picture) = image {
            let [w_mm, h_mm] = picture.within_mm(width - 2.0, 12.0);
            flow.push(Mark::Image { x_mm, y_mm: top + 12.0 - h_mm, w_mm, h_mm, image: picture.number });
        }
        let line = top + 12.6;
        flow.push(Mark::Line {
            from_mm: [x_mm, line],
            to_mm: [x_mm + width, line],
            stroke_mm: 0.2,
            ink: Ink::Black,
        });
        let name = STRONG.shrunk_to(&signature.name, width);
        flow.push(name.line(x_mm, line + 1.4, signature.name.as_str()));
        let date = signature.date.map(|d| flow.language.day(d)).unwrap_or_default();
        let below = [signature.role.clone(), date];
        let below = below.iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(", ");
        flow.push(SMALL.shrunk_to(&below, width).line(x_mm, line + 5.4, below));
    }
    flow.y_mm += ROW_MM;
}
