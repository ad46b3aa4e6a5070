//! What is refused in a rule set: a slip in a figure decides whether somebody is hurt.

use crate::lead::Conductor;
use crate::quantity::Decimal;
use crate::reading::ReadingTest;
use crate::ruleset::{Amount, LimitRule, RequireRule, RuleSet};

impl RuleSet {
    /// Checks that the rule set makes sense.
    ///
    /// # Errors
    /// Names the rule by its place in the file and its test, and what is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.check_head()?;
        for (i, rule) in self.limits.iter().enumerate() {
            self.check_limit(i, rule).map_err(|why| format!("limit {} ({}): {why}", i + 1, rule.test))?;
        }
        for (i, rule) in self.requirements.iter().enumerate() {
            self.check_required(i, rule)
                .map_err(|why| format!("required reading {} ({}): {why}", i + 1, rule.test))?;
        }
        check_conductors(&self.conductors)
    }

    fn check_head(&self) -> Result<(), String> {
        let head = [
            ("code", &self.code),
            ("name", &self.name),
            ("edition", &self.edition),
            ("after_repair", &self.after_repair),
            ("source", &self.source),
        ];
        if let Some((field, _)) = head.iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(format!("{field} is empty"));
        }
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        if !self.code.chars().all(plain) {
            return Err("a code is written with a to z and 0 to 9".to_owned());
        }
        if self.version == 0 {
            return Err("version counts from 1".to_owned());
        }
        match (self.insulation.surge_suppressors_v, self.insulation.standard_v) {
            (0, _) => Err("insulation: a test voltage is not above zero".to_owned()),
            (less, usual) if less > usual => {
                Err(format!("insulation: {less} V for surge suppressors is above the usual {usual} V"))
            }
            _ => Ok(()),
        }
    }

    fn check_limit(&self, place: usize, rule: &LimitRule) -> Result<(), String> {
        if rule.maximum.is_some() && rule.minimum.is_some() {
            return Err("it has a maximum and a minimum; give one".to_owned());
        }
        if rule.test.unit().is_none() {
            return Err("it is passed or failed and has no limit".to_owned());
        }
        let least = rule.test == ReadingTest::InsulationResistance;
        if (least && rule.maximum.is_some()) || (!least && rule.minimum.is_some()) {
            return Err(format!("give a {}", if least { "minimum" } else { "maximum" }));
        }
        let mut amounts = [&rule.maximum, &rule.minimum].into_iter().flatten();
        if !amounts.all(Amount::is_sound) {
            return Err("its bounds are negative or contradict each other".to_owned());
        }
        if rule.forgiven_by.contains(&rule.test) {
            return Err("it forgives itself".to_owned());
        }
        let mut before = self.limits.iter().take(place);
        match before.any(|earlier| earlier.test == rule.test && earlier.when.is_always()) {
            true => Err("an earlier limit always holds, so that this one is never used".to_owned()),
            false => Ok(()),
        }
    }

    fn check_required(&self, place: usize, rule: &RequireRule) -> Result<(), String> {
        if rule.instead.contains(&rule.test) {
            return Err("it stands in for itself".to_owned());
        }
        if rule.kinds.is_empty() {
            return Err("it names no kind of test".to_owned());
        }
        // A figure without a limit is recorded and never proven: every test would stay incomplete.
        let limited = self.limits.iter().any(|limit| limit.test == rule.test && limit.has_bound());
        if rule.test.unit().is_some() && !limited {
            return Err("it has no limit, so that nothing could prove it".to_owned());
        }
        let hides = |earlier: &RequireRule| {
            earlier.test == rule.test
                && earlier.when.is_always()
                && rule.kinds.iter().all(|kind| earlier.kinds.contains(kind))
        };
        match self.requirements.iter().take(place).any(hides) {
            true => Err("an earlier one always holds, so that this one is never used".to_owned()),
            false => Ok(()),
        }
    }
}

impl LimitRule {
    fn has_bound(&self) -> bool {
        self.maximum.is_some() || self.minimum.is_some()
    }
}

impl Amount {
    fn is_sound(&self) -> bool {
        let given = |numbers: &[Decimal]| numbers.iter().all(|number| !number.is_negative());
        match self {
            Self::Fixed(value) => given(&[*value]),
            Self::PlusLead { base, at_least, at_most, unknown_length_fails_above: far } => {
                given(&[*base])
                    && base <= far
                    && at_least.zip(*at_most).is_none_or(|(least, most)| least <= most)
            }
            Self::LengthSteps { base, up_to_m, step, every_m, at_most, unknown_length_fails_above: far } => {
                given(&[*base, *up_to_m, *step]) && base <= far && base <= at_most && *every_m > Decimal::ZERO
            }
            Self::PerKilowatt { each, at_least, at_most } => {
                given(&[*each, *at_least]) && at_least <= at_most
            }
        }
    }
}

fn check_conductors(table: &[Conductor]) -> Result<(), String> {
    if let Some(row) = table.iter().find(|row| row.ohm_per_m <= Decimal::ZERO || row.mm2 <= Decimal::ZERO) {
        return Err(format!("the conductor of {} mm2 is not above zero", row.mm2));
    }
    for (thin, thick) in table.iter().zip(table.iter().skip(1)) {
        if thick.mm2 <= thin.mm2 || thick.ohm_per_m >= thin.ohm_per_m {
            return Err(format!(
                "the conductor of {} mm2 comes after {} mm2 and is not both thicker and of less resistance",
                thick.mm2, thin.mm2
            ));
        }
    }
    Ok(())
}
