//! What a bill is worked out from.

use domain::bill::{Charge, Facts, FixedPrice, Part, Time};
use domain::charge::{Line, LineKind};
use domain::quote::{QuoteKind, QuoteState};
use domain::rates::{Rates, pat_charge};
use domain::schedule::local_date;
use store::job_charges::list_charges;
use store::job_entries::list_entries;
use store::jobs::Job;
use store::quotes::{Quote, list_quotes};
use store::rate_cards::{has_contract_cards, rates_on};
use store::referrals::{Of, list_referrals};
use store::sites::find_site;
use store::stock::list_job_parts;
use store::visit_jobs::list_visits_of_job;
use store::visits::progress_of;
use store::{AnyConnection, Scope};

use crate::actions::clock::clock_of;
use crate::actions::dues::time_zone;
use crate::error::Result;

/// The most referrals of a job that its bill counts.
const MOST_REFERRALS: i64 = 1000;

/// The rates that held when a job, found within the scope, was opened by its site's clock.
///
/// # Errors
/// The store's.
pub fn rates_of(conn: &mut AnyConnection, scope: &Scope, job: &Job) -> Result<Option<Rates>> {
    let zone = time_zone(&find_site(conn, scope, job.site_id)?.time_zone)?;
    let day = local_date(job.opened_at.utc(), zone);
    // A job that outlived its contract goes by the one under which it was opened.
    let contract = match job.contract_id {
        Some(_) if has_contract_cards(conn, job.customer_id)? => {
            let opened = job.opened_at.utc();
            clock_of(conn, job, opened)?.period(opened).map(|period| period.contract_id)
        }
        other => other,
    };
    Ok(rates_on(conn, (job.customer_id, contract), day)?)
}

/// The quotes of a job, found within the scope, that were approved at a fixed price.
///
/// # Errors
/// The store's.
pub fn fixed_prices(conn: &mut AnyConnection, scope: &Scope, job: &Job) -> Result<Vec<FixedPrice>> {
    let zone = time_zone(&find_site(conn, scope, job.site_id)?.time_zone)?;
    let mut quotes = list_quotes(conn, job.id)?;
    quotes.retain(|quote| quote.state.0 == QuoteState::Approved && quote.content.0.kind == QuoteKind::Fixed);
    quotes.reverse();
    let price = |quote: Quote| FixedPrice {
        on: local_date(quote.answered_at.unwrap_or(quote.created_at).utc(), zone),
        number: quote.number,
        lines: quote.content.0.lines,
        vat: quote.content.0.vat,
        currency: quote.content.0.currency,
    };
    Ok(quotes.into_iter().map(price).collect())
}

/// What a job found within the scope took: time that is not internal, outside the contract's hours where the rates
/// tell it apart; parts, what third parties cost, items tested on visits, charges, and quotes approved at a fixed
/// price.
///
/// # Errors
/// The store's.
pub fn facts_of(conn: &mut AnyConnection, scope: &Scope, job: &Job, rates: &Rates) -> Result<Facts> {
    let zone = time_zone(&find_site(conn, scope, job.site_id)?.time_zone)?;
    let day = |at: store::types::Moment| local_date(at.utc(), zone);
    let entries = list_entries(conn, job)?;
    // The contract's hours are looked up only where they make a difference.
    let clock = if rates.know_outside() { Some(clock_of(conn, job, job.opened_at.utc())?) } else { None };
    let counts = entries.iter().filter(|entry| !entry.corrected && !entry.row.internal);
    let times = counts.flat_map(|entry| {
        let (at, minutes) = (entry.row.at, entry.row.minutes);
        let person_id = entry.row.person_id.unwrap_or_default();
        let time = Time { person_id, on: day(at), kind: entry.row.kind.0, minutes, outside: false };
        match clock.as_ref().and_then(|clock| clock.period(at.utc())) {
            Some(period) if minutes > 0 => time.split(at.utc(), &period.calendar),
            _ => vec![time],
        }
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
    let out = list_referrals(conn, scope, Of::Job(job.id), (0, MOST_REFERRALS))?;
    let mut extras = tests_of(conn, job, rates)?;
    extras.extend(out.into_iter().filter_map(|out| {
        let (row, supplier) = (out.referral, out.supplier);
        let what = if row.what.is_empty() { out.tag.unwrap_or_default() } else { row.what };
        let text = format!("{supplier}: {what}");
        Some(Charge {
            id: format!("referral:{}", row.id),
            on: row.ended_on.or(row.sent_on).unwrap_or_else(|| day(row.at)),
            line: Line::one(LineKind::ThirdParty, text.trim_end_matches([':', ' ']), row.cost_pence?),
        })
    }));
    Ok(Facts {
        times: times.collect(),
        parts: parts.collect(),
        charges: charges.collect(),
        extras,
        fixed: fixed_prices(conn, scope, job)?,
    })
}

/// What the items tested on the visits that a job bills come to: each item, and at least the minimum of a visit.
fn tests_of(conn: &mut AnyConnection, job: &Job, rates: &Rates) -> Result<Vec<Charge>> {
    let mut charges = vec![];
    for visit in list_visits_of_job(conn, job)? {
        let tested = progress_of(conn, &visit)?.tested;
        for (at, line) in pat_charge(tested, rates).into_iter().enumerate() {
            let line = Line { text: format!("{}, visit {}", line.text, visit.id), ..line };
            charges.push(Charge { id: format!("visit:{}:{}", visit.id, at + 1), on: visit.ends_on, line });
        }
    }
    Ok(charges)
}
