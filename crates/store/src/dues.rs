//! What falls due when, and how many a day: the counts change with the dates, in one transaction.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::equipment::TestKind;
use domain::schedule::DueWhy;
use domain::verdict::Verdict;

use crate::assets::Asset;
use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{assets, due_tallies, dues};
use crate::types::{Coded, Moment};
use crate::{Tx, each_backend, portable};

/// One kind of inspection that an asset is due for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What is due.
    pub kind: TestKind,
    /// The day, at the site.
    pub due_on: NaiveDate,
    /// The interval in months; 0 where it is owed though no interval asks for it.
    pub months: u32,
    /// Why the interval is so long.
    pub reason: String,
    /// What makes it due.
    pub why: DueWhy,
}

/// A stored due date.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = dues)]
pub struct DueRow {
    /// The asset.
    pub asset_id: i64,
    /// What is due.
    pub kind: Coded<TestKind>,
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// The place.
    pub place_id: Option<i64>,
    /// The day.
    pub due_on: NaiveDate,
    /// The interval in months.
    pub months: i64,
    /// Why the interval is so long.
    pub reason: String,
    /// What makes it due.
    pub why: Coded<DueWhy>,
}

/// What tests have brought an asset to.
#[derive(Debug, Clone, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = assets, treat_none_as_null = true)]
pub struct TestedState {
    /// Why it is locked, in words; none where it may be used.
    pub lock_cause: Option<String>,
    /// Since when it is locked.
    pub locked_at: Option<Moment>,
    /// Verdict of the last test that counts.
    pub last_verdict: Option<Coded<Verdict>>,
    /// When that was.
    pub last_tested_at: Option<Moment>,
}

