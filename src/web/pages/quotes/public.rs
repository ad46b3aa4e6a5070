//! A quote behind its link: seen, approved or declined without an account.

use actix_web::web;
use askama::Template;
use domain::quote::{QuotePaper, QuoteState};

use crate::actions::quotes::{self, Reply as Answer};
use crate::app::block;
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "quotes/public.html")]
struct PublicQuotePage {
    chrome: Chrome,
    form: Form,
    paper: QuotePaper,
    secret: String,
}

impl PublicQuotePage {
    fn awaits(&self) -> bool {
        self.paper.state == QuoteState::Sent
    }

    fn day(&self, day: &chrono::NaiveDate) -> String {
        day.format("%-d %B %Y").to_string()
    }
}

/// What is behind a secret address is kept by nobody on the way, and in no search engine.
fn private(reply: Reply) -> Reply {
    reply
        .header("cache-control", "no-store")
        .header("x-robots-tag", "noindex")
        .header("referrer-policy", "no-referrer")
}

fn page(paper: QuotePaper, secret: &str, form: Form) -> PublicQuotePage {
    let chrome = Chrome::bare(&format!("Quote {}", paper.number));
    PublicQuotePage { chrome, form, paper, secret: secret.to_owned() }
}

/// `GET /q/{secret}`.
///
/// # Errors
/// Not found when the link does not work; slow down.
pub async fn show_public(visitor: Visitor, secret: web::Path<String>) -> Result<Reply> {
    let (app, address) = (visitor.app().clone(), visitor.address);
    block(move || {
        let paper = quotes::find_public(&app, &secret, address)?;
        Ok(private(Reply::ok(&page(paper, &secret, Form::default()))?))
    })
    .await
}

/// `GET /q/{secret}/quote.pdf`.
///
/// # Errors
/// As the page.
pub async fn download_public(visitor: Visitor, secret: web::Path<String>) -> Result<Reply> {
    let (app, address) = (visitor.app().clone(), visitor.address);
    block(move || {
        let (name, bytes) = quotes::public_pdf(&app, &secret, address)?;
        Ok(private(Reply::download("application/pdf", &name, bytes)))
    })
    .await
}

/// `POST /q/{secret}`: `answer=approve` with a name, or `answer=decline` with a reason too.
///
/// # Errors
/// Not found when the link does not work; slow down; what is wrong, and an answer too late, show the page again.
pub async fn answer_quote(
    visitor: Visitor,
    secret: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    let (app, address) = (visitor.app().clone(), visitor.address);
    let mut form = Form::new(pairs.into_inner());
    block(move || {
        let answer = read_answer(&mut form);
        // Whoever holds a link is known by what they write alone.
        let answer = Answer { name: form.required("name"), ..answer };
        let done = form.check().and_then(|()| quotes::answer_by_link(&app, &secret, address, &answer));
        match done {
            Ok(()) => Ok(private(Reply::see_other(&format!("/q/{secret}"), ""))),
            Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
                let paper = quotes::find_public(&app, &secret, address)?;
                again(&mut form, error)?;
                Ok(private(Reply::unprocessable(&page(paper, &secret, form))?))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// Reads an answer to a quote from a form; without the name, which only those without an account give.
pub fn read_answer(form: &mut Form) -> Answer {
    refuse_unknown(form, &["answer", "name", "order_number", "reason"]);
    let approve = match form.value("answer") {
        "approve" => true,
        "decline" => false,
        _ => {
            form.fail("answer", "approve or decline");
            false
        }
    };
    let (order_number, reason) = (form.text("order_number"), form.long_text("reason"));
    Answer { approve, order_number, reason, ..Answer::default() }
}
