//! What kind of electrical equipment a thing is, in the field's own words.

use crate::codes;

codes!(
    /// Protection against electric shock; decides which readings a test needs.
    EquipmentClass, "equipment class", {
    I = "I", "Class I";
    II = "II", "Class II";
    IIFe = "II_FE", "Class II with functional earth";
    III = "III", "Class III";
});

codes!(
    /// How equipment is used and moved; decides how often it is tested.
    EquipmentType, "equipment type", {
    Stationary = "stationary", "Stationary";
    It = "it", "IT";
    Movable = "movable", "Movable";
    Portable = "portable", "Portable";
    HandHeld = "hand_held", "Hand-held";
    Fixed = "fixed", "Fixed";
    BuiltIn = "built_in", "Built-in";
    Lead = "lead", "Detachable lead";
    ExtensionLead = "extension_lead", "Extension lead";
});

codes!(
    /// Where equipment is used; a harsher place means shorter intervals.
    Environment, "environment", {
    Office = "office", "Office or shop";
    Public = "public", "Used by the public";
    School = "school", "School";
    Hotel = "hotel", "Hotel";
    Kitchen = "kitchen", "Commercial kitchen";
    Workshop = "workshop", "Workshop or industrial";
    Construction = "construction", "Construction site";
    Residential = "residential", "Residential";
    LowRisk = "low_risk", "Low risk (stores, plant rooms)";
});

codes!(
    /// The kinds of inspection, lightest first.
    TestKind, "kind of test", {
    UserCheck = "user_check", "User check";
    FormalVisual = "formal_visual", "Formal visual inspection";
    Combined = "combined", "Combined inspection and test";
    NewToService = "new_to_service", "New to service";
    AfterRepair = "after_repair", "Test after repair";
});

impl TestKind {
    /// The kinds that fall due by date; the others are done when there is reason to.
    pub const FALLING_DUE: &'static [Self] = &[Self::UserCheck, Self::FormalVisual, Self::Combined];
    /// The kinds that measure; the others look.
    pub const MEASURING: &'static [Self] = &[Self::Combined, Self::NewToService, Self::AfterRepair];

    /// Whether readings are taken.
    pub fn measures(self) -> bool {
        Self::MEASURING.contains(&self)
    }
}

impl EquipmentType {
    /// Leads are tested for polarity and per socket, and are items of their own.
    pub fn is_lead(self) -> bool {
        matches!(self, Self::Lead | Self::ExtensionLead)
    }
}
