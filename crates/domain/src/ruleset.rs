//! A rule set is data: its limits, conductor table and required readings, each with source and confidence.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::codes;
use crate::equipment::TestKind;
use crate::lead::{Conductor, shipped_conductors};
use crate::quantity::{Decimal, quoted};
use crate::reading::ReadingTest;
use crate::subject::Subject;
use crate::when::When;

codes!(
    /// How well a figure is confirmed; shown beside it wherever it decides.
    Confidence, "confidence", {
    TwoSources = "2", "two independent sources";
    OneSource = "1", "one source";
    Unconfirmed = "?", "not confirmed";
});

/// A rule set with its edition; an old verdict is explained by the very edition that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// Short code, such as "iet5".
    pub code: String,
    /// Full name for certificates.
    pub name: String,
    /// Edition of the document.
    pub edition: String,
    /// Version of this data, from 1: raised with each change of a figure.
    pub version: u32,
    /// Code of the rule set by which a thing is tested after a repair that is otherwise tested by this one.
    pub after_repair: String,
    /// Where the figures come from.
    pub source: String,
    /// Test voltages that count for insulation resistance.
    pub insulation: InsulationVoltage,
    /// Ohms per metre by conductor size.
    #[serde(rename = "conductor", default = "shipped_conductors")]
    pub conductors: Vec<Conductor>,
    /// Limits; of several for one test the first that applies is used.
    #[serde(rename = "limit")]
    pub limits: Vec<LimitRule>,
    /// Required readings in the order of testing; of several for one test the first that applies is used.
    #[serde(rename = "require", default)]
    pub requirements: Vec<RequireRule>,
}

/// Test voltages in volts that an insulation reading needs in order to count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsulationVoltage {
    /// The usual voltage; also what is taken where none is recorded.
    pub standard_v: u32,
    /// What is enough where surge suppressors are fitted.
    pub surge_suppressors_v: u32,
    /// Where the figures come from; the file's source where it names none.
    #[serde(default)]
    pub source: String,
    /// How well confirmed.
    pub confidence: Confidence,
}

/// One limit and when it applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitRule {
    /// The test it limits.
    pub test: ReadingTest,
    /// When it applies.
    #[serde(default)]
    pub when: When,
    /// The most allowed, in the unit of the test.
    pub maximum: Option<Amount>,
    /// The least allowed, in the unit of the test; with neither, the reading is recorded and not judged.
    pub minimum: Option<Amount>,
    /// Tests that, when passed, stand in for a reading beyond this limit.
    #[serde(default)]
    pub forgiven_by: Vec<ReadingTest>,
    /// Where the figure comes from; the file's source where it names none.
    #[serde(default)]
    pub source: String,
    /// How well confirmed.
    pub confidence: Confidence,
}

/// How a limit's figure is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Amount {
    /// Always the same.
    Fixed(Decimal),
    /// A base plus the resistance of the lead's protective conductor, in ohms.
    PlusLead {
        /// With no lead at all.
        base: Decimal,
        /// The limit is never below this.
        at_least: Option<Decimal>,
        /// The limit is never above this.
        at_most: Option<Decimal>,
        /// With the length unknown, a reading beyond this fails; between the base and this it proves nothing.
        unknown_length_fails_above: Decimal,
    },
    /// A base up to a length, then a step more for each further length begun, in ohms.
    LengthSteps {
        /// Up to the first length.
        base: Decimal,
        /// The first length in metres.
        up_to_m: Decimal,
        /// Added for each further length begun.
        step: Decimal,
        /// The further length in metres.
        every_m: Decimal,
        /// The limit is never above this.
        at_most: Decimal,
        /// As in `PlusLead`.
        unknown_length_fails_above: Decimal,
    },
    /// So much for each kilowatt of rated power.
    PerKilowatt {
        /// For one kilowatt.
        each: Decimal,
        /// The limit is never below this, also where the power is unknown.
        at_least: Decimal,
        /// The limit is never above this.
        at_most: Decimal,
    },
}

codes!(
    /// When another test may stand in for the required one.
    InsteadWhen, "condition of an alternative", {
    Always = "always", "always";
    InsulationUnsuitable = "insulation_unsuitable", "when insulation is marked unsuitable with a reason";
});

