//! Tables of intervals as data: the shipped presets, each figure with its confidence, and the firm's edited copies.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::equipment::{Environment, EquipmentClass, EquipmentType, TestKind};
use crate::ruleset::Confidence;

/// A documented table of intervals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Short code, such as "iet4_office".
    pub code: String,
    /// The document and its table.
    pub name: String,
    /// The places it is used for unless another is chosen.
    pub environments: Vec<Environment>,
    /// Its rows; the first that applies is used.
    pub rows: Vec<PresetRow>,
}

/// One row of a table of intervals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresetRow {
    /// Kind of inspection.
    pub kind: TestKind,
    /// Any of these classes; none given means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub class: Vec<EquipmentClass>,
    /// Any of these types; none given means all.
    #[serde(default, rename = "type", skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<EquipmentType>,
    /// Months; none means: on purpose not by date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
    /// Why there is no date.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// How well confirmed.
    pub confidence: Confidence,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Presets {
    preset: Vec<Preset>,
}

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    toml::from_str::<Presets>(include_str!("../presets/intervals.toml"))
        .expect("shipped presets are checked by a test")
        .preset
});

impl Preset {
    /// Every preset shipped.
    pub fn all() -> &'static [Self] {
        &PRESETS
    }

    /// The shipped preset with a code.
    pub fn find(code: &str) -> Option<&'static Self> {
        Self::all().iter().find(|preset| preset.code == code)
    }

    /// The shipped preset used for an environment.
    pub fn of(environment: Environment) -> Option<&'static Self> {
        Self::all().iter().find(|preset| preset.environments.contains(&environment))
    }

    /// The row for a kind of inspection of such an item.
    pub fn row(
        &self,
        kind: TestKind,
        class: Option<EquipmentClass>,
        item: Option<EquipmentType>,
    ) -> Option<&PresetRow> {
        row_of(&self.rows, kind, class, item)
    }

    /// How many of its figures are not confirmed.
    pub fn unconfirmed(&self) -> usize {
        self.rows.iter().filter(|row| row.is_unconfirmed()).count()
    }
}

impl PresetRow {
    /// Whether its figure stands in no source that was checked.
    pub fn is_unconfirmed(&self) -> bool {
        self.confidence == Confidence::Unconfirmed
    }

    /// Why there is no date, in words.
    pub fn why(&self) -> &str {
        match (self.why.trim(), self.kind) {
            ("", TestKind::Combined) => "visual inspection only",
            ("", _) => "the table asks for none",
            (why, _) => why,
        }
    }

    fn holds(&self, class: Option<EquipmentClass>, item: Option<EquipmentType>) -> bool {
        // What is not known fits only a row that asks for nothing.
        (self.class.is_empty() || class.is_some_and(|class| self.class.contains(&class)))
            && (self.types.is_empty() || item.is_some_and(|item| self.types.contains(&item)))
    }
}

/// The first row that applies to a kind of inspection of such an item.
pub fn row_of(
    rows: &[PresetRow],
    kind: TestKind,
    class: Option<EquipmentClass>,
    item: Option<EquipmentType>,
) -> Option<&PresetRow> {
    rows.iter().find(|row| row.kind == kind && row.holds(class, item))
}
