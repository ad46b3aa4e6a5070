//! A checklist is data: what is asked, in which order, what an answer must be and which answers fail.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::codes;
use crate::quantity::Decimal;

codes!(
    /// What a checklist is for.
    ChecklistKind, "kind of checklist", {
    Repair = "repair", "Repair";
    Commissioning = "commissioning", "Commissioning";
    Decommissioning = "decommissioning", "Decommissioning";
    Planned = "planned", "Planned check";
});

codes!(
    /// What the answers to a checklist come to; computed, never typed.
    ChecklistVerdict, "verdict of a checklist", {
    Complete = "complete", "Complete";
    Incomplete = "incomplete", "Incomplete";
    Failed = "failed", "Failed";
});

codes!(
    /// How an item is answered.
    ItemKind, "kind of item", {
    Tick = "tick", "Tick";
    Choice = "choice", "Choice";
    Number = "number", "Number";
    Text = "text", "Text";
    Photo = "photo", "Photo";
    Serial = "serial", "Serial number";
    Wipe = "wipe", "Data wiped";
});

impl ChecklistKind {
    /// Whether a checklist of this kind that came to a verdict lets a job that demands it be closed. A planned check
    /// that failed was made all the same; a data wipe that failed was not.
    pub fn is_satisfied_by(self, verdict: ChecklistVerdict) -> bool {
        match verdict {
            ChecklistVerdict::Complete => true,
            ChecklistVerdict::Incomplete => false,
            ChecklistVerdict::Failed => self == Self::Planned,
        }
    }
}

/// A checklist: its items in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// Short code, such as "decommissioning".
    pub code: String,
    /// Name shown.
    pub name: String,
    /// Version of this data, from 1.
    pub version: u32,
    /// What it is for.
    pub kind: ChecklistKind,
    /// What is asked, in order.
    #[serde(rename = "item")]
    pub items: Vec<Item>,
}

/// One thing that a checklist asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Short key, under which its answer is kept.
    pub key: String,
    /// What is asked.
    pub ask: String,
    /// How it is answered.
    pub kind: ItemKind,
    /// Whether the checklist is incomplete without it.
    #[serde(default = "yes")]
    pub required: bool,
    /// What to mind, for the engineer.
    #[serde(default)]
    pub hint: String,
    /// What may be chosen; of a data wipe the methods.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Which of the choices fail.
    #[serde(default)]
    pub fails: Vec<String>,
    /// Unit of a number.
    #[serde(default)]
    pub unit: String,
    /// The least number that does not fail.
    pub least: Option<Decimal>,
    /// The greatest number that does not fail.
    pub most: Option<Decimal>,
    /// The answer to an earlier choice for which it is asked.
    pub only_if: Option<OnlyIf>,
}

/// On which answers of an earlier choice an item depends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnlyIf {
    /// Key of the earlier item.
    pub item: String,
    /// Its answers for which this one is asked.
    pub is: Vec<String>,
}

fn yes() -> bool {
    true
}

/// How data are usually wiped, where a checklist does not say.
const WIPE_METHODS: &[&str] = &[
    "Overwritten",
    "Secure erase of the drive",
    "Encryption key destroyed",
    "Factory reset",
    "Degaussed",
    "Destroyed",
];

impl Item {
    /// What may be chosen: of a data wipe the usual methods where the checklist names none.
    pub fn options(&self) -> Vec<&str> {
        match self.kind == ItemKind::Wipe && self.choices.is_empty() {
            true => WIPE_METHODS.to_vec(),
            false => self.choices.iter().map(String::as_str).collect(),
        }
    }

    /// The limits in words, such as "at least 80 %"; blank without any.
    pub fn limit(&self) -> String {
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        match (self.least, self.most) {
            (Some(least), Some(most)) => format!("{least} to {most}{unit}"),
            (Some(least), None) => format!("at least {least}{unit}"),
            (None, Some(most)) => format!("at most {most}{unit}"),
            (None, None) => String::new(),
        }
    }
}

/// The shipped files by name.
const FILES: &[(&str, &str)] = &[
    ("repair.toml", include_str!("../checklists/repair.toml")),
    ("commissioning.toml", include_str!("../checklists/commissioning.toml")),
    ("decommissioning.toml", include_str!("../checklists/decommissioning.toml")),
    ("filter.toml", include_str!("../checklists/filter.toml")),
    ("battery.toml", include_str!("../checklists/battery.toml")),
    ("firmware.toml", include_str!("../checklists/firmware.toml")),
    ("kit_calibration.toml", include_str!("../checklists/kit_calibration.toml")),
];

static SHIPPED: LazyLock<Vec<Checklist>> = LazyLock::new(|| {
    let read = |(name, text): &(&str, &str)| Checklist::from_toml(text).map_err(|e| format!("{name}: {e}"));
    FILES.iter().map(read).collect::<Result<_, _>>().expect("shipped checklists are checked by a test")
});

impl Checklist {
    /// Every checklist shipped.
    pub fn all() -> &'static [Self] {
        &SHIPPED
    }

    /// Finds a shipped checklist by its code.
    pub fn find(code: &str) -> Option<&'static Self> {
        Self::all().iter().find(|checklist| checklist.code == code)
    }

    /// The text of a shipped checklist, comments and all: what an edited copy starts from.
    pub fn shipped_text(code: &str) -> Option<&'static str> {
        FILES.iter().find(|(name, _)| name.strip_suffix(".toml") == Some(code)).map(|(_, text)| *text)
    }

    /// Finds an item by its key.
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.key == key)
    }
}

#[cfg(test)]
#[path = "checklist_tests.rs"]
mod tests;
