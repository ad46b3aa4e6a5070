//! Logging in and out.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::actions::log_in::{self, Origin};
use crate::app::{App, block};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visitor, cookie_name};

#[derive(Template)]
#[template(path = "log_in.html")]
struct LogInPage {
    chrome: Chrome,
    form: Form,
    next: String,
    mails: bool,
}

/// Where to go after logging in.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// A path on this server, or the start page: never another site.
fn safe_next(next: &str) -> String {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    if ours { next.to_owned() } else { "/".to_owned() }
}

/// `GET /login`.
pub async fn show_log_in(visitor: Visitor, query: web::Query<Next>) -> Result<Reply> {
    Reply::ok(&page(visitor.app(), Form::default(), &query.next))
}

fn page(app: &App, form: Form, next: &str) -> LogInPage {
    LogInPage { chrome: Chrome::bare("Log in"), form, next: safe_next(next), mails: app.mailer.is_set_up() }
}

/// `POST /login`.
///
/// # Errors
/// Slow down, or the store's; a wrong password shows the form again.
pub async fn log_in(visitor: Visitor, pairs: web::Form<Vec<(String, String)>>) -> Result<Reply> {
    let app = visitor.app().clone();
    let origin = Origin { address: visitor.address, user_agent: visitor.user_agent.clone() };
    let mut form = Form::new(pairs.into_inner());
    let (email, password) = (form.value("email").to_owned(), form.value("password").to_owned());
    let next = safe_next(form.value("next"));
    let worker = app.clone();
    let result = block(move || log_in::log_in(&worker, &email, &password, &origin)).await;
    match result {
        Ok(secret) => Ok(with_session(&app, &secret, &next)),
        Err(error) => {
            form.set("password", "");
            form.take(error)?;
            Reply::unprocessable(&page(&app, form, &next))
        }
    }
}

/// A redirect that carries a new session's cookie.
pub fn with_session(app: &App, secret: &str, next: &str) -> Reply {
    let cookie = session_cookie(app, secret, Duration::days(store::sessions::SESSION_DAYS));
    Reply::see_other(next, "").cookie(&cookie)
}

fn session_cookie<'a>(app: &App, secret: &'a str, age: Duration) -> Cookie<'a> {
    Cookie::build(cookie_name(app), secret)
        .path("/")
        .http_only(true)
        .secure(app.config.is_secure())
        .same_site(SameSite::Lax)
        .max_age(age)
        .finish()
}

/// `POST /logout`.
///
/// # Errors
/// The store's.
pub async fn log_out(visitor: Visitor) -> Result<Reply> {
    let app = visitor.app().clone();
    visitor
        .run(|visit| {
            let session = visit.session.as_ref().ok_or(Error::LogIn)?;
            log_in::log_out(&visit.app, &visit.actor, session)
        })
        .await?;
    let cleared = session_cookie(&app, "", Duration::ZERO);
    Ok(Reply::see_other("/login", "").cookie(&cleared).header("clear-site-data", "\"cache\", \"storage\""))
}
