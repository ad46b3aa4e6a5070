//! The quotes that were sent to a customer, for their own people to answer.

use actix_web::web;
use askama::Template;
use domain::permission::ViewPortal;
use domain::quote::{QuotePaper, QuoteState};

use crate::actions::portal::{self, QuoteLine};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::quotes::read_answer;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "portal/quotes.html")]
struct QuotesPage {
    chrome: Chrome,
    lines: Vec<QuoteLine>,
}

#[derive(Template)]
#[template(path = "portal/quote.html")]
struct QuotePage {
    chrome: Chrome,
    form: Form,
    id: i64,
    paper: QuotePaper,
}

impl QuotePage {
    fn awaits(&self) -> bool {
        self.paper.state == QuoteState::Sent
    }

    fn day(&self, day: &chrono::NaiveDate) -> String {
        day.format("%-d %B %Y").to_string()
    }
}

/// `GET /portal/quotes`.
///
/// # Errors
/// The store's.
pub async fn list_quotes(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let lines = portal::list_quotes(&visit.app, &visit.right::<ViewPortal>()?, None)?;
            Reply::ok(&QuotesPage { chrome: Chrome::new(visit, "Your quotes"), lines })
        })
        .await
}

/// `GET /portal/quotes/{id}`.
///
/// # Errors
/// Not found, also for a job at a site that is not theirs.
pub async fn show_quote(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, *id, Form::default())?)).await
}

/// `GET /portal/quotes/{id}/quote.pdf`.
///
/// # Errors
/// As the page.
pub async fn download_quote(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (name, bytes) = portal::quote_pdf(&visit.app, &visit.right::<ViewPortal>()?, *id)?;
            Ok(Reply::download("application/pdf", &name, bytes))
        })
        .await
}

/// `POST /portal/quotes/{id}`: `answer=approve`, or `answer=decline` with a reason.
///
/// # Errors
/// Not found; what is wrong, and an answer too late, show the page again.
pub async fn answer_quote(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let answer = read_answer(&mut form);
            let done =
                form.check().and_then(|()| portal::answer_quote(&visit.app, &visit.right()?, *id, &answer));
            match done {
                Ok(()) => Ok(Reply::see_other(&format!("/portal/quotes/{id}"), "recorded")),
                Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, *id, form)?)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

fn page(visit: &Visit, id: i64, form: Form) -> Result<QuotePage> {
    let paper = portal::find_quote(&visit.app, &visit.right::<ViewPortal>()?, id)?;
    Ok(QuotePage { chrome: Chrome::new(visit, format!("Quote {}", paper.number)), form, id, paper })
}
