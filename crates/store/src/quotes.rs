//! Quotes: each revision a row. What was sent is not altered.

use diesel::prelude::*;
use domain::quote::{QuoteContent, QuoteState};

use crate::access::Scope;
use crate::error::{Error, Result, taken};
use crate::jobs::Job;
use crate::portable::AnyConnection;
use crate::schema::quotes;
use crate::types::{Coded, Json, Moment};
use crate::{Tx, in_scope};

/// A revision of a quote.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = quotes)]
pub struct Quote {
    /// Id.
    pub id: i64,
    /// Whose job it is.
    pub customer_id: i64,
    /// The job.
    pub job_id: i64,
    /// Its number, the same for all revisions.
    pub number: String,
    /// Counts from 1.
    pub revision: i64,
    /// Where it stands; what was sent may have expired since.
    pub state: Coded<QuoteState>,
    /// What it says.
    pub content: Json<QuoteContent>,
    /// When it was drawn up.
    pub created_at: Moment,
    /// By whom.
    pub created_by: Option<i64>,
    /// When it was sent.
    pub sent_at: Option<Moment>,
    /// When it was answered.
    pub answered_at: Option<Moment>,
    /// By whom.
    pub answered_by: Option<i64>,
    /// The customer's order.
    pub order_number: String,
    /// Why it was declined.
    pub reason: String,
    /// Version for concurrent edits.
    pub version: i64,
}

impl Quote {
    /// Where it stands on a day.
    pub fn state_on(&self, today: chrono::NaiveDate) -> QuoteState {
        self.state.0.on(self.content.0.valid_until, today)
    }
}

/// Finds a revision by its id.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_quote(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Quote> {
    let query = in_scope!(Quote::query().into_boxed(), scope, quotes::customer_id);
    query.filter(quotes::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("quote"))
}

/// Finds the revision whose link has this hash of its secret: whoever holds the secret may see it.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find_by_secret(conn: &mut AnyConnection, hash: &str) -> Result<Quote> {
    let found = Quote::query().filter(quotes::secret_hash.eq(hash)).first(conn).optional()?;
    found.ok_or(Error::NotFound("quote"))
}

/// The quotes of a job found within the scope, the latest first.
///
/// # Errors
/// The database's.
pub fn list_quotes(conn: &mut AnyConnection, job_id: i64) -> Result<Vec<Quote>> {
    Ok(Quote::query().filter(quotes::job_id.eq(job_id)).order(quotes::id.desc()).limit(100).load(conn)?)
}

