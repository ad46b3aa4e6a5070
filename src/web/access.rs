//! Who may ask for an address, and what is answered where nobody may.

use actix_web::dev::ResourceDef;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse};

use crate::web::routes::ROUTES;

/// Who may ask for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Whoever is logged in; the action decides further.
    LoggedIn,
}

/// Says which methods an address takes that was asked by another, or that there is no such address.
pub async fn no_route(request: HttpRequest) -> HttpResponse {
    let here = ROUTES.iter().filter(|(_, path, _)| ResourceDef::new(*path).is_match(request.path()));
    let takes: Vec<String> = here.map(|(method, ..)| method.to_uppercase()).collect();
    if takes.is_empty() {
        return HttpResponse::NotFound().finish();
    }
    HttpResponse::MethodNotAllowed().insert_header((ALLOW, takes.join(", "))).finish()
}
