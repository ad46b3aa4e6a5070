//! Splitting: tests that belong in truth to another asset count for that one from now on.

use std::collections::BTreeSet;

use domain::asset::Lifecycle;
use domain::event::Event;
use domain::history_link::{LinkKind, NOW};
use domain::permission::LinkHistories;
use domain::tag::{Tag, TagKind};
use store::assets::{Asset, find_asset};
use store::history_links::Belonging;
use store::tests::{TestRow, find_test};
use store::{Right, Tx, dues};

use super::write::{NewLinks, event, write};
use super::{check_reason, find_other};
use crate::actions::assets::{Draft, NewAsset, insert_unsettled};
use crate::actions::tests;
use crate::app::{App, random_u64};
use crate::error::{Error, Result};

/// The most tests moved at once.
const MOST: usize = 500;

/// Where tests belong in truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An asset that is known, by its tag or number.
    Known(String),
    /// A thing that is not in the register yet: one like this is added, with a tag of its own.
    New,
}

/// Moves tests of an asset to another one of the same customer. Nothing recorded is altered: a fail locks the asset
/// that it belongs to now, and the other is as if it had never been tested so.
///
/// # Errors
/// Not found, field errors.
pub fn split(
    app: &App,
    right: &Right<LinkHistories>,
    (tag, chosen, to): (&str, &[String], &Target),
    reason: &str,
) -> Result<Asset> {
    let reason = check_reason(reason)?;
    if chosen.is_empty() || chosen.len() > MOST {
        return Err(Error::field("tests", format!("choose the tests that belong elsewhere, at most {MOST}")));
    }
    app.store.write(right.actor(), |tx| {
        let from = tests::find_asset(tx, right.scope(), tag)?;
        let (to, mut events) = find_target(tx, right, (&from, to))?;
        let mut ids = [from.id, to.id];
        ids.sort_unstable();
        dues::hold_assets(tx, &ids)?;
        let from = find_asset(tx, right.scope(), from.id)?;
        let to = find_asset(tx, right.scope(), to.id)?;
        refuse_gone(&from, "tests")?;
        refuse_gone(&to, "other")?;
        let moved = first_versions(tx, right, (&from, chosen))?;
        let act = uuid::Uuid::now_v7().to_string();
        let new = NewLinks {
            act: &act,
            kind: LinkKind::Move,
            from: &from,
            to: &to,
            tests: moved.into_iter().map(Some).collect(),
            lifecycle: None,
            reason: &reason,
        };
        let after = write(tx, &new, &ids)?;
        let count = new.tests.len();
        let told = |event: Event| event.change("tests", "", count);
        events.extend([
            told(event((&from, after.get(&from.id)), "split", (&act, &to, &reason))),
            told(event((&to, after.get(&to.id)), "joined by tests of another", (&act, &from, &reason))),
        ]);
        Ok((find_asset(tx, right.scope(), to.id)?, events))
    })
}

fn refuse_gone(asset: &Asset, field: &str) -> Result<()> {
    match asset.lifecycle.0 {
        Lifecycle::Disposed | Lifecycle::Lost | Lifecycle::Merged => Err(Error::field(
            field,
            format!("{} is recorded as gone: put it back in service first", asset.tag),
        )),
        _ => Ok(()),
    }
}

fn find_target(
    tx: &mut Tx,
    right: &Right<LinkHistories>,
    (from, to): (&Asset, &Target),
) -> Result<(Asset, Vec<Event>)> {
    match to {
        Target::Known(text) => Ok((find_other(tx, right.scope(), (from, text))?, vec![])),
        Target::New => {
            let mut fields = from.fields();
            // What names the one thing does not name the other.
            (fields.customer_number, fields.serial) = (None, String::new());
            let (heating, surge_suppressors) = (Some(fields.heating), Some(fields.surge_suppressors));
            let draft = Draft { fields, heating, surge_suppressors, fill_in: false };
            let new = NewAsset { customer_id: from.customer_id, tag: None, draft };
            let tag = Tag::generate(random_u64).to_string();
            let (asset, event) = insert_unsettled(tx, right.actor(), new, (tag, TagKind::Ours))?;
            Ok((asset, vec![event]))
        }
    }
}

/// The first version of each chosen test of an asset's history: its corrections go with it.
fn first_versions(
    tx: &mut Tx,
    right: &Right<LinkHistories>,
    (from, chosen): (&Asset, &[String]),
) -> Result<BTreeSet<String>> {
    let mut firsts = BTreeSet::new();
    let belonging = Belonging::load(tx, &[from.id])?;
    for id in chosen {
        let mut row: TestRow = find_test(tx, right.scope(), id)?;
        let home = belonging.test_at((row.asset_id, &row.id), NOW);
        if home != from.id {
            return Err(Error::field("tests", "one of these tests is not of this asset (any more)"));
        }
        while let Some(old) = &row.supersedes {
            row = find_test(tx, right.scope(), old)?;
        }
        firsts.insert(row.id);
    }
    Ok(firsts)
}
