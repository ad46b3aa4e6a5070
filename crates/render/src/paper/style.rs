//! Type sizes and the drawing of plain lines of text.

use crate::font::Fonts;
use domain::label::fit::{self, CAP_EM, DESCENT_EM};
use domain::label::{Ink, MM_PER_PT, Mark, TextMeasure};

/// From one baseline to the next, in ems; roomier than on labels.
const LEADING_EM: f64 = 1.34;

/// Size, weight and colour of text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    pub pt: f64,
    pub bold: bool,
    pub ink: Ink,
}

pub(crate) const TITLE: Style = Style { pt: 17.0, bold: true, ink: Ink::Black };
pub(crate) const HEADING: Style = Style { pt: 10.0, bold: true, ink: Ink::Black };
pub(crate) const BODY: Style = Style { pt: 8.5, bold: false, ink: Ink::Black };
pub(crate) const STRONG: Style = Style { pt: 8.5, bold: true, ink: Ink::Black };
pub(crate) const SMALL: Style = Style { pt: 7.2, bold: false, ink: Ink::Grey };
pub(crate) const CAPTION: Style = Style { pt: 6.5, bold: false, ink: Ink::Grey };

impl Style {
    pub const fn pt(self, pt: f64) -> Self {
        Self { pt, ..self }
    }

    pub const fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    pub fn line_mm(self) -> f64 {
        LEADING_EM * self.pt * MM_PER_PT
    }

    /// From the top of the first line's capitals to the last line's descenders.
    pub fn block_mm(self, lines: usize) -> f64 {
        lines.saturating_sub(1) as f64 * self.line_mm() + (CAP_EM + DESCENT_EM) * self.pt * MM_PER_PT
    }

    pub fn width_mm(self, text: &str) -> f64 {
        Fonts.width_em(text, self.bold) * self.pt * MM_PER_PT
    }

    /// Lines no wider than `width_mm`; nothing is ever left out.
    pub fn wrap(self, text: &str, width_mm: f64) -> Vec<String> {
        fit::wrap(&Fonts, text, self.bold, width_mm / MM_PER_PT / self.pt)
    }

    /// One line whose capitals begin at `top_mm`.
    pub fn line(self, x_mm: f64, top_mm: f64, text: impl Into<String>) -> Mark {
        let y_mm = top_mm + CAP_EM * self.pt * MM_PER_PT;
        Mark::Text { x_mm, y_mm, pt: self.pt, bold: self.bold, ink: self.ink, text: text.into() }
    }

    /// One line that ends at `right_mm`.
    pub fn line_to(self, right_mm: f64, top_mm: f64, text: impl Into<String>) -> Mark {
        let text = text.into();
        self.line(right_mm - self.width_mm(&text), top_mm, text)
    }

    /// Draws lines from `top_mm` and gives the height of the block.
    pub fn lines(self, marks: &mut Vec<Mark>, x_mm: f64, top_mm: f64, lines: &[String]) -> f64 {
        for (index, line) in lines.iter().enumerate() {
            marks.push(self.line(x_mm, top_mm + index as f64 * self.line_mm(), line));
        }
        self.block_mm(lines.len())
    }

    /// The same style, smaller where one line would otherwise be wider than `width_mm`.
    pub fn shrunk_to(self, text: &str, width_mm: f64) -> Self {
        let width = self.width_mm(text);
        if width <= width_mm { self } else { self.pt((self.pt * width_mm / width * 20.0).floor() / 20.0) }
    }
}
