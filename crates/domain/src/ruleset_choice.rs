//! By which rule sets an item is judged: its site's, else its customer's.

use crate::equipment::TestKind;
use crate::ruleset::RuleSet;

/// What a customer or a site has set; a blank code sets nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleSetting<'a> {
    /// Code of the rule set for tests.
    pub ruleset: &'a str,
    /// Code of the rule set by which a failed item returns to service.
    pub repair_ruleset: &'a str,
}

/// The rule sets for an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleChoice {
    /// For every kind of test but the one after a repair.
    pub ruleset: &'static RuleSet,
    /// For the test after a repair: the only one whose pass returns a failed item to service.
    pub repair: &'static RuleSet,
}

impl RuleChoice {
    /// Chooses: what the site sets goes before what the customer does, and what is set for repairs before what
    /// follows from the rule set of that level.
    ///
    /// # Errors
    /// Names a code that is none, and says which there are.
    pub fn of(site: RuleSetting, customer: RuleSetting) -> Result<Self, String> {
        let ruleset = RuleSet::parse_code(first(&[site.ruleset, customer.ruleset]))?;
        let follows = || ruleset.for_kind(TestKind::AfterRepair);
        let repair = match (site.repair_ruleset, site.ruleset, customer.repair_ruleset) {
            ("", "", "") => follows(),
            ("", "", customers) => RuleSet::parse_code(customers)?,
            ("", _, _) => follows(),
            (sites, _, _) => RuleSet::parse_code(sites)?,
        };
        Ok(Self { ruleset, repair })
    }

    /// The rule set for a kind of test.
    pub fn for_kind(&self, kind: TestKind) -> &'static RuleSet {
        if kind == TestKind::AfterRepair { self.repair } else { self.ruleset }
    }
}

fn first<'a>(codes: &[&'a str]) -> &'a str {
    codes.iter().find(|code| !code.is_empty()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_setting_wins() {
        let set = |text: &'static str| {
            let (ruleset, repair_ruleset) = text.split_once('/').unwrap();
            RuleSetting { ruleset, repair_ruleset }
        };
        for (site, customer, expected) in [
            ("/", "iet5/", "iet5 en50678"),
            ("/", "asnzs3760/", "asnzs3760 asnzs3760"),
            ("/", "vde0701/", "vde0701 en50678"),
            ("/", "iet5/iet5", "iet5 iet5"),
            ("asnzs3760/", "iet5/en50678", "asnzs3760 asnzs3760"),
            ("/iet5", "iet5/en50678", "iet5 iet5"),
            ("en50699/iet5", "iet5/en50678", "en50699 iet5"),
        ] {
            let choice = RuleChoice::of(set(site), set(customer)).unwrap();
            let words = format!("{} {}", choice.ruleset.code, choice.repair.code);
            assert_eq!(words, expected, "site {site}, customer {customer}");
            assert_eq!(choice.for_kind(TestKind::AfterRepair), choice.repair);
        }
        assert!(RuleChoice::of(set("/"), set("iet6/")).unwrap_err().contains("iet5"));
    }
}
