//! The limit of a reading for an item, and what a reading proves against it.

use serde::{Deserialize, Serialize};

use crate::codes;
use crate::lead::find_conductor;
use crate::quantity::Decimal;
use crate::reading::{Operator, ReadingTest, ReadingValue, Unit};
use crate::ruleset::{Amount, Confidence, LimitRule, RuleSet};
pub use crate::subject::Subject;
pub use crate::when::Case;

codes!(
    /// Which side of a limit is good.
    Bound, "bound", {
    Maximum = "maximum", "at most";
    Minimum = "minimum", "at least";
});

/// A computed limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// Which side is good; equal always is.
    pub bound: Bound,
    /// The figure, in `unit`.
    pub value: Decimal,
    /// The unit of the test.
    pub unit: Unit,
    /// How well the weakest of the figures it comes from is confirmed.
    pub confidence: Confidence,
    /// How the figure came about, where it is more than a constant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Only with the lead's length unknown: `value` is passed for certain, and beyond this it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fails_beyond: Option<Decimal>,
}

/// What a value proves against a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Within the limit.
    Pass,
    /// Beyond the limit.
    Fail,
    /// Could be either.
    Open,
}

/// Finds the limit of a test; none where the rule set states none for this case.
pub fn limit_for(rules: &RuleSet, test: ReadingTest, case: &Case) -> Option<Limit> {
    compute(rules, rule_for(rules, test, case)?, case.subject)
}

pub(crate) fn rule_for<'a>(rules: &'a RuleSet, test: ReadingTest, case: &Case) -> Option<&'a LimitRule> {
    rules.limits.iter().find(|rule| rule.test == test && rule.when.holds(case))
}

pub(crate) fn compute(rules: &RuleSet, rule: &LimitRule, subject: &Subject) -> Option<Limit> {
    let (bound, amount) = match (&rule.maximum, &rule.minimum) {
        (Some(amount), _) => (Bound::Maximum, amount),
        (None, Some(amount)) => (Bound::Minimum, amount),
        (None, None) => return None,
    };
    let unit = rule.test.unit()?;
    let figure = figure(rules, amount, subject);
    Some(Limit {
        bound,
        value: figure.value,
        unit,
        confidence: figure.confidence.map_or(rule.confidence, |mark| mark.max(rule.confidence)),
        basis: figure.basis,
        fails_beyond: figure.fails_beyond,
    })
}

#[derive(Default)]
struct Figure {
    value: Decimal,
    basis: Option<String>,
    fails_beyond: Option<Decimal>,
    /// Of a further figure that it rests on.
    confidence: Option<Confidence>,
}

fn figure(rules: &RuleSet, amount: &Amount, subject: &Subject) -> Figure {
    match amount {
        Amount::Fixed(value) => Figure { value: *value, ..Figure::default() },
        Amount::PlusLead { base, at_least, at_most, unknown_length_fails_above } => {
            let Some(length) = subject.lead_length_m else {
                return lead_unknown(*base, *unknown_length_fails_above);
            };
            let mut figure = plus_lead(rules, *base, length, subject.conductor_mm2);
            figure.value = at_least.map_or(figure.value, |least| figure.value.max(least));
            figure.value = at_most.map_or(figure.value, |most| figure.value.min(most));
            figure
        }
        Amount::LengthSteps { base, up_to_m, step, every_m, at_most, unknown_length_fails_above } => {
            match subject.lead_length_m {
                None => lead_unknown(*base, *unknown_length_fails_above),
                Some(length) => stepped(length, *base, *up_to_m, *step, *every_m, *at_most),
            }
        }
        Amount::PerKilowatt { each, at_least, at_most } => {
            per_kilowatt(*each, *at_least, *at_most, subject.rated_power_w)
        }
    }
}

fn lead_unknown(base: Decimal, fails_above: Decimal) -> Figure {
    let basis = format!("lead length not recorded; the limit with no lead at all is {base}");
    Figure { value: base, basis: Some(basis), fails_beyond: Some(fails_above), confidence: None }
}

fn plus_lead(rules: &RuleSet, base: Decimal, length: Decimal, mm2: Option<Decimal>) -> Figure {
    let row = mm2.and_then(|mm2| find_conductor(&rules.conductors, mm2));
    let sum = row.and_then(|row| row.resistance(length)).and_then(|r| Some((r, base.checked_add(r)?)));
    let (value, basis) = match (sum, mm2) {
        (Some((r, sum)), Some(mm2)) => (sum, format!("{base} plus {r} for {length} m of {mm2} mm²")),
        (None, Some(mm2)) => (base, format!("{base}, as there is no figure for {length} m of {mm2} mm²")),
        (_, None) => (base, format!("{base}, as the conductor size of the lead is not recorded")),
    };
    let confidence = sum.and(row).map(|row| row.confidence);
    Figure { value, basis: Some(basis), confidence, ..Figure::default() }
}

