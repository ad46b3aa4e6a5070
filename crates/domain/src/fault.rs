//! Reports of faults: what people see go wrong, what of it is dangerous, and how far a report has come.

use chrono::{DateTime, Duration, Utc};

use crate::code::Code;
use crate::codes;
use crate::equipment::EquipmentType;
use crate::job::{JobState, Outcome};

codes!(
    /// What somebody added to a report.
    NoteKind, "kind of note on a fault", {
    Note = "note", "Note";
    Affected = "affected", "Affected too";
});

codes!(
    /// What people see go wrong, in their own words.
    Symptom, "symptom", {
    Dead = "dead", "Dead";
    DamagedLead = "damaged_lead", "Damaged lead";
    DamagedPlug = "damaged_plug", "Damaged plug";
    DamagedSocket = "damaged_socket", "Damaged socket";
    DamagedCase = "damaged_case", "Damaged case";
    Overheats = "overheats", "Overheats";
    Burning = "burning", "Burning smell";
    Shock = "shock", "Gave a shock";
    Trips = "trips", "Trips the RCD";
    Leaks = "leaks", "Leaks";
    Screen = "screen", "Screen";
    Slow = "slow", "Slow or stuck";
    Noisy = "noisy", "Noisy";
    ComesAndGoes = "comes_and_goes", "Comes and goes";
    Other = "other", "Something else";
});

impl Symptom {
    /// What was chosen for a report, which its text begins with: "Noisy: it whistles". None where only words were typed.
    pub fn of_report(what: &str) -> Option<Self> {
        let begins = |symptom: &Self| {
            let rest = what.strip_prefix(symptom.label());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        Self::ALL.iter().copied().find(begins)
    }

    /// The word of the shipped list of findings that says the same.
    pub fn found_as(self) -> &'static str {
        match self {
            Self::Dead => "Dead",
            Self::DamagedLead | Self::DamagedPlug => "Damaged lead or plug",
            Self::DamagedSocket | Self::DamagedCase => "Damaged case",
            Self::Overheats => "Overheats",
            Self::Burning => "Smoke or smell of burning",
            Self::Shock => "Shock or tingle",
            Self::Trips => "Trips protection",
            Self::Leaks => "Leaks",
            Self::Screen => "Display fault",
            Self::Slow => "Slow",
            Self::Noisy => "Noisy",
            Self::ComesAndGoes => "Stops by itself",
            Self::Other => "Something else",
        }
    }

    /// Whether it may hurt somebody, whatever else is said.
    pub fn is_dangerous(self) -> bool {
        use Symptom::*;
        matches!(self, DamagedLead | DamagedPlug | DamagedSocket | Overheats | Burning | Shock)
    }

    /// The symptom that a report begins with.
    pub fn of(what: &str) -> Option<Self> {
        let begins = |one: &&Self| {
            let rest = what.strip_prefix(one.label());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(": "))
        };
        Self::ALL.iter().find(begins).copied()
    }
}

/// What usually goes wrong with equipment of a type.
pub fn symptoms_of(kind: Option<EquipmentType>) -> Vec<Symptom> {
    use Symptom::*;
    let fits = |symptom: &Symptom| match kind {
        Some(kind) if kind.is_lead() => !matches!(symptom, DamagedCase | Leaks | Screen | Slow | Noisy),
        Some(EquipmentType::It) => !matches!(symptom, DamagedSocket | Leaks),
        Some(EquipmentType::Fixed | EquipmentType::BuiltIn) => {
            !matches!(symptom, DamagedPlug | DamagedSocket)
        }
        _ => *symptom != DamagedSocket,
    };
    Symptom::ALL.iter().copied().filter(fits).collect()
}

