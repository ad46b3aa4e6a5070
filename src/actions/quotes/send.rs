//! Sending a quote: a link by which whoever holds it can answer, mailed or handed over.

use domain::event::Event;
use domain::job::EntryKind;
use domain::permission::BillJob;
use domain::quote::QuoteState;
use store::Right;
use store::jobs::find_job_by_id;
use store::quotes;

use crate::actions::dues::today;
use crate::actions::jobs::{EntryRequest, entry_in};
use crate::app::{App, new_secret};
use crate::error::{Error, FieldError, Result};
use crate::mail::Mail;

/// How a quote went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The link; it is kept as a hash alone, so that it is shown this once.
    pub link: String,
    /// The address that it was mailed to, or why it was not.
    pub mailed: std::result::Result<String, String>,
}

/// Sends a quote that was read at `version`, or gives a new link for one that was sent; an earlier link ends. Mailed
/// where an address is given and a mail server is configured.
///
/// # Errors
/// Not found, stale, field errors for what is missing; a conflict for what was answered, has expired or is superseded.
pub fn send_quote(app: &App, right: &Right<BillJob>, key: (i64, i64), email: &str) -> Result<Sent> {
    if !email.is_empty() && email.parse::<lettre::Address>().is_err() {
        return Err(Error::field("email", format!("\"{email}\" is not a mail address")));
    }
    let today = today(app);
    let secret = new_secret();
    let (mail, sent) = app.store.write(right.actor(), |tx| {
        let quote = quotes::find_quote(tx, right.scope(), key.0)?;
        let state = quote.state_on(today);
        if !state.is_open() && !state.awaits_answer() {
            let words = "Only a draft, or a quote that waits for an answer, is sent; make a next revision.";
            return Err(Error::Conflict(words.to_owned()));
        }
        let problems = quote.content.0.problems(today);
        if !problems.is_empty() {
            let error = |(field, message): (&str, String)| FieldError { field: field.to_owned(), message };
            return Err(Error::Invalid(problems.into_iter().map(error).collect()));
        }
        quotes::supersede_before(tx, &quote, QuoteState::Sent)?;
        quotes::update_sent(tx, key, &store::ledger::sha256(secret.as_bytes()))?;
        let job = find_job_by_id(tx, right.scope(), quote.job_id)?;
        let total = quote.content.0.currency.show(quote.content.0.totals().gross());
        let verb = if state.is_open() { "sent" } else { "sent again" };
        let mut events = vec![
            Event::new("quote", &quote.number, verb)
                .of_customer(quote.customer_id)
                .change("revision", "", quote.revision)
                .change("total", "", &total),
        ];
        if job.is_open() {
            let text = format!("Quote {}, revision {} {verb}: {total}.", quote.number, quote.revision);
            events.extend(entry_in(tx, &job, &EntryRequest::words(EntryKind::Note, &text))?.1);
        }
        let customer = store::customers::find_customer(tx, right.scope(), quote.customer_id)?;
        let link = format!("{}/q/{secret}", app.config.base_url);
        let mail = Mail {
            name: if customer.contact.is_empty() { customer.name } else { customer.contact },
            address: email.to_owned(),
            subject: format!("Quote {} for {}: {}", quote.number, job.number, job.title),
            body: format!(
                "Hello,\n\nhere is quote {} over {total} for {}, {}. Look at it, and approve or decline it, until {}:\n\n\
                 {link}\n\nWhoever has this link can answer: please do not pass it on.\n",
                quote.number,
                job.number,
                job.title,
                quote.content.0.valid_until.format("%-d %B %Y"),
            ),
        };
        Ok(((mail, link), events))
    })?;
    let mailed = match email {
        "" => Err("no mail address was given".to_owned()),
        address => app.mailer.send(&mail).map(|()| address.to_owned()),
    };
    Ok(Sent { link: sent, mailed })
}
