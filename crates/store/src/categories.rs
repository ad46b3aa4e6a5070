//! Categories: firm-owned.

use diesel::prelude::*;
use domain::equipment::{EquipmentClass, EquipmentType};
use serde::{Deserialize, Serialize};

use crate::Tx;
use crate::each_backend;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::categories;
use crate::types::{Coded, Json};

/// A field that assets of a category carry beyond the usual ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomField {
    /// Name, unique within the category.
    pub name: String,
    /// "text", "number", "date" or "choice".
    pub kind: String,
    /// What may be chosen of a "choice".
    #[serde(default)]
    pub choices: Vec<String>,
}

/// A category.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = categories)]
pub struct Category {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
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
    /// Whether it has a heating element.
    pub heating: bool,
    /// Whether it has surge suppressors.
    pub surge_suppressors: bool,
    /// Months between user checks.
    pub user_check_months: Option<i64>,
    /// Months between formal visual inspections.
    pub formal_visual_months: Option<i64>,
    /// Months between combined inspections and tests.
    pub combined_months: Option<i64>,
    /// Why an inspection of its own is on purpose not by date.
    pub interval_reason: String,
    /// Custom fields.
    pub fields: Json<Vec<CustomField>>,
    /// Code of the sequence it is tested by; blank for the one that fits the equipment.
    pub sequence: String,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What people fill in of a category.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = categories, treat_none_as_null = true)]
pub struct CategoryFields {
    /// Name.
    pub name: String,
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
    /// Whether it has a heating element.
    pub heating: bool,
    /// Whether it has surge suppressors.
    pub surge_suppressors: bool,
    /// Months between user checks.
    pub user_check_months: Option<i64>,
    /// Months between formal visual inspections.
    pub formal_visual_months: Option<i64>,
    /// Months between combined inspections and tests.
    pub combined_months: Option<i64>,
    /// Why an inspection of its own is on purpose not by date.
    pub interval_reason: String,
    /// Code of the sequence it is tested by; blank for the one that fits the equipment.
    pub sequence: String,
    #[diesel(serialize_as = String)]
    /// Custom fields.
    pub fields: Json<Vec<CustomField>>,
}

/// Every category, in the order in which people look for them.
///
/// # Errors
/// The database's.
pub fn list_categories(conn: &mut AnyConnection) -> Result<Vec<Category>> {
    Ok(Category::query().order(categories::name).load(conn)?)
}

/// Finds a category.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_category(conn: &mut AnyConnection, id: i64) -> Result<Category> {
    each_backend!(conn, c => Category::query().filter(categories::id.eq(id)).first(c).optional())?
        .ok_or(Error::NotFound("category"))
}

/// Adds a category.
///
/// # Errors
/// [`Error::Taken`] when it is there already.
pub fn insert_category(tx: &mut Tx, fields: CategoryFields) -> Result<i64> {
    let words = name_of(&fields);
    let insert =
        diesel::insert_into(categories::table).values(fields).returning(categories::id).get_result(&mut **tx);
    taken(insert, || words)
}

/// Changes a category.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when another is called so.
pub fn update_category(tx: &mut Tx, id: i64, version: i64, fields: CategoryFields) -> Result<()> {
    let words = name_of(&fields);
    let target = categories::table.filter(categories::id.eq(id).and(categories::version.eq(version)));
    let update = diesel::update(target).set((fields, categories::version.eq(version + 1))).execute(&mut **tx);
    match taken(update, || words)? {
        0 => Err(Error::Stale("category")),
        _ => Ok(()),
    }
}

fn name_of(fields: &CategoryFields) -> String {
    format!("there is a category \"{}\" already", fields.name)
}
