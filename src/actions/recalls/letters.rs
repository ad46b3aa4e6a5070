//! A letter for each customer whose things were tested with an instrument in doubt.

use std::collections::BTreeMap;

use domain::asset::Status;
use domain::code::Code;
use domain::permission::DownloadPapers;
use domain::recall::{Letter, LetterItem};
use domain::schedule::local_date;
use store::Right;
use store::customers::find_customer;
use store::recalls::{self, Recall};

use super::{Row, days_of, each_in};
use crate::actions::certificates::firm;
use crate::actions::dues::{FIRM_ZONE, today};
use crate::app::App;
use crate::error::{Error, Result};

/// More records than letters are set for at once; the list as CSV has them all.
const MOST: usize = 20_000;

/// The letters of a recall as one PDF, within the reader's scope.
///
/// # Errors
/// Not found, too large beyond 20,000 records.
pub fn write_letters(app: &App, right: &Right<DownloadPapers>, id: i64) -> Result<Vec<u8>> {
    let letters = app.store.read(|conn| {
        let recall = recalls::find_recall(conn, id)?;
        let doubt = recall.row.doubt();
        let view = right.actor().right()?;
        let (mut by_customer, mut count) = (BTreeMap::<i64, Vec<Row>>::new(), 0);
        each_in(conn, &view, &doubt, |_, rows| {
            count += rows.len();
            for row in rows {
                by_customer.entry(row.test.customer_id).or_default().push(row);
            }
            let words = format!("These are more than {MOST} records; take the list as CSV.");
            if count > MOST { Err(Error::TooLarge(words)) } else { Ok(()) }
        })?;
        let certificates = recalls::list_affected_certificates(conn, right.scope(), &doubt)?;
        let firm = firm(conn)?;
        let mut letters = vec![];
        for (customer_id, rows) in by_customer {
            let customer = find_customer(conn, right.scope(), customer_id)?;
            let mine = certificates.iter().filter(|(row, _)| row.customer_id == customer_id);
            letters.push(Letter {
                firm: firm.clone(),
                customer: customer.name,
                contact: customer.contact,
                address: customer.address,
                date: Some(today(app)),
                number: recall.row.id,
                subject: format!("Test results in doubt: instrument {}", recall.instrument),
                opening: opening(&recall),
                certificates: mine.map(|(row, _)| row.number.clone()).collect(),
                closing: closing(&rows),
                items: rows.iter().map(item).collect(),
            });
        }
        letters.sort_by(|a, b| a.customer.cmp(&b.customer));
        Ok::<_, Error>(letters)
    })?;
    render::certificate::letters(&letters, app.now()).map_err(|error| Error::Internal(error.to_string()))
}

fn opening(recall: &Recall) -> Vec<String> {
    let (from, to) = days_of(recall);
    let day = |day: chrono::NaiveDate| day.format("%-d %B %Y").to_string();
    vec![
        format!(
            "We have reason to doubt what our test instrument {} showed from {} to {}: {}",
            recall.instrument,
            day(from),
            day(to),
            sentence(&recall.row.reason)
        ),
        "The items below are yours and were tested with it in that time. Their records stay as they were made. This \
         does not say that an item is unsafe; it says that the test no longer shows that it is safe."
            .to_owned(),
    ]
}

/// A reason as the end of a sentence.
fn sentence(reason: &str) -> String {
    let end = if reason.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{reason}{end}")
}

fn closing(rows: &[Row]) -> Vec<String> {
    let open = rows.iter().filter(|row| row.retested.is_none()).count();
    let mut words = vec![];
    if open > 0 {
        words.push(
            "Please look at the items marked \"to be tested again\" before they are used, and take out of use what \
             shows damage. We will arrange a day with you to test them again."
                .to_owned(),
        );
    }
    if open < rows.len() {
        words
            .push("Items marked \"tested again\" have since been tested with another instrument.".to_owned());
    }
    words
}

fn item(row: &Row) -> LetterItem {
    let test = &row.test;
    let day = |at: store::types::Moment| local_date(at.utc(), FIRM_ZONE).format("%-d %b %Y").to_string();
    let status = Status::of(test.lifecycle.0, test.lock_cause.is_some());
    let now = match row.retested {
        Some(at) => format!("tested again {}", day(at)),
        None if test.lifecycle.0.falls_due() => match status {
            Status::Quarantined => "out of use".to_owned(),
            _ => "to be tested again".to_owned(),
        },
        None => status.noun(),
    };
    let place = test.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
    LetterItem {
        tag: test.tag.clone(),
        description: test.description.clone(),
        place: format!("{}{place}", test.site),
        tested: day(test.performed_at),
        result: test.verdict.0.label().to_owned(),
        now,
    }
}
