//! Lists of reports: those that wait, and all.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::job::{JobState, Urgency};

use crate::access::Scope;
use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::{assets, customers, faults, job_files, jobs, people, sites};
use crate::types::{Coded, Moment};
use crate::{Tx, in_scope};

/// A report with the names around it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct FaultLine {
    /// The report.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// Name of the customer.
    pub customer: String,
    /// The site.
    pub site_id: i64,
    /// Name of the site.
    pub site: String,
    /// The IANA name of the site's time zone.
    pub time_zone: String,
    /// The asset, its tag and what it is.
    pub asset: Option<(i64, String, String)>,
    /// What is wrong.
    pub what: String,
    /// Where it is, in words.
    pub place: String,
    /// How urgent it is.
    pub urgency: Coded<Urgency>,
    /// Whether somebody may be hurt.
    pub dangerous: bool,
    /// Who reported it; none where no name was given.
    pub reporter: Option<String>,
    /// How to reach somebody without an account.
    pub contact: String,
    /// When it was reported.
    pub at: Moment,
    /// When it was dismissed.
    pub dismissed_at: Option<Moment>,
    /// The number and state of the job that it became.
    pub job: Option<(String, Coded<JobState>)>,
}

/// Which reports are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultState {
    /// Not dismissed, and of no closed job.
    Open,
    /// Dismissed, or of a closed job.
    Closed,
}

macro_rules! lines {
    ($scope:expr) => {{
        let joined = faults::table
            .inner_join(customers::table.on(customers::id.eq(faults::customer_id)))
            .inner_join(sites::table.on(sites::id.eq(faults::site_id)))
            .left_join(assets::table)
            .left_join(people::table)
            .left_join(jobs::table)
            .select((
                faults::id,
                faults::customer_id,
                customers::name,
                faults::site_id,
                sites::name,
                sites::time_zone,
                (assets::id, assets::tag, assets::description).nullable(),
                faults::what,
                faults::place,
                faults::urgency,
                faults::dangerous,
                people::name.nullable(),
                faults::contact,
                faults::at,
                faults::dismissed_at,
                (jobs::number, jobs::state).nullable(),
            ))
            .into_boxed();
        in_scope!(joined, $scope, faults::customer_id)
    }};
}

/// The reports that wait for somebody, dangerous ones first, then the latest.
///
/// # Errors
/// The database's.
pub fn list_inbox(conn: &mut AnyConnection, scope: &Scope, limit: i64) -> Result<Vec<FaultLine>> {
    let waiting = faults::job_id.is_null().and(faults::dismissed_at.is_null());
    let query = lines!(scope).filter(waiting);
    Ok(query.order((faults::dangerous.desc(), faults::id.desc())).limit(limit).load(conn)?)
}

/// The reports of these assets that nobody dismissed and whose job, if they have one, is not closed; dangerous ones
/// first, then the latest.
///
/// # Errors
/// The database's.
pub fn list_open_lines(conn: &mut AnyConnection, scope: &Scope, asset_ids: &[i64]) -> Result<Vec<FaultLine>> {
    let open = lines!(scope).filter(faults::dismissed_at.is_null()).filter(jobs::closed_at.is_null());
    let open = open.filter(faults::asset_id.eq_any(asset_ids.to_vec()));
    Ok(open.order((faults::dangerous.desc(), faults::id.desc())).limit(50).load(conn)?)
}

/// The reports that became a job which the caller has found within the scope, the first first.
///
/// # Errors
/// The database's.
pub fn list_lines_of_job(conn: &mut AnyConnection, scope: &Scope, job_id: i64) -> Result<Vec<FaultLine>> {
    Ok(lines!(scope).filter(faults::job_id.eq(job_id)).order(faults::id).limit(200).load(conn)?)
}

/// Finds a report with the names around it.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_line(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<FaultLine> {
    let found = lines!(scope).filter(faults::id.eq(id)).first(conn).optional()?;
    found.ok_or(Error::NotFound("fault"))
}

