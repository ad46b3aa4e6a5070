//! Words for the kinds of equipment as registers write them, and the folding of names.

use crate::measures::{Wrong, means_nothing};
use domain::equipment::{EquipmentClass, EquipmentType};

/// What a "class" column says; many registers write the lead there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassCell {
    /// A class of protection.
    Class(EquipmentClass),
    /// No class, but that the item is a lead.
    Lead(EquipmentType),
}

/// Lower case, letters and digits only: "Asset No." and "asset_no" are one name.
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// At most this many characters, with an ellipsis where some are left out.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}

/// Reads an equipment class: "1", "I", "Class II", "double insulated", "lead".
///
/// # Errors
/// Says what is allowed.
pub fn class(text: &str) -> Result<Option<ClassCell>, Wrong> {
    if means_nothing(text) {
        return Ok(None);
    }
    let folded = fold(text);
    let bare = ["class", "cls", "cl"].iter().find_map(|p| folded.strip_prefix(p)).unwrap_or(&folded);
    let found = match bare {
        "1" | "i" | "one" | "c1" | "earthed" => EquipmentClass::I,
        "2" | "ii" | "two" | "c2" | "di" | "doubleinsulated" | "double" => EquipmentClass::II,
        "2fe" | "iife" | "2withfe" | "iiwithfe" | "iiwithfunctionalearth" | "2withfunctionalearth" => {
            EquipmentClass::IIFe
        }
        "3" | "iii" | "three" | "c3" | "selv" => EquipmentClass::III,
        _ => match lead(bare) {
            Some(lead) => return Ok(Some(ClassCell::Lead(lead))),
            None => return Err(Wrong::new("it is no equipment class", "I, II, II FE, III or lead")),
        },
    };
    Ok(Some(ClassCell::Class(found)))
}

/// Reads an equipment type: "S", "hand held", "mobile", "extension lead".
///
/// # Errors
/// Says what is allowed.
pub fn equipment_type(text: &str) -> Result<Option<EquipmentType>, Wrong> {
    if means_nothing(text) {
        return Ok(None);
    }
    let folded = fold(text);
    Ok(Some(match folded.as_str() {
        "s" | "stationary" | "stationery" => EquipmentType::Stationary,
        "it" | "ite" | "itequipment" | "informationtechnology" => EquipmentType::It,
        "m" | "movable" | "moveable" | "mobile" | "transportable" => EquipmentType::Movable,
        "p" | "portable" => EquipmentType::Portable,
        "h" | "hh" | "handheld" => EquipmentType::HandHeld,
        "f" | "fixed" => EquipmentType::Fixed,
        "b" | "bi" | "builtin" => EquipmentType::BuiltIn,
        other => lead(other).ok_or_else(|| {
            Wrong::new(
                "it is no equipment type",
                "stationary, IT, movable, portable, hand-held, fixed, built-in, lead or extension lead",
            )
        })?,
    }))
}

fn lead(folded: &str) -> Option<EquipmentType> {
    match folded {
        "lead" | "ieclead" | "iec" | "detachablelead" | "mainslead" | "powerlead" | "appliancelead"
        | "cordset" => Some(EquipmentType::Lead),
        "extensionlead" | "extension" | "extlead" | "ext" | "extensioncable" | "cablereel" | "epod" => {
            Some(EquipmentType::ExtensionLead)
        }
        _ => None,
    }
}

/// Reads yes or no in the words of forms and spreadsheets.
///
/// # Errors
/// Says what is allowed.
pub fn yes_no(text: &str) -> Result<Option<bool>, Wrong> {
    match text.trim() {
        "✓" | "✔" | "☑" => return Ok(Some(true)),
        "✗" | "✘" | "☐" => return Ok(Some(false)),
        _ => {}
    }
    match fold(text).as_str() {
        "y" | "yes" | "true" | "t" | "1" | "x" | "on" | "fitted" | "ja" | "oui" | "si" | "sí" | "tak" => {
            Ok(Some(true))
        }
        // "None" in a column of surge suppressors says that there are none, not that nobody looked.
        "n" | "no" | "false" | "f" | "0" | "off" | "none" | "notfitted" | "nein" | "non" | "nie" => {
            Ok(Some(false))
        }
        _ if means_nothing(text) => Ok(None),
        _ => Err(Wrong::new("it is neither yes nor no", "yes or no")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_and_leads_are_read_in_the_words_of_registers() {
        use EquipmentClass::{I, II, IIFe, III};
        for (text, class_found) in [
            ("1", I),
            ("I", I),
            ("Class 1", I),
            ("class i", I),
            ("CL1", I),
            ("2", II),
            ("Class II", II),
            ("Double insulated", II),
            ("II FE", IIFe),
            ("II_FE", IIFe),
            ("Class II with functional earth", IIFe),
            ("3", III),
            ("SELV", III),
        ] {
            assert_eq!(class(text), Ok(Some(ClassCell::Class(class_found))), "{text}");
        }
        assert_eq!(class("IEC Lead"), Ok(Some(ClassCell::Lead(EquipmentType::Lead))));
        assert_eq!(class("n/a"), Ok(None));
        for text in ["4", "IV", "IT", "class", "0"] {
            assert!(class(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_code_and_label_of_ours_is_read_back() {
        use domain::code::Code;
        for known in EquipmentClass::ALL {
            assert_eq!(class(known.code()), Ok(Some(ClassCell::Class(*known))));
            assert_eq!(class(known.label()), Ok(Some(ClassCell::Class(*known))));
        }
        for known in EquipmentType::ALL {
            assert_eq!(equipment_type(known.code()), Ok(Some(*known)));
            assert_eq!(equipment_type(known.label()), Ok(Some(*known)));
        }
    }

    #[test]
    fn types_and_yes_or_no() {
        assert_eq!(equipment_type("HH"), Ok(Some(EquipmentType::HandHeld)));
        assert_eq!(equipment_type("Mobile"), Ok(Some(EquipmentType::Movable)));
        assert!(equipment_type("Kettle").unwrap_err().expected.contains("portable"));
        assert_eq!(yes_no("Y"), Ok(Some(true)));
        assert_eq!(yes_no("None"), Ok(Some(false)));
        assert_eq!(yes_no("unknown"), Ok(None));
        assert!(yes_no("maybe").is_err());
    }
}
