//! What is measured of jobs: whether the first work was enough, and which support line took how long.

use crate::codes;
use crate::job::{JobKind, JobState, Outcome, WaitingFor};
use chrono::{DateTime, NaiveDate, Utc};

codes!(
    /// What jobs are counted for.
    Measure, "measure", {
    Backlog = "backlog", "Open now";
    Opened = "opened", "Opened";
    Closed = "closed", "Closed";
    ResponseMet = "response_met", "Answered in time";
    ResponseMissed = "response_missed", "Answered late";
    FixMet = "fix_met", "Put right in time";
    FixMissed = "fix_missed", "Put right late";
    FirstTime = "first_time", "Fixed first time";
    NotFirstTime = "not_first_time", "Not fixed first time";
    Reopened = "reopened", "Opened again";
    OpenThen = "open_then", "Open at the end";
    Worked = "worked", "With work logged";
    Worked1 = "worked_1", "With work of line 1";
    Worked2 = "worked_2", "With work of line 2";
    Worked3 = "worked_3", "With work of line 3";
    Held1 = "held_1", "That line 1 had open";
    Held2 = "held_2", "That line 2 had open";
    Held3 = "held_3", "That line 3 had open";
});

impl Measure {
    /// What makes a part of a whole with it: those late beside those in time.
    pub fn counterpart(self) -> Option<Self> {
        match self {
            Self::ResponseMet => Some(Self::ResponseMissed),
            Self::ResponseMissed => Some(Self::ResponseMet),
            Self::FixMet => Some(Self::FixMissed),
            Self::FixMissed => Some(Self::FixMet),
            Self::FirstTime => Some(Self::NotFirstTime),
            Self::NotFirstTime => Some(Self::FirstTime),
            _ => None,
        }
    }
}

/// What moved a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// To a state; where it waits, for what.
    State(JobState, Option<WaitingFor>),
    /// To a support line.
    Line(i64),
}

/// A move and when it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub what: Move,
}

/// What first-time fix means, in the words of its page.
pub const FIRST_TIME_FIX: &str = "A repair counts as fixed first time when it was closed as repaired, replaced or no \
     fault found, was never opened again, was begun once (a pause and a second visit are a second beginning) and did \
     not wait for parts or a third party once it was begun. Jobs that ended otherwise, work that is no repair, and \
     jobs of another system that say nothing of their visits are not counted.";

/// Whether the first work on a job was enough; none where that is no question or cannot be told.
///
/// `moves` are in the order in which they were taken. `elsewhere` says that the work was done under another system, whose
/// visits nobody knows.
pub fn first_time_fix(
    kind: JobKind,
    outcome: Option<Outcome>,
    moves: &[Moved],
    elsewhere: bool,
) -> Option<bool> {
    let counts = matches!(outcome?, Outcome::Repaired | Outcome::Replaced | Outcome::NoFaultFound);
    if kind != JobKind::Repair || !counts {
        return None;
    }
    let (mut begun, mut waited, mut closed) = (0, false, 0);
    for moved in moves {
        match moved.what {
            Move::State(JobState::InProgress, _) => begun += 1,
            Move::State(JobState::Waiting, Some(WaitingFor::Parts | WaitingFor::ThirdParty)) => {
                waited |= begun > 0;
            }
            Move::State(JobState::Closed, _) => closed += 1,
            _ => {}
        }
    }
    if elsewhere && begun == 0 {
        return None;
    }
    Some(begun <= 1 && !waited && closed <= 1)
}

/// Minutes of each support line, the first line first.
pub type ByLine = [i64; 3];

/// The place of a support line in a [`ByLine`].
fn place(line: i64) -> usize {
    usize::try_from(line - 1).unwrap_or(0).min(2)
}

/// How long each support line had a job open, in whole minutes: from each move to the next, the last until `until`;
/// what lies between closing and opening again counts for nobody.
pub fn held_by_line(moves: &[Moved], until: DateTime<Utc>) -> ByLine {
    let (mut seconds, mut line, mut open) = ([0; 3], 1, false);
    let mut since = moves.first().map_or(until, |moved| moved.at);
    for moved in moves {
        if open {
            seconds[place(line)] += (moved.at - since).num_seconds().max(0);
        }
        since = moved.at;
        match moved.what {
            Move::State(state, _) => open = state != JobState::Closed,
            Move::Line(to) => line = to,
        }
    }
    if open {
        seconds[place(line)] += (until - since).num_seconds().max(0);
    }
    seconds.map(|seconds| seconds / 60)
}

/// Minutes logged while each support line had the job. `logged` is when and how many.
pub fn minutes_by_line(moves: &[Moved], logged: &[(DateTime<Utc>, i64)]) -> ByLine {
    let mut minutes = [0; 3];
    for (at, count) in logged {
        let mut lines = moves.iter().filter_map(|moved| match moved.what {
            Move::Line(line) if moved.at <= *at => Some(line),
            _ => None,
        });
        minutes[place(lines.next_back().unwrap_or(1))] += count;
    }
    minutes
}

codes!(
    /// How old an open job is, the youngest first.
    Age, "age", {
    Days = "days", "Up to 1 day";
    Week = "week", "2 to 7 days";
    Month = "month", "8 to 30 days";
    Quarter = "quarter", "31 to 90 days";
    Older = "older", "Over 90 days";
});

impl Age {
    /// The age of what was opened then.
    pub fn of(opened_on: NaiveDate, today: NaiveDate) -> Self {
        match (today - opened_on).num_days() {
            ..=1 => Self::Days,
            2..=7 => Self::Week,
            8..=30 => Self::Month,
            31..=90 => Self::Quarter,
            _ => Self::Older,
        }
    }

    /// The days since opening that it spans, both included; the last is open.
    pub fn days(self) -> (i64, Option<i64>) {
        match self {
            Self::Days => (0, Some(1)),
            Self::Week => (2, Some(7)),
            Self::Month => (8, Some(30)),
            Self::Quarter => (31, Some(90)),
            Self::Older => (91, None),
        }
    }
}

/// A part of a whole in tenths of a percent, rounded to the nearest; none of nothing.
pub fn per_mille(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part * 1000 + whole / 2) / whole)
}

#[cfg(test)]
#[path = "measure_tests.rs"]
mod tests;
