//! An answer that a worker thread may make: actix's own responses cannot leave theirs.

use actix_web::body::BoxBody;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use serde::Serialize;

use crate::error::{Error, Result};

/// A finished answer.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Reply {
    /// Bytes of a media type, with a status.
    pub fn new(status: StatusCode, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![("content-type", media_type.to_owned())], body: body.into() }
    }

    /// A page with a status.
    ///
    /// # Errors
    /// [`Error::Internal`]: templates that compile fail only when memory runs out.
    pub fn page(status: StatusCode, page: &impl Template) -> Result<Self> {
        let text = page.render().map_err(|error| Error::Internal(format!("rendering a page: {error}")))?;
        Ok(Self::new(status, "text/html; charset=utf-8", text))
    }

    /// A page that went well.
    ///
    /// # Errors
    /// As [`Reply::page`].
    pub fn ok(page: &impl Template) -> Result<Self> {
        Self::page(StatusCode::OK, page)
    }

    /// A form shown again with its errors.
    ///
    /// # Errors
    /// As [`Reply::page`].
    pub fn unprocessable(page: &impl Template) -> Result<Self> {
        Self::page(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    /// A form shown again beside somebody else's version.
    ///
    /// # Errors
    /// As [`Reply::page`].
    pub fn conflict(page: &impl Template) -> Result<Self> {
        Self::page(StatusCode::CONFLICT, page)
    }

    /// After a post: on to the page that shows the result, with a notice by its code (see `layout`).
    pub fn see_other(path: &str, done: &str) -> Self {
        let mark = if path.contains('?') { '&' } else { '?' };
        let to = if done.is_empty() { path.to_owned() } else { format!("{path}{mark}done={done}") };
        let mut reply = Self::new(StatusCode::SEE_OTHER, "text/plain", "");
        reply.headers.push(("location", to));
        reply
    }

    /// A JSON document with a status.
    ///
    /// # Errors
    /// [`Error::Internal`] for a value that is no JSON.
    pub fn json(status: StatusCode, value: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_vec(value).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self::new(status, "application/json", body))
    }

    /// A file to be kept under a name, which must be plain ASCII.
    pub fn download(media_type: &str, name: &str, body: Vec<u8>) -> Self {
        let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
        Self::new(StatusCode::OK, media_type, body)
            .header("content-disposition", format!("attachment; filename=\"{name}\""))
    }

    /// Adds a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets a cookie.
    pub fn cookie(self, cookie: &Cookie) -> Self {
        let text = cookie.encoded().to_string();
        self.header("set-cookie", text)
    }
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        for (name, value) in self.headers {
            // A value with a line break cannot become a header of its own: it is left out.
            match HeaderValue::from_str(&value) {
                Ok(value) if name == CONTENT_TYPE.as_str() => response.insert_header((name, value)),
                Ok(value) => response.append_header((name, value)),
                Err(_) => &mut response,
            };
        }
        response.body(self.body)
    }
}
