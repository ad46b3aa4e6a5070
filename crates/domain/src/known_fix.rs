//! What fixed a model before: when a fix counts as tried, when as one that held, and which comes first.

use std::cmp::Ordering;

use chrono::{DateTime, TimeDelta, Utc};

use crate::codes;
use crate::job::Outcome;
use crate::search_text::run_together;

codes!(
    /// What a word of the firm's list names.
    FaultWordKind, "kind of word", {
    Symptom = "symptom", "Symptom";
    Cause = "cause", "Cause";
    Fix = "fix", "Fix";
});

/// How long a fix must hold: the same symptom of the same asset within it is a repeat.
pub const HOLDS_FOR: TimeDelta = TimeDelta::days(90);

/// What fixes are counted for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A make and model, however they are written.
    Model(String),
    /// A category.
    Category(i64),
}

impl Subject {
    /// The model by its make and name; none unless both are known, since a make alone fits too much.
    pub fn model(make: &str, name: &str) -> Option<Self> {
        let (make, name) = (run_together(make), run_together(name));
        (!make.is_empty() && !name.is_empty()).then(|| Self::Model(format!("{make} {name}")))
    }

    /// What a thing counts for: its model where that is known, and its category.
    pub fn of(make: &str, name: &str, category_id: i64) -> Vec<Self> {
        Self::model(make, name).into_iter().chain([Self::Category(category_id)]).collect()
    }

    /// The key under which its counts are kept.
    pub fn key(&self) -> String {
        match self {
            Self::Model(name) => format!("m:{name}"),
            Self::Category(id) => format!("c:{id}"),
        }
    }
}

/// A job that was closed or opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Closed, and how.
    Closed(DateTime<Utc>, Outcome),
    /// Opened again.
    Reopened(DateTime<Utc>),
}

/// A fix that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// When the job was closed with it.
    pub at: DateTime<Utc>,
    /// Whether it holds so far.
    pub held: bool,
}

/// What became of a fix written down at `found`: `turns` are its job's, in order; `repeats` is when other jobs were
/// opened in which the same asset had the same symptom.
///
/// It counts as tried from the first closing at or after it was written down; one that is added to a closed job, from
/// the closing before. A cancelled job tried nothing. It holds until the job is opened again after that, or the
/// symptom comes back within [`HOLDS_FOR`]; what ended in scrap, in a referral or beyond repair never held.
pub fn fate(found: DateTime<Utc>, turns: &[Turn], repeats: &[DateTime<Utc>]) -> Option<Tried> {
    let closed = |turn: &Turn| matches!(turn, Turn::Closed(..));
    let after = turns.iter().position(|turn| closed(turn) && when(turn) >= found);
    let stood =
        turns.iter().rposition(|turn| when(turn) < found).filter(|at| turns.get(*at).is_some_and(closed));
    let at = stood.or(after)?;
    let Some(Turn::Closed(closed_at, outcome)) = turns.get(at).copied() else { return None };
    if outcome == Outcome::Cancelled {
        return None;
    }
    let reopened = turns.iter().skip(at + 1).any(|turn| !closed(turn));
    let repeated = repeats.iter().any(|again| *again > closed_at && *again <= closed_at + HOLDS_FOR);
    let given_up = matches!(outcome, Outcome::BeyondEconomicRepair | Outcome::Scrapped | Outcome::Referred);
    Some(Tried { at: closed_at, held: !reopened && !repeated && !given_up })
}

fn when(turn: &Turn) -> DateTime<Utc> {
    match turn {
        Turn::Closed(at, _) | Turn::Reopened(at) => *at,
    }
}

/// How often something was tried, and how often it held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Success {
    /// How often it was tried.
    pub tried: i64,
    /// How often it held.
    pub held: i64,
}

impl Success {
    /// As people read it: "held 9 of 11 times".
    pub fn words(self) -> String {
        match (self.held, self.tried) {
            (_, 0) => "not tried yet".to_owned(),
            (1, 1) => "held the one time it was tried".to_owned(),
            (0, 1) => "did not hold the one time it was tried".to_owned(),
            (held, tried) => format!("held {held} of {tried} times"),
        }
    }

    /// Which is the better bet: the share that held, as if each had also held once and failed once; so that nine of
    /// eleven come before one of one.
    pub fn better_first(self, other: Self) -> Ordering {
        let bet = |one: Self, other: Self| {
            i128::from(one.held.saturating_add(1)) * i128::from(other.tried.saturating_add(2))
        };
        bet(other, self).cmp(&bet(self, other)).then(other.tried.cmp(&self.tried))
    }
}

#[cfg(test)]
#[path = "known_fix_tests.rs"]
mod tests;
