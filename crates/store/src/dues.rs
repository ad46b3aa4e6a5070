//! What falls due when, and how many a day: the counts change with the dates, in one transaction.

mod state;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::equipment::TestKind;
use domain::schedule::DueWhy;
use domain::verdict::Verdict;

use state::{NewState, update_states};

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
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = dues, treat_none_as_default_value = false)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
    Ok(each_backend!(conn, c => {
        DueRow::query().filter(dues::asset_id.eq(asset_id)).order((dues::due_on, dues::kind)).load(c)
    })?)
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
    hold_assets(tx, &[asset_id]).map(drop)
}

/// Takes hold of many assets until the end of the transaction; true where somebody may have changed them since this
/// transaction began.
///
/// # Errors
/// The database's.
pub fn hold_assets(tx: &mut Tx, asset_ids: &[i64]) -> Result<bool> {
    // Writing a column to itself locks the row on a server; in a file the one writer holds everything already.
    if portable::has_one_writer(tx) {
        return Ok(false);
    }
    for ids in asset_ids.chunks(1000) {
        let rows = assets::table.filter(assets::id.eq_any(ids.to_vec()));
        diesel::update(rows).set(assets::due_on.eq(assets::due_on)).execute(&mut **tx)?;
    }
    Ok(true)
}

/// Rows per statement: SQLite binds at most 32,766 values in one.
const BATCH: usize = 1000;

/// What an asset has come to: where it stands now, what tests made of it, and all that it is due for.
#[derive(Debug, Clone)]
pub struct Settled<'a> {
    /// The asset as it stands now; what was stored due before is taken back where it was counted then.
    pub asset: &'a Asset,
    /// What tests have brought it to.
    pub state: TestedState,
    /// What it is due for.
    pub dues: Vec<Due>,
}

/// Writes what assets, each named once, have come to: replaces what they are due for, keeps the counts in step, and
/// each one's first due date. Not a change that an open form could undo: no new version.
///
/// # Errors
/// The database's.
pub fn write_settled(tx: &mut Tx, all: &[Settled]) -> Result<()> {
    let ids: Vec<i64> = all.iter().map(|one| one.asset.id).collect();
    let mut stored: BTreeMap<i64, Vec<DueRow>> = BTreeMap::new();
    for ids in ids.chunks(BATCH) {
        for due in DueRow::query().filter(dues::asset_id.eq_any(ids.to_vec())).load(&mut **tx)? {
            stored.entry(due.asset_id).or_default().push(due);
        }
    }
    let mut changes: BTreeMap<Tally, i64> = BTreeMap::new();
    let (mut stale, mut rows) = (vec![], vec![]);
    for one in all {
        let old = stored.remove(&one.asset.id).unwrap_or_default();
        let new: Vec<DueRow> = one.dues.iter().map(|due| DueRow::of(one.asset, due)).collect();
        // Most tests of a day leave most dates as they are.
        if old.len() == new.len() && old.iter().all(|due| new.contains(due)) {
            continue;
        }
        old.iter().for_each(|due| *changes.entry(due.tally()).or_default() -= 1);
        new.iter().for_each(|due| *changes.entry(due.tally()).or_default() += 1);
        stale.push(one.asset.id);
        rows.extend(new);
    }
    for ids in stale.chunks(BATCH) {
        diesel::delete(dues::table.filter(dues::asset_id.eq_any(ids.to_vec()))).execute(&mut **tx)?;
    }
    insert_dues(tx, &rows)?;
    tally(tx, changes)?;
    let changed: Vec<NewState> = all.iter().filter(|one| one.changes()).map(Settled::new_state).collect();
    update_states(tx, &changed)
}

impl Settled<'_> {
    /// The first day on which something is due.
    fn due_on(&self) -> Option<NaiveDate> {
        self.dues.iter().map(|due| due.due_on).min()
    }

    fn new_state(&self) -> NewState<'_> {
        NewState { asset_id: self.asset.id, state: &self.state, due_on: self.due_on() }
    }

    /// Whether anything of the asset itself changes.
    fn changes(&self) -> bool {
        let Asset { lock_cause, locked_at, last_verdict, last_tested_at, due_on, .. } = self.asset;
        let old = TestedState {
            lock_cause: lock_cause.clone(),
            locked_at: *locked_at,
            last_verdict: *last_verdict,
            last_tested_at: *last_tested_at,
        };
        (old, *due_on) != (self.state.clone(), self.due_on())
    }
}

/// Adds due dates; the counts are the caller's.
pub(crate) fn insert_dues(tx: &mut Tx, rows: &[DueRow]) -> Result<()> {
    for rows in rows.chunks(BATCH) {
        each_backend!(&mut **tx, c => diesel::insert_into(dues::table).values(rows).execute(c))?;
    }
    Ok(())
}

impl DueRow {
    fn of(asset: &Asset, due: &Due) -> Self {
        Self {
            asset_id: asset.id,
            kind: Coded(due.kind),
            customer_id: asset.customer_id,
            site_id: asset.site_id,
            place_id: asset.place_id,
            due_on: due.due_on,
            months: i64::from(due.months),
            reason: due.reason.clone(),
            why: Coded(due.why),
        }
    }

    fn tally(&self) -> Tally {
        use domain::code::Code;
        (self.customer_id, self.site_id, self.kind.0.code(), self.due_on, self.months)
    }
}

/// Counts up and down, in the order of the keys, so that two transactions never wait for each other in a ring.
fn tally(tx: &mut Tx, changes: BTreeMap<Tally, i64>) -> Result<()> {
    let changes = changes.into_iter().filter(|(_, change)| *change != 0);
    for ((customer_id, site_id, kind, due_on, months), change) in changes {
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
        if change < 0 {
            let target = due_tallies::table.find((customer_id, site_id, kind, due_on, months));
            let gone = target.filter(due_tallies::items.eq(0));
            each_backend!(&mut **tx, c => diesel::delete(gone).execute(c))?;
        }
    }
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
