//! The response clock run forward: when a target is used up if nothing moves the job any more.

use chrono::{DateTime, Days, Duration, Utc};

use crate::calendar::Opening;
use crate::clock_log::{Position, Segment, cut};
use crate::contract::Period;
use crate::response_clock::{NoDue, Why};
use crate::terms::{Promise, Terms};

/// No target is looked for further ahead, in days.
const HORIZON_DAYS: u64 = 3653;

/// What is looked for, and from where.
pub(crate) struct Goal<'a> {
    pub(crate) promise: Promise,
    /// Up to when the clock has been read.
    pub(crate) from: DateTime<Utc>,
    /// The seconds that counted until then.
    pub(crate) elapsed_s: i64,
    /// The last stretch before, in which the job stays.
    pub(crate) last: &'a Segment<'a>,
    pub(crate) cover: &'a [Period],
}

impl Goal<'_> {
    /// The seconds of a percentage of the target, rounded up.
    pub(crate) fn needed(&self, terms: Option<&Terms>, percent: fn(&Terms) -> u32) -> Option<i64> {
        let terms = terms?;
        let minutes = terms.target(self.promise, self.position().priority)?;
        Some((i64::from(minutes) * 60 * i64::from(percent(terms)) + 99) / 100)
    }

    /// Why there is no target.
    pub(crate) fn nothing_promised(&self) -> NoDue {
        if self.last.terms.is_some() { NoDue::NoTarget } else { NoDue::NoContract }
    }

    fn position(&self) -> Position {
        self.last.position
    }
}

/// The moment at which a percentage of the target will have counted.
///
/// # Errors
/// What stands in the way last: it may still be reached where the terms to come allow it.
pub(crate) fn reach(goal: &Goal, percent: fn(&Terms) -> u32) -> Result<DateTime<Utc>, NoDue> {
    let horizon = goal.from + Days::new(HORIZON_DAYS);
    let (mut elapsed, mut hindrance) = (goal.elapsed_s, NoDue::TooFar);
    for segment in cut(goal.from, horizon, goal.position(), goal.cover) {
        let needed = goal.needed(segment.terms, percent);
        // Terms that come into force may ask for less than has counted already.
        if needed.is_some_and(|needed| needed <= elapsed) {
            return Ok(segment.from);
        }
        let Some(period) = segment.period else {
            hindrance = NoDue::NoContract;
            continue;
        };
        if let Some(Why::Waiting(what)) = segment.pause(goal.promise) {
            hindrance = NoDue::Waiting(what);
            continue;
        }
        for stretch in period.calendar.stretches(segment.from, segment.until) {
            if stretch.opening != Opening::Open {
                continue;
            }
            let at = needed.map(|needed| stretch.from + Duration::seconds(needed - elapsed));
            // At its very end other terms are in force.
            if let Some(at) = at.filter(|at| *at <= stretch.until && *at < segment.until) {
                return Ok(at);
            }
            elapsed += (stretch.until - stretch.from).num_seconds();
        }
        hindrance = if needed.is_some() { NoDue::TooFar } else { NoDue::NoTarget };
    }
    Err(hindrance)
}