/// Key of a count: customer, site, kind, day, interval.
type Tally = (i64, i64, &'static str, NaiveDate, i64);

/// What an asset is due for, the first first.
///
/// # Errors
/// The database's.
pub fn list_dues_of_asset(conn: &mut AnyConnection, asset_id: i64) -> Result<Vec<DueRow>> {
    Ok(DueRow::query().filter(dues::asset_id.eq(asset_id)).order((dues::due_on, dues::kind)).load(conn)?)
}

/// What many assets are due for.
///
/// # Errors
/// The database's.
pub fn list_dues_of_assets(conn: &mut AnyConnection, asset_ids: &[i64]) -> Result<Vec<DueRow>> {
    let mut found = vec![];
    for ids in asset_ids.chunks(1000) {
        found.extend(DueRow::query().filter(dues::asset_id.eq_any(ids.to_vec())).load(conn)?);
    }
    Ok(found)
}

/// Takes hold of an asset until the end of the transaction: two tests of one asset must see each other.
///
/// # Errors
/// The database's.
pub fn hold_asset(tx: &mut Tx, asset_id: i64) -> Result<()> {
    hold_assets(tx, &[asset_id])
}

/// Takes hold of many assets until the end of the transaction.
///
/// # Errors
/// The database's.
pub fn hold_assets(tx: &mut Tx, asset_ids: &[i64]) -> Result<()> {
    // Writing a column to itself locks the row on a server; in a file the one writer holds everything already.
    if portable::has_one_writer(tx) {
        return Ok(());
    }
    for ids in asset_ids.chunks(1000) {
        let rows = assets::table.filter(assets::id.eq_any(ids.to_vec()));
        diesel::update(rows).set(assets::due_on.eq(assets::due_on)).execute(&mut **tx)?;
    }
    Ok(())
}

/// Writes what tests have brought an asset to. Not a change that an open form could undo: no new version.
///
/// # Errors
/// The database's.
pub fn update_tested_state(tx: &mut Tx, asset_id: i64, state: &TestedState) -> Result<()> {
    diesel::update(assets::table.find(asset_id)).set(state).execute(&mut **tx)?;
    Ok(())
}

/// Replaces all that an asset is due for, keeps the counts in step and the asset's first due date.
///
/// `asset` is where it stands now; what was stored before is taken back where it was counted then.
///
/// # Errors
/// The database's.
pub fn replace_dues(tx: &mut Tx, asset: &Asset, new: &[Due]) -> Result<()> {
    use domain::code::Code;
    let old = list_dues_of_asset(tx, asset.id)?;
    let mut changes: BTreeMap<Tally, i64> = BTreeMap::new();
    for due in &old {
        let key = (due.customer_id, due.site_id, due.kind.0.code(), due.due_on, due.months);
        *changes.entry(key).or_default() -= 1;
    }
    for due in new {
        let key = (asset.customer_id, asset.site_id, due.kind.code(), due.due_on, i64::from(due.months));
        *changes.entry(key).or_default() += 1;
    }
    diesel::delete(dues::table.filter(dues::asset_id.eq(asset.id))).execute(&mut **tx)?;
    for due in new {
        diesel::insert_into(dues::table)
            .values((
                dues::asset_id.eq(asset.id),
                dues::kind.eq(Coded(due.kind)),
                dues::customer_id.eq(asset.customer_id),
                dues::site_id.eq(asset.site_id),
                dues::place_id.eq(asset.place_id),
                dues::due_on.eq(due.due_on),
                dues::months.eq(i64::from(due.months)),
                dues::reason.eq(&due.reason),
                dues::why.eq(Coded(due.why)),
            ))
            .execute(&mut **tx)?;
    }
    // In the order of the keys, so that two transactions never wait for each other in a ring.
    for (key, change) in changes.into_iter().filter(|(_, change)| *change != 0) {
        tally(tx, key, change)?;
    }
    let first = new.iter().map(|due| due.due_on).min();
    diesel::update(assets::table.find(asset.id)).set(assets::due_on.eq(first)).execute(&mut **tx)?;
    Ok(())
}

fn tally(tx: &mut Tx, (customer_id, site_id, kind, due_on, months): Tally, change: i64) -> Result<()> {
    let row = (
        due_tallies::customer_id.eq(customer_id),
        due_tallies::site_id.eq(site_id),
        due_tallies::kind.eq(kind),
        due_tallies::due_on.eq(due_on),
        due_tallies::months.eq(months),
        due_tallies::items.eq(change),
    );
    let key = (
        due_tallies::customer_id,
        due_tallies::site_id,
        due_tallies::kind,
        due_tallies::due_on,
        due_tallies::months,
    );
    each_backend!(&mut **tx, c => diesel::insert_into(due_tallies::table)
        .values(row)
        .on_conflict(key)
        .do_update()
        .set(due_tallies::items.eq(due_tallies::items + change))
        .execute(c))?;
    let target = due_tallies::table.find((customer_id, site_id, kind, due_on, months));
    diesel::delete(target.filter(due_tallies::items.eq(0))).execute(&mut **tx)?;
    Ok(())
}

/// Counts that differ from what is stored due, in words; empty when the tallies are in step.
///
/// # Errors
/// The database's.
pub fn check_tallies(conn: &mut AnyConnection) -> Result<Vec<String>> {
    type Key = (i64, i64, String, NaiveDate, i64);
    let columns = (
        due_tallies::customer_id,
        due_tallies::site_id,
        due_tallies::kind,
        due_tallies::due_on,
        due_tallies::months,
    );
    let stored: Vec<(Key, i64)> = due_tallies::table.select((columns, due_tallies::items)).load(conn)?;
    let key = (dues::customer_id, dues::site_id, dues::kind, dues::due_on, dues::months);
    let counted: Vec<(Key, i64)> =
        dues::table.group_by(key).select((key, diesel::dsl::count_star())).load(conn)?;
    let mut differ: BTreeMap<Key, (i64, i64)> = BTreeMap::new();
    for (key, items) in stored {
        differ.entry(key).or_default().0 += items;
    }
    for (key, items) in counted {
        differ.entry(key).or_default().1 += items;
    }
    let wrong = differ.into_iter().filter(|(_, (stored, counted))| stored != counted);
    Ok(wrong.map(|(key, (stored, counted))| format!("{key:?}: {stored} stored, {counted} due")).collect())
}
