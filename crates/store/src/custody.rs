//! Custody: who has an asset, since when and until when.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::Tx;
use crate::assets::Asset;
use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::{assets, custody};
use crate::types::Moment;

/// An asset in somebody's hands.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = custody)]
pub struct Custody {
    /// Id.
    pub id: i64,
    /// Who has it.
    pub holder: String,
    /// Since when.
    pub out_at: Moment,
    /// When it should be back.
    pub back_by: Option<NaiveDate>,
    /// When it came back.
    pub in_at: Option<Moment>,
}

/// Who has an asset now, if anybody. The caller has found the asset within the scope.
///
/// # Errors
/// The database's.
pub fn find_custody(conn: &mut AnyConnection, asset_id: i64) -> Result<Option<Custody>> {
    let open = custody::asset_id.eq(asset_id).and(custody::in_at.is_null());
    Ok(Custody::query().filter(open).order(custody::id.desc()).first(conn).optional()?)
}

/// Hands an asset out.
///
/// # Errors
/// [`Error::Stale`] when the asset was changed meanwhile; [`Error::Taken`] when somebody has it;
/// [`Error::Forbidden`] for the operator, who is no person.
pub fn check_out(tx: &mut Tx, asset: &Asset, holder: &str, back_by: Option<NaiveDate>) -> Result<()> {
    if let Some(other) = find_custody(tx, asset.id)? {
        return Err(Error::Taken(format!("{} has it already; check it in first", other.holder)));
    }
    let (now, by) = (Moment::from(tx.now), person(tx)?);
    set_custodian(tx, asset, holder)?;
    diesel::insert_into(custody::table)
        .values((
            custody::customer_id.eq(asset.customer_id),
            custody::asset_id.eq(asset.id),
            custody::holder.eq(holder),
            custody::out_at.eq(now),
            custody::out_by.eq(by),
            custody::back_by.eq(back_by),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Takes an asset back in.
///
/// # Errors
/// [`Error::Stale`] when the asset was changed meanwhile; [`Error::Taken`] when nobody has it.
pub fn check_in(tx: &mut Tx, asset: &Asset) -> Result<()> {
    let (now, by) = (Moment::from(tx.now), person(tx)?);
    set_custodian(tx, asset, "")?;
    let open = custody::table.filter(custody::asset_id.eq(asset.id).and(custody::in_at.is_null()));
    let rows =
        diesel::update(open).set((custody::in_at.eq(now), custody::in_by.eq(by))).execute(&mut **tx)?;
    // A custodian that came with an import has no row to close.
    if rows == 0 && asset.custodian.is_empty() {
        return Err(Error::Taken("nobody has it; it is checked in already".to_owned()));
    }
    Ok(())
}

fn person(tx: &Tx) -> Result<i64> {
    tx.actor
        .person_id()
        .ok_or_else(|| Error::Forbidden("check things out or in without being a person".to_owned()))
}

/// Writes down who has an asset.
///
/// # Errors
/// [`Error::Stale`] when the asset was changed meanwhile.
pub fn set_custodian(tx: &mut Tx, asset: &Asset, custodian: &str) -> Result<()> {
    let now = Moment::from(tx.now);
    let target = assets::table.filter(assets::id.eq(asset.id).and(assets::version.eq(asset.version)));
    let set =
        (assets::custodian.eq(custodian), assets::updated_at.eq(now), assets::version.eq(asset.version + 1));
    match diesel::update(target).set(set).execute(&mut **tx)? {
        0 => Err(Error::Stale("asset")),
        _ => Ok(()),
    }
}
