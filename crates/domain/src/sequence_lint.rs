//! What is refused in a sequence, shipped or edited: above all, leaving out what a rule set requires.

use crate::code::Code;
use crate::data_file::check_head;
use crate::equipment::{EquipmentClass, EquipmentType};
use crate::quantity::{Decimal, quoted};
use crate::reading::ReadingTest;
use crate::requirements::required_rules;
use crate::ruleset::{InsteadWhen, RequireRule, RuleSet};
use crate::sequence::{Sequence, Step, is_for};
use crate::subject::Subject;

const MOST_STEPS: usize = 50;
const MOST_PHASES: usize = 12;

impl Sequence {
    /// Reads a sequence and checks it step by step.
    ///
    /// # Errors
    /// As [`Sequence::from_toml`], except that it may leave something out.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let sequence: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        sequence.check().map_err(|why| format!("{}: {why}", sequence.code))?;
        Ok(sequence)
    }

    fn check(&self) -> Result<(), String> {
        check_head(&self.code, &self.name, self.version)?;
        if self.kinds.is_empty() {
            return Err("kinds: name at least one kind of test".to_owned());
        }
        if self.steps.len() > MOST_STEPS {
            return Err(format!("it has {} steps; {MOST_STEPS} are the most", self.steps.len()));
        }
        check_codes(&self.rulesets)?;
        for (i, step) in self.steps.iter().enumerate() {
            self.check_step(step).map_err(|why| format!("step {} ({}): {why}", i + 1, step.test))?;
            let repeats = |earlier: &Step| earlier.is_same_as(step);
            if let Some(first) = self.steps.iter().take(i).position(repeats) {
                return Err(format!("step {} ({}) repeats step {}", i + 1, step.test, first + 1));
            }
        }
        Ok(())
    }

    fn check_step(&self, step: &Step) -> Result<(), String> {
        check_codes(&step.rulesets)?;
        step.check_figures()?;
        step.check_phases()?;
        let leads_only = self.when.lead == Some(true) || self.only_leads() || step.when.lead == Some(true);
        if step.per_socket && !leads_only {
            return Err("per_socket is for leads; say lead = true in when".to_owned());
        }
        if step.hint.chars().count() > 300 {
            return Err("hint: write at most 300 characters".to_owned());
        }
        self.check_voltage(step)
    }

    fn only_leads(&self) -> bool {
        self.when.equipment_type.as_ref().is_some_and(|types| types.iter().all(|kind| kind.is_lead()))
    }

    fn check_voltage(&self, step: &Step) -> Result<(), String> {
        let Some(volts) = step.voltage_v else { return Ok(()) };
        let surge = self.when.surge_suppressors.or(step.when.surge_suppressors) == Some(true);
        for rules in RuleSet::all().iter().filter(|r| is_for(&self.rulesets, r) && is_for(&step.rulesets, r))
        {
            let least = match surge {
                true => rules.insulation.surge_suppressors_v,
                false => rules.insulation.standard_v,
            };
            if volts < least {
                return Err(format!(
                    "voltage_v: {volts} V proves nothing under {}, which needs {least} V here; \
                     250 V counts only where surge_suppressors = true is stated in when",
                    rules.code
                ));
            }
        }
        Ok(())
    }

    /// Checks that for no equipment it is made for it leaves out what a rule set requires.
    ///
    /// # Errors
    /// Names the reading left out, the rule set and the equipment.
    pub(crate) fn check_drops_nothing(&self) -> Result<(), String> {
        let items: Vec<Subject> =
            every_item().filter(|item| self.when.holds(&crate::when::Case::of(item))).collect();
        for rules in RuleSet::all().iter().filter(|rules| is_for(&self.rulesets, rules)) {
            for item in &items {
                for kind in &self.kinds {
                    let needed = required_rules(rules, item, *kind);
                    if let Some(rule) = needed.into_iter().find(|rule| !self.takes(rule, rules, item)) {
                        return Err(format!(
                            "it leaves out {}, which {} requires for {}, {} ({kind}); add a step",
                            rule.test,
                            rules.code,
                            item.equipment_class.label(),
                            item.equipment_type.noun(),
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    fn takes(&self, rule: &RequireRule, rules: &RuleSet, item: &Subject) -> bool {
        self.steps_for(rules, item).filter(|step| step.is_once()).any(|step| {
            let instead = rule.instead_when == InsteadWhen::Always && rule.instead.contains(&step.test);
            step.test == rule.test || instead
        })
    }
}

impl Step {
    fn is_same_as(&self, other: &Self) -> bool {
        self.test == other.test
            && self.multiplier.unwrap_or(Decimal::ONE) == other.multiplier.unwrap_or(Decimal::ONE)
            && self.phases == other.phases
            && self.when == other.when
            && self.rulesets == other.rulesets
    }

    fn check_figures(&self) -> Result<(), String> {
        let only = |field: &str, given: bool, test: ReadingTest| match given && self.test != test {
            true => Err(format!("{field} is for {}", test.noun())),
            false => Ok(()),
        };
        only("voltage_v", self.voltage_v.is_some(), ReadingTest::InsulationResistance)?;
        only("test_current_a", self.test_current_a.is_some(), ReadingTest::EarthContinuity)?;
        only("multiplier", self.multiplier.is_some(), ReadingTest::RcdTripTime)?;
        if self.voltage_v.is_some_and(|volts| !(1..=10_000).contains(&volts)) {
            return Err("voltage_v: give 1 to 10000 V".to_owned());
        }
        let possible = |number: Option<Decimal>, most: u32| {
            number.is_none_or(|n| n > Decimal::ZERO && n <= Decimal::from_whole(most))
        };
        if !possible(self.test_current_a, 100) {
            return Err("test_current_a: give more than 0 and at most 100 A".to_owned());
        }
        if !possible(self.multiplier, 10) {
            return Err("multiplier: give more than 0 and at most 10".to_owned());
        }
        let figure = self.voltage_v.is_some() || self.test_current_a.is_some();
        match figure && self.confidence.is_none() {
            true => {
                Err("confidence: say how well its voltage or current is confirmed (2, 1 or ?)".to_owned())
            }
            false => Ok(()),
        }
    }

    fn check_phases(&self) -> Result<(), String> {
        if self.phases.len() > MOST_PHASES {
            return Err(format!("phases: name at most {MOST_PHASES}"));
        }
        for (i, phase) in self.phases.iter().enumerate() {
            let length = phase.chars().count();
            if phase.trim() != phase || !(1..=20).contains(&length) {
                return Err(format!(
                    "phases: {} is not 1 to 20 characters without blanks around",
                    quoted(phase)
                ));
            }
            if self.phases.iter().take(i).any(|earlier| earlier == phase) {
                return Err(format!("phases: {} stands there twice", quoted(phase)));
            }
        }
        Ok(())
    }
}

fn check_codes(codes: &[String]) -> Result<(), String> {
    codes
        .iter()
        .try_for_each(|code| RuleSet::parse_code(code).map(drop).map_err(|why| format!("rulesets: {why}")))
}

/// Equipment of every class and type, plain and with each fact that a required reading may depend on.
fn every_item() -> impl Iterator<Item = Subject> {
    let plain = EquipmentClass::ALL
        .iter()
        .flat_map(|class| EquipmentType::ALL.iter().map(move |kind| Subject::new(*class, *kind)));
    plain.flat_map(|item| {
        FACTS.iter().map(move |fact| {
            let mut item = item.clone();
            fact(&mut item);
            item
        })
    })
}

const FACTS: &[fn(&mut Subject)] = &[
    |_| (),
    |item| item.rcd_ma = Some(Decimal::from_whole(30)),
    |item| item.unearthed_metal = true,
    |item| item.no_accessible_metal = true,
    |item| item.rewirable_plug = true,
    |item| item.mains_switch = true,
    |item| item.surge_suppressors = true,
    |item| (item.surge_suppressors, item.mains_switch) = (true, true),
    |item| (item.surge_suppressors, item.rcd_ma) = (true, Some(Decimal::from_whole(30))),
    |item| (item.rcd_ma, item.mains_switch) = (Some(Decimal::from_whole(10)), true),
    |item| {
        item.rcd_ma = Some(Decimal::from_whole(30));
        (item.unearthed_metal, item.rewirable_plug, item.mains_switch) = (true, true, true);
        (item.surge_suppressors, item.heating) = (true, true);
        item.rated_power_w = Some(Decimal::from_whole(4000));
    },
];
