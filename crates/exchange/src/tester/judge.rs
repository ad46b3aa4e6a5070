//! From a tester's record to what the judge takes.

use super::record::{Measured, TestRecord, TesterReading, TesterVerdict, VisualSeen};
use domain::code::Code;
use domain::equipment::EquipmentClass;
use domain::quantity::Decimal;
use domain::reading::{ReadingInput, ReadingTest, ReadingValue};
use domain::visual::{VisualItem, VisualResult};
use std::collections::BTreeMap;

impl TestRecord {
    /// The readings that the judge knows, in the file's order.
    ///
    /// A "leakage" is the protective conductor current of class I and the touch current of any other class; where the
    /// class is unknown it is the touch current, whose limits are the stricter. A reading that the tester failed
    /// without a figure stays a fail, and one that it passed without a figure proves nothing. Readings of other
    /// things (mains voltage) and readings without any result are left out, but what failed without being known to us
    /// comes as a failed functional check that bears its name: a fail must never get lost on the way.
    pub fn readings_for_judge(&self, class: Option<EquipmentClass>) -> Vec<ReadingInput> {
        let known = self.readings.iter().filter_map(|reading| reading.for_judge(class));
        known.chain(self.unknown_fails().map(failed)).collect()
    }

    fn unknown_fails(&self) -> impl Iterator<Item = &str> {
        let other =
            |r: &&TesterReading| r.measured == Measured::Other && r.verdict == Some(TesterVerdict::Fail);
        let unnamed = |s: &&VisualSeen| s.item.is_none() && s.result == Some(VisualResult::Fail);
        let readings = self.readings.iter().filter(other).map(|r| r.name.as_str());
        readings.chain(self.visual.iter().filter(unnamed).map(|s| s.name.as_str()))
    }

    /// The named items that were looked at; an item named twice keeps its fail.
    pub fn visual_for_judge(&self) -> BTreeMap<VisualItem, VisualResult> {
        let mut items = BTreeMap::new();
        for seen in &self.visual {
            if let (Some(item), Some(result)) = (seen.item, seen.result) {
                let kept = items.entry(item).or_insert(result);
                *kept = worse(*kept, result);
            }
        }
        items
    }

    /// What the file says of the inspection by eye as a whole: the worst of all items, named or not.
    pub fn visual_overall(&self) -> Option<VisualResult> {
        self.visual.iter().filter_map(|seen| seen.result).reduce(worse)
    }

    /// Whether the tester failed anything in it: the whole, a reading or something seen.
    pub fn tester_failed(&self) -> bool {
        self.verdict == Some(TesterVerdict::Fail)
            || self.readings.iter().any(|r| r.verdict == Some(TesterVerdict::Fail))
            || self.visual_overall() == Some(VisualResult::Fail)
    }
}

fn failed(name: &str) -> ReadingInput {
    ReadingInput {
        test: ReadingTest::Functional.code().to_owned(),
        value: ReadingValue::Fail.to_string(),
        phase: Some(name.chars().take(20).collect()),
        ..ReadingInput::default()
    }
}

fn worse(a: VisualResult, b: VisualResult) -> VisualResult {
    match (a, b) {
        (VisualResult::Fail, _) | (_, VisualResult::Fail) => VisualResult::Fail,
        (VisualResult::Pass, _) | (_, VisualResult::Pass) => VisualResult::Pass,
        _ => VisualResult::NotApplicable,
    }
}

impl TesterReading {
    /// This reading for the judge; see [`TestRecord::readings_for_judge`].
    pub fn for_judge(&self, class: Option<EquipmentClass>) -> Option<ReadingInput> {
        let test = match (self.measured, class) {
            (Measured::Leakage, Some(EquipmentClass::I)) => ReadingTest::ProtectiveConductorCurrent,
            (Measured::Leakage, _) => ReadingTest::TouchCurrent,
            (measured, _) => measured.test()?,
        };
        let value = self.value.or(match self.verdict {
            Some(TesterVerdict::Fail) => Some(ReadingValue::Fail),
            Some(TesterVerdict::Pass) => Some(ReadingValue::Pass),
            _ => None,
        })?;
        let figure = matches!(value, ReadingValue::Number { .. });
        let word = matches!(value, ReadingValue::Pass | ReadingValue::Fail);
        if test == ReadingTest::Load && word {
            return None;
        }
        // The text as given stays where it says the same without its unit.
        let as_given = self.given.parse() == Ok(value) && self.given.chars().count() <= 40;
        Some(ReadingInput {
            test: test.code().to_owned(),
            value: if as_given { self.given.clone() } else { value.to_string() },
            unit: test.unit().filter(|_| figure).map(|u| u.code().to_owned()),
            voltage_v: self.voltage_v.map(Decimal::from_whole),
            test_current_a: self.test_current_a,
            rated_ma: self.rated_ma,
            multiplier: self.multiplier,
            socket: self.socket.map(Decimal::from_whole),
            phase: self.phase.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::reading::Reading;

    fn leakage(text: &str) -> TesterReading {
        let value = text.parse().ok();
        TesterReading { value, ..TesterReading::new(Measured::Leakage, "Leakage", text) }
    }

    #[test]
    fn leakage_is_named_by_the_class_and_strictly_without_one() {
        let test = |class| leakage("0.20").for_judge(class).unwrap().test;
        assert_eq!(test(Some(EquipmentClass::I)), "protective_conductor_current");
        assert_eq!(test(Some(EquipmentClass::II)), "touch_current");
        assert_eq!(test(None), "touch_current");
        assert_eq!(leakage("0.20").for_judge(None).unwrap().value, "0.20");
    }

    #[test]
    fn words_are_judged_and_nothing_is_not() {
        let mut reading = leakage("");
        assert_eq!(reading.for_judge(None), None);
        reading.verdict = Some(TesterVerdict::Fail);
        let input = reading.for_judge(None).unwrap();
        assert_eq!((input.value.as_str(), input.unit.as_deref()), ("fail", None));
        assert!(Reading::try_from(input).is_ok());
    }

    #[test]
    fn a_fail_of_something_unknown_is_not_lost() {
        let flash = TesterReading {
            verdict: Some(TesterVerdict::Fail),
            ..TesterReading::new(Measured::Other, "Flash test at 3000 volts", "5")
        };
        let seen = |result| VisualSeen {
            name: "Visual".into(),
            item: None,
            result: Some(result),
            note: String::new(),
        };
        let visual = vec![seen(VisualResult::Pass), seen(VisualResult::Fail)];
        let record = TestRecord { readings: vec![flash], visual, ..TestRecord::default() };
        let inputs = record.readings_for_judge(None);
        let told: Vec<_> =
            inputs.iter().map(|i| (i.test.as_str(), i.value.as_str(), i.phase.as_deref().unwrap())).collect();
        assert_eq!(told, [("functional", "fail", "Flash test at 3000 v"), ("functional", "fail", "Visual")]);
        assert!(inputs.into_iter().all(|input| Reading::try_from(input).is_ok()));
        assert_eq!(record.visual_overall(), Some(VisualResult::Fail));
    }
}
