//! An asset as JSON: what comes in, and what goes out under the same names.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::code::Code;
use serde::Serialize;
use store::assets::{Asset, AssetFields, AssetNames};
use store::types::Coded;

use super::body::Body;
use crate::web::forms::show_thousandths;

/// What may be sent of an asset; quantities as decimal strings. In a change, what is left out stays as it is and
/// null clears.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
#[schema(as = AssetInput)]
pub struct AssetInput {
    /// Name of the customer; required for a new asset, never changed.
    pub customer: Option<String>,
    /// Name of the site; required for a new asset.
    pub site: Option<String>,
    /// Path of the place within the site, such as "Main building / Ground floor / Kitchen".
    pub place: Option<String>,
    /// Name of the category, whose defaults fill what a new asset leaves out; required for a new asset.
    pub category: Option<String>,
    /// A code that is on the asset already; left out, a new tag is issued. Not in a change.
    pub tag: Option<String>,
    /// Tag of the asset that it belongs to.
    pub parent: Option<String>,
    /// What it is; the category's name unless given.
    pub description: Option<String>,
    /// Make.
    pub make: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// The customer's own number, unique within the customer.
    pub customer_number: Option<String>,
    /// `I`, `II`, `II_FE` or `III`.
    pub equipment_class: Option<String>,
    /// `stationary`, `it`, `movable`, `portable`, `hand_held`, `fixed`, `built_in`, `lead` or `extension_lead`.
    pub equipment_type: Option<String>,
    /// Conductor in square millimetres.
    pub conductor_mm2: Option<String>,
    /// Lead in metres.
    pub lead_length_m: Option<String>,
    /// Rated power in watts.
    pub rated_power_w: Option<String>,
    /// Rated current in amperes.
    pub rated_current_a: Option<String>,
    /// Fuse in amperes.
    pub fuse_a: Option<String>,
    /// Plug.
    pub plug: Option<String>,
    /// Whether it has a heating element.
    pub heating: Option<bool>,
    /// Whether it has surge suppressors.
    pub surge_suppressors: Option<bool>,
    /// Whether it has accessible metal that is not earthed.
    pub unearthed_metal: Option<bool>,
    /// Whether the plug can be rewired.
    pub rewirable_plug: Option<bool>,
    /// Socket outlets.
    pub sockets: Option<i64>,
    /// Rated residual current of a fitted RCD in milliamperes.
    pub rcd_ma: Option<i64>,
    /// `in_service`, `in_store`, `in_repair`, `disposed` or `lost`.
    pub lifecycle: Option<String>,
    /// Months between user checks, set by hand; 0 for not by date.
    pub user_check_months: Option<i64>,
    /// Months between formal visual inspections, set by hand; 0 for not by date.
    pub formal_visual_months: Option<i64>,
    /// Months between combined inspections and tests, set by hand; 0 for not by date.
    pub combined_months: Option<i64>,
    /// Why intervals are set by hand.
    pub interval_reason: Option<String>,
    /// When it was put in service; today unless given.
    pub in_service_on: Option<NaiveDate>,
    /// When it was bought.
    pub purchased_on: Option<NaiveDate>,
    /// What it cost.
    pub cost: Option<String>,
    /// Supplier.
    pub supplier: Option<String>,
    /// Last day of the warranty.
    pub warranty_until: Option<NaiveDate>,
    /// Notes.
    pub notes: Option<String>,
    /// Custom fields by name; in a change the whole set.
    pub custom: Option<BTreeMap<String, String>>,
}

/// An asset.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AssetDocument {
    #[serde(flatten)]
    #[schema(inline)]
    fields: AssetInput,
    /// What is shown: `quarantined` wherever a lock stands, else the lifecycle.
    pub status: &'static str,
    /// Why it is locked.
    pub lock_cause: Option<String>,
    /// Who has it now.
    pub custodian: String,
    /// Verdict of the last test.
    pub last_verdict: Option<&'static str>,
    /// When it was last tested.
    pub last_tested_at: Option<DateTime<Utc>>,
    /// The first day on which something falls due.
    pub due_on: Option<NaiveDate>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Version; send it in quotes as `If-Match` with a change.
    pub version: i64,
    /// The address on its label.
    pub url: String,
}

