//! The canonical form (version 1) of a customer's signature: who signed for which records.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::certificate_evidence::Covers;
use crate::evidence::PersonCommitted;

/// The version of the form that this code writes.
pub const FORM: u32 = 1;

/// A customer's representative signed, on the engineer's phone or by a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOffEvidence {
    /// Version of this form.
    pub form: u32,
    /// Its id.
    pub id: String,
    /// Whose site it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// What was shown to the signer: a test, a visit or days.
    pub covers: Covers,
    /// SHA-256 of the records, counts and limitations shown; other records need another signature.
    pub records_sha256: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who signed; name and role are in the one erasable table.
    pub person: PersonCommitted,
    /// Hash of the salt of the person and the picture: erasing the salt makes it mute.
    pub signature_commitment: String,
    /// Who held the phone; none for the operator of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<i64>,
}

impl SignOffEvidence {
    /// The text that is hashed and stored.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("evidence holds nothing that JSON cannot")
    }
}
