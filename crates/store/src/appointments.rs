//! Appointments: when an engineer is to be where.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::appointment::{AppointmentState, Span};

use crate::access::Scope;
use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::{appointments, customers, jobs, people, sites};
use crate::types::{Coded, Moment};
use crate::{Tx, in_scope};

/// An appointment.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = appointments)]
pub struct Appointment {
    /// Id.
    pub id: i64,
    /// Whose site it is at.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// The job it is for.
    pub job_id: Option<i64>,
    /// The visit it is for.
    pub visit_id: Option<i64>,
    /// Who is to be there.
    pub person_id: i64,
    /// From when.
    pub starts_at: Moment,
    /// Until when.
    pub ends_at: Moment,
    /// How firm it is.
    pub state: Coded<AppointmentState>,
    /// What else is to be known.
    pub note: String,
    /// When it was last changed.
    pub changed_at: Moment,
    /// Version for concurrent edits.
    pub version: i64,
}

impl Appointment {
    /// Its time.
    pub fn span(&self) -> Span {
        Span { from: self.starts_at.utc(), to: self.ends_at.utc() }
    }
}

/// What people fill in of an appointment.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = appointments)]
pub struct AppointmentFields {
    /// Who is to be there.
    pub person_id: i64,
    /// From when.
    pub starts_at: Moment,
    /// Until when.
    pub ends_at: Moment,
    /// How firm it is.
    pub state: Coded<AppointmentState>,
    /// What else is to be known.
    pub note: String,
}

/// What an appointment is for: the owner and site of a job or visit that the caller has found within the scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// Whose.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// The job.
    pub job_id: Option<i64>,
    /// The visit.
    pub visit_id: Option<i64>,
}

/// An appointment in a list, with the names around it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct AppointmentLine {
    /// The appointment.
    pub appointment: Appointment,
    /// Name of the customer.
    pub customer: String,
    /// The site: name, address, contact, access notes, time zone.
    pub site: (String, String, String, String, String),
    /// Number and title of the job.
    pub job: Option<(String, String)>,
    /// Who is to be there.
    pub who: String,
}

/// Which appointments a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AppointmentFilter {
    /// Just this person's.
    pub person_id: Option<i64>,
    /// Just this job's.
    pub job_id: Option<i64>,
    /// Just this visit's.
    pub visit_id: Option<i64>,
    /// Just those that end after this moment.
    pub from: Option<DateTime<Utc>>,
    /// Just those that begin before this moment.
    pub to: Option<DateTime<Utc>>,
    /// Cancelled ones too.
    pub cancelled: bool,
}

/// Appointments, the earliest first.
///
/// # Errors
/// The database's.
pub fn list_appointments(
    conn: &mut AnyConnection,
    scope: &Scope,
    filter: AppointmentFilter,
    limit: i64,
) -> Result<Vec<AppointmentLine>> {
    let query = appointments::table
        .inner_join(customers::table)
        .inner_join(sites::table)
        .inner_join(people::table)
        .left_join(jobs::table)
        .into_boxed();
    let mut query = in_scope!(query, scope, appointments::customer_id);
    if let Some(id) = filter.person_id {
        query = query.filter(appointments::person_id.eq(id));
    }
    if let Some(id) = filter.job_id {
        query = query.filter(appointments::job_id.eq(id));
    }
    if let Some(id) = filter.visit_id {
        query = query.filter(appointments::visit_id.eq(id));
    }
    if let Some(from) = filter.from {
        // None is longer than a day, so that the index need not be read from its beginning.
        let since = from - chrono::Duration::days(1);
        query = query.filter(appointments::starts_at.ge(Moment::from(since)));
        query = query.filter(appointments::ends_at.gt(Moment::from(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(appointments::starts_at.lt(Moment::from(to)));
    }
    if !filter.cancelled {
        query = query.filter(appointments::state.ne(Coded(AppointmentState::Cancelled)));
    }
    let columns = (
        Appointment::as_select(),
        customers::name,
        (sites::name, sites::address, sites::contact, sites::access_notes, sites::time_zone),
        (jobs::number, jobs::title).nullable(),
        people::name,
    );
    let order = (appointments::starts_at, appointments::id);
    Ok(query.order(order).limit(limit).select(columns).load(conn)?)
}

/// When somebody is busy, whosever customers it is for; one appointment may be left out.
///
/// # Errors
/// The database's.
pub fn list_busy(
    conn: &mut AnyConnection,
    person_id: i64,
    span: Span,
    but: Option<i64>,
) -> Result<Vec<Span>> {
    let since = Moment::from(span.from - chrono::Duration::days(1));
    let rows: Vec<(Moment, Moment)> = appointments::table
        .filter(appointments::person_id.eq(person_id).and(appointments::starts_at.ge(since)))
        .filter(appointments::starts_at.lt(Moment::from(span.to)))
        .filter(appointments::ends_at.gt(Moment::from(span.from)))
        .filter(appointments::state.ne(Coded(AppointmentState::Cancelled)))
        .filter(appointments::id.ne(but.unwrap_or(0)))
        .order(appointments::starts_at)
        .limit(1000)
        .select((appointments::starts_at, appointments::ends_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(from, to)| Span { from: from.utc(), to: to.utc() }).collect())
}

/// Finds an appointment.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_appointment(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Appointment> {
    let query = in_scope!(Appointment::query().into_boxed(), scope, appointments::customer_id);
    query.filter(appointments::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("appointment"))
}

/// Adds an appointment.
///
/// # Errors
/// The database's.
pub fn insert_appointment(tx: &mut Tx, ends: Ends, fields: &AppointmentFields) -> Result<i64> {
    let keys = (
        appointments::customer_id.eq(ends.customer_id),
        appointments::site_id.eq(ends.site_id),
        appointments::job_id.eq(ends.job_id),
        appointments::visit_id.eq(ends.visit_id),
        appointments::changed_at.eq(Moment::from(tx.now)),
    );
    let insert = diesel::insert_into(appointments::table).values((fields, keys));
    Ok(insert.returning(appointments::id).get_result(&mut **tx)?)
}

/// Changes an appointment that the caller has found within the scope.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn update_appointment(tx: &mut Tx, id: i64, version: i64, fields: &AppointmentFields) -> Result<()> {
    let now = Moment::from(tx.now);
    let target = appointments::table.filter(appointments::id.eq(id).and(appointments::version.eq(version)));
    let change = (fields, appointments::changed_at.eq(now), appointments::version.eq(version + 1));
    let rows = diesel::update(target).set(change).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("appointment")) } else { Ok(()) }
}
