//! Uploads: a multipart form with files, within limits of size, number and parts, never kept on disk.

use std::future::Future;
use std::pin::Pin;

use actix_multipart::Multipart;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
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

/// A file of a form: its name and its bytes.
pub type SentFile = (String, Vec<u8>);

/// Reads an upload whose file, in the given field, has at most `most` bytes.
///
/// # Errors
/// Too large; field errors for a body that is no such form or came too slowly.
pub async fn read_upload(multipart: Multipart, field: &str, most: usize) -> Result<Upload> {
    let (form, mut files) = read_uploads(multipart, field, (most, 1)).await?;
    let (file_name, bytes) = files.pop().unwrap_or_default();
    Ok(Upload { form, file_name, bytes })
}

/// Reads a form with at most so many files in the given field, of at most so many bytes each. Where none was chosen a
/// browser sends one without a byte: that is none.
///
/// # Errors
/// As [`read_upload`].
pub async fn read_uploads(
    multipart: Multipart,
    field: &str,
    limits: (usize, usize),
) -> Result<(Form, Vec<SentFile>)> {
    let (form, files) = read_fields(multipart, field, |name| name == field, limits).await?;
    Ok((form, files.into_iter().map(|(_, file)| file).collect()))
}

/// Reads a form with files in each field that `is_file` says, at most so many of at most so many bytes each; every
/// file comes with the name of its field. What is wrong with the whole is told of `field`.
///
/// # Errors
/// As [`read_upload`].
pub async fn read_fields(
    mut multipart: Multipart,
    field: &str,
    is_file: impl Fn(&str) -> bool,
    (most, count): (usize, usize),
) -> Result<(Form, Vec<(String, SentFile)>)> {
    let broken =
        |error: &dyn std::fmt::Display| Error::field(field, format!("the upload cannot be read: {error}"));
    let (mut files, mut pairs) = (vec![], vec![]);
    let mut parts = 0;
    while let Some(mut part) = multipart.try_next().await.map_err(|error| broken(&error))? {
        parts += 1;
        if parts > MOST_PARTS {
            return Err(Error::field(field, format!("a form has at most {MOST_PARTS} parts")));
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.content_disposition().and_then(|d| d.get_filename()).map(plain_name);
        let limit = if is_file(&name) { most } else { MOST_TEXT };
        let bytes = match part.bytes(limit).await {
            Ok(bytes) => bytes.map_err(|error| broken(&error))?,
            Err(_) => return Err(Error::TooLarge(format!("The field {name} is larger than {limit} bytes."))),
        };
        if !is_file(&name) {
            let text = String::from_utf8(bytes.to_vec())
                .map_err(|_| Error::field(name.clone(), "this is not UTF-8 text"))?;
            pairs.push((name, text));
        } else if !bytes.is_empty() {
            if files.len() == count {
                return Err(Error::TooLarge(format!("At most {count} files are sent at once.")));
            }
            files.push((name, (file_name.unwrap_or_default(), bytes.to_vec())));
        }
    }
    Ok((Form::new(pairs), files))
}

/// A request's body as it was sent: plain, or in parts with files among them.
pub enum Sent<P> {
    /// Without files.
    Plain(P),
    /// Parts, still to be read.
    Parts(Multipart),
}

impl<P: FromRequest<Error = actix_web::Error> + 'static> FromRequest for Sent<P> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = actix_web::Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("multipart/")) {
            let parts = Multipart::from_request(request, payload);
            return Box::pin(async { parts.await.map(Self::Parts) });
        }
        let plain = P::from_request(request, payload);
        Box::pin(async { plain.await.map(Self::Plain) })
    }
}

impl Sent<web::Form<Vec<(String, String)>>> {
    /// Reads a form to its end: at most so many files in the given field, of at most so many bytes each.
    ///
    /// # Errors
    /// As [`read_upload`].
    pub async fn read(self, field: &str, most: (usize, usize)) -> Result<(Form, Vec<SentFile>)> {
        match self {
            Self::Plain(pairs) => Ok((Form::new(pairs.into_inner()), vec![])),
            Self::Parts(parts) => read_uploads(parts, field, most).await,
        }
    }

    /// Reads a form to its end, with files in each field whose name begins so; see [`read_fields`].
    ///
    /// # Errors
    /// As [`read_upload`].
    pub async fn read_prefixed(
        self,
        prefix: &str,
        most: (usize, usize),
    ) -> Result<(Form, Vec<(String, SentFile)>)> {
        match self {
            Self::Plain(pairs) => Ok((Form::new(pairs.into_inner()), vec![])),
            Self::Parts(parts) => read_fields(parts, prefix, |name| name.starts_with(prefix), most).await,
        }
    }
}

/// The last part of a path, without control characters: the name is shown, and never opened.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(120).collect::<String>().trim().to_owned()
}
