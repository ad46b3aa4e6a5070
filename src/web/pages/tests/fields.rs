//! The fields that the form of a test has: the steps of its sequence, in their order, with the limits beside them.

use domain::code::Code;
use domain::equipment::TestKind;
use domain::evidence::ReadingEvidence;
use domain::quantity::Decimal;
use domain::reading::ReadingTest;
use domain::requirements::{Need, Requirement};
use domain::ruleset::{InsteadWhen, RuleSet};
use domain::sequence::Sequence;
use domain::sequence_plan::PlannedReading;
use domain::subject::Subject;
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
    /// Name of the field for the test current in amperes.
    pub current: String,
    /// Name of the field for the rated residual current in milliamperes.
    pub rated: String,
    /// What is measured.
    pub test: ReadingTest,
    /// At which socket.
    pub socket: Option<u32>,
    /// On which conductor or half-wave.
    pub phase: Option<String>,
    /// At which multiple of the rated residual current, where that is not once.
    pub multiplier: Option<Decimal>,
    /// Words beside the field.
    pub label: String,
    /// The limit in words; empty where there is none.
    pub limit: String,
    /// How the limit came about, and what to mind.
    pub basis: String,
    /// Unit shown; empty for passed or failed.
    pub unit: &'static str,
    /// Test voltages to choose from, the right one first.
    pub volts: Vec<u32>,
    /// The test current to start with, in amperes; none where it is no matter.
    pub amps: Option<String>,
    /// The rated residual current to start with, in milliamperes; none where it is no matter.
    pub rated_ma: Option<String>,
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
    /// What the form of a kind of inspection of such an item asks, taken by a sequence where there is one.
    pub fn of(rules: &RuleSet, subject: &Subject, kind: TestKind, sequence: Option<&Sequence>) -> Self {
        let visual = visual_items(subject.equipment_class, subject.equipment_type);
        let mut fields = Self {
            visual: visual.into_iter().map(|item| (item.code(), item.label())).collect(),
            ..Self::default()
        };
        let Some(sequence) = sequence.filter(|_| kind.measures()) else { return fields };
        let plan = sequence.plan(rules, subject, kind);
        let planned: Vec<ReadingTest> = plan.iter().map(|step| step.field.test).collect();
        for step in &plan {
            let list = match step.field.need {
                Need::Required => &mut fields.required,
                Need::InsteadOf { when: InsteadWhen::InsulationUnsuitable, .. } => &mut fields.instead,
                _ => &mut fields.more,
            };
            list.push(field(step, subject));
        }
        // A microwave oven's leakage is measured with an instrument of its own, and only where a sequence asks for it.
        let rare = |test: &ReadingTest| *test == ReadingTest::MicrowaveLeakage;
        let others = ReadingTest::ALL.iter().filter(|test| !planned.contains(test) && !rare(test));
        fields.more.extend(others.map(|test| field(&unplanned(rules, subject, *test), subject)));
        fields
    }

    /// Every reading of the form.
    pub fn readings(&self) -> impl Iterator<Item = &ReadingField> {
        self.required.iter().chain(&self.instead).chain(&self.more)
    }
}

/// A reading that neither rule set nor sequence mentions.
fn unplanned(rules: &RuleSet, subject: &Subject, test: ReadingTest) -> PlannedReading {
    let limit = domain::limits::limit_for(rules, test, &domain::limits::Case::of(subject));
    let voltage_v = (test == ReadingTest::InsulationResistance).then(|| rules.insulation_volts(subject));
    let need = Need::Optional;
    PlannedReading {
        field: Requirement { test, socket: None, limit, need, unit: test.unit(), voltage_v },
        phase: None,
        test_current_a: None,
        multiplier: None,
        hint: String::new(),
        added: false,
    }
}

fn field(step: &PlannedReading, subject: &Subject) -> ReadingField {
    let PlannedReading { field, phase, .. } = step;
    let test = field.test;
    let times = step.multiplier.filter(|times| *times != Decimal::ONE);
    let parts = [
        Some(test.code().to_owned()),
        field.socket.map(|n| n.to_string()),
        phase.clone(),
        times.map(|times| format!("{times}x")),
    ];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join("-");
    let mut volts: Vec<u32> = field.voltage_v.into_iter().collect();
    if let Some(first) = field.voltage_v {
        volts.extend([500, 250, 1000].into_iter().filter(|v| *v != first));
    }
    let amps = (test == ReadingTest::EarthContinuity)
        .then(|| step.test_current_a.map(|amps| amps.to_string()).unwrap_or_default());
    let rated_ma = (test == ReadingTest::RcdTripTime)
        .then(|| subject.rcd_ma.map(|ma| ma.to_string()).unwrap_or_default());
    let limit = field.limit.as_ref();
    let basis = [limit.and_then(|limit| limit.basis.clone()), Some(step.hint.clone())];
    ReadingField {
        sign: format!("{name}-sign"),
        voltage: format!("{name}-volts"),
        current: format!("{name}-amps"),
        rated: format!("{name}-rated"),
        name,
        test,
        socket: field.socket,
        phase: phase.clone(),
        multiplier: times,
        label: label(step, times),
        limit: limit.map(|limit| limit.words()).unwrap_or_default(),
        basis: basis.into_iter().flatten().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(". "),
        unit: test.unit().map_or("", |unit| unit.label()),
        volts,
        amps,
        rated_ma,
        pass_fail: test.unit().is_none(),
        required: field.need == Need::Required,
    }
}

fn label(step: &PlannedReading, times: Option<Decimal>) -> String {
    let socket = step.field.socket.map(|n| format!(", socket {n}")).unwrap_or_default();
    let phase = match (&step.phase, step.field.test) {
        (Some(degrees), ReadingTest::RcdTripTime) => format!(", {degrees}°"),
        (Some(phase), _) => format!(", {phase}"),
        (None, _) => String::new(),
    };
    let times = times.map(|times| format!(", {times} times rated")).unwrap_or_default();
    format!("{}{socket}{phase}{times}", step.field.test.label())
}

impl ReadingField {
    /// Whether a recorded reading belongs in this field.
    pub fn holds(&self, found: &ReadingEvidence) -> bool {
        let times = found.multiplier_e6.map(Decimal::from_millionths).filter(|times| *times != Decimal::ONE);
        (self.test, self.socket, &self.phase, self.multiplier)
            == (found.test, found.socket, &found.phase, times)
    }
}
