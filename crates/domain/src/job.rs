//! Jobs: what they are called, and which state may follow which.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::codes;

codes!(
    /// What a job is.
    JobKind, "kind of job", {
    Repair = "repair", "Repair";
    Planned = "planned", "Planned work";
    Installation = "installation", "Installation";
    RollOut = "roll_out", "Roll-out";
    Removal = "removal", "Removal";
    Visit = "visit", "Visit";
});

codes!(
    /// How much a job matters, the most first. A contract sets times for each.
    Priority, "priority", {
    Critical = "critical", "Critical";
    High = "high", "High";
    Normal = "normal", "Normal";
    Low = "low", "Low";
});

codes!(
    /// Whom a fault keeps from working, the most first.
    Impact, "impact", {
    Safety = "safety", "Somebody may be hurt";
    Site = "site", "A whole site";
    Team = "team", "A team or a room";
    Person = "person", "One person";
});

codes!(
    /// How urgent a fault is for whoever reports it.
    Urgency, "urgency", {
    Stopped = "stopped", "I cannot work";
    Hindered = "hindered", "It gets in the way";
    CanWait = "can_wait", "It can wait";
});

codes!(
    /// Where a job stands.
    JobState, "state", {
    Reported = "reported", "Reported";
    Triaged = "triaged", "Triaged";
    Assigned = "assigned", "Assigned";
    InProgress = "in_progress", "In progress";
    Waiting = "waiting", "Waiting";
    Repaired = "repaired", "Repaired";
    Retest = "retest", "Retest";
    Returned = "returned", "Returned";
    Closed = "closed", "Closed";
});

codes!(
    /// What a job waits for.
    WaitingFor, "what is waited for", {
    Parts = "parts", "Parts";
    Customer = "customer", "The customer";
    ThirdParty = "third_party", "A third party";
    Access = "access", "Access";
});

codes!(
    /// How a job ended.
    Outcome, "outcome", {
    Repaired = "repaired", "Repaired";
    Replaced = "replaced", "Replaced";
    NoFaultFound = "no_fault_found", "No fault found";
    BeyondEconomicRepair = "beyond_economic_repair", "Beyond economic repair";
    Referred = "referred", "Referred";
    Scrapped = "scrapped", "Scrapped";
    Done = "done", "Done";
    Cancelled = "cancelled", "Cancelled";
});

codes!(
    /// What a step of a job changes.
    StepKind, "kind of step", {
    State = "state", "State";
    Priority = "priority", "Priority";
    Impact = "impact", "Impact";
    Line = "line", "Support line";
    Contract = "contract", "Contract";
    Assignee = "assignee", "Assignee";
});

codes!(
    /// What an entry of a job's log tells of.
    EntryKind, "kind of entry", {
    Note = "note", "Note";
    Diagnosis = "diagnosis", "Diagnosis";
    Work = "work", "Work";
    Travel = "travel", "Travel";
    Call = "call", "Call";
    Handover = "handover", "Hand-over";
});

codes!(
    /// Why somebody is told of a job.
    NoticeKind, "kind of notice", {
    Assigned = "assigned", "Assigned to you";
    Mentioned = "mentioned", "You were mentioned";
    Watched = "watched", "A job you watch";
    Warning = "warning", "A deadline is near";
    Missed = "missed", "A deadline has passed";
    Danger = "danger", "Reported as dangerous";
    Appointment = "appointment", "An appointment of yours";
    Unassigned = "unassigned", "Nobody has it";
    Chase = "chase", "A third party is to be asked";
    Parts = "parts", "A part has come";
});

/// The support lines, from the first that answers to the last.
pub const LINES: std::ops::RangeInclusive<i64> = 1..=3;

/// What must hold before a job takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Need {
    /// Somebody is assigned.
    Assignee,
    /// Something is named that is waited for.
    Reason,
    /// An asset of the job was opened or is quarantined, so it must be tested.
    SomethingToTest,
    /// No asset of the job is quarantined.
    NothingLocked,
    /// An outcome is given.
    Outcome,
    /// A repair says what was wrong and what helped: symptom, cause and fix.
    Findings,
    /// The checklists that such a job demands are finished.
    Checklists,
    /// The step says why.
    Note,
}

impl Need {
    /// What it asks for, in a sentence of its own.
    pub fn words(self) -> &'static str {
        match self {
            Self::Assignee => "somebody is assigned",
            Self::Reason => "what is waited for is named",
            Self::SomethingToTest => "an asset of it was opened or is quarantined",
            Self::NothingLocked => {
                "no asset of it is quarantined, unless it was replaced, referred, scrapped or given up, or the job was called off"
            }
            Self::Outcome => "an outcome is given",
            Self::Findings => "a job closed as repaired or replaced names symptom, cause and fix",
            Self::Checklists => "the checklists that it demands are finished",
            Self::Note => "the reason is written down",
        }
    }
}

/// A step that a job may take from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// Where it stands.
    pub from: JobState,
    /// Where it goes.
    pub to: JobState,
    /// What the button says.
    pub verb: &'static str,
    /// What must hold.
    pub needs: &'static [Need],
}

