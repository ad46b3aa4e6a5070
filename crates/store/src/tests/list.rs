//! Lists of tests, in pages.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::verdict::Verdict;

use super::TestRow;
use crate::access::Scope;
use crate::error::Result;
use crate::history_links::parts_of;
use crate::portable::AnyConnection;
use crate::schema::{tests, withdrawals};
use crate::types::{Coded, Moment};
use crate::{in_history, in_scope};

/// Which page: what lies beyond a test already shown, and at most how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The last test of the page before: when it was done, and its sequence number.
    pub after: Option<(Moment, i64)>,
    /// At most so many.
    pub limit: i64,
}

impl Page {
    /// The first page.
    pub fn first(limit: i64) -> Self {
        Self { after: None, limit }
    }

    /// The page behind this test.
    pub fn after(test: &TestRow, limit: i64) -> Self {
        Self { after: Some((test.performed_at, test.seq)), limit }
    }
}

/// The tests that make up the history of an asset, the latest first.
///
/// # Errors
/// The database's.
pub fn list_tests_of_asset(
    conn: &mut AnyConnection,
    scope: &Scope,
    asset_id: i64,
    page: Page,
) -> Result<Vec<TestRow>> {
    let mut query = in_scope!(TestRow::query().into_boxed(), scope, tests::customer_id);
    let parts = parts_of(conn, asset_id)?;
    query = in_history!(query, &parts);
    if let Some((at, seq)) = page.after {
        let older = tests::performed_at.lt(at).or(tests::performed_at.eq(at).and(tests::seq.lt(seq)));
        query = query.filter(older);
    }
    Ok(query.order((tests::performed_at.desc(), tests::seq.desc())).limit(page.limit).load(conn)?)
}

/// The tests of a visit, the earliest first.
///
/// # Errors
/// The database's.
pub fn list_tests_of_visit(
    conn: &mut AnyConnection,
    scope: &Scope,
    visit_id: i64,
    page: Page,
) -> Result<Vec<TestRow>> {
    let mut query = in_scope!(TestRow::query().into_boxed(), scope, tests::customer_id);
    query = query.filter(tests::visit_id.eq(visit_id));
    if let Some((at, seq)) = page.after {
        let newer = tests::performed_at.gt(at).or(tests::performed_at.eq(at).and(tests::seq.gt(seq)));
        query = query.filter(newer);
    }
    Ok(query.order((tests::performed_at, tests::seq)).limit(page.limit).load(conn)?)
}

/// The tests done at a site from one moment up to (not with) another, the earliest first.
///
/// # Errors
/// The database's.
pub fn list_tests_of_site(
    conn: &mut AnyConnection,
    scope: &Scope,
    (site_id, from, to): (i64, Moment, Moment),
    page: Page,
) -> Result<Vec<TestRow>> {
    let mut query = in_scope!(TestRow::query().into_boxed(), scope, tests::customer_id);
    query = query
        .filter(tests::site_id.eq(site_id))
        .filter(tests::performed_at.ge(from).and(tests::performed_at.lt(to)));
    if let Some((at, seq)) = page.after {
        let newer = tests::performed_at.gt(at).or(tests::performed_at.eq(at).and(tests::seq.gt(seq)));
        query = query.filter(newer);
    }
    Ok(query.order((tests::performed_at, tests::seq)).limit(page.limit).load(conn)?)
}

/// The tests of some assets of a customer between two moments, both included, but for those withdrawn.
///
/// # Errors
/// The database's.
pub fn list_tests_of_assets(
    conn: &mut AnyConnection,
    (customer_id, asset_ids): (i64, &[i64]),
    (from, to): (Moment, Moment),
) -> Result<Vec<TestRow>> {
    let mut found = vec![];
    for ids in asset_ids.chunks(1000) {
        let withdrawn = withdrawals::table.filter(withdrawals::test_id.eq(tests::id));
        let query = TestRow::query()
            .filter(tests::customer_id.eq(customer_id).and(tests::asset_id.eq_any(ids.to_vec())))
            .filter(tests::performed_at.ge(from).and(tests::performed_at.le(to)))
            .filter(diesel::dsl::not(diesel::dsl::exists(withdrawn)));
        found.extend(query.load(conn)?);
    }
    Ok(found)
}

/// The failed tests since a moment, the latest first; at one site where one is given.
///
/// # Errors
/// The database's.
pub fn list_failures(
    conn: &mut AnyConnection,
    scope: &Scope,
    (since, site_id): (Moment, Option<i64>),
    limit: i64,
) -> Result<Vec<TestRow>> {
    let mut query = in_scope!(TestRow::query().into_boxed(), scope, tests::customer_id);
    let withdrawn = withdrawals::table.filter(withdrawals::test_id.eq(tests::id));
    query = query
        .filter(tests::verdict.eq(Coded(Verdict::Fail)))
        .filter(tests::performed_at.ge(since))
        .filter(diesel::dsl::not(diesel::dsl::exists(withdrawn)));
    if let Some(site) = site_id {
        query = query.filter(tests::site_id.eq(site));
    }
    Ok(query.order((tests::performed_at.desc(), tests::seq.desc())).limit(limit).load(conn)?)
}

/// Which of these tests were corrected by a later record, or withdrawn: what counts is the correction, or nothing.
///
/// # Errors
/// The database's.
pub fn superseded_ids(conn: &mut AnyConnection, rows: &[TestRow]) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for rows in rows.chunks(500) {
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        let corrected: Vec<Option<String>> =
            tests::table.filter(tests::supersedes.eq_any(ids)).select(tests::supersedes).load(conn)?;
        found.extend(corrected.into_iter().flatten());
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        let withdrawn: Vec<String> = withdrawals::table
            .filter(withdrawals::test_id.eq_any(ids))
            .select(withdrawals::test_id)
            .load(conn)?;
        found.extend(withdrawn);
    }
    Ok(found)
}
