//! What is wrong with a stock or design file, and where.

use std::fmt;

/// Whether a file can still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The file is refused.
    Error,
    /// The file works but somebody should look at it.
    Warning,
}

/// One finding in a label file, naming the file, the box and the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file's path below the labels folder, such as `design/asset.toml`.
    pub file: String,
    /// The box within a design, where the problem lies in one.
    pub in_box: Option<String>,
    /// The field, empty when the file as a whole is meant.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
    /// Whether the file can still be used.
    pub severity: Severity,
}

impl Problem {
    /// An error in a field of a file.
    pub fn error(file: &str, field: &str, message: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            in_box: None,
            field: field.into(),
            message: message.into(),
            severity: Severity::Error,
        }
    }

    /// A warning about a field of a file.
    pub fn warning(file: &str, field: &str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(file, field, message) }
    }

    /// The same problem, placed in a box of a design.
    pub fn in_box(mut self, name: &str) -> Self {
        self.in_box = Some(name.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(name) = &self.in_box {
            write!(f, ", box \"{name}\"")?;
        }
        if !self.field.is_empty() {
            write!(f, ", field \"{}\"", self.field)?;
        }
        write!(f, ": {}", self.message)
    }
}
