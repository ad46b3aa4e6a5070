//! Quotes: drawn up on a job, changed, sent, and how the customer answered.

mod form;
mod list;
mod public;

pub use form::{change_quote, edit_quote};
pub use list::list_quotes;
pub use public::{answer_quote, download_public, read_answer, show_public};

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::job::WaitingFor;
use domain::permission::{BillJob, DownloadPapers, ViewRegister};
use domain::quote::QuoteState;

use crate::actions::dues::FIRM_ZONE;
use crate::actions::quotes::{self, QuoteView, Sent};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "quotes/show.html")]
struct QuotePage {
    chrome: Chrome,
    form: Form,
    view: QuoteView,
    bills: bool,
    mails: bool,
    /// Where the customer reads mail.
    email: String,
}

impl QuotePage {
    fn time(&self, at: &store::types::Moment) -> String {
        at.utc().with_timezone(&FIRM_ZONE).format("%Y-%m-%d %H:%M").to_string()
    }

    /// Whether the job waits for the customer, who said yes.
    fn can_go_on(&self) -> bool {
        let waits = self.view.job.waiting_for.is_some_and(|what| what.0 == WaitingFor::Customer);
        waits && self.view.state == QuoteState::Approved
    }

    /// The class that shows how it stands.
    fn class(&self) -> &'static str {
        class_of(self.view.state)
    }
}

/// The class of the design that shows how a quote stands.
pub(in crate::web) fn class_of(state: QuoteState) -> &'static str {
    match state {
        QuoteState::Draft => "reserved",
        QuoteState::Sent => "due",
        QuoteState::Approved => "pass",
        QuoteState::Declined | QuoteState::Expired => "fail",
        QuoteState::Superseded => "retired",
    }
}

#[derive(Template)]
#[template(path = "quotes/sent.html")]
struct SentPage {
    chrome: Chrome,
    view: QuoteView,
    sent: Sent,
}

/// `POST /jobs/{number}/quotes`: draws up a draft.
///
/// # Errors
/// Forbidden; not found; a conflict for a closed job.
pub async fn draw_up(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let id = quotes::draw_up(&visit.app, &visit.right::<BillJob>()?, &number)?;
            Ok(Reply::see_other(&format!("/quotes/{id}/edit"), "added"))
        })
        .await
}

/// `GET /quotes/{id}`.
///
/// # Errors
/// Not found.
pub async fn show_quote(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, *id, Form::default())?)).await
}

fn page(visit: &Visit, id: i64, form: Form) -> Result<QuotePage> {
    let right = visit.right::<ViewRegister>()?;
    let view = quotes::find_quote(&visit.app, &right, id)?;
    let customer = view.quote.customer_id;
    let customer =
        visit.app.store.read(|conn| store::customers::find_customer(conn, right.scope(), customer))?;
    Ok(QuotePage {
        chrome: Chrome::new(visit, format!("Quote {}", view.quote.number)),
        form,
        bills: visit.actor.may::<BillJob>(),
        mails: visit.app.mailer.is_set_up(),
        email: customer.email,
        view,
    })
}

/// `GET /quotes/{id}.pdf`.
///
/// # Errors
/// Not found.
pub async fn download_quote(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (name, bytes) = quotes::quote_pdf(&visit.app, &visit.right::<DownloadPapers>()?, *id)?;
            Ok(Reply::download("application/pdf", &name, bytes))
        })
        .await
}

/// `POST /quotes/{id}/send`: gives a link, and mails it where `email` says where to.
///
/// # Errors
/// Forbidden; not found; stale; what is missing shows the page again; a conflict for what cannot be sent any more.
pub async fn send_quote(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<BillJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let (version, email) = (form.number("version", 1, i64::MAX).unwrap_or(0), form.text("email"));
            let sent =
                form.check().and_then(|()| quotes::send_quote(&visit.app, &right, (*id, version), &email));
            match sent {
                Ok(sent) => {
                    let view = quotes::find_quote(&visit.app, &visit.right()?, *id)?;
                    Reply::ok(&SentPage { chrome: Chrome::new(visit, "The quote is out"), view, sent })
                }
                Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, *id, form)?)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// `POST /quotes/{id}/revise`: begins the next revision.
///
/// # Errors
/// Forbidden; not found; stale; a conflict for a draft or what is superseded.
pub async fn revise_quote(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let version = form.number("version", 1, i64::MAX).unwrap_or(0);
            let next = quotes::revise_quote(&visit.app, &visit.right::<BillJob>()?, (*id, version))?;
            Ok(Reply::see_other(&format!("/quotes/{next}/edit"), "added"))
        })
        .await
}
