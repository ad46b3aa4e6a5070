//! Parts: the catalogue. Firm-owned.

use diesel::prelude::*;
use domain::search_text::{document, query};
use domain::stock::fold;

use crate::Tx;
use crate::error::{Error, Result, taken};
use crate::models::Model;
use crate::portable::AnyConnection;
use crate::schema::{models, part_models, parts, stock_movements};

/// A part.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = parts)]
pub struct Part {
    /// Id.
    pub id: i64,
    /// Its number.
    pub number: String,
    /// What it is.
    pub description: String,
    /// Who makes it.
    pub maker: String,
    /// Where it is bought.
    pub supplier_id: Option<i64>,
    /// The supplier's number of it.
    pub supplier_number: String,
    /// What one costs, in pence.
    pub cost_pence: Option<i64>,
    /// Whether each piece is known by its serial number.
    pub serialised: bool,
    /// Months of warranty from the day it is received.
    pub warranty_months: Option<i64>,
    /// What is counted: each, metre, pair.
    pub unit: String,
    /// Notes.
    pub notes: String,
    /// Whether it is no longer used.
    pub archived: bool,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What people fill in of a part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = parts, treat_none_as_null = true)]
pub struct PartFields {
    /// Its number.
    pub number: String,
    /// What it is.
    pub description: String,
    /// Who makes it.
    pub maker: String,
    /// Where it is bought.
    pub supplier_id: Option<i64>,
    /// The supplier's number of it.
    pub supplier_number: String,
    /// What one costs, in pence.
    pub cost_pence: Option<i64>,
    /// Whether each piece is known by its serial number.
    pub serialised: bool,
    /// Months of warranty from the day it is received.
    pub warranty_months: Option<i64>,
    /// What is counted: each, metre, pair.
    pub unit: String,
    /// Notes.
    pub notes: String,
    /// Whether it is no longer used.
    pub archived: bool,
}

/// Which parts are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartFilter {
    /// Words as typed.
    pub words: String,
    /// Only these.
    pub only: Option<Vec<i64>>,
    /// Only of this supplier.
    pub supplier_id: Option<i64>,
    /// Archived ones too.
    pub archived: bool,
}

impl Part {
    /// The fields as people filled them in.
    pub fn fields(&self) -> PartFields {
        let part = self.clone();
        PartFields {
            number: part.number,
            description: part.description,
            maker: part.maker,
            supplier_id: part.supplier_id,
            supplier_number: part.supplier_number,
            cost_pence: part.cost_pence,
            serialised: part.serialised,
            warranty_months: part.warranty_months,
            unit: part.unit,
            notes: part.notes,
            archived: part.archived,
        }
    }

    /// Number and description in one line.
    pub fn words(&self) -> String {
        format!("{} {}", self.number, self.description)
    }
}

/// The parts that a filter picks, by number, beyond one already shown.
///
/// # Errors
/// The database's.
pub fn list_parts(
    conn: &mut AnyConnection,
    filter: &PartFilter,
    after: &str,
    limit: i64,
) -> Result<Vec<Part>> {
    let mut found = Part::query().filter(parts::folded.gt(after.to_owned())).into_boxed();
    for term in query(&filter.words) {
        // A term is lower-case letters and digits alone, so nothing in it is a wildcard.
        found = found.filter(parts::search.like(format!("% {}%", term.text)));
    }
    if let Some(ids) = &filter.only {
        found = found.filter(parts::id.eq_any(ids.clone()));
    }
    if let Some(id) = filter.supplier_id {
        found = found.filter(parts::supplier_id.eq(id));
    }
    if !filter.archived {
        found = found.filter(parts::archived.eq(false));
    }
    Ok(found.order(parts::folded).limit(limit).load(conn)?)
}

