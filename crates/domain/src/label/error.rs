//! Why labels could not be made.

use std::fmt;

/// Why labels could not be made; each says what would help.
#[expect(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelError {
    /// Nobody knows a stock of this name.
    NoSuchStock(String),
    /// Nobody knows a design of this name.
    NoSuchDesign(String),
    /// The first cell lies outside the sheet.
    StartCell { given: usize, cells: usize },
    /// There was nothing to print.
    NoLabels,
    /// No form of the design fits this stock.
    DoesNotFit { design: String, stock: String, reason: String },
    /// A text that must not be cut does not fit.
    TextTooLong { in_box: String, text: String },
    /// The design may not be printed for this data, such as a pass label for a failed test.
    NotAllowed { design: String, field: String, wanted: String, found: String },
    /// The PDF could not be written.
    Pdf(String),
}

impl std::error::Error for LabelError {}

impl fmt::Display for LabelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchStock(name) => write!(f, "no label stock is called \"{name}\""),
            Self::NoSuchDesign(name) => write!(f, "no label design is called \"{name}\""),
            Self::StartCell { given, cells } => {
                write!(f, "the first label cannot go to cell {given}: this sheet has cells 1 to {cells}")
            }
            Self::NoLabels => write!(f, "there is no label to print"),
            Self::DoesNotFit { design, stock, reason } => {
                write!(f, "the design \"{design}\" cannot be printed on {stock}: {reason}")
            }
            Self::TextTooLong { in_box, text } => {
                write!(
                    f,
                    "\"{text}\" does not fit the box \"{in_box}\" and must not be cut; use a larger label"
                )
            }
            Self::NotAllowed { design, field, wanted, found } => {
                write!(f, "the design \"{design}\" is only for {field} \"{wanted}\", and this is \"{found}\"")
            }
            Self::Pdf(why) => write!(f, "the PDF could not be written: {why}"),
        }
    }
}
