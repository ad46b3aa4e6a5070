//! Which assets a job is about, and which of them were opened.

use diesel::prelude::*;
use domain::asset::Lifecycle;

use crate::Tx;
use crate::access::Scope;
use crate::error::Result;
use crate::in_scope;
use crate::jobs::Job;
use crate::portable::AnyConnection;
use crate::schema::{assets, job_assets, jobs};
use crate::types::{Coded, Moment};

/// An asset of a job.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct JobAsset {
    /// The asset.
    pub id: i64,
    /// Its tag.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// The category.
    pub category_id: i64,
    /// The model as registered.
    pub model_id: Option<i64>,
    /// The place.
    pub place_id: Option<i64>,
    /// Where it is in its life.
    pub lifecycle: Coded<Lifecycle>,
    /// Why it is locked, if it is.
    pub lock_cause: Option<String>,
    /// When its enclosure was opened in this job.
    pub opened_at: Option<Moment>,
}

/// The assets of a job that the caller has found within the scope, in the order in which they were registered.
///
/// # Errors
/// The database's.
pub fn list_job_assets(conn: &mut AnyConnection, job: &Job) -> Result<Vec<JobAsset>> {
    let rows = job_assets::table
        .inner_join(assets::table)
        .filter(job_assets::job_id.eq(job.id))
        .order(assets::id)
        .select((
            assets::id,
            assets::tag,
            assets::description,
            assets::make,
            assets::model,
            assets::serial,
            assets::category_id,
            assets::model_id,
            assets::place_id,
            assets::lifecycle,
            assets::lock_cause,
            job_assets::opened_at,
        ));
    Ok(rows.load(conn)?)
}

/// Puts an asset of the same customer on a job; again is as once.
///
/// # Errors
/// The database's.
pub fn insert_job_asset(tx: &mut Tx, (job_id, customer_id): (i64, i64), asset_id: i64) -> Result<bool> {
    let known: Option<i64> = job_assets::table
        .find((job_id, asset_id))
        .select(job_assets::asset_id)
        .first(&mut **tx)
        .optional()?;
    if known.is_some() {
        return Ok(false);
    }
    let began: Moment = jobs::table.find(job_id).select(jobs::opened_at).first(&mut **tx)?;
    diesel::insert_into(job_assets::table)
        .values((
            job_assets::job_id.eq(job_id),
            job_assets::asset_id.eq(asset_id),
            job_assets::customer_id.eq(customer_id),
            job_assets::job_opened_at.eq(began),
        ))
        .execute(&mut **tx)?;
    Ok(true)
}

/// Takes an asset off a job unless it was opened in it; gives whether it was there.
///
/// # Errors
/// The database's.
pub fn delete_job_asset(tx: &mut Tx, job_id: i64, asset_id: i64) -> Result<bool> {
    let target = job_assets::table.find((job_id, asset_id)).filter(job_assets::opened_at.is_null());
    Ok(diesel::delete(target).execute(&mut **tx)? > 0)
}

/// Notes that an asset's enclosure was opened in a job; gives whether that is new.
///
/// # Errors
/// The database's.
pub fn update_opened(tx: &mut Tx, job_id: i64, asset_id: i64) -> Result<bool> {
    let target = job_assets::table.find((job_id, asset_id)).filter(job_assets::opened_at.is_null());
    let (at, by) = (Moment::from(tx.now), tx.actor.person_id());
    let change = (job_assets::opened_at.eq(at), job_assets::opened_by.eq(by));
    Ok(diesel::update(target).set(change).execute(&mut **tx)? > 0)
}

/// The jobs of some assets within a scope, the latest first.
///
/// # Errors
/// The database's.
pub fn list_jobs_of_assets(
    conn: &mut AnyConnection,
    scope: &Scope,
    asset_ids: &[i64],
    limit: i64,
) -> Result<Vec<Job>> {
    let of = job_assets::asset_id.eq_any(asset_ids.to_vec());
    let ids = job_assets::table.filter(of).select(job_assets::job_id);
    let query = in_scope!(Job::query().into_boxed(), scope, jobs::customer_id);
    Ok(query.filter(jobs::id.eq_any(ids)).order(jobs::id.desc()).limit(limit).load(conn)?)
}
