//! The readings that a test needs, in the order in which an engineer takes them.

use serde::{Deserialize, Serialize};

use crate::equipment::TestKind;
use crate::limits::{Case, Limit, Subject, limit_for};
use crate::reading::{ReadingTest, Unit};
use crate::ruleset::{InsteadWhen, RequireRule, RuleSet};
use crate::subject::MAX_SOCKETS;

/// Whether a reading is needed in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Needed.
    Required,
    /// Stands in for the named test where that is allowed.
    InsteadOf {
        /// The test it stands in for.
        test: ReadingTest,
        /// When it may.
        when: InsteadWhen,
    },
    /// May be taken too, and is judged then.
    Optional,
}

/// One field of the entry form: a reading to take and its limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// What to measure.
    pub test: ReadingTest,
    /// At which socket; none where there is one place to measure.
    pub socket: Option<u32>,
    /// Its limit; none where it is passed or failed, or recorded only.
    pub limit: Option<Limit>,
    /// Whether it is needed in any case.
    pub need: Need,
    /// Unit to measure in.
    pub unit: Option<Unit>,
    /// Test voltage in volts to set, for insulation resistance.
    pub voltage_v: Option<u32>,
}

/// Lists the readings for the entry form: each required one, its alternatives right behind it.
pub fn requirements(rules: &RuleSet, subject: &Subject, kind: TestKind) -> Vec<Requirement> {
    let mut list: Vec<Requirement> = Vec::new();
    for rule in required_rules(rules, subject, kind) {
        for socket in sockets(rule, subject) {
            list.push(field(rules, subject, rule.test, socket, Need::Required));
        }
        for test in &rule.instead {
            let need = Need::InsteadOf { test: rule.test, when: rule.instead_when };
            if !list.iter().any(|r| r.test == *test) {
                list.push(field(rules, subject, *test, None, need));
            }
        }
    }
    list
}

pub(crate) fn field(
    rules: &RuleSet,
    subject: &Subject,
    test: ReadingTest,
    socket: Option<u32>,
    need: Need,
) -> Requirement {
    Requirement {
        test,
        socket,
        limit: limit_for(rules, test, &Case::of(subject)),
        need,
        unit: test.unit(),
        voltage_v: (test == ReadingTest::InsulationResistance).then(|| rules.insulation_volts(subject)),
    }
}

/// The rules that require a reading here; of several for one test the first counts.
pub(crate) fn required_rules<'a>(
    rules: &'a RuleSet,
    subject: &Subject,
    kind: TestKind,
) -> Vec<&'a RequireRule> {
    let case = Case::of(subject);
    let mut found: Vec<&RequireRule> = Vec::new();
    for rule in &rules.requirements {
        let applies = rule.kinds.contains(&kind) && rule.when.holds(&case);
        if applies && !found.iter().any(|f| f.test == rule.test) {
            found.push(rule);
        }
    }
    found
}

/// The places that a required test is taken at: each socket by number, or just once.
pub(crate) fn sockets(rule: &RequireRule, subject: &Subject) -> impl Iterator<Item = Option<u32>> + use<> {
    places(rule.per_socket, subject)
}

/// Each socket by number where each counts and there are several, or just one place without a number.
pub(crate) fn places(per_socket: bool, subject: &Subject) -> impl Iterator<Item = Option<u32>> + use<> {
    let many = if per_socket { subject.sockets.min(MAX_SOCKETS) } else { 1 };
    let numbered = many > 1;
    (1..=many.max(1)).map(move |n| numbered.then_some(n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::equipment::{EquipmentClass, EquipmentType};

    fn form(class: EquipmentClass, kind: EquipmentType, set: impl Fn(&mut Subject)) -> String {
        let mut subject = Subject::new(class, kind);
        set(&mut subject);
        let list = requirements(RuleSet::find("iet5").unwrap(), &subject, TestKind::Combined);
        let words = list.iter().map(|r| {
            let socket = r.socket.map(|s| format!("#{s}")).unwrap_or_default();
            let limit = r.limit.as_ref().map(|l| format!(" {}", l.words())).unwrap_or_default();
            let volts = r.voltage_v.map(|v| format!(" {v}V")).unwrap_or_default();
            let or = if r.need == Need::Required { "" } else { "or " };
            format!("{or}{}{socket}{limit}{volts}", r.test)
        });
        words.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn the_form_asks_what_an_engineer_measures_in_his_order() {
        use EquipmentClass::*;
        let kettle = form(I, EquipmentType::Portable, |s| {
            s.lead_length_m = Some(Decimal::from_whole(3));
            s.conductor_mm2 = Some(Decimal::ONE);
        });
        insta::assert_snapshot!(kettle, @"earth_continuity at most 0.1585 Ω; insulation_resistance at least 1 MΩ 500V; or protective_conductor_current at most 5 mA; or touch_current at most 5 mA");
        insta::assert_snapshot!(form(III, EquipmentType::HandHeld, |_| ()), @"");
        let lead = form(I, EquipmentType::ExtensionLead, |s| {
            s.sockets = 2;
            s.surge_suppressors = true;
            s.rcd_ma = Some(Decimal::from_whole(30));
        });
        insta::assert_snapshot!(lead, @"earth_continuity#1 at most 0.1 Ω; earth_continuity#2 at most 0.1 Ω; insulation_resistance at least 1 MΩ 250V; polarity; rcd_trip_time at most 300 ms");
        insta::assert_snapshot!(form(II, EquipmentType::HandHeld, |s| s.rewirable_plug = true), @"insulation_resistance at least 2 MΩ 500V; or protective_conductor_current at most 5 mA; or touch_current at most 5 mA; polarity");
        insta::assert_snapshot!(form(II, EquipmentType::Lead, |_| ()), @"insulation_resistance at least 2 MΩ 500V; polarity");
    }

    #[test]
    fn inspections_by_eye_need_no_readings() {
        let subject = Subject::new(EquipmentClass::I, EquipmentType::Portable);
        let rules = RuleSet::find("iet5").unwrap();
        for kind in [TestKind::UserCheck, TestKind::FormalVisual] {
            assert!(requirements(rules, &subject, kind).is_empty());
        }
    }

    use crate::quantity::Decimal;
}
