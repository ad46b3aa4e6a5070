//! Setting a password by a link.

use actix_web::web;
use askama::Template;

use crate::actions::resets;
use crate::app::block;
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "reset.html")]
struct ResetPage {
    chrome: Chrome,
    form: Form,
    mails: bool,
    asked: bool,
}

#[derive(Template)]
#[template(path = "new_password.html")]
struct NewPasswordPage {
    chrome: Chrome,
    form: Form,
    set: bool,
}

/// `GET /reset`.
pub async fn show_reset(visitor: Visitor) -> Result<Reply> {
    Reply::ok(&page(&visitor, Form::default(), false))
}

fn page(visitor: &Visitor, form: Form, asked: bool) -> ResetPage {
    let chrome = Chrome::bare("Forgotten password");
    ResetPage { chrome, form, mails: visitor.app().mailer.is_set_up(), asked }
}

/// `POST /reset`: one answer for every address; whether anybody has it is looked up in the background.
///
/// # Errors
/// Slow down.
pub async fn ask_reset(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    let mut form = Form::new(pairs.into_inner());
    refuse_unknown(&mut form, &["email"]);
    let email = form.required("email");
    if !email.is_empty() && email.parse::<lettre::Address>().is_err() {
        form.fail("email", "this is not a mail address");
    }
    if form.check().is_err() {
        return Reply::unprocessable(&page(&visitor, form, false));
    }
    let app = visitor.app().clone();
    resets::count_request(&app, &email, visitor.address)?;
    drop(actix_web::rt::task::spawn_blocking(move || {
        if let Err(error) = resets::send_reset(&app, &email) {
            log::error!("mailing a link to set a password: {error}");
        }
    }));
    Reply::ok(&page(&visitor, Form::default(), true))
}

/// `GET /reset/{secret}`.
///
/// # Errors
/// Not found when the link does not work; slow down.
pub async fn show_new_password(visitor: Visitor, secret: web::Path<String>) -> Result<Reply> {
    let (app, address) = (visitor.app().clone(), visitor.address);
    block(move || resets::check_link(&app, &secret, address)).await?;
    Reply::ok(&new_password(Form::default(), false))
}

fn new_password(form: Form, set: bool) -> NewPasswordPage {
    NewPasswordPage { chrome: Chrome::bare("Set your password"), form, set }
}

/// `POST /reset/{secret}`.
///
/// # Errors
/// Not found when the link does not work; slow down; an unfit password shows the form again.
pub async fn set_new_password(
    visitor: Visitor,
    secret: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    let (app, address) = (visitor.app().clone(), visitor.address);
    let mut form = Form::new(pairs.into_inner());
    refuse_unknown(&mut form, &["password"]);
    let password = form.all("password").last().cloned().unwrap_or_default();
    let checked = form.check();
    let done = block(move || {
        resets::check_link(&app, &secret, address)?;
        checked?;
        resets::set_password(&app, &secret, &password)
    })
    .await;
    match done {
        Ok(()) => Reply::ok(&new_password(Form::default(), true)),
        Err(error @ Error::Invalid(_)) => {
            form.set("password", "");
            again(&mut form, error)?;
            Reply::unprocessable(&new_password(form, false))
        }
        Err(error) => Err(error),
    }
}
