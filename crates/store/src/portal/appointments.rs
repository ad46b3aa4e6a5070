//! Appointments as the customer sees them: when somebody comes, and for what.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::appointment::AppointmentState;

use crate::access::SiteScope;
use crate::error::Result;
use crate::in_sites;
use crate::portable::AnyConnection;
use crate::schema::{appointments, jobs, people, sites};
use crate::types::{Coded, Moment};

/// An appointment that is yet to come or lasts.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct PortalAppointment {
    /// From when.
    pub starts_at: Moment,
    /// Until when.
    pub ends_at: Moment,
    /// How firm it is.
    pub state: Coded<AppointmentState>,
    /// Name and time zone of the site.
    pub site: (String, String),
    /// Number and title of the job; none for a round of tests.
    pub job: Option<(String, String)>,
    /// Who comes.
    pub who: String,
}

/// The appointments that are not over, the earliest first; those of one job alone where its id is given.
///
/// # Errors
/// The database's.
pub fn list_coming(
    conn: &mut AnyConnection,
    scope: &SiteScope,
    (job_id, now): (Option<i64>, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<PortalAppointment>> {
    // None is longer than a day, so that the index need not be read from its beginning.
    let since = Moment::from(now - chrono::Duration::days(1));
    let query = appointments::table
        .inner_join(sites::table)
        .inner_join(people::table)
        .left_join(jobs::table)
        .filter(appointments::starts_at.ge(since).and(appointments::ends_at.gt(Moment::from(now))))
        .filter(appointments::state.ne(Coded(AppointmentState::Cancelled)))
        .into_boxed();
    let mut query = in_sites!(query, scope, appointments::customer_id, appointments::site_id);
    if let Some(id) = job_id {
        query = query.filter(appointments::job_id.eq(id));
    }
    let columns = (
        appointments::starts_at,
        appointments::ends_at,
        appointments::state,
        (sites::name, sites::time_zone),
        (jobs::number, jobs::title).nullable(),
        people::name,
    );
    let order = (appointments::starts_at, appointments::id);
    Ok(query.order(order).limit(limit).select(columns).load(conn)?)
}
