//! Records on their way out, row by row: what may stop them.

use crate::error::Error;

/// What stops records on their way into a file.
#[derive(Debug)]
pub enum Trouble {
    /// They could not be read.
    App(Error),
    /// The file could not be written.
    Output(std::io::Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::App(error)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::App(error) => error.fmt(f),
            Self::Output(error) => write!(f, "cannot write the file: {error}"),
        }
    }
}
