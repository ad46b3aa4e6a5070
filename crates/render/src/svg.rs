//! One label as SVG for a page: the same display list that goes on paper, with attributes and no styles.

use crate::RenderError;
use crate::font::Fonts;
use crate::qr;
use domain::label::{Ink, MM_PER_PT, Mark, TextMeasure};
use std::fmt::Write;

/// Draws a display list on white paper of a size in millimetres; `title` is what a screen reader says.
///
/// # Errors
/// A text is too long for a QR code.
pub fn svg(size_mm: [f64; 2], marks: &[Mark], title: &str) -> Result<String, RenderError> {
    let [w, h] = size_mm;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"paper\" width=\"{w:.2}mm\" height=\"{h:.2}mm\" \
         viewBox=\"0 0 {w:.3} {h:.3}\" role=\"img\" aria-label=\"{}\"><rect width=\"{w:.3}\" height=\"{h:.3}\" fill=\"#fff\"/>",
        escape(title)
    );
    for mark in marks {
        draw(&mut out, mark)?;
    }
    out.push_str("</svg>");
    Ok(out)
}

fn draw(out: &mut String, mark: &Mark) -> Result<(), RenderError> {
    let written = match mark {
        Mark::Text { x_mm, y_mm, pt, bold, ink, text } => {
            let size = pt * MM_PER_PT;
            // The reader's fonts are wider or narrower than ours: the length keeps each line in its box.
            let length = Fonts.width_em(text, *bold) * size;
            let weight = if *bold { " font-weight=\"700\"" } else { "" };
            write!(
                out,
                "<text x=\"{x_mm:.3}\" y=\"{y_mm:.3}\" font-size=\"{size:.3}\" font-family=\"sans-serif\"{weight} \
                 textLength=\"{length:.3}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{}\">{}</text>",
                colour(*ink),
                escape(text)
            )
        }
        Mark::Fill { x_mm, y_mm, w_mm, h_mm, radius_mm, ink } => write!(
            out,
            "<rect x=\"{x_mm:.3}\" y=\"{y_mm:.3}\" width=\"{w_mm:.3}\" height=\"{h_mm:.3}\" rx=\"{radius_mm:.3}\" \
             fill=\"{}\"/>",
            colour(*ink)
        ),
        Mark::Frame { x_mm, y_mm, w_mm, h_mm, radius_mm, stroke_mm, ink } => write!(
            out,
            "<rect x=\"{x_mm:.3}\" y=\"{y_mm:.3}\" width=\"{w_mm:.3}\" height=\"{h_mm:.3}\" rx=\"{radius_mm:.3}\" \
             fill=\"none\" stroke=\"{}\" stroke-width=\"{stroke_mm:.3}\"/>",
            colour(*ink)
        ),
        Mark::Line { from_mm: [x1, y1], to_mm: [x2, y2], stroke_mm, ink } => write!(
            out,
            "<path d=\"M{x1:.3} {y1:.3}L{x2:.3} {y2:.3}\" stroke=\"{}\" stroke-width=\"{stroke_mm:.3}\"/>",
            colour(*ink)
        ),
        Mark::Qr { x_mm, y_mm, module_mm, text } => return code(out, [*x_mm, *y_mm], *module_mm, text),
        // A picture lies in its document; labels have none.
        Mark::Image { .. } => Ok(()),
    };
    written.map_err(|error| RenderError::Picture(error.to_string()))
}

fn code(out: &mut String, [x, y]: [f64; 2], module_mm: f64, text: &str) -> Result<(), RenderError> {
    let mut path = String::new();
    for [left, top, width, height] in qr::encode(text)?.rectangles() {
        path += &format!("M{left} {top}h{width}v{height}h-{width}z");
    }
    *out += &format!(
        "<path transform=\"translate({x:.3} {y:.3}) scale({module_mm:.4})\" shape-rendering=\"crispEdges\" d=\"{path}\"/>"
    );
    Ok(())
}

fn colour(ink: Ink) -> String {
    let [r, g, b] = ink.rgb();
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Text as it may stand in an element or a quoted attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_holds_no_style_and_no_foreign_markup() {
        let text = Mark::Text {
            x_mm: 1.0,
            y_mm: 5.0,
            pt: 8.0,
            bold: true,
            ink: Ink::Red,
            text: "<script>&\"'".into(),
        };
        let code =
            Mark::Qr { x_mm: 2.0, y_mm: 2.0, module_mm: 0.5, text: "HTTPS://A.EXAMPLE/T/7K3M9QXT".into() };
        let drawn = svg([60.0, 28.0], &[text, code], "A \"label\"").unwrap();
        assert!(drawn.contains("&lt;script&gt;&amp;&quot;&#39;") && !drawn.contains("<script"), "{drawn}");
        assert!(!drawn.contains("style=") && drawn.contains("fill=\"#be121e\""), "{drawn}");
        assert!(
            drawn.contains("aria-label=\"A &quot;label&quot;\"") && drawn.contains("scale(0.5000)"),
            "{drawn}"
        );
    }
}
