//! The response clock: how much of the time promised for a job has run, worked out from its log alone.
//!
//! Each stretch counts by the terms in force then; the target is that of the priority and terms at the end: now, or
//! when the promise was kept. So a change of priority or terms works the whole out anew. Everything is in whole
//! seconds of UTC, and the intervals that a deadline was computed from tile its time without a gap.

use chrono::{DateTime, Duration, DurationRound, Utc};

use crate::calendar::Opening;
use crate::clock_forward::{Goal, reach};
use crate::clock_log::{Log, Segment, segments};
use crate::codes;
use crate::contract::Period;
use crate::job::WaitingFor;
use crate::terms::{Promise, Terms};

codes!(
    /// How a promise stands.
    PromiseState, "state of a promise", {
    Running = "running", "Running";
    Paused = "paused", "Paused";
    Met = "met", "Met";
    Missed = "missed", "Missed";
    NoTarget = "no_target", "No target";
});

/// What became of an interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It counted.
    Counted,
    /// It was outside the hours.
    OutOfHours,
    /// It was a holiday of this name.
    Holiday(String),
    /// The job waited for something that stops the clock.
    Waiting(WaitingFor),
    /// No contract was in force.
    NoContract,
    /// The job was fixed, before it was opened again.
    Fixed,
}

impl Why {
    /// In words: "counted", "out of hours", "holiday: Christmas Day", "waiting: parts".
    pub fn words(&self) -> String {
        use crate::code::Code;
        match self {
            Self::Counted => "counted".to_owned(),
            Self::OutOfHours => "out of hours".to_owned(),
            Self::Holiday(name) => format!("holiday: {name}"),
            Self::Waiting(what) => format!("waiting: {}", what.noun()),
            Self::NoContract => "no contract".to_owned(),
            Self::Fixed => "fixed".to_owned(),
        }
    }
}

/// A stretch of a job's time, and whether it counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// Its first moment.
    pub from: DateTime<Utc>,
    /// The moment after its last.
    pub until: DateTime<Utc>,
    /// What became of it.
    pub why: Why,
}

impl Interval {
    /// Its length in seconds.
    pub fn seconds(&self) -> i64 {
        (self.until - self.from).num_seconds()
    }
}

/// Why there is no moment at which a promise falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDue {
    /// Nothing is promised for the priority.
    NoTarget,
    /// No contract is in force, or it ends before.
    NoContract,
    /// The clock stands while the job waits for this.
    Waiting(WaitingFor),
    /// It lies more than ten years ahead.
    TooFar,
}

impl NoDue {
    /// In words.
    pub fn words(self) -> String {
        use crate::code::Code;
        match self {
            Self::NoTarget => "no target is agreed for this priority".to_owned(),
            Self::NoContract => "no contract is in force".to_owned(),
            Self::Waiting(what) => format!("the clock stands while the job waits for {}", what.noun()),
            Self::TooFar => "the hours of its calendar do not reach the target in ten years".to_owned(),
        }
    }
}

/// One promise of a contract, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// Which.
    pub promise: Promise,
    /// The target in minutes that count.
    pub target_minutes: Option<u32>,
    /// How many seconds counted.
    pub elapsed_s: i64,
    /// When the target is, was or would have been used up.
    pub due: Option<DateTime<Utc>>,
    /// Why there is no such moment.
    pub no_due: Option<NoDue>,
    /// How it stands.
    pub state: PromiseState,
    /// When the promise was kept, in time or not.
    pub stopped_at: Option<DateTime<Utc>>,
    /// When so much of the target is or was used up that those in charge are warned; none once it was kept.
    pub warn_at: Option<DateTime<Utc>>,
    /// What it was computed from: the whole time from the beginning, without a gap.
    pub intervals: Vec<Interval>,
}

impl Deadline {
    /// Whether it is still to be kept.
    pub fn is_open(&self) -> bool {
        self.stopped_at.is_none()
    }

    /// Seconds of the target that are left, below zero once it is missed.
    pub fn left_s(&self) -> Option<i64> {
        self.target_minutes.map(|minutes| i64::from(minutes) * 60 - self.elapsed_s)
    }
}

/// Both promises for a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Until the answer.
    pub response: Deadline,
    /// Until the fix.
    pub fix: Deadline,
}

impl Clock {
    /// Both, the response first.
    pub fn both(&self) -> [&Deadline; 2] {
        [&self.response, &self.fix]
    }

    /// The deadline that comes next, of those still to be kept.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.both()
            .into_iter()
            .filter(|deadline| deadline.is_open())
            .filter_map(|deadline| deadline.due)
            .min()
    }
}

