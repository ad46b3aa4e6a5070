//! Uploads: a multipart form with one file, within limits of size, parts and time.

use std::time::Duration;

use actix_multipart::Multipart;
use futures_util::TryStreamExt;

use crate::error::{Error, Result};
use crate::web::forms::Form;

/// The longest that a body may take to arrive: a slow one must not hold its place for ever.
const DEADLINE: Duration = Duration::from_secs(120);
/// The most parts of a form.
const MOST_PARTS: usize = 300;
/// The most bytes of a part that is no file.
const MOST_TEXT: usize = 20_000;

/// A form that came with a file.
#[derive(Debug, Default)]
pub struct Upload {
    /// The other fields.
    pub form: Form,
    /// The name the file had, without any folder; empty when none was chosen.
    pub file_name: String,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}

/// Reads an upload whose file, in the field `file`, has at most `most` bytes.
///
/// # Errors
/// Too large; field errors for a body that is no such form or came too slowly.
pub async fn read_upload(multipart: Multipart, most: usize) -> Result<Upload> {
    match actix_web::rt::time::timeout(DEADLINE, read(multipart, most)).await {
        Ok(read) => read,
        Err(_) => Err(Error::field("file", "the upload took too long; try again on a better connection")),
    }
}

async fn read(mut multipart: Multipart, most: usize) -> Result<Upload> {
    let mut upload = Upload::default();
    let mut pairs = vec![];
    let mut parts = 0;
    while let Some(mut part) = multipart.try_next().await.map_err(broken)? {
        parts += 1;
        if parts > MOST_PARTS {
            return Err(Error::field("file", format!("a form has at most {MOST_PARTS} parts")));
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.content_disposition().and_then(|d| d.get_filename()).map(plain_name);
        let limit = if name == "file" { most } else { MOST_TEXT };
        let bytes = match part.bytes(limit).await {
            Ok(bytes) => bytes.map_err(broken)?,
            Err(_) => return Err(Error::TooLarge(format!("The field {name} is larger than {limit} bytes."))),
        };
        if name == "file" {
            upload.bytes = bytes.to_vec();
            upload.file_name = file_name.unwrap_or_default();
        } else {
            let text = String::from_utf8(bytes.to_vec())
                .map_err(|_| Error::field(name.clone(), "this is not UTF-8 text"))?;
            pairs.push((name, text));
        }
    }
    upload.form = Form::new(pairs);
    Ok(upload)
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::field("file", format!("the upload cannot be read: {error}"))
}

/// The last part of a path, without control characters: the name is shown, and never opened.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(120).collect::<String>().trim().to_owned()
}
