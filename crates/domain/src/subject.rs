//! What is tested: the facts of an item that decide its limits and its required readings.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::equipment::{EquipmentClass, EquipmentType};
use crate::quantity::{Decimal, not_negative};

/// More socket outlets than any extension lead has; a larger number is a slip of the finger.
pub const MAX_SOCKETS: u32 = 100;

/// The facts of an item that its verdict depends on; stored with each verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Protection against electric shock.
    pub equipment_class: EquipmentClass,
    /// How it is used and moved.
    pub equipment_type: EquipmentType,
    /// Conductor cross-section of its lead in square millimetres.
    #[serde(default, deserialize_with = "not_negative")]
    pub conductor_mm2: Option<Decimal>,
    /// Length of its lead in metres.
    #[serde(default, deserialize_with = "not_negative")]
    pub lead_length_m: Option<Decimal>,
    /// Rated power in watts.
    #[serde(default, deserialize_with = "not_negative")]
    pub rated_power_w: Option<Decimal>,
    /// Rated current in amperes.
    #[serde(default, deserialize_with = "not_negative")]
    pub rated_current_a: Option<Decimal>,
    /// Whether it has heating elements.
    #[serde(default)]
    pub heating: bool,
    /// Whether it holds surge suppressors, which spoil an insulation test at full voltage.
    #[serde(default)]
    pub surge_suppressors: bool,
    /// Socket outlets of an extension lead; 0 where not recorded, [`MAX_SOCKETS`] at most.
    #[serde(default, deserialize_with = "sockets")]
    pub sockets: u32,
    /// Rated residual current in milliamperes of an RCD fitted in it.
    #[serde(default, deserialize_with = "not_negative")]
    pub rcd_ma: Option<Decimal>,
    /// Whether a person can touch metal that is not earthed.
    #[serde(default)]
    pub unearthed_metal: bool,
    /// Whether there is no metal at all that a person can touch.
    #[serde(default)]
    pub no_accessible_metal: bool,
    /// Whether its plug was wired by hand, so that it may be wired wrongly.
    #[serde(default)]
    pub rewirable_plug: bool,
    /// Whether its switch closes only with mains voltage present.
    #[serde(default)]
    pub mains_switch: bool,
}

impl Subject {
    /// An item of this class and type of which nothing more is recorded.
    pub fn new(equipment_class: EquipmentClass, equipment_type: EquipmentType) -> Self {
        Self {
            equipment_class,
            equipment_type,
            conductor_mm2: None,
            lead_length_m: None,
            rated_power_w: None,
            rated_current_a: None,
            heating: false,
            surge_suppressors: false,
            sockets: 0,
            rcd_ma: None,
            unearthed_metal: false,
            no_accessible_metal: false,
            rewirable_plug: false,
            mains_switch: false,
        }
    }
}

impl Subject {
    /// An item by what is known of class and type. For what is not known the strictest stands in, so that a fail can
    /// be found all the same; which of the two that is comes with it, and nothing may pass on it.
    pub fn strictest(
        class: Option<EquipmentClass>,
        kind: Option<EquipmentType>,
    ) -> (Self, Vec<&'static str>) {
        let unknown = [("equipment class", class.is_none()), ("equipment type", kind.is_none())];
        let unknown = unknown.into_iter().filter(|(_, unknown)| *unknown).map(|(what, _)| what).collect();
        let (class, kind) = (class.unwrap_or(EquipmentClass::I), kind.unwrap_or(EquipmentType::Portable));
        (Self::new(class, kind), unknown)
    }
}

fn sockets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let Some(number) = Option::<Decimal>::deserialize(deserializer)? else { return Ok(0) };
    let whole = number.thousandths().filter(|n| n % 1000 == 0).and_then(|n| u32::try_from(n / 1000).ok());
    whole.filter(|many| *many <= MAX_SOCKETS).ok_or_else(|| {
        let why = format!("{number} sockets are not possible; give a whole number of at most {MAX_SOCKETS}");
        de::Error::custom(why)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_asset_of_the_judge_command() {
        let json = r#"{"equipment_class": "II_FE", "equipment_type": "extension_lead", "conductor_mm2": "1.0",
            "lead_length_m": "3", "rated_power_w": 2000, "heating": false, "surge_suppressors": false, "sockets": 4}"#;
        let subject: Subject = serde_json::from_str(json).unwrap();
        assert_eq!(subject.rated_power_w, Some(Decimal::from_whole(2000)));
        assert_eq!((subject.sockets, subject.conductor_mm2), (4, Some(Decimal::ONE)));
        let back: Subject = serde_json::from_str(&serde_json::to_string(&subject).unwrap()).unwrap();
        assert_eq!(back, subject);
    }

    #[test]
    fn refuses_what_cannot_be() {
        for (fields, says) in [
            (r#""lead_length_m": "-1""#, "negative"),
            (r#""lead_lenght_m": "1""#, "unknown field `lead_lenght_m`"),
            (r#""sockets": 4000000000"#, "at most 100"),
            (r#""sockets": -1"#, "whole number"),
            (r#""sockets": "1.5""#, "whole number"),
            (r#""conductor_mm2": "1,5""#, "point"),
        ] {
            let json = format!(r#"{{"equipment_class": "I", "equipment_type": "lead", {fields}}}"#);
            let error = serde_json::from_str::<Subject>(&json).unwrap_err().to_string();
            assert!(error.contains(says), "{fields}: {error}");
        }
        let unknown =
            serde_json::from_str::<Subject>(r#"{"equipment_class": "IV", "equipment_type": "lead"}"#);
        assert!(unknown.unwrap_err().to_string().contains("use one of I, II, II_FE, III"));
    }
}
