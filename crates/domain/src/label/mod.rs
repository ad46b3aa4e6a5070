//! Labels: stocks and designs as data, and the layout that turns one label's data into a display list.
//!
//! Everything is pure and in millimetres from the top left; `render` measures text and draws.
mod builtin;
pub mod data;
pub mod design;
mod design_file;
pub mod display;
pub mod error;
pub mod fit;
pub mod layout;
pub mod library;
pub mod lint;
pub mod problem;
pub mod qr_size;
pub mod stock;
pub mod template;

pub use data::LabelData;
pub use design::Design;
pub use display::{Ink, Mark};
pub use error::LabelError;
pub use layout::{Laid, lay_out};
pub use library::Library;
pub use problem::{Problem, Severity};
pub use stock::Stock;

/// Measures text; `render` implements it with the font that it embeds.
pub trait TextMeasure {
    /// The advance width of one line of `text` in ems; a text at `pt` points is this many times `pt` points wide.
    fn width_em(&self, text: &str, bold: bool) -> f64;
}

/// Millimetres in one typographic point.
pub const MM_PER_PT: f64 = 25.4 / 72.0;

#[cfg(test)]
mod tests;
