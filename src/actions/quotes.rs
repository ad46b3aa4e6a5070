//! Quotes: drawn up on a job, sent under a link, answered once.

mod answer;
mod paper;
mod send;

pub use answer::{Reply, answer_by_link, answer_in, check_reply, find_public, public_pdf};
pub use paper::{draw, paper_of, quote_pdf};
pub use send::{Sent, send_quote};

use chrono::{Days, NaiveDate};
use domain::bill;
use domain::charge::Line;
use domain::event::Event;
use domain::money;
use domain::permission::{BillJob, ViewRegister};
use domain::quote::{QuoteContent, QuoteKind, QuoteState};
use domain::text::check_text;
use store::jobs::{Job, find_job, find_job_by_id};
use store::quotes::{self, Quote};
use store::{AnyConnection, Right, Scope};

use crate::actions::bills::{facts_of, rates_of};
use crate::actions::dues::today;
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// How long a quote is valid unless something else is chosen, in days.
const VALID_DAYS: u64 = 30;
/// The longest description of a line, in characters.
const LINE_TEXT: usize = 500;

/// A quote with its job.
#[derive(Debug, Clone)]
pub struct QuoteView {
    /// The quote.
    pub quote: Quote,
    /// Its job.
    pub job: Job,
    /// How it stands today.
    pub state: QuoteState,
    /// Who answered it.
    pub answered_by: String,
}

impl QuoteView {
    fn of(conn: &mut AnyConnection, scope: &Scope, quote: Quote, today: NaiveDate) -> Result<Self> {
        let job = find_job_by_id(conn, scope, quote.job_id)?;
        let person = match quote.answered_by {
            Some(id) => store::people::find_person(conn, id)?,
            None => None,
        };
        let state = quote.state_on(today);
        Ok(Self { answered_by: person.map(|person| person.name).unwrap_or_default(), quote, job, state })
    }

    /// An amount in its currency.
    pub fn amount(&self, minor: i64) -> String {
        self.quote.content.0.currency.show(minor)
    }

    /// What it comes to with VAT, in its currency.
    pub fn total(&self) -> String {
        self.amount(self.quote.content.0.totals().gross())
    }
}

/// One quote.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_quote(app: &App, right: &Right<ViewRegister>, id: i64) -> Result<QuoteView> {
    let today = today(app);
    app.store.read(|conn| {
        let quote = quotes::find_quote(conn, right.scope(), id)?;
        QuoteView::of(conn, right.scope(), quote, today)
    })
}

/// The quotes of a job found within the scope, the latest first.
///
/// # Errors
/// The store's.
pub fn list_quotes(
    conn: &mut AnyConnection,
    scope: &Scope,
    job: &Job,
    today: NaiveDate,
) -> Result<Vec<QuoteView>> {
    let found = quotes::list_quotes(conn, job.id)?;
    found.into_iter().map(|quote| QuoteView::of(conn, scope, quote, today)).collect()
}

/// A page of the quotes in a state, the latest first, and the id beyond which the next begins.
///
/// # Errors
/// The store's.
pub fn list_all(
    app: &App,
    right: &Right<BillJob>,
    (state, before): (QuoteState, Option<i64>),
    limit: usize,
) -> Result<(Vec<QuoteView>, Option<i64>)> {
    let today = today(app);
    app.store.read(|conn| {
        // One that nobody answered in time stands as sent until somebody looks.
        let kept = if state == QuoteState::Expired { QuoteState::Sent } else { state };
        let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let mut found = quotes::list_quotes_in(conn, right.scope(), kept, before, most)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|quote| quote.id);
        let views = found.into_iter().map(|quote| QuoteView::of(conn, right.scope(), quote, today));
        let views: Vec<QuoteView> = views.collect::<Result<_>>()?;
        Ok((views.into_iter().filter(|view| view.state == state).collect(), next))
    })
}

