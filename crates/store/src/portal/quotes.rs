//! Quotes as the customer sees them: what was sent for the jobs at their sites, and never a draft.

use diesel::prelude::*;
use domain::quote::QuoteState;

use crate::access::SiteScope;
use crate::error::{Error, Result};
use crate::in_sites;
use crate::portable::AnyConnection;
use crate::quotes::Quote;
use crate::schema::{jobs, quotes};
use crate::types::Coded;

/// A quote with the job that it is for: its site, number and title.
pub type PortalQuote = (Quote, (i64, String, String));

/// The quotes that were sent, the latest first; those of one job alone where its id is given.
///
/// # Errors
/// The database's.
pub fn list_quotes(
    conn: &mut AnyConnection,
    scope: &SiteScope,
    job_id: Option<i64>,
    limit: i64,
) -> Result<Vec<PortalQuote>> {
    let sent = quotes::table.inner_join(jobs::table).filter(quotes::state.ne(Coded(QuoteState::Draft)));
    let mut query = in_sites!(sent.into_boxed(), scope, jobs::customer_id, jobs::site_id);
    if let Some(id) = job_id {
        query = query.filter(quotes::job_id.eq(id));
    }
    let columns = (Quote::as_select(), (jobs::site_id, jobs::number, jobs::title));
    Ok(query.order(quotes::id.desc()).limit(limit).select(columns).load(conn)?)
}

/// Finds a quote that was sent.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none for a job at a site within the scope.
pub fn find_quote(conn: &mut AnyConnection, scope: &SiteScope, id: i64) -> Result<PortalQuote> {
    let sent = quotes::table.inner_join(jobs::table).filter(quotes::state.ne(Coded(QuoteState::Draft)));
    let query = in_sites!(sent.into_boxed(), scope, jobs::customer_id, jobs::site_id);
    let columns = (Quote::as_select(), (jobs::site_id, jobs::number, jobs::title));
    query.filter(quotes::id.eq(id)).select(columns).first(conn).optional()?.ok_or(Error::NotFound("quote"))
}
