//! What inspections at a site found, for measuring how often things fail there; and refusals of what was proposed.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::equipment::TestKind;
use domain::verdict::Verdict;

use crate::Tx;
use crate::error::{Result, taken};
use crate::portable::AnyConnection;
use crate::schema::{assets, dues, people, proposal_agreements, proposal_refusals, tests};
use crate::types::{Coded, Moment};

/// At most so many inspections of a site are looked at, the newest.
const MOST: i64 = 50_000;

/// One inspection that passed or failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Where the thing stood.
    pub place_id: Option<i64>,
    /// Its category.
    pub category_id: i64,
    /// Whether it failed.
    pub failed: bool,
}

/// The recurrent inspections of a site, found within a scope, since a moment that passed or failed and were not
/// corrected. What proves neither says nothing of a rate.
///
/// # Errors
/// The database's.
pub fn list_found(conn: &mut AnyConnection, site_id: i64, since: DateTime<Utc>) -> Result<Vec<Found>> {
    type Row = (String, Option<i64>, i64, Coded<Verdict>);
    let recurrent = vec![Coded(TestKind::FormalVisual), Coded(TestKind::Combined)];
    let rows: Vec<Row> = tests::table
        .inner_join(assets::table)
        .filter(tests::site_id.eq(site_id).and(tests::performed_at.ge(Moment::from(since))))
        .filter(tests::kind.eq_any(recurrent))
        .order(tests::performed_at.desc())
        .limit(MOST)
        .select((tests::id, tests::place_id, assets::category_id, tests::verdict))
        .load(conn)?;
    let corrected: Vec<Option<String>> = tests::table
        .filter(tests::site_id.eq(site_id).and(tests::supersedes.is_not_null()))
        .select(tests::supersedes)
        .load(conn)?;
    let corrected: HashSet<String> = corrected.into_iter().flatten().collect();
    let counts = |row: &Row| row.3.0 != Verdict::Incomplete && !corrected.contains(&row.0);
    let found = |(_, place_id, category_id, verdict): Row| Found {
        place_id,
        category_id,
        failed: verdict.0 == Verdict::Fail,
    };
    Ok(rows.into_iter().filter(counts).map(found).collect())
}

/// Place, category and interval in months of each asset at a site, found within a scope, that is tested by date.
///
/// # Errors
/// The database's.
pub fn list_test_months(conn: &mut AnyConnection, site_id: i64) -> Result<Vec<(Option<i64>, i64, i64)>> {
    let query = dues::table
        .inner_join(assets::table)
        .filter(dues::site_id.eq(site_id).and(dues::kind.eq(Coded(TestKind::Combined))))
        .filter(dues::months.gt(0));
    Ok(query.select((assets::place_id, assets::category_id, dues::months)).load(conn)?)
}

/// A refused proposal.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = proposal_refusals)]
pub struct Refusal {
    /// Id.
    pub id: i64,
    /// Whose.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// The category.
    pub category_id: i64,
    /// Code of the environment; empty where none is set.
    pub environment: String,
    /// The interval proposed, in months.
    pub months: i64,
    /// How many inspections it was proposed from.
    pub tested: i64,
    /// How many of them failed.
    pub failed: i64,
    /// Why it was refused.
    pub reason: String,
    /// Who refused it.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
}

/// The refusals at a site, found within a scope, the latest first.
///
/// # Errors
/// The database's.
pub fn list_refusals(conn: &mut AnyConnection, site_id: i64) -> Result<Vec<Refusal>> {
    let query = Refusal::query().filter(proposal_refusals::site_id.eq(site_id));
    Ok(query.order(proposal_refusals::id.desc()).limit(1000).load(conn)?)
}

/// Writes a refusal down; its id, person and time are given on the way.
///
/// # Errors
/// The database's.
pub fn insert_refusal(tx: &mut Tx, refusal: &Refusal) -> Result<i64> {
    let row = (
        proposal_refusals::customer_id.eq(refusal.customer_id),
        proposal_refusals::site_id.eq(refusal.site_id),
        proposal_refusals::category_id.eq(refusal.category_id),
        proposal_refusals::environment.eq(&refusal.environment),
        proposal_refusals::months.eq(refusal.months),
        proposal_refusals::tested.eq(refusal.tested),
        proposal_refusals::failed.eq(refusal.failed),
        proposal_refusals::reason.eq(&refusal.reason),
        proposal_refusals::person_id.eq(tx.actor.person_id()),
        proposal_refusals::at.eq(Moment::from(tx.now)),
    );
    let insert = diesel::insert_into(proposal_refusals::table).values(row);
    Ok(insert.returning(proposal_refusals::id).get_result(&mut **tx)?)
}

/// That one of the customer's own people agrees to an interval proposed.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Agreement {
    /// The category.
    pub category_id: i64,
    /// Code of the environment; empty where none is set.
    pub environment: String,
    /// The interval proposed, in months.
    pub months: i64,
    /// How many inspections it was proposed from.
    pub tested: i64,
    /// How many of them failed.
    pub failed: i64,
    /// What they said.
    pub note: String,
    /// When.
    pub at: Moment,
    /// Who agreed.
    pub who: String,
}

/// The agreements at a site, found within a scope, the latest first.
///
/// # Errors
/// The database's.
pub fn list_agreements(conn: &mut AnyConnection, site_id: i64) -> Result<Vec<Agreement>> {
    use proposal_agreements as table;
    let columns = (
        table::category_id,
        table::environment,
        table::months,
        table::tested,
        table::failed,
        table::note,
        table::at,
        people::name,
    );
    let query = table::table.inner_join(people::table).filter(table::site_id.eq(site_id));
    Ok(query.order(table::id.desc()).limit(1000).select(columns).load(conn)?)
}

/// Writes down that the person who writes agrees, in the words of a refusal's columns; its reason is their note.
///
/// # Errors
/// [`crate::Error::Taken`] where the same figures were agreed to already.
pub fn insert_agreement(tx: &mut Tx, person_id: i64, agreed: &Refusal) -> Result<i64> {
    let row = (
        proposal_agreements::customer_id.eq(agreed.customer_id),
        proposal_agreements::site_id.eq(agreed.site_id),
        proposal_agreements::category_id.eq(agreed.category_id),
        proposal_agreements::environment.eq(&agreed.environment),
        proposal_agreements::months.eq(agreed.months),
        proposal_agreements::tested.eq(agreed.tested),
        proposal_agreements::failed.eq(agreed.failed),
        proposal_agreements::note.eq(&agreed.reason),
        proposal_agreements::person_id.eq(person_id),
        proposal_agreements::at.eq(Moment::from(tx.now)),
    );
    let insert = diesel::insert_into(proposal_agreements::table).values(row);
    let insert = insert.returning(proposal_agreements::id).get_result(&mut **tx);
    taken(insert, || "this was agreed to already".to_owned())
}