/// Draws up a first draft: what is logged so far at the rates that hold, and the terms of the customer's last quote.
///
/// # Errors
/// Not found; a conflict for a closed job.
pub fn draw_up(app: &App, right: &Right<BillJob>, number: &str) -> Result<i64> {
    let today = today(app);
    app.store.write(right.actor(), |tx| {
        let job = find_job(tx, right.scope(), number)?;
        if !job.is_open() {
            return Err(Error::Conflict("This job is closed; open it again to quote for it.".to_owned()));
        }
        let rates = rates_of(tx, right.scope(), &job)?.unwrap_or_default();
        let facts = facts_of(tx, right.scope(), &job, &rates)?;
        let facts = bill::Facts { charges: vec![], fixed: vec![], ..facts };
        let mut lines: Vec<Line> = bill::reckon(&facts, &rates).into_iter().map(|line| line.line).collect();
        lines.truncate(domain::quote::MOST_LINES);
        let content = QuoteContent {
            kind: QuoteKind::Fixed,
            currency: rates.currency,
            vat: rates.vat,
            valid_until: today.checked_add_days(Days::new(VALID_DAYS)).unwrap_or(today),
            scope: job.title.clone(),
            terms: quotes::last_terms(tx, job.customer_id)?,
            lines,
        };
        let (id, quote) = quotes::insert_quote(tx, &job, &content)?;
        let event = Event::new("quote", &quote, "drawn up").of_customer(job.customer_id);
        Ok((id, vec![event.change("job", "", &job.number)]))
    })
}

/// Changes a draft that was read at `version`.
///
/// # Errors
/// Not found, stale, field errors; a conflict once it was sent.
pub fn change_quote(
    app: &App,
    right: &Right<BillJob>,
    key: (i64, i64),
    content: &QuoteContent,
) -> Result<()> {
    check(content)?;
    app.store.write(right.actor(), |tx| {
        let old = quotes::find_quote(tx, right.scope(), key.0)?;
        if !old.state.0.is_open() {
            let words = "This quote was sent, so it stays as it is; make a next revision to change it.";
            return Err(Error::Conflict(words.to_owned()));
        }
        quotes::update_content(tx, key, content)?;
        let (was, is) = (&old.content.0, content);
        let event = Event::new("quote", &old.number, "changed")
            .of_customer(old.customer_id)
            .change("lines", was.lines.len(), is.lines.len())
            .change("net", money::plain(was.totals().net), money::plain(is.totals().net))
            .change("valid until", was.valid_until, is.valid_until)
            .change("kind", was.kind, is.kind);
        Ok(((), vec![event]))
    })
}

fn check(content: &QuoteContent) -> Result<()> {
    let mut errors = vec![];
    let mut wrong = |field: String, message: String| errors.push(FieldError { field, message });
    if content.lines.len() > domain::quote::MOST_LINES {
        wrong("lines".to_owned(), format!("give at most {} lines", domain::quote::MOST_LINES));
    }
    if !(0..=money::WHOLE).contains(&content.vat) {
        wrong("vat".to_owned(), "give something between nothing and 100 percent".to_owned());
    }
    for (at, line) in content.lines.iter().enumerate() {
        match check_text(&line.text, LINE_TEXT) {
            Err(why) => wrong(format!("text_{}", at + 1), why),
            Ok("") => wrong(format!("text_{}", at + 1), "say what it is for".to_owned()),
            Ok(_) => {}
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// Begins the next revision of a quote that was read at `version`. The one before stands until the next is sent, and
/// one that is approved until the next is approved too.
///
/// # Errors
/// Not found, stale; a conflict for a draft and for one superseded already.
pub fn revise_quote(app: &App, right: &Right<BillJob>, key: (i64, i64)) -> Result<i64> {
    let today = today(app);
    app.store.write(right.actor(), |tx| {
        let old = quotes::find_quote(tx, right.scope(), key.0)?;
        if old.version != key.1 {
            return Err(Error::Stale("quote".to_owned()));
        }
        if !old.state_on(today).can_be_revised() {
            let words = "A draft is changed as it is, and a superseded quote has its next revision already.";
            return Err(Error::Conflict(words.to_owned()));
        }
        let later = today.checked_add_days(Days::new(VALID_DAYS)).unwrap_or(today);
        let content =
            QuoteContent { valid_until: old.content.0.valid_until.max(later), ..old.content.0.clone() };
        let id = quotes::insert_revision(tx, &old, &content)?;
        let event = Event::new("quote", &old.number, "revised").of_customer(old.customer_id);
        Ok((id, vec![event.change("revision", old.revision, old.revision + 1)]))
    })
}
