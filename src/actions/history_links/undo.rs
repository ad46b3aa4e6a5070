//! Taking a merge or a split back, by a further link.

use std::collections::BTreeSet;

use domain::asset::Lifecycle;
use domain::history_link::LinkKind;
use domain::permission::LinkHistories;
use store::assets::{Asset, find_asset};
use store::history_links::Belonging;
use store::{Right, dues};

use super::write::{NewLinks, event, set_lifecycle, write};
use super::{Act, act_in, check_reason};
use crate::app::App;
use crate::error::{Error, Result};

/// Takes back what was decided at once: histories are as they were, with what was recorded meanwhile where it was
/// recorded. What was locked before is locked again.
///
/// # Errors
/// Not found, a field error without a reason, a conflict when it was undone already or a test went on since.
pub fn undo(app: &App, right: &Right<LinkHistories>, act: &str, reason: &str) -> Result<Asset> {
    let reason = check_reason(reason)?;
    app.store.write(right.actor(), |tx| {
        let found = act_in(tx, right.scope(), act)?;
        let ids = affected(&Belonging::load(tx, &[found.from.id, found.to.id])?, &found);
        dues::hold_assets(tx, &ids)?;
        let found = act_in(tx, right.scope(), act)?;
        let belonging = Belonging::load(tx, &[found.from.id, found.to.id])?;
        refuse(&belonging, &found)?;
        if affected(&belonging, &found) != ids {
            return Err(Error::Stale("asset".to_owned()));
        }
        let before = lifecycle_before(&found);
        if let Some(lifecycle) = before {
            set_lifecycle(tx, &found.from, lifecycle)?;
        }
        let new = NewLinks {
            act,
            kind: LinkKind::Undo,
            from: &found.from,
            to: &found.to,
            tests: vec![None],
            lifecycle: before,
            reason: &reason,
        };
        let after = write(tx, &new, &ids)?;
        let verb = if found.is_merge() { "merge undone" } else { "split undone" };
        let (from, to) = (&found.from, &found.to);
        let events = vec![
            event((from, after.get(&from.id)), verb, (act, to, &reason)),
            event((to, after.get(&to.id)), verb, (act, from, &reason)),
        ];
        Ok((find_asset(tx, right.scope(), from.id)?, events))
    })
}

/// The assets whose history changes: the two, and those that either was merged into.
fn affected(belonging: &Belonging, act: &Act) -> Vec<i64> {
    let two = [act.from.id, act.to.id];
    let ids: BTreeSet<i64> = two.into_iter().chain(two.map(|id| belonging.home(id))).collect();
    ids.into_iter().collect()
}

fn lifecycle_before(act: &Act) -> Option<Lifecycle> {
    act.links.first().and_then(|link| link.lifecycle).map(|lifecycle| lifecycle.0)
}

fn refuse(belonging: &Belonging, act: &Act) -> Result<()> {
    if act.undone.is_some() {
        return Err(Error::Conflict("This was undone already.".to_owned()));
    }
    let went_on = act.links.iter().any(|link| {
        let moved = link.test_id.as_deref().and_then(|test| belonging.homes.moved_by(test));
        moved.is_some_and(|moved| moved != link.seq)
    });
    match went_on {
        true => Err(Error::Conflict(
            "One of these tests was moved again since; undo that on its page first.".to_owned(),
        )),
        false => Ok(()),
    }
}
