//! One row of a list into one asset.

use std::collections::BTreeMap;

use domain::asset::Lifecycle;
use domain::event::Event;
use domain::quantity::Decimal;
use domain::schedule::local_date;
use domain::tag::{Scan, TagKind, read};
use exchange::asset_csv::AssetRow;
use exchange::mapped::Refusal;
use store::assets::{Asset, AssetFields};
use store::custody::set_custodian;
use store::customers::Customer;
use store::types::{Coded, Json};
use store::{Actor, Tx};

use super::ground::Ground;
use crate::actions::assets::{Draft, Found, NewAsset, code_of, insert_coded, scan_in, settle};
use crate::error::{Error, Result};

/// The category of rows that name none.
const UNSORTED: &str = "Unsorted";

/// Adds the asset of a row.
///
/// # Errors
/// Field errors, not found, conflicts: the row is refused.
pub fn add(
    tx: &mut Tx,
    actor: &Actor,
    (customer, ground): (&Customer, &mut Ground),
    row: &AssetRow,
) -> Result<(Asset, Event)> {
    if let Some(named) = &row.customer
        && named.to_lowercase() != customer.name.to_lowercase()
    {
        return Err(Error::field(
            "customer",
            format!("this is for {named}, and the import for {}", customer.name),
        ));
    }
    let fields = fields(tx, actor, ground, row)?;
    let (heating, surge_suppressors) = (row.heating, row.surge_suppressors);
    let draft = Draft { fields, heating, surge_suppressors, fill_in: true };
    let coded = code(row.tag.as_deref())?;
    let new = NewAsset { customer_id: customer.id, tag: None, draft };
    let (asset, event) = insert_coded(tx, actor, new, coded)?;
    if let Some(holder) = &row.custodian {
        set_custodian(tx, &asset, holder)?;
        settle(tx, asset.id)?;
    }
    Ok((asset, event))
}

/// A code from a list is what it is: the check character of ours says nothing of a customer's own eight digits.
fn code(given: Option<&str>) -> Result<(String, TagKind)> {
    match given.map(|text| (text, read(text))) {
        Some((text, Scan::WrongCheck { .. })) => Ok((text.trim().to_owned(), TagKind::Existing)),
        _ => code_of(given),
    }
}

fn fields(tx: &mut Tx, actor: &Actor, ground: &mut Ground, row: &AssetRow) -> Result<AssetFields> {
    let site_id = ground.site(tx, row.site.as_deref())?;
    let place_id = ground.place(tx, site_id, &row.place_path())?;
    let category_id = category(tx, ground, row)?;
    let parent_id = parent(tx, actor, row)?;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let milli = |value: Option<Decimal>| value.map(|value| value.millionths() / 1000);
    let zone = chrono_tz::Europe::London;
    Ok(AssetFields {
        site_id,
        place_id,
        parent_id,
        category_id,
        model_id: None,
        customer_number: row.customer_number.clone(),
        description: description(row),
        make: text(&row.make),
        model: text(&row.model),
        serial: text(&row.serial),
        equipment_class: row.equipment_class.map(Coded),
        equipment_type: row.equipment_type.map(Coded),
        rated_power_mw: milli(row.rated_power_w),
        rated_current_ma: milli(row.rated_current_a),
        fuse_ma: milli(row.fuse_a),
        plug: text(&row.plug),
        lead_length_mm: milli(row.lead_length_m),
        conductor_milli_mm2: milli(row.conductor_mm2),
        sockets: row.sockets.map(i64::from),
        rcd_ma: None,
        heating: row.heating.unwrap_or(false),
        surge_suppressors: row.surge_suppressors.unwrap_or(false),
        unearthed_metal: false,
        rewirable_plug: false,
        lifecycle: Coded(Lifecycle::InService),
        user_check_months: None,
        formal_visual_months: None,
        combined_months: None,
        interval_reason: String::new(),
        in_service_on: local_date(tx.now, zone),
        purchased_on: row.purchase_date,
        cost_pence: row.cost.as_ref().map(|money| money.minor),
        supplier: text(&row.supplier),
        warranty_until: row.warranty_end,
        notes: text(&row.notes),
        custom: Json(custom(row)),
    })
}

/// The description, else make and model; the category's name stands in for neither being there.
fn description(row: &AssetRow) -> String {
    let parts = [row.make.as_deref().unwrap_or_default(), row.model.as_deref().unwrap_or_default()];
    let made = parts.join(" ").trim().to_owned();
    let made = if row.category.is_some() { String::new() } else { made };
    row.description.clone().unwrap_or(made)
}

fn category(tx: &mut Tx, ground: &mut Ground, row: &AssetRow) -> Result<i64> {
    if let Some(name) = &row.category {
        return ground.category(tx, name);
    }
    let known = row.description.as_deref().and_then(|text| ground.category_in(text));
    known.map_or_else(|| ground.category(tx, UNSORTED), Ok)
}

fn parent(tx: &mut Tx, actor: &Actor, row: &AssetRow) -> Result<Option<i64>> {
    let Some(text) = &row.parent else { return Ok(None) };
    match scan_in(tx, actor.scope(), text)? {
        Found::Asset(asset, _) => Ok(Some(asset.id)),
        Found::Choose(_) => Err(Error::field("parent", "several assets have this number; give the tag")),
        _ => Err(Error::field("parent", "no asset has this tag or number")),
    }
}

fn custom(row: &AssetRow) -> BTreeMap<String, String> {
    let mut custom: BTreeMap<String, String> = row.custom.iter().cloned().collect();
    let currency = row.cost.as_ref().and_then(|money| money.currency.clone());
    custom
        .extend(currency.filter(|code| code != "GBP").map(|code| ("Currency of the cost".to_owned(), code)));
    custom
}

/// Why a row is refused, as its cells.
///
/// # Errors
/// The error, when it is no fault of the row.
pub fn refusals(line: usize, error: Error) -> Result<Vec<Refusal>> {
    let refusal = |column: &str, reason: String| Refusal {
        line,
        column: column.to_owned(),
        value: String::new(),
        reason,
        expected: "a value that fits the register".to_owned(),
    };
    match error {
        Error::Invalid(fields) => {
            Ok(fields.into_iter().map(|wrong| refusal(&wrong.field, wrong.message)).collect())
        }
        Error::Conflict(reason) => Ok(vec![refusal("", reason)]),
        Error::NotFound(what) => Ok(vec![refusal("", format!("there is no such {what}"))]),
        other => Err(other),
    }
}
