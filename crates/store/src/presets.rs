//! Edited copies of the shipped tables of intervals (firm-owned), and which table customers and sites have chosen.

use diesel::prelude::*;
use domain::equipment::Environment;
use domain::preset::{Preset, PresetRow};

use crate::access::Scope;
use crate::each_backend;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::{preset_choices, presets};
use crate::types::Json;
use crate::{Tx, in_scope};

/// What a copy's code begins with, before its id.
const OWN: &str = "own_";

/// An edited copy of a table.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = presets)]
pub struct PresetCopy {
    /// Id.
    pub id: i64,
    /// Its name, shown wherever it decides.
    pub name: String,
    /// Where its figures come from.
    pub source: String,
    /// Code of the table it began as.
    pub copied_from: String,
    /// The environments for which it is used in place of the shipped table.
    pub environments: Json<Vec<Environment>>,
    /// Its rows; the first that applies is used.
    pub rows: Json<Vec<PresetRow>>,
    /// Version for concurrent edits.
    pub version: i64,
}

impl PresetCopy {
    /// The code by which it is chosen.
    pub fn code(&self) -> String {
        format!("{OWN}{}", self.id)
    }

    /// The same as a table.
    pub fn preset(self) -> Preset {
        Preset { code: self.code(), name: self.name, environments: self.environments.0, rows: self.rows.0 }
    }
}

/// What people fill in of a copy.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = presets)]
pub struct PresetFields {
    /// Its name.
    pub name: String,
    /// Where its figures come from.
    pub source: String,
    /// The environments for which it is used in place of the shipped table.
    #[diesel(serialize_as = String)]
    pub environments: Json<Vec<Environment>>,
    /// Its rows.
    #[diesel(serialize_as = String)]
    pub rows: Json<Vec<PresetRow>>,
}

/// A customer's or site's choice of a table.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = preset_choices)]
pub struct PresetChoice {
    /// Id.
    pub id: i64,
    /// Whose.
    pub customer_id: i64,
    /// The site; none for the whole customer.
    pub site_id: Option<i64>,
    /// Code of the table.
    pub preset: String,
    /// Why it was chosen.
    pub reason: String,
    /// Version for concurrent edits.
    pub version: i64,
}

/// Every copy, by name.
///
/// # Errors
/// The database's.
pub fn list_presets(conn: &mut AnyConnection) -> Result<Vec<PresetCopy>> {
    Ok(each_backend!(conn, c => PresetCopy::query().order((presets::name, presets::id)).load(c))?)
}

/// Finds a copy.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_preset(conn: &mut AnyConnection, id: i64) -> Result<PresetCopy> {
    PresetCopy::query().filter(presets::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("table"))
}

/// Finds a table, shipped or the firm's, by its code.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_table(conn: &mut AnyConnection, code: &str) -> Result<Preset> {
    match (Preset::find(code), code.strip_prefix(OWN).and_then(|id| id.parse().ok())) {
        (Some(shipped), _) => Ok(shipped.clone()),
        (None, Some(id)) => Ok(find_preset(conn, id)?.preset()),
        (None, None) => Err(Error::NotFound("table")),
    }
}

/// The table for places of an environment: a copy of the firm's for such places, else the shipped one.
///
/// # Errors
/// The database's.
pub fn find_table_of(conn: &mut AnyConnection, environment: Environment) -> Result<Option<Preset>> {
    let own = list_presets(conn)?.into_iter().find(|copy| copy.environments.0.contains(&environment));
    Ok(own.map(PresetCopy::preset).or_else(|| Preset::of(environment).cloned()))
}

/// Adds a copy.
///
/// # Errors
/// [`Error::Taken`] when another has the name.
pub fn insert_preset(tx: &mut Tx, copied_from: &str, fields: PresetFields) -> Result<i64> {
    let words = named(&fields);
    let row = (fields, presets::copied_from.eq(copied_from));
    taken(
        diesel::insert_into(presets::table).values(row).returning(presets::id).get_result(&mut **tx),
        || words,
    )
}

