//! The canonical form (version 1) of a test: what the ledger's hash is taken over, and what certificates read.
//!
//! Fixed field order, integers in millionths of the named unit (`_e6`), no floats; what is absent is left out.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::asset::Status;
use crate::equipment::{EquipmentClass, EquipmentType, TestKind};
use crate::evidence_source::ImportSource;
use crate::quantity::Decimal;
use crate::reading::Reading;
pub use crate::reading_evidence::{LimitEvidence, ReadingEvidence, readings_of};
use crate::schedule::NextDue;
use crate::sequence::Sequence;
use crate::standing::HoldWhy;
use crate::subject::Subject;
use crate::verdict::{TestInput, Verdict};
use crate::visual::{VisualItem, VisualResult};

/// The version of the form that this code writes.
pub const FORM: u32 = 1;

/// Everything that was known and decided when a test was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestEvidence {
    /// Version of this form.
    pub form: u32,
    /// The test's id, made by whoever recorded it.
    pub id: String,
    /// Whose asset it is.
    pub customer_id: i64,
    /// The asset as it stood.
    pub asset: AssetAsTested,
    /// Kind of inspection.
    pub kind: TestKind,
    /// When it was done, by the engineer's account.
    pub performed_at: DateTime<Utc>,
    /// When it arrived here.
    pub received_at: DateTime<Utc>,
    /// Code of the rule set.
    pub ruleset: String,
    /// Its edition.
    pub edition: String,
    /// The version of its data.
    pub ruleset_version: u32,
    /// The facts it was judged by.
    pub subject: SubjectFacts,
    /// What was looked at.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub visual: BTreeMap<VisualItem, VisualResult>,
    /// Why insulation was not to be tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insulation_unsuitable: Option<String>,
    /// Each reading as given, then each that is missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<ReadingEvidence>,
    /// Whether it was a test after repair under the rule set set for that: its pass returns a failed asset to service.
    #[serde(default, skip_serializing_if = "is_false")]
    pub returns: bool,
    /// The sequence it was taken by; none where the rule set alone said what to measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<SequenceUsed>,
    /// What beside the readings decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// The outcome.
    pub verdict: Verdict,
    /// The instrument as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument: Option<InstrumentAsUsed>,
    /// What a reader should know, such as a calibration that had lapsed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Who did it.
    pub person: PersonCommitted,
    /// The visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit_id: Option<i64>,
    /// The engineer's note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The record that it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<Correction>,
    /// The tester's file that it was read from; none where it was recorded here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<ImportSource>,
    /// When the asset is due next.
    pub next_due: NextDue,
    /// The asset's status afterwards.
    pub asset_status: Status,
}

/// The sequence that a test was taken by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceUsed {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The version of its data.
    pub version: u32,
}

impl From<&Sequence> for SequenceUsed {
    fn from(sequence: &Sequence) -> Self {
        let Sequence { code, name, version, .. } = sequence;
        Self { code: code.clone(), name: name.clone(), version: *version }
    }
}

/// The asset as it stood when tested.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetAsTested {
    /// Id.
    pub id: i64,
    /// The tag, as printed.
    pub tag: String,
    /// The customer's own number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_number: Option<String>,
    /// What it is.
    pub description: String,
    /// Make.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub make: String,
    /// Model.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// Serial number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub serial: String,
    /// Fuse in milliamperes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuse_ma: Option<i64>,
    /// The site.
    pub site_id: i64,
    /// The site's name.
    pub site: String,
    /// The place within the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_id: Option<i64>,
    /// The place's path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// The facts an item was judged by, as integers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectFacts {
    /// Protection against electric shock.
    pub equipment_class: EquipmentClass,
    /// How it is used and moved.
    pub equipment_type: EquipmentType,
    /// Conductor in millionths of a square millimetre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conductor_mm2_e6: Option<i64>,
    /// Lead in millionths of a metre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_length_m_e6: Option<i64>,
    /// Rated power in millionths of a watt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated_power_w_e6: Option<i64>,
    /// Rated current in millionths of an ampere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated_current_a_e6: Option<i64>,
    /// Whether it heats.
    #[serde(default, skip_serializing_if = "is_false")]
    pub heating: bool,
    /// Whether it holds surge suppressors.
    #[serde(default, skip_serializing_if = "is_false")]
    pub surge_suppressors: bool,
    /// Socket outlets.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub sockets: u32,
    /// Rated residual current in millionths of a milliampere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rcd_ma_e6: Option<i64>,
    /// Whether unearthed metal can be touched.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unearthed_metal: bool,
    /// Whether no metal can be touched.
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_accessible_metal: bool,
    /// Whether the plug was wired by hand.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rewirable_plug: bool,
    /// Whether the switch needs mains to close.
    #[serde(default, skip_serializing_if = "is_false")]
    pub mains_switch: bool,
}

/// An instrument as it was on the day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstrumentAsUsed {
    /// Id.
    pub id: i64,
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Number of the calibration certificate.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub calibration_certificate: String,
    /// Last day of its calibration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration_due: Option<NaiveDate>,
}