/// The reports since a moment that wait for somebody and were not mailed yet, the first first; dangerous ones have a
/// job at once, of which is told otherwise.
///
/// # Errors
/// The database's.
pub fn list_unmailed(
    conn: &mut AnyConnection,
    scope: &Scope,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<FaultLine>> {
    let waiting = faults::job_id.is_null().and(faults::dismissed_at.is_null());
    let news = faults::mailed_at.is_null().and(faults::at.ge(Moment::from(since)));
    Ok(lines!(scope).filter(waiting.and(news)).order(faults::id).limit(limit).load(conn)?)
}

/// Takes a report to be mailed, for this server alone, or gives it back to be tried again; false where another has it.
///
/// # Errors
/// The database's.
pub fn claim_fault_mail(tx: &mut Tx, id: i64, mine: bool) -> Result<bool> {
    let now = mine.then(|| Moment::from(tx.now));
    let target = faults::table.filter(faults::id.eq(id).and(faults::mailed_at.is_null().eq(mine)));
    Ok(diesel::update(target).set(faults::mailed_at.eq(now)).execute(&mut **tx)? > 0)
}

/// How many reports wait for somebody.
///
/// # Errors
/// The database's.
pub fn count_inbox(conn: &mut AnyConnection, scope: &Scope) -> Result<i64> {
    let waiting = faults::job_id.is_null().and(faults::dismissed_at.is_null());
    let query = in_scope!(faults::table.filter(waiting).into_boxed(), scope, faults::customer_id);
    Ok(query.count().get_result(conn)?)
}

/// The latest reports, those before an id.
///
/// # Errors
/// The database's.
pub fn list_faults(
    conn: &mut AnyConnection,
    scope: &Scope,
    (state, before): (Option<FaultState>, Option<i64>),
    limit: i64,
) -> Result<Vec<FaultLine>> {
    let mut query = lines!(scope);
    if let Some(before) = before {
        query = query.filter(faults::id.lt(before));
    }
    query = match state {
        None => query,
        Some(FaultState::Open) => {
            query.filter(faults::dismissed_at.is_null()).filter(jobs::closed_at.is_null())
        }
        Some(FaultState::Closed) => {
            query.filter(faults::dismissed_at.is_not_null().or(jobs::closed_at.is_not_null()))
        }
    };
    Ok(query.order(faults::id.desc()).limit(limit).load(conn)?)
}

/// The photos of reports that the caller has found within the scope: report and file.
///
/// # Errors
/// The database's.
pub fn list_photos(conn: &mut AnyConnection, fault_ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let mut found = vec![];
    for ids in fault_ids.chunks(500) {
        let ids: Vec<Option<i64>> = ids.iter().copied().map(Some).collect();
        let rows: Vec<(Option<i64>, i64)> = job_files::table
            .filter(job_files::fault_id.eq_any(ids).and(job_files::withdrawn_at.is_null()))
            .filter(job_files::thumbnail_hash.is_not_null())
            .order(job_files::id)
            .select((job_files::fault_id, job_files::id))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(fault, file)| Some((fault?, file))));
    }
    Ok(found)
}

/// The open jobs at some sites within the scope, the latest first: number, title and site.
///
/// # Errors
/// The database's.
pub fn list_open_jobs(
    conn: &mut AnyConnection,
    scope: &Scope,
    site_ids: &[i64],
) -> Result<Vec<(String, String, i64)>> {
    let open = jobs::table.filter(jobs::closed_at.is_null().and(jobs::site_id.eq_any(site_ids.to_vec())));
    let query = in_scope!(open.into_boxed(), scope, jobs::customer_id);
    Ok(query
        .order(jobs::id.desc())
        .limit(200)
        .select((jobs::number, jobs::title, jobs::site_id))
        .load(conn)?)
}
