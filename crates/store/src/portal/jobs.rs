//! Jobs as the customer sees them: without what is the firm's own affair.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::job::{EntryKind, JobKind, JobState, Outcome, Priority, StepKind, Urgency, WaitingFor};
use domain::referral::ReferralState;

use crate::access::SiteScope;
use crate::error::{Error, Result};
use crate::in_sites;
use crate::portable::AnyConnection;
use crate::schema::{
    assets, faults, job_assets, job_entries, job_files, job_steps, jobs, people, referrals, sites,
};
use crate::types::{Coded, Moment};

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = jobs)]
pub struct PortalJob {
    /// Id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// Its number, such as "J-000123".
    pub number: String,
    /// What it is.
    pub kind: Coded<JobKind>,
    /// Its title.
    pub title: String,
    /// What is wrong or wanted.
    pub description: String,
    /// Where it stands.
    pub state: Coded<JobState>,
    /// What it waits for.
    pub waiting_for: Option<Coded<WaitingFor>>,
    /// How it ended.
    pub outcome: Option<Coded<Outcome>>,
    /// How much it matters.
    pub priority: Coded<Priority>,
    /// The customer's order number.
    pub order_number: String,
    /// When it was opened.
    pub opened_at: Moment,
    /// When somebody first took it up.
    pub responded_at: Option<Moment>,
    /// When it was mended.
    pub fixed_at: Option<Moment>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// By when somebody takes it up.
    pub response_due: Option<Moment>,
    /// By when it is mended.
    pub fix_due: Option<Moment>,
}

/// Which jobs a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Those closed, instead of those open.
    pub closed: bool,
    /// Just this site's, found within the scope.
    pub site_id: Option<i64>,
    /// Just those with this asset, found within the scope.
    pub asset_id: Option<i64>,
    /// Just those opened before this one.
    pub before: Option<i64>,
}

/// Jobs with the name and the time zone of their site, the newest first.
///
/// # Errors
/// The database's.
pub fn list_jobs(
    conn: &mut AnyConnection,
    scope: &SiteScope,
    filter: JobFilter,
    limit: i64,
) -> Result<Vec<(PortalJob, (String, String))>> {
    let query = jobs::table.inner_join(sites::table).into_boxed();
    let mut query = in_sites!(query, scope, jobs::customer_id, jobs::site_id);
    query = match filter.closed {
        true => query.filter(jobs::closed_at.is_not_null()),
        false => query.filter(jobs::closed_at.is_null()),
    };
    if let Some(id) = filter.site_id {
        query = query.filter(jobs::site_id.eq(id));
    }
    if let Some(id) = filter.asset_id {
        let with = job_assets::table.filter(job_assets::asset_id.eq(id)).select(job_assets::job_id);
        query = query.filter(jobs::id.eq_any(with));
    }
    if let Some(before) = filter.before {
        query = query.filter(jobs::id.lt(before));
    }
    let columns = (PortalJob::as_select(), (sites::name, sites::time_zone));
    Ok(query.order(jobs::id.desc()).limit(limit).select(columns).load(conn)?)
}

/// How many jobs are open.
///
/// # Errors
/// The database's.
pub fn count_open(conn: &mut AnyConnection, scope: &SiteScope) -> Result<i64> {
    let open = jobs::table.filter(jobs::closed_at.is_null()).into_boxed();
    Ok(in_sites!(open, scope, jobs::customer_id, jobs::site_id).count().get_result(conn)?)
}

/// Finds a job.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none at a site within the scope.
pub fn find_job(conn: &mut AnyConnection, scope: &SiteScope, number: &str) -> Result<PortalJob> {
    let query = in_sites!(PortalJob::query().into_boxed(), scope, jobs::customer_id, jobs::site_id);
    query.filter(jobs::number.eq(number)).first(conn).optional()?.ok_or(Error::NotFound("job"))
}

/// An asset of a job.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct JobAsset {
    /// Its tag.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// The site where it is now.
    pub site_id: i64,
}

/// The assets of a job found within the scope that are at sites within it.
///
/// # Errors
/// The database's.
pub fn list_job_assets(
    conn: &mut AnyConnection,
    scope: &SiteScope,
    job: &PortalJob,
) -> Result<Vec<JobAsset>> {
    let query =
        job_assets::table.inner_join(assets::table).filter(job_assets::job_id.eq(job.id)).into_boxed();
    let query = in_sites!(query, scope, assets::customer_id, assets::site_id);
    let columns = (assets::tag, assets::description, assets::site_id);
    Ok(query.order(assets::id).limit(200).select(columns).load(conn)?)
}

/// A step of a job.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = job_steps)]
pub struct PortalStep {
    /// When.
    pub at: Moment,
    /// What it changed.
    pub kind: Coded<StepKind>,
    /// The value before.
    pub from_value: String,
    /// The value after.
    pub to_value: String,
    /// What is waited for, or how it ended.
    pub detail: String,
}

