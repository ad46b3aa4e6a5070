//! Findings of a time before this register, written in large batches, and what follows from them: the same tallies
//! as [`settle_job`](super::settle::settle_job) gives, with an asset or a batch of jobs looked at once.

use std::collections::HashMap;

use diesel::prelude::*;

use super::search::index_many;
use super::settle::{Ended, RepairOutcome, add_repairs, repairs_of, settle_fixes};
use super::{Finding, NewFinding};
use crate::error::Result;
use crate::jobs::Job;
use crate::schema::{assets, findings, job_assets, jobs, repair_outcomes};
use crate::{Tx, each_backend};

/// Rows per statement: SQLite binds at most 32,766 values in one.
const ROWS: usize = 800;

/// Writes findings of jobs that had none, and makes them searchable. What follows from them is settled by
/// [`settle_past_repairs`] and, once all of an asset are written, by [`settle_past_fixes`].
///
/// # Errors
/// The database's.
pub fn insert_past_findings(tx: &mut Tx, batch: &[NewFinding]) -> Result<()> {
    for rows in batch.chunks(ROWS) {
        each_backend!(&mut **tx, c => diesel::insert_into(findings::table).values(rows).execute(c))?;
        let job_ids: Vec<i64> = rows.iter().map(|finding| finding.job_id).collect();
        let query = Finding::query().filter(findings::job_id.eq_any(job_ids)).order(findings::id);
        let written: Vec<Finding> = query.load(&mut **tx)?;
        index_many(tx, written)?;
    }
    Ok(())
}

/// Counts the failures of jobs that were just written and never counted before.
///
/// # Errors
/// The database's.
pub fn settle_past_repairs(tx: &mut Tx, written: &[Job]) -> Result<()> {
    for part in written.chunks(ROWS) {
        let ids: Vec<i64> = part.iter().map(|job| job.id).collect();
        let ended: Vec<Ended> = Ended::query().filter(jobs::id.eq_any(ids)).load(&mut **tx)?;
        let failed: Vec<Ended> = ended.into_iter().filter(Ended::is_failure).collect();
        let outcomes = failures_of_many(tx, &failed)?;
        for rows in outcomes.chunks(ROWS) {
            each_backend!(&mut **tx, c => diesel::insert_into(repair_outcomes::table).values(rows).execute(c))?;
        }
        for tally in repairs_of(&[], &outcomes) {
            add_repairs(tx, &tally)?;
        }
    }
    Ok(())
}

fn failures_of_many(tx: &mut Tx, failed: &[Ended]) -> Result<Vec<RepairOutcome>> {
    let ids: Vec<i64> = failed.iter().map(|job| job.id).collect();
    let named: Vec<(i64, i64, String, String, i64)> = job_assets::table
        .inner_join(assets::table)
        .filter(job_assets::job_id.eq_any(ids))
        .order((job_assets::job_id, job_assets::asset_id))
        .select((job_assets::job_id, assets::id, assets::make, assets::model, assets::category_id))
        .load(&mut **tx)?;
    let jobs: HashMap<i64, &Ended> = failed.iter().map(|job| (job.id, job)).collect();
    let outcome = |(job_id, asset_id, make, model, category_id): (i64, i64, String, String, i64)| {
        jobs.get(&job_id).map(|job| RepairOutcome::of(job, asset_id, ((&make, &model), category_id)))
    };
    Ok(named.into_iter().filter_map(outcome).collect())
}

/// Works out what became of every finding of some assets.
///
/// # Errors
/// The database's.
pub fn settle_past_fixes(tx: &mut Tx, asset_ids: &[i64]) -> Result<()> {
    asset_ids.iter().try_for_each(|asset_id| settle_fixes(tx, *asset_id))
}
