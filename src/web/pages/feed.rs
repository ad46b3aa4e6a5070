//! The calendar feed behind a private address.

use actix_web::http::StatusCode;
use actix_web::web;

use crate::actions::feeds;
use crate::error::Result;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// `GET /feed/{secret}.ics`: for calendar programs, which cannot log in.
///
/// # Errors
/// Not found for a wrong secret or a user who was shut out.
pub async fn show_feed(visitor: Visitor, secret: web::Path<String>) -> Result<Reply> {
    let app = visitor.app().clone();
    let text = crate::app::block(move || feeds::show_feed(&app, &secret)).await?;
    Ok(Reply::new(StatusCode::OK, "text/calendar; charset=utf-8", text))
}