/// The steps of a job found within the scope, in order.
///
/// # Errors
/// The database's.
pub fn list_steps(conn: &mut AnyConnection, job: &PortalJob) -> Result<Vec<PortalStep>> {
    Ok(PortalStep::query().filter(job_steps::job_id.eq(job.id)).order(job_steps::id).load(conn)?)
}

/// An entry of a job's log that is for the customer too.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct PortalEntry {
    /// Id.
    pub id: String,
    /// What it tells of.
    pub kind: Coded<EntryKind>,
    /// When.
    pub at: Moment,
    /// Who wrote it.
    pub who: Option<String>,
    /// What was done.
    pub text: String,
}

/// The entries of a job found within the scope that are not internal and stand uncorrected, the earliest first.
///
/// # Errors
/// The database's.
pub fn list_entries(conn: &mut AnyConnection, job: &PortalJob) -> Result<Vec<PortalEntry>> {
    let corrected = job_entries::table
        .filter(job_entries::job_id.eq(job.id).and(job_entries::supersedes.is_not_null()))
        .select(job_entries::supersedes.assume_not_null());
    let corrected: Vec<String> = corrected.load(conn)?;
    let rows = job_entries::table
        .left_join(people::table)
        .filter(job_entries::job_id.eq(job.id).and(job_entries::internal.eq(false)))
        .filter(job_entries::id.ne_all(corrected))
        .order((job_entries::at, job_entries::id))
        .select((
            job_entries::id,
            job_entries::kind,
            job_entries::at,
            people::name.nullable(),
            job_entries::text,
        ));
    Ok(rows.load(conn)?)
}

/// A photo or document of a job.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = job_files)]
pub struct PortalFile {
    /// Id.
    pub id: i64,
    /// Hash of its bytes.
    pub hash: String,
    /// Hash of its small picture.
    pub thumbnail_hash: Option<String>,
    /// Its name.
    pub name: String,
    /// When it was added.
    pub at: Moment,
    /// The entry that it belongs to.
    pub entry_id: Option<String>,
}

/// The photos and documents of a job found within the scope and of the faults that joined it, but for those of
/// internal entries and those withdrawn.
///
/// # Errors
/// The database's.
pub fn list_files(conn: &mut AnyConnection, job: &PortalJob) -> Result<Vec<PortalFile>> {
    let joined = faults::table.filter(faults::job_id.eq(job.id)).select(faults::id);
    let internal = job_entries::table
        .filter(job_entries::job_id.eq(job.id).and(job_entries::internal.eq(true)))
        .select(job_entries::id);
    let internal: Vec<String> = internal.load(conn)?;
    let of_job = job_files::job_id.eq(job.id).assume_not_null();
    let of_fault = job_files::fault_id.eq_any(joined.nullable()).assume_not_null();
    let rows: Vec<PortalFile> = PortalFile::query()
        .filter(of_job.or(of_fault))
        .filter(job_files::withdrawn_at.is_null())
        .order(job_files::id)
        .load(conn)?;
    let shown = |file: &PortalFile| file.entry_id.as_ref().is_none_or(|entry| !internal.contains(entry));
    Ok(rows.into_iter().filter(shown).collect())
}

/// Since when things of a job found within the scope are with a supplier, and for when they are promised back: the
/// supplier and the cost are the firm's own affair.
///
/// # Errors
/// The database's.
pub fn list_away(
    conn: &mut AnyConnection,
    job: &PortalJob,
) -> Result<Vec<(Option<NaiveDate>, Option<NaiveDate>)>> {
    let away = referrals::table
        .filter(referrals::job_id.eq(job.id).and(referrals::state.eq(Coded(ReferralState::Sent))))
        .order((referrals::sent_on, referrals::id))
        .limit(50);
    Ok(away.select((referrals::sent_on, referrals::due_on)).load(conn)?)
}

/// A fault report that nothing has settled yet.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OpenFault {
    /// What is wrong.
    pub what: String,
    /// How urgent it is for whoever reported it.
    pub urgency: Coded<Urgency>,
    /// When it was reported.
    pub at: Moment,
    /// Number of its job, if it has one.
    pub job: Option<String>,
}

/// The reports of an asset found within the scope that are neither dismissed nor settled by a closed job.
///
/// # Errors
/// The database's.
pub fn list_open_faults(conn: &mut AnyConnection, asset_id: i64) -> Result<Vec<OpenFault>> {
    let joined = faults::job_id.eq(jobs::id.nullable());
    let rows = faults::table
        .left_join(jobs::table.on(joined))
        .filter(faults::asset_id.eq(asset_id).and(faults::dismissed_at.is_null()))
        .filter(jobs::closed_at.is_null())
        .order(faults::id.desc())
        .limit(20)
        .select((faults::what, faults::urgency, faults::at, jobs::number.nullable()));
    Ok(rows.load(conn)?)
}