impl Transition {
    /// Whether it brings the job nearer to its end; what waits stands no further than what was triaged.
    pub fn is_forward(&self) -> bool {
        let rank = |state: JobState| match state {
            JobState::Waiting => JobState::Triaged,
            other => other,
        };
        rank(self.to) > rank(self.from)
    }
}

const fn step(from: JobState, to: JobState, verb: &'static str, needs: &'static [Need]) -> Transition {
    Transition { from, to, verb, needs }
}

/// What closing a job needs that went back into service.
const CLOSE: &[Need] = &[Need::Outcome, Need::Findings, Need::Checklists, Need::NothingLocked];
/// What closing a job needs that did not come so far.
const GIVE_UP: &[Need] = &[Need::Outcome, Need::Note, Need::Findings, Need::Checklists, Need::NothingLocked];

/// Every legal step; whatever is not here is refused. `docs/jobs.md` is drawn from this table.
pub const TRANSITIONS: &[Transition] = {
    use JobState::*;
    &[
        step(Reported, Triaged, "Triage", &[]),
        step(Reported, Assigned, "Assign", &[Need::Assignee]),
        step(Reported, InProgress, "Begin", &[Need::Assignee]),
        step(Reported, Closed, "Close", GIVE_UP),
        step(Triaged, Assigned, "Assign", &[Need::Assignee]),
        step(Triaged, InProgress, "Begin", &[Need::Assignee]),
        step(Triaged, Waiting, "Wait", &[Need::Reason]),
        step(Triaged, Closed, "Close", GIVE_UP),
        step(Assigned, Triaged, "Give back", &[]),
        step(Assigned, InProgress, "Begin", &[Need::Assignee]),
        step(Assigned, Waiting, "Wait", &[Need::Reason]),
        step(Assigned, Closed, "Close", GIVE_UP),
        step(InProgress, Triaged, "Hand back", &[]),
        step(InProgress, Assigned, "Pause", &[]),
        step(InProgress, Waiting, "Wait", &[Need::Reason]),
        step(InProgress, Repaired, "Repaired", &[]),
        step(InProgress, Closed, "Close", GIVE_UP),
        step(Waiting, Triaged, "Back to triage", &[]),
        step(Waiting, Assigned, "Assign", &[Need::Assignee]),
        step(Waiting, InProgress, "Go on", &[Need::Assignee]),
        step(Waiting, Waiting, "Wait for something else", &[Need::Reason]),
        step(Waiting, Closed, "Close", GIVE_UP),
        step(Repaired, InProgress, "Work on", &[]),
        step(Repaired, Retest, "To the retest", &[Need::SomethingToTest]),
        step(Repaired, Returned, "Return to service", &[Need::NothingLocked]),
        step(Retest, InProgress, "Work on", &[]),
        step(Retest, Returned, "Return to service", &[Need::NothingLocked]),
        step(Retest, Closed, "Close", GIVE_UP),
        step(Returned, InProgress, "Work on", &[Need::Note]),
        step(Returned, Closed, "Close", CLOSE),
        step(Closed, InProgress, "Open again", &[Need::Note, Need::Assignee]),
        step(Closed, Triaged, "Back to triage", &[Need::Note]),
    ]
};

/// A step that the table does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IllegalStep {
    /// Where the job stands.
    pub from: JobState,
    /// Where it was to go.
    pub to: JobState,
    /// Where it may go.
    pub legal: Vec<JobState>,
}

impl std::fmt::Display for IllegalStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let legal: Vec<_> = self.legal.iter().map(|state| format!("\"{}\"", state.label())).collect();
        let (from, to) = (self.from.label(), self.to.label());
        write!(f, "A job that is \"{from}\" cannot become \"{to}\"; it can become {}.", legal.join(", "))
    }
}

/// Where a job may go from a state.
pub fn steps_from(from: JobState) -> impl Iterator<Item = &'static Transition> {
    TRANSITIONS.iter().filter(move |step| step.from == from)
}

/// The step from one state to another.
///
/// # Errors
/// [`IllegalStep`] with the states that may follow.
pub fn find_step(from: JobState, to: JobState) -> Result<&'static Transition, IllegalStep> {
    let found = steps_from(from).find(|step| step.to == to);
    found.ok_or_else(|| IllegalStep { from, to, legal: steps_from(from).map(|step| step.to).collect() })
}

/// The table of steps as Markdown; `docs/jobs.md` holds this text.
pub fn transitions_markdown() -> String {
    let mut text = String::from("| From | To | Called | Needs |\n|---|---|---|---|");
    for step in TRANSITIONS {
        let needs: Vec<_> = step.needs.iter().map(|need| need.words()).collect();
        let (from, to) = (step.from.label(), step.to.label());
        // Writing to a string cannot fail.
        let _ = write!(text, "\n| {from} | {to} | {} | {} |", step.verb, needs.join("; "));
    }
    text + "\n"
}

#[cfg(test)]
#[path = "job_tests.rs"]
mod tests;