fn stepped(
    length: Decimal,
    base: Decimal,
    up_to: Decimal,
    step: Decimal,
    every: Decimal,
    most: Decimal,
) -> Figure {
    let begun = length.checked_sub(up_to).unwrap_or_default().steps_begun(every);
    let more = step.mul_floor(Decimal::from_whole(begun));
    let value = more.and_then(|more| base.checked_add(more)).map_or(most, |sum| sum.min(most));
    Figure { value, basis: Some(format!("for a lead of {length} m")), ..Figure::default() }
}

fn per_kilowatt(each: Decimal, least: Decimal, most: Decimal, watts: Option<Decimal>) -> Figure {
    let Some(watts) = watts else {
        let basis = Some("rated power not recorded".to_owned());
        return Figure { value: least, basis, ..Figure::default() };
    };
    // Multiplied before it is divided: watts are whole, a thousandth of them need not be.
    let thousandth = Decimal::from_millionths(1000);
    let value = watts.mul_floor(each).and_then(|v| v.mul_floor(thousandth)).unwrap_or(most);
    let basis = format!("{each} for each kW of {watts} W");
    Figure { value: value.clamp(least, most), basis: Some(basis), ..Figure::default() }
}

impl Limit {
    /// What a value proves against this limit.
    ///
    /// A bare pass without a figure proves nothing about a limit; a bare fail fails.
    pub fn compare(&self, value: ReadingValue) -> Proof {
        let near = compare(value, self.bound, self.value);
        match self.fails_beyond {
            None => near,
            Some(_) if near == Proof::Pass => Proof::Pass,
            Some(far) if compare(value, self.bound, far) == Proof::Fail => Proof::Fail,
            Some(_) => Proof::Open,
        }
    }

    /// The distance of a figure from the limit, in its unit; negative where beyond.
    ///
    /// None for a bound that proves nothing: "<5" is at no known distance from 0.1.
    pub fn margin(&self, value: ReadingValue) -> Option<Decimal> {
        match (value, self.bound) {
            (ReadingValue::Number { operator, .. }, _)
                if operator != Operator::Exact && self.compare(value) == Proof::Open =>
            {
                None
            }
            (ReadingValue::Number { value, .. }, Bound::Maximum) => self.value.checked_sub(value),
            (ReadingValue::Number { value, .. }, Bound::Minimum) => value.checked_sub(self.value),
            _ => None,
        }
    }

    /// "at most 0.1585 Ω".
    pub fn words(&self) -> String {
        use crate::code::Code;
        format!("{} {} {}", self.bound.label(), self.value, self.unit.label())
    }
}

fn compare(value: ReadingValue, bound: Bound, limit: Decimal) -> Proof {
    match (value, bound) {
        (ReadingValue::Fail, _) | (ReadingValue::OverRange, Bound::Maximum) => Proof::Fail,
        (ReadingValue::OverRange, Bound::Minimum) => Proof::Pass,
        (ReadingValue::Pass, _) => Proof::Open,
        (ReadingValue::Number { operator, value }, Bound::Maximum) => against_maximum(operator, value, limit),
        (ReadingValue::Number { operator, value }, Bound::Minimum) => against_minimum(operator, value, limit),
    }
}

fn against_maximum(operator: Operator, x: Decimal, limit: Decimal) -> Proof {
    match operator {
        Operator::Exact if x <= limit => Proof::Pass,
        Operator::Exact => Proof::Fail,
        Operator::Less | Operator::LessEq if x <= limit => Proof::Pass,
        Operator::Greater if x >= limit => Proof::Fail,
        Operator::GreaterEq if x > limit => Proof::Fail,
        _ => Proof::Open,
    }
}

fn against_minimum(operator: Operator, x: Decimal, limit: Decimal) -> Proof {
    match operator {
        Operator::Exact if x >= limit => Proof::Pass,
        Operator::Exact => Proof::Fail,
        Operator::Less if x <= limit => Proof::Fail,
        Operator::LessEq if x < limit => Proof::Fail,
        Operator::Greater | Operator::GreaterEq if x >= limit => Proof::Pass,
        _ => Proof::Open,
    }
}

#[cfg(test)]
#[path = "limits_tests.rs"]
mod tests;
