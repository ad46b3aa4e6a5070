//! The electrical particulars that categories and models share in their forms.

use domain::equipment::{EquipmentClass, EquipmentType};
use store::types::Coded;

use crate::web::forms::{Form, show_thousandths};

/// Particulars in the small units of storage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Electrical {
    /// Equipment class.
    pub equipment_class: Option<Coded<EquipmentClass>>,
    /// Equipment type.
    pub equipment_type: Option<Coded<EquipmentType>>,
    /// Rated power in milliwatts.
    pub rated_power_mw: Option<i64>,
    /// Rated current in milliamps.
    pub rated_current_ma: Option<i64>,
    /// Fuse in milliamps.
    pub fuse_ma: Option<i64>,
    /// Plug.
    pub plug: String,
    /// Length of the lead in millimetres.
    pub lead_length_mm: Option<i64>,
    /// Conductor size in thousandths of a square millimetre.
    pub conductor_milli_mm2: Option<i64>,
    /// Number of sockets.
    pub sockets: Option<i64>,
}

/// Reads the particulars.
pub fn read(form: &mut Form) -> Electrical {
    Electrical {
        equipment_class: form.code("equipment_class").map(Coded),
        equipment_type: form.code("equipment_type").map(Coded),
        rated_power_mw: form.thousandths("rated_power_w"),
        rated_current_ma: form.thousandths("rated_current_a"),
        fuse_ma: form.thousandths("fuse_a"),
        plug: form.text("plug"),
        lead_length_mm: form.thousandths("lead_length_m"),
        conductor_milli_mm2: form.thousandths("conductor_mm2"),
        sockets: form.number("sockets", 0, 100),
    }
}

/// Fills the particulars in.
pub fn fill(form: &mut Form, e: &Electrical) {
    form.set("equipment_class", e.equipment_class.map_or(String::new(), |c| c.0.to_string()));
    form.set("equipment_type", e.equipment_type.map_or(String::new(), |c| c.0.to_string()));
    form.set("rated_power_w", show_thousandths(e.rated_power_mw));
    form.set("rated_current_a", show_thousandths(e.rated_current_ma));
    form.set("fuse_a", show_thousandths(e.fuse_ma)).set("plug", &e.plug);
    form.set("lead_length_m", show_thousandths(e.lead_length_mm));
    form.set("conductor_mm2", show_thousandths(e.conductor_milli_mm2));
    form.set("sockets", e.sockets.map(|n| n.to_string()).unwrap_or_default());
}
