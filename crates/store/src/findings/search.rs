//! Findings by words: those written down, those chosen from the list, and those in which the fault was reported.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::known_fix::Subject;
use domain::search_text::document;

use super::Finding;
use crate::Tx;
use crate::access::Scope;
use crate::error::Result;
use crate::fault_words::words_by_id;
use crate::in_scope;
use crate::portable::AnyConnection;
use crate::schema::{assets, faults, findings, jobs};
use crate::search::{Facet, Index, index_document, index_new, remove_document};

/// Findings indexed in one go.
const BATCH: i64 = 500;

/// A finding with what it is told by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFinding {
    /// The finding.
    pub finding: Finding,
    /// Symptom, cause and fix in words.
    pub chosen: [String; 3],
    /// Number of the job.
    pub job: String,
    /// What the job is about.
    pub title: String,
    /// Make of the asset.
    pub make: String,
    /// Model of the asset.
    pub model: String,
    /// What it counts for: its model where that is known, else its category; none without an asset.
    pub subject: Option<Subject>,
    /// Its words, as the index has them.
    pub document: String,
}

/// Makes a finding searchable.
///
/// # Errors
/// The database's.
pub fn index_finding(tx: &mut Tx, id: i64) -> Result<()> {
    let rows = Finding::query().filter(findings::id.eq(id)).load(&mut **tx)?;
    let found = told(tx, rows)?;
    found.iter().try_for_each(|one| index_one(tx, one))
}

/// Makes findings searchable that were just written and never indexed before.
pub(super) fn index_many(tx: &mut Tx, rows: Vec<Finding>) -> Result<()> {
    let found = told(tx, rows)?;
    let document =
        |one: FoundFinding| (one.finding.id, one.document, vec![Facet::Customer(one.finding.customer_id)]);
    index_new(tx, Index::Findings, found.into_iter().map(document).collect())
}

/// Makes a finding unsearchable.
///
/// # Errors
/// The database's.
pub fn forget_finding(tx: &mut Tx, id: i64) -> Result<()> {
    remove_document(tx, Index::Findings, id)
}

/// Makes every finding that stands searchable, as after a restore.
///
/// # Errors
/// The database's.
pub fn index_all(conn: &mut AnyConnection) -> Result<()> {
    let mut after = 0;
    loop {
        let query = Finding::query().filter(findings::id.gt(after)).order(findings::id).limit(BATCH);
        let batch: Vec<Finding> = query.load(conn)?;
        let Some(last) = batch.last() else { return Ok(()) };
        after = last.id;
        index_standing(conn, batch)?;
    }
}

/// Writes the documents of a job's findings anew, which hold the job's words as well.
///
/// # Errors
/// The database's.
pub fn reindex_findings_of(conn: &mut AnyConnection, job_id: i64) -> Result<()> {
    let rows = Finding::query().filter(findings::job_id.eq(job_id)).load(conn)?;
    index_standing(conn, rows)
}

fn index_standing(conn: &mut AnyConnection, rows: Vec<Finding>) -> Result<()> {
    let ids: Vec<i64> = rows.iter().map(|finding| finding.id).collect();
    let superseded: Vec<Option<i64>> =
        findings::table.filter(findings::supersedes.eq_any(ids)).select(findings::supersedes).load(conn)?;
    let stands = |f: &Finding| !f.withdrawn && !superseded.contains(&Some(f.id));
    let standing = rows.into_iter().filter(stands).collect();
    told(conn, standing)?.iter().try_for_each(|one| index_one(conn, one))
}

fn index_one(conn: &mut AnyConnection, one: &FoundFinding) -> Result<()> {
    let facets = [Facet::Customer(one.finding.customer_id)];
    index_document(conn, Index::Findings, one.finding.id, (&one.document, &facets))
}

/// The findings of some ids within a scope, with what they are told by.
///
/// # Errors
/// The database's.
pub fn find_told(conn: &mut AnyConnection, scope: &Scope, ids: &[i64]) -> Result<Vec<FoundFinding>> {
    let query = in_scope!(Finding::query().into_boxed(), scope, findings::customer_id);
    let rows = query.filter(findings::id.eq_any(ids.to_vec())).load(conn)?;
    told(conn, rows)
}

/// Make, model and category of an asset.
type Thing = (String, String, i64);

fn told(conn: &mut AnyConnection, rows: Vec<Finding>) -> Result<Vec<FoundFinding>> {
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let words = words_by_id(conn)?;
    let job_ids: Vec<i64> = rows.iter().map(|finding| finding.job_id).collect();
    let asset_ids: Vec<i64> = rows.iter().filter_map(|finding| finding.asset_id).collect();
    let named: Vec<(i64, String, String, String)> = jobs::table
        .filter(jobs::id.eq_any(job_ids.clone()))
        .select((jobs::id, jobs::number, jobs::title, jobs::description))
        .load(conn)?;
    let named: BTreeMap<i64, _> = named.into_iter().map(|(id, n, t, d)| (id, (n, t, d))).collect();
    let reports: Vec<(Option<i64>, String)> = faults::table
        .filter(faults::job_id.eq_any(job_ids))
        .select((faults::job_id, faults::what))
        .load(conn)?;
    let things: Vec<(i64, String, String, i64)> = assets::table
        .filter(assets::id.eq_any(asset_ids))
        .select((assets::id, assets::make, assets::model, assets::category_id))
        .load(conn)?;
    let things: BTreeMap<i64, Thing> = things.into_iter().map(|(id, a, b, c)| (id, (a, b, c))).collect();
    let tell = |finding: Finding| {
        let (number, title, description) = named.get(&finding.job_id).cloned().unwrap_or_default();
        let thing = finding.asset_id.and_then(|id| things.get(&id));
        let chosen = [finding.symptom_id, finding.cause_id, finding.fix_id]
            .map(|id| words.get(&id).cloned().unwrap_or_default());
        let (make, model) = thing.map(|(a, b, _)| (a.clone(), b.clone())).unwrap_or_default();
        let mut texts: Vec<&str> = chosen.iter().map(String::as_str).collect();
        texts.extend([&*finding.words, &title, &make, &model, &description]);
        texts.extend(reports.iter().filter(|(id, _)| *id == Some(finding.job_id)).map(|(_, what)| &**what));
        let subject =
            thing.and_then(|(make, model, category)| Subject::of(make, model, *category).into_iter().next());
        FoundFinding { document: document(texts), chosen, job: number, title, make, model, subject, finding }
    };
    Ok(rows.into_iter().map(tell).collect())
}
