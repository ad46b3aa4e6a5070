//! The customer's answer to a quote: once, by whoever holds the link or is logged in for the customer.

use std::net::IpAddr;

use domain::event::{Event, Via};
use domain::job::{EntryKind, NoticeKind};
use domain::quote::{QuotePaper, QuoteState};
use domain::text::check_text;
use store::job_entries::{EntryRow, insert_entry};
use store::jobs::find_job_by_id;
use store::people::{NewPerson, insert_person};
use store::quotes::{self, NewAnswer, Quote};
use store::types::{Coded, Moment};
use store::{Actor, Tx};

use super::paper::{draw, paper_of};
use crate::actions::dues::today;
use crate::actions::jobs::{JobChange, change_in, tell};
use crate::app::{App, new_secret};
use crate::error::{Error, FieldError, Result};

/// An answer as it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// Whether it is approved; else it is declined.
    pub approve: bool,
    /// Who answers.
    pub name: String,
    /// The customer's order.
    pub order_number: String,
    /// Why it is declined.
    pub reason: String,
}

/// The quote behind a link, as it stands today. A link without a quote, or of an earlier sending, is not found.
///
/// # Errors
/// Not found; slow down.
pub fn find_public(app: &App, secret: &str, address: Option<IpAddr>) -> Result<QuotePaper> {
    let hash = store::ledger::sha256(secret.as_bytes());
    app.log_in_limit.check(&format!("quote {hash}"), address)?;
    let today = today(app);
    let url = format!("{}/q/{secret}", app.config.base_url);
    let operator = Actor::operator(Via::Page);
    app.store.read(|conn| {
        let quote = quotes::find_by_secret(conn, &hash)?;
        let scope = operator.scope().within(quote.customer_id);
        paper_of(conn, &scope, &quote, (today, url))
    })
}

/// The quote behind a link as a PDF.
///
/// # Errors
/// As [`find_public`].
pub fn public_pdf(app: &App, secret: &str, address: Option<IpAddr>) -> Result<(String, Vec<u8>)> {
    draw(app, &find_public(app, secret, address)?)
}

/// Takes the answer of whoever holds the link.
///
/// # Errors
/// Not found; slow down; field errors; a conflict where it was answered already, has expired or is superseded.
pub fn answer_by_link(app: &App, secret: &str, address: Option<IpAddr>, reply: &Reply) -> Result<()> {
    let hash = store::ledger::sha256(secret.as_bytes());
    app.log_in_limit.check(&format!("quote {hash}"), address)?;
    app.store.write(&Actor::operator(Via::Page), |tx| {
        let quote = quotes::find_by_secret(tx, &hash)?;
        check_reply(reply, true)?;
        let person = NewPerson {
            salt: new_secret(),
            name: reply.name.trim().to_owned(),
            email: None,
            initials: String::new(),
            qualification: String::new(),
        };
        let person = insert_person(tx, &person)?;
        let events = answer_in(tx, &quote, today(app), (person.id, reply))?;
        Ok(((), events))
    })
}

/// Checks an answer; `named` where it must say who answers.
///
/// # Errors
/// Field errors.
pub fn check_reply(reply: &Reply, named: bool) -> Result<()> {
    let mut errors = vec![];
    let mut wrong =
        |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
    let fields = [
        ("name", &reply.name, 200),
        ("order_number", &reply.order_number, 200),
        ("reason", &reply.reason, 2000),
    ];
    for (field, text, most) in fields {
        if let Err(why) = check_text(text, most) {
            wrong(field, why);
        }
    }
    if named && reply.name.trim().is_empty() {
        wrong("name", "say who answers".to_owned());
    }
    if !reply.approve && reply.reason.trim().is_empty() {
        wrong("reason", "say why, so that a better quote can follow".to_owned());
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// Writes down a person's answer to a quote that the caller may answer: on the quote, in the job's log, and to whoever
/// is at the job. Of two at the same moment one counts.
///
/// # Errors
/// A conflict where it was answered already, has expired or is superseded.
pub fn answer_in(
    tx: &mut Tx,
    quote: &Quote,
    today: chrono::NaiveDate,
    (person_id, reply): (i64, &Reply),
) -> Result<Vec<Event>> {
    let refused = match quote.state_on(today) {
        QuoteState::Sent => None,
        QuoteState::Expired => Some("This quote has expired; ask for a new one."),
        QuoteState::Superseded => Some("A later revision took this quote's place; answer that one."),
        QuoteState::Draft => Some("This quote was not sent yet."),
        QuoteState::Approved | QuoteState::Declined => Some("This quote was answered already."),
    };
    if let Some(words) = refused {
        return Err(Error::Conflict(words.to_owned()));
    }
    let scope = tx.actor.scope().within(quote.customer_id);
    if reply.approve && !find_job_by_id(tx, &scope, quote.job_id)?.is_open() {
        let words = "The job of this quote is done and closed; ask us for a new one.";
        return Err(Error::Conflict(words.to_owned()));
    }
    if reply.approve {
        quotes::supersede_before(tx, quote, QuoteState::Approved)?;
    }
    let (order_number, reason) = (reply.order_number.trim(), reply.reason.trim());
    let reason = if reply.approve { "" } else { reason };
    let answer = NewAnswer { approved: reply.approve, person_id, order_number, reason };
    quotes::update_answer(tx, quote, &answer)?;
    let verb = if reply.approve { "approved" } else { "declined" };
    // The name stays in the one erasable table: an event outlives it.
    let mut events = vec![
        Event::new("quote", &quote.number, verb)
            .of_customer(quote.customer_id)
            .change("revision", "", quote.revision)
            .change("person", "", person_id)
            .change("order number", "", order_number),
    ];
    events.extend(on_job(tx, quote, (person_id, verb), (order_number, reason))?);
    Ok(events)
}

/// What the answer means for the job: its order number where it has none, an entry of its log, and a notice.
fn on_job(
    tx: &mut Tx,
    quote: &Quote,
    (person_id, verb): (i64, &str),
    (order_number, reason): (&str, &str),
) -> Result<Vec<Event>> {
    let scope = tx.actor.scope().within(quote.customer_id);
    let mut job = find_job_by_id(tx, &scope, quote.job_id)?;
    let mut events = vec![];
    if job.is_open() && job.order_number.is_empty() && !order_number.is_empty() {
        let change = JobChange { order_number: order_number.to_owned(), ..JobChange::of(&job) };
        let (changed, told) = change_in(tx, &job, &change)?;
        (job, events) = (changed, told);
    }
    let more = match (order_number, reason) {
        ("", "") => String::new(),
        (order, "") => format!(" Order number {order}."),
        (_, reason) => format!(" {reason}"),
    };
    let text = format!("Quote {}, revision {} {verb} by the customer.{more}", quote.number, quote.revision);
    let at = Moment::from(tx.now);
    let row = EntryRow {
        id: uuid::Uuid::now_v7().to_string(),
        job_id: job.id,
        customer_id: job.customer_id,
        asset_id: None,
        kind: Coded(EntryKind::Note),
        at,
        received_at: at,
        person_id: Some(person_id),
        minutes: 0,
        text: text.clone(),
        internal: false,
        supersedes: None,
    };
    insert_entry(tx, &row)?;
    store::jobs::search::reindex_job(tx, job.id)?;
    let told: Vec<i64> = [job.assignee_id, quote.created_by].into_iter().flatten().collect();
    tell(tx, &job, &told, NoticeKind::Watched, &text)?;
    Ok(events)
}