/// Works out both promises as they stand at `now`, from a job's log and the terms that it comes under, which are in
/// order and do not overlap.
pub fn clock(log: &Log, cover: &[Period], now: DateTime<Utc>) -> Clock {
    let log = log.in_order();
    // What ended before the job was opened never was about it.
    let cover =
        &cover[cover.partition_point(|period| period.until.is_some_and(|end| end <= log.opened_at))..];
    let now = whole_second(now).max(log.last_at());
    let segments = segments(&log, cover, now);
    Clock {
        response: deadline(Promise::Response, &segments, cover, now),
        fix: deadline(Promise::Fix, &segments, cover, now),
    }
}

/// A moment without its part of a second, so that all lengths are whole seconds.
pub(crate) fn whole_second(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(Duration::seconds(1)).unwrap_or(at)
}

fn deadline(promise: Promise, all: &[Segment], cover: &[Period], now: DateTime<Utc>) -> Deadline {
    let kept = kept_from(promise, all);
    let stopped_at = kept.map(|index| all[index].from);
    let walked = &all[..kept.unwrap_or(all.len())];
    let intervals = intervals(promise, walked);
    let counted = || intervals.iter().filter(|interval| interval.why == Why::Counted);
    let elapsed_s = counted().map(Interval::seconds).sum();
    // A log is never empty; one kept from its first moment on is judged by what held then.
    let last = walked.last().unwrap_or(&all[0]);
    let target_minutes = last.terms.and_then(|terms| terms.target(promise, last.position.priority));
    let goal = Goal { promise, from: stopped_at.unwrap_or(now), elapsed_s, last, cover };
    let moment = |percent: fn(&Terms) -> u32| -> Result<DateTime<Utc>, NoDue> {
        let needed = goal.needed(last.terms, percent).ok_or(goal.nothing_promised())?;
        match reached(counted(), needed) {
            Some(at) => Ok(at),
            None => reach(&goal, percent),
        }
    };
    let due = moment(|_| 100);
    let target_s = target_minutes.map(|minutes| i64::from(minutes) * 60);
    let state = match (target_s, stopped_at) {
        (None, _) => PromiseState::NoTarget,
        (Some(target), _) if elapsed_s > target => PromiseState::Missed,
        (Some(_), Some(_)) => PromiseState::Met,
        (Some(_), None) if last.pause(promise).is_some() => PromiseState::Paused,
        (Some(_), None) => PromiseState::Running,
    };
    let warn_at = if stopped_at.is_some() { None } else { moment(|terms| terms.warn_percent).ok() };
    let (due, no_due) = (due.ok(), due.err());
    Deadline { promise, target_minutes, elapsed_s, due, no_due, state, stopped_at, warn_at, intervals }
}

/// The segment from which on a promise is kept: the first that answers, or the first of the last run that is fixed.
fn kept_from(promise: Promise, all: &[Segment]) -> Option<usize> {
    match promise {
        Promise::Response => all.iter().position(|segment| segment.is_kept(promise)),
        Promise::Fix => {
            let open = all.iter().rposition(|segment| !segment.is_kept(promise));
            let first = open.map_or(0, |index| index + 1);
            (first < all.len()).then_some(first)
        }
    }
}

/// The moment at which so many seconds had counted, if they have.
fn reached<'a>(mut counted: impl Iterator<Item = &'a Interval>, needed: i64) -> Option<DateTime<Utc>> {
    let mut before = 0;
    counted.find_map(|interval| {
        let at = interval.from + Duration::seconds(needed - before);
        before += interval.seconds();
        (before >= needed).then_some(at)
    })
}

/// The time of some segments, each stretch with what became of it; neighbours of which the same is true are one.
fn intervals(promise: Promise, walked: &[Segment]) -> Vec<Interval> {
    let mut all: Vec<Interval> = vec![];
    let mut push = |from: DateTime<Utc>, until: DateTime<Utc>, why: Why| match all.last_mut() {
        _ if from == until => {}
        Some(last) if last.why == why => last.until = until,
        _ => all.push(Interval { from, until, why }),
    };
    for segment in walked {
        if let Some(why) = segment.pause(promise) {
            push(segment.from, segment.until, why);
        } else if let Some(period) = segment.period {
            for stretch in period.calendar.stretches(segment.from, segment.until) {
                push(stretch.from, stretch.until, why_of(stretch.opening));
            }
        }
    }
    all
}

fn why_of(opening: Opening) -> Why {
    match opening {
        Opening::Open => Why::Counted,
        Opening::OutOfHours => Why::OutOfHours,
        Opening::Holiday(name) => Why::Holiday(name.to_owned()),
    }
}

#[cfg(test)]
#[path = "response_clock_tests.rs"]
mod tests;
