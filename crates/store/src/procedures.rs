//! Procedures: documents that say how to work on a model, or on things of a category; firm-owned.

use diesel::prelude::*;

use crate::Tx;
use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::procedures;
use crate::types::Moment;

/// A procedure.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = procedures)]
pub struct Procedure {
    /// Id.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// The model it is for.
    pub model_id: Option<i64>,
    /// The category it is for.
    pub category_id: Option<i64>,
    /// Hash of the bytes.
    pub hash: String,
    /// Hash of the small picture; none for a document.
    pub thumbnail_hash: Option<String>,
    /// The name of its file.
    pub name: String,
    /// When it was added.
    pub at: Moment,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Moment>,
}

/// What a procedure is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// A model.
    Model(i64),
    /// A category.
    Category(i64),
}

/// Adds a procedure whose file is stored.
///
/// # Errors
/// The database's.
pub fn insert_procedure(
    tx: &mut Tx,
    of: For,
    title: &str,
    (hash, thumbnail, name): (&str, Option<&str>, &str),
) -> Result<i64> {
    let (model_id, category_id) = match of {
        For::Model(id) => (Some(id), None),
        For::Category(id) => (None, Some(id)),
    };
    let insert = diesel::insert_into(procedures::table).values((
        procedures::title.eq(title),
        procedures::model_id.eq(model_id),
        procedures::category_id.eq(category_id),
        procedures::hash.eq(hash),
        procedures::thumbnail_hash.eq(thumbnail),
        procedures::name.eq(name),
        procedures::person_id.eq(tx.actor.person_id()),
        procedures::at.eq(Moment::from(tx.now)),
    ));
    Ok(insert.returning(procedures::id).get_result(&mut **tx)?)
}

/// Every procedure in use, by title.
///
/// # Errors
/// The database's.
pub fn list_procedures(conn: &mut AnyConnection) -> Result<Vec<Procedure>> {
    let query = Procedure::query().filter(procedures::withdrawn_at.is_null());
    Ok(query.order((procedures::title, procedures::id)).load(conn)?)
}

/// The procedures in use for things of some models and categories, those of a model first.
///
/// # Errors
/// The database's.
pub fn list_procedures_for(
    conn: &mut AnyConnection,
    (models, categories): (&[i64], &[i64]),
) -> Result<Vec<Procedure>> {
    let of = procedures::model_id.eq_any(models.iter().copied().map(Some).collect::<Vec<_>>());
    let of = of.or(procedures::category_id.eq_any(categories.iter().copied().map(Some).collect::<Vec<_>>()));
    let query = Procedure::query().filter(procedures::withdrawn_at.is_null()).filter(of.assume_not_null());
    Ok(query.order((procedures::model_id.is_null(), procedures::title, procedures::id)).load(conn)?)
}

/// Finds a procedure, withdrawn or not.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_procedure(conn: &mut AnyConnection, id: i64) -> Result<Procedure> {
    let query = Procedure::query().filter(procedures::id.eq(id));
    query.first(conn).optional()?.ok_or(Error::NotFound("procedure"))
}

/// Withdraws a procedure; its bytes stay.
///
/// # Errors
/// [`Error::Taken`] when it is withdrawn already.
pub fn withdraw_procedure(tx: &mut Tx, id: i64) -> Result<()> {
    let now = Moment::from(tx.now);
    let target = procedures::table.filter(procedures::id.eq(id).and(procedures::withdrawn_at.is_null()));
    match diesel::update(target).set(procedures::withdrawn_at.eq(now)).execute(&mut **tx)? {
        0 => Err(Error::Taken("This procedure is withdrawn already.".to_owned())),
        _ => Ok(()),
    }
}
