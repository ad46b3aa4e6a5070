//! A rule set is data: its limits, conductor table and required readings, each with source and confidence.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::codes;
use crate::equipment::TestKind;
use crate::lead::Conductor;
use crate::quantity::Decimal;
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
    /// Edition of the document and of this data.
    pub edition: String,
    /// Where the figures come from.
    pub source: String,
    /// Test voltages that count for insulation resistance.
    pub insulation: InsulationVoltage,
    /// Ohms per metre by conductor size.
    #[serde(rename = "conductor")]
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

impl Amount {
    fn is_sound(&self) -> bool {
        match self {
            Self::Fixed(value) => !value.is_negative(),
            Self::PlusLead { base, at_least, at_most, unknown_length_fails_above: far } => {
                base <= far && at_least.zip(*at_most).is_none_or(|(least, most)| least <= most)
            }
            Self::LengthSteps { base, at_most, every_m, unknown_length_fails_above: far, .. } => {
                base <= far && base <= at_most && *every_m > Decimal::ZERO
            }
            Self::PerKilowatt { at_least, at_most, .. } => at_least <= at_most,
        }
    }
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
    #[serde(default = "combined_only")]
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
    /// How well confirmed.
    pub confidence: Confidence,
}

fn combined_only() -> Vec<TestKind> {
    vec![TestKind::Combined]
}

fn always() -> InsteadWhen {
    InsteadWhen::Always
}

static SHIPPED: LazyLock<Vec<RuleSet>> = LazyLock::new(|| {
    [include_str!("../rulesets/iet5.toml")]
        .iter()
        .map(|text| RuleSet::from_toml(text).expect("shipped rule sets are checked by a test"))
        .collect()
});

impl RuleSet {
    /// Every rule set shipped, the default first.
    pub fn all() -> &'static [Self] {
        &SHIPPED
    }

    /// Finds a shipped rule set by its code.
    pub fn find(code: &str) -> Option<&'static Self> {
        Self::all().iter().find(|set| set.code == code)
    }

    /// Reads a rule set and checks that it makes sense.
    ///
    /// # Errors
    /// Names the line that cannot be read, or the limit that contradicts itself.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let set: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        set.check()?;
        Ok(set)
    }

    /// The test voltage in volts that an insulation reading of this item needs.
    pub fn insulation_volts(&self, subject: &Subject) -> u32 {
        match subject.surge_suppressors {
            true => self.insulation.surge_suppressors_v,
            false => self.insulation.standard_v,
        }
    }

    fn check(&self) -> Result<(), String> {
        for rule in &self.limits {
            let name = rule.test;
            if rule.maximum.is_some() && rule.minimum.is_some() {
                return Err(format!("{}: the limit of {name} has a maximum and a minimum", self.code));
            }
            let amounts = [&rule.maximum, &rule.minimum].into_iter().flatten();
            if amounts.into_iter().any(|amount| !amount.is_sound()) {
                return Err(format!("{}: the bounds of {name} contradict each other", self.code));
            }
            if rule.test.unit().is_none() {
                return Err(format!("{}: {name} is passed or failed and has no limit", self.code));
            }
        }
        for rule in &self.requirements {
            if rule.instead.contains(&rule.test) {
                return Err(format!("{}: {} stands in for itself", self.code, rule.test));
            }
        }
        match self.conductors.iter().find(|row| row.ohm_per_m <= Decimal::ZERO || row.mm2 <= Decimal::ZERO) {
            Some(row) => Err(format!("{}: the conductor of {} mm2 is not above zero", self.code, row.mm2)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
#[path = "ruleset_tests.rs"]
mod tests;
