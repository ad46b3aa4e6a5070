//! A sequence is data: what is tested, in which order, with which voltage and current, for which equipment.
//!
//! A sequence and a rule set meet like this: the rule set decides what is required and the limits; the sequence
//! decides the order and how to measure, and may ask for more. What a sequence leaves out and the rule set
//! requires is added at the end of the plan and stays required in the verdict, so no sequence can weaken a test.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::equipment::TestKind;
use crate::quantity::Decimal;
use crate::reading::ReadingTest;
use crate::ruleset::{Confidence, RuleSet};
use crate::subject::Subject;
use crate::when::When;

/// A sequence: for which equipment, and its steps in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sequence {
    /// Short code, such as "class_1".
    pub code: String,
    /// Name shown.
    pub name: String,
    /// Version of this data, from 1.
    pub version: u32,
    /// The rule sets it is for, by code; none given means all.
    #[serde(default)]
    pub rulesets: Vec<String>,
    /// The kinds of inspection it is for.
    #[serde(default = "measuring")]
    pub kinds: Vec<TestKind>,
    /// The equipment it is for.
    #[serde(default)]
    pub when: When,
    /// Whether it is used only where a person or a category chose it, as its equipment cannot be told by its facts.
    #[serde(default)]
    pub by_choice: bool,
    /// What is measured, in order.
    #[serde(rename = "step", default)]
    pub steps: Vec<Step>,
}

/// One step of a sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What to measure.
    pub test: ReadingTest,
    /// When it is taken.
    #[serde(default)]
    pub when: When,
    /// The rule sets it is taken under, by code; none given means all of the sequence's.
    #[serde(default)]
    pub rulesets: Vec<String>,
    /// Test voltage in volts, for insulation resistance; the rule set's where left out.
    pub voltage_v: Option<u32>,
    /// Test current in amperes, for earth continuity.
    pub test_current_a: Option<Decimal>,
    /// Multiple of an RCD's rated residual current; once where left out.
    pub multiplier: Option<Decimal>,
    /// Whether each socket outlet is measured by itself.
    #[serde(default)]
    pub per_socket: bool,
    /// Conductors or half-waves that are each measured by themselves, such as L1, L2, L3.
    #[serde(default)]
    pub phases: Vec<String>,
    /// Whether it is needed even where the rule set does not require it.
    #[serde(default)]
    pub required: bool,
    /// What to mind, for the engineer.
    #[serde(default)]
    pub hint: String,
    /// How well its voltage or current is confirmed.
    pub confidence: Option<Confidence>,
}

fn measuring() -> Vec<TestKind> {
    TestKind::MEASURING.to_vec()
}

/// The shipped files by name.
const FILES: &[(&str, &str)] = &[
    ("inspection.toml", include_str!("../sequences/inspection.toml")),
    ("class_1.toml", include_str!("../sequences/class_1.toml")),
    ("class_2.toml", include_str!("../sequences/class_2.toml")),
    ("class_2_fe.toml", include_str!("../sequences/class_2_fe.toml")),
    ("class_3.toml", include_str!("../sequences/class_3.toml")),
    ("it_surge.toml", include_str!("../sequences/it_surge.toml")),
    ("lead.toml", include_str!("../sequences/lead.toml")),
    ("extension_lead.toml", include_str!("../sequences/extension_lead.toml")),
    ("rcd.toml", include_str!("../sequences/rcd.toml")),
    ("tool_110v.toml", include_str!("../sequences/tool_110v.toml")),
    ("microwave.toml", include_str!("../sequences/microwave.toml")),
    ("three_phase.toml", include_str!("../sequences/three_phase.toml")),
];

static SHIPPED: LazyLock<Vec<Sequence>> = LazyLock::new(|| {
    let read = |(name, text): &(&str, &str)| Sequence::read(text).map_err(|e| format!("{name}: {e}"));
    FILES.iter().map(read).collect::<Result<_, _>>().expect("shipped sequences are checked by a test")
});

/// A sequence without steps, whose plan is what the rule set requires.
static BARE: LazyLock<Sequence> = LazyLock::new(|| Sequence {
    code: "bare".to_owned(),
    name: "What the rule set requires".to_owned(),
    version: 1,
    rulesets: vec![],
    kinds: TestKind::MEASURING.to_vec(),
    when: When::default(),
    by_choice: true,
    steps: vec![],
});

impl Sequence {
    /// Every sequence shipped.
    pub fn all() -> &'static [Self] {
        &SHIPPED
    }

    /// Finds a shipped sequence by its code.
    pub fn find(code: &str) -> Option<&'static Self> {
        Self::all().iter().find(|sequence| sequence.code == code)
    }

    /// The text of a shipped sequence, comments and all: what an edited copy starts from.
    pub fn shipped_text(code: &str) -> Option<&'static str> {
        FILES.iter().find(|(name, _)| name.strip_suffix(".toml") == Some(code)).map(|(_, text)| *text)
    }

    /// Reads a sequence, such as an edited copy, and checks all of it.
    ///
    /// # Errors
    /// Names the line that cannot be read, the step that cannot be, or what it leaves out although a rule set
    /// requires it.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let sequence = Self::read(text)?;
        sequence.check_drops_nothing().map_err(|why| format!("{}: {why}", sequence.code))?;
        Ok(sequence)
    }

    /// Whether it may be used for such a test, by choice or by itself.
    pub fn fits(&self, subject: &Subject, kind: TestKind, rules: &RuleSet) -> bool {
        self.kinds.contains(&kind)
            && is_for(&self.rulesets, rules)
            && self.when.holds(&crate::when::Case::of(subject))
    }

    fn specificity(&self) -> usize {
        self.when.statements() + usize::from(!self.rulesets.is_empty())
    }
}

/// Whether a list of codes names a rule set; an empty one means all.
pub(crate) fn is_for(codes: &[String], rules: &RuleSet) -> bool {
    codes.is_empty() || codes.contains(&rules.code)
}

/// Chooses the sequence that states most of what fits; of equals the first, so own copies go before shipped ones.
pub fn choose_sequence<'a>(
    from: impl IntoIterator<Item = &'a Sequence>,
    subject: &Subject,
    kind: TestKind,
    rules: &RuleSet,
) -> Option<&'a Sequence> {
    let fitting = from.into_iter().filter(|s| !s.by_choice && s.fits(subject, kind, rules));
    fitting.reduce(|best, next| if next.specificity() > best.specificity() { next } else { best })
}

/// The shipped sequence for a test of such an item.
pub fn sequence_for(subject: &Subject, kind: TestKind, rules: &RuleSet) -> &'static Sequence {
    choose_sequence(Sequence::all(), subject, kind, rules).unwrap_or(&BARE)
}

#[cfg(test)]
#[path = "sequence_tests.rs"]
mod tests;
