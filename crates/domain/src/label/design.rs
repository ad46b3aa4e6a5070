//! Label designs: boxes in millimetres, in one variant for each size of label.

use super::display::Ink;
use super::template::Template;
use std::collections::BTreeMap;

/// A label design.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// What commands and forms call it, such as `pat_pass`.
    pub name: String,
    /// What people read.
    pub title: String,
    /// Fields that must hold a value, such as `test.verdict` = `pass`.
    pub requires: BTreeMap<String, String>,
    /// Largest first.
    pub variants: Vec<Variant>,
}

impl Design {
    /// Whether it is for parts of the stock rather than for assets: it names a field of theirs.
    pub fn is_for_parts(&self) -> bool {
        let names = |b: &LabelBox| match &b.kind {
            Kind::Text { text, .. } | Kind::Qr { text } => text.names("part."),
            Kind::Rect { .. } | Kind::Line { .. } => false,
        };
        self.variants.iter().flat_map(|variant| &variant.boxes).any(names)
    }
}

/// The design for labels of at least one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// The size it was drawn for; smaller labels cannot take it.
    pub size_mm: [f64; 2],
    /// How much it may be enlarged on larger labels.
    pub grow: f64,
    /// Drawn in this order.
    pub boxes: Vec<LabelBox>,
}

impl Variant {
    /// Whether it draws a QR code.
    pub fn has_code(&self) -> bool {
        self.boxes.iter().any(|b| matches!(b.kind, Kind::Qr { .. }))
    }
}

/// One box of a design.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelBox {
    /// How messages call it.
    pub name: String,
    /// Its corner; negative counts from the far edge.
    pub at_mm: [f64; 2],
    /// Its size; zero or negative ends that far before the far edge.
    pub size_mm: [f64; 2],
    /// Drawn only when this holds.
    pub condition: Option<Condition>,
    /// Its colour.
    pub ink: Ink,
    /// What it draws.
    pub kind: Kind,
}

/// Whether a field is present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// Present when true, absent when false.
    pub present: bool,
}

/// What a box draws.
#[expect(missing_docs, reason = "the names carry their units")]
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Text between two sizes in points.
    Text { text: Template, pt: [f64; 2], overflow: Overflow, bold: bool, align: Align, valign: Align },
    /// A QR code as large as whole dots allow, in the middle of the box, quiet zone included.
    Qr { text: Template },
    /// A filled rectangle, or its outline when `stroke_mm` is given.
    Rect { stroke_mm: Option<f64>, radius_mm: f64 },
    /// A line from the corner, as far as the size says.
    Line { stroke_mm: f64 },
}

/// What happens to text that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overflow {
    /// One line, smaller down to the least size, then an ellipsis.
    #[default]
    Shrink,
    /// Several lines, smaller down to the least size, then an ellipsis.
    Wrap,
    /// One line at full size, then an ellipsis.
    Ellipsis,
    /// One line, smaller down to the least size, then a refusal.
    Error,
}

/// Where text stands in its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// Left or top.
    #[default]
    Start,
    /// In the middle.
    Middle,
    /// Right or bottom.
    End,
}
