//! One cell into one field.

use super::{AssetField, AssetRow, Column, Options, Target};
use crate::csv_write::restore;
use crate::dates::{self, DateOrder};
use crate::measures::{self, Rating, Wrong, header_unit, means_nothing};
use crate::money;
use crate::words::{self, ClassCell};
use chrono::NaiveDate;
use domain::tag::{Scan, read};

/// The longest text of a field, in characters.
const LONGEST_TEXT: usize = 200;
/// The longest notes, in characters.
const LONGEST_NOTES: usize = 10_000;

/// What is known of a column before its cells are read.
pub(super) struct Context {
    unit: Option<String>,
    year_now: i32,
    /// The order of its dates.
    pub order: Option<DateOrder>,
    /// Whether the order must be asked for first.
    pub waiting: bool,
}

impl Context {
    pub fn new(header: &str, options: &Options) -> Self {
        let unit = header_unit(header).map(|(_, unit)| unit);
        Self { unit, year_now: options.year_now, order: None, waiting: false }
    }

    pub fn chosen(header: &str, options: &Options) -> Self {
        Self { order: options.date_order, ..Self::new(header, options) }
    }

    fn date(&self, cell: &str) -> Result<Option<NaiveDate>, Wrong> {
        if means_nothing(cell) || self.waiting {
            return Ok(None);
        }
        let wrong = |reason| Wrong::new(reason, "a date such as 2024-12-31");
        dates::parse(cell, self.order, self.year_now).map(Some).map_err(wrong)
    }
}

/// Reads a cell into the field its column fills.
pub(super) fn take(
    asset: &mut AssetRow,
    column: &Column,
    cell: &str,
    context: &Context,
) -> Result<(), Wrong> {
    let cell = restore(cell.trim_matches(|c: char| c.is_whitespace() || invisible(c)));
    match &column.target {
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

/// A text that identifies something, so "n/a" in a hundred rows must not become a hundred times the same one.
fn code(cell: &str) -> Result<Option<String>, Wrong> {
    if means_nothing(cell) {
        return Ok(None);
    }
    let exponent = cell.to_ascii_uppercase();
    let mangled = exponent.split_once("E+").is_some_and(|(digits, power)| {
        digits.contains(['.', ',']) && power.bytes().all(|b| b.is_ascii_digit()) && !power.is_empty()
    });
    if mangled {
        let reason = "a spreadsheet has turned a long number into this and lost its last digits";
        return Err(Wrong::new(reason, "the number itself, from a column formatted as text"));
    }
    text(cell)
}

/// One line of text: line breaks and tabs become spaces, control and invisible characters go.
fn text(cell: &str) -> Result<Option<String>, Wrong> {
    let spaced: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let kept: String = spaced.chars().filter(|c| !invisible(*c)).collect();
    let joined = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    bounded(joined, LONGEST_TEXT)
}

fn long(cell: &str, most: usize) -> Result<Option<String>, Wrong> {
    let lines = cell.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String =
        lines.chars().filter(|c| (!c.is_control() || matches!(c, '\n' | '\t')) && !invisible(*c)).collect();
    bounded(kept.trim().to_string(), most)
}

fn bounded(text: String, most: usize) -> Result<Option<String>, Wrong> {
    let count = text.chars().count();
    if count > most {
        return Err(Wrong::new(format!("it has {count} characters; at most {most} fit"), "a shorter text"));
    }
    Ok((!text.is_empty()).then_some(text))
}

/// Marks that steer the direction of text or take no room: they make two names look alike that are not.
fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
