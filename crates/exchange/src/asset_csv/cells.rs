//! One cell into one field.

use super::{AssetField, AssetRow, Target};
use crate::mapped::Context;
use crate::measures::{self, Rating, Wrong};
use crate::money;
use crate::texts::{bare, code, long, text};
use crate::words::{self, ClassCell};
use domain::tag::{Scan, read};

/// The longest notes, in characters.
const LONGEST_NOTES: usize = 10_000;

/// Reads a cell into the field its column fills.
pub(super) fn take(
    asset: &mut AssetRow,
    target: &Target,
    cell: &str,
    context: &Context,
) -> Result<(), Wrong> {
    let cell = bare(cell);
    match target {
        Target::Ignore => {}
        Target::Custom(name) => {
            asset.custom.extend(long(cell, LONGEST_NOTES)?.map(|text| (name.clone(), text)));
        }
        Target::Field(AssetField::Notes) => asset.notes = long(cell, LONGEST_NOTES)?,
        Target::Field(field) => match text_slot(asset, *field) {
            Some(slot) => *slot = text(cell)?,
            None => typed(asset, *field, cell, context)?,
        },
    }
    Ok(())
}

fn text_slot(asset: &mut AssetRow, field: AssetField) -> Option<&mut Option<String>> {
    Some(match field {
        AssetField::Customer => &mut asset.customer,
        AssetField::Site => &mut asset.site,
        AssetField::Building => &mut asset.building,
        AssetField::Floor => &mut asset.floor,
        AssetField::Room => &mut asset.room,
        AssetField::Location => &mut asset.location,
        AssetField::Category => &mut asset.category,
        AssetField::Description => &mut asset.description,
        AssetField::Make => &mut asset.make,
        AssetField::Model => &mut asset.model,
        AssetField::Plug => &mut asset.plug,
        AssetField::Supplier => &mut asset.supplier,
        AssetField::Custodian => &mut asset.custodian,
        _ => return None,
    })
}

fn typed(asset: &mut AssetRow, field: AssetField, cell: &str, context: &Context) -> Result<(), Wrong> {
    let unit = context.unit.as_deref();
    match field {
        AssetField::Tag => asset.tag = tag(cell)?,
        AssetField::CustomerNumber => asset.customer_number = code(cell)?,
        AssetField::Serial => asset.serial = code(cell)?,
        AssetField::Parent => asset.parent = code(cell)?,
        AssetField::EquipmentClass => class(asset, cell)?,
        AssetField::EquipmentType => equipment_type(asset, cell)?,
        AssetField::Rating => rating(asset, cell, unit)?,
        AssetField::RatedPower => {
            asset.rated_power_w = measures::power_w(cell, unit)?.or(asset.rated_power_w)
        }
        AssetField::RatedCurrent => {
            asset.rated_current_a = measures::current_a(cell, unit)?.or(asset.rated_current_a)
        }
        AssetField::Fuse => asset.fuse_a = measures::current_a(cell, unit)?,
        AssetField::LeadLength => asset.lead_length_m = measures::length_m(cell, unit)?,
        AssetField::Conductor => asset.conductor_mm2 = measures::conductor_mm2(cell, unit)?,
        AssetField::SurgeSuppressors => asset.surge_suppressors = words::yes_no(cell)?,
        AssetField::Heating => asset.heating = words::yes_no(cell)?,
        AssetField::Sockets => asset.sockets = measures::count(cell)?,
        AssetField::PurchaseDate => asset.purchase_date = context.date(cell)?,
        AssetField::WarrantyEnd => asset.warranty_end = context.date(cell)?,
        AssetField::Cost => asset.cost = money::money(cell, unit)?,
        _ => {}
    }
    Ok(())
}

/// "Lead" in a class column is the type of the item; a type column may say more ("extension lead") and then wins.
fn class(asset: &mut AssetRow, cell: &str) -> Result<(), Wrong> {
    match words::class(cell)? {
        Some(ClassCell::Class(class)) => asset.equipment_class = Some(class),
        Some(ClassCell::Lead(lead)) => asset.equipment_type = asset.equipment_type.or(Some(lead)),
        None => {}
    }
    Ok(())
}

fn equipment_type(asset: &mut AssetRow, cell: &str) -> Result<(), Wrong> {
    asset.equipment_type = words::equipment_type(cell)?.or(asset.equipment_type);
    Ok(())
}

/// A column of its own for power or current says it more plainly than a rating does.
fn rating(asset: &mut AssetRow, cell: &str, unit: Option<&str>) -> Result<(), Wrong> {
    match measures::rating(cell, unit)? {
        Some(Rating::Power(watts)) => asset.rated_power_w = asset.rated_power_w.or(Some(watts)),
        Some(Rating::Current(amperes)) => asset.rated_current_a = asset.rated_current_a.or(Some(amperes)),
        None => {}
    }
    Ok(())
}

fn tag(cell: &str) -> Result<Option<String>, Wrong> {
    let Some(given) = code(cell)? else { return Ok(None) };
    match read(&given) {
        Scan::Unreadable => Err(Wrong::new("nothing in it can be a tag", "letters and digits")),
        _ => Ok(Some(given)),
    }
}
