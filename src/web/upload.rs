//! Uploads: a multipart form with one file, within limits of size and parts, never kept on disk.

use actix_multipart::Multipart;
use futures_util::TryStreamExt;

use crate::error::{Error, Result};
use crate::web::forms::Form;

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

impl Upload {
    /// The file's bytes.
    ///
    /// # Errors
    /// A field error when none was chosen.
    pub fn file(&self, field: &str) -> Result<&[u8]> {
        if self.bytes.is_empty() { Err(Error::field(field, "choose a file")) } else { Ok(&self.bytes) }
    }
}

/// Reads an upload whose file, in the given field, has at most `most` bytes.
///
/// # Errors
/// Too large; field errors for a body that is no such form or came too slowly.
pub async fn read_upload(mut multipart: Multipart, field: &str, most: usize) -> Result<Upload> {
    let broken =
        |error: &dyn std::fmt::Display| Error::field(field, format!("the upload cannot be read: {error}"));
    let mut upload = Upload::default();
    let mut pairs = vec![];
    let mut parts = 0;
    while let Some(mut part) = multipart.try_next().await.map_err(|error| broken(&error))? {
        parts += 1;
        if parts > MOST_PARTS {
            return Err(Error::field(field, format!("a form has at most {MOST_PARTS} parts")));
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.content_disposition().and_then(|d| d.get_filename()).map(plain_name);
        let limit = if name == field { most } else { MOST_TEXT };
        let bytes = match part.bytes(limit).await {
            Ok(bytes) => bytes.map_err(|error| broken(&error))?,
            Err(_) => return Err(Error::TooLarge(format!("The field {name} is larger than {limit} bytes."))),
        };
        if name == field {
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

/// The last part of a path, without control characters: the name is shown, and never opened.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(120).collect::<String>().trim().to_owned()
}
