//! How often an item is inspected, and why: of all levels that state an interval the most specific decides.
//!
//! From the most specific: the asset itself, a signed risk assessment, the table chosen for the site, that for the
//! customer, the environment of the place, the category, the firm's default.

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::codes;
use crate::equipment::{Environment, EquipmentClass, EquipmentType, TestKind};
pub use crate::preset::{Preset, PresetRow, row_of};

codes!(
    /// What an interval was taken from, the most specific first.
    IntervalSource, "source of an interval", {
    ByHand = "by_hand", "Set by hand";
    Assessment = "assessment", "Signed risk assessment";
    Site = "site", "Site";
    Customer = "customer", "Customer";
    Environment = "environment", "Place's environment";
    Category = "category", "Category";
    Firm = "firm", "Firm's default";
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
    /// On purpose not by date.
    Never {
        /// One sentence that says who decided so, and why.
        reason: String,
        /// What it was taken from.
        source: IntervalSource,
    },
    /// Nobody has said anything.
    Unknown,
}

impl IntervalChoice {
    /// The interval in months, where there is one.
    pub fn months(&self) -> Option<u32> {
        match self {
            Self::Every(interval) => Some(interval.months),
            Self::Never { .. } | Self::Unknown => None,
        }
    }

    /// The sentence that says why.
    pub fn reason(&self) -> &str {
        match self {
            Self::Every(interval) => &interval.reason,
            Self::Never { reason, .. } => reason,
            Self::Unknown => "No level states an interval.",
        }
    }

    /// What it was taken from, where somebody has said something.
    pub fn source(&self) -> Option<IntervalSource> {
        match self {
            Self::Every(interval) => Some(interval.source),
            Self::Never { source, .. } => Some(*source),
            Self::Unknown => None,
        }
    }
}

/// What one level says of one kind of inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// Due every so many months, at least 1.
    Every(u32),
    /// On purpose not by date, and why.
    Never(String),
}

impl Says {
    /// As categories keep it: months, where 0 means on purpose not by date.
    pub fn stored(months: Option<i64>, why: &str) -> Option<Self> {
        match u32::try_from(months?).ok()? {
            0 => Some(Self::Never(why.trim().to_owned())),
            months => Some(Self::Every(months)),
        }
    }
}

/// One level with what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Which level.
    pub source: IntervalSource,
    /// Who says so, as the end of a sentence: "by the category Kettle".
    pub by: String,
    /// What it says.
    pub says: Says,
}

/// What the firm says where nobody nearer does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FirmIntervals {
    /// Of the user check.
    pub user_check: Says,
    /// Of the formal visual inspection.
    pub formal_visual: Says,
    /// Of the combined inspection and test.
    pub combined: Says,
    /// Rises with each change, for concurrent edits.
    pub version: i64,
}

impl Default for FirmIntervals {
    /// A year between tests: a cautious figure of ours that no table confirms, so that nothing is forgotten.
    fn default() -> Self {
        Self {
            user_check: Says::Never("users look before each use".to_owned()),
            formal_visual: Says::Never("the combined inspection and test includes it".to_owned()),
            combined: Says::Every(12),
            version: 0,
        }
    }
}

impl FirmIntervals {
    /// What it says of a kind of inspection; nothing of one that does not fall due by date.
    pub fn of(&self, kind: TestKind) -> Option<&Says> {
        match kind {
            TestKind::UserCheck => Some(&self.user_check),
            TestKind::FormalVisual => Some(&self.formal_visual),
            TestKind::Combined => Some(&self.combined),
            TestKind::NewToService | TestKind::AfterRepair => None,
        }
    }
}

/// An assessment that holds for an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Its number and revision, such as "RA-000001, revision 2".
    pub name: String,
    /// The intervals that it results in.
    pub rows: Vec<PresetRow>,
}

/// An interval set on the asset itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByHand<'a> {
    /// Months; none means: on purpose not by date.
    pub months: Option<u32>,
    /// The reason given by whoever set it.
    pub reason: &'a str,
}

impl ByHand<'_> {
    fn level(&self) -> Level {
        let (source, by) = (IntervalSource::ByHand, "as set by hand".to_owned());
        let why = if self.reason.trim().is_empty() { "no reason given" } else { self.reason.trim() };
        match self.months.filter(|months| *months > 0) {
            Some(months) => Level { source, by: format!("{by}: {why}"), says: Says::Every(months) },
            None => Level { source, by, says: Says::Never(why.to_owned()) },
        }
    }
}

