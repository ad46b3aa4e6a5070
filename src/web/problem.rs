//! Errors on their way out: a problem document for programs, a page for people, the log-in page for strangers.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use actix_web::middleware::ErrorHandlerResponse;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use askama::Template;
use serde::Serialize;

use crate::app::App;
use crate::error::{Error, FieldError};
use crate::web::layout::Chrome;
use crate::web::server::BODY_BYTES;
use crate::web::visitor::cookie_name;

const PROBLEM: &str = "application/problem+json";

/// RFC 9457.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// What kind of problem, in few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What would be right.
    pub detail: String,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        let errors = match error {
            Error::Invalid(fields) => fields.clone(),
            _ => vec![],
        };
        Self {
            title: error.title().to_owned(),
            status: error.status().as_u16(),
            detail: error.detail(),
            errors,
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        if matches!(self, Self::Internal(_) | Self::Unavailable(_) | Self::Full) {
            log::error!("{self}");
        }
        let mut response = HttpResponseBuilder::new(self.status());
        if let Self::SlowDown(seconds) = self {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        response.content_type(PROBLEM).json(Problem::from(self))
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    chrome: Chrome,
    title: String,
    detail: String,
    status: u16,
}

/// Turns a problem document into a page where a person in a browser asked, and into the log-in page for a stranger.
///
/// # Errors
/// None of its own.
pub fn dress<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
) -> actix_web::Result<ErrorHandlerResponse<B>> {
    let request = response.request();
    let accepts = request.headers().get("accept").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let api = request.path().starts_with("/api/");
    let answered =
        if api { is_problem(&response) } else { !accepts.contains("text/html") || is_page(&response) };
    if answered {
        return Ok(ErrorHandlerResponse::Response(response.map_into_left_body()));
    }
    let page = match response.status() {
        // The server's own words, for an address that is none or a body that is too large.
        status if api => HttpResponse::build(status).content_type(PROBLEM).json(plain_problem(status)),
        StatusCode::UNAUTHORIZED => to_log_in(request.uri().to_string().as_str()),
        status => error_page(status, response.response().error(), response.request()),
    };
    let (request, old) = response.into_parts();
    let mut page = page;
    for name in [RETRY_AFTER, ALLOW] {
        if let Some(value) = old.headers().get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    let page: HttpResponse<EitherBody<B, BoxBody>> = page.map_into_right_body();
    Ok(ErrorHandlerResponse::Response(ServiceResponse::new(request, page)))
}

/// Whether the browser carries a session, good or not: enough for offering the way on, never for showing anything.
fn has_session(request: &HttpRequest) -> bool {
    request.app_data::<Data<App>>().is_some_and(|app| request.cookie(&cookie_name(app)).is_some())
}

fn is_page<B>(response: &ServiceResponse<B>) -> bool {
    has_type(response, "text/html")
}

fn is_problem<B>(response: &ServiceResponse<B>) -> bool {
    has_type(response, PROBLEM)
}

fn has_type<B>(response: &ServiceResponse<B>, media_type: &str) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.starts_with(media_type)
}

fn plain_problem(status: StatusCode) -> Problem {
    let detail = match status {
        StatusCode::NOT_FOUND => "There is no such address.".to_owned(),
        StatusCode::METHOD_NOT_ALLOWED => "This address does not take this method.".to_owned(),
        StatusCode::PAYLOAD_TOO_LARGE => format!("The body is larger than {BODY_BYTES} bytes; send less."),
        _ => "The request could not be understood.".to_owned(),
    };
    let title = status.canonical_reason().unwrap_or("Error").to_owned();
    Problem { title, status: status.as_u16(), detail, errors: vec![] }
}

fn to_log_in(path: &str) -> HttpResponse {
    let query = form_urlencoded(path);
    HttpResponse::SeeOther().insert_header((LOCATION, format!("/login?next={query}"))).finish()
}

/// Percent-encodes a path for use in a query.
pub fn form_urlencoded(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || b"-_.~/".contains(&b);
    text.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Percent-encodes one part of a path: a tag may hold a slash.
pub fn part_urlencoded(text: &str) -> String {
    form_urlencoded(text).replace('/', "%2F")
}

fn error_page(status: StatusCode, error: Option<&actix_web::Error>, request: &HttpRequest) -> HttpResponse {
    let ours = error.and_then(|error| error.as_error::<Error>());
    let title = ours.map_or(status.canonical_reason().unwrap_or("Error"), Error::title).to_owned();
    let detail = match ours {
        Some(error) => error.detail(),
        None if status == StatusCode::NOT_FOUND => "There is no page at this address.".to_owned(),
        None => "The request could not be understood; go back and try again.".to_owned(),
    };
    let page = ErrorPage {
        chrome: Chrome {
            in_portal: request.path().starts_with("/portal"),
            ..Chrome::unnamed(&title, has_session(request))
        },
        title,
        detail,
        status: status.as_u16(),
    };
    match page.render() {
        Ok(text) => HttpResponseBuilder::new(status).content_type("text/html; charset=utf-8").body(text),
        Err(_) => HttpResponse::new(status),
    }
}