/// One required reading and when it is required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequireRule {
    /// The test required.
    pub test: ReadingTest,
    /// The kinds of inspection that require it.
    #[serde(default = "measuring")]
    pub kinds: Vec<TestKind>,
    /// When it is required.
    #[serde(default)]
    pub when: When,
    /// Whether each socket outlet needs a reading of its own.
    #[serde(default)]
    pub per_socket: bool,
    /// Tests of which any one may stand in.
    #[serde(default)]
    pub instead: Vec<ReadingTest>,
    /// When they may.
    #[serde(default = "always")]
    pub instead_when: InsteadWhen,
    /// Where this comes from; the file's source where it names none.
    #[serde(default)]
    pub source: String,
    /// How well confirmed.
    pub confidence: Confidence,
}

fn measuring() -> Vec<TestKind> {
    TestKind::MEASURING.to_vec()
}

fn always() -> InsteadWhen {
    InsteadWhen::Always
}

/// The shipped files by name, the default rule set first.
const FILES: &[(&str, &str)] = &[
    ("iet5.toml", include_str!("../rulesets/iet5.toml")),
    ("en50699.toml", include_str!("../rulesets/en50699.toml")),
    ("en50678.toml", include_str!("../rulesets/en50678.toml")),
    ("vde0701.toml", include_str!("../rulesets/vde0701.toml")),
    ("asnzs3760.toml", include_str!("../rulesets/asnzs3760.toml")),
];

static SHIPPED: LazyLock<Vec<RuleSet>> = LazyLock::new(|| {
    let read = |(name, text): &(&str, &str)| RuleSet::from_toml(text).map_err(|e| format!("{name}: {e}"));
    FILES.iter().map(read).collect::<Result<_, _>>().expect("shipped rule sets are checked by a test")
});

impl RuleSet {
    /// Every rule set shipped, the default first.
    pub fn all() -> &'static [Self] {
        &SHIPPED
    }

    /// Finds a shipped rule set by its code, in its latest version.
    pub fn find(code: &str) -> Option<&'static Self> {
        Self::all().iter().filter(|set| set.code == code).max_by_key(|set| set.version)
    }

    /// Finds the very version of a shipped rule set that made a verdict.
    pub fn find_version(code: &str, version: u32) -> Option<&'static Self> {
        Self::all().iter().find(|set| set.code == code && set.version == version)
    }

    /// Finds a shipped rule set by its code.
    ///
    /// # Errors
    /// Names the codes that there are.
    pub fn parse_code(code: &str) -> Result<&'static Self, String> {
        Self::find(code).ok_or_else(|| {
            let known: Vec<_> = Self::all().iter().map(|set| set.code.as_str()).collect();
            format!("{} is not a known rule set; use one of {}", quoted(code), known.join(", "))
        })
    }

    /// The rule set for the test after a repair of what is otherwise tested by this one.
    pub fn after_repair(&self) -> Option<&'static Self> {
        Self::find(&self.after_repair)
    }

    /// Name with edition, where the name does not hold it already.
    pub fn full_name(&self) -> String {
        if self.name.starts_with(&self.edition) {
            return self.name.clone();
        }
        format!("{}, {}", self.name, self.edition)
    }

    /// The name as people say it in passing: a standard's number where it has one.
    pub fn short_name(&self) -> &str {
        if self.name.starts_with(&self.edition) { &self.edition } else { &self.name }
    }

    /// The rule set by which a kind of inspection is judged where this one is the usual: repaired items have their own.
    pub fn for_kind(&'static self, kind: TestKind) -> &'static Self {
        match kind {
            TestKind::AfterRepair => self.after_repair().unwrap_or(self),
            _ => self,
        }
    }

    /// Reads a rule set and checks that it makes sense.
    ///
    /// # Errors
    /// Names the line that cannot be read, or the rule that contradicts itself or another.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let mut set: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        set.fill_sources();
        set.check().map_err(|why| format!("{}: {why}", set.code))?;
        Ok(set)
    }

    fn fill_sources(&mut self) {
        let limits = self.limits.iter_mut().map(|rule| &mut rule.source);
        let required = self.requirements.iter_mut().map(|rule| &mut rule.source);
        let rows = self.conductors.iter_mut().map(|row| &mut row.source);
        let each = limits.chain(required).chain(rows).chain([&mut self.insulation.source]);
        each.filter(|source| source.is_empty()).for_each(|source| source.clone_from(&self.source));
    }

    /// The test voltage in volts that an insulation reading of this item needs.
    pub fn insulation_volts(&self, subject: &Subject) -> u32 {
        match subject.surge_suppressors {
            true => self.insulation.surge_suppressors_v,
            false => self.insulation.standard_v,
        }
    }
}

#[cfg(test)]
#[path = "ruleset_tests.rs"]
mod tests;
