//! Findings: what was wrong with an asset, why, and what helped. Appended; a correction supersedes.

pub mod known;
pub mod past;
pub mod search;
pub mod settle;

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::{findings, people};
use crate::types::Moment;
use crate::{Tx, each_backend};

/// A finding, as one version of it.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = findings)]
pub struct Finding {
    /// Id; rises with each one written down.
    pub id: i64,
    /// Whose job it is.
    pub customer_id: i64,
    /// The job.
    pub job_id: i64,
    /// The asset; none where the job has none.
    pub asset_id: Option<i64>,
    /// What it showed.
    pub symptom_id: i64,
    /// What was wrong.
    pub cause_id: i64,
    /// What helped.
    pub fix_id: i64,
    /// More, in words.
    pub words: String,
    /// Who wrote it down; none for the program itself.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
    /// When the first of its versions was written down.
    pub found_at: Moment,
    /// The version that it corrects.
    pub supersedes: Option<i64>,
    /// Whether it only takes back the one it supersedes.
    pub withdrawn: bool,
}

/// A finding to be written down.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = findings, treat_none_as_default_value = false)]
pub struct NewFinding {
    /// Whose job it is.
    pub customer_id: i64,
    /// The job.
    pub job_id: i64,
    /// The asset.
    pub asset_id: Option<i64>,
    /// What it showed.
    pub symptom_id: i64,
    /// What was wrong.
    pub cause_id: i64,
    /// What helped.
    pub fix_id: i64,
    /// More, in words.
    pub words: String,
    /// Who writes it down.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
    /// When the first of its versions was written down.
    pub found_at: Moment,
    /// The version that it corrects.
    pub supersedes: Option<i64>,
    /// Whether it only takes back the one it supersedes.
    pub withdrawn: bool,
}

/// Writes down a finding of a job that the caller has found within the scope, and makes it searchable.
///
/// # Errors
/// [`Error::Taken`] when what it supersedes was corrected already.
pub fn insert_finding(tx: &mut Tx, finding: &NewFinding) -> Result<i64> {
    let insert = diesel::insert_into(findings::table).values(finding).returning(findings::id);
    let insert = insert.get_result(&mut **tx);
    let id = taken(insert, || "This finding was corrected already; look at the job again.".to_owned())?;
    if let Some(old) = finding.supersedes {
        search::forget_finding(tx, old)?;
    }
    if !finding.withdrawn {
        search::index_finding(tx, id)?;
    }
    Ok(id)
}

/// Finds a finding of a job that the caller has found within the scope, if it stands.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_finding(conn: &mut AnyConnection, job_id: i64, id: i64) -> Result<Finding> {
    let standing = list_findings(conn, job_id)?;
    standing.into_iter().find(|finding| finding.id == id).ok_or(Error::NotFound("finding"))
}

/// The findings of a job that stand, the first first; the caller has found the job within the scope.
///
/// # Errors
/// The database's.
pub fn list_findings(conn: &mut AnyConnection, job_id: i64) -> Result<Vec<Finding>> {
    let rows = each_backend!(conn, c => {
        Finding::query().filter(findings::job_id.eq(job_id)).order(findings::id).load(c)
    })?;
    Ok(standing(rows))
}

/// The findings of an asset that stand, the first first; the caller has found the asset within the scope.
///
/// # Errors
/// The database's.
pub fn list_findings_of_asset(conn: &mut AnyConnection, asset_id: i64) -> Result<Vec<Finding>> {
    let rows = each_backend!(conn, c => {
        Finding::query().filter(findings::asset_id.eq(asset_id)).order(findings::id).load(c)
    })?;
    Ok(standing(rows))
}

/// Whether a job has a finding that stands.
///
/// # Errors
/// The database's.
pub fn has_findings(conn: &mut AnyConnection, job_id: i64) -> Result<bool> {
    Ok(!list_findings(conn, job_id)?.is_empty())
}

fn standing(all: Vec<Finding>) -> Vec<Finding> {
    let superseded: BTreeSet<i64> = all.iter().filter_map(|finding| finding.supersedes).collect();
    let stands = |finding: &Finding| !finding.withdrawn && !superseded.contains(&finding.id);
    all.into_iter().filter(stands).collect()
}

/// The names of who wrote findings down.
///
/// # Errors
/// The database's.
pub fn names_of_finders(conn: &mut AnyConnection, found: &[Finding]) -> Result<BTreeMap<i64, String>> {
    let ids: Vec<i64> = found.iter().filter_map(|finding| finding.person_id).collect();
    let names: Vec<(i64, String)> =
        people::table.filter(people::id.eq_any(ids)).select((people::id, people::name)).load(conn)?;
    Ok(names.into_iter().collect())
}
