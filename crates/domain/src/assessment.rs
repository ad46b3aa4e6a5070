//! A risk assessment: what was weighed, the reasoning, and the intervals that follow. It acts once it is signed.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::certificate::{Closing, Firm};
use crate::codes;
use crate::equipment::{Environment, TestKind};
use crate::evidence::PersonCommitted;
use crate::preset::PresetRow;

/// The version of the canonical form that this code writes.
pub const FORM: u32 = 1;
/// The longest reasoning, in characters.
pub const LONGEST_REASONING: usize = 10_000;

codes!(
    /// What is weighed in a risk assessment.
    Factor, "factor", {
    Environment = "environment", "Environment";
    Users = "users", "Users";
    Construction = "construction", "Construction";
    Movement = "movement", "Type and movement";
    Use = "use", "Frequency of use";
    History = "history", "History of faults";
});

impl Factor {
    /// What to look at, shown beside the factor.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Environment => "dry and clean, or wet, dusty, knocked about",
            Self::Users => "trained and careful, or the public and changing hands",
            Self::Construction => "double insulated and robust, or earthed and worn",
            Self::Movement => "left in place, or carried and held in use",
            Self::Use => "now and then, or all day",
            Self::History => "no faults found, or faults and damage reported",
        }
    }
}

codes!(
    /// How much a factor adds to the risk.
    Score, "score", {
    Low = "1", "Low";
    Medium = "2", "Medium";
    High = "3", "High";
});

impl Score {
    /// As a number, 1 to 3.
    pub fn points(self) -> u32 {
        match self {
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
        }
    }
}

/// One factor as weighed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighed {
    /// How much it adds.
    pub score: Score,
    /// What was found.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What an assessment says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Each factor that was weighed.
    #[serde(default)]
    pub factors: BTreeMap<Factor, Weighed>,
    /// Why the intervals follow from them.
    #[serde(default)]
    pub reasoning: String,
    /// The intervals that it results in; the first row that applies is used.
    #[serde(default)]
    pub rows: Vec<PresetRow>,
    /// When it is to be looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_on: Option<NaiveDate>,
}

impl Content {
    /// The points of all factors weighed, and the most there could be.
    pub fn points(&self) -> (u32, u32) {
        let points = self.factors.values().map(|weighed| weighed.score.points()).sum();
        (points, u32::try_from(self.factors.len()).unwrap_or(u32::MAX).saturating_mul(3))
    }

    /// What is missing before it may be signed: field and message.
    pub fn missing(&self) -> Vec<(&'static str, &'static str)> {
        let mut missing = vec![];
        if self.factors.len() < 6 {
            missing.push(("factors", "weigh each factor"));
        }
        if self.reasoning.trim().is_empty() {
            missing.push(("reasoning", "say why these intervals are right"));
        }
        if self.rows.is_empty() {
            missing.push(("rows", "give at least one interval"));
        }
        let bare = |row: &PresetRow| row.kind == TestKind::Combined && row.months.is_none();
        if self.rows.iter().any(|row| bare(row) && row.why.trim().is_empty()) {
            missing.push(("rows", "where no test is asked for, say why: none: reason"));
        }
        missing
    }
}

/// What an assessment covers, as its paper and its record say it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Covered {
    /// Name of the customer.
    pub customer: String,
    /// Name of the site; none for all sites.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Path of the place; none for the whole site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Environment of the places; none for whichever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Name of the category; none for all equipment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

impl Covered {
    /// In one line.
    pub fn words(&self) -> String {
        let place = self.environment.map(|place| crate::code::Code::label(place).to_owned());
        let parts = [self.site.clone(), self.place.clone(), place, self.category.clone()];
        let parts: Vec<String> =
            std::iter::once(self.customer.clone()).chain(parts.into_iter().flatten()).collect();
        parts.join(", ")
    }
}

/// A signed revision as it goes to paper.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AssessmentPaper {
    /// The firm whose customer it is.
    pub firm: Firm,
    /// Its number.
    pub number: String,
    /// Counts from 1.
    pub revision: u32,
    /// The day that the duty holder gave.
    pub signed_on: Option<NaiveDate>,
    /// What it covers.
    pub covered: Covered,
    /// What it says.
    pub content: Content,
    /// Why it ends, where this revision ends it.
    pub withdrawn: Option<String>,
    /// Declaration, signature and the way to the current status.
    pub closing: Closing,
}

/// The canonical form of a signed revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessmentEvidence {
    /// Version of this form.
    pub form: u32,
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Counts from 1.
    pub revision: u32,
    /// The revision before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// Whose.
    pub customer_id: i64,
    /// The site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_id: Option<i64>,
    /// The place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_id: Option<i64>,
    /// The environment of the places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// The category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category_id: Option<i64>,
    /// The same in words, as they were then.
    pub covered: Covered,
    /// What it says.
    pub content: Content,
    /// Why it ends, where this revision ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
    /// When it was recorded.
    pub signed_at: DateTime<Utc>,
    /// The day that the duty holder gave.
    pub signed_on: NaiveDate,
    /// The duty holder who signed.
    pub duty_holder: PersonCommitted,
    /// Whether the signature was drawn; else the name was typed.
    pub drawn: bool,
    /// Who took the signature.
    pub person: PersonCommitted,
    /// SHA-256 of the PDF.
    pub pdf_sha256: String,
}

impl AssessmentEvidence {
    /// The text that is hashed and stored.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("an assessment's record holds nothing that JSON cannot")
    }

    /// Reads what was stored.
    ///
    /// # Errors
    /// Says what cannot be read, as after a later form.
    pub fn parse(text: &str) -> Result<Self, String> {
        let evidence: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if evidence.form == FORM { Ok(evidence) } else { Err(format!("form {} is not known", evidence.form)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;

    #[test]
    fn an_assessment_is_signed_only_when_whole() {
        let mut content = Content::default();
        let fields =
            |content: &Content| content.missing().iter().map(|(field, _)| *field).collect::<Vec<_>>();
        assert_eq!(fields(&content), ["factors", "reasoning", "rows"]);
        for factor in Factor::ALL {
            content.factors.insert(*factor, Weighed { score: Score::Medium, note: String::new() });
        }
        content.reasoning = "Dry offices, careful users".to_owned();
        content.rows = crate::preset_text::read_rows("combined; II; any; none").unwrap();
        assert_eq!(fields(&content), ["rows"], "no test needs a reason");
        content.rows = crate::preset_text::read_rows("combined; II; any; none: looked at yearly").unwrap();
        assert_eq!(fields(&content), [""; 0]);
        assert_eq!(content.points(), (12, 18));
    }
}
