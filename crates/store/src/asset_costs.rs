//! What an asset has cost since it was put in service: time logged on its jobs, parts, third parties.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::stock::{JobMovement, Used, used};

use crate::error::Result;
use crate::parts::list_parts_by_id;
use crate::portable::AnyConnection;
use crate::schema::{job_assets, jobs, referrals, stock_movements};
use crate::stock::{MovementRow, of_row};
use crate::types::Moment;

/// The most jobs of one asset that are added up, the latest.
const MOST: i64 = 1000;

/// A part that went into an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetPart {
    /// When.
    pub at: Moment,
    /// What it is.
    pub description: String,
    /// How many.
    pub quantity: i64,
    /// What they cost together, in hundredths of the firm's currency; none where no cost is known.
    pub cost_pence: Option<i64>,
}

/// The jobs of an asset, the latest first, each with how many assets it is about.
fn jobs_of(conn: &mut AnyConnection, asset_id: i64) -> Result<BTreeMap<i64, i64>> {
    let ids: Vec<i64> = job_assets::table
        .filter(job_assets::asset_id.eq(asset_id))
        .order(job_assets::job_id.desc())
        .limit(MOST)
        .select(job_assets::job_id)
        .load(conn)?;
    let counts = job_assets::table.filter(job_assets::job_id.eq_any(ids)).group_by(job_assets::job_id);
    let counts: Vec<(i64, i64)> = counts.select((job_assets::job_id, count_star())).load(conn)?;
    Ok(counts.into_iter().collect())
}

/// The parts that went into an asset that the caller has found within the scope, the first first: those that jobs
/// used for it, and those of jobs about it alone that name no asset.
///
/// # Errors
/// The database's.
pub fn parts_of(conn: &mut AnyConnection, asset_id: i64) -> Result<Vec<AssetPart>> {
    let jobs = jobs_of(conn, asset_id)?;
    let ids: Vec<i64> = jobs.keys().copied().collect();
    let rows = MovementRow::query().filter(stock_movements::job_id.eq_any(ids)).order(stock_movements::id);
    let rows: Vec<MovementRow> = rows.load(conn)?;
    let times: BTreeMap<i64, Moment> = rows.iter().map(|row| (row.id, row.at)).collect();
    let mut of_jobs: BTreeMap<i64, Vec<JobMovement>> = BTreeMap::new();
    for row in &rows {
        let Some(job) = row.job_id else { continue };
        of_jobs.entry(job).or_default().push(of_row(row));
    }
    let mut lines = vec![];
    for (job, movements) in &of_jobs {
        let alone = jobs.get(job) == Some(&1);
        let mine = |line: &Used| line.asset == Some(asset_id) || (line.asset.is_none() && alone);
        lines.extend(used(movements).into_iter().filter(|line| line.quantity > 0 && mine(line)));
    }
    lines.sort_by_key(|line| line.id);
    let parts: Vec<i64> = lines.iter().map(|line| line.part).collect();
    let parts: BTreeMap<i64, String> =
        list_parts_by_id(conn, &parts)?.into_iter().map(|part| (part.id, part.description)).collect();
    let part = |line: Used| {
        let cost_pence = line.cost_pence.map(|cost| cost.saturating_mul(line.quantity));
        let description = parts.get(&line.part).cloned().unwrap_or_default();
        Some(AssetPart { at: *times.get(&line.id)?, description, quantity: line.quantity, cost_pence })
    };
    Ok(lines.into_iter().filter_map(part).collect())
}

/// What third parties took for an asset that the caller has found within the scope, in hundredths of the firm's
/// currency.
///
/// # Errors
/// The database's.
pub fn referred_of(conn: &mut AnyConnection, asset_id: i64) -> Result<i64> {
    let costs: Vec<Option<i64>> =
        referrals::table.filter(referrals::asset_id.eq(asset_id)).select(referrals::cost_pence).load(conn)?;
    Ok(costs.into_iter().flatten().sum())
}

/// Minutes logged on the jobs of an asset that the caller has found within the scope; those of a job with several
/// assets are shared out evenly.
///
/// # Errors
/// The database's.
pub fn minutes_of(conn: &mut AnyConnection, asset_id: i64) -> Result<i64> {
    let logged: Vec<(i64, i64)> = job_assets::table
        .inner_join(jobs::table)
        .filter(job_assets::asset_id.eq(asset_id).and(jobs::minutes.gt(0)))
        .order(job_assets::job_id.desc())
        .limit(MOST)
        .select((jobs::id, jobs::minutes))
        .load(conn)?;
    if logged.is_empty() {
        return Ok(0);
    }
    let ids: Vec<i64> = logged.iter().map(|(id, _)| *id).collect();
    let counts: Vec<(i64, i64)> = job_assets::table
        .filter(job_assets::job_id.eq_any(ids))
        .group_by(job_assets::job_id)
        .select((job_assets::job_id, count_star()))
        .load(conn)?;
    let counts: BTreeMap<i64, i64> = counts.into_iter().collect();
    let share = |(id, minutes): (i64, i64)| minutes / counts.get(&id).copied().unwrap_or(1).max(1);
    Ok(logged.into_iter().map(share).sum())
}
