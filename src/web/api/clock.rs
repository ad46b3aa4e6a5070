//! `/api/v1/jobs/{number}/clock`: both deadlines of a job, and every interval that they were computed from.

use actix_web::http::StatusCode;
use actix_web::web;
use chrono::{DateTime, Utc};
use domain::code::Code;
use domain::permission::ViewRegister;
use domain::response_clock::{Deadline, Interval, NoDue, Why};
use serde::Serialize;

use crate::actions::clock::find_clock;
use crate::error::Result;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// A stretch of a job's time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct IntervalDocument {
    /// Its first moment.
    from: DateTime<Utc>,
    /// The moment after its last.
    until: DateTime<Utc>,
    /// Its length.
    seconds: i64,
    /// Whether it counted.
    counted: bool,
    /// `counted`, `out_of_hours`, `holiday`, `waiting`, `no_contract` or `fixed`.
    why: &'static str,
    /// The holiday's name, or the code of what was waited for.
    detail: Option<String>,
}

/// A promise of the contract and how it stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DeadlineDocument {
    /// The target in minutes that count; null where nothing is promised.
    target_minutes: Option<u32>,
    /// Seconds that have counted: the sum of the intervals that did.
    elapsed_seconds: i64,
    /// `running`, `paused`, `met`, `missed` or `no_target`.
    state: &'static str,
    /// When the target is, was or would have been used up.
    due: Option<DateTime<Utc>>,
    /// Why there is no such moment: `no_target`, `no_contract`, `waiting` or `too_far`.
    no_due: Option<&'static str>,
    /// When the promise was kept, in time or not.
    stopped_at: Option<DateTime<Utc>>,
    /// When those in charge are or were warned; null once the promise was kept.
    warn_at: Option<DateTime<Utc>>,
    /// The whole time from the beginning, without a gap.
    intervals: Vec<IntervalDocument>,
}

/// A job's clock.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ClockDocument {
    /// The job's number.
    number: String,
    /// When it was read.
    at: DateTime<Utc>,
    /// The site's time zone; all moments are in UTC.
    time_zone: String,
    /// The contract that it comes under.
    contract: Option<String>,
    /// Until the answer.
    response: DeadlineDocument,
    /// Until the fix.
    fix: DeadlineDocument,
}

/// The clock of a job: targets, due times, and the intervals counted and paused, each with its reason.
///
/// # Errors
/// Not found.
#[utoipa::path(get, path = "/api/v1/jobs/{number}/clock", tag = "jobs",
    params(("number" = String, Path, description = "Number of the job, such as J-000123")),
    responses((status = 200, body = ClockDocument), (status = 401), (status = 404)))]
pub async fn show_clock(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (view, found) = find_clock(&visit.app, &visit.right::<ViewRegister>()?, &number)?;
            let document = ClockDocument {
                number: view.job.number.clone(),
                at: view.now,
                time_zone: view.site.time_zone.clone(),
                contract: found.period(view.now).map(|period| period.contract.clone()),
                response: deadline(&found.clock.response),
                fix: deadline(&found.clock.fix),
            };
            Reply::json(StatusCode::OK, &document)
        })
        .await
}

fn deadline(deadline: &Deadline) -> DeadlineDocument {
    let no_due = deadline.no_due.map(|why| match why {
        NoDue::NoTarget => "no_target",
        NoDue::NoContract => "no_contract",
        NoDue::Waiting(_) => "waiting",
        NoDue::TooFar => "too_far",
    });
    DeadlineDocument {
        target_minutes: deadline.target_minutes,
        elapsed_seconds: deadline.elapsed_s,
        state: deadline.state.code(),
        due: deadline.due,
        no_due,
        stopped_at: deadline.stopped_at,
        warn_at: deadline.warn_at,
        intervals: deadline.intervals.iter().map(interval).collect(),
    }
}

fn interval(interval: &Interval) -> IntervalDocument {
    let (why, detail) = match &interval.why {
        Why::Counted => ("counted", None),
        Why::OutOfHours => ("out_of_hours", None),
        Why::Holiday(name) => ("holiday", Some(name.clone())),
        Why::Waiting(what) => ("waiting", Some(what.code().to_owned())),
        Why::NoContract => ("no_contract", None),
        Why::Fixed => ("fixed", None),
    };
    IntervalDocument {
        from: interval.from,
        until: interval.until,
        seconds: interval.seconds(),
        counted: interval.why == Why::Counted,
        why,
        detail,
    }
}
