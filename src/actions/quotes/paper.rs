//! A quote as it goes to paper.

use domain::permission::DownloadPapers;
use domain::quote::{Answer, QuotePaper};
use domain::schedule::local_date;
use store::customers::find_customer;
use store::jobs::assets::list_job_assets;
use store::jobs::find_job_by_id;
use store::people::find_person;
use store::quotes::{self, Quote};
use store::sites::find_site;
use store::{AnyConnection, Right, Scope};

use crate::actions::certificates::firm;
use crate::actions::dues::{time_zone, today};
use crate::app::App;
use crate::error::{Error, Result};

/// What a quote says, with the names around it; `approve_url` is known to whoever came by it alone.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn paper_of(
    conn: &mut AnyConnection,
    scope: &Scope,
    quote: &Quote,
    (today, approve_url): (chrono::NaiveDate, String),
) -> Result<QuotePaper> {
    let job = find_job_by_id(conn, scope, quote.job_id)?;
    let (customer, site) =
        (find_customer(conn, scope, job.customer_id)?, find_site(conn, scope, job.site_id)?);
    let zone = time_zone(&site.time_zone)?;
    let answered_by = match quote.answered_by {
        Some(id) => find_person(conn, id)?,
        None => None,
    };
    let answer = quote.answered_at.map(|at| Answer {
        approved: quote.reason.is_empty() && quote.state.0 != domain::quote::QuoteState::Declined,
        by: answered_by.map(|person| person.name).unwrap_or_default(),
        at: Some(at.utc().with_timezone(&zone).naive_local()),
        order_number: quote.order_number.clone(),
        reason: quote.reason.clone(),
    });
    let assets =
        list_job_assets(conn, &job)?.into_iter().map(|asset| [asset.tag, asset.description, asset.serial]);
    Ok(QuotePaper {
        firm: firm(conn)?,
        number: quote.number.clone(),
        revision: quote.revision,
        state: quote.state_on(today),
        dated: local_date(quote.sent_at.unwrap_or(quote.created_at).utc(), zone),
        customer: customer.name,
        contact: customer.contact,
        address: customer.address,
        site: site.name,
        job: format!("{}, {}", job.number, job.title),
        assets: assets.collect(),
        content: quote.content.0.clone(),
        answer,
        approve_url,
    })
}

/// A quote as a PDF, with its number and revision as a name for the file.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn quote_pdf(app: &App, right: &Right<DownloadPapers>, id: i64) -> Result<(String, Vec<u8>)> {
    let today = today(app);
    let paper = app.store.read(|conn| {
        let quote = quotes::find_quote(conn, right.scope(), id)?;
        paper_of(conn, right.scope(), &quote, (today, String::new()))
    })?;
    draw(app, &paper)
}

/// Draws a quote, and names the file.
///
/// # Errors
/// When it cannot be drawn.
pub fn draw(app: &App, paper: &QuotePaper) -> Result<(String, Vec<u8>)> {
    let bytes = render::quote::quote(paper, app.now()).map_err(|error| Error::Internal(error.to_string()))?;
    Ok((format!("{}-{}.pdf", paper.number, paper.revision), bytes))
}
