//! A job told to the customer whose it is: plain words for its steps, and what was promised for when.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::code::Code;
use crate::job::{JobState, Outcome, Priority, StepKind, WaitingFor};

/// A step as the log of a job holds it: its kind, from what to what, and its detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// What it changes.
    pub kind: StepKind,
    /// The value before.
    pub from: &'a str,
    /// The value after.
    pub to: &'a str,
    /// For a state: what is waited for, or how the job ended.
    pub detail: &'a str,
}

/// What a step means for the customer; none where it is the firm's own affair: who works on it, which line, under
/// which contract.
pub fn step_words(step: Step) -> Option<String> {
    match step.kind {
        StepKind::State => state_step(step),
        StepKind::Priority if !step.from.is_empty() => {
            let noun = |code: &str| code.parse::<Priority>().map(Code::noun).unwrap_or_default();
            Some(format!("Priority changed from {} to {}", noun(step.from), noun(step.to)))
        }
        StepKind::Priority | StepKind::Impact | StepKind::Line | StepKind::Contract | StepKind::Assignee => {
            None
        }
    }
}

fn state_step(step: Step) -> Option<String> {
    let to: JobState = step.to.parse().ok()?;
    let from: Option<JobState> = step.from.parse().ok();
    let words = match to {
        JobState::Reported => "Reported to us".to_owned(),
        JobState::Triaged if from == Some(JobState::Closed) => "Opened again".to_owned(),
        JobState::Triaged => "Looked at, and planned".to_owned(),
        JobState::Assigned if from == Some(JobState::InProgress) => "Work stopped for now".to_owned(),
        JobState::Assigned => "Given to an engineer".to_owned(),
        JobState::InProgress => match from {
            Some(JobState::Waiting) => "Work goes on".to_owned(),
            Some(JobState::Closed) => "Opened again".to_owned(),
            Some(JobState::Repaired | JobState::Retest | JobState::Returned) => {
                "More work was needed".to_owned()
            }
            _ => "Work has begun".to_owned(),
        },
        JobState::Waiting => waiting_words(step.detail.parse().ok()),
        JobState::Repaired => "Repaired".to_owned(),
        JobState::Retest => "Being tested after the repair".to_owned(),
        JobState::Returned => "Back in service".to_owned(),
        JobState::Closed => match step.detail.parse::<Outcome>() {
            Ok(outcome) => format!("Closed: {}", outcome.noun()),
            Err(_) => "Closed".to_owned(),
        },
    };
    Some(words)
}

/// What a job waits for, as the customer reads it.
pub fn waiting_words(reason: Option<WaitingFor>) -> String {
    match reason {
        Some(WaitingFor::Parts) => "Waiting for parts",
        Some(WaitingFor::Customer) => "Waiting for you",
        Some(WaitingFor::ThirdParty) => "With a specialist outside our firm",
        Some(WaitingFor::Access) => "Waiting for access to the site",
        None => "Waiting",
    }
    .to_owned()
}

/// Where a job stands and what comes next, in a sentence.
pub fn state_words(state: JobState, waiting: Option<WaitingFor>) -> String {
    match state {
        JobState::Reported => "We have it, and look at it next.".to_owned(),
        JobState::Triaged => "We have looked at it; an engineer is chosen next.".to_owned(),
        JobState::Assigned => "An engineer has it and comes to it.".to_owned(),
        JobState::InProgress => "An engineer is working on it.".to_owned(),
        JobState::Waiting => format!("{}.", waiting_words(waiting)),
        JobState::Repaired => "It is repaired; what was opened is tested before you get it back.".to_owned(),
        JobState::Retest => "It is tested after the repair before you get it back.".to_owned(),
        JobState::Returned => "It is back in service.".to_owned(),
        JobState::Closed => "It is done.".to_owned(),
    }
}

/// How a promise stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// The class that shows it: ok, due or overdue.
    pub state: &'static str,
    /// In words, by the site's clock.
    pub words: String,
}

/// How something promised for a moment stands: kept, late, near or far. `done` is when it came.
pub fn promise(due: DateTime<Utc>, done: Option<DateTime<Utc>>, now: DateTime<Utc>, site: Tz) -> Promise {
    let at = |moment: DateTime<Utc>| moment.with_timezone(&site).format("%-d %b %Y %H:%M").to_string();
    let (state, words) = match done {
        Some(done) if done <= due => ("ok", format!("in time, at {}", at(done))),
        Some(done) => ("overdue", format!("late: promised by {}, came at {}", at(due), at(done))),
        None if now > due => ("overdue", format!("late: promised by {}", at(due))),
        None => ("due", format!("by {}", at(due))),
    };
    Promise { state, words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::TRANSITIONS;

    fn state(from: &str, to: &str, detail: &str) -> Option<String> {
        step_words(Step { kind: StepKind::State, from, to, detail })
    }

    #[test]
    fn steps_are_told_in_plain_words() {
        for (from, to, detail, words) in [
            ("", "reported", "", "Reported to us"),
            ("reported", "assigned", "", "Given to an engineer"),
            ("assigned", "in_progress", "", "Work has begun"),
            ("in_progress", "waiting", "customer", "Waiting for you"),
            ("in_progress", "waiting", "third_party", "With a specialist outside our firm"),
            ("waiting", "in_progress", "", "Work goes on"),
            ("retest", "in_progress", "", "More work was needed"),
            ("returned", "closed", "replaced", "Closed: replaced"),
            ("closed", "in_progress", "", "Opened again"),
        ] {
            assert_eq!(state(from, to, detail).as_deref(), Some(words), "{from} to {to}");
        }
    }

    #[test]
    fn each_legal_step_has_words_of_its_own() {
        for step in TRANSITIONS {
            let words = state(step.from.code(), step.to.code(), "").unwrap();
            assert!(!words.is_empty() && !words.contains('_'), "{words}");
            assert!(state_words(step.to, None).ends_with('.'));
        }
    }

    #[test]
    fn what_is_the_firms_own_affair_is_not_told() {
        for kind in [StepKind::Line, StepKind::Impact, StepKind::Contract, StepKind::Assignee] {
            assert_eq!(step_words(Step { kind, from: "1", to: "2", detail: "" }), None, "{kind}");
        }
        let raised = Step { kind: StepKind::Priority, from: "normal", to: "high", detail: "" };
        assert_eq!(step_words(raised).unwrap(), "Priority changed from normal to high");
        assert_eq!(step_words(Step { from: "", ..raised }), None, "the first one is no change");
    }

    #[test]
    fn a_promise_is_kept_late_or_still_to_come() {
        let moment = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (due, zone) = (moment("2026-07-01T11:30:00Z"), chrono_tz::Europe::London);
        for (done, now, class, words) in [
            (Some("2026-07-01T11:30:00Z"), "2026-07-02T00:00:00Z", "ok", "in time, at 1 Jul 2026 12:30"),
            (
                Some("2026-07-01T11:31:00Z"),
                "2026-07-02T00:00:00Z",
                "overdue",
                "late: promised by 1 Jul 2026 12:30, came at 1 Jul 2026 12:31",
            ),
            (None, "2026-07-01T11:30:00Z", "due", "by 1 Jul 2026 12:30"),
            (None, "2026-07-01T11:30:01Z", "overdue", "late: promised by 1 Jul 2026 12:30"),
        ] {
            let told = promise(due, done.map(moment), moment(now), zone);
            assert_eq!((told.state, told.words.as_str()), (class, words));
        }
    }
}
