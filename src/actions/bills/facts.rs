//! What a bill is worked out from.

use domain::bill::{Charge, Facts, Part, Time};
use domain::quote::{QuoteKind, QuoteState};
use domain::rates::Rates;
use domain::schedule::local_date;
use store::job_charges::list_charges;
use store::job_entries::list_entries;
use store::jobs::Job;
use store::quotes::list_quotes;
use store::rate_cards::rates_on;
use store::sites::find_site;
use store::stock::list_job_parts;
use store::{AnyConnection, Scope};

use crate::actions::dues::time_zone;
use crate::error::Result;

/// The rates that held when a job, found within the scope, was opened by its site's clock.
///
/// # Errors
/// The store's.
pub fn rates_of(conn: &mut AnyConnection, scope: &Scope, job: &Job) -> Result<Option<Rates>> {
    let zone = time_zone(&find_site(conn, scope, job.site_id)?.time_zone)?;
    let day = local_date(job.opened_at.utc(), zone);
    Ok(rates_on(conn, (job.customer_id, job.contract_id), day)?)
}

/// What a job found within the scope took: time that is not internal, parts, charges, and a quote approved at a fixed
/// price.
///
/// # Errors
/// The store's.
pub fn facts_of(conn: &mut AnyConnection, scope: &Scope, job: &Job) -> Result<Facts> {
    let zone = time_zone(&find_site(conn, scope, job.site_id)?.time_zone)?;
    let day = |at: store::types::Moment| local_date(at.utc(), zone);
    let entries = list_entries(conn, job)?;
    let counts = entries.iter().filter(|entry| !entry.corrected && !entry.row.internal);
    let times = counts.map(|entry| Time {
        person_id: entry.row.person_id.unwrap_or_default(),
        on: day(entry.row.at),
        kind: entry.row.kind.0,
        minutes: entry.row.minutes,
        outside: false,
    });
    // A piece that was only taken out cost nothing.
    let used = list_job_parts(conn, scope, job.id)?.into_iter().filter(|part| part.quantity > 0);
    let parts = used.map(|part| Part {
        number: part.number,
        name: part.description,
        count: part.quantity,
        cost: part.cost_pence,
        on: day(part.at),
    });
    let charges = list_charges(conn, job)?.into_iter().map(|(row, _)| Charge {
        id: format!("charge:{}", row.id),
        on: day(row.at),
        line: row.line(),
    });
    let quotes = list_quotes(conn, job.id)?;
    let fixed = quotes
        .into_iter()
        .find(|quote| quote.state.0 == QuoteState::Approved && quote.content.0.kind == QuoteKind::Fixed);
    Ok(Facts {
        times: times.collect(),
        parts: parts.collect(),
        charges: charges.collect(),
        fixed: fixed.map(|quote| {
            let on = day(quote.answered_at.unwrap_or(quote.created_at));
            (quote.number, on, quote.content.0.lines)
        }),
    })
}
