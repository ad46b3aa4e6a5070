//! Reports of faults: sent by anybody, or by whoever is logged in, and taken up from an inbox.

pub mod follow;
pub mod form;
pub mod inbox;
pub mod own;
pub mod public;
pub mod section;

use actix_web::http::StatusCode;

use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::reply::Reply;

/// The largest photo, in bytes.
const MOST_BYTES: usize = 10 << 20;

/// What a form that anybody may send is answered with when it was refused: itself, with what was typed.
///
/// # Errors
/// The error, when it is not one that whoever sent it can do something about.
fn refused(form: &mut Form, error: Error) -> Result<StatusCode> {
    let status = error.status();
    match error {
        Error::SlowDown(seconds) => {
            let minutes = seconds.div_ceil(60);
            let wait = if minutes == 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
            form.fail("", format!("Many reports came in a short time; send it again in {wait}. If it is dangerous, do not wait: stop using it and tell whoever looks after it."));
            Ok(status)
        }
        Error::TooLarge(words) => {
            form.fail("photo", words);
            Ok(status)
        }
        other => {
            form.take(other)?;
            Ok(StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// A page for whoever holds a label or a link: no search engine keeps it.
fn unlisted(reply: Reply) -> Reply {
    reply.header("x-robots-tag", "noindex, nofollow")
}

/// Where a photo of a report is, for whoever is logged in.
pub fn photo_url(id: &i64) -> String {
    format!("/job-files/{id}")
}