/// Reads into `fields` all but what says where it stands and what it belongs to.
pub fn read_fields(body: &mut Body, fields: &mut AssetFields) {
    body.text("description").fill(&mut fields.description);
    body.text("make").fill(&mut fields.make);
    body.text("model").fill(&mut fields.model);
    body.text("serial").fill(&mut fields.serial);
    body.text("customer_number").set(&mut fields.customer_number);
    fields.customer_number.take_if(|number| number.is_empty());
    read_electrical(body, fields);
    if let Some(lifecycle) = body.code("lifecycle").value() {
        fields.lifecycle = Coded(lifecycle);
    }
    body.whole("user_check_months").set(&mut fields.user_check_months);
    body.whole("formal_visual_months").set(&mut fields.formal_visual_months);
    body.whole("combined_months").set(&mut fields.combined_months);
    body.text("interval_reason").fill(&mut fields.interval_reason);
    if let Some(day) = body.date("in_service_on").value() {
        fields.in_service_on = day;
    }
    body.date("purchased_on").set(&mut fields.purchased_on);
    body.pence("cost").set(&mut fields.cost_pence);
    body.text("supplier").fill(&mut fields.supplier);
    body.date("warranty_until").set(&mut fields.warranty_until);
    body.text("notes").fill(&mut fields.notes);
    body.texts("custom").fill(&mut fields.custom.0);
}

fn read_electrical(body: &mut Body, fields: &mut AssetFields) {
    let mut class = fields.equipment_class.map(|class| class.0);
    body.code("equipment_class").set(&mut class);
    fields.equipment_class = class.map(Coded);
    let mut kind = fields.equipment_type.map(|kind| kind.0);
    body.code("equipment_type").set(&mut kind);
    fields.equipment_type = kind.map(Coded);
    body.thousandths("conductor_mm2").set(&mut fields.conductor_milli_mm2);
    body.thousandths("lead_length_m").set(&mut fields.lead_length_mm);
    body.thousandths("rated_power_w").set(&mut fields.rated_power_mw);
    body.thousandths("rated_current_a").set(&mut fields.rated_current_ma);
    body.thousandths("fuse_a").set(&mut fields.fuse_ma);
    body.text("plug").fill(&mut fields.plug);
    body.whole("sockets").set(&mut fields.sockets);
    body.whole("rcd_ma").set(&mut fields.rcd_ma);
    body.flag("unearthed_metal").fill(&mut fields.unearthed_metal);
    body.flag("rewirable_plug").fill(&mut fields.rewirable_plug);
}

/// An asset as it is sent.
pub fn document(asset: Asset, names: AssetNames, base_url: &str) -> AssetDocument {
    let (status, url) = (asset.status().code(), format!("{base_url}/t/{}", asset.tag));
    AssetDocument {
        status,
        lock_cause: asset.lock_cause.clone(),
        custodian: asset.custodian.clone(),
        last_verdict: asset.last_verdict.map(|verdict| verdict.code()),
        last_tested_at: asset.last_tested_at.map(DateTime::from),
        due_on: asset.due_on,
        created_at: asset.created_at.into(),
        updated_at: asset.updated_at.into(),
        version: asset.version,
        url,
        fields: input_of(asset, names),
    }
}

fn input_of(asset: Asset, names: AssetNames) -> AssetInput {
    let quantity = |value: Option<i64>| value.map(|value| show_thousandths(Some(value)));
    AssetInput {
        customer: Some(names.customer),
        site: Some(names.site),
        place: names.place,
        category: Some(names.category),
        tag: Some(asset.tag),
        parent: names.parent_tag,
        description: Some(asset.description),
        make: Some(asset.make),
        model: Some(asset.model),
        serial: Some(asset.serial),
        customer_number: asset.customer_number,
        equipment_class: asset.equipment_class.map(|class| class.code().to_owned()),
        equipment_type: asset.equipment_type.map(|kind| kind.code().to_owned()),
        conductor_mm2: quantity(asset.conductor_milli_mm2),
        lead_length_m: quantity(asset.lead_length_mm),
        rated_power_w: quantity(asset.rated_power_mw),
        rated_current_a: quantity(asset.rated_current_ma),
        fuse_a: quantity(asset.fuse_ma),
        plug: Some(asset.plug),
        heating: Some(asset.heating),
        surge_suppressors: Some(asset.surge_suppressors),
        unearthed_metal: Some(asset.unearthed_metal),
        rewirable_plug: Some(asset.rewirable_plug),
        sockets: asset.sockets,
        rcd_ma: asset.rcd_ma,
        lifecycle: Some(asset.lifecycle.code().to_owned()),
        user_check_months: asset.user_check_months,
        formal_visual_months: asset.formal_visual_months,
        combined_months: asset.combined_months,
        interval_reason: Some(asset.interval_reason),
        in_service_on: Some(asset.in_service_on),
        purchased_on: asset.purchased_on,
        cost: quantity(asset.cost_pence.map(|pence| pence * 10)),
        supplier: Some(asset.supplier),
        warranty_until: asset.warranty_until,
        notes: Some(asset.notes),
        custom: Some(asset.custom.0),
    }
}
