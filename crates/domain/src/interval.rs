//! How often an item is inspected, and why: set by hand, from its category, or from the place it stands in.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::codes;
use crate::equipment::{Environment, EquipmentClass, EquipmentType, TestKind};
use crate::ruleset::Confidence;

/// A documented table of intervals, as data.
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

/// One row of a preset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresetRow {
    /// Kind of inspection.
    pub kind: TestKind,
    /// Any of these classes; none given means all.
    #[serde(default)]
    pub class: Vec<EquipmentClass>,
    /// Any of these types; none given means all.
    #[serde(default, rename = "type")]
    pub types: Vec<EquipmentType>,
    /// Months; none means not by date.
    pub months: Option<u32>,
    /// How well confirmed.
    pub confidence: Confidence,
}

codes!(
    /// What an interval was taken from.
    IntervalSource, "source of an interval", {
    ByHand = "by_hand", "Set by hand";
    Category = "category", "Category";
    Environment = "environment", "Place's environment";
});

/// An interval with the sentence that says why it is so long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// Calendar months, at least 1.
    pub months: u32,
    /// One sentence for the asset's page.
    pub reason: String,
    /// What it was taken from.
    pub source: IntervalSource,
}

/// How often one kind of inspection is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalChoice {
    /// At an interval.
    Every(Interval),
    /// Not by date, with the reason.
    Never(String),
}

impl IntervalChoice {
    /// The interval in months, where there is one.
    pub fn months(&self) -> Option<u32> {
        match self {
            Self::Every(interval) => Some(interval.months),
            Self::Never(_) => None,
        }
    }

    /// The sentence that says why.
    pub fn reason(&self) -> &str {
        match self {
            Self::Every(interval) => &interval.reason,
            Self::Never(reason) => reason,
        }
    }
}

/// An interval set by hand; no months means: not by date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHand {
    /// Months.
    pub months: Option<u32>,
    /// The reason given by whoever set it.
    pub reason: String,
}

/// A category's own interval for one kind of inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryInterval {
    /// Name of the category.
    pub category: String,
    /// Months.
    pub months: u32,
}

/// What decides how often one kind of inspection is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntervalQuery {
    /// Kind of inspection.
    pub kind: TestKind,
    /// Class of the item.
    pub equipment_class: EquipmentClass,
    /// Type of the item.
    pub equipment_type: EquipmentType,
    /// Environment of the place it stands in.
    pub environment: Option<Environment>,
    /// The category's own interval, where it has one.
    pub category: Option<CategoryInterval>,
    /// Set on the asset by hand; beats everything.
    pub by_hand: Option<ByHand>,
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

    /// The preset used for an environment.
    pub fn of(environment: Environment) -> Option<&'static Self> {
        Self::all().iter().find(|preset| preset.environments.contains(&environment))
    }

    /// The row for a kind of inspection of such an item.
    pub fn row(&self, kind: TestKind, class: EquipmentClass, item: EquipmentType) -> Option<&PresetRow> {
        let any = |row: &&PresetRow| {
            row.kind == kind
                && (row.class.is_empty() || row.class.contains(&class))
                && (row.types.is_empty() || row.types.contains(&item))
        };
        self.rows.iter().find(any)
    }
}

/// Chooses: set by hand; else the shorter of the category's and the environment's.
pub fn choose_interval(query: &IntervalQuery) -> IntervalChoice {
    if let Some(hand) = &query.by_hand {
        return by_hand(hand);
    }
    let category = query.category.as_ref().filter(|c| c.months > 0).map(from_category);
    let place = query.environment.and_then(|place| from_place(query, place));
    match (category, place) {
        (Some(category), Some(place)) if place.months < category.months => IntervalChoice::Every(place),
        (Some(category), _) => IntervalChoice::Every(category),
        (None, Some(place)) => IntervalChoice::Every(place),
        (None, None) => IntervalChoice::Never(never(query)),
    }
}

fn by_hand(hand: &ByHand) -> IntervalChoice {
    let why = match hand.reason.trim() {
        "" => "no reason given",
        why => why,
    };
    match hand.months.filter(|months| *months > 0) {
        Some(months) => {
            let reason = format!("Every {} as set by hand: {why}", months_words(months));
            IntervalChoice::Every(Interval { months, reason, source: IntervalSource::ByHand })
        }
        None => IntervalChoice::Never(format!("Not by date, as set by hand: {why}")),
    }
}

fn from_category(category: &CategoryInterval) -> Interval {
    let reason = format!("Every {} by the category {}.", months_words(category.months), category.category);
    Interval { months: category.months, reason, source: IntervalSource::Category }
}

fn from_place(query: &IntervalQuery, place: Environment) -> Option<Interval> {
    let preset = Preset::of(place)?;
    let row = preset.row(query.kind, query.equipment_class, query.equipment_type)?;
    let months = row.months?;
    let mark = if row.confidence == Confidence::Unconfirmed { " (not confirmed)" } else { "" };
    let reason = format!(
        "Every {} for {}, {}, in the environment {}: {}{mark}.",
        months_words(months),
        query.equipment_class.label(),
        query.equipment_type.label().to_lowercase(),
        place.label().to_lowercase(),
        preset.name
    );
    Some(Interval { months, reason, source: IntervalSource::Environment })
}

fn never(query: &IntervalQuery) -> String {
    let noun = query.kind.label().to_lowercase();
    let place = query.environment.and_then(Preset::of);
    match place.and_then(|p| p.row(query.kind, query.equipment_class, query.equipment_type).map(|_| p)) {
        Some(preset) if query.kind == TestKind::Combined => {
            format!("Visual inspection only: {}.", preset.name)
        }
        Some(preset) => format!("No {noun} by date: {}.", preset.name),
        None => format!("No {noun} by date: neither its category nor its place states an interval."),
    }
}

fn months_words(months: u32) -> String {
    if months == 1 { "month".to_owned() } else { format!("{months} months") }
}

#[cfg(test)]
#[path = "interval_tests.rs"]
mod tests;
