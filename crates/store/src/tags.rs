//! Tags: rows of their own, unique in the whole installation by their folded form.

use diesel::prelude::*;
use domain::tag::{TagKind, TagState};

use crate::Tx;
use crate::access::Scope;
use crate::each_backend;
use crate::error::{Result, taken};
use crate::portable::AnyConnection;
use crate::schema::tags;
use crate::types::{Coded, Moment};

/// A tag.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = tags)]
pub struct TagRow {
    /// Id.
    pub id: i64,
    /// As printed.
    pub code: String,
    /// As compared.
    pub folded: String,
    /// Ours or one that was there before.
    pub kind: Coded<TagKind>,
    /// Whether it is in use.
    pub state: Coded<TagState>,
    /// Whose asset it is on.
    pub customer_id: Option<i64>,
    /// The asset it is on.
    pub asset_id: Option<i64>,
    /// When it was made.
    pub created_at: Moment,
}

/// Puts a new tag on an asset.
///
/// # Errors
/// [`crate::Error::Taken`] when the tag is in use, in words that do not tell whose it is.
pub fn insert_tag(
    tx: &mut Tx,
    (code, folded): (&str, &str),
    kind: TagKind,
    (customer_id, asset_id): (i64, i64),
) -> Result<()> {
    let now = Moment::from(tx.now);
    let row = (
        tags::code.eq(code),
        tags::folded.eq(folded),
        tags::kind.eq(Coded(kind)),
        tags::state.eq(Coded(TagState::Active)),
        tags::customer_id.eq(customer_id),
        tags::asset_id.eq(asset_id),
        tags::created_at.eq(now),
    );
    let insert = each_backend!(&mut **tx, c => diesel::insert_into(tags::table).values(row).execute(c));
    taken(insert, || format!("the tag \"{code}\" cannot be used: choose another"))?;
    Ok(())
}

/// Puts a code on an asset: one printed before and still on nothing, or a new one.
///
/// # Errors
/// As [`insert_tag`].
pub fn put_tag(
    tx: &mut Tx,
    (code, folded): (&str, &str),
    kind: TagKind,
    (customer_id, asset_id): (i64, i64),
) -> Result<()> {
    let reserved = tags::table.filter(
        tags::folded.eq(folded).and(tags::state.eq(Coded(TagState::Reserved))).and(tags::asset_id.is_null()),
    );
    let ours = reserved.filter(tags::customer_id.is_null().or(tags::customer_id.eq(customer_id)));
    let set = (
        tags::state.eq(Coded(TagState::Active)),
        tags::customer_id.eq(customer_id),
        tags::asset_id.eq(asset_id),
    );
    match each_backend!(&mut **tx, c => diesel::update(ours).set(set).execute(c))? {
        0 => insert_tag(tx, (code, folded), kind, (customer_id, asset_id)),
        _ => Ok(()),
    }
}

/// Retires a tag of an asset; it still leads there.
///
/// # Errors
/// The database's.
pub fn retire_tag(tx: &mut Tx, asset_id: i64, code: &str) -> Result<()> {
    let target = tags::table.filter(tags::asset_id.eq(asset_id).and(tags::code.eq(code)));
    diesel::update(target).set(tags::state.eq(Coded(TagState::Retired))).execute(&mut **tx)?;
    Ok(())
}

/// Whether a code is on nothing: unknown, or printed before and still unused, for anybody or within the scope.
///
/// # Errors
/// The database's.
pub fn is_free(conn: &mut AnyConnection, scope: &Scope, folded: &str) -> Result<bool> {
    let row: Option<TagRow> =
        each_backend!(conn, c => TagRow::query().filter(tags::folded.eq(folded)).first(c).optional())?;
    Ok(row.is_none_or(|tag| {
        let unused = tag.state.0 == TagState::Reserved && tag.asset_id.is_none();
        unused && tag.customer_id.is_none_or(|id| scope.holds(id))
    }))
}

/// Finds a tag by its folded form if it is on an asset within the scope.
///
/// # Errors
/// The database's.
pub fn find_tag(conn: &mut AnyConnection, scope: &Scope, folded: &str) -> Result<Option<TagRow>> {
    let row: Option<TagRow> = TagRow::query().filter(tags::folded.eq(folded)).first(conn).optional()?;
    Ok(row.filter(|tag| tag.customer_id.is_some_and(|id| scope.holds(id))))
}

/// Whether a label with this tag was ever put on anything: all that a stranger is told.
///
/// # Errors
/// The database's.
pub fn is_known(conn: &mut AnyConnection, folded: &str) -> Result<bool> {
    let id: Option<i64> =
        tags::table.filter(tags::folded.eq(folded)).select(tags::id).first(conn).optional()?;
    Ok(id.is_some())
}

/// Every tag of an asset, the active one first.
///
/// # Errors
/// The database's.
pub fn list_tags(conn: &mut AnyConnection, asset_id: i64) -> Result<Vec<TagRow>> {
    Ok(each_backend!(conn, c => {
        TagRow::query().filter(tags::asset_id.eq(asset_id)).order((tags::state, tags::id.desc())).load(c)
    })?)
}
