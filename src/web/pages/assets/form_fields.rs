//! An asset's fields as a form: shown from a record, read back from what was typed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::asset::Lifecycle;
use store::assets::{Asset, AssetFields, AssetNames};
use store::categories::Category;
use store::types::{Coded, Json};
use store::{AnyConnection, Scope};

use super::choices::{read_where, where_value};
use crate::actions::assets::{Draft, Found, apply_defaults, scan_in};
use crate::error::{Error, Result};
use crate::web::forms::{Form, show_thousandths};

/// What custom fields' names begin with.
pub const CUSTOM: &str = "custom.";

/// Shows a record in its form.
pub fn fill(asset: &Asset, names: &AssetNames) -> Form {
    let mut form = Form::default();
    form.set("version", asset.version).set("category", asset.category_id).set("customer", asset.customer_id);
    form.set("where", where_value(asset.site_id, asset.place_id)).set("description", &asset.description);
    form.set_opt("parent", names.parent_tag.as_ref())
        .set_opt("customer_number", asset.customer_number.as_ref());
    form.set("make", &asset.make).set("model", &asset.model).set("serial", &asset.serial);
    form.set("lifecycle", asset.lifecycle.0).set("in_service_on", asset.in_service_on);
    form.set_opt("purchased_on", asset.purchased_on).set_opt("warranty_until", asset.warranty_until);
    form.set("cost", show_thousandths(asset.cost_pence.map(|pence| pence * 10)));
    form.set("supplier", &asset.supplier).set("notes", &asset.notes);
    form.set_opt("user_check_months", asset.user_check_months);
    form.set_opt("formal_visual_months", asset.formal_visual_months);
    form.set_opt("combined_months", asset.combined_months).set("interval_reason", &asset.interval_reason);
    for (name, value) in &asset.custom.0 {
        form.set(&format!("{CUSTOM}{name}"), value);
    }
    fill_electrical(&mut form, &asset.fields());
    // What is shown is what was stored: an empty field is empty on purpose.
    form.set("defaults_of", asset.category_id);
    form
}

fn fill_electrical(form: &mut Form, fields: &AssetFields) {
    form.set_opt("equipment_class", fields.equipment_class.map(|code| code.0));
    form.set_opt("equipment_type", fields.equipment_type.map(|code| code.0));
    for (name, value) in [
        ("rated_power_w", fields.rated_power_mw),
        ("rated_current_a", fields.rated_current_ma),
        ("fuse_a", fields.fuse_ma),
        ("lead_length_m", fields.lead_length_mm),
        ("conductor_mm2", fields.conductor_milli_mm2),
    ] {
        form.set(name, show_thousandths(value));
    }
    form.set("plug", &fields.plug).set_opt("sockets", fields.sockets).set_opt("rcd_ma", fields.rcd_ma);
    form.set("heating", fields.heating).set("surge_suppressors", fields.surge_suppressors);
    form.set("unearthed_metal", fields.unearthed_metal).set("rewirable_plug", fields.rewirable_plug);
}

/// Lays the defaults of a category, and of the model typed, over the form's electrical fields.
///
/// # Errors
/// The store's.
pub fn use_defaults(
    conn: &mut AnyConnection,
    form: &mut Form,
    category: &Category,
    today: NaiveDate,
) -> Result<()> {
    let (make, model) = (form.value("make").to_owned(), form.value("model").to_owned());
    let model = store::models::find_model_by_name(conn, &make, &model)?;
    let empty = Draft {
        fields: AssetFields::blank(category.id, today),
        heating: None,
        surge_suppressors: None,
        fill_in: true,
    };
    let fields =
        apply_defaults(empty, category, model.as_ref().filter(|model| model.category_id == category.id));
    if form.value("description").is_empty() {
        form.set("description", &category.name);
    }
    fill_electrical(form, &fields);
    form.set("defaults_of", category.id);
    Ok(())
}

/// Reads what was typed. Without `old` it is a new asset; with it, life and intervals that the form does not show
/// stay as they are.
///
/// # Errors
/// Every field error at once; not found for a parent outside the scope.
pub fn read(
    conn: &mut AnyConnection,
    scope: &Scope,
    form: &mut Form,
    (old, today): (Option<&Asset>, NaiveDate),
) -> Result<Draft> {
    if form.value("category").is_empty() {
        form.fail("category", "choose the category");
    }
    let category_id = form.id("category").unwrap_or(0);
    let shown = form.value("defaults_of") == category_id.to_string();
    let fields = fields(form, old, (category_id, today));
    let place = read_where(form);
    if let Err(error) = place.as_ref() {
        form.fail("where", error.detail().trim_start_matches("where: "));
    }
    let parent_id = parent(conn, scope, form)?;
    form.check()?;
    let (site_id, place_id) = place?;
    let fields = AssetFields { site_id, place_id, parent_id, ..fields };
    let tick = |ticked: bool| Some(ticked).filter(|ticked| shown || *ticked);
    let (heating, surge_suppressors) = (tick(fields.heating), tick(fields.surge_suppressors));
    Ok(Draft { fields, heating, surge_suppressors, fill_in: !shown })
}

