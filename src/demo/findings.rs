//! What was found in the made-up repairs, in the words of the firm's list.

use std::collections::HashMap;

use domain::job::{EntryKind, Outcome};
use domain::known_fix::FaultWordKind;
use store::fault_words::list_fault_words;
use store::findings::NewFinding;
use store::jobs::Job;
use store::past_jobs::Past;
use store::types::Moment;
use store::{Error, Result, Tx};

use super::jobs::{Fault, faults};

/// The ids of the words that the shipped faults use: symptom, cause and fix.
pub struct Words(HashMap<[String; 3], [i64; 3]>);

impl Words {
    /// Looks the words of all shipped faults up.
    ///
    /// # Errors
    /// Names the word that the list does not have.
    pub fn read(tx: &mut Tx) -> Result<Self> {
        let list = list_fault_words(tx)?;
        let find = |kind: FaultWordKind, word: &str| {
            let found = list.iter().find(|one| one.kind.0 == kind && one.word == word);
            let missing = || Error::Unavailable(format!("\"{word}\" is not in the list of words: {kind}"));
            found.map(|one| one.id).ok_or_else(missing)
        };
        let ids = |fault: &Fault| {
            let [symptom, cause, fix] = &fault.words;
            let ids = [
                find(FaultWordKind::Symptom, symptom)?,
                find(FaultWordKind::Cause, cause)?,
                find(FaultWordKind::Fix, fix)?,
            ];
            Ok((fault.words.clone(), ids))
        };
        Ok(Self(faults().iter().map(ids).collect::<Result<_>>()?))
    }

    /// The ids of a fault's words.
    pub fn of(&self, fault: &Fault) -> [i64; 3] {
        self.0.get(&fault.words).copied().unwrap_or_default()
    }
}

/// What was found in a job, before the job has an id.
pub struct Found {
    ids: [i64; 3],
    words: String,
    person_id: Option<i64>,
    at: Moment,
}

impl Found {
    /// What was found in a job that ended with a repair: written down when the work was done.
    pub fn of_past(past: &Past, ids: [i64; 3], words: &str) -> Option<Self> {
        let outcome = past.job.outcome?.0;
        if !matches!(outcome, Outcome::Repaired | Outcome::Replaced) {
            return None;
        }
        let done = past.entries.iter().find(|entry| entry.kind == EntryKind::Work)?;
        Some(Self { ids, words: words.to_owned(), person_id: done.person_id, at: done.at })
    }

    /// The same of the job as it is stored.
    pub fn of(self, job: &Job, asset_id: Option<i64>) -> NewFinding {
        let [symptom_id, cause_id, fix_id] = self.ids;
        NewFinding {
            customer_id: job.customer_id,
            job_id: job.id,
            asset_id,
            symptom_id,
            cause_id,
            fix_id,
            words: self.words,
            person_id: self.person_id,
            at: self.at,
            found_at: self.at,
            supersedes: None,
            withdrawn: false,
        }
    }
}
