//! What can go wrong in the store, named by what the caller can do about it.

use diesel::result::{DatabaseErrorKind, Error as Diesel};

/// An error of the store.
#[derive(Debug)]
pub enum Error {
    /// There is no such record within the caller's scope.
    NotFound(&'static str),
    /// Something with this name or number is there already; the text says what.
    Taken(String),
    /// The record was changed since it was read.
    Stale(&'static str),
    /// The caller's role does not allow it; the text says what.
    Forbidden(String),
    /// The database cannot store more.
    Full,
    /// The database was made by a newer Proofmark.
    Newer {
        /// The newest migration found in the database.
        found: String,
    },
    /// The database is not to be had now.
    Unavailable(String),
    /// A backup cannot be read or written; the text says why.
    BadFile(String),
    /// The database said no in a way nobody foresaw.
    Database(Diesel),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound(noun) => write!(f, "there is no such {noun}"),
            Self::Taken(what) => write!(f, "{what}"),
            Self::Stale(noun) => write!(f, "the {noun} was changed by somebody else since you read it"),
            Self::Forbidden(action) => write!(f, "your role may not {action}"),
            Self::Full => write!(f, "the database is full: nothing was stored; free some disk space"),
            Self::Newer { found } => write!(
                f,
                "the database was made by a newer Proofmark (its schema is {found}); use that version or a later one"
            ),
            Self::Unavailable(why) => write!(f, "the database cannot be reached: {why}"),
            Self::BadFile(why) => write!(f, "{why}"),
            Self::Database(error) => write!(f, "database error: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        match &error {
            Diesel::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            Diesel::DatabaseError(_, info) if is_full(info.message()) => Self::Full,
            _ => Self::Database(error),
        }
    }
}

fn is_full(message: &str) -> bool {
    ["disk is full", "disk I/O error", "No space left", "could not extend file"]
        .iter()
        .any(|sign| message.contains(sign))
}

/// The result of a store call.
pub type Result<T> = std::result::Result<T, Error>;

/// Turns a unique violation into words; any other error stays what it is.
pub fn taken<T>(result: diesel::QueryResult<T>, words: impl FnOnce() -> String) -> Result<T> {
    result.map_err(|error| match error {
        Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Error::Taken(words()),
        other => other.into(),
    })
}
