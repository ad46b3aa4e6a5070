//! Forms with files: read to the end within limits, never kept on disk.

use actix_multipart::{Field, Multipart};
use futures_util::StreamExt;

use crate::error::{Error, Result};
use crate::web::editing::Pairs;

/// How many parts a form may have.
const MOST_PARTS: usize = 200;
/// How much of the parts that are no files may be sent, in bytes.
const TEXT_BYTES: usize = 100_000;

/// A file as it was sent: its name and type are only claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedFile {
    /// The field.
    pub field: String,
    /// The name it had on the sender's machine; never a path here.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A form with files, read to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upload {
    /// The fields that are no files.
    pub pairs: Pairs,
    /// The files that are not empty: a browser sends an empty one where none was chosen.
    pub files: Vec<UploadedFile>,
}

impl Upload {
    /// The first file of a field.
    ///
    /// # Errors
    /// A field error when none was chosen.
    pub fn file(&self, field: &str) -> Result<&UploadedFile> {
        let found = self.files.iter().find(|file| file.field == field);
        found.ok_or_else(|| Error::field(field, "choose a file"))
    }
}

/// Reads a multipart form whose files have at most `most_bytes` together.
///
/// # Errors
/// Too large; or what is wrong with the form.
pub async fn read(mut parts: Multipart, most_bytes: usize) -> Result<Upload> {
    let mut upload = Upload::default();
    let (mut file_bytes, mut text_bytes) = (most_bytes, TEXT_BYTES);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|error| Error::field("form", error.to_string()))?;
        if upload.pairs.len() + upload.files.len() >= MOST_PARTS {
            return Err(Error::TooLarge(format!("The form has more than {MOST_PARTS} parts; send fewer.")));
        }
        let said = part.content_disposition();
        let field = said.and_then(|said| said.get_name()).unwrap_or_default().to_owned();
        let name = said.and_then(|said| said.get_filename()).map(base_name);
        match name {
            Some(name) => {
                let bytes = read_part(&mut part, &mut file_bytes).await?;
                if !bytes.is_empty() {
                    upload.files.push(UploadedFile { field, name, bytes });
                }
            }
            None => {
                let text = String::from_utf8(read_part(&mut part, &mut text_bytes).await?);
                let text = text.map_err(|_| Error::field(field.clone(), "this is not UTF-8 text"))?;
                upload.pairs.push((field, text));
            }
        }
    }
    Ok(upload)
}

async fn read_part(part: &mut Field, left: &mut usize) -> Result<Vec<u8>> {
    let mut bytes = vec![];
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|error| Error::field("form", error.to_string()))?;
        let too_large = || Error::TooLarge("The file is too large; send a smaller one.".to_owned());
        *left = left.checked_sub(chunk.len()).ok_or_else(too_large)?;
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The last part of what may be a path on the sender's machine, without control characters.
fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(200).collect()
}
