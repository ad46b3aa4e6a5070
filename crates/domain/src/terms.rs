//! Terms of a contract: how soon a job is to be answered and fixed, by priority, and for what the clock stops.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::codes;
use crate::job::{JobState, Priority, WaitingFor};

/// The longest target, in minutes: a year.
pub const MOST_MINUTES: u32 = 366 * 24 * 60;

codes!(
    /// What counts as the answer to a fault.
    Answer, "answer", {
    Assigned = "assigned", "Somebody is assigned";
    InProgress = "in_progress", "The work has begun";
});

codes!(
    /// What counts as the fix.
    FixedWhen, "fix", {
    Repaired = "repaired", "It is repaired, tested or not";
    Returned = "returned", "It is back in service";
    Closed = "closed", "The job is closed";
});

codes!(
    /// The two things that a contract promises a time for.
    Promise, "promise", {
    Response = "response", "Response";
    Fix = "fix", "Fix";
});

/// How soon, in minutes that count; nothing promised where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// Until the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_minutes: Option<u32>,
    /// Until the fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix_minutes: Option<u32>,
}

/// What a contract promises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The targets of each priority; a priority that is not named has none.
    pub targets: BTreeMap<Priority, Targets>,
    /// Waiting for any of these stops the clock.
    pub pauses: BTreeSet<WaitingFor>,
    /// What counts as the answer.
    pub answer: Answer,
    /// What counts as the fix.
    pub fixed_when: FixedWhen,
    /// After how much of a target, in per cent, those in charge are warned.
    pub warn_percent: u32,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            targets: BTreeMap::new(),
            pauses: BTreeSet::new(),
            answer: Answer::InProgress,
            fixed_when: FixedWhen::Returned,
            warn_percent: 75,
        }
    }
}

impl Terms {
    /// The target for a priority in minutes that count.
    pub fn target(&self, promise: Promise, priority: Priority) -> Option<u32> {
        let targets = self.targets.get(&priority)?;
        match promise {
            Promise::Response => targets.response_minutes,
            Promise::Fix => targets.fix_minutes,
        }
    }

    /// Whether a job in this state has kept a promise, in time or not.
    pub fn is_kept(&self, promise: Promise, state: JobState) -> bool {
        use JobState::{Assigned, Closed, InProgress, Repaired, Retest, Returned};
        match promise {
            Promise::Response => match state {
                Assigned => self.answer == Answer::Assigned,
                InProgress | Repaired | Retest | Returned | Closed => true,
                _ => false,
            },
            Promise::Fix => match state {
                Repaired | Retest => self.fixed_when == FixedWhen::Repaired,
                Returned => self.fixed_when != FixedWhen::Closed,
                Closed => true,
                _ => false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_kept_as_json() {
        let target = Targets { response_minutes: Some(30), fix_minutes: None };
        let mut terms = Terms { targets: [(Priority::High, target)].into(), ..Terms::default() };
        terms.pauses.insert(WaitingFor::ThirdParty);
        let json = serde_json::to_string(&terms).unwrap();
        assert_eq!(
            json,
            r#"{"targets":{"high":{"response_minutes":30}},"pauses":["third_party"],"answer":"in_progress","fixed_when":"returned","warn_percent":75}"#
        );
        assert_eq!(serde_json::from_str::<Terms>(&json).unwrap(), terms);
        assert_eq!(terms.target(Promise::Response, Priority::High), Some(30));
        assert_eq!(terms.target(Promise::Fix, Priority::High), None);
        assert_eq!(terms.target(Promise::Response, Priority::Low), None);
    }

    #[test]
    fn what_counts_as_answer_and_fix_is_agreed() {
        use JobState::{Assigned, Closed, InProgress, Repaired, Reported, Returned, Triaged, Waiting};
        let terms = |answer, fixed_when| Terms { answer, fixed_when, ..Terms::default() };
        let kept = |terms: &Terms, promise| {
            let all = [Reported, Triaged, Assigned, InProgress, Waiting, Repaired, Returned, Closed];
            all.into_iter().find(|state| terms.is_kept(promise, *state)).unwrap()
        };
        assert_eq!(kept(&terms(Answer::Assigned, FixedWhen::Closed), Promise::Response), Assigned);
        assert_eq!(kept(&terms(Answer::InProgress, FixedWhen::Closed), Promise::Response), InProgress);
        assert_eq!(kept(&terms(Answer::Assigned, FixedWhen::Repaired), Promise::Fix), Repaired);
        assert_eq!(kept(&terms(Answer::Assigned, FixedWhen::Returned), Promise::Fix), Returned);
        assert_eq!(kept(&terms(Answer::Assigned, FixedWhen::Closed), Promise::Fix), Closed);
    }
}