/// Quotes of every job in a state, the latest first; those before an id.
///
/// # Errors
/// The database's.
pub fn list_quotes_in(
    conn: &mut AnyConnection,
    scope: &Scope,
    state: QuoteState,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Quote>> {
    let query = in_scope!(Quote::query().into_boxed(), scope, quotes::customer_id);
    let mut query = query.filter(quotes::state.eq(Coded(state)));
    if let Some(id) = before {
        query = query.filter(quotes::id.lt(id));
    }
    Ok(query.order(quotes::id.desc()).limit(limit).load(conn)?)
}

/// Adds a first draft for a job that the caller has found within the scope.
///
/// # Errors
/// The database's.
pub fn insert_quote(tx: &mut Tx, job: &Job, content: &QuoteContent) -> Result<(i64, String)> {
    let number = format!("Q-{:06}", crate::settings::next_number(tx, "quote")?);
    Ok((insert(tx, (job.id, job.customer_id), (&number, 1), content)?, number))
}

/// Adds the draft of a next revision. The one before stands as long as this one is not sent.
///
/// # Errors
/// [`Error::Taken`] when it has a next revision already.
pub fn insert_revision(tx: &mut Tx, before: &Quote, content: &QuoteContent) -> Result<i64> {
    insert(tx, (before.job_id, before.customer_id), (&before.number, before.revision + 1), content)
}

fn insert(
    tx: &mut Tx,
    (job_id, customer_id): (i64, i64),
    (number, revision): (&str, i64),
    content: &QuoteContent,
) -> Result<i64> {
    let added = diesel::insert_into(quotes::table)
        .values((
            quotes::customer_id.eq(customer_id),
            quotes::job_id.eq(job_id),
            quotes::number.eq(number),
            quotes::revision.eq(revision),
            quotes::state.eq(Coded(QuoteState::Draft)),
            quotes::content.eq(String::from(Json(content.clone()))),
            quotes::created_at.eq(Moment::from(tx.now)),
            quotes::created_by.eq(tx.actor.person_id()),
        ))
        .returning(quotes::id)
        .get_result(&mut **tx);
    taken(added, || format!("{number} has its next revision already; look at the job again"))
}

/// Changes what a draft says.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, or is no draft any more.
pub fn update_content(tx: &mut Tx, (id, version): (i64, i64), content: &QuoteContent) -> Result<()> {
    let target = quotes::table.filter(quotes::id.eq(id).and(quotes::version.eq(version)));
    let target = target.filter(quotes::state.eq(Coded(QuoteState::Draft)));
    let change = (quotes::content.eq(String::from(Json(content.clone()))), quotes::version.eq(version + 1));
    stale(diesel::update(target).set(change).execute(&mut **tx)?)
}

fn stale(rows: usize) -> Result<()> {
    if rows == 0 { Err(Error::Stale("quote")) } else { Ok(()) }
}

/// Supersedes the revisions before one that stand in a state; their links end.
///
/// # Errors
/// The database's.
pub fn supersede_before(tx: &mut Tx, quote: &Quote, state: QuoteState) -> Result<()> {
    let before = quotes::number.eq(&quote.number).and(quotes::revision.lt(quote.revision));
    let target = quotes::table.filter(before.and(quotes::state.eq(Coded(state))));
    let change = (quotes::state.eq(Coded(QuoteState::Superseded)), quotes::version.eq(quotes::version + 1));
    diesel::update(target).set(change).execute(&mut **tx)?;
    Ok(())
}

/// Marks a quote as sent under a link; an earlier link ends.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn update_sent(tx: &mut Tx, (id, version): (i64, i64), secret_hash: &str) -> Result<()> {
    let target = quotes::table.filter(quotes::id.eq(id).and(quotes::version.eq(version)));
    let change = (
        quotes::state.eq(Coded(QuoteState::Sent)),
        quotes::secret_hash.eq(secret_hash),
        quotes::sent_at.eq(Moment::from(tx.now)),
        quotes::version.eq(version + 1),
    );
    stale(diesel::update(target).set(change).execute(&mut **tx)?)
}

/// An answer to a quote.
#[derive(Debug, Clone)]
pub struct NewAnswer<'a> {
    /// Whether it was approved.
    pub approved: bool,
    /// By whom.
    pub person_id: i64,
    /// The customer's order.
    pub order_number: &'a str,
    /// Why it was declined.
    pub reason: &'a str,
}

/// Writes down an answer, once.
///
/// # Errors
/// [`Error::Taken`] when it was answered meanwhile.
pub fn update_answer(tx: &mut Tx, quote: &Quote, answer: &NewAnswer) -> Result<()> {
    let state = if answer.approved { QuoteState::Approved } else { QuoteState::Declined };
    let sent = quotes::table.filter(quotes::id.eq(quote.id).and(quotes::state.eq(Coded(QuoteState::Sent))));
    let change = (
        quotes::state.eq(Coded(state)),
        quotes::answered_at.eq(Moment::from(tx.now)),
        quotes::answered_by.eq(answer.person_id),
        quotes::order_number.eq(answer.order_number),
        quotes::reason.eq(answer.reason),
        quotes::version.eq(quotes::version + 1),
    );
    match diesel::update(sent).set(change).execute(&mut **tx)? {
        0 => Err(Error::Taken("This quote was answered already.".to_owned())),
        _ => Ok(()),
    }
}

/// The terms of a customer's last quote; nothing where there was none.
///
/// # Errors
/// The database's.
pub fn last_terms(conn: &mut AnyConnection, customer_id: i64) -> Result<String> {
    let query = Quote::query().filter(quotes::customer_id.eq(customer_id)).order(quotes::id.desc());
    let last: Option<Quote> = query.first(conn).optional()?;
    Ok(last.map(|quote| quote.content.0.terms).unwrap_or_default())
}
