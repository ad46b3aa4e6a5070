//! The fields of records that tests begin from; shared with the fault tests.

use domain::asset::Lifecycle;
use domain::equipment::{EquipmentClass, EquipmentType};
use store::assets::AssetFields;
use store::categories::CategoryFields;
use store::sites::SiteFields;
use store::types::{Coded, Json};

/// A customer with a site and a room.
#[derive(Debug, Clone, Copy)]
pub struct Ground {
    pub customer_id: i64,
    pub site_id: i64,
    pub place_id: i64,
}

pub fn site_fields(name: &str) -> SiteFields {
    SiteFields {
        name: name.to_owned(),
        address: "1 Mill Lane".to_owned(),
        contact: String::new(),
        access_notes: String::new(),
        time_zone: "Europe/London".to_owned(),
        ruleset: String::new(),
        repair_ruleset: String::new(),
        archived: false,
    }
}

pub fn category_fields(name: &str, class: EquipmentClass, kind: EquipmentType) -> CategoryFields {
    CategoryFields {
        name: name.to_owned(),
        equipment_class: Some(Coded(class)),
        equipment_type: Some(Coded(kind)),
        rated_power_mw: None,
        rated_current_ma: None,
        fuse_ma: Some(13_000),
        plug: String::new(),
        lead_length_mm: None,
        conductor_milli_mm2: None,
        sockets: None,
        heating: false,
        surge_suppressors: false,
        user_check_months: None,
        formal_visual_months: Some(6),
        combined_months: Some(12),
        sequence: String::new(),
        interval_reason: String::new(),
        fields: Json(vec![]),
    }
}

pub fn kettle_fields(ground: Ground, category_id: i64) -> AssetFields {
    AssetFields {
        site_id: ground.site_id,
        place_id: Some(ground.place_id),
        parent_id: None,
        category_id,
        model_id: None,
        customer_number: None,
        description: "Kettle".to_owned(),
        make: "Brew".to_owned(),
        model: "B3".to_owned(),
        serial: "SN-12/34".to_owned(),
        equipment_class: Some(Coded(EquipmentClass::I)),
        equipment_type: Some(Coded(EquipmentType::Portable)),
        rated_power_mw: Some(3_000_000),
        rated_current_ma: None,
        fuse_ma: Some(13_000),
        plug: String::new(),
        lead_length_mm: Some(750),
        conductor_milli_mm2: Some(1500),
        sockets: None,
        rcd_ma: None,
        heating: true,
        surge_suppressors: false,
        unearthed_metal: false,
        rewirable_plug: false,
        lifecycle: Coded(Lifecycle::InService),
        user_check_months: None,
        formal_visual_months: None,
        combined_months: None,
        interval_reason: String::new(),
        in_service_on: "2026-01-05".parse().unwrap(),
        purchased_on: None,
        cost_pence: None,
        supplier: String::new(),
        warranty_until: None,
        notes: String::new(),
        custom: Json(Default::default()),
    }
}
