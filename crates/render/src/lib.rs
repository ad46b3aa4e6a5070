//! Sets display lists in millimetres on paper: label sheets and certificates as PDF, QR codes.
//!
//! Everything here is a pure function of its input: the same input gives the same bytes.
pub mod certificate;
pub mod error;
pub mod font;
pub mod job_sheet;
pub mod labels;
pub mod monthly_report;
mod paper;
pub mod pdf;
pub mod qr;
pub mod quote;
pub mod svg;

pub use error::RenderError;
pub use font::{Fonts, missing_glyphs};
pub use labels::{SheetOptions, labels_pdf};
pub use svg::svg;
