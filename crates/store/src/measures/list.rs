//! The jobs behind a number.

use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use domain::measure::{Age, Measure};

use super::Selection;
use crate::access::Scope;
use crate::error::Result;
use crate::in_scope;
use crate::portable::{AnyConnection, MultiBackend};
use crate::schema::job_facts;

/// A job that is open, as far as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = job_facts)]
pub struct OpenFacts {
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// Who is at it; 0 for nobody.
    pub engineer_id: i64,
    /// The support line that has it.
    pub line: i64,
    /// Make and model of the first thing that it is about.
    pub model: String,
    /// The day on which it was opened.
    pub opened_on: NaiveDate,
}

/// The open jobs of a selection, whenever they were opened: few beside all that were closed.
///
/// # Errors
/// The database's.
pub fn list_open(conn: &mut AnyConnection, scope: &Scope, selection: &Selection) -> Result<Vec<OpenFacts>> {
    let query = in_scope!(OpenFacts::query().into_boxed(), scope, job_facts::customer_id);
    Ok(selected(query.filter(job_facts::closed_on.is_null()), selection).load(conn)?)
}

/// The ids of the jobs that a number counts, the latest first; of what is open now, the oldest first and of one age
/// where one is asked for.
///
/// # Errors
/// The database's.
pub fn list_measured(
    conn: &mut AnyConnection,
    scope: &Scope,
    selection: &Selection,
    (measure, age): (Measure, Option<(Age, NaiveDate)>),
    (offset, limit): (i64, i64),
) -> Result<Vec<i64>> {
    let query = job_facts::table.select(job_facts::job_id).into_boxed();
    let query = selected(in_scope!(query, scope, job_facts::customer_id), selection);
    let (from, until) = (selection.from, selection.until);
    let closed = job_facts::closed_on.ge(from).and(job_facts::closed_on.lt(until));
    let query = match measure {
        Measure::Backlog => {
            let mut open = query.filter(job_facts::closed_on.is_null());
            if let Some((age, today)) = age {
                let (least, most) = age.days();
                let day = |ago: i64| today.checked_sub_days(Days::new(u64::try_from(ago).unwrap_or(0)));
                // The youngest hold what a site opened on a day that has not begun here.
                if let Some(last) = day(least).filter(|_| least > 0) {
                    open = open.filter(job_facts::opened_on.le(last));
                }
                if let Some(first) = most.and_then(day) {
                    open = open.filter(job_facts::opened_on.ge(first));
                }
            }
            open.order((job_facts::opened_on, job_facts::job_id))
        }
        Measure::OpenThen => query
            .filter(job_facts::opened_on.lt(until))
            .filter(job_facts::closed_on.is_null().or(job_facts::closed_on.ge(until)))
            .order((job_facts::opened_on, job_facts::job_id)),
        Measure::Opened => query
            .filter(job_facts::opened_on.ge(from).and(job_facts::opened_on.lt(until)))
            .order((job_facts::opened_on.desc(), job_facts::job_id.desc())),
        _ => query.filter(closed).order((job_facts::closed_on.desc(), job_facts::job_id.desc())),
    };
    let query = match measure {
        Measure::Backlog | Measure::Opened | Measure::Closed | Measure::OpenThen => query,
        Measure::ResponseMet => query.filter(job_facts::response_met.eq(true)),
        Measure::ResponseMissed => query.filter(job_facts::response_met.eq(false)),
        Measure::FixMet => query.filter(job_facts::fix_met.eq(true)),
        Measure::FixMissed => query.filter(job_facts::fix_met.eq(false)),
        Measure::FirstTime => query.filter(job_facts::first_time_fix.eq(true)),
        Measure::NotFirstTime => query.filter(job_facts::first_time_fix.eq(false)),
        Measure::Reopened => query.filter(job_facts::reopened.eq(true)),
        Measure::Worked => {
            let some = job_facts::minutes_1.gt(0).or(job_facts::minutes_2.gt(0));
            query.filter(some.or(job_facts::minutes_3.gt(0)))
        }
        Measure::Worked1 => query.filter(job_facts::minutes_1.gt(0)),
        Measure::Worked2 => query.filter(job_facts::minutes_2.gt(0)),
        Measure::Worked3 => query.filter(job_facts::minutes_3.gt(0)),
        Measure::Held1 => query.filter(job_facts::held_1.gt(0)),
        Measure::Held2 => query.filter(job_facts::held_2.gt(0)),
        Measure::Held3 => query.filter(job_facts::held_3.gt(0)),
    };
    Ok(query.offset(offset).limit(limit).load(conn)?)
}

/// Keeps a query of facts to a selection, its months apart.
fn selected<'a, ST>(
    mut query: job_facts::BoxedQuery<'a, MultiBackend, ST>,
    selection: &Selection,
) -> job_facts::BoxedQuery<'a, MultiBackend, ST> {
    if let Some(id) = selection.customer_id {
        query = query.filter(job_facts::customer_id.eq(id));
    }
    if let Some(id) = selection.site_id {
        query = query.filter(job_facts::site_id.eq(id));
    }
    if let Some(id) = selection.engineer_id {
        query = query.filter(job_facts::engineer_id.eq(id));
    }
    if let Some(line) = selection.line {
        query = query.filter(job_facts::line.eq(line));
    }
    if let Some(model) = selection.model.clone() {
        query = query.filter(job_facts::model.eq(model));
    }
    query
}
