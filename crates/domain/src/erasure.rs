//! The canonical form (version 1) of an erasure: which documents were removed because they named a person, and why.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::evidence::PersonCommitted;

/// The version of the form that this code writes.
pub const FORM: u32 = 1;

/// Documents of one customer were removed because they named a person who was erased. Nobody is named here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasureEvidence {
    /// Version of this form.
    pub form: u32,
    /// Its id.
    pub id: String,
    /// Whose documents they were.
    pub customer_id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it; none for the operator of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonCommitted>,
    /// Why.
    pub reason: String,
    /// SHA-256 of each document removed.
    pub files: Vec<String>,
}

impl ErasureEvidence {
    /// The text that is hashed and stored.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("evidence holds nothing that JSON cannot")
    }
}