/// What is written down of a report: the symptom, then the words.
///
/// # Errors
/// Says what is missing where there is neither, or a "something else" without words.
pub fn report_text(symptom: Option<Symptom>, words: &str) -> Result<String, String> {
    let words = words.trim();
    match symptom {
        None | Some(Symptom::Other) if words.is_empty() => Err("say what is wrong with it".to_owned()),
        None | Some(Symptom::Other) => Ok(words.to_owned()),
        Some(symptom) if words.is_empty() => Ok(symptom.label().to_owned()),
        Some(symptom) => Ok(format!("{}: {words}", symptom.label())),
    }
}

/// A report's text for comparing: the same words in another case or spacing are the same report.
pub fn folded(what: &str) -> String {
    let words: Vec<String> = what
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

codes!(
    /// How far a report has come, as whoever sent it is told.
    Progress, "progress of a report", {
    Reported = "reported", "Reported";
    LookedAt = "looked_at", "Being looked at";
    InProgress = "in_progress", "In progress";
    Waiting = "waiting", "Waiting";
    Repaired = "repaired", "Repaired, being checked";
    Safe = "safe", "Fixed and safe again";
    NoFault = "no_fault", "Looked at: no fault was found";
    Gone = "gone", "Taken out of use";
    Ended = "ended", "Closed";
    Dismissed = "dismissed", "Closed: nothing is to be done";
});

impl Progress {
    /// Whether nothing more is to come.
    pub fn is_end(self) -> bool {
        use Progress::*;
        matches!(self, Safe | NoFault | Gone | Ended | Dismissed)
    }
}

/// What a job's state tells whoever reported the fault. "Safe" is said only of what is not quarantined.
pub fn progress(state: JobState, outcome: Option<Outcome>, locked: bool) -> Progress {
    match (state, outcome) {
        (JobState::Reported, _) => Progress::Reported,
        (JobState::Triaged | JobState::Assigned, _) => Progress::LookedAt,
        (JobState::InProgress, _) => Progress::InProgress,
        (JobState::Waiting, _) => Progress::Waiting,
        (JobState::Repaired | JobState::Retest, _) => Progress::Repaired,
        (JobState::Returned, _) if locked => Progress::Repaired,
        (JobState::Returned, _) => Progress::Safe,
        (JobState::Closed, Some(Outcome::Repaired | Outcome::Replaced | Outcome::Done)) if !locked => {
            Progress::Safe
        }
        (JobState::Closed, Some(Outcome::NoFaultFound)) => Progress::NoFault,
        (JobState::Closed, Some(Outcome::Scrapped | Outcome::BeyondEconomicRepair | Outcome::Replaced)) => {
            Progress::Gone
        }
        (JobState::Closed, _) => Progress::Ended,
    }
}

/// The way of a report so far, with the time of each turn: from the steps of its job, each state as it was entered.
/// What was quarantined then is not known: only of the last state it is said whether it is now.
pub fn way(
    reported_at: DateTime<Utc>,
    steps: &[(DateTime<Utc>, JobState, Option<Outcome>)],
    locked: bool,
) -> Vec<(DateTime<Utc>, Progress)> {
    let mut way = vec![(reported_at, Progress::Reported)];
    let last = steps.len().saturating_sub(1);
    for (place, (at, state, outcome)) in steps.iter().enumerate() {
        let next = progress(*state, *outcome, locked && place == last);
        if way.last().is_some_and(|(_, before)| *before != next) {
            way.push(((*at).max(reported_at), next));
        }
    }
    way
}

/// How soon after a form was opened nobody has filled it in.
pub const SOONEST: Duration = Duration::seconds(3);
/// How long a form that was opened may be sent.
pub const LATEST: Duration = Duration::hours(3);

/// Whether a form opened then may be sent now.
///
/// # Errors
/// Says what to do.
pub fn check_age(opened: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), String> {
    match now - opened {
        age if age < Duration::zero() || age > LATEST => {
            Err("this form was open for too long; what you wrote is still here: send it again".to_owned())
        }
        age if age < SOONEST => {
            Err("that was quicker than anybody types; wait a few seconds and send it again".to_owned())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "fault_tests.rs"]
mod tests;
