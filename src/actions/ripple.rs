//! What a change of a customer, site, place or category means for the assets under it: their search documents
//! hold its name, their due dates follow its interval, environment or time zone.
//!
//! Up to `AT_ONCE` assets follow within the change itself, all or nothing. Beyond that the rest is written down with
//! the change and follows in writes of `BATCH`: a hundred thousand in one would keep everybody else from writing. The
//! first of it right away, the rest by the thread of scheduled jobs, which goes on after a restart too.

use store::Tx;
use store::ripples::{self, RippleRow};
use store::under::{Under, count_assets_under, list_assets_under};

use crate::actions::dues;
use crate::app::App;
use crate::error::Result;

const BATCH: i64 = 200;
const AT_ONCE: i64 = 2000;
/// So many writes of a batch somebody waits for before the rest is left to the jobs.
const WAITED_FOR: usize = 40;

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

/// The change that goes on after this; none when there is no rest.
#[derive(Debug, Clone)]
#[must_use = "the assets beyond the first ones follow only in `finish`"]
pub struct Rest(Option<i64>);

/// Works out anew the first assets, within the change, and writes down what is left.
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
            Some((last, _)) => after = last,
            None => return Ok(Rest(None)),
        }
    }
    let total = count_assets_under(tx, &ripple.under)?;
    let what = match ripple.under {
        Under::Everywhere => "the firm's intervals",
        Under::Customer(_) => "a customer",
        Under::Site(_) => "a site",
        Under::Places(_) => "a place",
        Under::Category(_) => "a category",
    };
    let flags = (ripple.words, ripple.dues);
    let id = ripples::insert_ripple(tx, (what, &ripple.under), flags, (after, AT_ONCE, total))?;
    Ok(Rest(Some(id)))
}

/// Goes on with the rest for as long as somebody may wait, after the change was stored.
///
/// # Errors
/// The store's; what was reached is kept, and the jobs go on from there.
pub fn finish(app: &App, rest: Rest) -> Result<()> {
    let Rest(Some(id)) = rest else { return Ok(()) };
    for _ in 0..WAITED_FOR {
        if !go_on_with(app, id)? {
            break;
        }
    }
    Ok(())
}

/// Goes on with every change that is not through yet, to its end. Gives how many came to theirs.
///
/// # Errors
/// The store's, the last there was: one change that cannot go on does not hold up the others.
pub fn go_on(app: &App) -> Result<usize> {
    let (mut through, mut wrong) = (0, None);
    for row in app.store.read(ripples::list_open_ripples)? {
        loop {
            match go_on_with(app, row.id) {
                Ok(true) => {}
                Ok(false) => {
                    through += 1;
                    break;
                }
                Err(error) => {
                    wrong = Some(error);
                    break;
                }
            }
        }
    }
    wrong.map_or(Ok(through), Err)
}

/// One batch further; whether there may be more.
fn go_on_with(app: &App, id: i64) -> Result<bool> {
    app.store.keep_house(|tx| {
        let Some(row) = ripples::find_open_ripple(tx, id)? else { return Ok(false) };
        let RippleRow { after_id, words, dues, .. } = row;
        let ripple = Ripple { under: row.under.0.clone(), words, dues };
        let reached = step(tx, &ripple, after_id)?;
        ripples::advance_ripple(tx, &row, reached)?;
        Ok(reached.is_some())
    })
}

/// The last asset reached and how many were done; none at the end.
fn step(tx: &mut Tx, ripple: &Ripple, after: i64) -> Result<Option<(i64, i64)>> {
    let batch = list_assets_under(tx, &ripple.under, after, BATCH)?;
    for id in &batch {
        if ripple.dues {
            dues::recompute(tx, *id)?;
        }
        if ripple.words {
            store::assets::reindex_asset(tx, *id)?;
        }
    }
    Ok(batch.last().map(|last| (*last, i64::try_from(batch.len()).unwrap_or(0))))
}
