//! The verdict document: what recording a test answers, stored so that a repetition gets the same bytes.

use domain::asset::Status;
use domain::code::Code;
use domain::evidence::{ReadingEvidence, TestEvidence};
use domain::quantity::Decimal;
use domain::schedule::NextDue;
use serde::Serialize;

/// What a recorded test amounts to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct VerdictDocument {
    /// The test's id.
    pub id: String,
    /// `pass`, `fail` or `incomplete`.
    pub verdict: &'static str,
    /// Each reading in the order given, then each that is missing.
    pub readings: Vec<ReadingVerdictDocument>,
    /// What beside the readings decided, one sentence each.
    pub reasons: Vec<String>,
    /// What a reader should know, such as a calibration that had lapsed.
    pub warnings: Vec<String>,
    /// When the asset is due next.
    pub next_due: NextDueDocument,
    /// The asset's status afterwards; `quarantined` after a fail.
    pub asset_status: &'static str,
}

/// One reading's verdict.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReadingVerdictDocument {
    /// What was or should have been measured.
    pub test: &'static str,
    /// At which socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub socket: Option<u32>,
    /// On which conductor or half-wave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// `pass`, `fail`, `not_proven`, `missing` or `not_judged`.
    pub verdict: &'static str,
    /// The limit it was held against, a decimal in the unit of the test; null where there is none.
    pub limit: Option<String>,
    /// `maximum` or `minimum`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_bound: Option<&'static str>,
    /// Distance from the limit, negative where beyond.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<String>,
    /// Why, in one plain sentence.
    pub reason: String,
}

/// When each kind of inspection is due next; null where it is not due by date.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NextDueDocument {
    /// The user check; left out where it does not fall due by date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_check: Option<chrono::NaiveDate>,
    /// The formal visual inspection.
    pub formal_visual: Option<chrono::NaiveDate>,
    /// The combined inspection and test.
    pub combined: Option<chrono::NaiveDate>,
}

impl From<&TestEvidence> for VerdictDocument {
    fn from(evidence: &TestEvidence) -> Self {
        Self {
            id: evidence.id.clone(),
            verdict: evidence.verdict.code(),
            readings: evidence.readings.iter().map(ReadingVerdictDocument::from).collect(),
            reasons: evidence.reasons.clone(),
            warnings: evidence.warnings.clone(),
            next_due: NextDueDocument::from(&evidence.next_due),
            asset_status: Status::code(evidence.asset_status),
        }
    }
}

impl From<&ReadingEvidence> for ReadingVerdictDocument {
    fn from(reading: &ReadingEvidence) -> Self {
        let limit = reading.limit();
        Self {
            test: reading.test.code(),
            socket: reading.socket,
            phase: reading.phase.clone(),
            verdict: reading.verdict.code(),
            limit: limit.as_ref().map(|limit| limit.value.to_string()),
            limit_bound: limit.as_ref().map(|limit| limit.bound.code()),
            margin: reading.margin().as_ref().map(Decimal::to_string),
            reason: reading.reason.clone(),
        }
    }
}

impl From<&NextDue> for NextDueDocument {
    fn from(next: &NextDue) -> Self {
        Self { user_check: next.user_check, formal_visual: next.formal_visual, combined: next.combined }
    }
}
