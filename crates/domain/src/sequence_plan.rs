//! A sequence spelled out for one item: each reading to take, at each socket and on each phase.

use serde::{Deserialize, Serialize};

use crate::demand::Demand;
use crate::equipment::TestKind;
use crate::limits::limit_for;
use crate::quantity::Decimal;
use crate::reading::ReadingTest;
use crate::requirements::{Need, Requirement, places, required_rules, requirements};
use crate::ruleset::{InsteadWhen, RuleSet};
use crate::sequence::{Sequence, Step, is_for};
use crate::subject::Subject;
use crate::when::Case;

/// One reading to take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedReading {
    /// What, where, its limit and whether it is needed.
    #[serde(flatten)]
    pub field: Requirement,
    /// On which conductor or half-wave; none where there is one way to measure.
    pub phase: Option<String>,
    /// Test current in amperes to set.
    pub test_current_a: Option<Decimal>,
    /// Multiple of an RCD's rated residual current to test at.
    pub multiplier: Option<Decimal>,
    /// What to mind.
    pub hint: String,
    /// Whether the rule set requires it and the sequence left it out.
    pub added: bool,
}

impl Sequence {
    /// Spells out the readings for an item: the steps in order, then what the rule set requires beside them.
    pub fn plan(&self, rules: &RuleSet, subject: &Subject, kind: TestKind) -> Vec<PlannedReading> {
        let needs = requirements(rules, subject, kind);
        let mut plan: Vec<PlannedReading> = Vec::new();
        for step in self.steps_for(rules, subject) {
            let need = step.need(&needs);
            for socket in step.sockets(&needs, subject) {
                for phase in step.each_phase() {
                    plan.push(step.reading(rules, subject, (need, socket, phase)));
                }
            }
        }
        let covered = |need: &Requirement, plan: &[PlannedReading]| plan.iter().any(|p| p.covers(need));
        for need in needs {
            if !covered(&need, &plan) {
                plan.push(PlannedReading::added(need));
            }
        }
        plan
    }

    /// The steps taken for an item under a rule set.
    pub(crate) fn steps_for<'a>(
        &'a self,
        rules: &RuleSet,
        subject: &Subject,
    ) -> impl Iterator<Item = &'a Step> {
        let case = Case::of(subject);
        self.steps.iter().filter(move |step| is_for(&step.rulesets, rules) && step.when.holds(&case))
    }

    /// What the sequence demands beside the rule set.
    ///
    /// A step on what the rule set requires anyway adds only its places; its alternatives stand in as there.
    pub(crate) fn demands<'a>(
        &'a self,
        rules: &'a RuleSet,
        subject: &Subject,
        kind: TestKind,
    ) -> Vec<Demand<'a>> {
        let required = required_rules(rules, subject, kind);
        let needs = requirements(rules, subject, kind);
        let mut demands = Vec::new();
        for step in self.steps_for(rules, subject).filter(|step| step.need(&needs) == Need::Required) {
            let rule = required.iter().find(|rule| rule.test == step.test && step.is_once());
            for socket in step.sockets(&needs, subject) {
                let phases = step.each_phase().filter(|phase| {
                    // Demanded by the rule set itself.
                    rule.is_none() || phase.is_some() || (socket.is_some() && step.per_socket)
                });
                demands.extend(phases.map(|phase| Demand {
                    test: step.test,
                    socket,
                    phase,
                    multiplier: step.multiplier.unwrap_or(Decimal::ONE),
                    instead: rule.map_or(&[], |rule| rule.instead.as_slice()),
                    instead_when: rule.map_or(InsteadWhen::Always, |rule| rule.instead_when),
                    sequence: Some(&self.name),
                }));
            }
        }
        demands
    }
}

impl Step {
    /// Whether it is measured under the conditions that a rule set's requirement has in mind.
    pub(crate) fn is_once(&self) -> bool {
        self.multiplier.is_none_or(|multiple| multiple == Decimal::ONE)
    }

    fn need(&self, needs: &[Requirement]) -> Need {
        let ruled = needs.iter().find(|need| need.test == self.test && self.is_once()).map(|need| need.need);
        match (self.required, ruled) {
            (true, _) => Need::Required,
            (false, Some(need)) => need,
            (false, None) => Need::Optional,
        }
    }

    /// At each socket also where only the rule set says so.
    fn sockets(&self, needs: &[Requirement], subject: &Subject) -> impl Iterator<Item = Option<u32>> + use<> {
        let ruled = needs.iter().any(|need| need.test == self.test && need.socket.is_some());
        places(self.per_socket || ruled, subject)
    }

    fn each_phase(&self) -> impl Iterator<Item = Option<&str>> {
        let none = self.phases.is_empty().then_some(None);
        none.into_iter().chain(self.phases.iter().map(|phase| Some(phase.as_str())))
    }

    fn reading(
        &self,
        rules: &RuleSet,
        subject: &Subject,
        (need, socket, phase): (Need, Option<u32>, Option<&str>),
    ) -> PlannedReading {
        let multiplier =
            (self.test == ReadingTest::RcdTripTime).then(|| self.multiplier.unwrap_or(Decimal::ONE));
        let case = Case { multiplier: multiplier.unwrap_or(Decimal::ONE), ..Case::of(subject) };
        let counts = rules.insulation_volts(subject);
        let voltage_v = (self.test == ReadingTest::InsulationResistance)
            // Less than what counts would prove nothing of this item.
            .then(|| self.voltage_v.map_or(counts, |volts| volts.max(counts)));
        PlannedReading {
            field: Requirement {
                test: self.test,
                socket,
                limit: limit_for(rules, self.test, &case),
                need,
                unit: self.test.unit(),
                voltage_v,
            },
            phase: phase.map(str::to_owned),
            test_current_a: self.test_current_a,
            multiplier,
            hint: self.hint.clone(),
            added: false,
        }
    }
}

impl PlannedReading {
    fn covers(&self, need: &Requirement) -> bool {
        self.field.test == need.test
            && self.multiplier.is_none_or(|multiple| multiple == Decimal::ONE)
            && (need.socket.is_none() || self.field.socket == need.socket)
    }

    fn added(field: Requirement) -> Self {
        let multiplier = (field.test == ReadingTest::RcdTripTime).then_some(Decimal::ONE);
        let (phase, test_current_a, hint) = (None, None, String::new());
        Self { field, phase, test_current_a, multiplier, hint, added: true }
    }
}
