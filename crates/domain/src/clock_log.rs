//! A job's log as the response clock reads it: from when on it was in which state, at which priority.

use chrono::{DateTime, Utc};

use crate::contract::Period;
use crate::job::{JobState, Priority, WaitingFor};
use crate::response_clock::{Why, whole_second};
use crate::terms::{Promise, Terms};

/// Where a job stands, as far as the clock minds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Its state.
    pub state: JobState,
    /// What it waits for, while it does.
    pub waiting_for: Option<WaitingFor>,
    /// Its priority.
    pub priority: Priority,
}

/// A change of where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Of its state, and of what it waits for.
    State(JobState, Option<WaitingFor>),
    /// Of its priority.
    Priority(Priority),
}

/// What happened to a job, in the order in which it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Where it stood then.
    pub opened: Position,
    /// What moved it since.
    pub moves: Vec<(DateTime<Utc>, Move)>,
}

impl Log {
    /// The same log in whole seconds, and never going back: the order of writing counts where a server's clock jumped.
    pub(crate) fn in_order(&self) -> Self {
        let mut reached = whole_second(self.opened_at);
        let opened_at = reached;
        let moves = self.moves.iter().map(|(at, change)| {
            reached = reached.max(whole_second(*at));
            (reached, *change)
        });
        Self { opened_at, opened: self.opened, moves: moves.collect() }
    }

    /// The last moment that it tells of.
    pub(crate) fn last_at(&self) -> DateTime<Utc> {
        self.moves.last().map_or(self.opened_at, |(at, _)| *at)
    }
}

impl Position {
    fn after(self, change: Move) -> Self {
        match change {
            Move::State(state, waiting_for) => Self { state, waiting_for, ..self },
            Move::Priority(priority) => Self { priority, ..self },
        }
    }
}

/// A stretch of time in which a job stands in one place under the same terms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Segment<'a> {
    pub(crate) from: DateTime<Utc>,
    pub(crate) until: DateTime<Utc>,
    pub(crate) position: Position,
    /// The terms in force; none without a contract.
    pub(crate) period: Option<&'a Period>,
    /// The terms in force or, without a contract, the last that were.
    pub(crate) terms: Option<&'a Terms>,
}

impl Segment<'_> {
    /// Whether a promise is kept as long as it lasts. Without any terms the usual ones say what that means.
    pub(crate) fn is_kept(&self, promise: Promise) -> bool {
        match self.terms {
            Some(terms) => terms.is_kept(promise, self.position.state),
            None => Terms::default().is_kept(promise, self.position.state),
        }
    }

    /// Why the clock stands all the while, whatever the hour.
    pub(crate) fn pause(&self, promise: Promise) -> Option<Why> {
        if self.is_kept(promise) {
            return Some(Why::Fixed);
        }
        let Some(period) = self.period else { return Some(Why::NoContract) };
        let waiting = self.position.waiting_for.filter(|what| period.terms.pauses.contains(what));
        waiting.map(Why::Waiting)
    }
}

/// A log up to `now`, cut wherever something moved the job or other terms came into force. Moves at one moment leave
/// an empty segment each, so that a state passed through is seen; never empty as a whole.
pub(crate) fn segments<'a>(log: &Log, cover: &'a [Period], now: DateTime<Utc>) -> Vec<Segment<'a>> {
    let (mut all, mut from, mut position) = (vec![], log.opened_at, log.opened);
    for (at, change) in &log.moves {
        all.extend(cut(from, *at, position, cover));
        (from, position) = (*at, position.after(*change));
    }
    all.extend(cut(from, now, position, cover));
    if from < now {
        // Terms that come into force this very moment are the present ones.
        all.extend(cut(now, now, position, cover));
    }
    all
}

/// A stretch of time cut where other terms come into force.
pub(crate) fn cut(
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    position: Position,
    cover: &[Period],
) -> Vec<Segment<'_>> {
    let edges = cover.iter().flat_map(|period| [Some(period.from), period.until]).flatten();
    let mut edges: Vec<_> = edges.filter(|edge| from < *edge && *edge < until).collect();
    edges.push(until);
    edges.dedup();
    let mut from = from;
    let segment = |until| {
        let period = cover.iter().find(|period| period.holds(from));
        let latest = cover.iter().rfind(|period| period.from <= from);
        let terms = latest.map(|period| &period.terms);
        let segment = Segment { from, until, position, period, terms };
        from = until;
        segment
    };
    edges.into_iter().map(segment).collect()
}