/// A person by number, with a salted hash of who that was: erasing the salt makes it mute.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonCommitted {
    /// Id.
    pub id: i64,
    /// Salted hash of name, initials and qualification.
    pub commitment: String,
}

/// What a record corrects, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The test corrected.
    pub id: String,
    /// The reason given.
    pub reason: String,
    /// Who corrected it; the record's own person stays whoever tested.
    pub by: PersonCommitted,
}

/// The canonical form of a release: a person's decision about locks that no passing test can settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseEvidence {
    /// Version of this form.
    pub form: u32,
    /// The release's id.
    pub id: String,
    /// Whose asset it is.
    pub customer_id: i64,
    /// The asset.
    pub asset_id: i64,
    /// Its tag, as printed.
    pub tag: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who decided.
    pub person: PersonCommitted,
    /// Why.
    pub reason: String,
    /// Ledger numbers of the failed tests and holds that it settles.
    pub settles: Vec<i64>,
    /// Whether one of them still stood, with no test after repair passed since: an override.
    #[serde(default, skip_serializing_if = "is_false")]
    pub overrides: bool,
    /// The asset's status afterwards.
    pub asset_status: Status,
}

impl ReleaseEvidence {
    /// The text that is hashed and stored.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("evidence holds nothing that JSON cannot")
    }
}

/// The canonical form of a hold. It names no stranger and holds no words of theirs: those can be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldEvidence {
    /// Version of this form.
    pub form: u32,
    /// The hold's id.
    pub id: String,
    /// Whose asset it is.
    pub customer_id: i64,
    /// The asset.
    pub asset_id: i64,
    /// Its tag, as printed.
    pub tag: String,
    /// Why.
    pub why: HoldWhy,
    /// When it was reported or opened.
    pub at: DateTime<Utc>,
    /// When it arrived here.
    pub received_at: DateTime<Utc>,
    /// Who reported or opened it; none for somebody without an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonCommitted>,
    /// What it comes from, such as "fault 12" or "job J-000123".
    pub source: String,
    /// In a few words of the program's own, what was said.
    pub reason: String,
    /// The asset's status afterwards.
    pub asset_status: Status,
}

impl HoldEvidence {
    /// The text that is hashed and stored.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("evidence holds nothing that JSON cannot")
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl TestEvidence {
    /// What was judged: the item and the test as they were recorded, so that it can be judged again.
    ///
    /// # Errors
    /// Says which reading cannot be read again.
    pub fn judged_again(&self) -> Result<(Subject, TestInput), String> {
        let given = self.readings.iter().filter_map(ReadingEvidence::input);
        let readings = given.map(Reading::try_from).collect::<Result<Vec<_>, _>>();
        let input = TestInput {
            kind: self.kind,
            visual: self.visual.clone(),
            readings: readings.map_err(|error| format!("{}: {}", error.field, error.message))?,
            insulation_unsuitable: self.insulation_unsuitable.clone(),
        };
        Ok((Subject::from(&self.subject), input))
    }

    /// The text that is hashed and stored.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("evidence holds nothing that JSON cannot")
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

impl From<&Subject> for SubjectFacts {
    fn from(subject: &Subject) -> Self {
        let millionths = |value: Option<Decimal>| value.map(Decimal::millionths);
        Self {
            equipment_class: subject.equipment_class,
            equipment_type: subject.equipment_type,
            conductor_mm2_e6: millionths(subject.conductor_mm2),
            lead_length_m_e6: millionths(subject.lead_length_m),
            rated_power_w_e6: millionths(subject.rated_power_w),
            rated_current_a_e6: millionths(subject.rated_current_a),
            heating: subject.heating,
            surge_suppressors: subject.surge_suppressors,
            sockets: subject.sockets,
            rcd_ma_e6: millionths(subject.rcd_ma),
            unearthed_metal: subject.unearthed_metal,
            no_accessible_metal: subject.no_accessible_metal,
            rewirable_plug: subject.rewirable_plug,
            mains_switch: subject.mains_switch,
        }
    }
}

impl From<&SubjectFacts> for Subject {
    fn from(facts: &SubjectFacts) -> Self {
        let decimal = |millionths: Option<i64>| millionths.map(Decimal::from_millionths);
        Self {
            conductor_mm2: decimal(facts.conductor_mm2_e6),
            lead_length_m: decimal(facts.lead_length_m_e6),
            rated_power_w: decimal(facts.rated_power_w_e6),
            rated_current_a: decimal(facts.rated_current_a_e6),
            heating: facts.heating,
            surge_suppressors: facts.surge_suppressors,
            sockets: facts.sockets,
            rcd_ma: decimal(facts.rcd_ma_e6),
            unearthed_metal: facts.unearthed_metal,
            no_accessible_metal: facts.no_accessible_metal,
            rewirable_plug: facts.rewirable_plug,
            mains_switch: facts.mains_switch,
            ..Self::new(facts.equipment_class, facts.equipment_type)
        }
    }
}

#[cfg(test)]
#[path = "evidence_tests.rs"]
mod tests;
