//! The quotes of all jobs, by how they stand.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::BillJob;
use domain::quote::QuoteState;

use super::class_of;
use crate::actions::quotes::{self, QuoteView};
use crate::error::Result;
use crate::web::editing::Pairs;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// Quotes on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "quotes/list.html")]
struct QuotesPage {
    chrome: Chrome,
    form: Form,
    state: QuoteState,
    quotes: Vec<QuoteView>,
    next: Option<i64>,
}

impl QuotesPage {
    fn states(&self) -> impl Iterator<Item = &'static QuoteState> {
        QuoteState::ALL.iter()
    }

    fn class(&self, quote: &QuoteView) -> &'static str {
        class_of(quote.state)
    }
}

/// `GET /quotes?state=`: those that wait for an answer, unless another state is asked for; `before` for further pages.
///
/// # Errors
/// Forbidden; a filter that cannot be shows the page with what is wrong.
pub async fn list_quotes(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<BillJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let state = form.code("state").unwrap_or(QuoteState::Sent);
            let before = form.id("before");
            let (quotes, next) = match form.check() {
                Ok(()) => quotes::list_all(&visit.app, &right, (state, before), PAGE)?,
                Err(_) => (vec![], None),
            };
            let page = QuotesPage { chrome: Chrome::new(visit, "Quotes"), form, state, quotes, next };
            if page.form.errors().is_empty() { Reply::ok(&page) } else { Reply::unprocessable(&page) }
        })
        .await
}
