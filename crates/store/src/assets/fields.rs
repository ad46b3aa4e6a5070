//! From an asset to what people fill in, and back.

use super::{Asset, AssetFields};

macro_rules! between {
    ($($name:ident),+ $(,)?) => {
        impl Asset {
            /// What people fill in, as it stands.
            pub fn fields(&self) -> AssetFields {
                AssetFields { $($name: self.$name.clone(),)+ }
            }
            /// The asset as it would be with these fields.
            pub fn with_fields(&self, fields: AssetFields) -> Self {
                Self { $($name: fields.$name,)+ ..self.clone() }
            }
        }
    };
}

between!(
    site_id,
    place_id,
    parent_id,
    category_id,
    model_id,
    customer_number,
    description,
    make,
    model,
    serial,
    equipment_class,
    equipment_type,
    rated_power_mw,
    rated_current_ma,
    fuse_ma,
    plug,
    lead_length_mm,
    conductor_milli_mm2,
    sockets,
    rcd_ma,
    heating,
    surge_suppressors,
    unearthed_metal,
    rewirable_plug,
    lifecycle,
    user_check_months,
    formal_visual_months,
    combined_months,
    interval_reason,
    in_service_on,
    purchased_on,
    cost_pence,
    supplier,
    warranty_until,
    notes,
    custom,
);
