//! Why a PDF could not be written.

use std::fmt;

/// Why a PDF could not be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenderError {
    /// A logo or signature is no picture that can be read.
    Picture(String),
    /// A text is too long for a QR code.
    Code(String),
    /// The font could not be cut down; a fault of ours.
    Font(String),
}

impl std::error::Error for RenderError {}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Picture(why) => write!(f, "a picture cannot be read: {why}"),
            Self::Code(why) => write!(f, "no QR code can hold this: {why}"),
            Self::Font(why) => write!(f, "the font cannot be embedded: {why}"),
        }
    }
}
