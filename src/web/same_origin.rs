//! Refuses writes that another site makes a logged-in browser send.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, COOKIE, HeaderName, ORIGIN};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::app::App;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets reads through, and writes that come from our own pages or carry a bearer token and no cookie.
///
/// # Errors
/// 403 for anything else.
pub async fn same_origin(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if request.method().is_safe() || is_ours(&request) {
        return next.call(request).await;
    }
    Err(crate::error::Error::OtherSite.into())
}

fn is_ours(request: &ServiceRequest) -> bool {
    let headers = request.headers();
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if let Some(site) = text(&SEC_FETCH_SITE) {
        return site == "same-origin";
    }
    if let Some(origin) = text(&ORIGIN) {
        let host = request.connection_info().host().to_owned();
        let base = request.app_data::<Data<App>>().map(|app| app.config.base_url.clone());
        return Some(origin) == base.as_deref() || origin.split_once("://").is_some_and(|(_, at)| at == host);
    }
    headers.contains_key(AUTHORIZATION) && !headers.contains_key(COOKIE)
}
