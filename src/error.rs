//! About ten errors, named by what the caller can do; each becomes a page or a problem document (RFC 9457).

use actix_web::http::StatusCode;
use serde::Serialize;

/// One field's error: which, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// The field, as a path such as `readings[2].value`.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// An error that a person or program at the other end can act on.
#[derive(Debug)]
pub enum Error {
    /// Log in first; a page comes back to this address afterwards.
    LogIn,
    /// The role does not allow it.
    Forbidden(String),
    /// Another site made the browser send it.
    OtherSite,
    /// There is no such thing, or not for you.
    NotFound(String),
    /// Correct these fields and send again.
    Invalid(Vec<FieldError>),
    /// The state of things forbids it; the text says what would help.
    Conflict(String),
    /// Somebody changed it meanwhile: read again, then decide.
    Stale(String),
    /// The change says not which version it is of.
    NoCondition,
    /// The same key came with another request.
    KeyReused,
    /// Send less.
    TooLarge(String),
    /// Wait this many seconds.
    SlowDown(u64),
    /// The disk is full.
    Full,
    /// Try again later.
    Unavailable(String),
    /// Our fault; the text is for the log only.
    Internal(String),
}

/// The result of an action.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// One field that is wrong.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::LogIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::OtherSite => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Invalid(_) | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Stale(_) => StatusCode::PRECONDITION_FAILED,
            Self::NoCondition => StatusCode::PRECONDITION_REQUIRED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::SlowDown(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Full => StatusCode::INSUFFICIENT_STORAGE,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The heading of the page or problem.
    pub fn title(&self) -> &'static str {
        match self {
            Self::LogIn => "Log in first",
            Self::Forbidden(_) | Self::OtherSite => "Not allowed",
            Self::NotFound(_) => "Not found",
            Self::Invalid(_) => "Some fields need correcting",
            Self::KeyReused => "This key was used for another request",
            Self::Conflict(_) => "That cannot be done now",
            Self::Stale(_) => "Changed meanwhile",
            Self::NoCondition => "Say which version you read",
            Self::TooLarge(_) => "Too large",
            Self::SlowDown(_) => "Too many tries",
            Self::Full => "The disk is full",
            Self::Unavailable(_) => "Not available now",
            Self::Internal(_) => "Something went wrong here",
        }
    }

    /// What to tell the person. Never the inner words of an internal error.
    pub fn detail(&self) -> String {
        match self {
            Self::LogIn => "This needs a session or a valid token.".to_owned(),
            Self::Forbidden(action) => format!("Your role may not {action}."),
            Self::OtherSite => {
                "This was sent by a page of another site. Open the page here and send it again.".to_owned()
            }
            Self::NotFound(what) => format!("There is no such {what}, or it is not yours to see."),
            Self::Invalid(fields) => {
                fields.iter().map(|e| format!("{}: {}", e.field, e.message)).collect::<Vec<_>>().join("; ")
            }
            Self::KeyReused => {
                "The same id or Idempotency-Key came before with a different body; use a new one.".to_owned()
            }
            Self::Conflict(text) | Self::TooLarge(text) => text.clone(),
            Self::Stale(noun) => format!(
                "Somebody changed the {noun} after you read it. Read it again, then send your change."
            ),
            Self::NoCondition => {
                "Send If-Match with the ETag of the version that you read, so that no other change is lost."
                    .to_owned()
            }
            Self::SlowDown(seconds) => format!("Wait {seconds} seconds, then try again."),
            Self::Full => {
                "Nothing was stored: the disk of the server is full. Reading still works.".to_owned()
            }
            Self::Unavailable(_) => {
                "The database cannot be reached. Nothing was stored; try again in a minute.".to_owned()
            }
            Self::Internal(_) => "Nothing was stored. The server's log has the details.".to_owned(),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Internal(why) | Self::Unavailable(why) => write!(f, "{}: {why}", self.title()),
            _ => write!(f, "{}: {}", self.title(), self.detail()),
        }
    }
}

impl std::error::Error for Error {}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        use store::Error as S;
        match error {
            S::NotFound(noun) => Self::NotFound(noun.to_owned()),
            S::Taken(words) => Self::Conflict(words),
            S::Stale(noun) => Self::Stale(noun.to_owned()),
            S::Forbidden(action) => Self::Forbidden(action),
            S::Full => Self::Full,
            S::Unavailable(why) => Self::Unavailable(why),
            S::Newer { .. } | S::BadFile(_) | S::Database(_) => Self::Internal(error.to_string()),
        }
    }
}
