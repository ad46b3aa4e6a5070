//! What a change of a customer, site, place or category means for the assets under it: their search documents
//! hold its name, their due dates follow its interval, environment or time zone.
//!
//! Up to `AT_ONCE` assets follow within the change itself, all or nothing. Beyond that the rest follows
//! right after it in writes of `BATCH`: a hundred thousand in one would keep everybody else from writing.

use store::Tx;
use store::under::{Under, list_assets_under};

use crate::actions::dues;
use crate::app::App;
use crate::error::Result;

const BATCH: i64 = 200;
const AT_ONCE: i64 = 2000;

/// What is to be worked out anew for each asset under something.
#[derive(Debug, Clone)]
pub struct Ripple {
    /// Under what.
    pub under: Under,
    /// Whether the words it is found by change.
    pub words: bool,
    /// Whether its due dates may change.
    pub dues: bool,
}

/// Where the rest of a ripple begins: after this asset; none when there is no rest.
#[derive(Debug, Clone)]
#[must_use = "the assets beyond the first ones follow only in `finish`"]
pub struct Rest(Option<(Ripple, i64)>);

/// Works out anew the first assets, within the change.
///
/// # Errors
/// The store's.
pub fn start(tx: &mut Tx, ripple: Ripple) -> Result<Rest> {
    let mut after = 0;
    if !ripple.words && !ripple.dues {
        return Ok(Rest(None));
    }
    for _ in 0..AT_ONCE / BATCH {
        match step(tx, &ripple, after)? {
            Some(last) => after = last,
            None => return Ok(Rest(None)),
        }
    }
    Ok(Rest(Some((ripple, after))))
}

/// Works out anew the rest, after the change was stored.
///
/// # Errors
/// The store's; the assets before the one at fault are done.
pub fn finish(app: &App, rest: Rest) -> Result<()> {
    let Rest(Some((ripple, mut after))) = rest else { return Ok(()) };
    while let Some(last) = app.store.keep_house(|tx| step(tx, &ripple, after))? {
        after = last;
    }
    Ok(())
}

fn step(tx: &mut Tx, ripple: &Ripple, after: i64) -> Result<Option<i64>> {
    let batch = list_assets_under(tx, &ripple.under, after, BATCH)?;
    for id in &batch {
        if ripple.dues {
            dues::recompute(tx, *id)?;
        }
        if ripple.words {
            store::assets::reindex_asset(tx, *id)?;
        }
    }
    Ok(batch.last().copied())
}
