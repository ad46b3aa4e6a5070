//! What is looked at: nine faults in ten are found by eye.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserializer, de};

use crate::codes;
use crate::equipment::{EquipmentClass, EquipmentType};

codes!(
    /// A thing looked at in an inspection.
    VisualItem, "visual item", {
    Plug = "plug", "Plug";
    Flex = "flex", "Flex";
    Enclosure = "enclosure", "Enclosure";
    Environment = "environment", "Environment";
    Socket = "socket", "Socket";
    Switch = "switch", "Switch";
    Fuse = "fuse", "Fuse";
    CordGrip = "cord_grip", "Cord grip";
    Suitability = "suitability", "Suitability";
    Overheating = "overheating", "Overheating";
    EarlierRepairs = "earlier_repairs", "Earlier repairs";
    /// What a tester's file says of the inspection as a whole, without saying what was looked at.
    Overall = "overall", "Visual inspection as a whole";
});

codes!(
    /// What the eye found.
    VisualResult, "visual result", {
    Pass = "pass", "Pass";
    Fail = "fail", "Fail";
    NotApplicable = "not_applicable", "Not applicable";
});

/// Lists the items that the form offers for such equipment, in the order in which one looks.
///
/// An item left out here may still be recorded and is judged like any other.
pub fn visual_items(class: EquipmentClass, kind: EquipmentType) -> Vec<VisualItem> {
    use crate::code::Code;
    VisualItem::ALL.iter().copied().filter(|item| applies(*item, class, kind)).collect()
}

fn applies(item: VisualItem, class: EquipmentClass, kind: EquipmentType) -> bool {
    let wired_in = matches!(kind, EquipmentType::Fixed | EquipmentType::BuiltIn);
    match item {
        // Only files say it; a person says what they looked at.
        VisualItem::Overall => false,
        VisualItem::Socket => kind.is_lead(),
        VisualItem::Switch => kind != EquipmentType::Lead,
        VisualItem::Plug | VisualItem::CordGrip => !wired_in,
        // Extra-low voltage equipment has no mains plug and so no plug fuse.
        VisualItem::Fuse => class != EquipmentClass::III && !wired_in,
        _ => true,
    }
}

/// Reads the visual items of a test; for a serde field.
///
/// # Errors
/// Refuses an item named twice: JSON would keep the last, and so lose a fail.
pub(crate) fn each_item_once<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<VisualItem, VisualResult>, D::Error> {
    deserializer.deserialize_map(Items)
}

struct Items;

impl<'de> de::Visitor<'de> for Items {
    type Value = BTreeMap<VisualItem, VisualResult>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("visual items, such as {\"plug\": \"pass\"}")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut given: A) -> Result<Self::Value, A::Error> {
        let mut items = BTreeMap::new();
        while let Some((item, result)) = given.next_entry::<VisualItem, VisualResult>()? {
            if items.insert(item, result).is_some() {
                return Err(de::Error::custom(format!("\"{item}\" is given twice; give it once")));
            }
        }
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_asks_only_for_what_is_there() {
        let lead = visual_items(EquipmentClass::I, EquipmentType::ExtensionLead);
        assert!(lead.contains(&VisualItem::Socket) && lead.contains(&VisualItem::Fuse));
        let kettle = visual_items(EquipmentClass::I, EquipmentType::Portable);
        assert!(!kettle.contains(&VisualItem::Socket) && kettle.contains(&VisualItem::Plug));
        let hob = visual_items(EquipmentClass::I, EquipmentType::BuiltIn);
        assert!(!hob.contains(&VisualItem::Plug) && hob.contains(&VisualItem::Enclosure));
        let torch = visual_items(EquipmentClass::III, EquipmentType::HandHeld);
        assert!(!torch.contains(&VisualItem::Fuse));
    }
}
