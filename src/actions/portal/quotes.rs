//! Quotes for the customer's own people: seen, approved or declined.

use domain::code::Code;
use domain::permission::{AnswerForCustomer, ViewPortal};
use domain::quote::{QuotePaper, QuoteState};
use store::portal::{list_seen_tags, quotes as rows};
use store::quotes::Quote;
use store::{Actor, Right};

use super::only_customer;
use crate::actions::dues::today;
use crate::actions::quotes::{Reply, answer_in, check_reply, draw, paper_of};
use crate::app::App;
use crate::error::Result;

/// A quote as a line of a list.
#[derive(Debug, Clone)]
pub struct QuoteLine {
    /// The quote.
    pub quote: Quote,
    /// Where it stands today.
    pub state: QuoteState,
    /// Number and title of its job.
    pub job: (String, String),
}

impl QuoteLine {
    /// What it comes to, tax and all.
    pub fn gross(&self) -> String {
        let content = &self.quote.content.0;
        content.currency.show(content.totals().gross())
    }

    /// Whether it waits for an answer.
    pub fn awaits(&self) -> bool {
        self.state == QuoteState::Sent
    }

    /// Where it stands, in a word or two.
    pub fn words(&self) -> &'static str {
        if self.awaits() { "Waits for your answer" } else { self.state.label() }
    }

    /// The class that shows where it stands.
    pub fn class(&self) -> &'static str {
        match self.state {
            QuoteState::Sent => "due",
            QuoteState::Approved => "ok",
            _ => "retired",
        }
    }
}

/// The quotes that were sent, the latest first; those of one job alone where its id is given.
///
/// # Errors
/// The store's.
pub fn list_quotes(app: &App, right: &Right<ViewPortal>, job_id: Option<i64>) -> Result<Vec<QuoteLine>> {
    let today = today(app);
    let found = app.store.read(|conn| rows::list_quotes(conn, right.sites(), job_id, 100))?;
    let line = |(quote, (_, number, title)): rows::PortalQuote| QuoteLine {
        state: quote.state_on(today),
        quote,
        job: (number, title),
    };
    Ok(found.into_iter().map(line).collect())
}

/// A quote as it goes to paper.
///
/// # Errors
/// Not found, also for a job at a site that is not theirs.
pub fn find_quote(app: &App, right: &Right<ViewPortal>, id: i64) -> Result<QuotePaper> {
    let today = today(app);
    app.store.read(|conn| {
        let (quote, (site_id, ..)) = rows::find_quote(conn, right.sites(), id)?;
        let within: Actor = right.actor().at_site(quote.customer_id, site_id)?;
        let mut paper = paper_of(conn, within.scope(), &quote, (today, String::new()))?;
        let tags = paper.assets.iter().map(|[tag, ..]| tag.clone()).collect();
        let seen = list_seen_tags(conn, right.sites(), &tags)?;
        paper.assets.retain(|[tag, ..]| seen.contains(tag));
        Ok(paper)
    })
}

/// A quote as a PDF, with a name for the file.
///
/// # Errors
/// As [`find_quote`].
pub fn quote_pdf(app: &App, right: &Right<ViewPortal>, id: i64) -> Result<(String, Vec<u8>)> {
    draw(app, &find_quote(app, right, id)?)
}

/// Takes the answer of one of the customer's own people.
///
/// # Errors
/// Not found; field errors; a conflict for anybody of the firm, and where it was answered already, has expired or is
/// superseded.
pub fn answer_quote(app: &App, right: &Right<AnswerForCustomer>, id: i64, reply: &Reply) -> Result<()> {
    let person = only_customer(right)?;
    let actor = right.actor();
    let find =
        |conn: &mut store::AnyConnection| rows::find_quote(conn, actor.right::<ViewPortal>()?.sites(), id);
    let (quote, (site_id, ..)) = app.store.read(find)?;
    check_reply(reply, false)?;
    let within = actor.at_site(quote.customer_id, site_id)?;
    app.store.write(&within, |tx| {
        let quote = store::quotes::find_quote(tx, within.scope(), quote.id)?;
        Ok(((), answer_in(tx, &quote, today(app), (person, reply))?))
    })
}
