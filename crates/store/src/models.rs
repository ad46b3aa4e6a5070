//! Models: firm-owned.

use diesel::prelude::*;
use domain::equipment::{EquipmentClass, EquipmentType};

use crate::Tx;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::models;
use crate::types::Coded;

/// A model.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = models)]
pub struct Model {
    /// Id.
    pub id: i64,
    /// The category.
    pub category_id: i64,
    /// Make.
    pub make: String,
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
    pub heating: Option<bool>,
    /// Whether it has surge suppressors.
    pub surge_suppressors: Option<bool>,
    /// What a new one costs today, in pence.
    pub replacement_pence: Option<i64>,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What people fill in of a model.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = models, treat_none_as_null = true)]
pub struct ModelFields {
    /// The category.
    pub category_id: i64,
    /// Make.
    pub make: String,
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
    pub heating: Option<bool>,
    /// Whether it has surge suppressors.
    pub surge_suppressors: Option<bool>,
    /// What a new one costs today, in pence.
    pub replacement_pence: Option<i64>,
}

/// Every model, in the order in which people look for them.
///
/// # Errors
/// The database's.
pub fn list_models(conn: &mut AnyConnection) -> Result<Vec<Model>> {
    Ok(Model::query().order((models::make, models::name)).load(conn)?)
}

/// Finds a model.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_model(conn: &mut AnyConnection, id: i64) -> Result<Model> {
    Model::query().filter(models::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("model"))
}

/// Finds the model of this make and name.
///
/// # Errors
/// The database's.
pub fn find_model_by_name(conn: &mut AnyConnection, make: &str, name: &str) -> Result<Option<Model>> {
    if make.is_empty() || name.is_empty() {
        return Ok(None);
    }
    let query = Model::query().filter(models::make.eq(make).and(models::name.eq(name)));
    Ok(query.first(conn).optional()?)
}

/// Adds a model.
///
/// # Errors
/// [`Error::Taken`] when it is there already.
pub fn insert_model(tx: &mut Tx, fields: ModelFields) -> Result<i64> {
    let words = name_of(&fields);
    let insert =
        diesel::insert_into(models::table).values(fields).returning(models::id).get_result(&mut **tx);
    taken(insert, || words)
}

/// Changes a model.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when another is called so.
pub fn update_model(tx: &mut Tx, id: i64, version: i64, fields: ModelFields) -> Result<()> {
    let words = name_of(&fields);
    let target = models::table.filter(models::id.eq(id).and(models::version.eq(version)));
    let update = diesel::update(target).set((fields, models::version.eq(version + 1))).execute(&mut **tx);
    match taken(update, || words)? {
        0 => Err(Error::Stale("model")),
        _ => Ok(()),
    }
}

fn name_of(fields: &ModelFields) -> String {
    format!("there is a model {} {} already", fields.make, fields.name)
}
