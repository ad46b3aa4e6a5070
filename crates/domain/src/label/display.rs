//! The display list: what to draw, in millimetres from the top left of a label or page.

use crate::colour::Colour;

/// A colour that a label or certificate uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ink {
    /// Full black; the only ink of one-bit printers besides the paper.
    #[default]
    Black,
    /// The paper, for text on a filled block.
    White,
    /// Failures. Never the only sign of one.
    Red,
    /// Secondary text.
    Grey,
    /// Hairlines.
    Silver,
    /// Zebra rows and quiet panels.
    Mist,
    /// Passes. Never the only sign of one.
    Green,
    /// Things not found or incomplete.
    Amber,
    /// The firm's own.
    Own(Colour),
}

impl Ink {
    /// Reads the name used in design files.
    ///
    /// # Errors
    /// Lists the names allowed.
    pub fn parse(name: &str) -> Result<Self, String> {
        Ok(match name {
            "black" => Self::Black,
            "white" => Self::White,
            "red" => Self::Red,
            "grey" => Self::Grey,
            _ => return Err(format!("no ink is called \"{name}\"; use black, white, red or grey")),
        })
    }

    /// Red, green and blue, 0 to 255.
    pub fn rgb(self) -> [u8; 3] {
        match self {
            Self::Black => [0, 0, 0],
            Self::White => [255, 255, 255],
            Self::Red => [190, 18, 30],
            Self::Grey => [90, 96, 104],
            Self::Silver => [200, 204, 210],
            Self::Mist => [243, 245, 247],
            Self::Green => [22, 110, 62],
            Self::Amber => [190, 120, 10],
            Self::Own(colour) => colour.rgb(),
        }
    }
}

/// One thing to draw.
#[expect(missing_docs, reason = "the names carry their units")]
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// One line of text, its baseline starting at `x_mm`, `y_mm`.
    Text { x_mm: f64, y_mm: f64, pt: f64, bold: bool, ink: Ink, text: String },
    /// A filled rectangle with corners rounded by `radius_mm`.
    Fill { x_mm: f64, y_mm: f64, w_mm: f64, h_mm: f64, radius_mm: f64, ink: Ink },
    /// The outline of a rectangle.
    Frame { x_mm: f64, y_mm: f64, w_mm: f64, h_mm: f64, radius_mm: f64, stroke_mm: f64, ink: Ink },
    /// A straight line.
    Line { from_mm: [f64; 2], to_mm: [f64; 2], stroke_mm: f64, ink: Ink },
    /// A QR code; `x_mm`, `y_mm` is the corner of its first module, the quiet zone lies outside.
    Qr { x_mm: f64, y_mm: f64, module_mm: f64, text: String },
    /// A picture, by its number in the document.
    Image { x_mm: f64, y_mm: f64, w_mm: f64, h_mm: f64, image: usize },
}

impl Mark {
    /// The same mark further right and down, in millimetres.
    pub fn moved(mut self, dx: f64, dy: f64) -> Self {
        match &mut self {
            Self::Text { x_mm, y_mm, .. }
            | Self::Fill { x_mm, y_mm, .. }
            | Self::Frame { x_mm, y_mm, .. }
            | Self::Qr { x_mm, y_mm, .. }
            | Self::Image { x_mm, y_mm, .. } => {
                *x_mm += dx;
                *y_mm += dy;
            }
            Self::Line { from_mm, to_mm, .. } => {
                for point in [from_mm, to_mm] {
                    point[0] += dx;
                    point[1] += dy;
                }
            }
        }
        self
    }
}
