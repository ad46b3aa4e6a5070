//! The canonical form (version 1) of an issued certificate: what the ledger's hash is taken over.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::certificate::Totals;

/// The version of the form that this code writes.
pub const FORM: u32 = 1;

/// What was issued, over which records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateEvidence {
    /// Version of this form.
    pub form: u32,
    /// Certificate number.
    pub number: String,
    /// Counts from 1.
    pub revision: u32,
    /// Whose site it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// Who issued it; none for the operator of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<i64>,
    /// SHA-256 of the PDF.
    pub pdf_sha256: String,
    /// SHA-256 of what it says, apart from its number, revision, date and ledger head.
    pub content_sha256: String,
    /// The signature of the customer's representative on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_off: Option<String>,
    /// What it covers.
    pub covers: Covers,
    /// Ledger numbers of the tests it rests on, in order.
    pub tests: Vec<i64>,
    /// Its counts.
    pub totals: Totals,
    /// The ledger's head just before it.
    pub head_seq: i64,
    /// The hash of that head.
    pub head_hash: String,
    /// The fingerprint of the key that signs the heads of this ledger; empty before it first signed one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub head_key: String,
}

/// What a certificate covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Covers {
    /// One test.
    Test {
        /// Its id.
        id: String,
    },
    /// A visit.
    Visit {
        /// Its number.
        id: i64,
    },
    /// A site over days, both included.
    Period {
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
    },
}

impl Covers {
    /// The word stored in the certificate's row.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Test { .. } => "test",
            Self::Visit { .. } => "visit",
            Self::Period { .. } => "period",
        }
    }
}

impl CertificateEvidence {
    /// The text that is hashed and stored.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("a certificate's record holds nothing that JSON cannot")
    }

    /// Reads what was stored.
    ///
    /// # Errors
    /// Says what cannot be read, as after a later form.
    pub fn parse(text: &str) -> Result<Self, String> {
        let evidence: Self = serde_json::from_str(text).map_err(|e| e.to_string())?;
        match evidence.form {
            FORM => Ok(evidence),
            other => Err(format!("form {other} is not known to this version")),
        }
    }
}