fn fields(form: &mut Form, old: Option<&Asset>, (category_id, today): (i64, NaiveDate)) -> AssetFields {
    let start = old.map_or_else(|| AssetFields::blank(category_id, today), Asset::fields);
    let sets_interval = form.names().any(|name| name == "combined_months");
    let lifecycle = form.code::<Lifecycle>("lifecycle").map_or(start.lifecycle, Coded);
    let mut fields = AssetFields {
        category_id,
        lifecycle,
        customer_number: Some(form.text("customer_number")).filter(|text| !text.is_empty()),
        description: form.text("description"),
        make: form.text("make"),
        model: form.text("model"),
        serial: form.text("serial"),
        in_service_on: form.date("in_service_on").unwrap_or(start.in_service_on),
        purchased_on: form.date("purchased_on"),
        cost_pence: form.pence("cost"),
        supplier: form.text("supplier"),
        warranty_until: form.date("warranty_until"),
        notes: form.long_text("notes"),
        custom: custom(form, &start),
        ..electrical(form, start)
    };
    if sets_interval {
        fields.user_check_months = form.number("user_check_months", 0, 120);
        fields.formal_visual_months = form.number("formal_visual_months", 0, 120);
        fields.combined_months = form.number("combined_months", 0, 120);
        fields.interval_reason = form.text("interval_reason");
    }
    fields
}

fn electrical(form: &mut Form, start: AssetFields) -> AssetFields {
    AssetFields {
        equipment_class: form.code("equipment_class").map(Coded),
        equipment_type: form.code("equipment_type").map(Coded),
        rated_power_mw: form.thousandths("rated_power_w"),
        rated_current_ma: form.thousandths("rated_current_a"),
        fuse_ma: form.thousandths("fuse_a"),
        plug: form.text("plug"),
        lead_length_mm: form.thousandths("lead_length_m"),
        conductor_milli_mm2: form.thousandths("conductor_mm2"),
        sockets: form.number("sockets", 0, 100),
        rcd_ma: form.number("rcd_ma", 1, 10_000),
        heating: form.ticked("heating"),
        surge_suppressors: form.ticked("surge_suppressors"),
        unearthed_metal: form.ticked("unearthed_metal"),
        rewirable_plug: form.ticked("rewirable_plug"),
        ..start
    }
}

/// Custom fields: those the form shows as typed, those it does not show as they were.
fn custom(form: &mut Form, start: &AssetFields) -> Json<BTreeMap<String, String>> {
    let mut custom = start.custom.0.clone();
    let keys: Vec<String> = form.names().filter(|name| name.starts_with(CUSTOM)).map(str::to_owned).collect();
    for key in keys {
        let value = form.long_text(&key);
        let name = key.trim_start_matches(CUSTOM).to_owned();
        match value.is_empty() {
            true => custom.remove(&name),
            false => custom.insert(name, value),
        };
    }
    Json(custom)
}

fn parent(conn: &mut AnyConnection, scope: &Scope, form: &mut Form) -> Result<Option<i64>> {
    let text = form.value("parent").to_owned();
    if text.is_empty() {
        return Ok(None);
    }
    match scan_in(conn, scope, &text)? {
        Found::Asset(asset, _) => Ok(Some(asset.id)),
        Found::Choose(_) => {
            form.fail("parent", "several assets have this number; give the tag");
            Ok(None)
        }
        _ => {
            form.fail("parent", "no asset has this tag or number");
            Ok(None)
        }
    }
}

/// Takes over what an action says is wrong, whose names of places are "site" and "place".
///
/// # Errors
/// The error, when it is not about fields.
pub fn take(form: &mut Form, error: Error) -> Result<()> {
    let error = match error {
        Error::Invalid(mut fields) => {
            for wrong in fields.iter_mut().filter(|wrong| matches!(wrong.field.as_str(), "site" | "place")) {
                "where".clone_into(&mut wrong.field);
            }
            Error::Invalid(fields)
        }
        other => other,
    };
    if form.errors().is_empty() { form.take(error) } else { Ok(()) }
}