/// What decides how often one kind of inspection is due. What is not known or not set is left empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntervalQuery<'a> {
    /// Kind of inspection.
    pub kind: TestKind,
    /// Class of the item.
    pub equipment_class: Option<EquipmentClass>,
    /// Type of the item.
    pub equipment_type: Option<EquipmentType>,
    /// Set on the asset itself.
    pub by_hand: Option<ByHand<'a>>,
    /// Signed assessments that hold for it, the most specific first.
    pub assessments: &'a [Ruling],
    /// The site's name and the table chosen for it.
    pub site: Option<(&'a str, &'a Preset)>,
    /// The customer's name and the table chosen for it.
    pub customer: Option<(&'a str, &'a Preset)>,
    /// The environment of the place it stands in, with the table for such places.
    pub environment: Option<(Environment, &'a Preset)>,
    /// The category's name and its own interval.
    pub category: Option<(&'a str, &'a Says)>,
    /// The firm's default.
    pub firm: Option<&'a Says>,
}

impl IntervalQuery<'_> {
    /// A query of which nothing but the item is known.
    pub fn of(kind: TestKind, class: Option<EquipmentClass>, item: Option<EquipmentType>) -> Self {
        Self {
            kind,
            equipment_class: class,
            equipment_type: item,
            by_hand: None,
            assessments: &[],
            site: None,
            customer: None,
            environment: None,
            category: None,
            firm: None,
        }
    }

    /// Every level that states something, the most specific first.
    pub fn levels(&self) -> Vec<Level> {
        let level = |source, by: String, says: &Says| Level { source, by, says: says.clone() };
        let mut levels = vec![];
        levels.extend(self.by_hand.as_ref().map(ByHand::level));
        levels.extend(self.assessments.iter().filter_map(|ruling| {
            let by = format!("by the signed risk assessment {}", ruling.name);
            self.table(IntervalSource::Assessment, by, &ruling.rows)
        }));
        for (source, chosen) in [(IntervalSource::Site, self.site), (IntervalSource::Customer, self.customer)]
        {
            levels.extend(chosen.and_then(|(name, preset)| {
                let noun = source.noun();
                let by = format!("by the table chosen for the {noun} {name}: {}", preset.name);
                self.table(source, by, &preset.rows)
            }));
        }
        levels.extend(self.environment.and_then(|(place, preset)| {
            let by = format!("in the environment {}: {}", place.noun(), preset.name);
            self.table(IntervalSource::Environment, by, &preset.rows)
        }));
        levels
            .extend(self.category.map(|(name, says)| {
                level(IntervalSource::Category, format!("by the category {name}"), says)
            }));
        levels.extend(self.firm.map(|says| {
            let by = "by the firm's default, as nothing nearer states an interval";
            level(IntervalSource::Firm, by.to_owned(), says)
        }));
        levels
    }

    fn table(&self, source: IntervalSource, by: String, rows: &[PresetRow]) -> Option<Level> {
        let row = row_of(rows, self.kind, self.equipment_class, self.equipment_type)?;
        let mark = if row.is_unconfirmed() { " (not confirmed)" } else { "" };
        let says = match row.months.filter(|months| *months > 0) {
            Some(months) => Says::Every(months),
            None => Says::Never(row.why().to_owned()),
        };
        let item = [
            self.equipment_class.filter(|_| !row.class.is_empty()).map(|class| class.label().to_owned()),
            self.equipment_type.filter(|_| !row.types.is_empty()).map(|item| item.noun()),
        ];
        let item = item.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let item = if item.is_empty() { item } else { format!("for {item}, ") };
        Some(Level { source, by: format!("{item}{by}{mark}"), says })
    }
}

/// Chooses by the levels that the query knows of.
pub fn choose_interval(query: &IntervalQuery) -> IntervalChoice {
    resolve(&query.levels())
}

/// The most specific level decides; of several of one level the first given.
///
/// One exception, on the side of caution: the table that a place's environment brings by itself, which nobody chose,
/// cannot take away an interval that the category states.
pub fn resolve(levels: &[Level]) -> IntervalChoice {
    let category = levels.iter().find(|level| level.source == IntervalSource::Category);
    let stated = category.is_some_and(|level| matches!(level.says, Says::Every(_)));
    let counts = |level: &&Level| {
        let unchosen = level.source == IntervalSource::Environment && matches!(level.says, Says::Never(_));
        !(stated && unchosen)
    };
    let Some(level) = levels.iter().filter(counts).min_by_key(|level| level.source) else {
        return IntervalChoice::Unknown;
    };
    let (by, source) = (&level.by, level.source);
    match &level.says {
        Says::Every(months) => {
            let reason = format!("Every {} {}.", months_words(*months), by.trim_end_matches('.'));
            IntervalChoice::Every(Interval { months: *months, reason, source })
        }
        Says::Never(why) => {
            let why =
                if why.trim().is_empty() { "no reason given" } else { why.trim().trim_end_matches('.') };
            IntervalChoice::Never { reason: format!("Not by date {by}: {why}."), source }
        }
    }
}

/// "month" or "12 months", as after "every".
pub fn months_words(months: u32) -> String {
    if months == 1 { "month".to_owned() } else { format!("{months} months") }
}

#[cfg(test)]
#[path = "interval_tests.rs"]
mod tests;
