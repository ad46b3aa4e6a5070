//! When a rule of a rule set applies: all that is stated must hold, what is left out does not matter.

use serde::{Deserialize, Serialize};

use crate::equipment::{EquipmentClass, EquipmentType};
use crate::quantity::Decimal;
use crate::subject::Subject;

/// The condition of a rule.
///
/// A bound on a quantity holds only where the quantity is known, so the rule for the unknown comes last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// Any of these classes.
    pub class: Option<Vec<EquipmentClass>>,
    /// Any of these types.
    pub equipment_type: Option<Vec<EquipmentType>>,
    /// Whether it is a lead or extension lead.
    pub lead: Option<bool>,
    /// Whether it heats.
    pub heating: Option<bool>,
    /// Whether it holds surge suppressors.
    pub surge_suppressors: Option<bool>,
    /// Whether unearthed metal can be touched.
    pub unearthed_metal: Option<bool>,
    /// Whether no metal can be touched.
    pub no_accessible_metal: Option<bool>,
    /// Whether the plug was wired by hand.
    pub rewirable_plug: Option<bool>,
    /// Whether the switch needs mains to close.
    pub mains_switch: Option<bool>,
    /// Whether an RCD is fitted.
    pub rcd_fitted: Option<bool>,
    /// Whether the conductor's size is recorded.
    pub conductor_known: Option<bool>,
    /// Whether the lead's length is recorded.
    pub lead_length_known: Option<bool>,
    /// Conductor above this many square millimetres.
    pub mm2_above: Option<Decimal>,
    /// Rated power of at least this many watts.
    pub rated_w_at_least: Option<Decimal>,
    /// Rated power above this many watts.
    pub rated_w_above: Option<Decimal>,
    /// Rated current above this many amperes.
    pub rated_a_above: Option<Decimal>,
    /// RCD rated at this many milliamperes or less.
    pub rcd_ma_at_most: Option<Decimal>,
    /// RCD tested at this multiple of its rated residual current.
    pub rcd_multiplier: Option<Decimal>,
}

/// What a condition is held against: the item, and what the reading itself says of the RCD.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The item.
    pub subject: &'a Subject,
    /// Multiple of the rated residual current.
    pub multiplier: Decimal,
    /// Rated residual current in milliamperes.
    pub rcd_ma: Option<Decimal>,
}

impl<'a> Case<'a> {
    /// The item alone, its RCD tested at once the rated current.
    pub fn of(subject: &'a Subject) -> Self {
        Self { subject, multiplier: Decimal::ONE, rcd_ma: subject.rcd_ma }
    }
}

/// A yes or no that is stated, and how it is found.
type Flag = (Option<bool>, fn(&Subject) -> bool);

impl When {
    /// How much it states: of two conditions that hold, the one that states more is the more specific.
    pub fn statements(&self) -> usize {
        let flags = self.flags().iter().filter(|(wanted, _)| wanted.is_some()).count();
        let bounds = self.bounds().iter().filter(|bound| bound.is_some()).count();
        usize::from(self.class.is_some()) + usize::from(self.equipment_type.is_some()) + flags + bounds
    }

    /// Whether it states nothing, and so always holds.
    pub fn is_always(&self) -> bool {
        self.statements() == 0
    }

    /// Whether all that is stated holds.
    pub fn holds(&self, case: &Case) -> bool {
        self.kind_holds(case.subject) && self.flags_hold(case.subject) && self.bounds_hold(case)
    }

    fn kind_holds(&self, subject: &Subject) -> bool {
        let class = self.class.as_ref().is_none_or(|any| any.contains(&subject.equipment_class));
        let kind = self.equipment_type.as_ref().is_none_or(|any| any.contains(&subject.equipment_type));
        class && kind
    }

    fn flags_hold(&self, subject: &Subject) -> bool {
        self.flags().into_iter().all(|(wanted, is)| wanted.is_none_or(|wanted| wanted == is(subject)))
    }

    /// Each yes or no with how it is found.
    fn flags(&self) -> [Flag; 10] {
        [
            (self.lead, |s| s.equipment_type.is_lead()),
            (self.heating, |s| s.heating),
            (self.surge_suppressors, |s| s.surge_suppressors),
            (self.unearthed_metal, |s| s.unearthed_metal),
            (self.no_accessible_metal, |s| s.no_accessible_metal),
            (self.rewirable_plug, |s| s.rewirable_plug),
            (self.mains_switch, |s| s.mains_switch),
            (self.rcd_fitted, |s| s.rcd_ma.is_some()),
            (self.conductor_known, |s| s.conductor_mm2.is_some()),
            (self.lead_length_known, |s| s.lead_length_m.is_some()),
        ]
    }

    fn bounds(&self) -> [Option<Decimal>; 6] {
        [
            self.mm2_above,
            self.rated_w_at_least,
            self.rated_w_above,
            self.rated_a_above,
            self.rcd_ma_at_most,
            self.rcd_multiplier,
        ]
    }

    fn bounds_hold(&self, case: &Case) -> bool {
        let above = |bound: Option<Decimal>, is: Option<Decimal>| {
            bound.is_none_or(|bound| is.is_some_and(|is| is > bound))
        };
        let subject = case.subject;
        above(self.mm2_above, subject.conductor_mm2)
            && above(self.rated_w_above, subject.rated_power_w)
            && above(self.rated_a_above, subject.rated_current_a)
            && self.rated_w_at_least.is_none_or(|least| subject.rated_power_w.is_some_and(|w| w >= least))
            && self.rcd_ma_at_most.is_none_or(|most| case.rcd_ma.is_some_and(|ma| ma <= most))
            && self.rcd_multiplier.is_none_or(|multiple| case.multiplier == multiple)
    }
}
