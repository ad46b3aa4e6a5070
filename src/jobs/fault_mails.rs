//! Reports of faults that nobody has looked at yet go by mail to those who are to look at them, each once.

use chrono::{DateTime, Duration, Utc};
use store::faults::{FaultLine, claim_fault_mail, list_unmailed};

use crate::actions::clock::list_managers;
use crate::app::App;
use crate::error::{Error, Result};
use crate::jobs::Outcome;
use crate::mail::Mail;

/// The job's name.
pub const NAME: &str = "fault_mails";
/// So many reports are told of in one turn.
const MOST: i64 = 50;
/// A report older than this, in hours, is no news any more.
const NEWS_HOURS: i64 = 24;

/// Mails the reports that wait.
///
/// # Errors
/// The store's.
pub fn run(app: &App, _: DateTime<Utc>) -> Result<Outcome> {
    let (mut sent, mut failed) = (0, 0);
    if app.mailer.is_set_up() {
        let since = app.now() - Duration::hours(NEWS_HOURS);
        let operator = store::Actor::operator(domain::event::Via::Job);
        let waiting = app.store.read(|conn| list_unmailed(conn, operator.scope(), since, MOST))?;
        for fault in waiting {
            let (went, lost) = mail_fault(app, &fault)?;
            sent += went;
            failed += lost;
        }
    }
    Ok(Outcome { words: format!("{sent} mails sent, {failed} failed"), again: None })
}

/// Mails a report to the customer's managers; gives how many went and how many did not.
fn mail_fault(app: &App, fault: &FaultLine) -> Result<(usize, usize)> {
    if !app.store.keep_house(|tx| claim_fault_mail(tx, fault.id, true).map_err(Error::from))? {
        return Ok((0, 0));
    }
    let (mut sent, mut failed) = (0, 0);
    for mail in mails_of(app, fault)? {
        match app.mailer.send(&mail) {
            Ok(()) => sent += 1,
            Err(why) => {
                log::warn!("mail of report {}: {why}", fault.id);
                failed += 1;
            }
        }
    }
    // Once it reached somebody it is told of; nobody is told twice because another's address is wrong.
    if sent == 0 && failed > 0 {
        app.store.keep_house(|tx| claim_fault_mail(tx, fault.id, false).map_err(Error::from))?;
    }
    Ok((sent, failed))
}

fn mails_of(app: &App, fault: &FaultLine) -> Result<Vec<Mail>> {
    let thing = match &fault.asset {
        Some((_, tag, description)) => format!("{description} {tag}"),
        None => fault.place.clone(),
    };
    let subject = format!("Fault reported: {thing}, {}, {}", fault.customer, fault.site);
    let by = fault.reporter.clone().unwrap_or_else(|| "Somebody without a name".to_owned());
    let body = format!(
        "{}\n\n{thing}\n{}, {}\nReported by {by}. {}.\n\n{}/faults\n",
        fault.what,
        fault.customer,
        fault.site,
        domain::code::Code::label(fault.urgency.0),
        app.config.base_url
    );
    app.store.read(|conn| {
        let mut mails = vec![];
        for person in list_managers(conn, fault.customer_id)? {
            let Some(person) = store::people::find_person(conn, person)? else { continue };
            if let Some(address) = person.email.filter(|address| !address.is_empty()) {
                mails.push(Mail { name: person.name, address, subject: subject.clone(), body: body.clone() });
            }
        }
        Ok(mails)
    })
}
