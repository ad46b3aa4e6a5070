//! The HTTP server: limits, headers and middleware around the routes.

use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, DefaultHeaders, ErrorHandlers, from_fn};
use actix_web::web::{Data, FormConfig, JsonConfig, PathConfig, PayloadConfig, QueryConfig};
use actix_web::{App as ActixApp, Error as ActixError, HttpServer};

use crate::app::App;
use crate::error::Error;
use crate::web::{problem, routes, same_origin, slow_body};

/// A form or JSON document may be this large, in bytes; uploads have limits of their own.
pub const BODY_BYTES: usize = 1 << 20;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
     form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The whole application as actix serves it, and as tests call it.
pub fn service(
    app: Data<App>,
) -> ActixApp<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = ActixError,
        InitError = (),
    >,
> {
    ActixApp::new()
        .app_data(app.clone())
        .app_data(FormConfig::default().limit(BODY_BYTES).error_handler(|e, _| invalid("form", &e)))
        .app_data(
            JsonConfig::default()
                .limit(BODY_BYTES)
                .content_type_required(true)
                .error_handler(|e, _| invalid("body", &e)),
        )
        .app_data(QueryConfig::default().error_handler(|e, _| invalid("query", &e)))
        .app_data(PathConfig::default().error_handler(|_, _| Error::NotFound("page".to_owned()).into()))
        .app_data(PayloadConfig::new(BODY_BYTES))
        .wrap(from_fn(slow_body::slow_body))
        .wrap(from_fn(same_origin::same_origin))
        .wrap(ErrorHandlers::new().default_handler(problem::dress))
        .wrap(headers(app.config.is_secure()))
        .wrap(Compress::default())
        .configure(routes::configure)
}

fn headers(secure: bool) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add(("Content-Security-Policy", POLICY))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("Referrer-Policy", "same-origin"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
        .add(("Permissions-Policy", "camera=(self), geolocation=()"))
        .add(("Cache-Control", "no-store"));
    if secure { headers.add(("Strict-Transport-Security", "max-age=63072000")) } else { headers }
}

fn invalid(part: &str, error: &dyn std::fmt::Display) -> ActixError {
    let text = error.to_string();
    if text.to_lowercase().contains("limit") || text.contains("too large") {
        return Error::TooLarge(format!("The {part} is larger than {BODY_BYTES} bytes; send less.")).into();
    }
    Error::field(part, text).into()
}

/// Serves until told to stop; requests under way are finished first.
///
/// # Errors
/// When the address cannot be bound.
pub async fn serve(app: Data<App>) -> std::io::Result<()> {
    let bind = app.config.bind.clone();
    HttpServer::new(move || service(app.clone()))
        .client_request_timeout(Duration::from_secs(10))
        .keep_alive(Duration::from_secs(30))
        .shutdown_timeout(20)
        .bind(&bind)?
        .run()
        .await
}