/// Changes a copy.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when another has the name.
pub fn update_preset(tx: &mut Tx, id: i64, version: i64, fields: PresetFields) -> Result<()> {
    let words = named(&fields);
    let target = presets::table.filter(presets::id.eq(id).and(presets::version.eq(version)));
    let update = diesel::update(target).set((fields, presets::version.eq(version + 1))).execute(&mut **tx);
    if taken(update, || words)? == 0 { Err(Error::Stale("table")) } else { Ok(()) }
}

fn named(fields: &PresetFields) -> String {
    format!("there is a table \"{}\" already", fields.name)
}

/// What a customer or one of its sites, found within the scope, has chosen.
///
/// # Errors
/// The database's.
pub fn find_choice(
    conn: &mut AnyConnection,
    customer_id: i64,
    site_id: Option<i64>,
) -> Result<Option<PresetChoice>> {
    let query = PresetChoice::query().filter(preset_choices::customer_id.eq(customer_id)).into_boxed();
    let query = match site_id {
        Some(id) => query.filter(preset_choices::site_id.eq(id)),
        None => query.filter(preset_choices::site_id.is_null()),
    };
    Ok(query.first(conn).optional()?)
}

/// The choices for a customer and one of its sites: what an asset there goes by.
///
/// # Errors
/// The database's.
pub fn list_choices_for(
    conn: &mut AnyConnection,
    customer_id: i64,
    site_id: i64,
) -> Result<Vec<PresetChoice>> {
    let here = preset_choices::site_id.is_null().or(preset_choices::site_id.eq(site_id));
    Ok(each_backend!(conn, c => {
        PresetChoice::query().filter(preset_choices::customer_id.eq(customer_id)).filter(here).load(c)
    })?)
}

/// Every choice within a scope; of one table where one is given.
///
/// # Errors
/// The database's.
pub fn list_choices(
    conn: &mut AnyConnection,
    scope: &Scope,
    preset: Option<&str>,
) -> Result<Vec<PresetChoice>> {
    let mut query = in_scope!(PresetChoice::query().into_boxed(), scope, preset_choices::customer_id);
    if let Some(code) = preset {
        query = query.filter(preset_choices::preset.eq(code.to_owned()));
    }
    Ok(query.order(preset_choices::id).load(conn)?)
}

/// Chooses a table, or none, for a customer or site found within the scope, whose choice was read at `version`
/// (0 where there was none).
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn set_choice(
    tx: &mut Tx,
    (customer_id, site_id): (i64, Option<i64>),
    version: i64,
    chosen: Option<(&str, &str)>,
) -> Result<()> {
    let old = find_choice(tx, customer_id, site_id)?;
    if old.as_ref().map_or(0, |old| old.version) != version {
        return Err(Error::Stale("choice"));
    }
    match (old, chosen) {
        (Some(old), Some((preset, reason))) => {
            let target = preset_choices::table
                .filter(preset_choices::id.eq(old.id).and(preset_choices::version.eq(version)));
            let change = (
                preset_choices::preset.eq(preset),
                preset_choices::reason.eq(reason),
                preset_choices::version.eq(version + 1),
            );
            let rows = diesel::update(target).set(change).execute(&mut **tx)?;
            if rows == 0 { Err(Error::Stale("choice")) } else { Ok(()) }
        }
        (Some(old), None) => {
            diesel::delete(preset_choices::table.find(old.id)).execute(&mut **tx)?;
            Ok(())
        }
        (None, Some((preset, reason))) => {
            let row = (
                preset_choices::customer_id.eq(customer_id),
                preset_choices::site_id.eq(site_id),
                preset_choices::preset.eq(preset),
                preset_choices::reason.eq(reason),
            );
            let insert = diesel::insert_into(preset_choices::table).values(row).execute(&mut **tx);
            taken(insert, || "a table was chosen meanwhile".to_owned())?;
            Ok(())
        }
        (None, None) => Ok(()),
    }
}