/// These parts, by number.
///
/// # Errors
/// The database's.
pub fn list_parts_by_id(conn: &mut AnyConnection, ids: &[i64]) -> Result<Vec<Part>> {
    Ok(Part::query().filter(parts::id.eq_any(ids.to_vec())).order(parts::folded).load(conn)?)
}

/// Finds a part.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_part(conn: &mut AnyConnection, id: i64) -> Result<Part> {
    Part::query().filter(parts::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("part"))
}

/// Finds a part by its number, whatever the case and spaces.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_part_by_number(conn: &mut AnyConnection, number: &str) -> Result<Part> {
    let query = Part::query().filter(parts::folded.eq(fold(number)));
    query.first(conn).optional()?.ok_or(Error::NotFound("part"))
}

/// Adds a part.
///
/// # Errors
/// [`Error::Taken`] when the number is in use.
pub fn insert_part(tx: &mut Tx, fields: &PartFields) -> Result<i64> {
    let keys = (parts::folded.eq(fold(&fields.number)), parts::search.eq(words_of(fields)));
    let insert = diesel::insert_into(parts::table).values((fields, keys)).returning(parts::id);
    taken(insert.get_result(&mut **tx), || number_taken(fields))
}

/// Changes a part.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when the number is in use.
pub fn update_part(tx: &mut Tx, id: i64, version: i64, fields: &PartFields) -> Result<()> {
    let target = parts::table.filter(parts::id.eq(id).and(parts::version.eq(version)));
    let keys = (parts::folded.eq(fold(&fields.number)), parts::search.eq(words_of(fields)));
    let update =
        diesel::update(target).set((fields, keys, parts::version.eq(version + 1))).execute(&mut **tx);
    match taken(update, || number_taken(fields))? {
        0 => Err(Error::Stale("part")),
        _ => Ok(()),
    }
}

fn number_taken(fields: &PartFields) -> String {
    format!("there is a part {} already", fields.number)
}

fn words_of(fields: &PartFields) -> String {
    let texts = [&fields.number, &fields.description, &fields.maker, &fields.supplier_number];
    format!(" {}", document(texts.map(String::as_str)))
}

/// Whether a part ever moved: then what its pieces are known by is settled.
///
/// # Errors
/// The database's.
pub fn has_moved(conn: &mut AnyConnection, part_id: i64) -> Result<bool> {
    let moved = stock_movements::table.filter(stock_movements::part_id.eq(part_id));
    Ok(diesel::select(diesel::dsl::exists(moved)).get_result(conn)?)
}

/// The models that a part fits.
///
/// # Errors
/// The database's.
pub fn list_models_of_part(conn: &mut AnyConnection, part_id: i64) -> Result<Vec<Model>> {
    let fitting = part_models::table.filter(part_models::part_id.eq(part_id)).select(part_models::model_id);
    let query = Model::query().filter(models::id.eq_any(fitting));
    Ok(query.order((models::make, models::name)).load(conn)?)
}

/// The parts that fit one of these models.
///
/// # Errors
/// The database's.
pub fn list_parts_of_models(conn: &mut AnyConnection, model_ids: &[i64]) -> Result<Vec<Part>> {
    let fitting = part_models::table
        .filter(part_models::model_id.eq_any(model_ids.to_vec()))
        .select(part_models::part_id);
    let query = Part::query().filter(parts::id.eq_any(fitting).and(parts::archived.eq(false)));
    Ok(query.order(parts::folded).limit(200).load(conn)?)
}

/// Says which models a part fits.
///
/// # Errors
/// The database's.
pub fn replace_models(tx: &mut Tx, part_id: i64, model_ids: &[i64]) -> Result<()> {
    diesel::delete(part_models::table.filter(part_models::part_id.eq(part_id))).execute(&mut **tx)?;
    for model_id in model_ids {
        let row = (part_models::part_id.eq(part_id), part_models::model_id.eq(*model_id));
        diesel::insert_into(part_models::table).values(row).execute(&mut **tx)?;
    }
    Ok(())
}
