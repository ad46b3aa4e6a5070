//! Within the canonical form of a test: the file that it was read from, and what the file said of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::evidence::PersonCommitted;

/// Where an imported test came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportSource {
    /// The import.
    pub import_id: i64,
    /// SHA-256 of the file, in hexadecimal.
    pub file_sha256: String,
    /// The file's format.
    pub format: String,
    /// The record's number in the file, from 1.
    pub record: i64,
    /// Where it stood, in words: "record 3, line 12".
    pub place: String,
    /// Who imported it; none for the operator of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported_by: Option<PersonCommitted>,
    /// What the tester itself called the test: pass, fail or information.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tester_verdict: Option<String>,
    /// The instrument as the file names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument: Option<InstrumentInFile>,
    /// What else the file said, by its own names: the sequence, other readings, columns that no field takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<(String, String)>,
}

/// An instrument as a file names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstrumentInFile {
    /// Its name, or make and model.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Serial number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub serial: String,
    /// Number of its calibration certificate.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub calibration_certificate: String,
    /// When it was calibrated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibrated_on: Option<NaiveDate>,
    /// When its calibration ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration_due: Option<NaiveDate>,
}

/// The canonical form of a withdrawal: that a test was taken back, and why. The test itself stays readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalEvidence {
    /// Version of this form.
    pub form: u32,
    /// The withdrawal's id.
    pub id: String,
    /// Whose asset it is.
    pub customer_id: i64,
    /// The asset.
    pub asset_id: i64,
    /// The test.
    pub test_id: String,
    /// The test's number in the ledger.
    pub test_seq: i64,
    /// The import that was undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import_id: Option<i64>,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// Who decided; none for the operator of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonCommitted>,
    /// Why.
    pub reason: String,
}

impl WithdrawalEvidence {
    /// The text that is hashed and stored.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("evidence holds nothing that JSON cannot")
    }
}

/// The canonical form of a photo or document of a test: that it was attached, or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestPhotoEvidence {
    /// Version of this form.
    pub form: u32,
    /// The row's id.
    pub id: String,
    /// Whose asset it is.
    pub customer_id: i64,
    /// The asset.
    pub asset_id: i64,
    /// The test.
    pub test_id: String,
    /// The attachment's number.
    pub attachment_id: i64,
    /// SHA-256 of the file as it is kept, in hexadecimal.
    pub sha256: String,
    /// SHA-256 of the small picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail_sha256: Option<String>,
    /// Bytes of the file.
    pub size_bytes: i64,
    /// What the file is.
    pub media_type: String,
    /// The id under which it was attached, where this withdraws it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdraws: Option<String>,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// Who attached or withdrew it; none for the operator of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonCommitted>,
}

impl TestPhotoEvidence {
    /// The text that is hashed and stored.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("evidence holds nothing that JSON cannot")
    }
}
