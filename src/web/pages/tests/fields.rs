//! The fields that the form of a test has: just what this class and type needs, with the limits beside them.

use domain::code::Code;
use domain::equipment::TestKind;
use domain::reading::ReadingTest;
use domain::ruleset::{InsteadWhen, RuleSet};
use domain::subject::Subject;
use domain::verdict::{Need, Requirement, requirements};
use domain::visual::visual_items;

/// One reading of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingField {
    /// Name of the field.
    pub name: String,
    /// Name of the field that says what a figure proves.
    pub sign: String,
    /// Name of the field for the test voltage.
    pub voltage: String,
    /// What is measured.
    pub test: ReadingTest,
    /// At which socket.
    pub socket: Option<u32>,
    /// Words beside the field.
    pub label: String,
    /// The limit in words; empty where there is none.
    pub limit: String,
    /// How the limit came about; empty for a plain figure.
    pub basis: String,
    /// Unit shown; empty for passed or failed.
    pub unit: &'static str,
    /// Test voltages to choose from, the right one first.
    pub volts: Vec<u32>,
    /// Whether it is passed or failed instead of measured.
    pub pass_fail: bool,
    /// Whether it is needed in any case.
    pub required: bool,
}

/// The fields of a form, in the order in which an engineer works.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// Code and words of each thing to look at.
    pub visual: Vec<(&'static str, &'static str)>,
    /// Readings needed.
    pub required: Vec<ReadingField>,
    /// Readings that stand in for insulation resistance where that is marked as unsuitable.
    pub instead: Vec<ReadingField>,
    /// Readings that may be recorded too.
    pub more: Vec<ReadingField>,
}

impl Fields {
    /// What the form of a kind of inspection of such an item asks.
    pub fn of(rules: &RuleSet, subject: &Subject, kind: TestKind) -> Self {
        let visual = visual_items(subject.equipment_class, subject.equipment_type);
        let needs = requirements(rules, subject, kind);
        let is_required = |r: &&Requirement| r.need == Need::Required;
        let stands_in = |r: &&Requirement| {
            matches!(r.need, Need::InsteadOf { when: InsteadWhen::InsulationUnsuitable, .. })
        };
        let asked: Vec<ReadingTest> = needs.iter().map(|r| r.test).collect();
        let more = ReadingTest::ALL.iter().filter(|test| kind.measures() && !asked.contains(test));
        Self {
            visual: visual.into_iter().map(|item| (item.code(), item.label())).collect(),
            required: needs.iter().filter(is_required).map(|r| field(r, true)).collect(),
            instead: needs.iter().filter(stands_in).map(|r| field(r, false)).collect(),
            more: more.map(|test| extra(rules, subject, *test)).collect(),
        }
    }

    /// Every reading of the form.
    pub fn readings(&self) -> impl Iterator<Item = &ReadingField> {
        self.required.iter().chain(&self.instead).chain(&self.more)
    }
}

fn extra(rules: &RuleSet, subject: &Subject, test: ReadingTest) -> ReadingField {
    let case = domain::limits::Case::of(subject);
    let need = Need::Required;
    let limit = domain::limits::limit_for(rules, test, &case);
    let voltage_v = (test == ReadingTest::InsulationResistance).then(|| rules.insulation_volts(subject));
    field(&Requirement { test, socket: None, limit, need, unit: test.unit(), voltage_v }, false)
}

fn field(needed: &Requirement, required: bool) -> ReadingField {
    let test = needed.test;
    let socket = needed.socket.map(|n| format!(", socket {n}")).unwrap_or_default();
    let name = match needed.socket {
        Some(n) => format!("{}-{n}", test.code()),
        None => test.code().to_owned(),
    };
    let mut volts: Vec<u32> = needed.voltage_v.into_iter().collect();
    if let Some(first) = needed.voltage_v {
        volts.extend([500, 250, 1000].into_iter().filter(|v| *v != first));
    }
    ReadingField {
        sign: format!("{name}-sign"),
        voltage: format!("{name}-volts"),
        name,
        test,
        socket: needed.socket,
        label: format!("{}{socket}", test.label()),
        limit: needed.limit.as_ref().map(|limit| limit.words()).unwrap_or_default(),
        basis: needed.limit.as_ref().and_then(|limit| limit.basis.clone()).unwrap_or_default(),
        unit: test.unit().map_or("", |unit| unit.label()),
        volts,
        pass_fail: test.unit().is_none(),
        required,
    }
}
