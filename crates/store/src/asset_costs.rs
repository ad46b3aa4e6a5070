//! What an asset has cost since it was put in service: time logged on its jobs, and parts.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{job_assets, jobs};

/// The most jobs of one asset that are added up, the latest.
const MOST: i64 = 1000;

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
