//! The set-up page of a new installation.

use actix_web::web;
use askama::Template;

use crate::actions::log_in::{Origin, open_session};
use crate::actions::set_up::{self, SetUp};
use crate::app::block;
use crate::error::Result;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::log_in::with_session;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "set_up.html")]
struct SetUpPage {
    chrome: Chrome,
    form: Form,
}

/// `GET /setup/{secret}`.
///
/// # Errors
/// Not found without the secret, and for ever after set-up.
pub async fn show_set_up(visitor: Visitor, secret: web::Path<String>) -> Result<Reply> {
    let app = visitor.app().clone();
    block(move || set_up::check_secret(&app, &secret)).await?;
    Reply::ok(&SetUpPage { chrome: Chrome::bare("Set up"), form: Form::default() })
}

/// `POST /setup/{secret}`: makes the firm and logs its administrator in.
///
/// # Errors
/// Not found without the secret; field errors show the form again.
pub async fn set_up(
    visitor: Visitor,
    secret: web::Path<String>,
    pairs: web::Form<Vec<(String, String)>>,
) -> Result<Reply> {
    let (app, origin) =
        (visitor.app().clone(), Origin { address: visitor.address, user_agent: visitor.user_agent.clone() });
    let mut form = Form::new(pairs.into_inner());
    let given = read(&mut form);
    let worker = app.clone();
    let result = match form.check() {
        Err(_) => return Reply::unprocessable(&SetUpPage { chrome: Chrome::bare("Set up"), form }),
        Ok(()) => {
            block(move || {
                let person_id = set_up::set_up(&worker, &secret, &given)?;
                open_session(&worker, person_id, &origin)
            })
            .await
        }
    };
    match result {
        Ok(secret) => Ok(with_session(&app, &secret, "/")),
        Err(error) => {
            form.take(error)?;
            Reply::unprocessable(&SetUpPage { chrome: Chrome::bare("Set up"), form })
        }
    }
}

fn read(form: &mut Form) -> SetUp {
    let given = SetUp {
        firm: form.required("firm"),
        name: form.required("name"),
        email: form.required("email"),
        password: form.required("password"),
    };
    if !given.email.is_empty() && given.email.parse::<lettre::Address>().is_err() {
        form.fail("email", format!("\"{}\" is not a mail address", given.email));
    }
    given
}
